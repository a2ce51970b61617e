"""The doer: a person at a deed, at one tick, and what the deeds of one tick have in common."""

from enum import Enum

import numpy as np

from fabula.engine.values import AgentId
from fabula.environments.world.components import NOBODY, Int32s, Intent
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import witnesses

HELD = "held until"
"""Key of `Person.doing`: the tick until which somebody who is spoken to stays where they are."""
_OWN = "deed: "
"""What a deed keeps in `Person.doing` begins so, and is gone when the next begins."""


class Progress(Enum):
    """How a deed that was gone on with stands."""

    BUSY = 1
    DONE = 2


class Impossible(Exception):
    """A deed cannot be done, and why: a clause."""


class Round:
    """What the deeds of one tick share."""

    def __init__(self, tick: Tick) -> None:
        self.tick = tick
        self.people: dict[str, Person] = {person.name: person for person in tick.state.people if person.life != NOBODY}
        """The living, by name."""
        self.planned = np.zeros(tick.lives.count, dtype=np.uint8)
        """1 for the rows whose intent follows from a plan, or that are held by somebody who has one."""
        self._held: dict[int, int] = {}
        self._fighting: Int32s | None = None

    def hold(self, row: int, by: int) -> None:
        """Have somebody stay where they are for this tick, unless the one who wants it is themselves held: so of any
        number of people who seek one another, one goes on.
        """
        if by not in self._held:
            self._held.setdefault(row, by)

    def is_held(self, row: int) -> bool:
        """Whether somebody who comes after them this tick has had them stay."""
        return row in self._held

    def stay(self) -> None:
        """Let those who are held stay; after everyone's intent is set."""
        for row in self._held:
            self.intend(row, Intent.HOLD)

    def intend(
        self, row: int, intent: Intent, *, target: int = NOBODY, goal: int = NOBODY, field: int = NOBODY
    ) -> None:
        """Set what a life is about to do at this tick. At the next its reflexes are asked again."""
        lives = self.tick.lives
        lives.intent[row], lives.target[row] = intent, target
        lives.goal[row], lives.field[row] = goal, field
        lives.until[row] = self.tick.now + 1
        self.planned[row] = 1

    def fighting(self) -> Int32s:
        """The rows of all who go for somebody at this tick, ascending."""
        if self._fighting is None:
            lives = self.tick.lives
            self._fighting = np.flatnonzero(lives.intent[: lives.count] == Intent.FIGHT).astype(np.int32)
        return self._fighting


class Doer:
    """A person who is at a deed."""

    def __init__(self, round_: Round, person: Person, row: int) -> None:
        self.round, self.tick, self.lives = round_, round_.tick, round_.tick.lives
        self.person, self.row = person, row
        self.name = person.name
        self.x, self.y = int(self.lives.x[row]), int(self.lives.y[row])
        self.cell = self.tick.ground.cell(self.x, self.y)

    @property
    def ticks(self) -> int:
        """How long they are at this deed."""
        return self.tick.now - self.person.begun

    @property
    def place(self) -> str:
        """The name of the place where they are; empty: the open."""
        return self.tick.ground.place_named(self.tick.setting, self.cell)

    def intend(self, intent: Intent, *, target: int = NOBODY, goal: int = NOBODY, field: int = NOBODY) -> None:
        """What they are about to do at this tick."""
        self.round.intend(self.row, intent, target=target, goal=goal, field=field)

    def noted(self, what: str, default: int = NOBODY) -> int:
        """A number kept for this deed."""
        return self.person.doing.get(_OWN + what, default)

    def note(self, what: str, number: int) -> None:
        """Keep a number until the deed is over."""
        note(self.person, what, number)

    def begin(self) -> None:
        """Begin a deed."""
        self.person.begun = self.tick.now

    def seen_by(self, *others: str) -> tuple[AgentId, ...]:
        """Who perceives what they do here: themselves, whoever looks, and whom it is done to."""
        return tuple(sorted({AgentId(self.name), *witnesses(self.tick, self.row), *map(AgentId, others)}))


def note(person: Person, what: str, number: int) -> None:
    """Keep a number until the deed that somebody is at is over."""
    person.doing[_OWN + what] = number


def end_deed(person: Person) -> None:
    """Let go of what a deed kept."""
    for what in [key for key in person.doing if key.startswith(_OWN)]:
        del person.doing[what]
    person.begun = NOBODY
