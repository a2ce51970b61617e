"""Clauses: what of an event gives a person who perceived it cause to think, in words."""

from collections.abc import Callable
from typing import Any, NamedTuple

from fabula.environments.world import events as happened
from fabula.environments.world.components import NOBODY
from fabula.environments.world.deeds.wording import pieces
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.state import Person
from fabula.environments.world.tick import DAY_S, Tick

DEAR_BOND = 30
"""From here on what happens to somebody is one's own affair."""
AGAIN_S = 3600
"""Seconds of the world's time before words of the same person are cause to think again."""
_SPOKE = "heard out "
"""Key of `Person.doing`."""


class Occasion(NamedTuple):
    """A cause to think."""

    clause: str
    """`struck by Tobias Reed`."""
    urgent: bool = False
    """It cannot wait for `ponder_ticks`."""
    harm: bool = False
    """Even a sleeper notices."""


def occasion(tick: Tick, event: AnyEvent, person: Person) -> Occasion | None:
    """What the event, which the person perceived, makes them think about; None: nothing."""
    if (of_person := _CAUSES.get(type(event))) is not None:
        return of_person(event, person)
    if (of_world := _CAUSES_OF_THE_WORLD.get(type(event))) is not None:
        return of_world(tick, event, person)
    return None


def _is_dear(person: Person, other: str) -> bool:
    return person.bonds.get(other, 0) >= DEAR_BOND


def _met(tick: Tick, event: happened.Met, person: Person) -> Occasion | None:
    """Those of one's own house are nothing new in the morning."""
    other = tick.state.person(event.whom)
    lives = tick.lives
    home = int(lives.home[lives.row(person.life)])
    if event.agent != person.name or other is None or other.life == NOBODY:
        return None
    if home != NOBODY and home == lives.home[lives.row(other.life)]:
        return None
    return Occasion(f"met {event.whom} for the first time today")


def _attacked(event: happened.Attacked, person: Person) -> Occasion | None:
    if event.target == person.name:
        verb = "badly hurt" if event.wounds else "struck"
        return Occasion(f"{verb} by {event.agent}", urgent=True, harm=True)
    if event.agent == person.name:
        return None
    return Occasion(f"saw {event.agent} strike {event.target}", urgent=_is_dear(person, event.target))


def _yielded(event: happened.Yielded, person: Person) -> Occasion | None:
    return Occasion(f"{event.agent} gave in") if event.to == person.name else None


def _fled(event: happened.Fled, person: Person) -> Occasion | None:
    return Occasion(f"ran from {event.from_whom}") if event.agent == person.name else None


def _stole(event: happened.Stole, person: Person) -> Occasion | None:
    if event.agent == person.name:
        return None
    taken = pieces(event.what, event.amount)
    if event.from_whom == person.name:
        return Occasion(f"{event.agent} took {taken} from you", urgent=True)
    if event.owner == person.name:
        return Occasion(f"{event.agent} took {taken} of yours from {event.from_whom}", urgent=True)
    return Occasion(f"saw {event.agent} take {taken} from {event.from_whom}")


def _missed(event: happened.Missed, person: Person) -> Occasion | None:
    if event.agent != person.name:
        return None
    suspect = f", and {event.suspect} may have taken it" if event.suspect else ""
    return Occasion(f"{pieces(event.what, event.amount)} of yours is gone{suspect}", urgent=True)


def _accused(event: happened.Accused, person: Person) -> Occasion | None:
    of = f" of {event.of}" if event.of else ""
    if event.whom == person.name:
        return Occasion(f"{event.agent} accused you{of}", urgent=True)
    if event.agent != person.name and (_is_dear(person, event.whom) or _is_dear(person, event.agent)):
        return Occasion(f"{event.agent} accused {event.whom}{of}")
    return None


def _amended(event: happened.Amended, person: Person) -> Occasion | None:
    return Occasion(f"{event.agent} made amends to you") if event.whom == person.name else None


def _made_up(event: happened.MadeUp, person: Person) -> Occasion | None:
    return Occasion(f"{event.agent} made up with you") if event.whom == person.name else None


def _quarrelled(event: happened.Quarrelled, person: Person) -> Occasion | None:
    if event.whom == person.name:
        return Occasion(f"quarrelled with {event.agent} over {event.about}")
    return None


