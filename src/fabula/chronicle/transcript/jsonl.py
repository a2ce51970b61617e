"""A transcript as JSON lines: a heading, then one object for each entry, with the same keys throughout."""

import json
import re
from typing import Any

import msgspec

from fabula.chronicle.letters import INVISIBLE
from fabula.chronicle.transcript.transcript import Answer, Entry, Happened, Heading, Transcript
from fabula.engine.values import Spent
from fabula.environments.dialogue.events import Called
from fabula.errors import UsageError

VERSION = 1
"""Of the lines' form; what is of another is not read."""

_FORM = "fabula transcript"
_KEYS = {"why": "because"}
"""Keys of events under other names: in every line `by` and `why` say who decided, and why it was not the mind in the
seat.
"""
_KEYS_CALLED = {"by": "speaker", "speaker": "to"}
"""Of a moderator's call: who acts is the speaker, as everywhere."""
_INVISIBLE = re.compile(f"(?![\\t\\n\\r])[{INVISIBLE}]")


def to_jsonl(transcript: Transcript) -> str:
    """The whole transcript."""
    return heading_line(transcript.heading) + "".join(map(entry_line, transcript.entries))


def heading_line(heading: Heading) -> str:
    """The first line: `form`, `version`, and what a Heading holds."""
    return _line({"form": _FORM, "version": VERSION, **msgspec.structs.asdict(heading)})


def entry_line(entry: Entry) -> str:
    """A line: `step`, `kind`, what the event holds (`number`, `speaker`, `text`, `to`, …; its reason is `because`), and
    of what a mind decided `by`, `why`, `latency_ms`, `tokens`, `input_tokens`, `output_tokens`, `cost_nano_usd`.
    """
    return _line({"step": entry.step} | _event_keys(entry.event) | _answer_keys(entry.answer))


def read_transcript(text: str, source: str = "transcript") -> Transcript:
    """The transcript that was written so. A last line that a crash cut off, without its end, is left out.

    source: names the text in errors. Raises UsageError that names the line.
    """
    lines = text.split("\n")
    if len(lines) > 1 and not _is_whole(lines[-1]):
        lines.pop()
    heading = _read_heading(lines[0], source)
    entries = [
        _read_entry(line, f"{source}, line {number}") for number, line in enumerate(lines[1:], start=2) if line.strip()
    ]
    return Transcript(heading=heading, entries=tuple(entries))


def _is_whole(line: str) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
    return True


def _line(values: dict[str, Any]) -> str:
    # Harmless on a terminal too: letters that nobody sees stand as escapes and mean the same.
    written = msgspec.json.encode(values).decode()
    return _INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], written) + "\n"


def _event_keys(event: Happened) -> dict[str, Any]:
    renamed = _KEYS | (_KEYS_CALLED if isinstance(event, Called) else {})
    return {renamed.get(key, key): value for key, value in msgspec.to_builtins(event).items()}


def _answer_keys(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {}
    keys: dict[str, Any] = {"by": answer.by, "why": answer.why, "latency_ms": answer.latency_ms, "tokens": 0}
    if (spent := answer.spent) is None:
        return keys
    return keys | {"tokens": spent.input_tokens + spent.output_tokens} | msgspec.structs.asdict(spent)


def _read_heading(line: str, source: str) -> Heading:
    values = _object(line, f"{source}, line 1")
    if values.get("form") != _FORM:
        raise UsageError(f"{source} is no transcript: its first line does not say so. `fabula transcript` writes them.")
    if values.get("version") != VERSION:
        raise UsageError(
            f"{source}, line 1: a transcript of version {values.get('version')!r}; this Fabula reads version {VERSION}"
        )
    heading: Heading = _converted(values, Heading, f"{source}, line 1")
    return heading


def _read_entry(line: str, where: str) -> Entry:
    values = _object(line, where)
    step = _converted(values.get("step"), int, where)
    return Entry(step=step, event=_read_event(values, where), answer=_read_answer(values, where))


def _read_event(values: dict[str, Any], where: str) -> Happened:
    renamed = _KEYS | (_KEYS_CALLED if values.get("kind") == "called" else {})
    own = {key: value for key, value in values.items() if key not in {"by", "why"}}
    event: Happened = _converted(
        own | {key: own[name] for key, name in renamed.items() if name in own}, Happened, where
    )
    return event


def _read_answer(values: dict[str, Any], where: str) -> Answer | None:
    if "by" not in values:
        return None
    spent = _converted(values, Spent, where) if "cost_nano_usd" in values else None
    answer: Answer = _converted({**values, "spent": spent}, Answer, where)
    return answer


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        values = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as failure:
        raise UsageError(f"{where}: not a line of JSON ({failure})") from failure
    if not isinstance(values, dict):
        raise UsageError(f"{where}: an object is needed, as `fabula transcript --format jsonl` writes it")
    return values


def _converted(values: Any, kind: Any, where: str) -> Any:
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as failure:
        raise UsageError(f"{where}: {failure}") from failure
