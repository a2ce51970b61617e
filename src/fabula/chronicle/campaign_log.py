"""The campaign log: structured Markdown, written as the run goes and read back into equal events.

    ---
    log: campaign/1
    pack: harbour
    seed: 7
    ---

    # The Lamps of Harbour

    ## Turn 3 — tension 41, rising

    - **Moved** — agent: Tom; origin: the quay; to: the Iron Gate · seen by Mira Kest, Tom

Each list item is one event (fabula.chronicle.log_line). Headings, quotations, comments and blank lines are for people
and are passed over; a list item that is no event's line is a line of the keeper's own and is read as a `Noted` event.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import msgspec

from fabula.chronicle.letters import visible
from fabula.chronicle.log_line import LineCodec, LineError, read_text, write_text
from fabula.chronicle.markdown_text import escaped
from fabula.engine.values import AgentId, Event
from fabula.environments.campaign.events import (
    AnyEvent,
    CampaignEnded,
    CampaignOpened,
    Fell,
    Joined,
    Left,
    Noted,
    TurnBegan,
)
from fabula.errors import UsageError, did_you_mean

FORMAT = "campaign/1"
BYTES_MAX = 64 * 1024 * 1024
PROBLEMS_MAX = 200
"""More problems than a person would read one by one are counted, not told."""

_ITEM_MARKS = ("- ", "* ", "+ ")
_COMMENT = "<!--"
_NAME = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_FOR_PEOPLE = re.compile(r"#|>|[-*+]$|([-*_])(?:\s*\1){2,}$")
"""Headings, quotations, empty items and rules."""
_GUIDE = (
    "<!-- Each list item is one event. Fields may be changed, put in another order or left out where they have a"
    " default; a plain item such as '- Mira burned the letter.' is a note of your own. -->"
)


class LogHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Where a log comes from: all a reader needs besides the events."""

    pack: str = ""
    """Short name of the setting, whose words the story is told with."""
    seed: int | None = None
    style: str = ""
    """The style its story is told in unless another is asked for."""
    run: str = ""


class Problem(msgspec.Struct, frozen=True):
    """A line that was not read."""

    source: str
    line: int
    """Counted from 1."""
    text: str

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.text}"


class LogWriter:
    """Writes events to a stream as they happen, and never goes back.

    stream: text, opened for appending, UTF-8.
    already: the events that the stream holds from before; then no header is written again.
    """

    def __init__(self, stream: TextIO, header: LogHeader | None = None, *, already: Iterable[Event] = ()) -> None:
        self._stream = stream
        self._present = _Present()
        self._cast_begun = False
        held = list(already)
        for event in held:
            self._heading(event)
            self._present.after(event)
        if not held:
            stream.write(_front_matter(header or LogHeader()))

    def write(self, events: Iterable[Event]) -> None:
        """Append the events, one line each, and hand them on to whatever lies beneath the stream."""
        self._stream.write("".join(self._lines(events)))
        self._stream.flush()

    def _lines(self, events: Iterable[Event]) -> Iterator[str]:
        for event in events:
            yield self._heading(event)
            self._present.before(event)
            yield _CODEC.write(event, everyone=self._present.agents) + "\n"
            self._present.after(event)

    def _heading(self, event: Event) -> str:
        if isinstance(event, Joined) and not self._cast_begun:
            self._cast_begun = True
            return "\n## Cast\n\n"
        heading = _HEADINGS.get(type(event))
        return heading(event) if heading else ""


def read_log(text: str, source: str) -> tuple[list[Event], list[Problem]]:
    """The events of a log, in order, and what could not be read, by line. `source` names the log in problems.

    A header from `LogWriter` is checked and passed over; `read_header` reads it.
    Raises UsageError if it is too large (64 MiB) or no text at all.
    """
    _refuse_what_is_no_log(text, source)
    events: list[Event] = []
    problems: list[Problem] = []
    present = _Present()
    left_out = 0
    for number, line in _content(text):
        try:
            event = _read_line(line, present)
        except LineError as error:
            if len(problems) < PROBLEMS_MAX:
                problems.append(Problem(source, number, str(error)))
            else:
                left_out += 1
            continue
        if event is not None:
            present.after(event)
            events.append(event)
    if left_out:
        problems.append(Problem(source, problems[-1].line, f"and {left_out} more lines after it that cannot be read"))
    problems[:0] = [Problem(source, number, text) for number, text in _header_lines(text)[1]]
    return events, problems


def read_header(text: str) -> LogHeader:
    """What the log says of where it comes from; what it does not say, or not readably, is left at its default."""
    return _header_lines(text)[0]


def load_log(path: Path) -> tuple[str, list[Event], list[Problem]]:
    """A log file's text, its events, and what could not be read. Raises UsageError if the file cannot be read as a
    log.
    """
    try:
        if path.stat().st_size > BYTES_MAX:
            raise UsageError(
                f"{path}: larger than {BYTES_MAX >> 20} MiB; a campaign log is text of a few hundred kilobytes"
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}; name a campaign log, such as campaign-log.md") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: byte {error.start} is no UTF-8 text; is this a campaign log?") from error
    return text, *read_log(text, str(path))


