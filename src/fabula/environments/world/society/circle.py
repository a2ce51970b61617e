"""The circle: the living people, by name, and who of them is near whom."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.engine.values import AgentId
from fabula.environments.world.components import NOBODY, Int32s
from fabula.environments.world.sightlines import company
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

EARSHOT_CELLS = 3


class Circle(NamedTuple):
    """Who is within earshot of whom; the arrays have one number a person."""

    people: list[Person]
    rows: Int32s
    awake: NDArray[np.bool_]
    near: NDArray[np.bool_]
    """Shape (n, n): both awake, and at the same place or within EARSHOT_CELLS in the open."""

    def beside(self, at: int) -> list[Person]:
        """Those who hear what one of them says, by seat."""
        return [self.people[other] for other in np.flatnonzero(self.near[at]).tolist()]


def circle(tick: Tick) -> Circle:
    """The living as they stand now."""
    all_ = company(tick.state, tick.ground)
    apart = np.maximum(np.abs(all_.x[:, None] - all_.x[None, :]), np.abs(all_.y[:, None] - all_.y[None, :]))
    together = all_.place[:, None] == all_.place[None, :]
    near = together & ((all_.place[:, None] != NOBODY) | (apart <= EARSHOT_CELLS))
    near &= all_.awake[:, None] & all_.awake[None, :]
    np.fill_diagonal(near, val=False)
    return Circle(all_.people, all_.rows, all_.awake, near)


def hearers(circle_: Circle, speaker: Person, *others: str) -> tuple[AgentId, ...]:
    """Who hears something said aloud, as `seen_by` has them."""
    at = circle_.people.index(speaker)
    return tuple(sorted({speaker.name, *(one.name for one in circle_.beside(at)), *map(AgentId, others)}))


def people_by_name(tick: Tick) -> dict[str, Person]:
    """The living."""
    return {person.name: person for person in tick.state.people if person.life != NOBODY}


def place_of(tick: Tick, person: Person) -> str:
    """The name of the place where somebody is; empty: the open."""
    row = tick.lives.row(person.life)
    if row == NOBODY:
        return ""
    cell = tick.ground.cell(int(tick.lives.x[row]), int(tick.lives.y[row]))
    return tick.ground.place_named(tick.setting, cell)