def _said(tick: Tick, event: happened.Said, person: Person) -> Occasion | None:
    """Small talk is none, nor is it that the same person speaks again and again."""
    if event.to != person.name or not (event.news or event.about or event.tone):
        return None
    spoke = f"{_SPOKE}{event.agent}"
    if (tick.now - person.doing.get(spoke, -tick.now - DAY_S)) * tick.setting.tick_s < AGAIN_S:
        return None
    person.doing[spoke] = tick.now
    return Occasion(f"{event.agent} spoke to you")


def _gave(event: happened.Gave, person: Person) -> Occasion | None:
    if event.to != person.name:
        return None
    return Occasion(f"{event.agent} gave you {pieces(event.what, event.amount)}")


def _used_ability(tick: Tick, event: happened.UsedAbility, person: Person) -> Occasion | None:
    if event.on != person.name or event.agent == person.name:
        return None
    harm = any(one.name == event.ability and one.effect == "harm" for one in tick.setting.abilities)
    return Occasion(f"{event.agent} used {event.ability} on you", urgent=harm, harm=harm)


def _died(event: happened.Died, _person: Person) -> Occasion | None:
    return Occasion(f"saw {event.agent} die")


def _went_hungry(event: happened.WentHungry, person: Person) -> Occasion | None:
    if event.agent == person.name:
        return Occasion("hungry with nothing to eat")
    return Occasion(f"saw {event.agent} go hungry") if _is_dear(person, event.agent) else None


def _plan_done(event: happened.PlanDone, person: Person) -> Occasion | None:
    return Occasion(f"the plan is done: {event.what}") if event.agent == person.name else None


def _plan_broken(event: happened.PlanBroken, person: Person) -> Occasion | None:
    if event.agent != person.name:
        return None
    return Occasion(f"the plan is broken: {event.what}" + (f", since {event.why}" if event.why else ""))


def _refused(event: happened.Refused, person: Person) -> Occasion | None:
    if event.agent != person.name:
        return None
    return Occasion(f"could not {event.tried}" + (f": {event.why}" if event.why else ""))


def _price_moved(tick: Tick, event: happened.PriceMoved, person: Person) -> Occasion | None:
    if not _trades_at(tick, person, event.place):
        return None
    way = "rose" if event.now > event.before else "fell"
    return Occasion(f"the price of {event.what} at {event.place} {way} to {event.now} pence")


def _ran_out(tick: Tick, event: happened.RanOut, person: Person) -> Occasion | None:
    return Occasion(f"{event.place} ran out of {event.what}") if _trades_at(tick, person, event.place) else None


def _came(event: happened.Came, person: Person) -> Occasion | None:
    return Occasion(f"{event.agent} came") if event.later and event.agent != person.name else None


def _trades_at(tick: Tick, person: Person, place: str) -> bool:
    """Whether somebody works at a place, or owns it."""
    number = tick.catalogue.place.get(place, NOBODY)
    if number == NOBODY:
        return False
    work = int(tick.lives.work[tick.lives.row(person.life)])
    return work == number or tick.setting.places[number].owner == person.name


# Each takes the event of its own type, which no annotation of a table can say.
_CAUSES: dict[type[AnyEvent], Callable[[Any, Person], Occasion | None]] = {
    happened.Attacked: _attacked,
    happened.Yielded: _yielded,
    happened.Fled: _fled,
    happened.Stole: _stole,
    happened.Missed: _missed,
    happened.Accused: _accused,
    happened.Amended: _amended,
    happened.MadeUp: _made_up,
    happened.Quarrelled: _quarrelled,
    happened.Gave: _gave,
    happened.Died: _died,
    happened.WentHungry: _went_hungry,
    happened.PlanDone: _plan_done,
    happened.PlanBroken: _plan_broken,
    happened.Refused: _refused,
    happened.Came: _came,
}
_CAUSES_OF_THE_WORLD: dict[type[AnyEvent], Callable[[Tick, Any, Person], Occasion | None]] = {
    happened.Met: _met,
    happened.Said: _said,
    happened.UsedAbility: _used_ability,
    happened.PriceMoved: _price_moved,
    happened.RanOut: _ran_out,
}
"""Those for which one must know more than the event."""
