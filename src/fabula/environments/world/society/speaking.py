"""Speaking: what words do - news that is passed on, the tone they are said in, and hard words."""

import msgspec

from fabula.environments.world.character import character
from fabula.environments.world.events import Quarrelled, Said
from fabula.environments.world.hearsay import hear, news_about
from fabula.environments.world.society.bonds import is_fond, move_bond
from fabula.environments.world.society.brawls import may_come_to_blows
from fabula.environments.world.society.contention import note_slight
from fabula.environments.world.society.quarrels import had_words, heat, quarrel, quarrel_with, warm_up
from fabula.environments.world.society.wrongs import learn, told_of
from fabula.environments.world.state import Person, Wrong
from fabula.environments.world.tick import Tick

HACKLES = 35
"""How readily anybody gives angry words back, in percent, whatever their temper."""
WARM_UP_TO = 50
"""Warm words lift no bond beyond; cold ones let none fall below the negative of it."""


def with_news(event: Said, town: dict[str, Person]) -> Said:
    """What somebody said plainly about something, with what the hearer learns by it."""
    speaker, hearer = town.get(event.agent), town.get(event.to)
    if event.news or not event.about or event.tone or speaker is None or hearer is None:
        return event
    news = news_about(speaker, hearer, event.about)
    return msgspec.structs.replace(event, news=news) if news else event


def pass_on(event: Said, speaker: Person, hearer: Person) -> Wrong | None:
    """Let the hearer know what they were told; returns the wrong that it was about, if that is new to them."""
    hear(hearer, event.news)
    wrong = told_of(speaker, event.news)
    if wrong is None or wrong.by == hearer.name:
        return None
    return wrong if learn(hearer, wrong, told_by=speaker.name) else None


def take_tone(tick: Tick, event: Said, speaker: Person, hearer: Person) -> None:
    """Let the hearer be moved by how it was said."""
    bond = hearer.bonds.get(speaker.name, 0)
    match event.tone:
        case "warm":
            warm_up(hearer, speaker.name, -3)
            if bond < WARM_UP_TO:
                move_bond(tick, hearer, speaker.name, 2, f"warm words from {speaker.name}")
        case "sorry":
            warm_up(hearer, speaker.name, -8)
            if bond < WARM_UP_TO:
                move_bond(tick, hearer, speaker.name, 3, f"{speaker.name} was sorry")
        case "cold":
            warm_up(hearer, speaker.name, 2)
            note_slight(tick, hearer, speaker.name)
            if bond > -WARM_UP_TO:
                move_bond(tick, hearer, speaker.name, -2, f"cold words from {speaker.name}")
        case "angry":
            _confront(tick, event, speaker, hearer)


def hard_words(tick: Tick, event: Quarrelled, present: list[Person], town: dict[str, Person]) -> None:
    """Let those who stand by know of a quarrel, and friends take sides; it may come to blows."""
    one, other = town.get(event.agent), town.get(event.whom)
    for person in present:
        hear(person, f"{event.agent} quarrelled with {event.whom} over {event.about}")
        if person in (one, other):
            continue
        for friend, against in ((event.agent, event.whom), (event.whom, event.agent)):
            if is_fond(person, friend) and not is_fond(person, against):
                move_bond(tick, person, against, -2, f"quarrelled with {friend}")
    if one is not None and other is not None:
        may_come_to_blows(tick, one, other)


def _confront(tick: Tick, event: Said, speaker: Person, hearer: Person) -> None:
    """Angry words: who has a temper, or bad blood, gives them back."""
    if had_words(tick, hearer, speaker):
        warm_up(hearer, speaker.name, 3)
        return
    temper = character(tick, hearer.name).aggression + heat(hearer, speaker.name) // 2
    temper -= max(0, hearer.bonds.get(speaker.name, 0)) // 2
    if tick.chance.stream("temper", hearer.name, speaker.name).integer(0, 99) < temper + HACKLES:
        known = quarrel_with(speaker, hearer.name)
        about = event.about or (known.about if known is not None else "hard words")
        about = "old business" if about in (speaker.name, hearer.name) else about
        quarrel(tick, speaker, hearer, about, place=event.place, seen_by=event.seen_by)
    else:
        warm_up(speaker, hearer.name, -4)
        move_bond(tick, hearer, speaker.name, -4, f"angry words from {speaker.name}")
