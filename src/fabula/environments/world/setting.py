"""The setting of a world: all that its first state follows from besides the seed."""

from typing import Literal

import msgspec

from fabula.agents.persona import Persona
from fabula.forge.maps import Map

TICKS_A_DAY_MAX = 864_000


class MapRecipe(msgspec.Struct, frozen=True, kw_only=True, tag="recipe"):
    """A map that is made from a seed; see fabula.forge.maps.generated."""

    form: Literal["town", "wilds", "caves"]
    width: int
    height: int
    seed: int = 0


class Good(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of thing that is made, carried, traded and used up."""

    name: str
    price: int = 10
    """Pence a piece where it is neither scarce nor plentiful."""
    food: int = 0
    """How much hunger a piece stills, in thousandths; 0: nobody eats it."""
    weight: int = 1
    """Against what a kind can carry."""
    heals: int = 0
    """Health that using a piece gives, in thousandths."""
    harm: int = 0
    """What it adds to a blow while carried, in thousandths of health."""


class PlaceKind(msgspec.Struct, frozen=True, kw_only=True):
    """What places of a kind are for."""

    name: str
    """`home`, `farm`, `bakery`, `market`, `tavern`, …"""
    use: Literal["home", "work", "market", "meeting", "other"] = "other"
    makes: str = ""
    """The good that a worker makes here."""
    of: str = ""
    """The good that is used up for it, a piece a piece; empty: none."""
    ticks_a_piece: int = 60
    """How long one worker takes."""
    wage: int = 0
    """Pence a piece made, paid from the till."""
    opens_h: int = 6
    closes_h: int = 20
    """Hours of the day between which it is worked in or sells; equal: always."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the setting: a region of the map that people know by name and do something at."""

    name: str
    kind: str
    """Name of a PlaceKind."""
    region: str = ""
    """Of the map; empty: the one of the same name."""
    owner: str = ""
    """A person, or a faction; empty: nobody's."""
    stock: dict[str, int] = {}
    """Good -> pieces at the start."""
    till: int = 0
    """Pence at the start."""
    sells: tuple[str, ...] = ()
    """Goods that are traded here; with `market` use and none named: all."""
    about: str = ""


class Faction(msgspec.Struct, frozen=True, kw_only=True):
    """A people, a house, a band."""

    name: str
    about: str = ""
    stances: dict[str, int] = {}
    """Faction -> -100 (at war) to 100 (one heart). Below -50 their lives fight on sight."""
    colour: str = "#c0c0c0"


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What a life can be: villager, raider, wolf."""

    name: str
    glyph: str = "o"
    strike: int = 60
    """Health that a blow takes, in thousandths, before chance."""
    carries: int = 40
    """Weight it can carry."""
    eats: tuple[str, ...] = ()
    """Goods it eats; empty: all food."""
    forages: bool = True
    """Finds wild food."""
    hungers: int = 1
    """Hunger that a tick adds, in hundredths of a thousandth: 100 is full hunger after 1000 ticks."""
    tires: int = 1
    """Fatigue that a waking tick adds, likewise."""
    lonely: int = 1
    """Solitude that a tick alone adds, likewise."""
    mind: bool = True
    """People: they work, trade, talk; otherwise beasts."""
    births: int = 0
    """Children a thousand lives have in a thousand ticks, where they are fed."""
    abilities: tuple[str, ...] = ()
    boldness: int = 50
    diligence: int = 50
    warmth: int = 50
    greed: int = 50
    honesty: int = 80


class Herd(msgspec.Struct, frozen=True, kw_only=True):
    """Lives without names, which are there from the start."""

    kind: str
    faction: str = ""
    count: int
    region: str = ""
    """Where they are spread; empty: everywhere one can stand."""
    home: str = ""
    work: str = ""
    """Names of places, or of kinds of places: each then gets the nearest of that kind."""
    coin: int = 0
    goods: dict[str, int] = {}


class Resident(msgspec.Struct, frozen=True, kw_only=True):
    """A person with a name, a character and a seat for a mind."""

    persona: Persona
    kind: str = ""
    """Empty: the setting's first kind."""
    faction: str = ""
    home: str = ""
    work: str = ""
    """Names of places."""
    at: tuple[int, int] | None = None
    """Where they start; None: at home."""
    coin: int = 20
    goods: dict[str, int] = {}
    bonds: dict[str, int] = {}
    """Person -> -100 to 100."""
    wakes_h: int = 6
    sleeps_h: int = 22
    grudge: str = ""
    """Against whom, about what: `Tobias Reed: the well that ran dry`; empty: none."""


class Ability(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a life can do besides what everyone can."""

    name: str
    effect: Literal["harm", "heal", "calm", "haste", "feed", "rest"]
    power: int
    """In thousandths of what it changes."""
    reach: int = 1
    """Cells; 0: oneself."""
    energy: int = 200
    cooldown_ticks: int = 100
    about: str = ""


class WorldSetting(msgspec.Struct, frozen=True, kw_only=True):
    """All that a run of a world begins with."""

    pack: str
    title: str
    about: str = ""
    map: Map | MapRecipe
    ticks: int = 8640
    """How long it lives, at most."""
    tick_s: int = 10
    """Seconds of the world's own time that a tick takes; the clock on the wall ticks ten times a second."""
    begins_h: int = 6
    """Hour of the first day at which it begins."""
    goods: tuple[Good, ...] = ()
    place_kinds: tuple[PlaceKind, ...] = ()
    places: tuple[Place, ...] = ()
    factions: tuple[Faction, ...] = ()
    kinds: tuple[Kind, ...]
    herds: tuple[Herd, ...] = ()
    people: tuple[Resident, ...] = ()
    abilities: tuple[Ability, ...] = ()
    systems: tuple[str, ...] = ()
    """Systems besides the world's own, by the name of their entry point, in order."""
    thinking_ticks: int = 10
    """How long a mind may think before its action is due; the life goes on by reflex meanwhile."""
    ponder_ticks: int = 60
    """Between an answer and the next question to the same mind, at least, unless harm is done."""
    digest_every: int = 100
    """Ticks between two digests of the whole state."""
    tally_every: int = 360
    """Ticks between two tallies of what happened to those without names."""
    sight: int = 8
    """Cells that people see."""
    wary: int = 5
    """Cells within which a life notices foes and friends, at most 5."""
    lexicon: dict[str, tuple[str, ...]] = {}
    """Words for telling."""
    prompts: dict[str, str] = {}
    """Templates in place of those that ship, by name."""
