"""The catalogue: a setting's goods, kinds, places, factions and abilities by number, as kernels want them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.components import FULL, Bytes, Int16s, Int32s
from fabula.environments.world.setting import WorldSetting

WAR = -50
"""Lives of factions whose stance is below this fight on sight."""
EFFECTS = ("harm", "heal", "calm", "haste", "feed", "rest")
USES = ("other", "home", "work", "market", "meeting")


class Catalogue:
    """Arrays indexed by good (G), kind (K), place (P), faction (F), ability (A), in the setting's order."""

    def __init__(self, setting: WorldSetting) -> None:
        self.good = _numbers([good.name for good in setting.goods])
        """Name -> index; of the others below likewise."""
        self.kind = _numbers([kind.name for kind in setting.kinds])
        self.place = _numbers([place.name for place in setting.places])
        self.faction = _numbers([faction.name for faction in setting.factions])
        self.ability = _numbers([ability.name for ability in setting.abilities])

        goods = setting.goods
        self.good_price: Int32s = _int32([good.price for good in goods])
        self.good_food: Int32s = _int32([good.food for good in goods])
        self.good_weight: Int32s = _int32([good.weight for good in goods])
        self.good_heals: Int32s = _int32([good.heals for good in goods])
        self.good_harm: Int32s = _int32([good.harm for good in goods])

        kinds = setting.kinds
        self.kind_strike: Int32s = _int32([kind.strike for kind in kinds])
        self.kind_carries: Int32s = _int32([kind.carries for kind in kinds])
        self.kind_hungers: Int32s = _int32([kind.hungers for kind in kinds])
        """In hundredths of a thousandth a tick; so are the next two."""
        self.kind_tires: Int32s = _int32([kind.tires for kind in kinds])
        self.kind_lonely: Int32s = _int32([kind.lonely for kind in kinds])
        self.kind_births: Int32s = _int32([kind.births for kind in kinds])
        self.kind_mind: Bytes = np.array([kind.mind for kind in kinds], dtype=np.uint8)
        self.kind_forages: Bytes = np.array([kind.forages for kind in kinds], dtype=np.uint8)
        self.kind_eats: Bytes = np.array(
            [[bool(good.food) and (not kind.eats or good.name in kind.eats) for good in goods] for kind in kinds],
            dtype=np.uint8,
        ).reshape(len(kinds), len(goods))
        self.kind_ability: Bytes = np.array(
            [[ability.name in kind.abilities for ability in setting.abilities] for kind in kinds], dtype=np.uint8
        ).reshape(len(kinds), len(setting.abilities))

        uses = {kind.name: kind for kind in setting.place_kinds}
        places = [uses[place.kind] for place in setting.places]
        self.place_use: Bytes = np.array([USES.index(place.use) for place in places], dtype=np.uint8)
        """Index into USES."""
        self.place_makes: Int16s = _int16([self.good.get(place.makes, -1) for place in places])
        self.place_of: Int16s = _int16([self.good.get(place.of, -1) for place in places])
        self.place_ticks: Int32s = _int32([place.ticks_a_piece for place in places])
        self.place_wage: Int32s = _int32([place.wage for place in places])
        self.place_opens: Int32s = _int32([place.opens_h for place in places])
        self.place_closes: Int32s = _int32([place.closes_h for place in places])
        self.place_trades: Bytes = np.array(
            [
                [(good.name in place.sells) or (kind.use == "market" and not place.sells) for good in goods]
                for place, kind in zip(setting.places, places, strict=True)
            ],
            dtype=np.uint8,
        ).reshape(len(places), len(goods))
        """1 where a place buys and sells a good."""

        self.stance: Int16s = _int16(
            [
                [100 if one is other else one.stances.get(other.name, 0) for other in setting.factions]
                for one in setting.factions
            ]
        ).reshape(len(setting.factions), len(setting.factions))
        """How one faction stands to another, -100 to 100."""

        self.ability_effect: Bytes = np.array([EFFECTS.index(one.effect) for one in setting.abilities], dtype=np.uint8)
        """Index into EFFECTS."""
        self.ability_power: Int32s = _int32([min(one.power, FULL) for one in setting.abilities])
        self.ability_reach: Int32s = _int32([one.reach for one in setting.abilities])
        self.ability_energy: Int32s = _int32([one.energy for one in setting.abilities])
        self.ability_cooldown: Int32s = _int32([one.cooldown_ticks for one in setting.abilities])


def _numbers(names: Sequence[str]) -> Mapping[str, int]:
    return {name: number for number, name in enumerate(names)}


def _int32(values: Sequence[object]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


def _int16(values: Sequence[object]) -> NDArray[np.int16]:
    return np.array(values, dtype=np.int16)
