"""Seated: who sits in which seat of a run, as its records and the commands that wait for it have it."""

from collections.abc import Mapping

import msgspec

from fabula.app.assigning import HERE, PERSON
from fabula.app.environments import Playable, stored_environment
from fabula.engine import RULES, AgentId, Assign, Codec, Command, Commanded, Release, Take, state_at
from fabula.errors import UsageError
from fabula.store import Store

_EVERYONE = AgentId("")


class Seats(msgspec.Struct):
    """The names of minds, once all commands given so far are heeded."""

    assigned: dict[AgentId, str] = {}
    taken: dict[AgentId, str] = {}

    def mind(self, agent: AgentId) -> str:
        """What the mind in the seat of an agent is called."""
        return self.taken.get(agent) or self.assigned.get(agent) or self.assigned.get(_EVERYONE) or RULES

    def heed(self, command: Command) -> None:
        """Change seats as told."""
        if isinstance(command, Assign):
            self.assigned[command.agent] = command.mind
        elif isinstance(command, Take):
            self.taken[command.agent] = command.mind
        elif isinstance(command, Release):
            self.taken.pop(command.agent, None)


async def seats_of(store: Store, run: str, environment: Playable) -> Seats:
    """Who sits in the seats of a run. Raises NoSuchRun."""
    codec, seats, heard = Codec(environment), Seats(), 0
    async for record in store.records(run):
        for given in codec.inputs(record.inputs):
            if isinstance(given, Commanded):
                heard = max(heard, given.number)
                seats.heed(given.command)
    for waiting in await store.commands(run, after=heard):
        seats.heed(codec.command(waiting.command))
    return seats


async def seat_here(store: Store, run: str) -> AgentId:
    """The agent that the person at this terminal began the run as; empty if there is none. Raises NoSuchRun."""
    codec = Codec(await stored_environment(store, run))
    given = [each async for record in store.records(run, stop=1) for each in codec.inputs(record.inputs)]
    commands = [each.command for each in given if isinstance(each, Commanded)]
    if not given:
        # It has not come to its first step: who sits where is still to be heard.
        commands = [codec.command(waiting.command) for waiting in await store.commands(run, after=0)]
    seats = (command.agent for command in commands if isinstance(command, Assign) and command.mind == HERE)
    return next(seats, AgentId(""))


def has_end(environment: Playable) -> bool:
    """Whether a run ends by itself, however long it takes; a chat goes on for as long as its person does."""
    return environment.turns > 0


async def seats_again(store: Store, run: str, environment: Playable, *, model: str) -> tuple[Assign, ...]:
    """The commands that give that model to all in a run who are no persons. Raises UsageError if it has ended."""
    row = await store.run(run)
    if row.ending is not None:
        raise UsageError(f"--model {model}: run {run!r} has ended, and nobody speaks in it any more")
    seats = await seats_of(store, run, environment)
    agents = environment.agents(await state_at(store, run, environment, step=row.steps))
    others = (agent for agent in agents if not seats.assigned.get(agent, "").startswith(PERSON))
    return tuple(Assign(agent=agent, mind=model) for agent in others if seats.assigned.get(agent) != model)


async def persons_of(store: Store, run: str, environment: Playable) -> dict[AgentId, str]:
    """Those of a run without an end whose seats only persons may hold, with the mind that sits there; none of others.

    If rules spoke for a person there, the run would go on without anybody, and ask its models for ever.
    """
    if has_end(environment):
        return {}
    seats = await seats_of(store, run, environment)
    return {agent: seats.mind(agent) for agent, mind in seats.assigned.items() if mind.startswith(PERSON)}


def why_left(run: str, persons: Mapping[AgentId, str], *, is_here: bool) -> str:
    """Why such a run is not played any further; empty: it can be. persons: see `persons_of`. is_here: whether whoever
    plays the run can be asked.
    """
    for agent, mind in persons.items():
        if mind == HERE and not is_here:
            return f"nobody is here to speak for {agent!r}: {run} is left where it stands"
        if not mind.startswith(PERSON):
            back = f"`fabula release {run} {agent!r}` gives it back"
            return f"{mind} has the seat of {agent!r}, who is a person: {run} is left where it stands; {back}"
    return ""


async def check_take(store: Store, run: str, environment: Playable, taken: Take) -> None:
    """Raises UsageError if that mind would hold a seat that only a person may hold."""
    if not taken.mind.startswith(PERSON) and taken.agent in await persons_of(store, run, environment):
        raise UsageError(
            f"the seat of {taken.agent!r} in {run!r} is a person's: with {taken.mind} in it the run need never end. "
            f"Another person may take it: `fabula take {run} {taken.agent!r}`"
        )
