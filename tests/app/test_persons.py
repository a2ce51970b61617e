"""Persons in a run without an end: whoever plays it without them leaves it where it stands."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from tests.app.model_runs import settings
from tests.app.test_chatting import Chatted, chatted

from fabula.app import Played, Stage, branch_off, go_on, seat_here, stored_environment
from fabula.app.seated import persons_of
from fabula.app.seating import Seating
from fabula.app.talking import Talk, talk_of
from fabula.engine import AgentId, Assign, Run, Take, post
from fabula.store import SqliteStore

YOU = AgentId("You")


def without_a_desk(home: Path, play: Callable[[Stage], Awaitable[Played]]) -> tuple[Played, list[str]]:
    """Play where nobody can be asked; what came of it, and what was told."""
    told: list[str] = []

    async def body() -> Played:
        async with SqliteStore.open(home) as store:
            stage = Stage(
                store=store,
                settings=settings(home),
                out=lambda run: home / "tales" / run,
                notice=told.append,
                environ={},
            )
            async with asyncio.timeout(30):
                return await play(stage)

    return asyncio.run(body()), told


def left(home: Path) -> Chatted:
    """A chat of one word and its answer, left as `chat-1`."""
    return chatted(home, "Good evening.")


def test_a_chat_that_is_taken_up_without_its_person_is_left_where_it_stands(tmp_path: Path) -> None:
    left(tmp_path)
    played, told = without_a_desk(tmp_path, lambda stage: go_on(stage, "chat-1"))
    assert played.ending is None
    assert told == ["nobody is here to speak for 'You': chat-1 is left where it stands"]
    branched, _ = without_a_desk(tmp_path, lambda stage: branch_off(stage, "chat-1", at=1, changed={}))
    assert (branched.run, branched.steps, branched.ending) == ("chat-2", 1, None)


def test_a_chat_in_which_rules_were_given_the_seat_of_its_person_is_left_too(tmp_path: Path) -> None:
    left(tmp_path)

    async def play(stage: Stage) -> Played:
        await post(stage.store, "chat-1", Take(agent=YOU, mind="rules"))
        return await go_on(stage, "chat-1")

    played, told = without_a_desk(tmp_path, play)
    assert played.ending is None
    assert "`fabula release chat-1 'You'` gives it back" in told[0]


@pytest.mark.parametrize(("turns", "limit_s"), [(0, None), (9, 7.0)])
def test_a_person_elsewhere_is_waited_for_as_long_as_it_takes_where_there_is_no_end(
    tmp_path: Path, turns: int, limit_s: float | None
) -> None:
    talk, _ = talk_of(Talk(who=("Emeric", "you"), topic="the sea"))
    ends = msgspec.structs.replace(talk.setting.ends, turns=turns)
    talk = type(talk)(msgspec.structs.replace(talk.setting, ends=ends))

    async def body() -> None:
        async with (
            SqliteStore.open(tmp_path) as store,
            await Run.create(store, talk, seed=1, pack="talk") as run,
        ):
            await post(store, run.id, Assign(agent=YOU, mind="person:ann"))
            persons = await persons_of(store, run.id, await stored_environment(store, run.id))
            chosen = settings(tmp_path, cast__person_s_max=7.0)
            async with Seating(store, chosen, run.row, talk, persons=persons) as seating:
                names = (YOU, AgentId("Emeric Lunt"))
                limits = [getattr(seating.mind("person:ann", name), "reply_s_max", 0) for name in names]
            # Rules may speak in the other seat, which is no person's.
            assert limits == [limit_s, 7.0]
            assert await seat_here(store, run.id) == ""

    asyncio.run(body())
