"""Deeds: single happenings in which a person takes part, as events."""

from collections.abc import Callable
from typing import NamedTuple

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.events import (
    AnyEvent,
    Ate,
    Attacked,
    FellAsleep,
    Fled,
    Refused,
    Stole,
    UsedAbility,
    WentHungry,
    Woke,
)
from fabula.environments.world.happenings import Happening, Hitch, What
from fabula.environments.world.property import good_name, owner_of_place
from fabula.environments.world.state import Person
from fabula.environments.world.systems.telling import stretches
from fabula.environments.world.systems.telling.scene import called, here, perceivers, person_of, place_name
from fabula.environments.world.tick import Tick

FLED_TICKS = 60
"""Somebody's flight is told once in so many ticks."""
REFUSED_TICKS, REFUSED_AGAIN_TICKS = 60, 720
"""Likewise what habit could not do, and the same thing again."""

_TRIED = {
    Intent.SLEEP: "sleep",
    Intent.EAT: "eat",
    Intent.FORAGE: "find food",
    Intent.WORK: "work",
    Intent.BUY: "buy food",
    Intent.SELL: "sell",
    Intent.MINGLE: "meet people",
    Intent.FIGHT: "fight",
    Intent.FLEE: "flee",
    Intent.STEAL: "steal",
    Intent.GO: "get there",
}
_WHY = {
    Hitch.NO_WAY: "there is no way there",
    Hitch.CLOSED: "it is closed",
    Hitch.SOLD_OUT: "it is sold out",
    Hitch.NO_COIN: "there is not enough coin",
    Hitch.NOTHING_TO_WORK_WITH: "there is nothing to work with",
    Hitch.GONE: "it is gone",
}
_EFFECTS = {"harm": "hurts", "heal": "heals", "calm": "calms", "haste": "quickens", "feed": "feeds", "rest": "rests"}
"""What an ability does, as it follows who it is used on."""


class Scene(NamedTuple):
    """A happening, with who takes part as far as they are still there."""

    tick: Tick
    happening: Happening
    doer: Person | None
    """None: somebody without a name."""
    row: int
    """Of the doer."""
    bought: int = NOBODY
    """The good that the doer has just bought, if any."""

    @property
    def agent(self) -> str:
        return called(self.tick, self.happening.who)

    @property
    def place(self) -> str:
        return place_name(self.tick, here(self.tick, self.row))

    @property
    def sufferer(self) -> Person | None:
        """The person it is done to, where `other` is a life."""
        return person_of(self.tick, self.happening.other)

    def good(self) -> str:
        """What it is about."""
        return good_name(self.tick.setting, self.happening.a)


def tell(tick: Tick, happening: Happening) -> None:
    """Tell a happening in which a person takes part, or add it to what they are in the middle of."""
    row = tick.lives.row(happening.who)
    if row == NOBODY:
        # Who died this tick is told of by `deaths`.
        return
    scene = Scene(tick, happening, person_of(tick, happening.who), row)
    if scene.doer is not None and happening.what in _STRETCHES:
        _go_on(scene, scene.doer, _STRETCHES[What(happening.what)])
        return
    if scene.doer is not None and happening.what in _TOLD:
        # What was bought is told before what is done with it.
        scene = scene._replace(bought=stretches.end_trades(tick, scene.doer))
    told = _TOLD[What(happening.what)](scene) if happening.what in _TOLD else None
    if told is not None:
        tick.tell(told)


def _go_on(scene: Scene, doer: Person, name: str) -> None:
    tick, happening = scene.tick, scene.happening
    at = happening.other if name in (stretches.BUY, stretches.SELL) else here(tick, scene.row)
    stretches.go_on(tick, doer, name, at=at, good=happening.a, pieces=happening.b, pence=happening.c)


def _ate(scene: Scene) -> AnyEvent | None:
    if scene.doer is None:
        return None
    return Ate(
        agent=scene.agent,
        place=scene.place,
        what=scene.good(),
        bought=scene.bought == scene.happening.a,
        seen_by=perceivers(scene.tick, scene.row),
    )


def _fell_asleep(scene: Scene) -> AnyEvent:
    return FellAsleep(agent=scene.agent, place=scene.place, seen_by=perceivers(scene.tick, scene.row))


