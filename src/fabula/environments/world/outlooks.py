"""Outlooks: makes the outlook of each who is asked at one tick, and what several of them share only once."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.catalogue import WAR
from fabula.environments.world.components import FULL, NOBODY, Intent
from fabula.environments.world.kernels.sight import within
from fabula.environments.world.lore import lore_of
from fabula.environments.world.outlook import BadBlood, Foe, Gift, Grievance, Many, Outlook, Priced, Someone
from fabula.environments.world.sightlines import company, in_sight_of
from fabula.environments.world.state import Person, WorldState
from fabula.environments.world.tick import DAY_S

if TYPE_CHECKING:
    from fabula.environments.world.world import World

NEAR_MAX = 12
"""People whom an agent takes in one by one, those that matter most to it first; the rest is a crowd."""
KINDS_MAX = 8
"""Sorts of nameless lives that it tells apart."""
SCAN_MAX = 4096
"""Nameless lives around it that it looks at."""
PRICES_MAX = 24
WRONGS_MAX = 12
"""The latest."""

HURT, BADLY_HURT = FULL * 9 // 10, FULL // 3
"""Health below which somebody looks hurt, and badly hurt."""
FAMISHED = 850
"""Hunger that others can see."""

_PARTS = ((5, "night"), (7, "dawn"), (12, "morning"), (14, "noon"), (18, "afternoon"), (21, "evening"), (24, "night"))
"""The hour at which each part of the day is over."""
_FELT = (
    ("hunger", (FAMISHED, "famished"), (550, "hungry"), (300, "peckish")),
    ("fatigue", (900, "exhausted"), (750, "weary"), (500, "tired")),
    ("solitude", (850, "very lonely"), (550, "lonely")),
)
"""Need -> from where on it is felt, and how, the worst first."""
_WINDS = ("east", "south-east", "south", "south-west", "west", "north-west", "north", "north-east")
_SEEN_DOING: dict[int, str] = {
    Intent.REST: "standing about",
    Intent.WANDER: "walking",
    Intent.SLEEP: "walking",
    Intent.EAT: "eating",
    Intent.FORAGE: "gathering food",
    Intent.WORK: "working",
    Intent.BUY: "trading",
    Intent.SELL: "trading",
    Intent.MINGLE: "in company",
    Intent.FIGHT: "fighting",
    Intent.FLEE: "running away",
    Intent.STEAL: "standing about",
    Intent.GO: "walking",
    Intent.HOLD: "standing about",
}
"""What anybody sees somebody do. Who means to steal looks like who means nothing."""
_AT_PLACES = (Intent.WORK, Intent.BUY, Intent.SELL, Intent.MINGLE)
"""On the way to these people are seen walking."""
_NATURE = ("boldness", "diligence", "warmth", "greed", "honesty")


class _Looks(NamedTuple):
    """What anybody sees of somebody."""

    faction: str
    role: str
    repute: int
    condition: str
    doing: str


class Outlooks:
    """Of one tick."""

    def __init__(self, world: "World", state: WorldState) -> None:
        self._setting, self._catalogue, self._ground = world.setting, world.catalogue, world.ground
        self._state, self._lives = state, state.lives
        self._lore = lore_of(world)
        self._company = company(state, world.ground)
        self._looks_like: dict[int, _Looks] = {}
        """Number in the company -> what anybody sees of them, once somebody looks."""
        self._number = {person.name: number for number, person in enumerate(self._company.people)}
        second = world.setting.begins_h * 3600 + state.tick * world.setting.tick_s
        self._day, self._second = second // DAY_S + 1, second % DAY_S
        self._part = next(part for until, part in _PARTS if self._second // 3600 < until)
        reach = np.arange(-world.setting.sight, world.setting.sight + 1)
        off_y, off_x = (axis.reshape(-1) for axis in np.meshgrid(reach, reach, indexing="ij"))
        order = np.argsort(off_x**2 + off_y**2, kind="stable")
        self._off_x, self._off_y = off_x[order], off_y[order]
        """Steps to the cells around, the nearest first."""

    def of(self, person: Person) -> Outlook:
        """The outlook of a living person."""
        lives, state, setting, lore = self._lives, self._state, self._setting, self._lore
        row, now = lives.row(person.life), state.tick
        x, y = int(lives.x[row]), int(lives.y[row])
        place = int(self._ground.place_at[y * self._ground.width + x])
        home, work = int(lives.home[row]), int(lives.work[row])
        asleep = bool(lives.asleep[row])
        near, crowd, foe = ((), 0, None) if asleep else self._near(person, row, x, y)
        others, foe = ((), None) if asleep else self._others(row, x, y, foe)
        return Outlook(
            name=person.name,
            kind=setting.kinds[int(lives.kind[row])].name,
            faction=self._faction(row),
            role=lore.roles.get(person.name, ""),
            home=self._place(home),
            work=self._place(work),
            tick=now,
            day=self._day,
            hour=self._second // 3600,
            minute=self._second % 3600 // 60,
            part=self._part,
            place=self._place(place),
            x=x,
            y=y,
            around=() if asleep else self._around(x, y, place),
            health=int(lives.health[row]),
            hunger=int(lives.hunger[row]),
            fatigue=int(lives.fatigue[row]),
            solitude=int(lives.solitude[row]),
            energy=int(lives.energy[row]),
            condition=self._felt(row),
            asleep=asleep,
            coin=int(lives.coin[row]),
            carries=self._carried(row),
            repute=int(lives.reputation[row]),
            nature={name: int(getattr(lives, name)[row]) for name in _NATURE},
            doing=self._doing(row, place),
            plan=person.plan,
            step=person.deed,
            goal=person.goal,
            why=person.why,
            near=near,
            crowd=crowd,
            others=others,
            foe=foe,
            abilities=self._abilities(row),
            prices=self._prices(place, work),
            places=lore.known_places(x, y, place, home, work),
            keepers=lore.keepers,
            bonds=dict(person.bonds),
            quarrels=tuple(
                [
                    BadBlood(whom=quarrel.whom, about=quarrel.about, heat=quarrel.heat, ago=now - quarrel.since)
                    for quarrel in person.quarrels
                ]
            ),
            wrongs=self._wrongs(person),
            heard=tuple(person.heard),
            seen={name: now - tick for name, tick in person.seen.items()},
            spoken={name: now - tick for name, tick in person.spoken.items()},
            because=tuple(person.occasions),
        )

    def _near(self, person: Person, row: int, x: int, y: int) -> tuple[tuple[Someone, ...], int, Foe | None]:
        """The people in sight, how many more there are, and the nearest foe among them."""
        all_ = self._company
        found = in_sight_of(self._ground, all_, self._number[person.name], self._setting.sight)
        if not len(found):
            return (), 0, None
        bonds, people = person.bonds, all_.people
        steps = np.maximum(np.abs(all_.x[found] - x), np.abs(all_.y[found] - y)).tolist()
        ranked = sorted(
            (-abs(bonds.get(people[at].name, 0)), away, at) for at, away in zip(found.tolist(), steps, strict=True)
        )
        near = [self._someone(at, away, bonds) for _, away, at in ranked[:NEAR_MAX]]
        hostile = self._hostile(row)
        foes = sorted((away, at) for _, away, at in ranked if hostile[self._lives.faction[all_.rows[at]]])
        foe = None
        if foes:
            away, at = foes[0]
            way = _way(int(all_.x[at]) - x, int(all_.y[at]) - y)
            foe = Foe(what=people[at].name, faction=self._faction(int(all_.rows[at])), away=away, way=way)
        return tuple(near), max(0, len(ranked) - NEAR_MAX), foe

    def _someone(self, at: int, away: int, bonds: dict[str, int]) -> Someone:
        name, looks = self._company.people[at].name, self._looks_like.get(at) or self._look_at(at)
        return Someone(
            name=name,
            faction=looks.faction,
            role=looks.role,
            bond=bonds.get(name, 0),
            repute=looks.repute,
            condition=looks.condition,
            doing=looks.doing,
            away=away,
        )

    def _look_at(self, at: int) -> "_Looks":
        row = int(self._company.rows[at])
        looks = self._looks_like[at] = _Looks(
            faction=self._faction(row),
            role=self._lore.roles.get(self._company.people[at].name, ""),
            repute=int(self._lives.reputation[row]),
            condition=self._condition(row),
            doing=self._doing(row, int(self._company.place[at])),
        )
        return looks

    def _others(self, row: int, x: int, y: int, foe: Foe | None) -> tuple[tuple[Many, ...], Foe | None]:
        """The nameless lives in sight by kind and faction, and the nearest foe of all."""
        found = self._nameless(x, y)
        if not len(found):
            return (), foe
        lives = self._lives
        sorts = lives.kind[found].astype(np.int64) * 256 + lives.faction[found]
        counts = sorted(Counter(sorts.tolist()).items(), key=lambda counted: (-counted[1], counted[0]))
        many = [
            Many(kind=self._kind(sort // 256), faction=self._faction_named(sort % 256), count=count)
            for sort, count in counts[:KINDS_MAX]
        ]
        return tuple(many), self._nearer(found[self._hostile(row)[lives.faction[found]]], x, y, foe)

    def _nameless(self, x: int, y: int) -> NDArray[np.intp]:
        """The rows of the lives without names in sight of a cell."""
        lives, ground, sight = self._lives, self._ground, self._setting.sight
        count = lives.count
        if count == len(self._company.people):
            return np.empty(0, dtype=np.intp)
        top, high = max(0, y - sight), min(2 * sight, y + sight)
        # What lies above wraps to a great number, so that one comparison finds the rows of the map around.
        found = np.flatnonzero((lives.y[:count] - np.int16(top)).view(np.uint16) <= np.uint16(high))
        found = found[(np.abs(lives.x[found] - x) <= sight) & (lives.seat[found] == NOBODY)][:SCAN_MAX]
        seen = within(ground.opaque, ground.width, lives.x[found], lives.y[found], x, y, sight)
        return np.compress(seen, found)

    def _nearer(self, foes: NDArray[np.intp], x: int, y: int, foe: Foe | None) -> Foe | None:
        """The nearest of these, or the one known, whoever is nearer."""
        if not len(foes):
            return foe
        lives = self._lives
        wide, high = lives.x[foes].astype(np.int64) - x, lives.y[foes].astype(np.int64) - y
        at = int(np.argmin(wide * wide + high * high))
        away = max(abs(int(wide[at])), abs(int(high[at])))
        if foe is not None and foe.away <= away:
            return foe
        row = int(foes[at])
        kind = self._kind(int(lives.kind[row]))
        return Foe(what=kind, faction=self._faction(row), away=away, way=_way(int(wide[at]), int(high[at])))

    def _hostile(self, row: int) -> NDArray[np.bool_]:
        """By faction, whether a life takes it for a foe."""
        hostile: NDArray[np.bool_] = self._state.stance[int(self._lives.faction[row])] < WAR
        return hostile

    def _around(self, x: int, y: int, place: int) -> tuple[str, ...]:
        """The other places within sight, the nearest first."""
        ground = self._ground
        there_x, there_y = self._off_x + x, self._off_y + y
        inside = (there_x >= 0) & (there_x < ground.width) & (there_y >= 0) & (there_y < ground.height)
        places = ground.place_at[there_y[inside] * ground.width + there_x[inside]].tolist()
        return tuple([self._place(number) for number in dict.fromkeys(places) if number not in (NOBODY, place)])

    def _prices(self, place: int, work: int) -> tuple[Priced, ...]:
        """What is traded where one stands, whose shelves one sees, and where one works."""
        known: list[Priced] = []
        for number in dict.fromkeys((place, work)):
            if number == NOBODY:
                continue
            prices, stock = self._state.price[number].tolist(), self._state.stock[number].tolist()
            known += [
                Priced(
                    place=self._place(number),
                    what=self._setting.goods[good].name,
                    price=prices[good],
                    stock=stock[good] if number == place else -1,
                )
                for good in np.flatnonzero(self._catalogue.place_trades[number]).tolist()
            ]
        return tuple(known[:PRICES_MAX])

    def _abilities(self, row: int) -> tuple[Gift, ...]:
        lives, now = self._lives, self._state.tick
        gifts = []
        for number in np.flatnonzero(self._catalogue.kind_ability[int(lives.kind[row])]).tolist():
            one = self._setting.abilities[number]
            ready = int(lives.ready_at[row, number]) <= now and int(lives.energy[row]) >= one.energy
            gifts.append(Gift(name=one.name, effect=one.effect, about=one.about, reach=one.reach, ready=ready))
        return tuple(gifts)

    def _wrongs(self, person: Person) -> tuple[Grievance, ...]:
        now = self._state.tick
        return tuple(
            [
                Grievance(
                    by=wrong.by,
                    to=wrong.to,
                    what=wrong.what,
                    worth=wrong.worth,
                    ago=now - wrong.tick,
                    told_by=wrong.told_by,
                    settled=wrong.settled,
                )
                for wrong in person.wrongs[-WRONGS_MAX:]
            ]
        )

    def _felt(self, row: int) -> tuple[str, ...]:
        """One's own condition in words."""
        health = int(self._lives.health[row])
        felt = [_hurt(health)] if health < HURT else []
        for need, *grades in _FELT:
            worst = int(getattr(self._lives, need)[row])
            felt += [word for from_, word in grades if worst >= from_][:1]
        return tuple(felt)

    def _condition(self, row: int) -> str:
        """How somebody looks to others."""
        health = int(self._lives.health[row])
        if health < HURT:
            return _hurt(health)
        return "famished" if self._lives.hunger[row] >= FAMISHED else ""

    def _doing(self, row: int, place: int) -> str:
        """What anybody sees somebody do."""
        if self._lives.asleep[row]:
            return "asleep"
        intent = int(self._lives.intent[row])
        return "walking" if place == NOBODY and intent in _AT_PLACES else _SEEN_DOING[intent]

    def _carried(self, row: int) -> dict[str, int]:
        held = self._lives.goods[row]
        goods = self._setting.goods
        return {goods[good].name: int(held[good]) for good in np.flatnonzero(held).tolist()}

    def _place(self, number: int) -> str:
        return self._setting.places[number].name if number != NOBODY else ""

    def _kind(self, number: int) -> str:
        return self._setting.kinds[number].name

    def _faction(self, row: int) -> str:
        return self._faction_named(int(self._lives.faction[row]))

    def _faction_named(self, number: int) -> str:
        return self._setting.factions[number].name if number < len(self._setting.factions) else ""


def _hurt(health: int) -> str:
    return "badly hurt" if health < BADLY_HURT else "hurt"


def _way(wide: int, high: int) -> str:
    """The direction of something so many cells to the right and down, to the nearest of eight."""
    if 2 * abs(high) < abs(wide) or 2 * abs(wide) < abs(high):
        return _WINDS[(0 if wide > 0 else 4) if abs(wide) > abs(high) else (2 if high > 0 else 6)]
    return _WINDS[{(True, True): 1, (False, True): 3, (False, False): 5, (True, False): 7}[(wide > 0, high > 0)]]
