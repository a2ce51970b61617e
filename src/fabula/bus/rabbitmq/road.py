"""A road: the messages on their way to one routing key, in the order in which they were given up to be sent."""

import asyncio
import heapq

REFUSED_PAUSE_S = 0.02
REFUSED_PAUSE_S_MAX = 2.0
"""Between two attempts to get a message into a queue that is full: doubled from the first to the second. Each leaves a
copy in the other queues at that address.
"""


class Road:
    """What is sent to one routing key.

    Each message has a number. Whoever may not send at once waits for a turn, and turns are given in the order of the
    numbers. So what has to be sent again, since it was lost with a channel or refused by a queue that is full, goes
    before whatever was given up after it. `width` messages are under way at once; after a refusal only one is, until
    it is accepted.
    """

    __slots__ = (
        "_refused_pause_s",
        "_turns",
        "asking",
        "epoch",
        "flying",
        "granted",
        "heard",
        "known",
        "paused",
        "refused",
        "width",
        "window",
    )

    def __init__(self, width: int) -> None:
        self.width = width
        self.window = width
        self.flying = 0
        self.granted = 0
        """Turns that were given and not taken yet; nobody may go before these."""
        self.paused = False
        self.refused = False
        """Whether the last thing heard was that a queue is full."""
        self.epoch = 0
        """Of which channel its messages under way are."""
        self.known: bool | None = None
        """Whether a group was ever declared there; None: that is not known."""
        self.asking = False
        """Whether somebody is finding that out."""
        self.heard = False
        """Whether anything ever arrived there."""
        self._turns: list[tuple[int, asyncio.Future[None], str]] = []
        self._refused_pause_s = REFUSED_PAUSE_S

    @property
    def idle(self) -> bool:
        """Whether it can be forgotten."""
        return not (self.flying or self.paused or self.next)

    @property
    def next(self) -> tuple[int, asyncio.Future[None], str] | None:
        """Whose turn comes next, and the place at which it asks for a group."""
        while self._turns and self._turns[0][1].done():
            heapq.heappop(self._turns)
        return self._turns[0] if self._turns else None

    def queue_up(self, number: int, asks: str) -> "asyncio.Future[None]":
        """A turn to wait for."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._turns, (number, turn, asks))
        return turn

    def accepted(self) -> None:
        """A message arrived."""
        self.heard = True
        if self.window < self.width:
            self.window += 1
        if self.refused:
            self.refused = False
            self._refused_pause_s = REFUSED_PAUSE_S

    def refuse(self) -> float:
        """A queue was full; returns for how long to pause, 0.0 if that is settled already."""
        self.window = 1
        self.refused = True
        if self.paused:
            return 0.0
        pause_s = self._refused_pause_s
        self._refused_pause_s = min(pause_s * 2, REFUSED_PAUSE_S_MAX)
        return pause_s
