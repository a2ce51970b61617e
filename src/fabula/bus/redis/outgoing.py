"""What is on its way out: a message with whoever waits for its fate."""

import asyncio
import math

RESPONSE, NOTICE = "r", "o"
"""The kinds of a response and of a death notice, as PUBLISH has them; else the first letter of a priority."""
HEARD = "+"
"""Behind a kind: listeners were told of the message when it was tried before."""
KEPT, NOBODY, FULL, DEAD = "k", "n", "f", "d"
"""What became of a message, as PUBLISH says it."""
BATCH_MAX, BATCH_BYTES_MAX = 512, 4_194_304
"""One batch ends before it has more messages, or with the message that makes it longer."""


class Outgoing:
    """A message on its way out."""

    __slots__ = (
        "address",
        "body",
        "fate",
        "graced",
        "heard",
        "kind",
        "reply_to",
        "settled",
        "under_way",
        "until",
        "wait_s",
    )

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
        self.heard = False
        """Whether listeners were told of it, though no group was there."""
        self.under_way = False

    @property
    def answers(self) -> bool:
        """Whether it goes to whoever asked, and to no group."""
        return self.kind in (RESPONSE, NOTICE)
