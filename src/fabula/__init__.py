"""Fabula: worlds and stories inhabited by agents.

Bring characters; any language model - or none - gives them minds; Fabula directs them, records every decision so that a
run can be replayed, rewound, branched, resumed and handed on, and tells the tale.

From Python, begin with `Director`. ARCHITECTURE.md shows the rooms; each room's own docstring says what it is for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fabula.app import Director

__all__ = ["Director"]


def __getattr__(name: str) -> Any:
    # Loaded when asked for, so that `import fabula` costs nothing to those who only want a room.
    if name == "Director":
        from fabula.app import Director  # noqa: PLC0415

        return Director
    raise AttributeError(f"module 'fabula' has no attribute {name!r}")
