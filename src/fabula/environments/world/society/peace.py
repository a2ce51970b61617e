"""Peace: amends and reconciliation, and what they settle."""

from fabula.environments.world.events import Accused, Amended, MadeUp, Said
from fabula.environments.world.hearsay import hear
from fabula.environments.world.society.bonds import move_bond
from fabula.environments.world.society.quarrels import (
    PEACE_HEAT,
    end_quarrel,
    heat,
    is_feud,
    quarrel_with,
    warm_up,
)
from fabula.environments.world.society.repute import move_repute
from fabula.environments.world.society.wrongs import settle
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick
from fabula.environments.world.words import speech

EASES = 25
"""How much a quarrel cools by amends, or by a reconciliation that does not reach the bottom of an old feud."""


def make_amends(
    tick: Tick, event: Amended, culprit: Person, victim: Person | None, present: list[Person], *, in_full: bool
) -> None:
    """Let amends be taken: wrongs are settled for those who perceive it, the bond mends, the quarrel cools."""
    why = f"made amends for {event.for_what}"
    for person in (culprit, *present):
        if in_full:
            settle(person, by=culprit.name, to=event.whom)
        hear(person, f"{culprit.name} made amends to {event.whom} for {event.for_what}")
    if victim is not None:
        warm_up(victim, culprit.name, -EASES)
        warm_up(culprit, victim.name, -EASES // 2)
        move_bond(tick, victim, culprit.name, 14 if in_full else 5, why)
    for person in present:
        if person is not victim:
            move_bond(tick, person, culprit.name, 2, why)
    move_repute(tick, culprit, 30 if in_full else 10, why)


def make_up(tick: Tick, event: MadeUp, one: Person, other: Person, present: list[Person]) -> None:
    """Let a quarrel be over: for the one who ends it, and for the other unless an old feud is still hot in them."""
    # What one of them did is better not brought up again.
    about = f" over {event.about}" if event.about and not event.about.startswith(("taking", "striking")) else ""
    end_quarrel(one, other.name)
    settle(one, by=other.name, to=one.name)
    move_bond(tick, one, other.name, 12, f"made up with {other.name}")
    theirs = quarrel_with(other, one.name)
    if theirs is not None and is_feud(theirs) and heat(other, one.name) > PEACE_HEAT:
        warm_up(other, one.name, -EASES)
        move_bond(tick, other, one.name, 6, f"{one.name} held out a hand")
        _reply(tick, event, other, one, "reply_cold", "")
        return
    end_quarrel(other, one.name)
    settle(other, by=one.name, to=other.name)
    move_bond(tick, other, one.name, 15, f"made up with {one.name}")
    for person in present:
        hear(person, f"{one.name} made up with {other.name}{about}")
    _reply(tick, event, other, one, "made_up", "warm")


def show_settled(tick: Tick, event: Accused, accuser: Person, accused: Person) -> None:
    """Let somebody who is charged with what they made good already say so: the accuser then knows."""
    for wrong in accused.wrongs:
        if wrong.what == event.of and wrong.by == accused.name:
            settle(accuser, by=accused.name, to=wrong.to)
    text = speech(tick, "settled", accused, accuser, event.of)
    tick.tell(Said(agent=accused.name, place=event.place, to=accuser.name, text=text, seen_by=event.seen_by))


def _reply(tick: Tick, event: MadeUp, speaker: Person, hearer: Person, kind: str, tone: str) -> None:
    text = speech(tick, kind, speaker, hearer, event.about)
    tick.tell(Said(agent=speaker.name, place=event.place, to=hearer.name, text=text, tone=tone, seen_by=event.seen_by))
