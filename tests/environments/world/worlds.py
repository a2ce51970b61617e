"""Builders of small worlds for tests."""

from collections.abc import Sequence

from fabula.agents.persona import Persona, Weight
from fabula.engine.chance import Chance
from fabula.engine.values import Input
from fabula.environments.world.setting import (
    Ability,
    Faction,
    Good,
    Herd,
    Kind,
    Place,
    PlaceKind,
    Resident,
    WorldSetting,
)
from fabula.environments.world.state import WorldState
from fabula.environments.world.tick import Tick
from fabula.environments.world.world import World
from fabula.forge.maps import Map, Region, Terrain

GRASS, WALL, WOOD = 0, 1, 2
TERRAINS = (
    Terrain(name="grass", fertility=30, colour="#6a9f4f"),
    Terrain(name="wall", cost=0, opaque=True, colour="#444444", glyph="#"),
    Terrain(name="wood", cost=2, fertility=90, opaque=True, colour="#2f5f2f", glyph="^"),
)


def a_map(drawing: str) -> Map:
    """A map from a drawing: `.` grass, `#` wall, `^` wood, a letter: grass that is part of the region of that name."""
    rows = drawing.split()
    width = len(rows[0])
    cells = "".join(rows)
    ground = bytes({"#": WALL, "^": WOOD}.get(cell, GRASS) for cell in cells)
    letters = sorted({cell for cell in cells if cell.isalpha()})
    regions = [
        Region(name=letter, cells=tuple(at for at, cell in enumerate(cells) if cell == letter)) for letter in letters
    ]
    return Map(width=width, height=len(rows), terrains=TERRAINS, ground=ground, regions=tuple(regions))


VILLAGE = """
........................
.#####..........#####...
.#hhh#..........#kkk#...
.#hhh...........#kkk#...
.#####..........##.##...
........................
...........mmm..........
...........mmm....^^^^..
.ffff......mmm....^^^^..
.ffff.............^^^^..
.ffff.....ttt...........
..........ttt...........
........................
"""
"""h a home, k a second, f a farm, m a market, t a tavern."""

GOODS = (
    Good(name="bread", price=4, food=350),
    Good(name="grain", price=2),
    Good(name="tools", price=30, harm=20),
    Good(name="remedy", price=20, heals=300),
)
PLACE_KINDS = (
    PlaceKind(name="home", use="home"),
    PlaceKind(name="farm", use="work", makes="bread", ticks_a_piece=30, wage=2),
    PlaceKind(name="market", use="market", opens_h=0, closes_h=0),
    PlaceKind(name="tavern", use="meeting", opens_h=0, closes_h=0),
)
PLACES = (
    Place(name="Elm House", kind="home", region="h"),
    Place(name="Kiln House", kind="home", region="k"),
    Place(name="Long Field", kind="farm", region="f", till=500),
    Place(name="the Market", kind="market", region="m", till=500, stock={"bread": 40, "tools": 3, "remedy": 5}),
    Place(name="the Crow", kind="tavern", region="t"),
)
FACTIONS = (Faction(name="Town", stances={"Raiders": -80}), Faction(name="Raiders", stances={"Town": -80}))
KINDS = (
    Kind(name="villager", hungers=30, tires=20, lonely=20, abilities=("soothe",)),
    Kind(name="raider", strike=90, boldness=90, hungers=30),
    Kind(name="wolf", mind=False, forages=False, strike=80, hungers=30, glyph="w"),
)
ABILITIES = (Ability(name="soothe", effect="heal", power=200, reach=2, energy=300, cooldown_ticks=50),)


def a_person(name: str, *, home: str = "Elm House", work: str = "Long Field", **more: object) -> Resident:
    """A townsperson; `more` are fields of Resident, and `weights`: drives by name, 0.0 to 1.0."""
    weights: dict[str, float] = more.pop("weights", {})  # type: ignore[assignment]
    persona = Persona(name=name, weights=tuple(Weight(name=drive, value=by) for drive, by in weights.items()))
    return Resident(persona=persona, kind="villager", faction="Town", home=home, work=work, **more)  # type: ignore[arg-type]


def a_setting(
    *people: Resident, herds: Sequence[Herd] = (), drawing: str = VILLAGE, ticks: int = 400, **more: object
) -> WorldSetting:
    """A village, with whoever is given living in it. A drawing without its letters has no places."""
    made = a_map(drawing)
    regions = {region.name for region in made.regions}
    whole: dict[str, object] = {
        "pack": "village",
        "title": "A Village",
        "map": made,
        "ticks": ticks,
        "goods": GOODS,
        "place_kinds": PLACE_KINDS,
        "places": tuple(place for place in PLACES if place.region in regions),
        "factions": FACTIONS,
        "kinds": KINDS,
        "abilities": ABILITIES,
        "people": tuple(people),
        "herds": tuple(herds),
        "thinking_ticks": 3,
        "ponder_ticks": 10,
        "digest_every": 20,
        "tally_every": 50,
        **more,
    }
    return WorldSetting(**whole)  # type: ignore[arg-type]


class Trial:
    """A world and a state of it, to be stepped by hand."""

    def __init__(self, setting: WorldSetting, *, seed: int = 7) -> None:
        self.world = World(setting)
        self.seed = seed
        self.state: WorldState = self.world.begin(Chance(seed))

    def step(self, *inputs: Input) -> list[object]:
        """One tick; returns its events."""
        return list(self.world.step(self.state, inputs, Chance(self.seed, self.state.tick)))

    def steps(self, count: int) -> list[object]:
        """So many ticks; returns their events."""
        return [event for _ in range(count) for event in self.step()]

    def tick(self) -> Tick:
        """What a system would be given now, to try one alone."""
        return self.world.tick(self.state, Chance(self.seed, self.state.tick))

    def row(self, name: str) -> int:
        """The row of a person."""
        person = self.state.person(name)
        assert person is not None
        return self.state.lives.row(person.life)

    def put(self, name: str, x: int, y: int) -> None:
        """Set a person down."""
        row = self.row(name)
        self.state.lives.x[row], self.state.lives.y[row] = x, y
