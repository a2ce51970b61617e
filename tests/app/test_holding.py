"""Holding: whether somebody plays a run can be seen without taking it."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.knowledge.talks import a_talk, held

from fabula.app.holding import Held
from fabula.app.holding import held as looked
from fabula.engine import Run
from fabula.store import NoSuchRun, SqliteStore

LINES = {"Ada": ["The old bridge is rotten."], "Ben": ["It will hold."]}


def test_a_run_is_played_left_or_ended_and_looking_takes_nothing(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            talk = a_talk("Ada", "Ben")
            begun = await held(store, talk, LINES, steps=2)
            now_s = time.time()
            assert looked(tmp_path, begun.id, now_s=now_s) is Held.LEFT
            async with await Run.open(store, begun.id):
                assert looked(tmp_path, begun.id, now_s=now_s) is Held.PLAYED
                assert looked(tmp_path, begun.id, now_s=now_s) is Held.PLAYED
                assert looked(tmp_path, begun.id, now_s=now_s + 3600) is Held.LEFT, "its lease is over long since"
            await held(store, talk, LINES, run=begun.id)
            assert looked(tmp_path, begun.id, now_s=now_s) is Held.ENDED
            with pytest.raises(NoSuchRun):
                looked(tmp_path, "talk-9", now_s=now_s)

    asyncio.run(body())


NEWER = '{"what":"a later version writes"}'
ELSEWHERE = '{"holder":{"host":"far","boot":"b","container":"1","pid":1,"started":"1","handle":1},"since":"2026-03-01"}'


@pytest.mark.parametrize("holder", [NEWER, ELSEWHERE])
def test_a_holder_that_cannot_be_seen_from_here_is_taken_to_be_alive(tmp_path: Path, holder: str) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            begun = await held(store, a_talk("Ada", "Ben"), LINES, steps=2)
        with closing(sqlite3.connect(tmp_path / "fabula.db")) as database, database:
            database.execute("UPDATE runs SET holder = ?, lease_until = 2000", (holder,))
        assert looked(tmp_path, begun.id, now_s=1000) is Held.PLAYED
        assert looked(tmp_path, begun.id, now_s=2000) is Held.LEFT

    asyncio.run(body())
