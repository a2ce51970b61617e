"""Session state and locks: what programs share about what goes on now - who speaks, who holds what.

`Sessions` is the protocol, `Fence` a lock that is held; `open_sessions` gives them in memory or, where one is
configured, in Redis. They may be forgotten at any moment: the store remains the guard of correctness.

Both pass the contract suite in tests/store/sessions_contract.py. May import: errors.
"""

from fabula.store.sessions.memory import MemorySessions
from fabula.store.sessions.opening import open_sessions
from fabula.store.sessions.protocol import Changed, Fence, Lost, Sessions, Taken, Value

__all__ = ["Changed", "Fence", "Lost", "MemorySessions", "Sessions", "Taken", "Value", "open_sessions"]
