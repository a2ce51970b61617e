"""`find` and `transcript`: what was said is found again and opened; what cannot be found says what was searched."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from tests.cli.program import Program
from tests.knowledge.talks import a_talk, held

from fabula.cli.dates import moment
from fabula.errors import UsageError
from fabula.store import SqliteStore

LINES = {
    "Ada Brook": ["The old bridge is rotten, \x1b[31mall of it\x1b[0m.", "Then build a ferry."],
    "Ben": ["It will hold.", "Ferries drown people."],
}
NOW = datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC)


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    """The program, in a home in which Ada and Ben have talked."""
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "home"))

    async def body() -> None:
        async with SqliteStore.open(tmp_path / "home") as store:
            await held(store, a_talk("Ada Brook", "Ben"), LINES)

    asyncio.run(body())
    return Program(monkeypatch, capfd)


def test_what_was_said_is_found_with_where_and_by_whom(fabula: Program) -> None:
    called = fabula("find", "bridge")
    assert called.code == 0
    head, excerpt, *_, hint = called.out.rstrip().splitlines()
    assert head.startswith("Ada Brook  talk-1, turn 1  ")
    assert head.endswith("the old bridge")
    assert excerpt == "  The old [bridge] is rotten, all of it."
    assert hint == "1 find. Read on with: fabula transcript talk-1"
    assert "\x1b" not in called.out


def test_filters_and_json(fabula: Program) -> None:
    called = fabula("find", "--speaker", "ada", "--since", "1d", "--run", "talk-1", "--limit", "1", "--json")
    (found,) = called.last["found"]
    assert (found["run"], found["turn"], found["speaker"], found["text"]) == (
        "talk-1", 3, "Ada Brook", "Then build a ferry.",
    )  # fmt: skip
    assert called.last["searched"] == 4
    assert fabula("find", "bridge", "--until", "2020-01-01", "--json").last["found"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("-ferry",),
        ("--", "-ferry"),
        ("-ferry", "--limit", "20"),
        ("--speaker", "Ada", "-ferry"),
        ("bridge", "-ferry", "rotten"),
        ("bridge -ferry",),
        ('-"a ferry"', "old", "bridge"),
    ],
)
def test_a_word_to_be_left_out_is_no_option(fabula: Program, words: tuple[str, ...]) -> None:
    called = fabula("find", "--json", *words)
    assert called.code == 0, called.err
    texts = [found["text"] for found in called.last["found"]]
    assert any("bridge" in text for text in texts)
    assert not any("ferry" in text for text in texts)


def test_options_stay_options_and_the_help_says_what_has_a_date(fabula: Program) -> None:
    assert "No such option: --sinse" in fabula("find", "--sinse", "7d").err
    assert "nobody is called '-toll'" in fabula("find", "--speaker", "-toll").out
    told = " ".join(fabula("find", "-h").out.replace("│", " ").split())
    assert "Only in runs that went on since" in told
    assert "a turn has no date of its own" in told


def test_where_nothing_is_found_it_says_what_was_searched_and_who_is_near(fabula: Program) -> None:
    called = fabula("find", "bridge", "--speaker", "Benn")
    assert (called.code, called.out) == (
        0,
        "Nothing found in 4 things said in 1 run: nobody is called 'Benn'. Did you mean 'Ben'?\n",
    )
    assert fabula("find", "balloon").out == "Nothing found in 4 things said in 1 run.\n"


@pytest.mark.parametrize("typed", ['"', "AND OR NOT", "NEAR(x, 5)", "a:b*", "-", "'; DROP TABLE said; --", "{x}^2"])
def test_whatever_is_typed_is_searched_for(fabula: Program, typed: str) -> None:
    called = fabula("find", "--", typed)
    assert called.code == 0 or "no letter or digit" in called.err


def test_a_bad_date_or_run_is_told_with_examples(fabula: Program) -> None:
    called = fabula("find", "bridge", "--since", "soonish")
    assert called.code == 2
    assert "--since 'soonish' is no date: write 2026-03-01" in called.err
    assert fabula("find", "bridge", "--run", "talk-7").code == 2


def test_an_index_that_is_damaged_or_gone_costs_nothing_but_a_note(fabula: Program) -> None:
    fabula("find", "bridge")
    file = Path(os.environ["FABULA_HOME"]) / "conversations.db"
    file.write_bytes(b"nonsense" * 1000)
    called = fabula("find", "bridge")
    assert "made anew" in called.out
    assert "[bridge]" in called.out
    file.unlink()
    assert "[bridge]" in fabula("find", "bridge").out


def test_a_transcript_is_printed_or_written_in_each_form(fabula: Program, tmp_path: Path) -> None:
    markdown = fabula("transcript", "talk-1").out
    assert "**Ben**: It will hold." in markdown
    assert fabula("story", "talk-1").out == markdown
    lines = fabula("transcript", "talk-1", "--format", "jsonl").out.splitlines()
    assert [json.loads(line).get("speaker") for line in lines][1:3] == ["Ada Brook", "Ben"]
    file = tmp_path / "talk.jsonl"
    assert fabula("transcript", "talk-1", "--format", "jsonl", "--out", file).code == 0
    page = fabula("transcript", file, "--format", "html").out
    assert (
        page == fabula("transcript", "talk-1", "--format", "html").out == fabula("story", file, "--format", "html").out
    )
    assert fabula("transcript", file, "--json").last["transcript"] == markdown


def test_the_log_of_a_dialogue_is_a_line_for_each_turn(fabula: Program) -> None:
    assert "    2  Ben: It will hold." in fabula("log", "talk-1").out


def test_what_is_no_dialogue_has_no_transcript(fabula: Program) -> None:
    fabula("play", "ashfall", "--seed", "7", "--turns", "1", "--quiet")
    called = fabula("transcript", "ashfall-1")
    assert called.code == 2
    assert "`fabula story ashfall-1` tells it" in called.err


@pytest.mark.parametrize(
    ("typed", "is_end", "meant"),
    [
        ("", False, ""),
        ("2026-03-01", False, "2026-02-28T22:00:00Z"),
        ("2026-03-01", True, "2026-03-01T21:59:59Z"),
        ("2026-03-01 14:30", True, "2026-03-01T12:30:00Z"),
        ("2026-03-01T14:30Z", False, "2026-03-01T14:30:00Z"),
        ("today", False, "2026-03-09T22:00:00Z"),
        ("Yesterday", True, "2026-03-09T21:59:59Z"),
        ("30m", False, "2026-03-10T11:30:30Z"),
        ("2H", False, "2026-03-10T10:00:30Z"),
        ("7d", True, "2026-03-03T12:00:30Z"),
        ("3 w", False, "2026-02-17T12:00:30Z"),
    ],
)
def test_dates_are_read_as_people_write_them(typed: str, is_end: bool, meant: str) -> None:
    zone = timezone(timedelta(hours=2))
    assert moment(typed, "--since", now=NOW, zone=zone, is_end=is_end) == meant


@pytest.mark.parametrize("typed", ["soon", "2026-13-01", "7", "-3d", "999999w", "0001-01-01", "2026-03-01 25:00", "\0"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    zone: Any = timezone(timedelta(hours=2))
    with pytest.raises(UsageError, match="is no date"):
        moment(typed, "--since", now=NOW, zone=zone)
