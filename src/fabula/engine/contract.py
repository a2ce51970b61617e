"""The contract that every environment keeps, as checks that anyone who writes one can run on it.

Each check plays small runs in a store and raises AssertionError with the rule that was broken. Call them from a test:

    async def test_the_hall_keeps_the_contract(tmp_path):
        async with SqliteStore.open(tmp_path) as store:
            await contract.check_all(contract.Case(environment=a_hall, casting=rules_for_all), store)
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from fabula.engine.branch import branch
from fabula.engine.cast import Cast
from fabula.engine.chance import Chance
from fabula.engine.clock import VirtualClock
from fabula.engine.codec import Codec
from fabula.engine.environment import Environment, Mind
from fabula.engine.fakes import FailingMind, SlowMind
from fabula.engine.loop import Moment, perform
from fabula.engine.replay import replay, verify
from fabula.engine.run import Run
from fabula.engine.values import Acted, AgentId, Input, Observation
from fabula.store import Store

Casting = Callable[[AgentId, Any], tuple[Mind, Mind]]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What the checks need to know of an environment."""

    environment: Callable[[], Environment[Any]]
    """A fresh one each time, always the same; it must end by itself within `steps_max` steps."""
    casting: Casting
    """The minds and stand-ins, all by rules."""
    seed: int = 7
    steps_max: int = 500
    snapshot_every: int = 3
    """Small, so that resuming from snapshots is really tried."""
    omniscient: frozenset[str] = frozenset()
    """Seats (a director) that see everything by design."""


async def check_all(case: Case, store: Store) -> None:
    """Every check below, on one store."""
    await check_replay_equals_live(case, store)
    await check_resume_after_a_break_at_every_step(case, store)
    await check_a_branch_shares_its_past(case, store)
    await check_a_failing_mind_never_stops_a_run(case, store)
    await check_a_slow_mind_changes_nothing_in_virtual_time(case, store)
    check_nobody_perceives_what_seen_by_does_not_say(case)
    check_snapshots_are_whole(case)


async def check_replay_equals_live(case: Case, store: Store) -> None:
    """The recorded inputs give the recorded events, and another run of the same seed the same digest."""
    first, _ = await _play(case, store)
    again, _ = await _play(case, store)
    assert first.digest == again.digest, f"the same seed gave {first.digest[:12]} and {again.digest[:12]}"
    replayed = await replay(store, first.id, case.environment())
    assert replayed.identical, f"replay differs at step {replayed.differs_at}"
    assert (await verify(store, first.id)).sound


async def check_resume_after_a_break_at_every_step(case: Case, store: Store) -> None:
    """A run left after any step and taken up again ends like one that was not."""
    straight, _ = await _play(case, store)
    for left_after in range(1, straight.step + 1):
        broken, _ = await _play(case, store, leave_after=left_after)
        resumed, _ = await _play(case, store, resume=broken.id)
        assert resumed.digest == straight.digest, f"left after step {left_after}, the run ended differently"


