"""Speaking: going to somebody to talk, to charge them with a wrong, to make amends, to make up. While two people talk
both stay where they are.
"""

from collections.abc import Callable

from fabula.environments.world.actions import Accuse, Amend, Forgive, Say
from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.doer import HELD, Doer, Impossible, Progress
from fabula.environments.world.deeds.giving import hand_over
from fabula.environments.world.deeds.reach import VOICE_CELLS, reach_person
from fabula.environments.world.events import Accused, Amended, MadeUp, Said
from fabula.environments.world.property import COIN, going_rates, room_for
from fabula.environments.world.state import Person, Wrong
from fabula.environments.world.words import speech

TALK_TICKS = 4
"""How long both stay after something was said."""
_SPOKEN = "spoke"


def say(doer: Doer, deed: Say) -> Progress:
    """Go to somebody and speak to them."""

    def speak(hearer: Person) -> None:
        text = deed.text or speech(doer.tick, deed.tone, doer.person, hearer, deed.about)
        doer.tick.tell(
            Said(
                agent=doer.name,
                place=doer.place,
                to=hearer.name,
                text=text,
                about=deed.about,
                tone=deed.tone,
                seen_by=doer.seen_by(hearer.name),
            )
        )

    return _talk(doer, deed.to, speak)


def accuse(doer: Doer, deed: Accuse) -> Progress:
    """Go to somebody and charge them with a wrong before whoever is there."""

    def speak(accused: Person) -> None:
        of = deed.of or _latest_wrong(doer.person, accused) or "a wrong"
        doer.tick.tell(
            Accused(
                agent=doer.name,
                place=doer.place,
                whom=accused.name,
                of=of,
                text=deed.text or speech(doer.tick, "accuse", doer.person, accused, of),
                owned_up=_owns_up(doer, accused),
                seen_by=doer.seen_by(accused.name),
            )
        )

    return _talk(doer, deed.whom, speak)


def amend(doer: Doer, deed: Amend) -> Progress:
    """Go to somebody one has wronged, own up, and pay what it was worth, in coin and then in goods."""

    def speak(wronged: Person) -> None:
        owed = wrongs_done(doer.person, wronged)
        quarrel = next((one.about for one in doer.person.quarrels if one.whom == wronged.name), "")
        paid = _pay(doer, wronged, sum(wrong.worth for wrong in owed))
        what = " and ".join(wrong.what for wrong in owed[-2:]) or quarrel or "what was done"
        doer.tick.tell(
            Amended(
                agent=doer.name,
                place=doer.place,
                whom=wronged.name,
                for_what=what,
                amount=paid,
                text=deed.text or speech(doer.tick, "amend", doer.person, wronged, what),
                seen_by=doer.seen_by(wronged.name),
            )
        )

    return _talk(doer, deed.whom, speak)


def forgive(doer: Doer, deed: Forgive) -> Progress:
    """Go to somebody one has a quarrel with and end it."""
    about = _bad_blood(doer.person, deed.whom)

    def speak(other: Person) -> None:
        doer.tick.tell(
            MadeUp(
                agent=doer.name,
                place=doer.place,
                whom=other.name,
                bond=doer.person.bonds.get(other.name, 0),
                about=about,
                how=deed.text or speech(doer.tick, "forgive", doer.person, other, about),
                seen_by=doer.seen_by(other.name),
            )
        )

    return _talk(doer, deed.whom, speak)


def wrongs_done(by: Person, to: Person) -> list[Wrong]:
    """What one person did to another that is not settled, as far as the one who suffered it knows; if they know of
    nothing, as the one who did it does.
    """
    for knowing in (to, by):
        if found := [one for one in knowing.wrongs if one.by == by.name and one.to == to.name and not one.settled]:
            return found
    return []


def _talk(doer: Doer, to: str, speak: Callable[[Person], None]) -> Progress:
    """Go to somebody, speak once, and stay a while."""
    tick, spoken = doer.tick, doer.noted(_SPOKEN)
    if spoken == NOBODY:
        hearer = reach_person(doer, to, cells=VOICE_CELLS)
        if hearer is None:
            return Progress.BUSY
        speak(hearer)
        doer.note(_SPOKEN, tick.now)
        doer.person.spoken[hearer.name] = hearer.spoken[doer.name] = tick.now
        hearer.doing[HELD] = tick.now + TALK_TICKS
    elif tick.now - spoken >= TALK_TICKS:
        return Progress.DONE
    doer.intend(Intent.HOLD)
    return Progress.BUSY


def _latest_wrong(knowing: Person, by: Person) -> str:
    return next((one.what for one in reversed(knowing.wrongs) if one.by == by.name and not one.settled), "")


def _owns_up(doer: Doer, accused: Person) -> bool:
    """Whether somebody who is charged with what they did does not deny it: the more honest, the likelier."""
    did = any(wrong.by == accused.name and not wrong.settled for wrong in (*doer.person.wrongs, *accused.wrongs))
    honesty = int(doer.lives.honesty[doer.lives.row(accused.life)])
    return did and doer.tick.chance.stream("own up", accused.name, doer.name).integer(0, 99) < honesty


def _bad_blood(person: Person, with_: str) -> str:
    """What a quarrel is about; empty where there is none but coldness. Raises Impossible if there is not even that."""
    quarrel = next((one for one in person.quarrels if one.whom == with_), None)
    unsettled = next((one for one in reversed(person.wrongs) if one.by == with_ and not one.settled), None)
    if quarrel is None and unsettled is None and person.bonds.get(with_, 0) >= 0:
        raise Impossible(f"there is no quarrel with {with_}")
    return quarrel.about if quarrel is not None else unsettled.what if unsettled is not None else ""


def _pay(doer: Doer, to: Person, owed: int) -> int:
    """Pay so many pence, as far as one can, in coin and then in goods at the going rate; returns their worth."""
    row, paid = doer.lives.row(to.life), 0
    rates = [1, *going_rates(doer.tick).tolist()]
    for good, rate in zip((COIN, *range(len(rates) - 1)), rates, strict=True):
        held = int(doer.lives.coin[doer.row]) if good == COIN else int(doer.lives.goods[doer.row, good])
        pieces = min(held, (owed - paid) // max(1, rate), room_for(doer.tick, row, good))
        if pieces > 0:
            hand_over(doer, row, good, pieces)
            paid += pieces * rate
    return paid
