"""The scene of a deed: where it happens, what lives are called, and who perceives it."""

from fabula.engine.values import AgentId
from fabula.environments.world.components import NOBODY
from fabula.environments.world.property import cell_of
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick
from fabula.environments.world.witnesses import witnesses


def here(tick: Tick, row: int) -> int:
    """Index of the place where a life stands; NOBODY: the open."""
    return int(tick.ground.place_at[cell_of(tick, row)])


def place_name(tick: Tick, place: int) -> str:
    """Empty for the open."""
    return tick.setting.places[place].name if place != NOBODY else ""


def person_of(tick: Tick, life: int) -> Person | None:
    """The living person whose life that is."""
    row = tick.lives.row(life)
    seat = int(tick.lives.seat[row]) if row != NOBODY else NOBODY
    return tick.state.people[seat] if seat != NOBODY else None


def called(tick: Tick, life: int) -> str:
    """A person's name; of others what they are (`a wolf`); empty for who is gone."""
    row = tick.lives.row(life)
    if row == NOBODY:
        return ""
    seat = int(tick.lives.seat[row])
    if seat != NOBODY:
        return tick.state.people[seat].name
    kind = tick.setting.kinds[int(tick.lives.kind[row])].name
    return f"an {kind}" if kind[:1].casefold() in "aeiou" else f"a {kind}"


def perceivers(tick: Tick, row: int, *also: Person | None) -> tuple[AgentId, ...]:
    """Who perceives what a life does: those around, itself though it sleep, and `also`; sorted."""
    seat = int(tick.lives.seat[row])
    own = tick.state.people[seat] if seat != NOBODY else None
    return tuple(sorted({*witnesses(tick, row), *(person.name for person in (own, *also) if person is not None)}))
