"""What is on its way out: a message with whoever waits for its fate, and what an address holds back."""

import asyncio
import math
from collections import deque

RESPONSE, NOTICE = "r", "o"
"""The kinds of a response and of a death notice, as PUBLISH has them; else the first letter of a priority."""
KEPT, NOBODY, FULL, DEAD = "k", "n", "f", "d"
"""What became of a message, as PUBLISH says it."""
PROBE = 16
"""Messages with which it is tried whether a full address has room again; doubled as long as it has."""
PROBE_PAUSE_S, PROBE_PAUSE_S_MAX = 0.01, 0.1


class Outgoing:
    """A message on its way out."""

    __slots__ = ("address", "body", "fate", "graced", "kind", "reply_to", "settled", "under_way", "until", "wait_s")

    def __init__(
        self, kind: str, address: str, reply_to: str, body: bytes, wait_s: float, settled: asyncio.Future[str]
    ) -> None:
        self.kind = kind
        self.address = address
        self.reply_to = reply_to
        self.body = body
        self.wait_s = wait_s
        self.settled = settled
        self.until = math.inf
        self.fate = ""
        """What the server said when it was last tried."""
        self.graced = False
        self.under_way = False

    @property
    def answers(self) -> bool:
        """Whether it goes to whoever asked, and to no group."""
        return self.kind in (RESPONSE, NOTICE)


class Held:
    """What is held back for an address that is full, or whose groups have vanished, in order."""

    __slots__ = ("at", "pause_s", "probe", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[Outgoing] = deque()
        self.at = 0.0
        """When it is tried again; infinite while it is being tried."""
        self.pause_s = PROBE_PAUSE_S
        self.probe = PROBE
