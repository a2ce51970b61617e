"""Names: short where nobody else can be meant, whole where somebody could, and small words by the rules of English."""

import pytest

from fabula.chronicle.letters import visible
from fabula.chronicle.names import (
    LETTERS_MAX,
    Names,
    article,
    capitalised,
    counted,
    listed,
    number,
    ordinal,
    possessive,
    pronouns,
    times,
    titled,
)
from fabula.chronicle.wording import clause, clauses, epithet, quotation, quotation_before, statement


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Mira Kest", "Mira"),
        ("Lady Ysolde Ashgrove", "Lady Ysolde"),
        ("Captain Yoren Hale", "Hale"),
        ("Brother Aurelio", "Brother Aurelio"),
        ("Chancellor Voss", "Voss"),
        ("Old Bastian", "Old Bastian"),
        ("Zdenka of the Nine Wells", "Zdenka"),
        ("The Ferryman", "the Ferryman"),
        ("Seven", "Seven"),
        ("Korr the Elder", "Korr"),
        ("van der Berg", "van der Berg"),
        ("7-Alpha Unit", "7-Alpha Unit"),
        ("", "a nameless one"),
    ],
)
def test_a_name_alone_in_its_cast_goes_by_its_short_form(name: str, short: str) -> None:
    assert Names([name]).short(name) == short


def test_a_short_form_that_two_share_is_not_used() -> None:
    names = Names(["Mira Kest", "Mira Tull", "Tom Pell", "Sergeant Pell", "Orla Venn"], ["Orla"])
    assert [names.short(name) for name in ("Mira Kest", "Tom Pell", "Sergeant Pell", "Orla Venn")] == [
        "Mira Kest",
        "Tom",
        "Sergeant Pell",
        "Orla Venn",
    ]


def test_a_name_of_any_length_and_letters_is_shown_short_and_visible() -> None:
    names = Names(["X" * 500, "\u202eevil\n\x1b[31m", "two  spaces"])
    assert len(names.full("X" * 500)) <= LETTERS_MAX
    assert names.full("\u202eevil\n\x1b[31m") == "evil [31m"
    assert names.full("two  spaces") == "two spaces"
    assert visible("a word that is cut", letters_max=12) == "a word that…"


def test_lists_articles_and_possessives() -> None:
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert listed(["a, b", "c", "d"]) == "a, b; c; and d"
    assert [article(word) for word in "hour unit uncle usher ewe one-eyed honest lamp urn".split()] == [
        "an", "a", "an", "an", "a", "a", "an", "a", "an",
    ]  # fmt: skip
    assert [possessive(name) for name in ("Voss", "the Lamplighters", "Mira", "the abbess")] == [
        "Voss's",
        "the Lamplighters'",
        "Mira's",
        "the abbess's",
    ]


def test_numbers_in_words() -> None:
    assert [number(n) for n in (0, 1, 12, 20, 41, 99, 100)] == [
        "no",
        "one",
        "twelve",
        "twenty",
        "forty-one",
        "ninety-nine",
        "100",
    ]
    assert [ordinal(n) for n in (1, 3, 20, 21, 22, 23, 111, 112)] == [
        "first", "third", "twentieth", "21st", "22nd", "23rd", "111th", "112th",
    ]  # fmt: skip
    assert [times(n) for n in (1, 2, 5)] == ["once", "twice", "five times"]
    assert [counted(n, "turn") for n in (0, 1, 2)] == ["no turns", "one turn", "two turns"]


def test_capitals() -> None:
    assert capitalised("“stand back”") == "“Stand back”"
    assert capitalised("7 lamps") == "7 lamps"
    assert titled("the price of a dry match in the rain") == "The Price of a Dry Match in the Rain"


def test_pronouns_are_known_or_not_used() -> None:
    she, they = pronouns("She/Her"), pronouns("they")
    assert she is not None
    assert (she.he, she.him, she.his, she.himself) == ("she", "her", "her", "herself")
    assert they is not None
    assert they.his == "their"
    assert [pronouns(text) for text in ("", "xe/xem", "any")] == [None, None, None]


def test_the_words_of_the_log_stand_in_a_sentence() -> None:
    names = Names(["Seven", "Korr Vane"], ["The Crown", "the Quay"])
    assert clause("The chains were cut.", names) == "the chains were cut"
    assert clause("Korr cut the chains. The Quay was empty.", names) == "Korr cut the chains; the Quay was empty"
    assert clause("Seven cut the chains!", names) == "Seven cut the chains!"
    assert clause("Seven's boat. I saw it.", names) == "Seven's boat; I saw it"
    assert statement("the chains were cut.", names) == "The chains were cut"
    assert clauses("One fell. Nobody laughed? Korr did.", names) == ["one fell", "nobody laughed? Korr did"]
    assert [epithet(role, names) for role in ("Warden of the Quay", "Korr's man", "IT clerk", "“The road”")] == [
        "warden of the Quay",
        "Korr's man",
        "IT clerk",
        "“The road”",
    ]


def test_speech_is_quoted_with_its_own_stop() -> None:
    assert quotation("stand back") == "“Stand back.”"
    assert quotation('"Who?"') == "“Who?”"
    assert quotation('He said "no" to me') == "“He said ’no’ to me.”"
    assert quotation_before("Stand back.") == "“Stand back,”"
    assert quotation_before("Who goes there?") == "“Who goes there?”"