class _Present:
    """Who is in the campaign's action: joined, and neither gone nor fallen; what `seen by all` stands for."""

    def __init__(self) -> None:
        self.agents: tuple[AgentId, ...] = ()

    def before(self, event: Event) -> None:
        if isinstance(event, Joined) and event.agent not in self.agents:
            self.agents = tuple(sorted((*self.agents, AgentId(event.agent))))

    def after(self, event: Event) -> None:
        self.before(event)
        gone = event.agent if isinstance(event, Left) else event.who if isinstance(event, Fell) else None
        if gone is not None:
            self.agents = tuple(agent for agent in self.agents if agent != gone)


_CODEC = LineCodec(AnyEvent)


def _opened_heading(event: Any) -> str:
    return f"# {_shown(event.title)}\n\n> {_shown(event.question)}\n\n"


def _turn_heading(event: Any) -> str:
    act = f", {_shown(event.act)}" if event.act else ""
    return f"\n## Turn {event.turn} — tension {event.tension}{act}\n\n"


def _ended_heading(event: Any) -> str:
    return f"\n## The end — {_shown(event.name)}\n\n"


def _shown(text: str) -> str:
    return escaped(visible(text, letters_max=200)) or "…"


_HEADINGS: dict[type[Event], Callable[[Any], str]] = {
    CampaignOpened: _opened_heading,
    TurnBegan: _turn_heading,
    CampaignEnded: _ended_heading,
}


def _front_matter(header: LogHeader) -> str:
    fields = {"log": FORMAT, "pack": header.pack, "seed": header.seed, "style": header.style, "run": header.run}
    lines = (f"{name}: {_header_value(str(value))}\n" for name, value in fields.items() if value not in (None, ""))
    return f"---\n{''.join(lines)}---\n\n{_GUIDE}\n\n"


def _header_value(value: str) -> str:
    """Front matter is no Markdown: a name may stand there with its underscores."""
    return value if _NAME.fullmatch(value) else write_text(value)


def _header_lines(text: str) -> tuple[LogHeader, list[tuple[int, str]]]:
    """The header, and what is wrong with it, by line."""
    values: dict[str, str] = {}
    problems: list[tuple[int, str]] = []
    for number, line in _front(text):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or name not in ("log", *LogHeader.__struct_fields__):
            problems.append(
                (number, f"the header has no field {name!r}.{did_you_mean(name, LogHeader.__struct_fields__)}")
            )
            continue
        try:
            values[name] = read_text(value)
        except LineError as error:
            problems.append((number, f"{name}: {error}"))
    seed = values.pop("seed", None)
    made_as = values.pop("log", FORMAT)
    if made_as != FORMAT:
        problems.append((1, f"this log says it is {made_as!r}; only {FORMAT!r} is known here, so lines may be misread"))
    header = msgspec.structs.replace(LogHeader(), **values)
    if seed is None:
        return header, problems
    try:
        return msgspec.structs.replace(header, seed=int(seed)), problems
    except ValueError:
        return header, [*problems, (1, f"seed: expected a whole number, got {seed!r}")]


def _front(text: str) -> Iterator[tuple[int, str]]:
    """The lines between the two rules at the very top, if they are there."""
    head = text[:65536].removeprefix("\ufeff").split("\n")
    if head[0].strip() != "---":
        return
    lines = [line.strip() for line in head]
    if "---" in lines[1:]:
        end = lines.index("---", 1)
        yield from ((number, line) for number, line in enumerate(lines[1:end], start=2) if line)


def _content(text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines outside header and comments that hold something."""
    header_end = max((number for number, _ in _front(text)), default=0)
    comment_begun = 0
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        line = raw.strip()
        if number <= header_end or not line:
            continue
        if comment_begun or line.startswith(_COMMENT):
            comment_begun = 0 if "-->" in line else comment_begun or number
            continue
        yield number, line
    if comment_begun:
        yield comment_begun, _COMMENT


def _read_line(line: str, present: _Present) -> Event | None:
    if _FOR_PEOPLE.match(line):
        return None
    if line == _COMMENT:
        raise LineError("this comment is never closed, so nothing after it was read; close it with '-->'")
    if line.startswith(_ITEM_MARKS):
        item = line[2:].strip()
        event = _CODEC.read(item, everyone=present.agents) if item.startswith("**") else None
        if isinstance(event, Joined) and event.seen_by == present.agents:
            # Whoever joins is among those who see it, and is known only once the line is read.
            present.before(event)
            event = _CODEC.read(item, everyone=present.agents)
        return event or Noted(text=item)
    raise LineError(f"{visible(line, letters_max=60)!r} is no event; begin the line with '- ' to keep it as a note")


def _refuse_what_is_no_log(text: str, source: str) -> None:
    if len(text) > BYTES_MAX:
        raise UsageError(
            f"{source}: larger than {BYTES_MAX >> 20} MiB; a campaign log is text of a few hundred kilobytes"
        )
    if "\x00" in text:
        raise UsageError(f"{source}: holds zero bytes, so it is no text; is this a campaign log?")
