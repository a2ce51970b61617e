"""Script: answers given in turn, as they were written down beforehand.

A script is JSON Lines. A line is a text to answer, or an object with what to answer

    {"text": "I wait."}   {"answer": {"choice": 2}}   {"tool": "roll", "answer": {"dice": "d20"}}   {"fault": "500"}

and, if it is not for everyone, for whom: `agent`, `step`, `number` (as the header X-Fabula-Asked has them) and `model`.
A line is given once, `"times": 3` gives it three times. Whoever finds no line gets an answer in the provider's manner.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fabula.errors import UsageError, did_you_mean
from fabula.llm.process.faults import Fault, fault_named
from fabula.llm.process.values import Said

LINES_MAX = 100_000
TIMES_MAX = 1_000_000
_KEYS = ("agent", "answer", "fault", "model", "number", "step", "text", "times", "tool")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a script."""

    said: Said | None = None
    fault: Fault | None = None
    """In the place of an answer."""
    agent: str | None = None
    step: int | None = None
    number: int | None = None
    model: str | None = None
    times: int = 1

    def is_for(self, *, asked: str, model: str) -> bool:
        """Whether a request may have this line. asked: `STEP/AGENT/NUMBER`, or empty."""
        step, _, rest = asked.partition("/")
        agent, _, number = rest.rpartition("/")
        return (
            (self.agent is None or self.agent.casefold() == agent.casefold())
            and (self.step is None or str(self.step) == step)
            and (self.number is None or str(self.number) == number)
            and (self.model is None or self.model == model)
        )


class Script:
    """The lines that have not been given yet."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self._lines = list(lines)

    def take(self, *, asked: str, model: str) -> Line | None:
        """The next line for a request; None: there is none left for it."""
        for place, line in enumerate(self._lines):
            if line.is_for(asked=asked, model=model):
                if line.times > 1:
                    self._lines[place] = msgspec.structs.replace(line, times=line.times - 1)
                else:
                    del self._lines[place]
                return line
        return None


def lines_of(told: Iterable[Any], *, where: str = "script") -> tuple[Line, ...]:
    """The lines of a script from JSON values. Raises UsageError, naming the line."""
    lines = []
    for number, value in enumerate(told, 1):
        if number > LINES_MAX:
            raise UsageError(f"{where}: more than {LINES_MAX:,} lines")
        lines.append(_line(value, f"{where}, line {number}"))
    return tuple(lines)


def script_in(text: bytes, *, where: str) -> tuple[Line, ...]:
    """The lines of a script file. Raises UsageError, naming the line."""
    values = []
    for number, raw in enumerate(text.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not raw.strip():
            continue
        try:
            values.append(msgspec.json.decode(raw))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as failure:
            raise UsageError(
                f"{where}, line {number}: no JSON ({failure}). Write a text in quotes or an object."
            ) from None
    return lines_of(values, where=where)


def _line(value: Any, where: str) -> Line:
    if isinstance(value, str):
        return Line(said=Said(text=value))
    if not isinstance(value, Mapping):
        raise UsageError(f"{where}: a text in quotes or an object is needed, not {value!r:.40}")
    for key in value:
        if key not in _KEYS:
            raise UsageError(f"{where}: {key!r:.40} means nothing here.{did_you_mean(str(key), _KEYS)}")
    fault = value.get("fault")
    return Line(
        said=_said(value, where) if fault is None else None,
        fault=fault_named(str(fault)) if fault is not None else None,
        agent=_of_kind(value, "agent", str, where),
        model=_of_kind(value, "model", str, where),
        step=_of_kind(value, "step", int, where),
        number=_of_kind(value, "number", int, where),
        times=min(_of_kind(value, "times", int, where) or 1, TIMES_MAX),
    )


def _said(value: Mapping[str, Any], where: str) -> Said:
    tool = _of_kind(value, "tool", str, where) or ""
    if "answer" in value:
        return Said(text=msgspec.json.encode(value["answer"]).decode(), tool=tool)
    text = _of_kind(value, "text", str, where)
    if text is None:
        raise UsageError(f"{where}: it says nothing: give it a 'text', an 'answer' or a 'fault'")
    return Said(text=text, tool=tool)


def _of_kind(value: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    found = value.get(key)
    if found is not None and (not isinstance(found, kind) or isinstance(found, bool)):
        raise UsageError(
            f"{where}: {key!r} is {found!r:.40}; {'a text' if kind is str else 'a whole number'} is needed"
        )
    return found
