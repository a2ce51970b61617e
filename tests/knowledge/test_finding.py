"""Finding: what stands in the records is found by its words, each thing once, and nothing that is no more."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from tests.knowledge.talks import a_talk, held

from fabula.app.finding import KINDS, TITLES, Findings, find
from fabula.engine import Action, Event, Observation, branch
from fabula.engine.values import kind_of
from fabula.environments.campaign import events as campaign
from fabula.environments.dialogue import events as dialogue
from fabula.environments.dialogue.actions import Consent, Propose
from fabula.environments.dialogue.setting import Decision
from fabula.environments.world import events as world
from fabula.knowledge.conversations import FILE_NAME
from fabula.store import NoSuchRun, SqliteStore

LINES = {"Ada": ["The old bridge is rotten.", "Then build a ferry."], "Ben": ["It will hold.", "Ferries drown people."]}


def turns(findings: Findings) -> list[str]:
    return [f"{one.run}:{one.number}" for one in findings.found]


def test_what_was_said_in_a_dialogue_is_found(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            await held(store, a_talk("Ada", "Ben"), LINES)
            findings = await find(store, tmp_path, "bridge")
            assert turns(findings) == ["talk-1:1"]
            (one,) = findings.found
            assert (one.speaker, one.topic, one.environment) == ("Ada", "the old bridge", "dialogue")
            assert (findings.searched, findings.runs, findings.notes) == (4, 1, ())
            assert turns(await find(store, tmp_path, speaker="ben")) == ["talk-1:4", "talk-1:2"]

    asyncio.run(body())


def test_a_dialogue_that_goes_on_is_read_on_from_where_it_stood(tmp_path: Path) -> None:
    async def body() -> None:
        talk = a_talk("Ada", "Ben")
        watched: list[tuple[int, int]] = []
        async with SqliteStore.open(tmp_path) as store:
            run = await held(store, talk, LINES, steps=3)
            assert len((await find(store, tmp_path)).found) == 2
            await held(store, talk, {"Ada": ["Then build a ferry."], "Ben": ["No."]}, run=run.id)
            findings = await find(store, tmp_path, watch=lambda done, steps: watched.append((done, steps)))
            assert turns(findings) == ["talk-1:4", "talk-1:3", "talk-1:2", "talk-1:1"]
            assert watched == [(2, 2)]
            assert (await find(store, tmp_path, "ferry")).found[0].topic == "the old bridge"

    asyncio.run(body())


def test_the_past_that_a_branch_shares_is_found_once(tmp_path: Path) -> None:
    async def body() -> None:
        talk = a_talk("Ada", "Ben")
        async with SqliteStore.open(tmp_path) as store:
            parent = await held(store, talk, LINES)
            async with await branch(store, parent.id, talk, at=3):
                pass
            await held(store, talk, {"Ada": ["Burn it."], "Ben": ["Burn it."]}, run="talk-2")
            assert turns(await find(store, tmp_path, "bridge")) == ["talk-1:1"]
            assert turns(await find(store, tmp_path, "bridge", run="talk-2")) == ["talk-1:1"]
            assert turns(await find(store, tmp_path, run="talk-2")) == ["talk-2:4", "talk-2:3", "talk-1:2", "talk-1:1"]
            assert {one.topic for one in (await find(store, tmp_path, "burn")).found} == {"the old bridge"}

    asyncio.run(body())


def test_runs_of_another_store_are_dropped_and_namesakes_read_anew(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path / "one") as store:
            await held(store, a_talk("Ada", "Ben"), LINES)
            await held(store, a_talk("Ada", "Ben"), LINES)
            assert len((await find(store, tmp_path, "bridge")).found) == 2
        async with SqliteStore.open(tmp_path / "two") as store:
            await held(store, a_talk("Cy", "Ben"), {"Cy": ["A raft."], "Ben": ["A raft."]})
            assert (await find(store, tmp_path, "bridge")).found == []
            assert turns(await find(store, tmp_path, "raft", speaker="cy")) == ["talk-1:3", "talk-1:1"]

    asyncio.run(body())


def test_a_damaged_index_is_filled_again_with_a_note(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            await held(store, a_talk("Ada", "Ben"), LINES)
            await find(store, tmp_path)
            file = tmp_path / FILE_NAME
            whole = file.read_bytes()
            file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
            findings = await find(store, tmp_path, "bridge")
            assert turns(findings) == ["talk-1:1"]
            assert "made anew" in findings.notes[0]
            assert (await find(store, tmp_path, "bridge")).notes == ()

    asyncio.run(body())


def test_what_a_group_proposes_and_objects_to_is_found_with_who_said_it(tmp_path: Path) -> None:
    def decide(observation: Observation) -> Action:
        if observation.accepts is Propose:
            return Propose(text="We build a ferry." if observation.agent == "Ada" else "")
        if observation.accepts is Consent:
            return (
                Consent(objects_to=(1,), objection="A ferry drowns people.")
                if observation.agent == "Ben"
                else Consent()
            )
        return observation.reflex

    async def body() -> None:
        talk = a_talk("Ada", "Ben", turns=2, decision=Decision.CONSENSUS, rounds=1)
        async with SqliteStore.open(tmp_path) as store:
            await held(store, talk, {}, decide=decide)
            assert [one.speaker for one in (await find(store, tmp_path, "drowns")).found] == ["Ben"]
            assert [one.speaker for one in (await find(store, tmp_path, "build")).found] == ["Ada"]
            assert len((await find(store, tmp_path, "ferry")).found) == 2

    asyncio.run(body())


def test_a_run_that_is_none_is_named(tmp_path: Path) -> None:
    async def body() -> None:
        async with SqliteStore.open(tmp_path) as store:
            await held(store, a_talk("Ada", "Ben"), LINES)
            with pytest.raises(NoSuchRun):
                await find(store, tmp_path, "bridge", run="talk-7")

    asyncio.run(body())


def _fields(module: object) -> dict[str, set[str]]:
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Event)]
    return {kind_of(kind.__name__): {field.name for field in msgspec.structs.fields(kind)} for kind in kinds}


@pytest.mark.parametrize("environment", KINDS)
def test_the_events_that_carry_words_are_built_as_it_is_said(environment: str) -> None:
    fields = _fields({"campaign": campaign, "dialogue": dialogue, "world": world}[environment])
    for kind, wording in KINDS[environment].items():
        assert {*wording} - {""} <= fields[kind]
    titled = {kind for kind in TITLES if kind in fields}
    assert titled
    assert all(set(TITLES[kind]) <= fields[kind] for kind in titled)
