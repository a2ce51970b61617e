"""The state of a provider: what it was told to be, and what it has counted since."""

from collections.abc import Iterable

from fabula.llm.process.conduct import Conduct
from fabula.llm.process.counts import Counts, Requests
from fabula.llm.process.faults import Draws
from fabula.llm.process.manners import Manner, manner_named
from fabula.llm.process.manners.script import Line, Script


class State:
    """All that changes while a provider runs."""

    def __init__(self, conduct: Conduct) -> None:
        """Raises UsageError if the conduct names a manner that is none."""
        self.conduct = conduct
        self.restart()

    def restart(self) -> None:
        """Be as at the start: nothing counted, the conduct as it was given."""
        self.counts = Counts()
        self.requests = Requests()
        self.draws = Draws(self.conduct.faults, seed=self.conduct.seed)
        self.manners: dict[str, Manner] = {"": manner_named(self.conduct.manner)}
        """By model; under the empty name, that of all others."""
        self.script = Script(self.conduct.script)

    def follow(self, lines: Iterable[Line]) -> None:
        """Give these lines from now on."""
        self.script = Script(lines)
