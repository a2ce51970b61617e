"""Justice: wrongs are paid for - by who owns up, or because a keeper of the peace sees to it."""

from fabula.environments.world.character import character
from fabula.environments.world.components import NOBODY
from fabula.environments.world.events import Accused, Amended
from fabula.environments.world.property import COIN, going_rates, room_for
from fabula.environments.world.society.circle import Circle, hearers, place_of
from fabula.environments.world.society.repute import move_repute
from fabula.environments.world.society.wrongs import unsettled
from fabula.environments.world.state import Person, Wrong
from fabula.environments.world.tick import Tick
from fabula.environments.world.words import speech

CHARGE_TICKS = 1440
"""A keeper charges somebody once in so long."""
SHAME = 30
"""Reputation, in thousandths, that it costs when one cannot pay."""


def keep_the_peace(tick: Tick, circle_: Circle) -> None:
    """Let those who keep the peace take to task whom they meet and know to have done wrong."""
    for at, keeper in enumerate(circle_.people):
        if not keeper.wrongs or not character(tick, keeper.name).keeper:
            continue
        for culprit in circle_.beside(at):
            owed = unsettled(keeper, by=culprit.name)
            if owed and tick.now - keeper.doing.get(f"charged {culprit.name}", -CHARGE_TICKS) >= CHARGE_TICKS:
                keeper.doing[f"charged {culprit.name}"] = tick.now
                _charge(tick, circle_, keeper, culprit, owed[-1])


def owns_up(tick: Tick, culprit: Person, before: Person) -> bool:
    """Whether somebody who did it says so when they are asked: the more honest, the likelier."""
    honesty = int(tick.lives.honesty[tick.lives.row(culprit.life)])
    return tick.chance.stream("own up", culprit.name, before.name).integer(0, 99) < honesty


def make_good(tick: Tick, culprit: Person, wrong: Wrong, victim: Person | None, seen_by: tuple[str, ...]) -> bool:
    """Let somebody pay for a wrong, in coin, then in goods, and tell of it; returns whether they could."""
    if victim is None and wrong.to not in tick.catalogue.place:
        # Whom it was done to is dead.
        return False
    paid = _pay(tick, culprit, wrong, victim)
    if not paid and wrong.worth:
        move_repute(tick, culprit, -SHAME, f"cannot pay for {wrong.what}")
        return False
    # Who is paid notices, wherever they are: it is brought to them.
    heard = {*seen_by, *([victim.name] if victim is not None else [])}
    text = speech(tick, "amend", culprit, victim, wrong.what) if victim is not None else ""
    tick.tell(
        Amended(
            agent=culprit.name,
            place=place_of(tick, culprit),
            whom=wrong.to,
            for_what=wrong.what,
            amount=paid,
            text=text,
            seen_by=tuple(sorted(heard)),  # type: ignore[arg-type]
        )
    )
    return True


def _charge(tick: Tick, circle_: Circle, keeper: Person, culprit: Person, wrong: Wrong) -> None:
    place, seen_by = place_of(tick, keeper), hearers(circle_, keeper, culprit.name)
    tick.tell(
        Accused(
            agent=keeper.name,
            place=place,
            whom=culprit.name,
            of=wrong.what,
            text=speech(tick, "accuse", keeper, culprit, wrong.what),
            owned_up=owns_up(tick, culprit, keeper),
            seen_by=seen_by,
        )
    )


def _pay(tick: Tick, culprit: Person, wrong: Wrong, victim: Person | None) -> int:
    """Hand over what a wrong was worth, as far as it goes; returns pence."""
    row, lives = tick.lives.row(culprit.life), tick.lives
    to = lives.row(victim.life) if victim is not None else NOBODY
    if to == NOBODY:
        place = tick.catalogue.place.get(wrong.to, NOBODY)
        if place == NOBODY:
            return 0
        paid = min(int(lives.coin[row]), wrong.worth)
        lives.coin[row] -= paid
        tick.state.till[place] += paid
        return paid
    paid = min(int(lives.coin[row]), wrong.worth, room_for(tick, to, COIN))
    lives.coin[row] -= paid
    lives.coin[to] += paid
    for good, rate in enumerate(going_rates(tick).tolist()):
        if paid < wrong.worth and lives.goods[row, good] and rate:
            pieces = min(-(-(wrong.worth - paid) // rate), int(lives.goods[row, good]), room_for(tick, to, good))
            lives.goods[row, good] -= pieces
            lives.goods[to, good] += pieces
            paid += pieces * rate
    return paid
