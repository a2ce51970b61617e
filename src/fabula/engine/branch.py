"""Branch: go back to a step and try again. The past is shared, not copied, and costs no mind a thought."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fabula.engine.codec import Codec
from fabula.engine.environment import Environment
from fabula.engine.run import Run, digest_before
from fabula.engine.values import Acted, AgentId, Input
from fabula.errors import UsageError, did_you_mean
from fabula.store import RunRow, Store


async def branch(
    store: Store,
    parent: str,
    environment: Environment[Any],
    *,
    at: int,
    changed: Mapping[str, str] | None = None,
    snapshot_every: int = 50,
) -> Run:
    """A new run that shares the steps before `at` with its parent and goes its own way from there.

    changed: agent -> the action (JSON) it takes at step `at` instead of the recorded one; everyone else does what
    they did.
    Returns the new run, held, with the changed step (if any) committed. Raises UsageError if the step or an agent is
    not there.
    """
    row = await store.run(parent)
    if not 0 <= at <= row.steps:
        raise UsageError(f"--at {at}: run {parent!r} has steps 0 to {row.steps}")
    inputs = await _changed_inputs(store, row, Codec(environment), at=at, changed=changed or {})
    digest, seal = await _chain_before(store, row, at)
    child = await store.create_run(
        RunRow(
            id=f"{row.pack}-*",
            environment=row.environment,
            rules=row.rules,
            pack=row.pack,
            seed=row.seed,
            setup_digest=row.setup_digest,
            parent=row.id,
            parent_step=at,
            steps=at,
            digest=digest,
            seal=seal,
        ),
        await store.setup(parent),
    )
    run = await Run.open(store, child.id, snapshot_every=snapshot_every)
    if inputs is not None:
        state = await run.resume(environment)
        run.waiting.ask(environment.observe(state))
        events = environment.step(state, inputs, run.chance())
        run.record(inputs, events, (), environment=environment, state=state)
        await run.commit()
    return run


async def _changed_inputs(
    store: Store, row: RunRow, codec: Codec, *, at: int, changed: Mapping[str, str]
) -> tuple[Input, ...] | None:
    if not changed:
        return None
    recorded: tuple[Input, ...] = ()
    async for record in store.records(row.id, start=at, stop=at + 1):
        recorded = codec.inputs(record.inputs)
    acted = {item.agent: item for item in recorded if isinstance(item, Acted)}
    replaced: dict[AgentId, Acted[Any]] = {}
    for name, action in changed.items():
        agent = _agent_named(name, acted)
        if agent is None:
            raise UsageError(await _not_asked(store, row, codec, name=name, at=at, acted=sorted(acted)))
        new = codec.action_from_person(action, agent=agent)
        replaced[agent] = msgspec.structs.replace(acted[agent], action=new)
    return tuple(
        replaced.get(item.agent, item) if isinstance(item, Acted) else msgspec.structs.replace(item, number=0)
        for item in recorded
    )


def _agent_named(name: str, acted: Mapping[AgentId, Acted[Any]]) -> AgentId | None:
    return next((agent for agent in acted if agent.casefold() == name.strip().casefold()), None)


async def _not_asked(store: Store, row: RunRow, codec: Codec, *, name: str, at: int, acted: Sequence[AgentId]) -> str:
    steps, everyone = [], set(acted)
    async for record in store.records(row.id):
        agents = {item.agent for item in codec.inputs(record.inputs) if isinstance(item, Acted)}
        everyone |= agents
        if any(agent.casefold() == name.strip().casefold() for agent in agents):
            steps.append(record.step)
    if not steps:
        return f"--set {name!r}: nobody of that name acts in run {row.id!r}.{did_you_mean(name, everyone)}"
    near = sorted(sorted(steps, key=lambda step: abs(step - at))[:4])
    where = ", ".join(map(str, near))
    return f"--set {name!r}: not asked at step {at} of run {row.id!r}. Steps near it where it was: {where}."


async def _chain_before(store: Store, row: RunRow, step: int) -> tuple[str, str]:
    async for record in store.records(row.id, start=max(step - 1, 0), stop=step):
        return record.digest, record.seal
    start = await digest_before(store, row, 0)
    return start, start
