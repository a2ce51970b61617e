"""Books: one form for three kinds, read leniently, given back as they came."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.agents.cards.made import DATA, a_card, as_json

from fabula.agents.cards import read_persona
from fabula.agents.lore import Book, Kind, Logic, Position, ReadBook, Role, book_of, read_book
from fabula.agents.lore.decorators import decorated
from fabula.errors import UsageError


def in_card(**book: Any) -> ReadBook:
    found = book_of(read_persona(as_json(a_card(character_book=book)), name="x").persona)
    assert found is not None
    return found


def world_info(**entry: Any) -> Book:
    return read_book(as_json({"entries": {"0": {"key": ["a"], "content": "b"} | entry}}), name="w.json").book


def test_the_book_of_a_card_is_read() -> None:
    found = book_of(read_persona((DATA / "holmes.v2.json").read_bytes(), name="x").persona)
    assert found is not None
    book = found.book
    assert (book.name, book.scan_depth, book.token_budget, book.recursive) == ("Baker Street", 4, 400, True)
    moriarty, irregulars, always, lestrade = book.entries
    assert (moriarty.keys, moriarty.priority, moriarty.position) == (("Moriarty", "professor"), 5, Position.AFTER)
    assert (irregulars.secondary_keys, irregulars.logic) == (("shilling", "find"), Logic.AND_ANY)
    assert (always.constant, always.order, lestrade.enabled) == (True, 1, False)


def test_world_info_is_read() -> None:
    book = read_book((DATA / "treasure-island.worldinfo.json").read_bytes(), name="t.json").book
    assert book.kind is Kind.WORLD_INFO
    assert [entry.probability for entry in book.entries] == [100, 100, 50, 100, 100, 100]
    assert [entry.enabled for entry in book.entries] == [True, True, True, True, False, True]
    assert book.entries[2].order == 50
    assert book.entries[5].slashes


@pytest.mark.parametrize(("number", "logic"), list(enumerate(["and_any", "not_all", "not_any", "and_all"])))
def test_every_logic_of_world_info_is_known(number: int, logic: str) -> None:
    entry = world_info(selective=True, keysecondary=["c"], selectiveLogic=number).entries[0]
    assert (entry.logic, entry.secondary_keys) == (logic, ("c",))


def test_fields_of_frontends_are_read_from_extensions_too() -> None:
    extensions = {"position": 4, "depth": 2, "role": 1, "sticky": 3, "match_whole_words": True, "selectiveLogic": 2}
    entry = in_card(entries=[{"keys": ["a"], "content": "b", "extensions": extensions}]).book.entries[0]
    assert (entry.position, entry.depth, entry.role) == (Position.AT_DEPTH, 2, Role.USER)
    assert (entry.sticky, entry.whole_words, entry.logic) == (3, True, Logic.NOT_ANY)


@pytest.mark.parametrize("entries", [None, "x", 7, [None, 1, "x", []], {}])
def test_entries_that_are_none_are_told_and_left_out(entries: Any) -> None:
    found = in_card(entries=entries)
    assert found.book.entries == ()
    assert found.warnings or entries == {}


@pytest.mark.parametrize(
    ("entry", "warning"),
    [
        ({"keys": "a, b"}, "entries[0].keys: 'a, b' stands where a list belongs"),
        ({"enabled": "yes"}, "entries[0].enabled: 'yes' stands"),
        ({"content": ["x"]}, "entries[0].content: a list stands"),
        ({"insertion_order": "x"}, "entries[0].insertion_order: 'x' is no number"),
        ({"constant": []}, "entries[0].constant: a list is neither"),
    ],
)
def test_a_field_of_the_wrong_kind_is_told(entry: dict[str, Any], warning: str) -> None:
    assert any(f"data.character_book.{warning}" in str(told) for told in in_card(entries=[entry]).warnings)


def test_a_book_keeps_its_json_word_for_word() -> None:
    for name in ("treasure-island.worldinfo.json", "baker-street.lorebook_v3.json"):
        data = (DATA / name).read_bytes()
        assert read_book(data, name=name).book.text.encode() == data
    raw = {"entries": [], "x": [1.50, "ü"], "extensions": {}}
    assert json.loads(in_card(**raw).book.text) == raw


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"entries": 5}', b'{"name": "A", "first_mes": ""}', b"x", b""])
def test_what_is_no_book_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match="odd"):
        read_book(data, name="odd.json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = "keys key content enabled constant insertion_order order position depth role probability sticky extensions"


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS.split()), json_values), max_size=3), json_values)
def test_any_entry_can_be_read(entries: list[Any], extra: Any) -> None:
    in_card(entries=entries, scan_depth=extra, token_budget=extra, recursive_scanning=extra, name=extra)
    read_book(json.dumps({"entries": entries, "name": extra}).encode(), name="x")


# --- decorators ---


def test_decorators_are_taken_off_and_say_where_and_when() -> None:
    asked = decorated("@@depth 2\n@@role user\n@@activate_only_after 3\n@@activate_only_every 4\nText\n@@depth 9")
    assert asked.text == "Text\n@@depth 9"
    assert (asked.depth, asked.role, asked.position) == (2, Role.USER, Position.AT_DEPTH)
    assert (asked.only_after, asked.only_every) == (3, 4)


def test_unknown_decorators_are_ignored_and_fallbacks_stand_in() -> None:
    assert decorated("@@mystery 1\n@@@depth 5\nText").depth == 5
    assert decorated("@@depth 1\n@@@depth 5\nText").depth == 1
    assert decorated("@@mystery\n@@@other\n@@@depth 5\nText").depth == 5
    assert decorated("@@mystery\n@@depth 3\n@@@depth 5\nText").depth == 3
    assert decorated("@@depth many\nText").depth is None
    assert decorated("@@mystery 1\nText").text == "Text"
    assert decorated("@@additional_keys a, b\n@@exclude_keys c\nT").additional_keys == ("a", "b")
    assert decorated("no\n@@depth 1").text == "no\n@@depth 1"
