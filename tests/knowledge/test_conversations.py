"""The index of conversations: whatever people type is a search; the file is a cache, and a broken one is made anew."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.knowledge.indexes import add, found

from fabula.errors import RunError, UsageError
from fabula.knowledge import Conversations, Found, IndexBroken, Indexed, Spoken, is_called, read_query
from fabula.knowledge.conversations import FILE_NAME
from fabula.knowledge.query import LETTERS_MAX, TERMS_MAX


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An index of two runs."""
    file = tmp_path / FILE_NAME
    with Conversations.open(file) as index:
        add(
            index,
            "talk-1",
            ("Ada Brook", "The old bridge was mended in spring."),
            ("Ben", "The bridge is old, and no café stands near it."),
            ("Ada Brook", "Nobody AND nobody else pays the toll."),
        )
        add(index, "talk-2", ("Zoë", "An old ferry, and not a bridge."), changed="2026-04-01T00:00:00Z")
    return file


def test_all_words_must_be_there_in_any_order(file: Path) -> None:
    assert set(found(file, "bridge old")) == {"talk-1:1", "talk-1:2", "talk-2:1"}
    assert found(file, "bridge spring") == ["talk-1:1"]
    assert found(file, "bridge toll") == []


def test_a_phrase_stands_as_it_was_said(file: Path) -> None:
    assert found(file, '"old bridge"') == ["talk-1:1"]
    assert found(file, '"old bridge') == ["talk-1:1"]


def test_a_word_can_be_kept_out(file: Path) -> None:
    assert set(found(file, "bridge -spring")) == {"talk-1:2", "talk-2:1"}
    assert set(found(file, 'bridge -"old bridge"')) == {"talk-1:2", "talk-2:1"}
    assert set(found(file, "-bridge")) == {"talk-1:3"}


def test_a_word_can_be_begun(file: Path) -> None:
    assert found(file, "spri*") == ["talk-1:1"]
    assert found(file, "spri") == []


def test_case_and_accents_do_not_matter(file: Path) -> None:
    assert found(file, "CAFE") == found(file, "Café") == ["talk-1:2"]
    assert found(file, speaker="zoe") == ["talk-2:1"]


@pytest.mark.parametrize(
    "typed", ["nobody AND", "nobody OR else", "NEAR(nobody)", "words:nobody", "nobody^", "(nobody"]
)
def test_operators_are_words_like_any_other(file: Path, typed: str) -> None:
    assert set(found(file, typed)) <= {"talk-1:3"}
    assert found(file, "AND nobody") == ["talk-1:3"]


@settings(max_examples=100)
@given(typed=st.text(st.characters() | st.sampled_from('"-*^():+ \x00'), max_size=30))
def test_nothing_that_is_typed_is_an_error_of_the_index(typed: str) -> None:
    try:
        query = read_query(typed)
    except UsageError:
        return
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE spoken USING fts5 (words, tokenize = 'ascii')")
        for match in filter(None, (query.match, query.excludes)):
            assert db.execute("SELECT * FROM spoken WHERE spoken MATCH ?", (match,)).fetchall() == []


def test_a_search_without_letters_or_beyond_its_bounds_is_refused() -> None:
    for typed, told in (
        ("+++ ☃", "no letter or digit"),
        ("x" * (LETTERS_MAX + 1), "letters at most"),
        ("x " * (TERMS_MAX + 1), "leave some out"),
    ):
        with pytest.raises(UsageError, match=told):
            read_query(typed)


def test_without_words_the_latest_come_first(file: Path) -> None:
    assert found(file) == ["talk-2:1", "talk-1:3", "talk-1:2", "talk-1:1"]
    assert found(file, most=2) == ["talk-2:1", "talk-1:3"]


def test_a_speaker_is_meant_by_the_whole_name_or_its_first_words(file: Path) -> None:
    assert found(file, speaker="ada") == found(file, speaker="Ada  Brook") == ["talk-1:3", "talk-1:1"]
    assert found(file, speaker="ad") == found(file, speaker="brook") == []
    assert is_called("Ada Brook", "ADA")
    assert not is_called("Ada Brook", "Ad")


def test_only_runs_that_went_on_in_a_time_are_searched(file: Path) -> None:
    assert found(file, "bridge", since="2026-03-15T00:00:00Z") == ["talk-2:1"]
    assert found(file, "bridge", until="2026-02-01T00:00:00Z") == []
    assert found(file, run="talk-2") == ["talk-2:1"]


