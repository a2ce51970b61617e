"""The Bus protocol: what every bus promises and raises.

Delivery is at least once: a message whose `publish` returned is kept until a handler is done with it or it lies among
the dead letters; it may come twice, and whoever must not do a thing twice asks an `Inbox` in the transaction of the
effect. Messages of one session and one priority that one publisher sent one after another are handled in that order,
each only when the one before is done with, as long as the group is not `shared` among several processes.

Bounds, and what happens at them:
- an address and group hold `queue_max` messages; while they do, `publish` waits, then raises BusFull
- a listener that is behind by `behind_max` messages loses the oldest: listeners hear of things, they do not keep them
- a handler has `handle_s_max` seconds; longer is a failure like any other
- a message is tried `tries_max` times, the waits between doubling, and then lies among the dead letters; whoever waits
  for the response to it is told so at once
- dead letters are kept up to `dead_max`; then the oldest are dropped, which `figures` counts
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, Self

import msgspec

from fabula.bus.envelope import Message
from fabula.bus.figures import Figures
from fabula.errors import RunError, UsageError

DEFAULT_GROUP = "main"
NOBODY_WAITS = "nobody waits for this response"
"""The cause of a response among the dead letters."""


class BusDown(RunError):
    """The broker could not be reached in the time given: nothing can be said of the message but that it may have been
    kept. Publishing the same message again is safe.
    """


class NotLetIn(BusDown):
    """The server refused the name or password in the bus's address; nothing was kept. Raised at once."""


class BusFull(RunError):
    """As many messages wait there as may; nothing of this one was kept."""


class NobodyThere(UsageError):
    """No group has ever been declared at that address: a request, response or update to it would be lost."""


class NoAnswer(RunError):
    """No response came before the deadline."""


class Unanswerable(RunError):
    """Raised by a handler: the message is understood and will never succeed. A request is answered `success: false`
    with the text; anything else goes to the dead letters at once.
    """


class NoSuchLetter(UsageError):
    """There is no dead letter of that id."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of one bus, and how it retries. What happens at each stands above."""

    queue_max: int = 10_000
    behind_max: int = 1_000
    handle_s_max: float = 60.0
    tries_max: int = 5
    backoff_s: float = 0.1
    """Wait after the first failure; doubled after each further one, and varied by half either way."""
    backoff_s_max: float = 10.0
    dead_max: int = 10_000
    concurrent: int = 16
    """Lanes (a session and a priority) of one subscription that are handled at the same time."""
    at_hand_max: int = 256
    """Messages that a subscription has taken from its broker and is not yet done with; then it takes no more. High
    goes before low among these.
    """


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message as a handler is given it."""

    message: Message
    group: str
    """Empty for listeners."""
    tries: int
    """Which attempt this is, from 1."""
    reply_to: str = ""
    """Where whoever asked waits for the response; the carrier's own, not part of the message."""


Handler = Callable[[Delivery], Awaitable[Mapping[str, Any] | None]]
"""Does what a message asks. Of a request, what it returns is the data of the response (None: it will call `reply`
itself). Raises Unanswerable, or anything else to be tried again. It leaves the payload as it found it, since what is
tried again is the same object.
"""


def death_notice(request: Message, cause: str) -> Message:
    """What whoever asked is told when a request becomes a dead letter: `success: false`, and as data
    `{"error": cause, "dead": true}`.
    """
    return request.response({"error": cause, "dead": True}, success=False)


def is_death_notice(response: Message) -> bool:
    """Whether that is one. It is no dead letter itself where nobody waits for it any more: its request is one."""
    payload = response.payload
    return not payload["success"] and payload["data"].get("dead") is True


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was given up."""

    id: str
    """Names it among the dead letters of its bus."""
    address: str
    group: str
    cause: str
    """Why, in a sentence: the last error, or what was wrong with the bytes."""
    tries: int
    at: str
    """When it was given up; UTC, ISO 8601."""
    body: bytes
    """As it came, so that even what is no message can be looked at."""
    message: Message | None = None
    """None: the bytes are no message."""


class Subscription(Protocol):
    """A handler at work. Leave it with `close`: what is being handled is finished, what waits is left to others."""

    async def close(self) -> None: ...


class Bus(Protocol):
    """Carries messages between agents and programs. Enter it (`async with`); leaving waits for what is being handled.

    Addresses are the names in `to_agent`. A broker that goes away is waited for: subscriptions go on when it is back,
    with their groups made anew where it came back empty, and calls wait up to their deadlines.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *exc: object) -> None: ...

    @property
    def figures(self) -> Figures:
        """What this client of the bus has done so far."""
        ...

    async def declare(self, address: str, *, group: str = DEFAULT_GROUP) -> None:
        """Let a durable group be at that address from now on: what is published to it is kept until it is handled,
        whether or not anybody subscribes yet. Again is no error.
        """
        ...

    async def publish(self, message: Message, *, wait_s: float = 30.0) -> None:
        """Send a message to every group at `to_agent` and to its listeners; returns once each group is sure to get it.

        Raises BadMessage, BusFull, BusDown; and NobodyThere for anything but an event where there is no group. A
        response published by hand goes to the groups at its address like any other message; `reply` sends it to whoever
        asked.
        """
        ...

    async def subscribe(
        self, address: str, handler: Handler, *, group: str = DEFAULT_GROUP, shared: bool = False
    ) -> Subscription:
        """Handle what comes to a group at that address, declaring it. Of several subscriptions to one group, in any
        processes, one is active and the others stand by, so that order is kept; `shared`: all take part, and order is
        kept within each alone.
        """
        ...

    async def listen(self, address: str, handler: Handler) -> Subscription:
        """Hear what is published to that address from now on, whoever else does. Nothing is kept or tried again."""
        ...

    async def request(self, message: Message, *, deadline_s: float | None = None) -> Message:
        """Publish a request and wait for its response. deadline_s: seconds; None: the message's own timeout.

        Raises NoAnswer, and what `publish` raises. A response with `success: false` is returned like any other; so is
        the one that a request which becomes a dead letter is answered with, see `death_notice`.
        """
        ...

    async def reply(self, delivery: Delivery, data: Mapping[str, Any] | None = None, *, success: bool = True) -> None:
        """Answer a request. If nobody waits for it any more, the response lies among the dead letters; a second one to
        a request that was answered is dropped.
        """
        ...

    async def dead_letters(self, *, most: int = 100) -> Sequence[DeadLetter]:
        """The dead letters, latest first."""
        ...

    async def dead_letter(self, letter: str) -> DeadLetter:
        """One of them. Raises NoSuchLetter."""
        ...

    async def redrive(self, letter: str) -> None:
        """Send one to its group again, as if it had never failed, and take it from the dead letters once that is sure.

        Raises NoSuchLetter, and BadMessage for what is no message.
        """
        ...

    async def drop(self, letter: str) -> None:
        """Throw one away. Raises NoSuchLetter."""
        ...

    async def close(self) -> None:
        """Take nothing new, finish what is being handled, give back what waits. Safe to call twice."""
        ...
