"""Front matter is read as its author means it: words as YAML reads them, and words where YAML would stumble."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from fabula.agents.persona import Field, Persona, Trait, says_none
from fabula.agents.plain import one_line
from fabula.agents.sheet import read_sheet
from fabula.agents.sheet.flow import items, unquoted, written_value


def front(text: str) -> Persona:
    return read_sheet(f"---\nname: Mira\n{text}\n---\n", source="sheet.md")[0]


@pytest.mark.parametrize(
    "written",
    [
        'factions: [A, "B, C", D]',
        "factions: [A,'B, C',\tD, ]",
        "factions: [A,\n  'B, C',\n  D]",
        "factions: [\nA,\n'B, C',\nD\n]",
        "factions:\n- A\n- B, C\n- D",
        'factions:\n  - A\n  - "B, C"\n  - D',
        "factions:\n\n    -   A\n    -   B, C\n    -   D",
        "factions:\n  * A\n  * B, C\n  * D",
        "Factions : ['A', 'B, C', D]",
        '"factions": ["A","B, C","D"]',
        "FACTIONS: [A, 'B, C', D",
    ],
)
def test_a_list_is_read_in_every_form(written: str) -> None:
    assert front(written).factions == ("A", "B, C", "D")


@pytest.mark.parametrize(
    ("written", "factions"),
    [
        ("factions: A", ("A",)),
        ("factions: goblins of the drain, thieves", ("goblins of the drain", "thieves")),
        ("factions: A; B", ("A", "B")),
        ("factions: 甲、乙", ("甲", "乙")),
        ("factions: []", ()),
        ("factions:", ()),
        ("factions: None", ()),
        ("factions: [None]", ()),
        ("factions: ~", ("~",)),
        ("factions: [Yes, No, 007, 1.50, null]", ("Yes", "No", "007", "1.50", "null")),
        ("factions: [A (of B, C), D]", ("A (of B, C)", "D")),
        ("factions: [O'Hara, 'it''s']", ("O'Hara", "it's")),
    ],
)
def test_words_are_words(written: str, factions: tuple[str, ...]) -> None:
    assert front(written).factions == factions


def test_what_yaml_would_refuse_is_read_as_it_stands() -> None:
    persona = front('role: Captain: of the guard\norigin: "Nowhere" at all\nage: @40\nmotto: never # give up')
    assert persona.role == "Captain: of the guard"
    assert persona.origin == '"Nowhere" at all'
    assert persona.identity == (Field(label="age", text="@40"), Field(label="motto", text="never"))


def test_a_comment_is_left_out_with_a_warning_but_a_number_sign_is_none() -> None:
    sheet = "---\n# the cast\nname: Unit #7\nrole: Cook # for now\n---\n"
    persona, warnings = read_sheet(sheet, source="sheet.md")
    assert (persona.name, persona.role) == ("Unit #7", "Cook")
    assert [str(warning) for warning in warnings if "comment" in warning.text] == [
        "line 2: the comment '# the cast' is left out",
        "line 4: the comment '# for now' is left out",
    ]


def test_blocks_mappings_and_lists_of_mappings_are_read() -> None:
    persona = front(
        "history: |\n  Born at sea.\n\n  ## Not a heading\n"
        "personality_traits:\n  - name: Brave\n    note: very\n  - quiet\n"
        "decision_weights:\n  Self-Preservation: 6\n  loyalty: high\n"
        "relationships: {Ann: sister}\n"
    )
    assert persona.history == "Born at sea.\n\n## Not a heading"
    assert persona.traits == (Trait(name="Brave", note="very"), Trait(name="quiet"))
    assert [(weight.name, weight.value) for weight in persona.weights] == [
        ("Self-Preservation", 0.6),
        ("loyalty", 0.75),
    ]
    assert persona.ties[0].text == "sister"


def test_a_folded_line_belongs_to_its_field() -> None:
    assert front("role: Pilot of\n  the channel").role == "Pilot of the channel"


def test_anchors_aliases_and_tags_mean_nothing() -> None:
    bomb = "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\nrole: !!python/object/apply:os.system [id]\n"
    persona, warnings = read_sheet(f"---\n{bomb}name: *c\n---\n", source="sheet.md")
    assert persona.name == "*c"
    assert persona.role == "!!python/object/apply:os.system [id]"
    assert sum("mean nothing here" in warning.text for warning in warnings) == 5


def test_the_last_of_two_equal_keys_counts_with_a_warning() -> None:
    persona, warnings = read_sheet("---\nname: A\nname: B\n---\n", source="sheet.md")
    assert persona.name == "B"
    assert "line 2: the name 'A' gives way to 'B' in line 3" in map(str, warnings)


def test_a_stray_line_is_kept_with_a_warning() -> None:
    persona, warnings = read_sheet("---\nname: A\nsome words\n---\n", source="sheet.md")
    assert persona.about == "some words"
    assert [warning.line for warning in warnings if "no field" in warning.text] == [3]


words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).map(one_line).filter(bool)


# A comma in round brackets is left to people, who mean it otherwise than YAML does.
names = words.filter(lambda name: not says_none(name) and not set(name) & set("()（）"))


@given(factions=st.lists(names, max_size=5, unique_by=str.casefold))
@example(factions=["No", "a: b", "#1", "- x", "[y]", '"q"', "it's", "a, b", "&c", "0x1f", "~", ";", "\U00010000"])
def test_what_yaml_writes_is_read_as_yaml_reads_it(factions: list[str]) -> None:
    for quote in (None, '"', "'"):
        style: dict[str, Any] = {"default_style": quote, "allow_unicode": True, "width": 10_000}
        inline = yaml.safe_dump(factions, default_flow_style=True, **style)
        below = yaml.safe_dump({"factions": factions}, default_flow_style=False, **style)
        for text in (f"factions: {inline}", below):
            assert yaml.safe_load(text)["factions"] == factions
            assert list(front(text).factions) == factions


@given(values=st.lists(words, min_size=1, max_size=5))
@example(
    values=["No", "a(", ")b", "a: b", "#1", "- x", "[y]", '"q"', "it's", "a, b", "&c", "C++", "x #y", "Ann & Bob", "12"]
)
def test_what_is_written_here_any_reader_of_yaml_reads(values: list[str]) -> None:
    written = f"[{', '.join(map(written_value, values))}]"
    assert yaml.safe_load(f"x: {written}")["x"] == values
    assert [unquoted(item) for item in items(written)] == values
