"""The manners: the ways in which the provider answers, by name."""

from fabula.errors import UsageError, did_you_mean
from fabula.llm.process.manners.manner import Manner
from fabula.llm.process.manners.obeying import Obeying
from fabula.llm.process.manners.plain import Agreeing, Echo
from fabula.llm.process.manners.prose import Prose
from fabula.llm.process.manners.sensible import Sensible

MANNERS: dict[str, Manner] = {
    "agree": Agreeing(),
    "echo": Echo(),
    "obeying": Obeying(),
    "prose": Prose(),
    "sensible": Sensible(),
}
"""By the name that people give."""


def manner_named(name: str) -> Manner:
    """The manner of that name. Raises UsageError."""
    if name not in MANNERS:
        raise UsageError(f"no manner is called {name[:40]!r}.{did_you_mean(name, MANNERS)}")
    return MANNERS[name]


__all__ = ["MANNERS", "Manner", "manner_named"]
