"""Activation: which entries come up, in which order, and that no book makes it run for ever."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.agents.cards.made import DATA, as_json

from fabula.agents.cards import read_persona
from fabula.agents.lore import Book, Kind, Names, book_of, read_book
from fabula.agents.lore.activation import INSERTED_CHARACTERS_MAX, ROUNDS_MAX, Activated, Past, activate
from fabula.agents.lore.book import ENTRIES_MAX, Entry
from fabula.agents.lore.patterns import PATTERNS_MS_MAX, Patterns, checked_patterns
from fabula.engine.chance import Chance

NAMES = Names(char="Mira", user="Tom")


def an_entry(*keys: str, content: str = "Lore.", **fields: Any) -> dict[str, Any]:
    return {"keys": list(keys), "content": content, "enabled": True, "insertion_order": 10, "extensions": {}} | fields


def a_book(*entries: dict[str, Any], **fields: Any) -> Book:
    data = {"extensions": {}, "entries": list(entries)} | fields
    return read_book(as_json({"spec": "lorebook_v3", "data": data}), name="book").book


def ask(book: Book, *texts: str, past: Past | None = None, step: int = 0) -> Activated:
    return activate(book, texts, names=NAMES, stream=Chance(7, step).stream("lore"), past=past, seed=7)


def told(book: Book, *texts: str, past: Past | None = None) -> list[str]:
    return [entry.text for entry in ask(book, *texts, past=past).entries]


def comes_up(entry: dict[str, Any], *texts: str, count: int | None = None, **fields: Any) -> bool:
    past = None if count is None else Past(count=count)
    return bool(told(a_book(entry, **fields), *texts, past=past))


# --- keys ---


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        (an_entry("fog"), "The FOG rises", True),
        (an_entry("fog"), "The log rises", False),
        (an_entry("fog", case_sensitive=True), "The FOG rises", False),
        (an_entry("fog"), "foghorn", True),
        (an_entry("fog", extensions={"match_whole_words": True}), "foghorn", False),
        (an_entry("fog", extensions={"match_whole_words": True}), "foghorn, fog!", True),
        (an_entry("straße"), "STRASSE", True),
        (an_entry("a", "fog"), "fog", True),
        (an_entry(), "anything", False),
        (an_entry(""), "anything", False),
        (an_entry(constant=True), "", True),
        (an_entry("fog", enabled=False, constant=True), "fog", False),
        (an_entry("fog", content=""), "fog", False),
        (an_entry("fog", content="@@depth 1\n"), "fog", False),
        (an_entry("{{char}}"), "Where is mira?", True),
        (an_entry("fog", selective=True, secondary_keys=["night"]), "fog", False),
        (an_entry("fog", selective=True, secondary_keys=["night"]), "fog by night", True),
        (an_entry("fog", selective=False, secondary_keys=["night"]), "fog", True),
        (an_entry("/fo+g/i", use_regex=True), "FOOOG", True),
        (an_entry("/fo+g/", use_regex=True), "FOOOG", False),
        (an_entry("fo+g", use_regex=True), "fooog", True),
        (an_entry("fo+g"), "fooog", False),
        (an_entry("fog", use_regex=True, selective=True, secondary_keys=["night"]), "fog", True),
        (an_entry("x", use_regex=True, constant=True), "fog", False),
        (an_entry("(unclosed[", use_regex=True), "(unclosed[", False),
        (an_entry("fog", content="@@exclude_keys night\nLore."), "fog by night", False),
        (an_entry("x", content="@@additional_keys fog\nLore."), "fog", True),
        (an_entry("x", content="@@activate\nLore."), "", True),
        (an_entry("fog", content="@@dont_activate\nLore."), "fog", False),
    ],
)
def test_an_entry_comes_up_by_its_keys(entry: dict[str, Any], text: str, found: bool) -> None:
    assert comes_up(entry, text) is found


@pytest.mark.parametrize(
    ("logic", "text", "found"),
    [
        (0, "key a", True),
        (0, "key", False),
        (1, "key a b", False),
        (1, "key a", True),
        (2, "key a", False),
        (2, "key", True),
        (3, "key a", False),
        (3, "key a b", True),
    ],
)
def test_secondary_keys_follow_their_logic(logic: int, text: str, found: bool) -> None:
    entry = {"key": ["key"], "keysecondary": ["a", "b"], "selective": True, "selectiveLogic": logic, "content": "x"}
    book = read_book(as_json({"entries": {"0": entry}}), name="w").book
    assert bool(told(book, text)) is found


def test_only_the_last_messages_are_searched() -> None:
    texts = ["fog", "rain", "sun", "snow"]
    assert not comes_up(an_entry("fog"), *texts, scan_depth=3)
    assert comes_up(an_entry("fog"), *texts, scan_depth=4)
    assert comes_up(an_entry("fog", content="@@scan_depth 4\nLore."), *texts, scan_depth=1)
    assert not comes_up(an_entry("fog"), *texts, scan_depth=0)


# --- order, place, budget ---


def test_entries_stand_in_their_order_each_once_without_decorators() -> None:
    book = a_book(
        an_entry("a", content="second", insertion_order=2),
        an_entry("a", "b", content="@@depth 3\n@@role assistant\nfirst {{char}}", insertion_order=1),
    )
    first, second = ask(book, "a b a b").entries
    assert (first.text, first.depth, first.role, first.position) == ("first Mira", 3, "assistant", "at_depth")
    assert (second.text, second.position) == ("second", "before_char")


def test_the_lowest_priority_is_dropped_first() -> None:
    book = a_book(
        an_entry("a", content="x" * 40, priority=1),
        an_entry("a", content="y" * 40, priority=9),
        an_entry("a", content="z" * 40, priority=5),
        token_budget=20,
    )
    found = ask(book, "a")
    assert [entry.text[0] for entry in found.entries] == ["y", "z"]
    assert "1 of 3 entries do not fit into 20 tokens" in str(found.warnings[0])


def test_one_entry_larger_than_the_budget_does_not_push_out_the_others() -> None:
    book = a_book(an_entry("a", content="x" * 4000, priority=9), an_entry("a", content="small"), token_budget=20)
    assert told(book, "a") == ["small"]


# --- recursion ---


def test_texts_that_come_up_bring_up_others_only_where_the_book_says_so() -> None:
    chain = [an_entry("a", content="see b"), an_entry("b", content="see c"), an_entry("c", content="end")]
    assert told(a_book(*chain), "a") == ["see b"]
    assert told(a_book(*chain, recursive_scanning=True), "a") == ["see b", "see c", "end"]
    chain[1]["extensions"] = {"prevent_recursion": True}
    assert told(a_book(*chain, recursive_scanning=True), "a") == ["see b", "see c"]
    chain[1]["extensions"] = {"exclude_recursion": True}
    assert told(a_book(*chain, recursive_scanning=True), "a") == ["see b"]
    chain[0]["extensions"] = {"delay_until_recursion": True}
    assert told(a_book(*chain, recursive_scanning=True), "a") == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_recursion_in_circles_ends(links: list[tuple[int, int]]) -> None:
    entries = [an_entry(f"<{a}>", content=f"<{b}>") for a, b in links]
    book = a_book(*entries, recursive_scanning=True)
    assert len(ask(book, "<0>").entries) <= len(entries)


def test_recursion_has_a_bound() -> None:
    chain = [an_entry(f"<{number}>", content=f"<{number + 1}>") for number in range(50)]
    assert len(told(a_book(*chain, recursive_scanning=True), "<0>")) == ROUNDS_MAX + 1


# --- chance and time ---


def test_probability_is_drawn_from_chance_and_the_same_every_time() -> None:
    book = a_book(an_entry("a", extensions={"probability": 30}))
    drawn = [bool(ask(book, "a", step=step).entries) for step in range(400)]
    assert drawn == [bool(ask(book, "a", step=step).entries) for step in range(400)]
    assert 80 < sum(drawn) < 160
    assert not told(a_book(an_entry("a", extensions={"probability": 0})), "a")
    assert told(a_book(an_entry("a", extensions={"probability": 0, "useProbability": False})), "a")


def over_time(entry: dict[str, Any], *texts: str) -> list[bool]:
    """Whether the entry is there after each message, of which only the last is searched."""
    book, past, there = a_book(entry, scan_depth=1), Past(), []
    for count, text in enumerate(texts, 1):
        found = ask(book, text, past=Past(count=count, came_up=past.came_up))
        there.append(bool(found.entries))
        past = found.past
    return there


def test_an_entry_stays_and_then_pauses() -> None:
    entry = an_entry("a", extensions={"sticky": 2, "cooldown": 2})
    assert over_time(entry, "a", "-", "-", "a", "a", "a", "-") == [True, True, True, False, False, True, True]


def test_an_entry_waits_for_enough_messages() -> None:
    assert over_time(an_entry("a", extensions={"delay": 3}), "a", "a", "a", "a") == [False, False, True, True]
    assert over_time(an_entry("a", content="@@activate_only_after 2\nx"), "a", "a", "a") == [False, True, True]
    assert over_time(an_entry("a", content="@@activate_only_every 2\nx"), "a", "a", "a", "a") == [False, True] * 2


def test_a_match_can_hold_for_ever_or_be_the_only_one() -> None:
    assert over_time(an_entry("a", content="@@keep_activate_after_match\nx"), "-", "a", "-", "-") == [
        False,
        *[True] * 3,
    ]
    assert over_time(an_entry("a", content="@@dont_activate_after_match\nx"), "a", "a", "a") == [True, False, False]


def test_what_came_up_in_a_past_that_was_taken_back_is_forgotten() -> None:
    book = a_book(an_entry("a", content="@@dont_activate_after_match\nx"))
    later = ask(book, "a", past=Past(count=9)).past
    assert told(book, "a", past=Past(count=10, came_up=later.came_up)) == []
    assert told(book, "a", past=Past(count=3, came_up=later.came_up)) == ["x"]


def test_an_entry_can_belong_to_one_greeting() -> None:
    book = a_book(an_entry("a", content="@@is_greeting 1\nx"))
    assert told(book, "a") == []
    assert told(book, "a", past=Past(count=1, greeting=1)) == ["x"]


# --- books of the collection ---


def test_the_books_of_the_collection_do_what_they_say() -> None:
    nemo = book_of(read_persona((DATA / "nemo.v3.charx").read_bytes(), name="x").persona)
    assert nemo is not None
    assert told(nemo.book, "Le NAUTILUS et les POULPES") == [
        "The Nautilus is driven by electricity.",
        "Les poulpes géants attaquent.",
    ]
    assert ["(unclosed[" in str(warning) for warning in checked_patterns(nemo.book)] == [True]
    holmes = book_of(read_persona((DATA / "holmes.v2.json").read_bytes(), name="x").persona)
    assert holmes is not None
    assert len(told(holmes.book, "Lestrade, find Wiggins and the professor")) == 3
    island = read_book((DATA / "treasure-island.worldinfo.json").read_bytes(), name="x").book
    assert len(told(island, "a black spot, doubloons, Pew, the Hispaniola")) == 3
    assert len(told(island, "a black spot for the crew")) == 2


# --- hostile books ---


def test_a_pattern_that_takes_too_long_never_matches_and_is_told() -> None:
    book = a_book(an_entry("(?:a|a?)+$x", "((a+)+)+b", use_regex=True), an_entry("a", content="plain"))
    found = ask(book, "a" * 9000)
    assert [entry.text for entry in found.entries] == ["plain"]
    assert any("never matches: it takes more than" in str(warning) for warning in found.warnings)


def test_patterns_have_a_time_for_all_of_them_together() -> None:
    patterns = Patterns()
    for number in range(200):
        assert not patterns.found(f"((a+)+)+b{number}", "a" * 5000)
    assert any(f"the patterns before it took {PATTERNS_MS_MAX} ms" in why for why in patterns.faults.values())


@given(st.text(max_size=20) | st.text(alphabet="()[]{}*+?|\\a-z^$.<>:=!P&/iu09", max_size=20))
def test_any_pattern_matches_or_is_told(pattern: str) -> None:
    patterns = Patterns()
    assert patterns.found(pattern, "aaa (a) [b] 09") in {True, False}
    assert patterns.faults.keys() <= {pattern}


def test_ten_thousand_hostile_entries_end() -> None:
    """What bounds them is work, not time: that this test ends is its first result."""
    entries = tuple(
        Entry(number=number, keys=tuple(f"k{number}-{key}" for key in range(20)), content="aaa " * 500)
        for number in range(ENTRIES_MAX)
    )
    slow = tuple(Entry(number=number, keys=("((a+)+)+b",), use_regex=True, content="x") for number in range(100))
    book = Book(kind=Kind.CARD, recursive=True, scan_depth=100, entries=(*slow, *entries[100:]))
    found = ask(book, *["a" * 10_000] * 100)
    assert found.entries == ()
    assert any("more keys than can be looked for" in str(warning) for warning in found.warnings)


def test_what_goes_in_has_a_bound_whatever_the_budget() -> None:
    book = a_book(*(an_entry(constant=True, content="x" * 1000, priority=number) for number in range(300)))
    found = ask(book, "a")
    assert len(found.entries) == INSERTED_CHARACTERS_MAX // 1000
    assert found.entries[0].number == 100, "the lowest priority is dropped first"
    assert "are left out" in str(found.warnings[0])
