"""Where things lie in Redis: every key begins with the bus's prefix, so that several buses can share one server."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from msgspec import Struct

from fabula.bus.envelope import Priority
from fabula.errors import UsageError

LANES = (Priority.HIGH, Priority.NORMAL, Priority.LOW)
"""In the order in which they are read; each group has a stream for each."""
GROUP = "fabula"
"""The name of the consumer group of each stream; streams belong to one group of the bus each."""

_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Queue(Struct, frozen=True):
    """What waits for one group at one address: three streams, one for each priority."""

    address: str
    group: str
    key: str
    """The streams are this and the priority; the attempts at an entry stand in the hash STREAM:tries."""

    @property
    def streams(self) -> tuple[str, str, str]:
        """High, normal, low."""
        return (f"{self.key}:high", f"{self.key}:normal", f"{self.key}:low")


class Keys(Struct, frozen=True):
    """The keys of one bus. Get them with `under`."""

    prefix: str

    @classmethod
    def under(cls, prefix: str) -> "Keys":
        """Raises UsageError if that is no prefix: letters, digits, `.`, `_`, `-`, at most 64."""
        if not _PREFIX.fullmatch(prefix):
            raise UsageError(
                f"{prefix!r:.80} cannot be the prefix of a bus: use 1 to 64 letters, digits, dots, hyphens, underlines"
            )
        return cls(prefix)

    def queue(self, address: str, group: str) -> Queue:
        """The queue of a group. Names are quoted, so that no two queues share a key whatever they are called.

        Raises UsageError for a name that cannot be sent.
        """
        _check_sendable(address, "address")
        _check_sendable(group, "name of a group")
        return Queue(address, group, f"{self.prefix}:q:{quote(address, safe='')}:{quote(group, safe='')}")

    def groups(self, address: str) -> str:
        """A hash: of each group there, the key of its queue."""
        return f"{self.prefix}:groups:{address}"

    def lease(self, queue: Queue) -> str:
        """Who handles an unshared group; expires."""
        return f"{self.prefix}:lease:{queue.key}"

    def alive(self, who: str) -> str:
        """There as long as that consumer, or that asker, is; expires."""
        return f"{self.prefix}:alive:{who}"

    def sent(self, who: str) -> str:
        """A hash: the last batch of a publisher, and what became of it; expires."""
        return f"{self.prefix}:sent:{who}"

    def replies(self, who: str) -> str:
        """A stream: the responses to whoever asks through that bus; expires."""
        return f"{self.prefix}:reply:{who}"

    def heard(self, address: str) -> str:
        """A channel, on which listeners hear what is published to that address. Raises as `queue` does."""
        _check_sendable(address, "address")
        return f"{self.prefix}:heard:{address}"

    @property
    def dead(self) -> str:
        """A stream: the dead letters."""
        return f"{self.prefix}:dead"


def lane_of(priority: Priority, queue: Queue) -> str:
    """The stream of that priority."""
    return f"{queue.key}:{priority.value}"


def entry_order(entry: bytes) -> Sequence[int]:
    """By which ids of one stream sort: milliseconds, number."""
    ms, _, number = entry.partition(b"-")
    return (int(ms), int(number or 0))


def _check_sendable(name: str, what: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError as wrong:
        bad = f"character {wrong.start + 1} of it is half of one"
        raise UsageError(f"{name!r:.80} cannot be the {what} on a bus: {bad}, which cannot be sent as UTF-8") from wrong
