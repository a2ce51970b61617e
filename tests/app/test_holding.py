"""Holding: whoever watches is told when nobody plays a run any more, and when somebody does again."""

import asyncio
from pathlib import Path

import pytest
from tests.knowledge.talks import a_talk, held

from fabula.app import holding
from fabula.engine import Run
from fabula.store import SqliteStore

LINES = {"Ada": ["The old bridge is rotten."], "Ben": ["It will hold."]}


def test_a_run_that_is_left_is_told_once_and_again_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "LOOK_S", 0.02)

    async def body() -> None:
        told: asyncio.Queue[bool] = asyncio.Queue()
        async with SqliteStore.open(tmp_path) as store, SqliteStore.open(tmp_path) as other:
            begun = await held(store, a_talk("Ada", "Ben"), LINES, steps=2)
            async with asyncio.timeout(30), holding.told_when_left(other, begun.id, told.put_nowait):
                assert await told.get() is False
                async with await Run.open(store, begun.id):
                    assert await told.get() is True
                assert await told.get() is False
            assert told.empty()

    asyncio.run(body())
