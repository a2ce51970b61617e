"""Judging: what an event does to those who perceived it - their bonds, what they know, what they say of others."""

from collections.abc import Callable
from typing import Any

from fabula.environments.world import events as happened
from fabula.environments.world.character import character
from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.wording import pieces
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.hearsay import hear, loss
from fabula.environments.world.property import going_rates
from fabula.environments.world.society import peace, speaking
from fabula.environments.world.society.bonds import is_fond, move_bond
from fabula.environments.world.society.brawls import at_war, is_brawling
from fabula.environments.world.society.justice import make_good
from fabula.environments.world.society.quarrels import had_words, quarrel, warm_up
from fabula.environments.world.society.repute import move_repute
from fabula.environments.world.society.wrongs import learn, unsettled
from fabula.environments.world.state import Person, Wrong
from fabula.environments.world.tick import Tick
from fabula.environments.world.words import speech

Town = dict[str, Person]
"""The living, by name."""

RECENT_TICKS = 60
"""Who strikes back within so long does no wrong."""
HARM_A_PENNY = 20
"""Thousandths of health: what a blow is reckoned at."""
FRIENDLY = 40
"""Small kindnesses lift no bond beyond."""
GIFT_MAX = 14
FLARES = 15
"""How readily anybody has hard words over a charge that is denied, in percent, whatever their temper."""


def judge(tick: Tick, event: AnyEvent, town: Town) -> None:
    """Let what happened sink in with those who perceived it."""
    if (sinks_in := _JUDGED.get(type(event))) is not None:
        sinks_in(tick, event, town)


def is_judged(event: AnyEvent) -> bool:
    """Whether such an event does anything to anybody."""
    return type(event) in _JUDGED


def _present(event: AnyEvent, town: Town, *but: str) -> list[Person]:
    """Those who perceived it, living, apart from some."""
    return [town[name] for name in event.seen_by if name in town and name not in but]


def _stole(tick: Tick, event: happened.Stole, town: Town) -> None:
    thief = town.get(event.agent)
    if thief is None:
        return
    wrong = Wrong(
        by=thief.name,
        to=event.owner or event.from_whom,
        what=f"taking {pieces(event.what, event.amount)} from {event.from_whom}",
        worth=event.worth,
        tick=tick.now,
    )
    learn(thief, wrong)
    witnesses = _present(event, town, thief.name)
    for person in witnesses:
        learn(person, wrong)
        _think_ill(tick, person, thief, wrong, f"saw {thief.name} {wrong.what}")
    if witnesses:
        by = min(25 + event.worth + 10 * len(witnesses), 150)
        move_repute(tick, thief, -by, f"seen {wrong.what}")


