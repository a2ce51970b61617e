"""Seated: who sits in which seat of a run, as its records and the commands that wait for it have it."""

import msgspec

from fabula.app.environments import Playable
from fabula.engine import RULES, AgentId, Assign, Codec, Command, Commanded, Release, Take
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
