"""What things are called in RabbitMQ: all names begin with the bus's prefix, so that several can share a server."""

import hashlib
import re
from urllib.parse import quote, unquote

from msgspec import Struct

from fabula.bus.envelope import Priority
from fabula.errors import UsageError

PRIORITIES = (Priority.HIGH, Priority.NORMAL, Priority.LOW)
"""In the order in which they are handled; a group has a queue for each, since quorum queues know no priorities."""

_PREFIX = re.compile(r"(?!amq\.)[A-Za-z0-9._-]{1,64}")
_ADDRESS_CHARS_MAX = 100
_GROUP_CHARS_MAX = 80


class GroupQueues(Struct, frozen=True):
    """The queues of one group at one address."""

    address: str
    group: str
    waiting: tuple[str, str, str]
    """High, normal, low."""
    again: str
    """What was handed out once and not finished; it is handled before anything newer, one message at a time."""
    lease: str
    """An empty queue; whoever consumes from it is the one active subscription."""


class Names(Struct, frozen=True):
    """The names of one bus. Get them with `under`."""

    prefix: str

    @classmethod
    def under(cls, prefix: str) -> "Names":
        """Raises UsageError if that is no prefix: letters, digits, `.`, `_`, `-`, at most 64."""
        if not _PREFIX.fullmatch(prefix):
            raise UsageError(
                f"{prefix!r:.80} cannot be the prefix of a bus: use 1 to 64 letters, digits, dots, hyphens, "
                "underlines, and do not begin with 'amq.'"
            )
        return cls(prefix)

    @property
    def exchange(self) -> str:
        """Where messages are published: groups' queues and listeners are bound by address and priority."""
        return self.prefix

    @property
    def known(self) -> str:
        """An exchange and a queue that keeps nothing: an address is bound if a group was ever declared there."""
        return f"{self.prefix}.known"

    @property
    def dead(self) -> str:
        """The queue of the dead letters."""
        return f"{self.prefix}.dead"

    @property
    def desk(self) -> str:
        """The lease of whoever looks through the dead letters."""
        return f"{self.prefix}.desk"

    def reply(self, who: str) -> str:
        """The queue of the responses to whoever asks through that bus."""
        return f"{self.prefix}.reply.{who}"

    def seal(self, who: str) -> str:
        """A queue that is there for a moment only, when that bus has made others; see `topology`."""
        return f"{self.prefix}.seal.{who}"

    def key(self, address: str, priority: Priority) -> str:
        """By which messages to that address are routed."""
        return f"{self.place(address)}.{priority.value}"

    def place(self, address: str) -> str:
        """By which an address is known."""
        return _part(address, _ADDRESS_CHARS_MAX)

    def group(self, address: str, group: str) -> GroupQueues:
        """The queues of a group."""
        base = f"{self.prefix}.{self.place(address)}.{_part(group, _GROUP_CHARS_MAX)}"
        high, normal, low = (f"{base}.{priority.value}" for priority in PRIORITIES)
        return GroupQueues(address, group, (high, normal, low), f"{base}.again", f"{base}.lease")

    def whose(self, queue: str) -> tuple[str, str]:
        """Address and group of a queue, as far as its name tells: of very long ones only the beginning."""
        parts = queue.removeprefix(f"{self.prefix}.").split(".")
        if len(parts) != 3:
            return "", ""
        return _read(parts[0]), _read(parts[1])


def _part(text: str, length_max: int) -> str:
    """A part of a name: no two texts give the same, none holds a dot, and all are short enough for a server that
    takes names of 255 bytes. What the client library takes for no name is written as `+` and two hexadecimal digits.
    """
    part = quote(text, safe=":@,/ ").replace("%", "+").replace(".", "+2E").replace("~", "+7E")
    if len(part) <= length_max:
        return part
    return f"{part[: length_max - 33]}#{hashlib.sha256(part.encode()).hexdigest()[:32]}"


def _read(part: str) -> str:
    return unquote(part.partition("#")[0].replace("+", "%"))
