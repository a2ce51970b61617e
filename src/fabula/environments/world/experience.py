"""Experience: what of a world's events an agent that perceived them keeps in mind, and how much it weighs.

A life of thousands of ticks is made of meals, errands and greetings; nobody remembers these. What is kept: what was
done to oneself and to others, words that say something, thefts, quarrels and their end, blows and deaths.
"""

from collections.abc import Collection
from typing import NamedTuple

from fabula.agents.memory.experience import SEEN, Experience, Kind
from fabula.environments.world import events as happened
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.phrasing import Done, clause, count, sentence
from fabula.environments.world.second_person import Voice, capital

_PLAIN = Voice()
_TONES = {"warm": 0.1, "cold": -0.15, "angry": -0.3, "sorry": 0.15}
"""How something is said -> what it does to the hearer."""
_PRICE_SHARE = 4
"""A price that moved by less than one part in so many is nothing to remember."""
_REPUTE_LEAST = 50
"""Thousandths."""


class _Weight(NamedTuple):
    """What somebody's deed is to the viewer."""

    importance: float
    to: str = ""
    kindness: float = 0.0
    about: str = ""
    kind: Kind = Kind.DEED
    claim: str = ""
    others: tuple[str, ...] = ()


def experience(
    event: AnyEvent,
    *,
    step: int,
    turn: int,
    viewer: str,
    people: Collection[str],
    abilities: Collection[str] = (),
) -> Experience | None:
    """The event as the viewer, who perceived it, meets with it; None if it is nothing to remember.

    people: those there have been; what somebody without a name does is not a deed but something that happens.
    abilities: the names of those that do harm.
    """
    if isinstance(event, happened.BondMoved):
        return _bond(event, step, turn) if event.agent == viewer else None
    if isinstance(event, happened.Stole) and event.agent != viewer:
        return _witnessed(event, step, turn, viewer)
    if isinstance(event, happened.Missed) and event.agent == viewer:
        return _missed(event, step, turn)
    if isinstance(event, Done):
        weight = _weight(event, viewer, people, abilities)
        return _deed(event, weight, step, turn, people) if weight else None
    importance, about, to = _befell(event, viewer)
    if not importance:
        return None
    return Experience(
        kind=Kind.WORLD,
        step=step,
        turn=turn,
        text=sentence(event, _PLAIN),
        to=to,
        place=getattr(event, "place", ""),
        about=about,
        importance=importance,
    )


def _deed(event: Done, weight: _Weight, step: int, turn: int, people: Collection[str]) -> Experience:
    told, place = sentence(event, _PLAIN), getattr(event, "place", "")
    if event.agent not in people:
        return Experience(
            kind=Kind.WORLD, step=step, turn=turn, text=told, to=weight.to, place=place, importance=weight.importance
        )
    return Experience(
        kind=weight.kind,
        step=step,
        turn=turn,
        text=told,
        deed="" if isinstance(event, happened.Refused) else clause(event, _PLAIN).meant(),
        doer=event.agent,
        to=weight.to if weight.to in people else "",
        others=weight.others,
        place=place,
        about=weight.about,
        claim=weight.claim,
        kindness=weight.kindness if weight.to in people else 0.0,
        importance=weight.importance,
    )


def _weight(  # noqa: PLR0911, PLR0912 - one case a kind of event
    event: Done, viewer: str, people: Collection[str], abilities: Collection[str]
) -> _Weight | None:
    """None: a trifle."""
    mine = event.agent == viewer
    match event:
        case happened.WentHungry():
            return _Weight(0.4 if mine else 0.15)
        case happened.Bought(seller=other) | happened.Sold(buyer=other):
            return (
                _Weight(0.05, other, about=event.what) if other in people and viewer in (event.agent, other) else None
            )
        case happened.Gave():
            return _Weight(0.45 if viewer == event.to else 0.3 if mine else 0.15, event.to, 0.4, event.what)
        case happened.PickedUp():
            return None if event.owner in ("", event.agent) else _Weight(0.25, event.owner, -0.1, event.what)
        case happened.Used():
            return None if event.on in ("", event.agent) else _Weight(0.4, event.on, 0.5, event.what)
        case happened.UsedAbility():
            return _ability(event, viewer, abilities)
        case happened.Stole():
            return _Weight(0.5, event.from_whom, -0.45, event.what)
        case happened.Missed():
            return _Weight(0.25, about=event.what)
        case happened.Accused():
            own = viewer in (event.agent, event.whom)
            claim = f"{event.whom} is to blame for {event.of}." if event.of else ""
            return _Weight(0.65 if own else 0.4, event.whom, -0.35, event.of, Kind.WORDS, claim)
        case happened.Amended():
            own = viewer in (event.agent, event.whom)
            return _Weight(0.55 if own else 0.25, event.whom, 0.5, event.for_what)
        case happened.Said():
            return _said(event, viewer)
        case happened.Quarrelled():
            own = viewer in (event.agent, event.whom)
            return _Weight(0.55 if own else 0.25, event.whom, -0.3, event.about, Kind.WORDS)
        case happened.MadeUp():
            own = viewer in (event.agent, event.whom)
            return _Weight(0.55 if own else 0.25, event.whom, 0.45, event.about, Kind.WORDS)
        case happened.Attacked():
            return _Weight(0.85 if event.wounds else 0.65, event.target, -0.8 if event.wounds else -0.55)
        case happened.Fled():
            return _Weight(0.4 if mine else 0.25, others=(event.from_whom,))
        case happened.Yielded():
            return _Weight(0.5, event.to)
        case happened.PlanBroken() | happened.Refused():
            return _Weight(0.12) if mine and event.why else None
        case _:
            return None


