"""Messages between agents and programs: nothing that was accepted is lost, nothing waits without a bound.

A bus carries messages of one form, the envelope, from whoever publishes to the groups and listeners at an address; it
knows nothing of what they mean. Delivery is at least once, in order within one session and priority; what fails is
tried again after growing waits, and what goes on failing lies among the dead letters with its cause. For a run's own
events the bus is only a doorbell: who listens reads the log.

- `Message` is the envelope, `encode` and `decode` what stands on the wire; `BadMessage` says what was wrong with it.
- `Bus` is the protocol, with its `Bounds`, its errors, and what a handler is given (`Delivery`) and a keeper sees
  (`DeadLetter`). `open_bus` opens one by its address: `MemoryBus` within one program, Redis Streams and RabbitMQ
  between many (the extras `redis` and `amqp`, imported only when they are opened).
- `Inbox` does once what comes twice, in the transaction of the effect.
- `Journal` is where the way of each message is noted, `SqliteJournal` one that can be read again; `Figures` count.

What the buses share: `Lanes` (order, retries, priorities), `Listener`, and in `asking` who waits for which response.
Each bus passes the contract suite in tests/bus/contract.py. May import: settings, observability, errors.
"""

from fabula.bus.attempts import Carrier
from fabula.bus.envelope import (
    MESSAGE_BYTES_MAX,
    TIMEOUT_MS,
    VERSION,
    BadMessage,
    Message,
    MessageType,
    Metadata,
    Priority,
    checked,
    decode,
    encode,
)
from fabula.bus.figures import AgentFigures, BusFigures, Figures
from fabula.bus.inbox import Inbox
from fabula.bus.journal import Hop, Journal, What, hop_of
from fabula.bus.lanes import Lanes
from fabula.bus.listening import Listener
from fabula.bus.memory import MemoryBus
from fabula.bus.opening import open_bus, shown
from fabula.bus.protocol import (
    DEFAULT_GROUP,
    Bounds,
    Bus,
    BusDown,
    BusFull,
    DeadLetter,
    Delivery,
    Handler,
    NoAnswer,
    NobodyThere,
    NoSuchLetter,
    NotLetIn,
    Subscription,
    Unanswerable,
)
from fabula.bus.sqlite_journal import SqliteJournal

__all__ = [
    "DEFAULT_GROUP",
    "MESSAGE_BYTES_MAX",
    "TIMEOUT_MS",
    "VERSION",
    "AgentFigures",
    "BadMessage",
    "Bounds",
    "Bus",
    "BusDown",
    "BusFigures",
    "BusFull",
    "Carrier",
    "DeadLetter",
    "Delivery",
    "Figures",
    "Handler",
    "Hop",
    "Inbox",
    "Journal",
    "Lanes",
    "Listener",
    "MemoryBus",
    "Message",
    "MessageType",
    "Metadata",
    "NoAnswer",
    "NoSuchLetter",
    "NobodyThere",
    "NotLetIn",
    "Priority",
    "SqliteJournal",
    "Subscription",
    "Unanswerable",
    "What",
    "checked",
    "decode",
    "encode",
    "hop_of",
    "open_bus",
    "shown",
]
