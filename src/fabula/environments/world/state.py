"""The state of a world: the lives as arrays, the people as they think of it, and what places hold."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from fabula.engine.values import AgentId, Ending
from fabula.environments.world.actions import Deed
from fabula.environments.world.components import NOBODY, Int16s, Int32s, Lives
from fabula.environments.world.events import AnyEvent

TALLIES = ("born", "starved", "slain", "aged", "ate", "foraged", "worked", "bought", "sold", "stole", "fights")
"""What is counted of each faction's nameless lives between two `Tallied` events: columns of `tallies`."""


class Wrong(msgspec.Struct, kw_only=True):
    """A wrong that a person knows of: they suffered it, saw it, or were told."""

    by: str
    to: str
    what: str
    """As it follows `for`: `taking 3 bread from the bakery`."""
    worth: int = 0
    """Pence."""
    tick: int
    told_by: str = ""
    """Empty: they saw it themselves."""
    settled: bool = False


class Quarrel(msgspec.Struct, kw_only=True):
    """Bad blood with somebody."""

    whom: str
    about: str
    since: int
    heat: int = 50
    """0 to 100; cools with time."""


class Person(msgspec.Struct, kw_only=True):
    """A person with a seat: what of their mind belongs to the state."""

    name: AgentId
    life: int = NOBODY
    """Id of the life; NOBODY once dead."""
    plan: tuple[Deed, ...] = ()
    deed: int = 0
    """Which deed of the plan they are at."""
    begun: int = NOBODY
    """The tick at which that deed was begun; NOBODY: not yet."""
    goal: str = ""
    why: str = ""
    """The plan's goal and reason."""
    asked: int = NOBODY
    """The tick at which their mind was asked, while it thinks."""
    answered: int = -1_000_000
    """The tick of its last answer."""
    occasions: list[str] = []
    """What made it worth thinking, since it was last asked, a clause each: `struck by Tobias Reed`."""
    urgent: bool = False
    """One of them cannot wait for `ponder_ticks`."""
    news: list[AnyEvent] = []
    """What they perceived since they were last asked; at most NEWS_MAX, the oldest fall out."""
    bonds: dict[str, int] = {}
    """Person -> -100 to 100; who is not in it: a stranger, 0."""
    quarrels: list[Quarrel] = []
    wrongs: list[Wrong] = []
    heard: list[str] = []
    """What they know of the town's doings, a sentence each, the latest last; at most HEARD_MAX."""
    seen: dict[str, int] = {}
    """Person -> tick at which they last saw them."""
    spoken: dict[str, int] = {}
    """Person -> tick at which they last spoke with them."""
    place: int = NOBODY
    """The place they are at."""
    doing: dict[str, int] = {}
    """Small counters of what they are at the middle of: pieces made in this shift, wage, …"""


NEWS_MAX = 40
HEARD_MAX = 24


class Pile(msgspec.Struct, kw_only=True):
    """Goods that lie on the ground; `coin` is one of them here."""

    cell: int
    what: str
    amount: int
    owner: str = ""


class WorldState:
    """Everything that changes. `encode` and `decode` give and take all of it as bytes."""

    def __init__(self, *, goods: int, abilities: int, places: int, factions: int, cells: int) -> None:
        self.tick = 0
        """The number of the next tick."""
        self.lives = Lives(goods=goods, abilities=abilities)
        self.people: list[Person] = []
        """By seat; the dead stay."""
        self.stock: Int32s = np.zeros((places, goods), dtype=np.int32)
        """Pieces that each place holds."""
        self.price: Int32s = np.zeros((places, goods), dtype=np.int32)
        """Pence a piece costs there."""
        self.told_price: Int32s = np.zeros((places, goods), dtype=np.int32)
        """The price last told of."""
        self.demand: Int32s = np.zeros((places, goods), dtype=np.int32)
        """Pieces asked for at each place since its prices were last set, sold or not."""
        self.ran_out: NDArray[np.uint8] = np.zeros((places, goods), dtype=np.uint8)
        """1: it was told that the place has none left; 0 again once it is restocked."""
        self.till: Int32s = np.zeros(places, dtype=np.int32)
        """Pence that each place holds."""
        self.food: NDArray[np.uint8] = np.zeros(cells, dtype=np.uint8)
        """Wild food on each cell, pieces."""
        self.stance: Int16s = np.zeros((factions, factions), dtype=np.int16)
        """How one faction stands to another, -100 to 100."""
        self.tallies: NDArray[np.int64] = np.zeros((factions, len(TALLIES)), dtype=np.int64)
        self.piles: list[Pile] = []
        self.failed: list[str] = []
        """Systems from outside that raised an error and are left out."""
        self.opened = False
        self.ended: Ending | None = None

    def person(self, name: str) -> Person | None:
        """The person of that name, living or dead."""
        return next((person for person in self.people if person.name == name), None)

    def living(self) -> list[Person]:
        """The people who are alive, by seat."""
        return [person for person in self.people if person.life != NOBODY]
