"""Replay and verify: the recorded inputs run again, and the written records checked against their chains."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from fabula.engine.chance import Chance
from fabula.engine.codec import Codec, Unreadable
from fabula.engine.digest import canonical, fingerprint, genesis, next_digest, next_seal
from fabula.engine.environment import Environment
from fabula.engine.loop import Moment
from fabula.engine.run import digest_before
from fabula.engine.values import Event, Input
from fabula.errors import RunError, UsageError
from fabula.store import RecordRow, RunRow, Store


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay showed."""

    run: str
    identical: bool
    """The rules give the recorded events at every step, and the chain of digests is the recorded one."""
    digest: str
    """The digest that the replay arrived at."""
    recorded: str
    """The digest that the run claims."""
    steps: int
    differs_at: int | None = None
    """The first step at which today's rules, or the record's own digest, say otherwise."""
    rules: str = ""
    """Version of the rules that made the run; `rules_now` replayed it."""
    rules_now: str = ""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a run's records that is not as it was written."""

    record: str
    """Which one, in words: `record 12 (its events)`."""
    text: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found."""

    run: str
    steps: int
    digest: str
    faults: tuple[Fault, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.faults


async def replay(
    store: Store, run: str, environment: Environment[Any], *, start: int = 0, stop: int | None = None
) -> Replayed:
    """Run the recorded inputs again, without any mind, and compare every event and digest.

    start, stop: only the steps from `start` to before `stop`; those from the last snapshot before `start` are run too,
    from the very beginning where there is none. Raises UsageError if the run has no such steps.
    """
    row = await store.run(run)
    stop = row.steps if stop is None else stop
    if start > stop:
        raise UsageError(f"from {start} to {stop}: the earlier step comes first")
    if not 0 <= start <= stop <= row.steps:
        raise UsageError(f"steps {start} to {stop}: run {run!r} has steps 0 to {row.steps}")
    codec = Codec(environment)
    state, began_at = await _state_from_snapshot(store, row, environment, at_most=start)
    digest = await digest_before(store, row, began_at)
    steps, differs_at = 0, None
    async for record in store.records(run, start=began_at, stop=stop):
        try:
            inputs = codec.inputs(record.inputs)
        except Unreadable:
            differs_at = record.step
            break
        events = codec.encode(environment.step(state, inputs, Chance(row.seed, record.step)))
        digest = next_digest(digest, record.step, record.inputs, events)
        steps += record.step >= start
        if digest != record.digest or events != record.events:
            differs_at = record.step
            break
    recorded = row.digest if stop == row.steps else await digest_before(store, row, stop)
    ending = environment.ending(state)
    ended_alike = (
        stop < row.steps or row.ending in (None, None if ending is None else canonical(ending)) or _was_stopped(row)
    )
    return Replayed(
        run=run,
        identical=differs_at is None and digest == recorded and steps == stop - start and ended_alike,
        digest=digest,
        recorded=recorded,
        steps=steps,
        differs_at=differs_at,
        rules=row.rules,
        rules_now=environment.rules,
    )


async def _state_from_snapshot(
    store: Store, row: RunRow, environment: Environment[Any], *, at_most: int
) -> tuple[Any, int]:
    """The state of the last sound snapshot at or before a step, and its step; else the very first."""
    for step in await store.snapshots(row.id, at_most=at_most) if at_most else ():
        snapshot = await store.snapshot(row.id, step)
        if snapshot is None or snapshot.check != fingerprint(snapshot.state + snapshot.pending):
            continue
        if snapshot.digest == await digest_before(store, row, step):
            return environment.restore(snapshot.state), step
    return environment.begin(Chance(row.seed)), 0


async def moments(
    store: Store, run: str, environment: Environment[Any], *, start: int = 0, stop: int | None = None, state: Any = None
) -> AsyncIterator[Moment]:
    """The run again, step by step, with the state after each: for telling, looking back and asking why.

    Events are the recorded ones; `stop` ends before that step. start: the first step told; then `state` is the one
    before it, and goes on with the run. Raises RulesDiffer's cousin RunError if the state that today's rules arrive at
    is no longer the recorded one.
    """
    assert (state is None) == (start == 0), "where a run is taken up midway, the state there is needed"
    row = await store.run(run)
    codec = Codec(environment)
    state = environment.begin(Chance(row.seed)) if state is None else state
    async for record in store.records(run, start=start, stop=stop):
        inputs, events = _step_again(row, environment, codec, state, record)
        yield Moment(
            step=record.step,
            inputs=inputs,
            events=events,
            notes=codec.notes(record.notes),
            digest=record.digest,
            state=state,
        )


async def verify(store: Store, run: str) -> Verified:
    """Check every record of a run against the chains it is part of. Needs no rules and no environment."""
    row = await store.run(run)
    faults: list[Fault] = []
    if fingerprint(await store.setup(run)) != row.setup_digest:
        faults.append(Fault(record="the setup", text="is not the one the run was made with"))
    digest = seal = genesis(environment=row.environment, rules=row.rules, seed=row.seed, setup_digest=row.setup_digest)
    steps = 0
    async for record in store.records(run):
        faults += _record_faults(record, expected=steps, digest=digest, seal=seal)
        # Go on from what is written, so that one altered record is one fault and not a fault in all that follow.
        digest, seal, steps = record.digest, record.seal, record.step + 1
    if (steps, digest, seal) != (row.steps, row.digest, row.seal):
        text = f"says {row.steps} steps and digest {row.digest[:12]}…, the records end with {steps} and {digest[:12]}…"
        faults.append(Fault(record="the run's own row", text=text))
    faults += await _snapshot_faults(store, row)
    return Verified(run=run, steps=steps, digest=digest, faults=tuple(faults))


def _record_faults(record: RecordRow, *, expected: int, digest: str, seal: str) -> list[Fault]:
    faults = []
    if record.step != expected:
        faults.append(Fault(record=f"record {expected}", text=f"is missing; the next one is {record.step}"))
    if next_digest(digest, record.step, record.inputs, record.events) != record.digest:
        faults.append(
            Fault(record=f"record {record.step}", text="its inputs or events are not those that were committed")
        )
    elif next_seal(seal, record.digest, record.notes, record.schema) != record.seal:
        faults.append(Fault(record=f"record {record.step}", text="its notes or seal are not those that were committed"))
    return faults


async def _snapshot_faults(store: Store, row: RunRow) -> Sequence[Fault]:
    faults = []
    for step in await store.snapshots(row.id, at_most=row.steps):
        snapshot = await store.snapshot(row.id, step)
        if snapshot is not None and snapshot.check != fingerprint(snapshot.state + snapshot.pending):
            faults.append(
                Fault(record=f"snapshot {step}", text="is damaged (it is only a cache: the run does without it)")
            )
    return faults


def _was_stopped(row: RunRow) -> bool:
    return row.ending is not None and msgspec.json.decode(row.ending)["kind"] == "stopped"


async def state_at(store: Store, run: str, environment: Environment[Any], *, step: int) -> Any:
    """The state before a step: the last snapshot before it, and the recorded inputs from there on. Raises RunError as
    `moments` does.
    """
    row = await store.run(run)
    codec = Codec(environment)
    state, began_at = await _state_from_snapshot(store, row, environment, at_most=min(step, row.steps))
    async for record in store.records(run, start=began_at, stop=step):
        _step_again(row, environment, codec, state, record)
    return state


def _step_again(
    row: RunRow, environment: Environment[Any], codec: Codec, state: Any, record: RecordRow
) -> tuple[tuple[Input, ...], tuple[Event, ...]]:
    """Run a recorded step on a state. Returns its inputs and events; raises RunError if the events are others."""
    inputs = codec.inputs(record.inputs)
    events = tuple(environment.step(state, inputs, Chance(row.seed, record.step)))
    if codec.encode(events) != record.events:
        raise RunError(
            f"run {row.id!r}: today's rules ({environment.rules}) give other events at step {record.step} than "
            f"were recorded ({row.rules}); the records can be read, states after that step cannot be shown"
        )
    return inputs, events
