"""The loop: what is recorded, who answers when a mind fails, how seats change hands, how time passes."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.engine.relay import Gust, Keeper, Relay, Shine, Shone, Wait, Whisper, Whispered, by_rules, with_mind

from fabula.engine import (
    RULES,
    AgentId,
    Assign,
    Cast,
    Commanded,
    Decided,
    Mind,
    Moment,
    Observation,
    Pause,
    RealClock,
    Release,
    Resume,
    Run,
    RunEnded,
    Spent,
    Stop,
    Take,
    VirtualClock,
    contract,
    perform,
    post,
    replay,
)
from fabula.engine.fakes import FailingMind, FunctionMind, ScriptedMind, SlowMind
from fabula.errors import UsageError
from fabula.store import SqliteStore


async def play(
    store: SqliteStore, environment: Relay, cast: Cast | None = None, *, clock: Any = None, run: str = ""
) -> tuple[Run, list[Moment]]:
    opened = await (Run.open(store, run) if run else Run.create(store, environment, seed=7, pack="relay"))
    async with opened as run_, cast or Cast(by_rules) as entered:
        return run_, [moment async for moment in perform(run_, environment, entered, clock or VirtualClock())]


@pytest.mark.parametrize("thinking", [0, 1, 2, 5])
def test_the_relay_keeps_the_contract(tmp_path: Path, thinking: int) -> None:
    async def check() -> None:
        async with SqliteStore.open(tmp_path) as store:
            case = contract.Case(environment=lambda: Relay(thinking=thinking), casting=by_rules)
            await contract.check_all(case, store)

    asyncio.run(check())


def with_store(tmp_path: Path, body: Callable[[SqliteStore], Any]) -> Any:
    async def opened() -> Any:
        async with SqliteStore.open(tmp_path) as store:
            return await body(store)

    return asyncio.run(opened())


def test_a_scripted_mind_answers_in_turn_and_the_record_says_who_decided(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        mind = ScriptedMind([Shine(lamps=9), Whisper(to="bo", text="now")])
        _, moments = await play(store, Relay(), with_mind(mind, agent="ada"))
        notes = [note for moment in moments for note in moment.notes if note.agent == "ada"]
        assert [note.by for note in notes] == ["script"] * len(notes)
        assert Shone(agent="ada", lamps=9, seen_by=(AgentId("ada"), AgentId("bo"), AgentId("cy"))) in moments[0].events
        assert [type(event) for event in moments[1].events if event.seen_by == ("ada", "bo")] == [Whispered]

    with_store(tmp_path, body)


@pytest.mark.parametrize(
    ("mind", "why"),
    [
        (FailingMind(ValueError("no tongue")), "failing failed: ValueError: no tongue"),
        (FunctionMind(lambda _: Gust(strength=1), label="odd"), "odd failed: "),  # type: ignore[arg-type,return-value]
        (FunctionMind(lambda _: Shine(lamps="many"), label="odd"), "odd failed: ValidationError"),  # type: ignore[arg-type]
        (FunctionMind(lambda _: Whisper(to="bo", text="x" * 70_000), label="odd"), "the answer is 70,"),
        (FunctionMind(lambda _: None, label="odd"), "odd failed: "),  # type: ignore[arg-type,return-value]
    ],
)
def test_a_mind_that_fails_or_answers_nonsense_is_stood_in_for(tmp_path: Path, mind: Mind, why: str) -> None:
    async def body(store: SqliteStore) -> None:
        run, moments = await play(store, Relay(nights=3), with_mind(mind, agent="bo"))
        notes = [note for moment in moments for note in moment.notes if note.agent == "bo"]
        assert [note.by for note in notes] == ["rules"]
        assert why in notes[0].why
        by_rules_alone, _ = await play(store, Relay(nights=3))
        assert run.digest == by_rules_alone.digest

    with_store(tmp_path, body)


def test_a_mind_that_is_too_slow_is_stood_in_for(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        sleeper = SlowMind(Keeper(), seconds=30, sleep=asyncio.sleep)
        cast = Cast(lambda who, state: (sleeper if who == "ada" else Keeper(), Keeper()), reply_s_max=0.02)
        _, moments = await play(store, Relay(nights=2), cast)
        assert {note.why for note in moments[0].notes} == {"", "rules did not answer within 0.02 s"}

    with_store(tmp_path, body)


def test_when_even_the_stand_in_fails_the_reflex_answers(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        _, moments = await play(store, Relay(nights=2), Cast(lambda who, state: (FailingMind(), FailingMind())))
        assert {note.by for moment in moments for note in moment.notes} == {"reflex"}
        assert all(item.action == Wait() for moment in moments for item in moment.inputs)  # type: ignore[union-attr]

    with_store(tmp_path, body)


def test_in_real_time_a_late_answer_is_applied_at_a_later_step_and_replays(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        slow = SlowMind(Keeper(), seconds=0.05, sleep=asyncio.sleep)
        cast = with_mind(slow, agent="ada")
        run, moments = await play(store, Relay(nights=12, thinking=1), cast, clock=RealClock(tick_hz=100))
        late = [
            moment.step - item.asked  # type: ignore[union-attr]
            for moment in moments
            for item in moment.inputs
            if item.agent == "ada"  # type: ignore[union-attr]
        ]
        assert late
        assert min(late) > 1
        assert (await replay(store, run.id, Relay(nights=12, thinking=1))).identical

    with_store(tmp_path, body)


def test_thinking_time_lets_the_world_go_on(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        clock = VirtualClock(step_s=1)
        slow = SlowMind(Keeper(), seconds=2.5, sleep=clock.sleep)
        _, moments = await play(store, Relay(thinking=3), Cast(lambda who, state: (slow, Keeper())), clock=clock)
        asked = [(moment.step, item.asked) for moment in moments for item in moment.inputs]  # type: ignore[union-attr]
        assert asked
        assert all(step == at + 3 for step, at in asked)
        # A thought is shorter than the time there is for it, so the clock waits for none.
        assert clock.now_s() == len(moments)

    with_store(tmp_path, body)


def test_a_person_takes_a_seat_and_gives_it_back(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        person = FunctionMind(lambda _: Shine(lamps=100), label="person:ann")
        environment = Relay(nights=12)
        cast = Cast(by_rules, minds=lambda name, agent: person)
        async with await Run.create(store, environment, seed=7, pack="relay") as run, cast:
            await post(store, run.id, Take(agent=AgentId("bo"), mind="person:ann"))
            by: list[tuple[int, str]] = []
            async for moment in perform(run, environment, cast, VirtualClock()):
                by += [(moment.step, note.by) for note in moment.notes if note.agent == "bo"]
                if moment.step == 4:
                    await post(store, run.id, Release(agent=AgentId("bo")))
        assert by == [(0, "person:ann"), (3, "person:ann"), (6, "rules"), (9, "rules")]
        assert (await replay(store, run.id, environment)).identical

    with_store(tmp_path, body)


def test_a_seat_taken_stays_taken_after_a_break(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay(nights=12)

        def minds(name: str, agent: AgentId) -> Mind:
            return FunctionMind(lambda _: Shine(lamps=100), label=name)

        async with (
            await Run.create(store, environment, seed=7, pack="relay", snapshot_every=2) as run,
            Cast(by_rules, minds=minds) as cast,
        ):
            await post(store, run.id, Take(agent=AgentId("bo"), mind="person:ann"))
            async for moment in perform(run, environment, cast, VirtualClock()):
                if moment.step == 4:
                    break
        _, moments = await play(store, environment, Cast(by_rules, minds=minds), run=run.id)
        assert {note.by for moment in moments for note in moment.notes if note.agent == "bo"} == {"person:ann"}

    with_store(tmp_path, body)


def test_a_mind_assigned_is_what_a_seat_is_given_back_to(tmp_path: Path) -> None:
    """One agent has a mind of its own, everybody else another; after a break everyone sits where they sat."""

    async def body(store: SqliteStore) -> None:
        environment = Relay(nights=12)

        def minds(name: str, agent: AgentId) -> Mind:
            return FunctionMind(lambda _: Shine(lamps=1), label=name)

        by: dict[str, list[str]] = {"ada": [], "bo": [], "cy": []}
        async with (
            await Run.create(store, environment, seed=7, pack="relay", snapshot_every=2) as run,
            Cast(by_rules, minds=minds) as cast,
        ):
            await post(store, run.id, Assign(agent=AgentId(""), mind="model:small"))
            await post(store, run.id, Assign(agent=AgentId("bo"), mind="model:large"))
            await post(store, run.id, Assign(agent=AgentId("cy"), mind=RULES))
            await post(store, run.id, Take(agent=AgentId("bo"), mind="person:ann"))
            async for moment in perform(run, environment, cast, VirtualClock()):
                for note in moment.notes:
                    by[note.agent].append(note.by)
                if moment.step == 4:
                    break
            await post(store, run.id, Release(agent=AgentId("bo")))
        _, moments = await play(store, environment, Cast(by_rules, minds=minds), run=run.id)
        for note in [note for moment in moments for note in moment.notes]:
            by[note.agent].append(note.by)
        assert set(by["ada"]) == {"model:small"}
        assert list(dict.fromkeys(by["bo"])) == ["person:ann", "model:large"]
        assert set(by["cy"]) == {"rules"}
        assert (await replay(store, run.id, environment)).identical

    with_store(tmp_path, body)


def test_a_mind_may_say_who_really_decided_and_what_it_cost(tmp_path: Path) -> None:
    class Deputy:
        label, repeatable = "model:large", False

        async def decide(self, observation: Observation) -> Decided:
            spent = Spent(input_tokens=90, output_tokens=9, cost_nano_usd=1200)
            return Decided(action=Shine(lamps=1), by="model:small", why="model:large was busy", spent=spent)

    async def body(store: SqliteStore) -> None:
        run, moments = await play(store, Relay(nights=2), with_mind(Deputy(), agent="ada"))
        notes = [note for moment in moments for note in moment.notes if note.agent == "ada"]
        assert {(note.by, note.why) for note in notes} == {("model:small", "model:large was busy")}
        assert {note.spent.cost_nano_usd for note in notes if note.spent} == {1200}
        assert (await replay(store, run.id, Relay(nights=2))).identical

    with_store(tmp_path, body)


def test_a_mind_with_patience_of_its_own_is_given_that(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        person = SlowMind(Keeper(), seconds=0.05, sleep=asyncio.sleep)
        person.label, person.reply_s_max = "person:ann", None  # type: ignore[attr-defined]
        cast = Cast(lambda who, state: (person if who == "ada" else Keeper(), Keeper()), reply_s_max=0.001)
        _, moments = await play(store, Relay(nights=1), cast)
        assert [note.by for note in moments[0].notes if note.agent == "ada"] == ["person:ann"]

    with_store(tmp_path, body)


def test_a_mind_that_cannot_be_had_is_stood_in_for_and_named(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay(nights=2)
        async with await Run.create(store, environment, seed=7, pack="relay") as run, Cast(by_rules) as cast:
            await post(store, run.id, Take(agent=AgentId("bo"), mind="person:ann"))
            moments = [moment async for moment in perform(run, environment, cast, VirtualClock())]
        (note,) = [note for note in moments[0].notes if note.agent == "bo"]
        assert note.by == "rules"
        assert "person:ann" in note.why

    with_store(tmp_path, body)


def test_a_paused_run_waits_for_its_keeper(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay()
        async with await Run.create(store, environment, seed=7, pack="relay") as run, Cast(by_rules) as cast:
            await post(store, run.id, Pause())
            steps = perform(run, environment, cast, VirtualClock())
            first = asyncio.ensure_future(anext(steps))
            await asyncio.sleep(0.12)
            assert not first.done()
            await post(store, run.id, Resume())
            assert (await first).inputs[:2] == (
                Commanded(number=1, command=Pause()),
                Commanded(number=2, command=Resume()),
            )
            assert len([moment async for moment in steps]) == 8
        assert (await replay(store, run.id, environment)).identical

    with_store(tmp_path, body)


def test_a_stopped_run_has_ended_and_cannot_be_gone_on_with(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay()
        async with await Run.create(store, environment, seed=7, pack="relay") as run, Cast(by_rules) as cast:
            async for moment in perform(run, environment, cast, VirtualClock()):
                if moment.step == 3:
                    await post(store, run.id, Stop(why="enough"))
            assert run.step == 5
            assert run.ending is not None
            assert (run.ending.kind, run.ending.why) == ("stopped", "enough")
        with pytest.raises(RunEnded, match="has ended: enough"):
            await play(store, environment, run=run.id)

    with_store(tmp_path, body)


def test_an_environments_own_command_is_an_input_like_any(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> None:
        environment = Relay(nights=4)
        async with await Run.create(store, environment, seed=7, pack="relay") as run, Cast(by_rules) as cast:
            await post(store, run.id, Gust(strength=5, by="ann"))
            moments = [moment async for moment in perform(run, environment, cast, VirtualClock())]
        assert moments[0].inputs[0].command == Gust(strength=5, by="ann")  # type: ignore[union-attr]
        assert (await replay(store, run.id, environment)).identical

    with_store(tmp_path, body)


def test_an_answer_that_arrived_is_never_asked_for_twice(tmp_path: Path) -> None:
    """A mind answers for a step that is still ahead; the run breaks off before that step; the answer is there."""

    async def body(store: SqliteStore) -> None:
        questions: list[int] = []

        def costly(observation: Observation) -> Shine:
            questions.append(observation.step)
            return Shine(lamps=5)

        environment = Relay(nights=20, thinking=4)
        run = await Run.create(store, environment, seed=7, pack="relay", snapshot_every=3)
        breaks = 0
        while run.ending is None:
            async with run, with_mind(FunctionMind(costly), agent="ada") as cast:
                async for _ in perform(run, environment, cast, VirtualClock()):
                    break
            breaks += 1
            run = await Run.open(store, "relay-1", snapshot_every=3)
        assert breaks >= 4
        assert run.step == 20
        assert len(questions) == len(set(questions)), f"asked twice: {questions}"

    with_store(tmp_path, body)


@pytest.mark.parametrize("hz", [0, -1, 10_000])
def test_an_impossible_rate_is_refused(hz: float) -> None:
    with pytest.raises(UsageError, match="tick_hz"):
        RealClock(tick_hz=hz)


def test_a_long_stall_is_not_followed_by_a_rush() -> None:
    async def stall() -> RealClock:
        clock = RealClock(tick_hz=200)
        await clock.tick()
        await asyncio.sleep(0.1)
        for _ in range(6):
            await clock.tick()
        return clock

    clock = asyncio.run(stall())
    assert clock.ticks_skipped >= 10
