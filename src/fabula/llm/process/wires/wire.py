"""The wire: what every format can do, and the readers they share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from fabula.llm.process.http import HttpRequest
from fabula.llm.process.values import Answer, Question, Unfit

MADE_S = 1_767_225_600
MADE = "2026-01-01T00:00:00Z"
"""When every reply says it was made, in Unix time: always the same, so that the same question gets the same bytes."""

NO_ANSWERS = (b"{}", b"[]", b"null", b'"ok"')
"""JSON that no format takes for an answer."""


class Wire(Protocol):
    """One provider's way of speaking."""

    name: str

    def read(self, request: HttpRequest) -> Question:
        """What is asked. Raises Unfit if the format does not allow it."""
        ...

    def whole(self, question: Question, answer: Answer) -> bytes:
        """The body of an answer in one piece."""
        ...

    def events(self, question: Question, answer: Answer) -> Iterator[bytes]:
        """The server-sent events of an answer, piece by piece."""
        ...

    def models(self, names: Sequence[str]) -> bytes:
        """The list of the models there are."""
        ...

    def error(self, status: int, message: str) -> bytes:
        """The body of a failure."""
        ...

    def broken(self) -> bytes:
        """The event by which a stream tells that it failed half way."""
        ...

    def wrong(self) -> tuple[bytes, ...]:
        """JSON that is well formed, and not what the format says."""
        ...


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request's body. Raises Unfit."""
    try:
        body = msgspec.json.decode(request.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as failure:
        raise Unfit(f"the body is not JSON: {failure}") from None
    if not isinstance(body, dict):
        raise Unfit("the body is not a JSON object")
    return body


def text_in(values: Mapping[str, Any], name: str) -> str:
    """A text that must be there. Raises Unfit."""
    if not isinstance(text := values.get(name), str) or not text:
        raise Unfit(f"{name}: a text is required")
    return text


def list_in(values: Mapping[str, Any], name: str, *, at: str = "") -> list[Any]:
    """A list, empty if it is absent. Raises Unfit."""
    found = values.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Unfit(f"{at}{name}: a list is required")
    return found


def object_in(values: Mapping[str, Any], name: str, *, at: str = "") -> dict[str, Any]:
    """An object, empty if it is absent. Raises Unfit."""
    found = values.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Unfit(f"{at}{name}: an object is required")
    return found


def objects_in(values: Mapping[str, Any], name: str, *, at: str = "") -> list[dict[str, Any]]:
    """A list of objects. Raises Unfit."""
    found = list_in(values, name, at=at)
    for number, item in enumerate(found):
        if not isinstance(item, dict):
            raise Unfit(f"{at}{name}[{number}]: an object is required")
    return found


def count_in(values: Mapping[str, Any], *names: str) -> int | None:
    """The first whole number >= 1 among fields that mean the same; None: none is there. Raises Unfit."""
    for name in names:
        found = values.get(name)
        if found is None:
            continue
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            raise Unfit(f"{name}: a whole number from 1 on is required")
        return found
    return None


def texts_in(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """One text or a list of them."""
    found = values.get(name)
    texts = found if isinstance(found, list) else [found]
    return tuple(text for text in texts if isinstance(text, str) and text)


def model_of(name: str) -> tuple[str, tuple[str, ...]]:
    """A model's name, and what was asked for behind `+` signs: `demo+500` -> (`demo`, (`500`,))."""
    model, *wants = name.split("+")
    return model, tuple(wants)


def arguments_of(answer: Answer) -> dict[str, Any]:
    """The arguments of a tool's call; those that were cut off in the middle come to nothing."""
    try:
        arguments = msgspec.json.decode(answer.text)
    except msgspec.DecodeError:
        return {}
    return arguments if isinstance(arguments, dict) else {}


def sse(values: Any, *, event: str = "") -> bytes:
    """A server-sent event."""
    line = b"data: " + msgspec.json.encode(values) + b"\n\n"
    return b"event: " + event.encode() + b"\n" + line if event else line
