"""The portrait: a speaker's side of a dialogue in lines, for a person who looks at a run from outside."""

from collections.abc import Iterator, Mapping
from typing import Any

from fabula.agents.plain import one_line

LINES_MAX = 8
"""Turns that are shown, the last ones."""
LINE_CHARACTERS_MAX = 240


def portrait(view: Mapping[str, Any]) -> list[str]:
    """A speaker's `view` in lines, a heading and what belongs to it indented under it; none if it is nobody's."""
    if "outlook" not in view:
        return []
    seen = view["outlook"]
    groups = (
        ("talks with", [_someone(other) for other in seen.get("others", ())]),
        ("has to say", list(seen.get("points", ()))),
        ("wants to know", list(seen.get("wants_to_know", ()))),
        ("heard last", [_line(line) for line in view["lines"][-LINES_MAX:]]),
    )
    lines = [f"{view['agent']}, on {one_line(seen['topic'])}" if seen.get("topic") else view["agent"], *_state(view)]
    for title, under in groups:
        if under:
            lines += ["", title, *(f"  {line}" for line in under)]
    return lines


def _state(view: Mapping[str, Any]) -> Iterator[str]:
    seen = view["outlook"]
    of = f" of {view['turns']}" if view["turns"] else ""
    spoke = f"spoke last in turn {view['last']}" if view["last"] else "has not spoken yet"
    yield f"turn {view['turn']}{of}: {'has left' if view['status'] == 'left' else spoke}"
    if seen.get("stance"):
        yield f"{'for' if seen['stance'] > 0 else 'against'} it, {abs(seen['stance'])} of 100"
    if seen.get("leads"):
        yield "leads the talk"
    if seen.get("addressed_by"):
        yield f"{seen['addressed_by']} waits for its answer"
    if seen.get("nudge"):
        yield f"was told: {seen['nudge']}"


def _someone(other: Mapping[str, Any]) -> str:
    return f"{other['name']}, {other['role']}" if other.get("role") else str(other["name"])


def _line(line: Mapping[str, Any]) -> str:
    whom = f" to {line['to']}" if line.get("to") else ""
    said = one_line(line["text"])
    short = said if len(said) <= LINE_CHARACTERS_MAX else said[: LINE_CHARACTERS_MAX - 1].rstrip() + "…"
    return f"{line['speaker']}{whom}: {short}"
