"""Marches: the world of the shipped pack `marches` for any number of lives, and a way to live it by hand."""

from collections.abc import Iterator, Sequence
from itertools import count, islice
from math import sqrt

from benchmarks.plays import SEED, answered
from msgspec.structs import replace

from fabula.engine import Acted, Action, AgentId, Chance, Event, Mind
from fabula.environments.world import World, WorldSetting
from fabula.environments.world.pack import load_world
from fabula.environments.world.setting import MapRecipe, Place, Resident
from fabula.forge.maps import Map, make_map
from fabula.packs import find_pack


def marches(lives: int, *, ticks: int, people: int | None = None) -> WorldSetting:
    """The pack's world with about so many lives on so much more land, wood and water; it takes all its ticks.

    Herds grow with the land, of which the recipe of the pack's own map makes more; every camp and grove of it is a
    place. people: with names; None: those of the pack. More are made of the same characters, by other names.
    """
    pack = load_world(find_pack("marches")).setting
    named = tuple(islice(_people(pack.people), len(pack.people) if people is None else people))
    factor = (lives - len(named)) / sum(herd.count for herd in pack.herds)
    assert isinstance(pack.map, MapRecipe)
    side = sqrt(factor)
    made = make_map(pack.map.form, round(pack.map.width * side), round(pack.map.height * side), pack.map.seed)
    return replace(
        pack,
        map=made,
        places=tuple(_places(pack.places, made)),
        herds=tuple(replace(herd, count=round(herd.count * factor)) for herd in pack.herds),
        people=named,
        ticks=ticks,
    )


class ByHand:
    """A world lived tick by tick without loop, log and disk. People's minds are rules; answers come when they are due,
    as in a run.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = world.begin(Chance(SEED))
        self._seat = world.casting(Chance(SEED))
        self._minds: dict[AgentId, Mind] = {}
        self._under_way: list[tuple[int, Acted[Action]]] = []

    def tick(self) -> Sequence[Event]:
        """One tick; returns what happened."""
        self._ask()
        now = self.state.tick
        due = [acted for at, acted in self._under_way if at <= now]
        self._under_way = [(at, acted) for at, acted in self._under_way if at > now]
        due.sort(key=lambda acted: (acted.asked, acted.agent))
        return self.world.step(self.state, due, Chance(SEED, now))

    def _ask(self) -> None:
        for asked in self.world.observe(self.state):
            if asked.agent not in self._minds:
                self._minds[asked.agent], _ = self._seat(asked.agent, self.state)
            action = answered(self._minds[asked.agent], asked)
            self._under_way.append((asked.due, Acted(agent=asked.agent, asked=asked.step, action=action)))


def _people(people: Sequence[Resident]) -> Iterator[Resident]:
    yield from people
    for number in count(2):
        for one in people:
            yield replace(one, persona=replace(one.persona, name=f"{one.persona.name} {number}"))


def _places(places: Sequence[Place], made: Map) -> Iterator[Place]:
    """A place for every camp and grove: the first half of the camps lie at the Vale's end of the map."""
    camps = [region.name for region in made.regions if region.kind == "camp"]
    groves = [region.name for region in made.regions if region.kind == "grove"]
    ends = {"Vale camp": camps[: len(camps) // 2], "Heights camp": camps[len(camps) // 2 :], "grove": groves}
    for kind, regions in ends.items():
        like = [place for place in places if place.kind == kind]
        for number, region in enumerate(regions):
            again, which = divmod(number, len(like))
            name = f"{like[which].name} {again + 1}" if again else like[which].name
            yield replace(like[which], name=name, region=region)
