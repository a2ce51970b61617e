"""Contention: what somebody could be cross with another about - only what there is between them: a wrong, a suspicion,
a cold word, a friend who was wronged, an old grudge of the house, empty shelves, a price.
"""

from collections.abc import Iterator

from fabula.engine.chance import Stream
from fabula.environments.world.components import NOBODY
from fabula.environments.world.hearsay import suspicions
from fabula.environments.world.society.bonds import FRIEND
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

SLIGHT_TICKS = 4320
"""A cold word is remembered for so long."""
DEAR_TENTHS = 11
"""Of its usual price: from here on a good is dear."""
LAZIER = 15
"""Diligence, in percent, that somebody at the same work must lack to be told so."""
_SLIGHTED = "slighted by "
"""Key of `Person.doing`: when somebody last had a cold word from another."""


def note_slight(tick: Tick, person: Person, by: str) -> None:
    """Let somebody remember a cold word."""
    person.doing[_SLIGHTED + by] = tick.now


def bone_of_contention(tick: Tick, speaker: Person, hearer: Person, draw: Stream) -> str:
    """Something the speaker could reproach the hearer with; empty: nothing. What weighs more is likelier."""
    found = [*_grave(tick, speaker, hearer), *_small(tick, speaker, hearer)]
    return draw.weighted([what for what, _ in found], [weight for _, weight in found]) if found else ""


def _grave(tick: Tick, speaker: Person, hearer: Person) -> Iterator[tuple[str, int]]:
    """What the other did, or is thought to have done, to them or to those who are dear to them."""
    for wrong in speaker.wrongs[-6:]:
        if wrong.by == hearer.name and not wrong.settled:
            yield wrong.what, 60
    for one in suspicions(speaker.heard):
        if one.suspect == hearer.name:
            yield one.what, 50
    if tick.now - speaker.doing.get(_SLIGHTED + hearer.name, -SLIGHT_TICKS) < SLIGHT_TICKS:
        yield "a cold word", 20
    for friend in _dear(tick, speaker):
        theirs = next((one for one in friend.quarrels if one.whom == hearer.name and one.about), None)
        if theirs is not None:
            yield f"the bad blood with {friend.name}", 15
        if any(what.startswith(f"{hearer.name} accused {friend.name}") for what in speaker.heard):
            yield f"what was said of {friend.name}", 30


def _small(tick: Tick, speaker: Person, hearer: Person) -> Iterator[tuple[str, int]]:
    """What the hearer's work makes: that there is none of it, or what it costs."""
    work = int(tick.lives.work[tick.lives.row(hearer.life)])
    if work == NOBODY:
        return
    place, row = tick.setting.places[work].name, tick.lives.row(speaker.life)
    if work == int(tick.lives.work[row]):
        if tick.lives.diligence[tick.lives.row(hearer.life)] + LAZIER < tick.lives.diligence[row]:
            yield f"who does the work at {place}", 10
        return
    for number, good in enumerate(tick.setting.goods):
        if f"there is no {good.name} left at {place}" in speaker.heard and not tick.state.stock[work, number]:
            yield f"there being no {good.name} left at {place}", 15
        usual, now = int(tick.catalogue.good_price[number]), int(tick.state.price[work, number])
        if tick.catalogue.place_trades[work, number] and 10 * now >= DEAR_TENTHS * usual:
            yield f"the price of {good.name} at {place}", 8


def _dear(tick: Tick, person: Person) -> list[Person]:
    """Those for whom somebody takes sides: the dear, and those of one house."""
    lives = tick.lives
    home = int(lives.home[lives.row(person.life)])
    return [
        one
        for one in tick.state.living()
        if one is not person
        and (
            person.bonds.get(one.name, 0) >= 2 * FRIEND
            or (home != NOBODY and int(lives.home[lives.row(one.life)]) == home)
        )
    ]
