"""Returning: what a shift has at hand when it ends goes to where the next in charge finds it first, in its order.

A quorum queue would turn round what it is given back, and forget how often it was tried. So what came from the waiting
queues is moved to `again`, with the number of its attempts. What is in `again` already must not lose its place there:
it is given back as often as it failed, since the server counts just that.
"""

from collections.abc import Sequence
from typing import Any

from fabula.bus.protocol import Delivery
from fabula.bus.rabbitmq.acks import Acks
from fabula.bus.rabbitmq.channel import Channel
from fabula.bus.rabbitmq.mover import Mover
from fabula.bus.rabbitmq.token import AGAIN, Token


async def give_back(
    channel: Channel,
    again: str,
    acks: Acks,
    mover: Mover,
    *,
    rest: Sequence[tuple[Delivery, Any]],
    unbegun: Sequence[Token],
    counted_max: int,
) -> None:
    """Give back all that is unsettled. What is not named here was begun and not settled, and has used up an attempt.

    rest: what waited for its turn or to be tried again, each saying which attempt is next. unbegun: what was held, or
    came too late. counted_max: how many attempts the server counts in `again`. Raises one of UNSENT.
    """
    known = {token.tag for token in (*mover.stop(), *unbegun)} | {token.tag for _, token in rest}
    await mover.idle()
    failures = [(token, delivery.tries - token.tries) for delivery, token in rest if token.place == AGAIN]
    for delivery, token in rest:
        token.tries = delivery.tries
    left = [token for token in acks.unsettled if token.place != AGAIN]
    for token in left:
        token.tries += token.tag not in known
    # What was handed out before is older than what came from the same queue for the first time.
    left.sort(key=lambda token: (not token.deaths, token.tag))
    await mover.move(left)
    await acks.flush()
    for token, count in failures:
        await _count(channel, again, token, min(count, counted_max - token.deaths))


async def _count(channel: Channel, again: str, token: Token, failures: int) -> None:
    """Have the server count all but one of them; that one it counts when the channel is shut."""
    tag: int | None = token.tag
    for _ in range(failures - 1):
        if tag is None:
            return  # Somebody took it, and counts by himself.
        await channel.give_back(tag)
        tag = await channel.get(again)
