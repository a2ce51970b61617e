"""What runs inside Redis: each script does in one step what must not be half done.

A queue is three streams (`QUEUE:high`, `:normal`, `:low`), each with one consumer group. An entry leaves its stream
when it is acknowledged, so a stream's length is what waits or is being handled. Scripts reach keys that are not
declared to them (the queues of an address are known only inside), so the server must be no Redis Cluster.

- `DECLARE`, `PUBLISH`: groups, and messages to them
- `FETCH`, `CLAIM`, `ACKNOWLEDGE`: what is new, what others left behind, what is done with
- `HOLD`, `LEAVE`: leases
- `GIVE_UP`, `BURY`, `LETTERS`, `REDRIVE`: dead letters

Uses only the names of keys.
"""

from fabula.bus.redis.scripts.leases import HOLD, LEAVE
from fabula.bus.redis.scripts.letters import BURY, GIVE_UP, LETTERS, REDRIVE
from fabula.bus.redis.scripts.reading import ACKNOWLEDGE, CLAIM, FETCH
from fabula.bus.redis.scripts.script import Script
from fabula.bus.redis.scripts.sending import DECLARE, PUBLISH

__all__ = [
    "ACKNOWLEDGE",
    "BURY",
    "CLAIM",
    "DECLARE",
    "FETCH",
    "GIVE_UP",
    "HOLD",
    "LEAVE",
    "LETTERS",
    "PUBLISH",
    "REDRIVE",
    "Script",
]
