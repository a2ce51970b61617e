"""What a tile, or the layer that it lies on, says about the ground: the words people use for it, in one place."""

from typing import NamedTuple

from fabula.agents.plain import key
from fabula.forge.maps.map import Terrain
from fabula.forge.maps.tiled.fields import tidy
from fabula.forge.maps.tiled.tiled_map import ObjectLayer, Properties, Tile, TileLayer, Tileset
from fabula.forge.maps.words import ground_named, opens, terrain_named, words_of

_BLOCKED = frozenset(
    "blocked blocks blocking collision collisions collides collide collidable solid impassable obstacle".split()
)
_OPEN = frozenset(["walkable", "passable", "is walkable", "is passable"])
_COST = frozenset(["cost", "move cost", "movement cost", "movecost"])
_OPAQUE = frozenset(["opaque", "blocks sight", "blocks vision", "blocks light"])
_TERRAIN = ("terrain", "ground", "material", "surface")
_COLOUR = ("colour", "color")
_WALL_WORDS = frozenset(
    "collision collide collider wall blocked blocker blocking obstacle solid impassable barrier unwalkable".split()
)
_NOT_WALLS = frozenset("decor decoration furniture ornament shadow painting poster object item interaction".split())
_ANY_GROUND = frozenset("ground terrain base earth land tile".split())
_ABOVE = frozenset("roof top overhead above foreground canopy upper over overlay sky cloud shadow light fringe".split())
COST_MAX = 100
WALL = Terrain(name="wall", cost=0, opaque=True, colour="#5a5048", glyph="#")


class Sense(NamedTuple):
    """What one tile says; None and empty: nothing."""

    name: str = ""
    weight: int = 0
    """0: a guess, good where nothing else is said; 1: a word that nobody knows; 2: a word that is known, or said
    outright as the terrain.
    """
    cost: int | None = None
    opaque: bool | None = None
    fertility: int | None = None
    colour: str = ""
    blocked: bool | None = None

    def over(self, other: "Sense") -> "Sense":
        """What both say, this one first."""
        named = self if self.name and (self.weight or not other.name) else other
        return Sense(
            named.name,
            named.weight,
            other.cost if self.cost is None else self.cost,
            other.opaque if self.opaque is None else self.opaque,
            other.fertility if self.fertility is None else self.fertility,
            self.colour or other.colour,
            other.blocked if self.blocked is None else self.blocked,
        )


def sense_of_tile(tile: Tile | None, number: int, tileset: Tileset, warnings: list[str]) -> Sense:
    """What a tileset says about its tile of that number: by properties, class, collision shapes, kinds of ground."""
    own = tile or Tile(id=number)
    said = sense_of(own.properties, f"tileset {tileset.name!r}, tile {number}", warnings)
    if said.blocked is None and any(shape.width or shape.height or shape.points for shape in own.shapes):
        said = said._replace(blocked=True)
    if said.blocked is False and said.cost is None:
        said = said._replace(cost=1)
    return said.over(_word(own.kind)).over(_word(_kind_of_ground(number, tileset)))


def sense_of_layer(layer: TileLayer, warnings: list[str]) -> Sense:
    """What a layer says about all of its tiles, by properties, class and name; whether it blocks is `is_wall`'s."""
    said = sense_of(layer.properties, f"layer {layer.name!r}", warnings)
    if said.blocked is False:
        # Whatever its name, what lies here is not in the way.
        return said._replace(blocked=None)
    return said._replace(blocked=None).over(_word(layer.kind)).over(_word_in(layer.name))


def guess_of_tileset(tileset: Tileset) -> Sense:
    """The ground that a tileset's name lets one guess; it never blocks."""
    if tileset.missing:
        return Sense(name="unknown ground")
    ground = ground_named(tileset.name)
    return Sense(name=ground.name) if ground else Sense(name="ground")


