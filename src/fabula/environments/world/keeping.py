"""Keeping: what the keeper of a world tells it - bring lives in, end one, put things into hands, set somebody down."""

import re

from fabula.agents.persona import Persona
from fabula.engine.values import KEEPER, Command, Commanded
from fabula.environments.world import minding
from fabula.environments.world.commands import Grant, Kill, Put, Spawn, WorldCommand
from fabula.environments.world.components import LIVES_MAX, NOBODY
from fabula.environments.world.events import Gave, Refused
from fabula.environments.world.happenings import Cause, What
from fabula.environments.world.opening import settle
from fabula.environments.world.setting import Resident
from fabula.environments.world.tick import Tick
from fabula.errors import did_you_mean

SPAWN_MAX = 10_000
AMOUNT_MAX = 10_000
TEXT_MAX = 80

_CELL = re.compile(r"\s*(-?\d{1,6})\s*[,;x ]\s*(-?\d{1,6})\s*")


class _Cannot(Exception):
    """What was told cannot be done, and why; becomes a `Refused`."""


def obey(tick: Tick, commanded: Commanded[WorldCommand]) -> None:
    """Carry a command out; what cannot be done is refused. Pauses, pace and seats are not the world's affair."""
    command = commanded.command
    try:
        match command:
            case Spawn():
                _spawn(tick, command)
            case Kill():
                _kill(tick, command)
            case Grant():
                _grant(tick, command)
            case Put():
                _put(tick, command)
    except _Cannot as why:
        tick.tell(Refused(agent=_keeper(command), tried=_tried(command), why=str(why)))


def cell_named(tick: Tick, at: str) -> int:
    """The cell that `x,y`, a place or a person stands for. Raises _Cannot."""
    if (match := _CELL.fullmatch(at)) is not None:
        x, y = int(match[1]), int(match[2])
        if not (0 <= x < tick.ground.width and 0 <= y < tick.ground.height):
            width, height = tick.ground.width, tick.ground.height
            raise _Cannot(f"{x},{y} lies in the void: the map has cells 0,0 to {width - 1},{height - 1}")
        return tick.ground.cell(x, y)
    wanted = at.strip().casefold()
    for number, place in enumerate(tick.setting.places):
        if place.name.casefold() == wanted:
            return int(tick.ground.anchor[number])
    for person in tick.state.living():
        if person.name.casefold() == wanted:
            row = tick.lives.row(person.life)
            return tick.ground.cell(int(tick.lives.x[row]), int(tick.lives.y[row]))
    known = [place.name for place in tick.setting.places] + [person.name for person in tick.state.living()]
    raise _Cannot(f"there is no place or person {_short(at)!r}.{did_you_mean(at[:TEXT_MAX], known)}")


def _spawn(tick: Tick, command: Spawn) -> None:
    kinds = {kind.name.casefold(): kind for kind in tick.setting.kinds}
    kind = kinds.get(command.what.strip().casefold())
    if kind is None:
        raise _Cannot(f"there is no kind {_short(command.what)!r}.{did_you_mean(command.what[:TEXT_MAX], kinds)}")
    if not 1 <= command.count <= SPAWN_MAX:
        raise _Cannot(f"a count of {command.count}: give 1 to {SPAWN_MAX:,}")
    if tick.lives.count + command.count > LIVES_MAX:
        raise _Cannot(f"there are {tick.lives.count:,} lives; a world holds {LIVES_MAX:,}")
    faction = command.faction.strip()
    if faction and faction not in tick.catalogue.faction:
        raise _Cannot(f"there is no faction {_short(faction)!r}.{did_you_mean(faction, tick.catalogue.faction)}")
    cells = _free_cells(tick, command)
    if command.name:
        _spawn_person(tick, command, kind=kind.name, faction=faction, cell=cells[0])
        return
    rows = tick.lives.add(len(cells))
    lives = tick.lives
    lives.kind[rows] = tick.catalogue.kind[kind.name]
    lives.faction[rows] = tick.catalogue.faction.get(faction, 0)
    for name in ("boldness", "diligence", "warmth", "greed", "honesty"):
        getattr(lives, name)[rows] = getattr(kind, name)
    for row, cell in zip(range(rows.start, rows.stop), cells, strict=True):
        lives.y[row], lives.x[row] = divmod(cell, tick.ground.width)


def _spawn_person(tick: Tick, command: Spawn, *, kind: str, faction: str, cell: int) -> None:
    name = " ".join(command.name.split())
    if command.count != 1:
        raise _Cannot(f"{command.count} of one name: a person is one")
    if len(name) > TEXT_MAX or not name.isprintable():
        raise _Cannot(f"{_short(name)!r} is no name for a person")
    if any(person.name.casefold() == name.casefold() for person in tick.state.people):
        raise _Cannot(f"somebody is called {name!r} already")
    y, x = divmod(cell, tick.ground.width)
    resident = Resident(persona=Persona(name=name), kind=kind, faction=faction, at=(x, y))
    person = settle(tick.state, resident, tick.setting, tick.catalogue, tick.ground, tick.chance)
    tick.tell(minding.coming(tick, person, later=True))


