"""The outlook: an agent's side of the truth - what it perceives, carries, knows, feels and has been told.

Nothing stands in it that the agent has not perceived, been told or known from the start, and a mind gets no more. Of
others there is what anybody sees: never their plans, purses, bonds, quarrels, nor what they know.
"""

import msgspec

from fabula.environments.world.actions import Deed


class Someone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Another person in sight, as the agent sees them."""

    name: str
    faction: str = ""
    role: str = ""
    bond: int = 0
    """How the agent feels about them, -100 to 100."""
    repute: int = 0
    """What people say of them, -1000 to 1000."""
    condition: str = ""
    """`hurt`, `badly hurt`, `famished`, or empty: well."""
    doing: str = ""
    """What anybody sees: `working`, `asleep`."""
    away: int = 0
    """Cells."""


class Many(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Lives without names in sight, of one kind and faction."""

    kind: str
    faction: str = ""
    count: int


class Foe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The nearest life in sight of a faction that is at war with the agent's own."""

    what: str
    """A person's name, or a kind."""
    faction: str = ""
    away: int
    """Cells."""
    way: str
    """`north-east`."""


class Priced(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What something costs where the agent stands or works."""

    place: str
    what: str
    price: int
    """Pence a piece."""
    stock: int = -1
    """Pieces that are there; -1: the agent is elsewhere and does not see."""


class BadBlood(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A quarrel that the agent has."""

    whom: str
    about: str
    heat: int
    """0 to 100."""
    ago: int
    """Ticks since it began."""


class Grievance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A wrong that the agent knows of; its own are among them."""

    by: str
    to: str
    what: str
    """As it follows `for`."""
    worth: int = 0
    """Pence."""
    ago: int = 0
    """Ticks."""
    told_by: str = ""
    """Empty: the agent saw it."""
    settled: bool = False


class Gift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An ability that the agent has."""

    name: str
    effect: str
    about: str = ""
    reach: int
    """Cells; 0: oneself."""
    ready: bool = False
    """It can be used now."""


class KnownPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A place, as everybody knows it."""

    name: str
    kind: str
    use: str
    """`home`, `work`, `market`, `meeting`, `other`."""
    owner: str = ""
    opens_h: int = 0
    closes_h: int = 0
    """Equal: always open."""
    sells: tuple[str, ...] = ()
    makes: str = ""
    about: str = ""

    def is_open(self, hour: int) -> bool:
        """Whether it is worked or traded in at an hour of the day."""
        if self.opens_h <= self.closes_h:
            return self.opens_h == self.closes_h or self.opens_h <= hour < self.closes_h
        return hour >= self.opens_h or hour < self.closes_h


class Outlook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an agent perceives as it is asked what it does."""

    name: str
    kind: str
    faction: str = ""
    role: str = ""
    home: str = ""
    work: str = ""
    tick: int
    day: int
    hour: int
    minute: int
    part: str
    """`morning`, `night`, …"""
    place: str = ""
    """Empty: in the open."""
    x: int
    y: int
    around: tuple[str, ...] = ()
    """Other places within sight, the nearest first."""
    health: int
    hunger: int
    fatigue: int
    solitude: int
    energy: int
    """In thousandths; of needs 1000 is the worst."""
    condition: tuple[str, ...] = ()
    """What of that is felt, in words: `hungry`, `hurt`."""
    asleep: bool = False
    coin: int = 0
    """Pence."""
    carries: dict[str, int] = {}
    repute: int = 0
    """What people say of the agent, -1000 to 1000."""
    nature: dict[str, int] = {}
    """The agent's own habits in percent: boldness, diligence, warmth, greed, honesty."""
    doing: str
    plan: tuple[Deed, ...] = ()
    step: int = 0
    """Which deed of the plan it is at."""
    goal: str = ""
    why: str = ""
    near: tuple[Someone, ...] = ()
    crowd: int = 0
    """How many more people are in sight."""
    others: tuple[Many, ...] = ()
    foe: Foe | None = None
    abilities: tuple[Gift, ...] = ()
    prices: tuple[Priced, ...] = ()
    places: tuple[KnownPlace, ...] = ()
    """Those that matter most to the agent, and the nearest."""
    keepers: tuple[str, ...] = ()
    """Who keeps the peace here, as everybody knows."""
    bonds: dict[str, int] = {}
    quarrels: tuple[BadBlood, ...] = ()
    wrongs: tuple[Grievance, ...] = ()
    heard: tuple[str, ...] = ()
    """What it knows of the doings of others, a sentence each, the latest last."""
    seen: dict[str, int] = {}
    """Person -> ticks since it last saw them."""
    spoken: dict[str, int] = {}
    """Person -> ticks since they last spoke."""
    because: tuple[str, ...] = ()
    """What it has cause to think about, a clause each: `struck by Tobias Reed`."""

    @property
    def turn(self) -> int:
        """The day: memories fade by it."""
        return self.day
