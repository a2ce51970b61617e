"""Views: a world as plain data, for `fabula show` and for a page - in numbers and people for the keeper, its side of
the truth for an agent.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from fabula.environments.world.components import NOBODY, Bytes
from fabula.environments.world.inspection import doing
from fabula.environments.world.outlooks import Outlooks
from fabula.environments.world.state import Person, WorldState
from fabula.environments.world.tick import DAY_S
from fabula.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from fabula.environments.world.world import World


def picture(world: "World", state: WorldState, viewer: str | None) -> Mapping[str, Any]:
    """The state for one pair of eyes; None sees everything. Raises UsageError for an agent that there is not."""
    return _everything(world, state) if viewer is None else _side_of(world, state, viewer)


def _everything(world: "World", state: WorldState) -> dict[str, Any]:
    setting, lives = world.setting, state.lives
    second = setting.begins_h * 3600 + state.tick * setting.tick_s
    return {
        "title": setting.title,
        "tick": state.tick,
        "ticks": setting.ticks,
        "day": second // DAY_S + 1,
        "hour": second % DAY_S // 3600,
        "minute": second % 3600 // 60,
        "ending": None if state.ended is None else msgspec.to_builtins(state.ended),
        "lives": {
            "count": lives.count,
            "by_kind": _counted(lives.kind[: lives.count], [kind.name for kind in setting.kinds]),
            "by_faction": _counted(lives.faction[: lives.count], [faction.name for faction in setting.factions]),
        },
        "people": {person.name: _person(world, state, person) for person in state.people},
        "places": {place.name: _place(world, state, number) for number, place in enumerate(setting.places)},
        "quarrels": [
            {"of": person.name, "with": quarrel.whom, "about": quarrel.about, "heat": quarrel.heat}
            for person in state.living()
            for quarrel in person.quarrels
        ],
        "stances": _stances(world, state),
        "lying_about": [msgspec.to_builtins(pile) for pile in state.piles],
        "failed_systems": list(state.failed),
    }


def _side_of(world: "World", state: WorldState, viewer: str) -> dict[str, Any]:
    """What an agent perceives, knows and feels; of the dead, that they are dead."""
    person = state.person(viewer)
    if person is None:
        names = [one.name for one in state.people]
        raise UsageError(f"there is no agent {viewer!r} in this run.{did_you_mean(viewer, names)}")
    if person.life == NOBODY:
        return {"agent": viewer, "status": "dead"}
    outlook: dict[str, Any] = msgspec.to_builtins(Outlooks(world, state).of(person))
    return {
        "agent": viewer,
        "status": "thinks" if person.asked != NOBODY else "alive",
        "doing": doing(world, state, person),
        "outlook": outlook,
    }


def _person(world: "World", state: WorldState, person: Person) -> dict[str, Any]:
    setting, lives = world.setting, state.lives
    row = lives.row(person.life)
    if row == NOBODY:
        return {"status": "dead"}
    x, y = int(lives.x[row]), int(lives.y[row])
    return {
        "status": "thinks" if person.asked != NOBODY else "alive",
        "kind": setting.kinds[int(lives.kind[row])].name,
        "faction": _named([one.name for one in setting.factions], int(lives.faction[row])),
        "place": world.ground.place_named(setting, world.ground.cell(x, y)),
        "at": [x, y],
        "doing": doing(world, state, person),
        **{need: int(getattr(lives, need)[row]) for need in ("health", "hunger", "fatigue", "solitude")},
        "coin": int(lives.coin[row]),
        "carries": _held([good.name for good in setting.goods], lives.goods[row].tolist()),
        "reputation": int(lives.reputation[row]),
        "goal": person.goal,
        "bonds": dict(sorted(person.bonds.items())),
        "wrongs": [msgspec.to_builtins(wrong) for wrong in person.wrongs if not wrong.settled],
    }


def _place(world: "World", state: WorldState, number: int) -> dict[str, Any]:
    place = world.setting.places[number]
    goods = [good.name for good in world.setting.goods]
    traded = world.catalogue.place_trades[number].tolist()
    prices = state.price[number].tolist()
    return {
        "kind": place.kind,
        "owner": place.owner,
        "till": int(state.till[number]),
        "stock": _held(goods, state.stock[number].tolist()),
        "prices": {good: price for good, price, is_traded in zip(goods, prices, traded, strict=True) if is_traded},
    }


def _stances(world: "World", state: WorldState) -> dict[str, dict[str, int]]:
    names = [faction.name for faction in world.setting.factions]
    return {
        one: {other: int(state.stance[row, column]) for column, other in enumerate(names) if column != row}
        for row, one in enumerate(names)
    }


def _counted(numbers: Bytes, names: list[str]) -> dict[str, int]:
    counts = np.bincount(numbers, minlength=len(names)).tolist()
    return dict(zip(names, counts, strict=False))


def _held(goods: list[str], pieces: list[int]) -> dict[str, int]:
    return {good: count for good, count in zip(goods, pieces, strict=True) if count}


def _named(names: list[str], number: int) -> str:
    return names[number] if number < len(names) else ""
