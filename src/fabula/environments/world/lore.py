"""Lore: what everybody who lives in a world knows of it from the start - its places, its people, its goods."""

import re
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from fabula.environments.world.outlook import KnownPlace

if TYPE_CHECKING:
    from fabula.environments.world.world import World

PLACES_MAX = 40
"""Places that somebody has in mind at a time."""

_KEEPER = re.compile(r"\b(bailiff|constable|guards?|guardsman|marshal|reeve|sheriff|warden|watchman)\b", re.IGNORECASE)


class Lore:
    """Of one world; it never changes."""

    def __init__(self, world: "World") -> None:
        setting = world.setting
        uses = {kind.name: kind for kind in setting.place_kinds}
        goods = [good.name for good in setting.goods]
        self.places = tuple(
            KnownPlace(
                name=place.name,
                kind=place.kind,
                use=uses[place.kind].use,
                owner=place.owner,
                opens_h=uses[place.kind].opens_h,
                closes_h=uses[place.kind].closes_h,
                sells=tuple(good for good, traded in zip(goods, trades, strict=True) if traded),
                makes=uses[place.kind].makes,
                about=place.about,
            )
            for place, trades in zip(setting.places, world.catalogue.place_trades.tolist(), strict=True)
        )
        self.place_named = {place.name: place for place in self.places}
        self.anchor_y, self.anchor_x = np.divmod(world.ground.anchor.astype(np.int64), world.ground.width)
        self.roles = {one.persona.name: one.persona.role for one in setting.people}
        """Person -> what they are; of those who came later nobody knows."""
        self.homes = {one.persona.name: one.home for one in setting.people}
        self.keepers = tuple(sorted(name for name, role in self.roles.items() if _KEEPER.search(role)))
        """Who keeps the peace: people whose role says so."""
        self.food = {good.name: good.food for good in setting.goods if good.food > 0}
        self.eaten_by = {
            kind.name: tuple(good for good, eaten in zip(goods, eats, strict=True) if eaten)
            for kind, eats in zip(setting.kinds, world.catalogue.kind_eats.tolist(), strict=True)
        }
        """Kind -> the goods it eats."""
        self.heals = {good.name: good.heals for good in setting.goods if good.heals > 0}
        self.usual_price = {good.name: good.price for good in setting.goods}

    def known_places(self, x: int, y: int, *own: int) -> tuple[KnownPlace, ...]:
        """Those somebody at a cell has in mind: all if there are few, otherwise their `own` and the nearest."""
        if len(self.places) <= PLACES_MAX:
            return self.places
        apart = (self.anchor_x - x) ** 2 + (self.anchor_y - y) ** 2
        apart[[number for number in own if number >= 0]] = -1
        nearest = np.argsort(apart, kind="stable")[:PLACES_MAX]
        return tuple([self.places[number] for number in nearest.tolist()])


_LORE: "WeakKeyDictionary[World, Lore]" = WeakKeyDictionary()


def lore_of(world: "World") -> Lore:
    """The lore of a world, gathered once."""
    lore = _LORE.get(world)
    if lore is None:
        lore = _LORE[world] = Lore(world)
    return lore
