"""What is held back: messages to addresses that are full, or whose groups have vanished, each address by itself."""

import math
from collections import deque
from collections.abc import Iterator, Sequence

from fabula.bus.redis.outgoing import BATCH_BYTES_MAX, BATCH_MAX, Outgoing

PROBE = 16
"""Messages with which it is tried whether a full address has room again; doubled as long as it has."""
PROBE_PAUSE_S, PROBE_PAUSE_S_MAX = 0.01, 0.1


class Held:
    """What one address holds back, in order."""

    __slots__ = ("at", "pause_s", "probe", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Outgoing] = deque()
        self.at = 0.0
        """When it is tried again; infinite while it is being tried."""
        self.pause_s = PROBE_PAUSE_S
        self.probe = PROBE

    def refuse(self, refused: Sequence[Outgoing], now: float) -> None:
        """There was no room for these: they are first in the row again, and tried after a longer pause than before."""
        self.probe = PROBE
        self.at = now + self.pause_s
        self.pause_s = min(self.pause_s * 2.0, PROBE_PAUSE_S_MAX)
        self.waiting.extendleft(reversed(refused))

    def admit(self) -> None:
        """There was room for all that was tried: more is tried at once."""
        self.probe = min(self.probe * 2, BATCH_MAX)
        self.at, self.pause_s = 0.0, PROBE_PAUSE_S


class HeldBack:
    """What all addresses hold back. An address that holds nothing back is not in it."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def __contains__(self, address: str) -> bool:
        return address in self._held

    def __iter__(self) -> Iterator[Outgoing]:
        for held in self._held.values():
            yield from held.waiting

    @property
    def next_at(self) -> float:
        """When the next address is to be tried; infinite if none is."""
        return min((held.at for held in self._held.values()), default=math.inf)

    def add(self, message: Outgoing) -> None:
        """Behind what its address holds back already."""
        self._held[message.address].waiting.append(message)

    def begin_batch(self, batch: list[Outgoing], now: float) -> int:
        """Begin a batch with what may have room again. Returns its length in bytes."""
        length = 0
        for address, held in list(self._held.items()):
            if held.at > now:
                continue
            taken = 0
            while held.waiting and taken < held.probe and len(batch) < BATCH_MAX and length < BATCH_BYTES_MAX:
                message = held.waiting.popleft()
                if not message.settled.done():
                    batch.append(message)
                    length += len(message.body)
                    taken += 1
            if taken:
                held.at = math.inf
            elif not held.waiting:
                del self._held[address]
        return length

    def tried(self, address: str, refused: Sequence[Outgoing], now: float) -> None:
        """Hold back what was refused at an address, or let go of it if nothing was."""
        if refused:
            self._held.setdefault(address, Held()).refuse(refused, now)
        elif address in self._held and self._held[address].waiting:
            self._held[address].admit()
        else:
            self._held.pop(address, None)

    def let_go(self, address: str) -> None:
        """Nobody waits for what was being tried there: what is held behind it is tried next."""
        if address in self._held:
            self._held[address].at = 0.0
