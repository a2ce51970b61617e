"""Branching: going back to a step of a run and trying again, with everybody in the seat they had."""

from collections.abc import Mapping

from msgspec.structs import replace

from fabula.app.deadlines import deadline_kept, keep_deadline
from fabula.app.environments import Playable, stored_environment
from fabula.app.naming import agent_meant
from fabula.app.playing import Played, Stage, carry_on
from fabula.app.seated import seats_of
from fabula.engine import Assign, Codec, Commanded, Run, branch, post, state_at
from fabula.errors import UsageError
from fabula.store import Store


async def branch_off(
    stage: Stage, parent: str, *, at: int, changed: dict[str, str], play_on: bool = True, as_now: bool = False
) -> Played:
    """A branch of a run from step `at`, with the changed actions, played to its end (or left there).

    changed: agent, named as `agent_called` understands it -> its action (JSON). as_now: everybody has the mind that is
    theirs in the parent by now, not the one they had at that step. Raises UsageError.
    """
    environment = await stored_environment(stage.store, parent)
    changed = await _whole_names(stage.store, parent, environment, at=at, changed=changed)
    deadline_s = deadline_kept(stage.settings.home, parent)
    run = await branch(stage.store, parent, environment, at=at, changed=changed)
    await _seat_as_in(stage.store, parent, run, environment)
    if as_now:
        await _seat_as_now(stage.store, parent, run, environment)
    if deadline_s is not None:
        keep_deadline(stage.settings.home, run.id, deadline_s)
        stage = replace(stage, deadline_s=deadline_s if stage.deadline_s is None else stage.deadline_s)
    return await carry_on(stage, run, environment, play_on=play_on)


async def _whole_names(
    store: Store, run: str, environment: Playable, *, at: int, changed: Mapping[str, str]
) -> dict[str, str]:
    """The changes by the agents' whole names. A name that nobody has stays, for the branch to say who acts when."""
    if not changed or not 0 <= at <= (await store.run(run)).steps:
        return dict(changed)
    agents = environment.agents(await state_at(store, run, environment, step=at))
    named = [(agent_meant(name, agents) or name, action) for name, action in changed.items()]
    whole = dict(named)
    if len(whole) < len(named):
        raise UsageError(f"--set names {' and '.join(map(repr, changed))}: one of them does two things at once")
    return whole


async def _seat_as_in(store: Store, parent: str, run: Run, environment: Playable) -> None:
    """Seat everybody in a branch that shares no step as in its parent, whose first step it would have taken over."""
    if run.step > 0:
        return
    codec = Codec(environment)
    async for record in store.records(parent, stop=1):
        for given in codec.inputs(record.inputs):
            if isinstance(given, Commanded) and isinstance(given.command, Assign):
                await post(store, run.id, given.command)


async def _seat_as_now(store: Store, parent: str, run: Run, environment: Playable) -> None:
    """Give everybody in a branch the mind that was assigned to them in its parent since, too."""
    now, then = await seats_of(store, parent, environment), await seats_of(store, run.id, environment)
    for agent, mind in now.assigned.items():
        if then.assigned.get(agent) != mind:
            await post(store, run.id, Assign(agent=agent, mind=mind))
