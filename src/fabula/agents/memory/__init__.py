"""Memory: what an agent keeps of what it perceived, and what comes back to it when it thinks.

An environment tells each event to those who perceived it as an `Experience`, by its `Senses` (`experience`). A `Memory`
makes of it what its agent would: an entry coloured by temper, side and feeling (`interpretation`, `phrases`), and what
it now believes and feels (`convictions`). `recall` brings back what is recent, important and near to a question
(`index`, `embedding`); what is too much becomes a reflection (`condensing`). `Memories` are those of a whole run, and
`explain` (in `why`) says how somebody came to know a thing, if the memories were made with `Witnesses`.

Memories are derived: they change by perceived events and by thoughts recorded with an agent's own actions, by nothing
else; they are rebuilt from a run's records wherever they are needed.

Importing this room is light. The names in `_HEAVY` load numpy when they are first used: whoever plays without a model
never pays for them.
"""

import importlib
from typing import TYPE_CHECKING, Any

from fabula.agents.memory.experience import Experience, Kind, Senses

if TYPE_CHECKING:
    from fabula.agents.memory.embedding import Embedder, embedder
    from fabula.agents.memory.memories import Memories
    from fabula.agents.memory.memory import Memory
    from fabula.agents.memory.why import Why, explain
    from fabula.agents.memory.witnesses import Witnesses

_HEAVY = {
    "Embedder": "fabula.agents.memory.embedding",
    "Memories": "fabula.agents.memory.memories",
    "Memory": "fabula.agents.memory.memory",
    "Why": "fabula.agents.memory.why",
    "Witnesses": "fabula.agents.memory.witnesses",
    "embedder": "fabula.agents.memory.embedding",
    "explain": "fabula.agents.memory.why",
}
"""Name -> the module that defines it."""

__all__ = [
    "Embedder",
    "Experience",
    "Kind",
    "Memories",
    "Memory",
    "Senses",
    "Why",
    "Witnesses",
    "embedder",
    "explain",
]


def __getattr__(name: str) -> Any:  # Of any type: whatever the module defines.
    if name not in _HEAVY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HEAVY[name]), name)