def _said(event: happened.Said, viewer: str) -> _Weight | None:
    """Greetings and small talk are nobody's to remember but those two's, and theirs only if they say something."""
    feels = _TONES.get(event.tone, 0.0)
    if viewer == event.to:
        importance = 0.45 if event.news else 0.3 if feels or event.tone else 0.1
    elif viewer == event.agent:
        importance = 0.15 if event.news or event.tone or event.about else 0.0
    else:
        importance = 0.2 if event.news else 0.15 if event.tone == "angry" else 0.0
    if not importance:
        return None
    return _Weight(importance, event.to, feels, event.about, Kind.WORDS, event.news)


def _ability(event: happened.UsedAbility, viewer: str, abilities: Collection[str]) -> _Weight | None:
    if event.on in ("", event.agent):
        return None
    own = viewer in (event.agent, event.on)
    if event.ability in abilities:
        return _Weight(0.65 if own else 0.5, event.on, -0.5, event.ability)
    return _Weight(0.4 if own else 0.2, event.on, 0.4, event.ability)


def _befell(event: AnyEvent, viewer: str) -> tuple[float, str, str]:
    """Importance, what it is about, and whom it befell; 0.0: a trifle."""
    match event:
        case happened.WorldOpened():
            return (0.3 if event.about else 0.0), "", ""
        case happened.Came():
            return (0.2 if event.later and event.agent != viewer else 0.0), "", ""
        case happened.ReputationMoved():
            matters = event.agent == viewer and abs(event.by) >= _REPUTE_LEAST
            return (0.3 if matters else 0.0), "", event.agent
        case happened.Died():
            return 0.95, "", event.agent
        case happened.PriceMoved():
            far = abs(event.now - event.before) * _PRICE_SHARE >= max(1, event.before)
            return (0.1 if far else 0.0), event.what, ""
        case happened.RanOut():
            return 0.1, event.what, ""
        case happened.WorldEnded():
            return 0.9, "", ""
        case _:
            return 0.0, "", ""


def _witnessed(event: happened.Stole, step: int, turn: int, viewer: str) -> Experience:
    """A theft that one saw: something to know, and to tell."""
    told = sentence(event, _PLAIN)
    return Experience(
        kind=Kind.LEARNED,
        step=step,
        turn=turn,
        text=f"{capital(viewer)} saw it: {told}",
        doer=event.agent,
        to=event.owner or event.from_whom,
        place=event.place,
        about=f"{event.agent} stealing {event.what} from {event.from_whom}",
        claim=told,
        source=SEEN,
        sure=1.0,
        kindness=-0.45,
        importance=0.7 if viewer in (event.from_whom, event.owner) else 0.5,
    )


def _missed(event: happened.Missed, step: int, turn: int) -> Experience:
    """The traces of a theft that one found."""
    told = sentence(event, _PLAIN)
    return Experience(
        kind=Kind.LEARNED,
        step=step,
        turn=turn,
        text=told,
        to=event.agent,
        place=event.place,
        about=f"{count(event.what, event.amount)} missing" + (f" at {event.place}" if event.place else ""),
        claim=told,
        source=SEEN,
        sure=1.0,
        importance=0.7,
    )


def _bond(event: happened.BondMoved, step: int, turn: int) -> Experience:
    return Experience(
        kind=Kind.BOND,
        step=step,
        turn=turn,
        text=sentence(event, _PLAIN),
        to=event.toward,
        about=event.why,
        feels=event.by / 100,
        now=event.now / 100,
        importance=min(0.8, abs(event.by) / 50),
    )
