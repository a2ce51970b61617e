"""Inspection: what a keeper sees who looks at a person closely, asks why they do what they do, or looks for something.

It reads the state and changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fabula.environments.world.components import FULL, NOBODY, Intent
from fabula.environments.world.deeds.wording import worded_plan
from fabula.environments.world.state import Person, WorldState
from fabula.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from fabula.environments.world.world import World

FOUND_MAX = 40


def look(world: "World", state: WorldState, what: str, about: str) -> Sequence[str]:
    """Lines for `debug NAME`, `why NAME`, `find TEXT`. Raises UsageError for a name that nobody has."""
    if what == "find":
        found = list(_found(world, state, about.casefold()))
        more = [f"… and {len(found) - FOUND_MAX} more"] if len(found) > FOUND_MAX else []
        return [*found[:FOUND_MAX], *more] or [f"nothing here is called {about!r}"]
    person = _person(state, about)
    return _debug(world, state, person) if what == "debug" else _why(world, state, person)


def doing(world: "World", state: WorldState, person: Person) -> str:
    """What somebody is at, in a few words: `works at the Mill`."""
    row = state.lives.row(person.life)
    if row == NOBODY:
        return "is dead"
    if state.lives.asleep[row]:
        return "sleeps"
    intent = Intent(int(state.lives.intent[row]))
    target = _name(world, state, int(state.lives.target[row]))
    field = int(state.lives.field[row])
    where = world.setting.places[field].name if 0 <= field < len(world.setting.places) else ""
    words = {
        Intent.REST: "rests",
        Intent.WANDER: "strolls about",
        Intent.SLEEP: "goes to bed",
        Intent.EAT: "eats",
        Intent.FORAGE: "looks for wild food",
        Intent.WORK: "works",
        Intent.BUY: "shops",
        Intent.SELL: "goes to sell",
        Intent.MINGLE: "seeks company",
        Intent.FIGHT: f"goes for {target}" if target else "fights",
        Intent.FLEE: f"flees from {target}" if target else "flees",
        Intent.STEAL: "looks for something to take",
        Intent.GO: "is on the way",
        Intent.HOLD: "stays where they are",
    }
    return words[intent] + (f" ({where})" if where else "")


def _debug(world: "World", state: WorldState, person: Person) -> list[str]:
    setting, lives = world.setting, state.lives
    row = lives.row(person.life)
    if row == NOBODY:
        return [f"{person.name} is dead."]
    x, y = int(lives.x[row]), int(lives.y[row])
    place = world.ground.place_named(setting, world.ground.cell(x, y))
    carried = [
        f"{int(count)} {good.name}" for good, count in zip(setting.goods, lives.goods[row], strict=True) if count
    ]
    lines = [
        f"{person.name} (#{person.life}), {setting.kinds[int(lives.kind[row])].name}"
        + (f" of {setting.factions[int(lives.faction[row])].name}" if setting.factions else ""),
        f"  at {x},{y}" + (f", {place}" if place else "") + f": {doing(world, state, person)}",
        "  " + ", ".join(f"{name} {_share(int(getattr(lives, name)[row]))}" for name in _MEASURES),
        f"  {int(lives.coin[row])} pence; carries {', '.join(carried) or 'nothing'}",
        "  reflexes: " + ", ".join(f"{name} {int(getattr(lives, name)[row])}" for name in _REFLEXES),
    ]
    lines += _why(world, state, person)[1:]
    bonds = sorted(person.bonds.items(), key=lambda one: (-abs(one[1]), one[0]))[:8]
    if bonds:
        lines.append("  bonds: " + ", ".join(f"{name} {bond:+d}" for name, bond in bonds))
    return lines


def _why(world: "World", state: WorldState, person: Person) -> list[str]:
    lines = [f"{person.name} {doing(world, state, person)}."]
    if person.asked != NOBODY:
        lines.append(f"  thinks, since tick {person.asked}")
    if person.plan:
        at = type(person.plan[min(person.deed, len(person.plan) - 1)]).__name__.lower()
        what = person.goal or worded_plan(person.plan)
        lines.append(f"  plan: to {what}; at deed {person.deed + 1} of {len(person.plan)} ({at})")
        if person.why:
            lines.append(f"  because: {person.why}")
    else:
        lines.append("  by habit: no plan is being followed")
    if person.occasions:
        lines.append(f"  on their mind: {'; '.join(person.occasions)}")
    lines += [f"  quarrel with {one.whom} about {one.about} (heat {one.heat})" for one in person.quarrels]
    lines += [f"  knows of a wrong: {one.by} to {one.to}, {one.what}" for one in person.wrongs if not one.settled]
    return lines


def _found(world: "World", state: WorldState, wanted: str) -> Iterator[str]:
    setting, lives = world.setting, state.lives
    for person in state.people:
        if wanted in person.name.casefold():
            row = lives.row(person.life)
            where = f"at {int(lives.x[row])},{int(lives.y[row])}" if row != NOBODY else ""
            yield f"{person.name} (#{person.life}) {where}: {doing(world, state, person)}"
    for number, place in enumerate(setting.places):
        if wanted in place.name.casefold() or wanted in place.kind.casefold():
            y, x = divmod(int(world.ground.anchor[number]), world.ground.width)
            stock = zip(setting.goods, state.stock[number].tolist(), strict=True)
            held = ", ".join(f"{count} {good.name}" for good, count in stock if count) or "empty"
            yield f"{place.name} ({place.kind}) at {x},{y}: till {int(state.till[number])}, {held}"
    for number, good in enumerate(setting.goods):
        if wanted in good.name.casefold():
            carried = int(lives.goods[: lives.count, number].sum())
            stocked = int(state.stock[:, number].sum())
            prices = sorted(
                {
                    int(price)
                    for price, sold in zip(state.price[:, number], world.catalogue.place_trades[:, number], strict=True)
                    if sold
                }
            )
            yield f"{good.name}: {stocked} in stock, {carried} carried, at {', '.join(map(str, prices)) or 'no'} pence"
    for number, kind in enumerate(setting.kinds):
        if wanted in kind.name.casefold():
            yield f"{kind.name}: {int((lives.kind[: lives.count] == number).sum())} alive"


def _person(state: WorldState, name: str) -> Person:
    wanted = name.strip().casefold()
    exact = [person for person in state.people if person.name.casefold() == wanted]
    partly = [person for person in state.people if wanted and wanted in person.name.casefold().split()]
    for found in (exact, partly):
        if len(found) == 1:
            return found[0]
    raise UsageError(f"nobody is called {name!r}.{did_you_mean(name, [person.name for person in state.people])}")


def _name(world: "World", state: WorldState, life: int) -> str:
    row = state.lives.row(life)
    if row == NOBODY:
        return ""
    seat = int(state.lives.seat[row])
    return state.people[seat].name if seat != NOBODY else f"a {world.setting.kinds[int(state.lives.kind[row])].name}"


def _share(thousandths: int) -> str:
    return f"{thousandths * 100 // FULL} %"


_MEASURES = ("health", "energy", "hunger", "fatigue", "solitude")
_REFLEXES = ("boldness", "diligence", "warmth", "greed", "honesty")
