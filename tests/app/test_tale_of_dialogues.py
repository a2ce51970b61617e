"""The tale of a dialogue: a transcript that grows as it is held, and pages once it is over or left."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest
from tests.knowledge.talks import a_talk, held

from fabula.app.tale import Tale, tell_log_file, tell_run, written_log
from fabula.app.transcripts import transcript_in, transcript_of
from fabula.chronicle.transcript import read_transcript, to_jsonl
from fabula.engine import Moment
from fabula.errors import UsageError
from fabula.store import SqliteStore

LINES = {"Ada": ["The old bridge is rotten.", "Then a ferry."], "Ben": ["It will hold.", "Never."]}


def test_what_was_said_is_in_the_folder_as_soon_as_it_is_kept(tmp_path: Path) -> None:
    async def body() -> None:
        seen: list[int] = []
        async with SqliteStore.open(tmp_path) as store:
            talk = a_talk("Ada", "Ben")
            begun = await held(store, talk, LINES, steps=2)
            with Tale(tmp_path / "tale", begun.row, talk) as tale:
                await tale.catch_up(store)

                def watch(moment: Moment) -> None:
                    tale.write(moment.events, moment.notes)
                    text = (tmp_path / "tale" / "transcript.jsonl").read_text(encoding="utf-8")
                    seen.append(len(read_transcript(text).entries))

                await held(store, talk, LINES, run=begun.id, watch=watch)
                tale.tell()
            assert (tale.turns, tale.called, tale.log) == (4, "Transcript", "transcript.jsonl")
            assert tale.pages == ("transcript.md", "transcript.html")
            assert seen == sorted(seen)
            assert seen[0] == 2
            names = sorted(path.name for path in (tmp_path / "tale").iterdir())
            assert names == ["transcript.html", "transcript.jsonl", "transcript.md"]
            whole = await transcript_of(store, begun.id)
            assert (tmp_path / "tale" / "transcript.jsonl").read_text(encoding="utf-8") == to_jsonl(whole)
            told = await tell_run(store, begun.id)
            assert (tmp_path / "tale" / "transcript.md").read_text(encoding="utf-8") == told.markdown
            assert transcript_in(tmp_path / "tale" / "transcript.jsonl") == whole
            assert (await tell_log_file(tmp_path / "tale" / "transcript.jsonl")).html == told.html

    asyncio.run(body())


def test_of_a_dialogue_that_is_left_the_pages_stand_there_too(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            talk = a_talk("Ada", "Ben")
            run = await held(store, talk, LINES, steps=2)
            with suppress(KeyboardInterrupt), Tale(tmp_path / "tale", run.row, talk) as tale:
                await tale.catch_up(store)
                raise KeyboardInterrupt
            assert "It has not ended" in (tmp_path / "tale" / "transcript.md").read_text(encoding="utf-8")

    asyncio.run(body())


def test_a_transcript_says_who_spoke_for_whom(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            run = await held(store, a_talk("Ada", "Ben"), LINES, failing=["Ben"])
            told = await tell_run(store, run.id)
            assert "**Ben**: It will hold.\n\n*(script spoke for Ben: " in told.markdown
            lines = [json.loads(line) for line in to_jsonl(await transcript_of(store, run.id)).splitlines()]
            assert [line["why"] == "" for line in lines if line.get("kind") == "said"] == [True, False, True, False]

    asyncio.run(body())


def test_no_model_goes_over_what_was_said(tmp_path: Path) -> None:
    async def polish(*_: object) -> object:
        raise AssertionError("nobody is asked")

    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            talk = a_talk("Ada", "Ben")
            run = await held(store, talk, LINES)
            told = await tell_run(store, run.id, polish=polish)  # type: ignore[arg-type]
            assert "word for word" in told.problems[0]
            with Tale(tmp_path / "tale", run.row, talk) as tale:
                assert not tale.is_polishable
                with pytest.raises(UsageError, match="word for word"):
                    await tale.polish(polish)  # type: ignore[arg-type]

    asyncio.run(body())


def test_the_log_has_a_line_for_each_thing_that_happened(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            run = await held(store, a_talk("Ada", "Ben"), LINES)
            lines = (await written_log(store, run.id)).splitlines()
            assert lines[0] == "the old bridge"
            assert [line.split("  ")[-1].split(":")[0] for line in lines[1:5]] == ["Ada", "Ben", "Ada", "Ben"]
            assert "It ended: " in lines[-1]

    asyncio.run(body())


def test_what_is_no_file_of_a_transcript_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="byte 0"):
        transcript_in(tmp_path / "odd.jsonl")
    with pytest.raises(UsageError, match="lines for programs"):
        transcript_in(tmp_path / "story.md")
    with pytest.raises(UsageError, match="cannot be read"):
        transcript_in(tmp_path / "none.jsonl")