def test_a_branch_is_searched_with_the_past_that_it_shares(file: Path) -> None:
    with Conversations.open(file) as index:
        branch = Indexed(run="talk-3", parent="talk-1", parent_step=1, steps=2)
        index.add(branch, [Spoken(1, 2, "Ben", "It was burnt.")], start=1)
        leaf = Indexed(run="talk-4", parent="talk-3", parent_step=2, steps=2)
        index.add(leaf, [], start=2)
    assert sorted(found(file, run="talk-4")) == ["talk-1:1", "talk-3:2"]


def test_what_was_looked_for_is_marked_in_the_excerpt(file: Path) -> None:
    with Conversations.open(file) as index:
        (one,) = index.search("cafe")
    assert [piece.text for piece in one.excerpt if piece.is_hit] == ["café"]
    assert "".join(piece.text for piece in one.excerpt) == one.words


def test_marks_in_what_was_said_mark_nothing(tmp_path: Path) -> None:
    with Conversations.open(tmp_path / FILE_NAME) as index:
        add(index, "talk-1", ("Ada", "\x02forged\x03 bridge\x00\x1b[31m"))
        (one,) = index.search("bridge")
    assert [piece.text for piece in one.excerpt if piece.is_hit] == ["bridge"]


def test_what_is_indexed_again_stands_there_once(file: Path) -> None:
    with Conversations.open(file) as index:
        add(index, "talk-2", ("Zoë", "A raft."))
        assert index.size() == 4
    assert found(file, "raft") == ["talk-2:1"]
    assert "talk-2:1" not in found(file, "ferry")


def test_runs_that_are_no_more_are_dropped(file: Path) -> None:
    with Conversations.open(file) as index:
        index.forget(["talk-1"])
        assert list(index.runs()) == ["talk-2"]
        assert index.speakers() == ["Zoë"]
    assert found(file, "spring") == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"no database at all" * 500),
        lambda file: file.write_bytes(file.read_bytes()[:5000]),
        lambda file: _done(file, "PRAGMA user_version = 99"),
        lambda file: _done(file, "PRAGMA user_version = 1"),
        lambda file: _done(file, "PRAGMA user_version = 0"),
    ],
)
def test_a_file_that_is_no_index_is_made_anew_with_a_note(file: Path, damage: object) -> None:
    assert callable(damage)
    damage(file)
    try:
        with Conversations.open(file) as index:
            index.search("bridge")
            assert index.note
    except IndexBroken:
        with Conversations.open(file) as index:
            index.rebuild()
            assert index.search("bridge") == []
            assert index.note


def _done(file: Path, statement: str) -> None:
    db = sqlite3.connect(file)
    db.execute(statement)
    db.commit()
    db.close()


def test_tables_that_were_tampered_with_are_noticed_and_made_anew(file: Path) -> None:
    _done(file, "DROP TABLE said")
    with Conversations.open(file) as index:
        with pytest.raises(IndexBroken, match="Delete it"):
            index.search("bridge")
        index.rebuild()
        assert "made anew" in index.note
        assert index.search("bridge") == []
        add(index, "talk-1", ("Ada", "The bridge again."))
    assert found(file, "bridge") == ["talk-1:1"]


def test_an_index_that_another_process_has_rebuilt_is_left_as_it_is(file: Path) -> None:
    _done(file, "DROP TABLE said")
    with Conversations.open(file) as mine, Conversations.open(file) as theirs:
        theirs.rebuild()
        add(theirs, "talk-9", ("Ada", "The bridge again."))
        mine.rebuild()
        assert [one.run for one in mine.search("bridge")] == ["talk-9"]
        assert mine.note == ""


def test_the_file_can_be_deleted_at_any_time(file: Path) -> None:
    with Conversations.open(file) as index:
        file.unlink()
        assert len(index.search("bridge")) == 3
    assert found(file, "bridge") == []


def test_two_that_write_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    failures: list[Exception] = []

    def write(name: str) -> None:
        try:
            with Conversations.open(file) as index:
                for number in range(10):
                    add(index, f"{name}-{number}", ("Ada", "The bridge."))
        except RunError as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(found(file, "bridge", most=100)) == 30


def test_where_nothing_can_be_kept_the_message_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made"):
        Conversations.open(tmp_path / "file" / FILE_NAME)
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(RunError, match="cannot be used"):
        Conversations.open(tmp_path / FILE_NAME)


def test_the_best_come_first(file: Path) -> None:
    with Conversations.open(file) as index:
        add(index, "talk-5", ("Ada", "ferry " + "something else " * 50), ("Ben", "ferry ferry"))
        best: list[Found] = index.search("ferry")
    assert (best[0].run, best[0].number) == ("talk-5", 2)
    assert best[-1].words.startswith("ferry something")