async def check_a_branch_shares_its_past(case: Case, store: Store) -> None:
    """A branch has its parent's digests up to the step it left, and unchanged it ends alike."""
    parent, moments = await _play(case, store)
    digests = [moment.digest for moment in moments]
    for at in sorted({0, 1, parent.step // 2, parent.step - 1}):
        async with await branch(
            store, parent.id, case.environment(), at=at, snapshot_every=case.snapshot_every
        ) as child:
            assert (child.step, child.digest) == (at, digests[at - 1] if at else child.digest)
        child, _ = await _play(case, store, resume=child.id)
        assert child.digest == parent.digest, f"an unchanged branch at {at} ended differently"
        assert [record.digest async for record in store.records(child.id)] == digests
        assert (await replay(store, child.id, case.environment())).identical
        assert (await verify(store, child.id)).sound


async def check_a_failing_mind_never_stops_a_run(case: Case, store: Store) -> None:
    """Where every mind fails the stand-ins answer, so the run is the one they would have played."""
    by_rules, _ = await _play(case, store)
    failing, moments = await _play(case, store, casting=_with(case.casting, lambda _: FailingMind()))
    assert failing.digest == by_rules.digest, "stand-ins answered differently from the same minds in their own seats"
    notes = [note for moment in moments for note in moment.notes]
    assert notes, "nobody was ever asked"
    assert all("failed" in note.why for note in notes), "the record does not say that the minds failed"


async def check_a_slow_mind_changes_nothing_in_virtual_time(case: Case, store: Store) -> None:
    """Minds that take their time - each another time - give the same run, left and resumed midway too."""
    by_rules, _ = await _play(case, store)
    clock = VirtualClock(step_s=0.1)
    slow = _with(case.casting, lambda mind: SlowMind(mind, seconds=_uneven, sleep=clock.sleep))
    run, _ = await _play(case, store, casting=slow, clock=clock)
    assert run.digest == by_rules.digest, "slow answers changed the run"
    left, _ = await _play(case, store, casting=slow, clock=clock, leave_after=max(1, by_rules.step // 2))
    resumed, _ = await _play(case, store, casting=slow, clock=clock, resume=left.id)
    assert resumed.digest == by_rules.digest, "a run of slow minds, left midway, ended differently"


def check_nobody_perceives_what_seen_by_does_not_say(case: Case) -> None:
    """Every event that an observation carries was seen by its agent, and observing changes nothing."""
    environment = case.environment()
    for observation in _observations(case, environment):
        if observation.agent in case.omniscient:
            continue
        for event in observation.events:
            assert observation.agent in event.seen_by, f"{observation.agent!r} was shown {event!r}"


def check_snapshots_are_whole(case: Case) -> None:
    """A restored state is as good as the one it was taken from, at every step."""
    environment = case.environment()
    codec = Codec(environment)
    state = environment.begin(Chance(case.seed))
    for step, inputs in enumerate(_inputs(case, environment)):
        data = environment.snapshot(state)
        restored = environment.restore(data)
        assert environment.snapshot(restored) == data, f"a restored state at step {step} gives another snapshot"
        chance = Chance(case.seed, step)
        events = codec.encode(environment.step(state, inputs, chance))
        assert codec.encode(environment.step(restored, inputs, chance)) == events, f"a restored state differs at {step}"


async def _play(
    case: Case,
    store: Store,
    *,
    casting: Casting | None = None,
    clock: VirtualClock | None = None,
    resume: str = "",
    leave_after: int = 0,
) -> tuple[Run, list[Moment]]:
    environment = case.environment()
    every = case.snapshot_every
    if resume:
        opened = await Run.open(store, resume, snapshot_every=every)
    else:
        opened = await Run.create(store, environment, seed=case.seed, pack="contract", snapshot_every=every)
    moments: list[Moment] = []
    async with opened as run, Cast(casting or case.casting) as cast:
        if run.ending is not None:
            return run, moments
        async for moment in perform(run, environment, cast, clock or VirtualClock()):
            # The state is the loop's own and goes on; what happened is kept.
            moments.append(msgspec.structs.replace(moment, state=None))
            assert run.step <= case.steps_max, f"the run did not end within {case.steps_max} steps"
            if moment.step + 1 == leave_after:
                break
    return run, moments


def _observations(case: Case, environment: Environment[Any]) -> Sequence[Observation]:
    seen: list[Observation] = []
    for _ in _inputs(case, environment, seen):
        pass
    return seen


def _inputs(
    case: Case, environment: Environment[Any], seen: list[Observation] | None = None
) -> Iterator[tuple[Input, ...]]:
    """The inputs of each step of a run by rules, without loop or store."""
    state = environment.begin(Chance(case.seed))
    step = 0
    pending: dict[AgentId, tuple[Observation, Acted[Any]]] = {}
    while environment.ending(state) is None and step < case.steps_max:
        before = environment.snapshot(state)
        observations = [o for o in environment.observe(state) if o.agent not in pending]
        assert environment.snapshot(state) == before, f"observing changed the state at step {step}"
        for observation in observations:
            mind, _ = case.casting(observation.agent, state)
            action = _now(mind, observation)
            pending[observation.agent] = observation, Acted(agent=observation.agent, asked=step, action=action)
        if seen is not None:
            seen.extend(observations)
        due = [acted for observation, acted in pending.values() if observation.due <= step]
        inputs = tuple(sorted(due, key=lambda acted: (acted.asked, acted.agent)))
        for acted in inputs:
            del pending[acted.agent]
        yield inputs
        environment.step(state, inputs, Chance(case.seed, step))
        step += 1


def _now(mind: Mind, observation: Observation) -> Any:
    """The answer of a mind by rules, which never really waits."""
    answering = mind.decide(observation)
    try:
        answering.send(None)
    except StopIteration as answered:
        return answered.value
    raise AssertionError(f"{mind.label} waits for something; the contract's casting must be by rules")


def _with(casting: Casting, wrap: Callable[[Mind], Mind]) -> Casting:
    def wrapped(agent: AgentId, state: Any) -> tuple[Mind, Mind]:
        mind, stand_in = casting(agent, state)
        return wrap(mind), stand_in

    return wrapped


def _uneven(observation: Observation) -> float:
    """A delay of 0 to 1 s that differs by agent and step, the same each time."""
    return Chance(0, observation.step).stream("delay", observation.agent).random()
