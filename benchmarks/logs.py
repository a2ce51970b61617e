"""A campaign log written and read back: Markdown that a person can read and edit, typed events again afterwards.

The events are the first ones of a campaign of the pack `harbour`; what is read back is equal to what was written.
Beside it stand the same events as JSON lines by msgspec, which no person would want to read.
"""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns, timed
from benchmarks.plays import events_of

from fabula.chronicle import LogHeader, LogWriter, read_log
from fabula.engine import Event
from fabula.environments.campaign import AnyEvent

MARK_MS = 10.0

_json = msgspec.json.Encoder()
_event: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyEvent)


def measure(scale: Scale, _folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    events = events_of("harbour")[: scale.events]
    log, lines = _written(events), _json.encode_lines(events)
    assert read_log(log, "log") == (events, [])
    assert _event.decode_lines(lines) == events
    write_s, read_s, json_write_s, json_read_s = in_turns(
        scale.rounds,
        timed(_written, events),
        timed(read_log, log, "log"),
        timed(_json.encode_lines, events),
        timed(_event.decode_lines, lines),
    )
    both_s = [sum(pair) for pair in zip(write_s, read_s, strict=True)]
    json_both_s = [sum(pair) for pair in zip(json_write_s, json_read_s, strict=True)]
    what, note = f"a log of {len(events)} events", f"{len(log) / 1000:.1f} kB, as JSON {len(lines) / 1000:.1f} kB"
    yield _figure(f"{what}, written and read", both_s, json_both_s, mark=MARK_MS, note=note)
    yield _figure(f"{what}, written", write_s, json_write_s)
    yield _figure(f"{what}, read", read_s, json_read_s)


def _written(events: Sequence[Event]) -> str:
    text = io.StringIO()
    LogWriter(text, LogHeader(pack="harbour")).write(events)
    return text.getvalue()


def _figure(
    what: str, ours_s: list[float], json_s: list[float], *, mark: float | None = None, note: str = ""
) -> Figure:
    beside = Beside(what="msgspec JSON lines", sample=Sample.of(json_s, per_s=MS))
    return Figure(what=what, unit="ms", sample=Sample.of(ours_s, per_s=MS), mark=mark, beside=(beside,), note=note)