def sense_of(properties: Properties, where: str, warnings: list[str]) -> Sense:
    """What properties say. A value that cannot be is told and passed over."""
    said = Sense()
    for name, value in properties.items():
        word = key(name)
        if word in _BLOCKED or word in _OPEN:
            blocked = _flag(value)
            said = said._replace(blocked=blocked if word in _BLOCKED or blocked is None else not blocked)
        elif word in _OPAQUE:
            said = said._replace(opaque=_flag(value))
        elif word in _COST:
            said = said._replace(cost=_bounded(value, f"{where}: {name!r}", warnings))
        elif word == "fertility":
            said = said._replace(fertility=_bounded(value, f"{where}: {name!r}", warnings))
        elif word in _COLOUR and isinstance(value, str):
            said = said._replace(colour=_colour(value, f"{where}: {name!r}", warnings))
        elif word in _TERRAIN and isinstance(value, str) and value.strip():
            said = said._replace(name=tidy(value), weight=2)
    return said


def is_wall(layer: TileLayer | ObjectLayer) -> bool:
    """Whether everything on a layer is in the way: its properties say so, or else its name or class."""
    said = sense_of(layer.properties, "", []).blocked
    return said if said is not None else means_wall(layer.name) or means_wall(layer.kind)


def is_collision(layer: TileLayer) -> bool:
    """Whether a layer is there only to say what is in the way."""
    return is_wall(layer) and "wall" not in words_of(layer.name)


def means_wall(name: str) -> bool:
    """Whether a name means what is in the way: `Walls 2`, `collision`, but not `wall decoration`."""
    words = words_of(name)
    return not _WALL_WORDS.isdisjoint(words) and _NOT_WALLS.isdisjoint(words)


def is_above(name: str) -> bool:
    """Whether what lies on a layer of that name is above people's heads, and says nothing of the ground."""
    return not _ABOVE.isdisjoint(words_of(name))


def is_high(name: str) -> bool:
    """Whether a layer that is in the way also hides what is behind: walls do, the edge of a pond does not."""
    return "wall" in words_of(name)


def is_opening(name: str) -> bool:
    """Whether the ground of that name leads through what is below it."""
    return opens(name)


def _word_in(name: str) -> Sense:
    """The kind of ground that a layer's name speaks of: of `Deep Water 2`, water; of `Ground`, none in particular."""
    words = words_of(name)
    if not _NOT_WALLS.isdisjoint(words):
        return Sense()
    return next((_word(word) for word in reversed(words) if word not in _ANY_GROUND and terrain_named(word)), Sense())


def _word(text: str) -> Sense:
    return Sense(name=text, weight=2 if terrain_named(text) else 1) if text else Sense()


def _kind_of_ground(number: int, tileset: Tileset) -> str:
    """Of the kinds of ground at a tile's corners and edges, the one that it shows most of."""
    for one in tileset.wang_sets:
        kinds = [kind for kind in one.tiles.get(number, ()) if 0 < kind <= len(one.colours)]
        if kinds:
            most = max(kinds, key=lambda kind: (kinds.count(kind), -kind))
            name = one.colours[most - 1]
            return one.name if not terrain_named(name) and terrain_named(one.name) else name
    return ""


def _flag(value: str | int | float | bool) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(value.casefold())
    return bool(value)


def _bounded(value: str | int | float | bool, where: str, warnings: list[str]) -> int | None:
    try:
        number = int(float(value))
    except (ValueError, OverflowError):
        number = -1
    if 0 <= number <= COST_MAX:
        return number
    warnings.append(f"{where} is {value!r}; it was passed over. Give 0 to {COST_MAX}.")
    return None


def _colour(value: str, where: str, warnings: list[str]) -> str:
    digits = value.strip().removeprefix("#").casefold()
    # With eight digits the first two say how much shines through.
    digits = digits[-6:] if len(digits) == 8 else digits
    if len(digits) == 6 and set(digits) <= set("0123456789abcdef"):
        return f"#{digits}"
    warnings.append(f"{where} is {value[:40]!r}; it was passed over. Give a colour such as #a0c080.")
    return ""
