"""Anthropic's messages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from fabula.llm.process.http import HttpRequest
from fabula.llm.process.tokens import pieces_of
from fabula.llm.process.values import Answer, Question, Tool, Turn, Unfit
from fabula.llm.process.wires.wire import (
    MADE,
    NO_ANSWERS,
    arguments_of,
    body_of,
    count_in,
    model_of,
    object_in,
    objects_in,
    sse,
    text_in,
    texts_in,
)
from fabula.llm.values import Finish

_ROLES: dict[str, Literal["system", "user", "assistant"]] = {
    "assistant": "assistant",
    "system": "system",
    "user": "user",
}
_CALLS: dict[str, Literal["never", "may", "must"]] = {"any": "must", "auto": "may", "none": "never", "tool": "must"}
_STOPS = {Finish.LENGTH: "max_tokens", Finish.REFUSED: "refusal"}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


class Anthropic:
    """`POST …/messages`."""

    name = "anthropic"

    def read(self, request: HttpRequest) -> Question:
        """What is asked."""
        body = body_of(request)
        model, wants = model_of(text_in(body, "model"))
        turns = [Turn("system", text) for text in [_text(body, "system", "")] if text]
        turns += [_turn(number, message) for number, message in enumerate(objects_in(body, "messages"))]
        if all(turn.role == "system" for turn in turns):
            raise Unfit("messages: at least one message is required")
        tokens_max = count_in(body, "max_tokens")
        if tokens_max is None:
            raise Unfit("max_tokens: Field required")
        call, call_name = _tool_choice(object_in(body, "tool_choice"))
        return Question(
            model=model,
            wants=wants,
            turns=tuple(turns),
            schema=_schema(body),
            tools=tuple(_tool(number, tool) for number, tool in enumerate(objects_in(body, "tools"))),
            call=call,
            call_name=call_name,
            tokens_max=tokens_max,
            stops=texts_in(body, "stop_sequences"),
            stream=body.get("stream") is True,
            headers=request.headers,
        )

    def whole(self, question: Question, answer: Answer) -> bytes:
        """A `message`."""
        message = _message(question, answer)
        content = [] if answer.finish is Finish.REFUSED or not (answer.text or answer.tool) else [_block(answer)]
        ended = {"content": content, "stop_reason": _stop(answer), "usage": _usage(answer, answer.tokens_out)}
        return msgspec.json.encode({**message, **ended})

    def events(self, question: Question, answer: Answer) -> Iterator[bytes]:
        """From `message_start` to `message_stop`."""
        yield _event("message_start", message=_message(question, answer))
        yield _event("ping")
        if (answer.text or answer.tool) and answer.finish is not Finish.REFUSED:
            yield from _block_events(answer)
        delta = {"stop_reason": _stop(answer), "stop_sequence": None}
        yield _event("message_delta", delta=delta, usage={"output_tokens": answer.tokens_out})
        yield _event("message_stop")

    def models(self, names: Sequence[str]) -> bytes:
        """A page of `model` objects."""
        models = [{"type": "model", "id": name, "display_name": name, "created_at": MADE} for name in names]
        page = {"has_more": False, "first_id": names[0], "last_id": names[-1]}
        return msgspec.json.encode({"data": models, **page})

    def error(self, status: int, message: str) -> bytes:
        """An `error` object."""
        kind = _KINDS.get(status, "api_error" if status >= 500 else "invalid_request_error")
        error = {"type": kind, "message": message}
        return msgspec.json.encode({"type": "error", "error": error, "request_id": "req_fabula"})

    def broken(self) -> bytes:
        """An `error` event."""
        return _event("error", error={"type": "overloaded_error", "message": "Overloaded"})

    def wrong(self) -> tuple[bytes, ...]:
        """Bodies that lack what matters."""
        return (
            *NO_ANSWERS,
            b'{"type": "message", "content": null}',
            b'{"id": 7, "type": "message", "role": "assistant", "content": [{"type": "text"}], "usage": null}',
            b'{"completion": "I agree.", "stop": "stop_sequence"}',
        )


def _turn(number: int, message: Mapping[str, Any]) -> Turn:
    role = _ROLES.get(str(message.get("role")))
    if role is None:
        raise Unfit(f"messages.{number}.role: Input should be 'user' or 'assistant'")
    return Turn(role, _text(message, "content", f"messages.{number}."))


def _text(values: Mapping[str, Any], name: str, at: str) -> str:
    """The text of a field that holds a text or blocks; what tools answered counts as text."""
    content = values.get(name)
    if content is None or isinstance(content, str):
        return content or ""
    texts = []
    for block in objects_in(values, name, at=at):
        if isinstance(block.get("text"), str):
            texts.append(block["text"])
        elif isinstance(block.get("content"), str):
            texts.append(block["content"])
        elif isinstance(block.get("content"), list):
            texts += [part["text"] for part in objects_in(block, "content", at=at) if isinstance(part.get("text"), str)]
    return "\n".join(texts)


def _schema(body: Mapping[str, Any]) -> dict[str, Any] | None:
    form = object_in(object_in(body, "output_config"), "format") or object_in(body, "output_format")
    if not form:
        return None
    if form.get("type") != "json_schema":
        raise Unfit("output_config.format.type: Input should be 'json_schema'")
    return object_in(form, "schema", at="output_config.format.")


def _tool(number: int, tool: Mapping[str, Any]) -> Tool:
    return Tool(text_in(tool, "name"), object_in(tool, "input_schema", at=f"tools.{number}."))


def _tool_choice(choice: Mapping[str, Any]) -> tuple[Literal["never", "may", "must"], str]:
    kind, name = choice.get("type", "auto"), choice.get("name", "")
    if not isinstance(kind, str) or kind not in _CALLS:
        raise Unfit("tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'")
    return _CALLS[kind], name if isinstance(name, str) else ""


def _message(question: Question, answer: Answer) -> dict[str, Any]:
    """The message as it stands at its beginning."""
    return {
        "id": f"msg_{answer.id}",
        "type": "message",
        "role": "assistant",
        "model": question.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _usage(answer, 0),
    }


def _block(answer: Answer) -> dict[str, Any]:
    if answer.tool:
        called = {"type": "tool_use", "id": f"toolu_{answer.id}", "name": answer.tool}
        return {**called, "input": arguments_of(answer)}
    return {"type": "text", "text": answer.text}


def _block_events(answer: Answer) -> Iterator[bytes]:
    block = {**_block(answer), "input": {}} if answer.tool else {"type": "text", "text": ""}
    yield _event("content_block_start", index=0, content_block=block)
    for piece in pieces_of(answer.text):
        delta = {"type": "text_delta", "text": piece}
        if answer.tool:
            delta = {"type": "input_json_delta", "partial_json": piece}
        yield _event("content_block_delta", index=0, delta=delta)
    yield _event("content_block_stop", index=0)


def _stop(answer: Answer) -> str:
    return _STOPS.get(answer.finish, "tool_use" if answer.tool else "end_turn")


def _usage(answer: Answer, tokens_out: int) -> dict[str, Any]:
    return {
        "input_tokens": answer.tokens_in,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": tokens_out,
        "service_tier": "standard",
    }


def _event(kind: str, **values: Any) -> bytes:
    return sse({"type": kind, **values}, event=kind)