def _free_cells(tick: Tick, command: Spawn) -> list[int]:
    """As many cells as lives, nearest to where they were told to be, walls and open cells that are taken left out."""
    lives, ground = tick.lives, tick.ground
    if command.at:
        start = cell_named(tick, command.at)
        if not ground.cost[start]:
            y, x = divmod(start, ground.width)
            raise _Cannot(f"nobody can stand at {x},{y}: it is {ground.map.terrains[ground.map.ground[start]].name}")
    else:
        free = ground.cost.nonzero()[0]
        draw = tick.chance.stream("spawn", command.what, command.name, str(lives.born))
        start = int(free[draw.integer(0, len(free) - 1)])
    taken = set((lives.y[: lives.count].astype(int) * ground.width + lives.x[: lives.count]).tolist())
    cells: list[int] = []
    for cell in _outwards(tick, start):
        if ground.place_at[cell] != NOBODY or cell not in taken:
            cells.append(cell)
            if len(cells) == command.count:
                return cells
    raise _Cannot(f"there is room for {len(cells):,} there, not for {command.count:,}")


def _outwards(tick: Tick, start: int) -> list[int]:
    """The cells that can be reached from one, nearest first."""
    ground, found, seen = tick.ground, [start], {start}
    for cell in found:
        y, x = divmod(cell, ground.width)
        for to_x, to_y in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            to = ground.cell(to_x, to_y)
            inside = 0 <= to_x < ground.width and 0 <= to_y < ground.height
            if inside and to not in seen and ground.cost[to]:
                seen.add(to)
                found.append(to)
        if len(found) > 8 * SPAWN_MAX:
            break
    return found


def _kill(tick: Tick, command: Kill) -> None:
    row = _row_named(tick, command.whom)
    tick.lives.health[row] = 0
    tick.happenings.add(What.DIED, int(tick.lives.id[row]), NOBODY, Cause.KEEPER)


def _grant(tick: Tick, command: Grant) -> None:
    row = _row_named(tick, command.to)
    if not 1 <= command.amount <= AMOUNT_MAX:
        raise _Cannot(f"an amount of {command.amount}: give 1 to {AMOUNT_MAX:,}")
    what = command.what.strip().casefold()
    goods = {name.casefold(): number for name, number in tick.catalogue.good.items()}
    if what == "coin":
        tick.lives.coin[row] = min(int(tick.lives.coin[row]) + command.amount, 2**31 - 1)
    elif what in goods:
        held = int(tick.lives.goods[row, goods[what]])
        tick.lives.goods[row, goods[what]] = min(held + command.amount, 32_767)
    else:
        raise _Cannot(f"there is no good {_short(command.what)!r}.{did_you_mean(what, [*goods, 'coin'])}")
    seat = int(tick.lives.seat[row])
    if seat != NOBODY:
        name = tick.state.people[seat].name
        tick.tell(Gave(agent=_keeper(command), to=name, what=what, amount=command.amount, seen_by=(name,)))


def _put(tick: Tick, command: Put) -> None:
    row = _row_named(tick, command.whom)
    cell = cell_named(tick, command.at)
    if not tick.ground.cost[cell]:
        raise _Cannot(f"nobody can stand at {_short(command.at)}")
    tick.lives.y[row], tick.lives.x[row] = divmod(cell, tick.ground.width)


def _row_named(tick: Tick, whom: str) -> int:
    """The row of a person, or of `#id`. Raises _Cannot."""
    wanted = whom.strip()
    if wanted.startswith("#") and wanted[1:].isdecimal() and len(wanted) < 12:
        row = tick.lives.row(int(wanted[1:]))
    else:
        found = [person for person in tick.state.living() if person.name.casefold() == wanted.casefold()]
        row = tick.lives.row(found[0].life) if found else NOBODY
    if row == NOBODY:
        names = [person.name for person in tick.state.living()]
        raise _Cannot(f"there is no {_short(whom)!r} alive.{did_you_mean(whom[:TEXT_MAX], names)}")
    return row


def _tried(command: Command) -> str:
    match command:
        case Spawn():
            return f"spawn {_short(command.what)}"
        case Kill():
            return f"kill {_short(command.whom)}"
        case Grant():
            return f"give {_short(command.what)} to {_short(command.to)}"
        case Put():
            return f"put {_short(command.whom)} at {_short(command.at)}"
    return type(command).__name__.lower()


def _short(text: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text[: TEXT_MAX + 1])
    return plain if len(plain) <= TEXT_MAX else plain[:TEXT_MAX] + "…"


def _keeper(command: Command) -> str:
    return _short(command.by) or KEEPER