def _woke(scene: Scene) -> AnyEvent:
    return Woke(agent=scene.agent, place=scene.place, seen_by=perceivers(scene.tick, scene.row))


def _went_hungry(scene: Scene) -> AnyEvent:
    return WentHungry(agent=scene.agent, place=scene.place, seen_by=perceivers(scene.tick, scene.row))


def _stole_place(scene: Scene) -> AnyEvent:
    tick, happening = scene.tick, scene.happening
    owner = owner_of_place(tick.setting, happening.other)
    return Stole(
        agent=scene.agent,
        place=scene.place,
        from_whom=place_name(tick, happening.other),
        what=scene.good(),
        amount=happening.b,
        worth=happening.c,
        owner=owner,
        seen_by=perceivers(tick, scene.row),
    )


def _stole_life(scene: Scene) -> AnyEvent | None:
    victim = called(scene.tick, scene.happening.other)
    if not victim:
        return None
    return Stole(
        agent=scene.agent,
        place=scene.place,
        from_whom=victim,
        what=scene.good(),
        amount=scene.happening.b,
        worth=scene.happening.c,
        seen_by=perceivers(scene.tick, scene.row),
    )


def _struck(scene: Scene) -> AnyEvent | None:
    harm, first, wounds = scene.happening.a, bool(scene.happening.b), bool(scene.happening.c)
    target = called(scene.tick, scene.happening.other)
    if not target or not (first or wounds):
        return None
    return Attacked(
        agent=scene.agent,
        place=scene.place,
        target=target,
        harm=harm,
        first=first,
        wounds=wounds,
        seen_by=perceivers(scene.tick, scene.row, scene.sufferer),
    )


def _fled(scene: Scene) -> AnyEvent | None:
    before = scene.doer.doing.get("fled", -FLED_TICKS) if scene.doer is not None else 0
    from_whom = called(scene.tick, scene.happening.other)
    if scene.doer is None or not from_whom or scene.tick.now - before < FLED_TICKS:
        return None
    scene.doer.doing["fled"] = scene.tick.now
    return Fled(agent=scene.agent, place=scene.place, from_whom=from_whom, seen_by=perceivers(scene.tick, scene.row))


def _failed(scene: Scene) -> AnyEvent | None:
    """What habit could not do. Of what plans could not do, `plans` tells."""
    doer, now = scene.doer, scene.tick.now
    intent, hitch = scene.happening.a, scene.happening.b
    if doer is None or doer.plan or intent not in _TRIED or hitch not in _WHY:
        return None
    failed, code = doer.doing.get("failed", -REFUSED_AGAIN_TICKS), intent * (max(Hitch) + 1) + hitch
    wait = REFUSED_AGAIN_TICKS if doer.doing.get("failed at") == code else REFUSED_TICKS
    if now - failed < wait:
        return None
    doer.doing["failed"], doer.doing["failed at"] = now, code
    return Refused(agent=doer.name, tried=_TRIED[Intent(intent)], why=_WHY[Hitch(hitch)], seen_by=(doer.name,))


def _used_ability(scene: Scene) -> AnyEvent:
    tick, happening = scene.tick, scene.happening
    ability = tick.setting.abilities[happening.a]
    on = called(tick, happening.other) if happening.other != happening.who else ""
    effect = _EFFECTS[ability.effect] if happening.b else ""
    return UsedAbility(
        agent=scene.agent,
        place=scene.place,
        ability=ability.name,
        on=on,
        effect=effect,
        seen_by=perceivers(tick, scene.row, scene.sufferer),
    )


_STRETCHES = {
    What.WORKED: stretches.WORK,
    What.FORAGED: stretches.GATHER,
    What.BOUGHT: stretches.BUY,
    What.SOLD: stretches.SELL,
}
_TOLD: dict[What, Callable[[Scene], AnyEvent | None]] = {
    What.ATE: _ate,
    What.STOLE_PLACE: _stole_place,
    What.STOLE_LIFE: _stole_life,
    What.STRUCK: _struck,
    What.FELL_ASLEEP: _fell_asleep,
    What.WOKE: _woke,
    What.WENT_HUNGRY: _went_hungry,
    What.FLED: _fled,
    What.FAILED: _failed,
    What.USED_ABILITY: _used_ability,
}