def _think_ill(tick: Tick, person: Person, culprit: Person, wrong: Wrong, why: str) -> None:
    """What a wrong does to the bond of somebody who learns of it."""
    if person.name == wrong.to:
        move_bond(tick, person, culprit.name, -min(18 + wrong.worth // 4, 40), why)
        return
    by = 3 + character(tick, person.name).duty // 20 + (6 if is_fond(person, wrong.to) else 0)
    move_bond(tick, person, culprit.name, -(by // 2 if is_fond(person, culprit.name) else by), why)


def _missed(tick: Tick, event: happened.Missed, town: Town) -> None:
    owner, suspect = town.get(event.agent), town.get(event.suspect)
    goods = pieces(event.what, event.amount)
    known = loss(goods, event.place or event.agent, event.agent, event.suspect if suspect is not None else "")
    for person in _present(event, town, event.suspect):
        hear(person, known)
    if owner is not None and suspect is not None:
        move_bond(tick, owner, suspect.name, -5, f"may have taken {event.what}")


def _attacked(tick: Tick, event: happened.Attacked, town: Town) -> None:
    attacker, target = town.get(event.agent), town.get(event.target)
    if attacker is None or target is None or _at_war(tick, attacker, target):
        return
    move_bond(tick, target, attacker.name, -(18 if event.wounds else 10), f"struck by {attacker.name}")
    warm_up(target, attacker.name, 10)
    strikes_back = any(tick.now - one.tick <= RECENT_TICKS for one in unsettled(target, by=target.name))
    strikes_back |= any(
        tick.now - one.tick <= RECENT_TICKS and one.what.startswith("striking")
        for one in unsettled(attacker, by=target.name, to=attacker.name)
    )
    strikes_on = any(
        tick.now - one.tick <= RECENT_TICKS for one in unsettled(attacker, by=attacker.name, to=target.name)
    )
    if strikes_back or strikes_on or is_brawling(attacker, target) or _defends(tick, attacker, target):
        return
    wrong = Wrong(
        by=attacker.name,
        to=target.name,
        what=f"striking {target.name}",
        worth=max(1, event.harm // HARM_A_PENNY),
        tick=tick.now,
    )
    for person in (attacker, target):
        learn(person, wrong)
    for person in _present(event, town, attacker.name, target.name):
        learn(person, wrong)
        _think_ill(tick, person, attacker, wrong, f"saw {attacker.name} strike {target.name}")
    move_repute(tick, attacker, -40, f"struck {target.name}")


def _at_war(tick: Tick, one: Person, other: Person) -> bool:
    return at_war(tick, tick.lives.row(one.life), tick.lives.row(other.life))


def _defends(tick: Tick, attacker: Person, target: Person) -> bool:
    """Whether somebody strikes one who goes for a friend of theirs."""
    row = tick.lives.row(target.life)
    if tick.lives.intent[row] != Intent.FIGHT:
        return False
    charge = next((one for one in tick.state.people if one.life == int(tick.lives.target[row])), None)
    return charge is not None and charge is not attacker and is_fond(attacker, charge.name)


def _accused(tick: Tick, event: happened.Accused, town: Town) -> None:
    accuser, accused = town.get(event.agent), town.get(event.whom)
    if accuser is None or accused is None:
        return
    if any(one.settled and one.by == accused.name and one.what == event.of for one in accused.wrongs) and not any(
        one.what == event.of for one in unsettled(accused, by=accused.name)
    ):
        hear(accuser, f"{accuser.name} accused {accused.name} of {event.of}")
        peace.show_settled(tick, event, accuser, accused)
        return
    _answer(tick, event, accuser, accused)
    did = unsettled(accused, by=accused.name)
    meant = next((one for one in did if one.what == event.of), did[-1] if did and not event.of else None)
    known = f"{accuser.name} accused {accused.name} of {event.of}"
    for person in _present(event, town):
        hear(person, known)
        if is_fond(person, accused.name) and not event.owned_up and person is not accused:
            move_bond(tick, person, accuser.name, -2, f"accused {accused.name}")
    if event.owned_up:
        move_repute(tick, accused, -20, f"owned up to {event.of}")
    else:
        move_repute(tick, accused, -12, f"accused of {event.of}")
        why = f"accused of {event.of}" if meant is not None else f"wrongly accused of {event.of}"
        move_bond(tick, accused, accuser.name, -8 if meant is not None else -18, why)
    keeper = character(tick, accuser.name).keeper
    if meant is not None and (event.owned_up or keeper):
        make_good(tick, accused, meant, town.get(meant.to), event.seen_by)
    elif not event.owned_up and _flares_up(tick, accuser, accused):
        quarrel(tick, accuser, accused, event.of or "a charge", place=event.place, seen_by=event.seen_by)


def _answer(tick: Tick, event: happened.Accused, accuser: Person, accused: Person) -> None:
    kind, tone = ("own_up", "sorry") if event.owned_up else ("deny", "cold")
    text = speech(tick, kind, accused, accuser, event.of)
    tick.tell(
        happened.Said(
            agent=accused.name,
            place=event.place,
            to=accuser.name,
            text=text,
            about=event.of,
            tone=tone,
            seen_by=event.seen_by,
        )
    )


def _flares_up(tick: Tick, accuser: Person, accused: Person) -> bool:
    """Whether it comes to hard words between two when a charge is denied."""
    temper = max(character(tick, one.name).aggression for one in (accuser, accused))
    luck = tick.chance.stream("flares up", accuser.name, accused.name).integer(0, 99)
    return luck < temper + FLARES and not had_words(tick, accuser, accused)


def _quarrelled(tick: Tick, event: happened.Quarrelled, town: Town) -> None:
    speaking.hard_words(tick, event, _present(event, town), town)


def _amended(tick: Tick, event: happened.Amended, town: Town) -> None:
    culprit, victim = town.get(event.agent), town.get(event.whom)
    if culprit is None:
        return
    owed = sum(one.worth for one in unsettled(culprit, by=culprit.name, to=event.whom) if one.what in event.for_what)
    in_full = 2 * event.amount >= owed
    peace.make_amends(tick, event, culprit, victim, _present(event, town, culprit.name), in_full=in_full)


def _made_up(tick: Tick, event: happened.MadeUp, town: Town) -> None:
    one, other = town.get(event.agent), town.get(event.whom)
    if one is not None and other is not None:
        peace.make_up(tick, event, one, other, _present(event, town))


def _gave(tick: Tick, event: happened.Gave, town: Town) -> None:
    giver, taker = town.get(event.agent), town.get(event.to)
    if giver is None or taker is None:
        return
    good = tick.catalogue.good.get(event.what, NOBODY)
    worth = event.amount * (int(going_rates(tick)[good]) if good != NOBODY else 1)
    move_bond(tick, taker, giver.name, min(4 + worth // 3, GIFT_MAX), f"gave {event.what}")
    warm_up(taker, giver.name, -20)
    for person in _present(event, town, giver.name):
        hear(person, f"{giver.name} gave {taker.name} some {event.what}")
    move_repute(tick, giver, 6, f"gave {taker.name} {event.what}")


def _used(tick: Tick, event: happened.Used | happened.UsedAbility, town: Town) -> None:
    helper, helped = town.get(event.agent), town.get(event.on)
    if helper is None or helped is None or helper is helped or not event.effect:
        return
    what = event.ability if isinstance(event, happened.UsedAbility) else event.what
    if event.effect == "hurts":
        move_bond(tick, helped, helper.name, -15, f"hurt by {helper.name}'s {what}")
        return
    if helped.bonds.get(helper.name, 0) < 2 * FRIENDLY:
        move_bond(tick, helped, helper.name, 5, f"helped by {helper.name}")
    move_repute(tick, helper, 8, f"helped {helped.name}")


def _traded(tick: Tick, event: happened.Bought | happened.Sold, town: Town) -> None:
    """A deal between two who know each other is a small kindness."""
    one = town.get(event.agent)
    other = town.get(event.seller if isinstance(event, happened.Bought) else event.buyer)
    if one is None or other is None:
        return
    for person, toward in ((one, other), (other, one)):
        if person.bonds.get(toward.name, 0) < FRIENDLY:
            move_bond(tick, person, toward.name, 1, f"a fair deal over {event.what}")


def _said(tick: Tick, event: happened.Said, town: Town) -> None:
    speaker, hearer = town.get(event.agent), town.get(event.to)
    if speaker is None or hearer is None:
        return
    if event.news and (wrong := speaking.pass_on(event, speaker, hearer)) is not None:
        culprit = town.get(wrong.by)
        if culprit is not None:
            _think_ill(tick, hearer, culprit, wrong, f"heard from {speaker.name} of {wrong.what}")
            move_repute(tick, culprit, -10, "what is told of them")
    speaking.take_tone(tick, event, speaker, hearer)


def _died(tick: Tick, event: happened.Died, town: Town) -> None:
    of = {"hunger": " of hunger", "blows": " of blows", "age": " of age"}.get(event.cause, "")
    by = f", by the hand of {event.by}" if event.by else ""
    killer = town.get(event.by)
    for person in _present(event, town):
        hear(person, f"{event.agent} died{of}{by}")
        if killer is not None and person is not killer and not _at_war(tick, person, killer):
            move_bond(tick, person, killer.name, -40 if is_fond(person, event.agent) else -15, f"killed {event.agent}")


def _heard(say: Callable[[Any], str]) -> Callable[[Tick, Any, Town], None]:
    """What those who perceive such an event know from then on."""

    def sinks_in(_tick: Tick, event: AnyEvent, town: Town) -> None:
        if what := say(event):
            for person in _present(event, town):
                hear(person, what)

    return sinks_in


def _price(event: happened.PriceMoved) -> str:
    if 5 * event.now < 4 * event.before or 4 * event.now > 5 * event.before:
        return f"{event.what} is {event.now:,} pence at {event.place} now"
    return ""


def _came(event: happened.Came) -> str:
    return f"{event.agent} has come to stay" if event.later else ""


# Each takes the event of its own type, which no annotation of a table can say.
_JUDGED: dict[type[AnyEvent], Callable[[Tick, Any, Town], None]] = {
    happened.Stole: _stole,
    happened.Missed: _missed,
    happened.Attacked: _attacked,
    happened.Accused: _accused,
    happened.Quarrelled: _quarrelled,
    happened.Amended: _amended,
    happened.MadeUp: _made_up,
    happened.Gave: _gave,
    happened.Used: _used,
    happened.UsedAbility: _used,
    happened.Bought: _traded,
    happened.Sold: _traded,
    happened.Said: _said,
    happened.Died: _died,
    happened.Came: _heard(_came),
    happened.PriceMoved: _heard(_price),
    happened.RanOut: _heard(lambda event: f"there is no {event.what} left at {event.place}"),
    happened.WentHungry: _heard(lambda event: f"{event.agent} goes hungry"),
    happened.Yielded: _heard(lambda event: f"{event.agent} came to blows with {event.to}, and gave in"),
}
