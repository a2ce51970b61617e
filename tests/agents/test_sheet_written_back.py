"""What is written back out reads in as the same persona, whoever made it and however messy its sheet was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fabula.agents.persona import REMARKABLE, Field, Persona, Remark, Section, Skill, Tie, Trait, Weight
from fabula.agents.plain import block, one_line
from fabula.agents.sheet import SheetError, read_sheet, read_sheet_file, write_sheet

T = TypeVar("T")

SHEETS = sorted((Path(__file__).parents[1] / "data" / "sheets").glob("[0-9]*.md"))

FRAGMENTS = [
    "Name", "Faction", "Rank", "Rank/Role", "Origin", "Class", "House", "Skills", "Core Identity",
    "Personality Traits", "Decision Making Weights", "Scale", "Trust", "who", "None", "-", "--", "---", "??",
    "***", "**bold**", "*x*", "_y_", "`code`", "# Heading", "## Skills", "### Sub", "#", "C #", "```", "~~~",
    "> quote", "| a | b |", "|", ">", "[a, b]", "{a: 1}", "a, b", "\"quoted\"", "'single'", "a: b", "a - b",
    "a – b", ":", "::", "=", "= 0.5", "x = ?", "(trust +0.5)", "(expert)", "expert", "7", "7/10", "0.7", "1",
    "70 %", "high", "★★★☆☆", "6-8", "Duty 7", "Duty (7)", "1. one", "a. first", "* item", "+ item", "•", "\\",
    "\\# x", "\\\\", "\\*", "&a", "*b", "!tag", "a # comment", "no", "null", "Žofie", "名前", "Мира", "👩‍🚀",
    "e\u0301", "===", "...", "{{char}}", "<!-- x -->", "<b>x</b>", "on a scale of 1 to 5", "Skills:",
    "**Skills**", "https://example.org/a", "06:00",
]  # fmt: skip
words = st.one_of(
    st.sampled_from(FRAGMENTS),
    st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map(" ".join),
    st.text(max_size=30),
)
names = words.map(one_line).filter(bool)
texts = st.lists(words, max_size=6).map("\n".join)
ratios = st.none() | st.integers(0, 10_000).map(lambda share: share / 10_000)
trusts = st.none() | st.integers(-10_000, 10_000).map(lambda share: share / 10_000)


def some(values: st.SearchStrategy[T], name: Callable[[T], str]) -> st.SearchStrategy[tuple[T, ...]]:
    """A few values of distinct names."""
    return st.lists(values, max_size=4, unique_by=lambda value: name(value).casefold()).map(tuple)


def built(kind: type[T], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    return st.builds(kind, **fields)


skills = some(built(Skill, name=names, level=ratios, said=words), lambda skill: skill.name)


def is_persona_name(name: str) -> bool:
    return any(character.isalnum() for character in name)


personas = st.builds(
    Persona,
    name=names.filter(is_persona_name),
    title=words,
    about=texts,
    factions=some(names, one_line),
    role=words,
    origin=words,
    identity=some(built(Field, label=names, text=words), lambda field: field.label),
    traits=some(built(Trait, name=names, note=words), lambda trait: trait.name),
    weights=some(built(Weight, name=names, value=ratios, said=words), lambda weight: weight.name),
    knowledge=skills,
    ties=some(built(Tie, who=names, text=words, trust=trusts), lambda tie: tie.who),
    skills=skills,
    history=texts,
    behaviour=st.lists(words, max_size=4).map(tuple),
    remarks=some(
        built(Remark, on=st.sampled_from(sorted(REMARKABLE)), text=texts.filter(block)), lambda remark: remark.on
    ),
    sections=some(built(Section, title=names, text=texts), lambda section: section.title),
)


@settings(max_examples=150, deadline=None)
@given(persona=personas)
def test_every_persona_is_read_back_from_its_sheet(persona: Persona) -> None:
    again, _ = read_sheet(write_sheet(persona), source="persona.md")
    assert again == persona


@settings(max_examples=50, deadline=None)
@given(persona=personas)
def test_every_persona_is_read_back_from_its_bytes(persona: Persona) -> None:
    encoded = msgspec.json.encode(persona, order="deterministic")
    again = msgspec.json.decode(encoded, type=Persona)
    assert again == persona
    assert msgspec.json.encode(again, order="deterministic") == encoded


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_sample_sheet_is_read_back_without_new_warnings(sheet: Path) -> None:
    persona, warnings = read_sheet_file(sheet)
    again, new = read_sheet(write_sheet(persona), source=sheet.name)
    assert again == persona
    assert {warning.text for warning in new} <= {warning.text for warning in warnings}


lines = st.one_of(
    words,
    words.map("- {}".format),
    words.map("  - {}".format),
    words.map("## {}".format),
    words.map("### {}".format),
    st.tuples(words, words).map(lambda pair: f"- **{pair[0]}**: {pair[1]}"),
    st.tuples(words, words).map(lambda pair: f"{pair[0]}: {pair[1]}"),
    st.tuples(words, words).map(lambda pair: f"| {pair[0]} | {pair[1]} |"),
    st.sampled_from(
        ["", "", "---", "name: Mira", "## Decision Making Weights", "## Social Network", "## Personal History"]
    ),
)


@settings(max_examples=300, deadline=None)
@given(sheet=st.lists(lines, max_size=25).map("\n".join))
@example(sheet="name: Mira\n\n---\n\n## Skills\n### Sub\n- a\n  - b\n> c")
def test_whatever_can_be_read_is_read_back_the_same(sheet: str) -> None:
    try:
        persona, _ = read_sheet(sheet, source="sheet.md")
    except SheetError:
        return
    assert read_sheet(write_sheet(persona), source="sheet.md")[0] == persona
