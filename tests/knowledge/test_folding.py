"""Folding: words are found however they are written, in any script, and what is shown of them is what was said."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.knowledge.indexes import found, said

from fabula.errors import UsageError
from fabula.knowledge import Conversations, read_query
from fabula.knowledge.excerpt import EXCERPT_LETTERS, excerpt
from fabula.knowledge.folding import folded, tokens


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("Ёлка горит.", "елка"),
        ("Die Straße ist ﬁne.", "STRASSE fine"),
        ("The smoerrebroed was Smørrebrød.", "smorrebrod"),
        ("Σίσυφος", "ΣΙΣΥΦΟΣ"),
        ("İstanbul", "istanbul"),
        ("a cafe\u0301 in Ｔｏｋｙｏ™", "café tokyo"),
        ("An un\u00adseen hy\u00adphen", "unseen hyphen"),
        ("مُحَمَّد", "محمد"),
        ("\u304b\u3099 ｶﾞ", '"が ガ"'),
        ("Nobody’s toll", '"nobody\'s toll"'),
        ("हिन्दी में", "हि*"),
    ],
)
def test_ways_to_write_the_same_are_one(tmp_path: Path, words: str, typed: str) -> None:
    assert found(said(tmp_path, "Something else.", words), typed) == ["talk:2"]


SENTENCES = (
    "古い塔を再建すべきだと思います",
    "我们应该重建旧塔",
    "เราควรสร้างหอคอยเก่าขึ้นใหม่",
    "ພວກເຮົາຄວນສ້າງຫໍຄອຍ",
    "យើងគួរសាងសង់ប៉ម",
    "မျှော်စင်ကိုပြန်ဆောက်သင့်တယ်",
    "낡은 탑을 다시 세워야 합니다",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_any_letters_in_a_row_are_found_where_no_blanks_stand(tmp_path: Path, sentence: str) -> None:
    file = said(tmp_path, sentence, "The old tower.")
    stretch = sentence.split(maxsplit=1)[0]
    parts = [stretch[at : at + size] for size in (1, 2, 3, 7) for at in range(len(stretch) - size + 1)]
    with Conversations.open(file) as index:
        for part in parts:
            (one,) = index.search(part)
            assert any(piece.is_hit and part in piece.text for piece in one.excerpt)
            assert "".join(piece.text for piece in one.excerpt) == sentence


def test_letters_of_scripts_without_blanks_keep_their_order(tmp_path: Path) -> None:
    file = said(tmp_path, SENTENCES[0], "建再", "AI塔 stands")
    assert found(file, "再建") == ["talk:1"]
    assert found(file, "塔 再建") == ["talk:1"]
    assert found(file, '"塔 再建"') == []
    assert found(file, '"AI塔 stands"') == found(file, "ai塔*") == ["talk:3"]
    assert found(file, "塔 -再建") == ["talk:3"]


@pytest.mark.parametrize(
    ("words", "typed", "marked"),
    [
        ("Die „Straße“, ja: eine ﬁne Straße!", "strasse fine", ["Straße", "ﬁne", "Straße"]),
        ("a cafe\u0301, and — the Café…", "cafe", ["cafe\u0301", "Café"]),
        ("古い塔を再建すべきだ。塔だ。", "塔 再建", ["塔", "再建", "塔"]),
        ("塔塔塔", "塔塔", ["塔塔塔"]),
        ("ที่นี่", "ที", ["ที่"]),
        ("The old, old bridge", '"old bridge" old', ["old", "old bridge"]),
        ("Bridges and bridge", "bridg*", ["Bridges", "bridge"]),
    ],
)
def test_what_is_marked_is_what_was_said(tmp_path: Path, words: str, typed: str, marked: list[str]) -> None:
    with Conversations.open(said(tmp_path, words)) as index:
        (one,) = index.search(typed)
    assert [piece.text for piece in one.excerpt if piece.is_hit] == marked
    assert "".join(piece.text for piece in one.excerpt) == words


@pytest.mark.parametrize("filler", ["filler ", "埋め草。", "é "])
def test_of_a_long_text_the_part_that_has_most_of_it_is_shown(tmp_path: Path, filler: str) -> None:
    words = f"Old. {filler * 300}The old bridge 塔 fell. {filler * 300}Bridge."
    with Conversations.open(said(tmp_path, words)) as index:
        (one,) = index.search("old bridge")
    text = "".join(piece.text for piece in one.excerpt)
    assert [piece.text for piece in one.excerpt if piece.is_hit] == ["old", "bridge"]
    assert text[0] == text[-1] == "…"
    assert text[1:-1] in words
    assert 80 < len(text) < 2 * EXCERPT_LETTERS


@settings(max_examples=100)
@given(
    words=st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("塔ที่がé\u0301\u3099ßﬁ a"), max_size=40),
    cut=st.integers(0, 40),
)
def test_what_is_marked_stands_where_the_index_has_it(words: str, cut: int) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE spoken USING fts5 (words, tokenize = 'ascii')")
        db.execute("CREATE VIRTUAL TABLE read USING fts5vocab (spoken, instance)")
        db.execute("INSERT INTO spoken VALUES (?)", (folded(words.replace("\0", " ")),))
        indexed = [word for (word,) in db.execute('SELECT term FROM read ORDER BY "offset"')]
    assert [token.text for token in tokens(words)] == indexed
    assert all(0 <= token.start < token.end <= len(words) for token in tokens(words))
    try:
        looked_for = read_query(words[cut:])
    except UsageError:
        return
    shown = "".join(piece.text for piece in excerpt(words, looked_for.terms))
    assert shown.strip("…") in words
