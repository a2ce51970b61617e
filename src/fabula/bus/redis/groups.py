"""Groups that were there: a server that came back without them has lost them, so they are made anew or waited for."""

from collections.abc import Iterable

from fabula.bus.redis.keys import Keys
from fabula.bus.redis.scripts import DECLARE
from fabula.bus.redis.server import TROUBLE, Server

KNOWN_MAX = 10_000
"""Addresses of which it is remembered that somebody was there."""


class KnownGroups:
    """The addresses at which one bus has found groups, and the groups for which it answers itself."""

    def __init__(self, server: Server, keys: Keys) -> None:
        self._server = server
        self._keys = keys
        self._found: set[str] = set()
        self._declared: dict[str, dict[str, str]] = {}

    def __contains__(self, address: str) -> bool:
        return address in self._found

    def declared(self, address: str, group: str, queue: str) -> None:
        """This bus answers for that group: should the server lose it, it is made anew."""
        self._declared.setdefault(address, {})[group] = queue

    def answers_for(self, address: str) -> bool:
        """Whether some group there is made anew."""
        return address in self._declared

    def found(self, address: str) -> None:
        """There are groups."""
        if len(self._found) < KNOWN_MAX:
            self._found.add(address)

    def forget(self, address: str) -> None:
        """There are none any more, and nobody has made them anew."""
        self._found.discard(address)

    async def make_anew(self, addresses: Iterable[str]) -> None:
        """Declare the groups there for which this bus answers."""
        for address in sorted(self._declared.keys() & set(addresses)):
            try:
                for group, queue in sorted(self._declared[address].items()):
                    await self._server.run(DECLARE, [self._keys.groups(address)], [group, queue])
            except TROUBLE as trouble:
                self._server.away(trouble)
