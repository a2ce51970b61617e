"""The viewpoint: what an agent has before its eyes when it looks for something to do, gathered once."""

from collections.abc import Sequence
from typing import TypeVar

from fabula.environments.world.components import FULL
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.lore import Lore
from fabula.environments.world.outlook import Grievance, KnownPlace, Outlook, Someone

FRIEND = 25
"""A bond from which on somebody is a friend."""
NEVER = 10**9
"""Ticks since what never was."""
LATE_H, EARLY_H = 21, 5
"""Between these hours it is night."""

E = TypeVar("E")


class Viewpoint:
    """One agent's position."""

    def __init__(self, outlook: Outlook, news: Sequence[AnyEvent], lore: Lore) -> None:
        """news: what it perceived since it was last asked."""
        self.outlook, self.lore = outlook, lore
        self._news = news
        self.name = outlook.name
        self.salt = outlook.tick * 7 + len(outlook.name) * 3
        """What picks its words."""
        self.near = {one.name: one for one in outlook.near}
        self.awake = [one for one in outlook.near if one.doing != "asleep"]
        """Those in sight who can be spoken to."""
        self.friends = [one for one in self.awake if one.bond >= FRIEND]
        self.hurt = 1 - outlook.health / FULL
        """Share of its health that is gone; likewise the others below, 1.0 the worst."""
        self.hunger = outlook.hunger / FULL
        self.fatigue = outlook.fatigue / FULL
        self.solitude = outlook.solitude / FULL
        eats = self.eats()
        self.food = [good for good in outlook.carries if good in eats]
        """What it carries to eat."""
        self.is_night = outlook.hour >= LATE_H or outlook.hour < EARLY_H
        self.is_keeper = outlook.name in lore.keepers
        self.is_new_day = "a new day" in outlook.because

    def told(self, kind: type[E]) -> list[E]:
        """The news of one kind."""
        return [event for event in self._news if isinstance(event, kind)]

    def bond(self, name: str) -> int:
        return self.outlook.bonds.get(name, 0)

    def someone(self, name: str) -> Someone | None:
        """Somebody in sight."""
        return self.near.get(name)

    def since_seen(self, name: str) -> int:
        """Ticks; NEVER if it never saw them."""
        return self.outlook.seen.get(name, NEVER)

    def since_spoken(self, name: str) -> int:
        return self.outlook.spoken.get(name, NEVER)

    def is_person(self, name: str) -> bool:
        """Whether that is the name of somebody it knows of."""
        known = self.lore.roles
        return name != self.name and (name in known or name in self.near or name in self.outlook.bonds)

    def eats(self) -> Sequence[str]:
        """The goods that feed its kind."""
        return self.lore.eaten_by[self.outlook.kind]

    def unsettled(self) -> list[Grievance]:
        """The wrongs it knows of that nobody has made good, the latest first."""
        return [wrong for wrong in reversed(self.outlook.wrongs) if not wrong.settled]

    def open_sellers(self, good: str) -> list[KnownPlace]:
        """The places where a good is traded and that are open now."""
        hour = self.outlook.hour
        return [place for place in self.outlook.places if good in place.sells and place.is_open(hour)]

    def price(self, good: str) -> int:
        """What a piece costs, as far as it knows."""
        seen = [priced.price for priced in self.outlook.prices if priced.what == good]
        return min(seen, default=self.lore.usual_price[good])

    def sees_sold_out(self, good: str) -> bool:
        """Whether it stands where a good is traded and there is none."""
        here = [one.stock for one in self.outlook.prices if one.what == good and one.place == self.outlook.place]
        return bool(here) and max(here) == 0

    def affordable_food(self) -> str:
        """The food that it can pay for and knows where to buy, the cheapest for what it stills; empty: none."""
        coin = self.outlook.coin
        found = [
            (self.price(good) * FULL // self.lore.food[good], good)
            for good in self.eats()
            if self.price(good) <= coin and not self.sees_sold_out(good) and self.open_sellers(good)
        ]
        return min(found, default=(0, ""))[1]

    def home_of(self, name: str) -> str:
        """Where somebody lives, as everybody knows; empty: nobody knows."""
        return self.lore.homes.get(name, "")

    def keepers(self, *apart_from: str) -> list[str]:
        """Those who keep the peace and could be turned to."""
        return [name for name in self.lore.keepers if name not in (self.name, *apart_from)]
