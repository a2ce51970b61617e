"""Hostile text in a sheet stays text: it is kept or refused, costs little, and reaches nobody unseen."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fabula.agents.persona import Persona
from fabula.agents.plain import hidden
from fabula.agents.sheet import SheetError, read_sheet, write_sheet
from fabula.agents.sheet.notices import WARNINGS_MAX
from fabula.agents.sheet.text import LINES_MAX, SIZE_MAX_BYTES

MESSAGES = Path(__file__).parents[1] / "data" / "hostile" / "messages.jsonl"
TEXTS = {
    message["id"]: message["text"] for message in map(json.loads, MESSAGES.read_text(encoding="utf-8").splitlines())
}
PLACES = [
    "{}",
    "---\n{}\n---\n",
    "---\nname: {}\nfactions: [{}, x]\npersonality_traits: [{}]\nage: {}\n---\n",
    "name: Rook\n{}\n",
    "# {}\n## {}\n{}\n",
    "name: Rook\n## Core Identity\n- **Origin**: {}\n- **{}**: x\n{}\n",
    "name: Rook\n## Personality Traits\n- **{}**: {}\n- {}\n{}\n",
    "name: Rook\n## Decision Making Weights\n- {}: {}\n- **Duty**: {}\n",
    "name: Rook\n## Social Network\n- **Ann**: {}\n\n| {} | {} |\n",
    "name: Rook\n## Personal History\n{}\n\n{}\n## Behavioral Patterns\n- {}\n{}\n",
]


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings_in(part)


def read_or_refused(sheet: str) -> tuple[Persona | None, list[str]]:
    """The persona of a sheet, or None; and what its author is told."""
    try:
        persona, warnings = read_sheet(sheet, source="rook.md")
    except SheetError as refusal:
        return None, [str(refusal)]
    return persona, [warning.text for warning in warnings]


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_is_kept_as_plain_text_or_refused(name: str) -> None:
    for place in PLACES:
        persona, told = read_or_refused(place.replace("{}", TEXTS[name]))
        said = [*strings_in(msgspec.to_builtins(persona)), *told]
        assert not any(hidden(line) for text in said for line in text.split("\n"))
        if persona is not None:
            assert read_or_refused(write_sheet(persona))[0] == persona


FLOODS = {
    "stars": "*",
    "backslashes": "\\",
    "brackets": "[",
    "quotes": "\"', ",
    "bullets": "- ",
    "hashes": "# ",
    "pipes": "|-",
    "escapes": "\x1b]0",
    "joiners": "\u200d",
    "accents": "a\u0300",
    "digits": "1",
    "words": "high ",
    "colons": ": ",
    "fields": "name: x\n",
    "headings": "## Foo\n",
    "slips": "## Skils\n",
    "items": "- **a**: b\n",
    "depth": "\n".join(" " * depth + "- a" for depth in range(1_400)),
    "fences": "```\n",
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_read_or_refused_in_bounded_time(flood: str) -> None:
    unit = FLOODS[flood]
    body = unit * (LINES_MAX - 20 if unit.endswith("\n") else SIZE_MAX_BYTES // len(unit))
    for head in ("", "---\nname: A\nfactions: [", "name: A\n## Weights\n- Duty: "):
        begun = time.perf_counter()
        _, told = read_or_refused((head + body)[: SIZE_MAX_BYTES - 1])
        assert time.perf_counter() - begun < 20
        assert len(told) <= WARNINGS_MAX + 1
