"""Crowds: settings of any size, made from the people of the shipped packs, in which turns can be timed."""

from collections.abc import Iterator
from itertools import cycle, islice
from math import isqrt

from msgspec.structs import replace

from fabula.agents import Persona
from fabula.environments.campaign import Setting, load_setting
from fabula.environments.campaign.setting import (
    Aim,
    Character,
    Clock,
    Complication,
    Deed,
    Faction,
    Outcome,
    Place,
    Secret,
    Thing,
    Threat,
    Way,
)
from fabula.packs import find_pack, pack_names

AGENTS_A_PLACE = 12
PLACES_MIN = 8
"""About as many as a shipped pack has."""
PLACES_A_THREAT = 8

_FACTIONS = ("the Wall", "the Wells", "the Ferries", "the Chapel")
_NEVER = 10_000
"""Points that nobody takes in the turns that are timed: no agent and no threat falls, so the last turn asks as many as
the first.
"""


def crowd(agents: int, *, turns: int) -> Setting:
    """A town for so many agents: a grid of places, each with an object lying about and something to find out, one in
    eight with a threat. Everyone has a faction, two aims, and bonds with four others. It takes all its turns.
    """
    places = [f"Court {number}" for number in range(max(PLACES_MIN, -(-agents // AGENTS_A_PLACE)))]
    return Setting(
        pack="crowd",
        title="The Crowd",
        summary="A town made to be measured.",
        question="How long does a turn take?",
        turns=turns,
        opening=("The town is full.",),
        places=tuple(_places(places)),
        factions=tuple(_faction(name) for name in _FACTIONS),
        characters=tuple(_characters(agents, places)),
        things=tuple(_thing(number, place) for number, place in enumerate(places)),
        secrets=tuple(_secret(place) for place in places),
        clocks=tuple(_clock(faction) for faction in _FACTIONS),
        threats=tuple(_threat(place) for place in places[::PLACES_A_THREAT]),
        complications=tuple(_complication(place) for place in places),
        outcomes=(Outcome(kind="spent", name="Dusk", texts=("The day was over.",)),),
    )


def _places(names: list[str]) -> Iterator[Place]:
    """A grid, row by row; each place has a way to the next one and to the one below."""
    width = isqrt(len(names))
    for number, name in enumerate(names):
        neighbours = [*names[number + 1 : number + 2], *names[number + width : number + width + 1]]
        yield Place(
            name=name,
            description=f"{name} lies between others like it.",
            details=("a door that is never shut", "a bell without a rope"),
            ways=tuple(Way(to=other, how="along the wall") for other in neighbours),
            peril=number * 7 % 60,
        )


def _faction(name: str) -> Faction:
    stances = {other: -30 for other in _FACTIONS if other != name}
    return Faction(name=name, aim="to be heard before the others", stances=stances)


def _characters(count: int, places: list[str]) -> Iterator[Character]:
    people = list(_people(count))
    names = [persona.name for persona in people]
    for number, persona in enumerate(people):
        friend, rival = names[(number + 4) % count], names[(number + 1) % count]
        place = places[number % len(places)]
        yield Character(
            persona=persona,
            faction=_FACTIONS[number % len(_FACTIONS)],
            place=place,
            aims=(
                Aim(want="protect", what=friend, text=f"to see {friend} through the day", weight=60),
                Aim(want="find", what=_secret(place).name, text=f"to know what is under {place}", weight=50),
            ),
            knows=(_secret(places[(number + 1) % len(places)]).name,),
            bonds={friend: 60, rival: -40, names[(number + 8) % count]: 30, names[(number + 3) % count]: -20},
            vigour=_NEVER,
        )


def _people(count: int) -> Iterator[Persona]:
    """The people of the shipped packs over and over, each time by another name."""
    settings = [load_setting(find_pack(pack)).setting for pack in pack_names("campaign")]
    personas = [character.persona for setting in settings for character in setting.characters]
    for number, persona in enumerate(islice(cycle(personas), count)):
        yield replace(persona, name=f"{persona.name} {number}")


def _thing(number: int, place: str) -> Thing:
    description = "It fits something, somewhere."
    return Thing(name=f"the key of {place}", description=description, place=place, hidden=number % 3 == 0)


def _secret(place: str) -> Secret:
    twisted = (f"Under {place} lies gold.",)
    return Secret(name=f"the cellar of {place}", truth=f"Under {place} somebody digs.", twisted=twisted, place=place)


def _clock(faction: str) -> Clock:
    return Clock(
        name=f"the hour of {faction}",
        description="It comes nearer whenever somebody works for it.",
        segments=_NEVER,
        moved_by=(Deed(kind="defend", faction=faction), Deed(kind="investigate", faction=faction)),
        good_for=(faction,),
    )


def _threat(place: str) -> Threat:
    return Threat(name=f"the fire in {place}", description="It smoulders.", place=place, strength=_NEVER, harm=1)


def _complication(place: str) -> Complication:
    return Complication(name=f"rain over {place}", texts=(f"It rained on {place}.",), place=place)
