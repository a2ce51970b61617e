"""Makes a map of a form that is asked for by name."""

from collections.abc import Callable

import msgspec

from fabula.engine.chance import Chance
from fabula.errors import UsageError, did_you_mean
from fabula.forge.maps.generated.canvas import Canvas
from fabula.forge.maps.generated.caves import paint_caves
from fabula.forge.maps.generated.town import paint_town
from fabula.forge.maps.generated.wilds import paint_wilds
from fabula.forge.maps.map import CELLS_MAX, SIDE_MAX, Map, Terrain


class Form(msgspec.Struct, frozen=True):
    """What kind of map can be made."""

    paint: Callable[[Canvas, Chance], None]
    terrains: tuple[Terrain, ...]
    width_min: int
    height_min: int


_GROUND = (
    Terrain(name="grass", fertility=30, colour="#7fa650", glyph='"'),
    Terrain(name="water", cost=0, colour="#3f74a8", glyph="~"),
    Terrain(name="shallows", cost=4, colour="#7badc9", glyph="~"),
    Terrain(name="bridge", colour="#9a7142", glyph="+"),
    Terrain(name="tree", cost=0, opaque=True, fertility=30, colour="#35602c", glyph="T"),
    Terrain(name="meadow", fertility=50, colour="#93b35a", glyph="'"),
)
_TOWN = (
    *_GROUND,
    Terrain(name="street", colour="#b8a88c", glyph="="),
    Terrain(name="path", colour="#b59a6c", glyph="="),
    Terrain(name="cobbles", colour="#aaa294", glyph="="),
    Terrain(name="floor", colour="#c9ab7c", glyph="."),
    Terrain(name="flagstones", colour="#b4aea4", glyph="."),
    Terrain(name="door", colour="#7d4f27", glyph="+"),
    Terrain(name="house wall", cost=0, opaque=True, colour="#6b5444", glyph="#"),
    Terrain(name="town wall", cost=0, opaque=True, colour="#77736e", glyph="#"),
    Terrain(name="gate", colour="#8c6a44", glyph="+"),
    Terrain(name="stall", cost=0, colour="#b9593f", glyph="n"),
    Terrain(name="well shaft", cost=0, colour="#35536e", glyph="o"),
    Terrain(name="garden", fertility=60, colour="#86994a", glyph=":"),
    Terrain(name="wheat", fertility=80, colour="#cdb258", glyph=":"),
    Terrain(name="barley", fertility=80, colour="#b7a24e", glyph=":"),
    Terrain(name="cabbages", fertility=80, colour="#78944a", glyph=":"),
    Terrain(name="ploughland", fertility=60, colour="#8a6b47", glyph=":"),
)
_WILDS = (
    *_GROUND,
    Terrain(name="marsh", cost=3, fertility=35, colour="#6f7f52", glyph="%"),
    Terrain(name="heath", fertility=15, colour="#a09a5e", glyph=","),
    Terrain(name="wood", cost=2, opaque=True, fertility=60, colour="#4f7a3d", glyph="f"),
    Terrain(name="hill", cost=2, fertility=10, colour="#a39678", glyph="^"),
    Terrain(name="rock", cost=0, opaque=True, colour="#7d776f", glyph="^"),
    Terrain(name="path", colour="#c2a878", glyph="="),
    Terrain(name="trodden earth", colour="#ad9263", glyph="."),
    Terrain(name="tent", cost=0, opaque=True, colour="#d8cba6", glyph="A"),
    Terrain(name="hearth", cost=0, colour="#c8552b", glyph="*"),
    Terrain(name="grove", fertility=90, colour="#6f9a3c", glyph="'"),
)
_CAVES = (
    Terrain(name="rock", cost=0, opaque=True, colour="#453f3d", glyph="#"),
    Terrain(name="cave floor", fertility=5, colour="#948676", glyph="."),
    Terrain(name="rubble", cost=2, colour="#807566", glyph=","),
    Terrain(name="pool", cost=4, fertility=15, colour="#4d7f96", glyph="~"),
    Terrain(name="mushrooms", fertility=60, colour="#9c8a62", glyph="'"),
    Terrain(name="daylight", fertility=20, colour="#c3bd93", glyph="."),
)

FORMS = {
    "caves": Form(paint_caves, _CAVES, 24, 16),
    "town": Form(paint_town, _TOWN, 64, 48),
    "wilds": Form(paint_wilds, _WILDS, 24, 16),
}
"""What can be made, by name."""


def make_map(form: str, width: int, height: int, seed: int) -> Map:
    """A map of the form: always the same one for the same numbers.

    town: regions `home 1`…, market, well, tavern, smithy, bakery, mill, chapel, `farm 1`…; streets, a stream, a wall if
    it is large enough. wilds: `camp 1`…, the first half of them far from the second, and `grove 1`…. caves:
    `chamber 1`… and a `mouth`. Every region can be reached from every other. Raises UsageError that says what sizes
    there are.
    """
    if form not in FORMS:
        raise UsageError(f"no map of the form {form!r} can be made.{did_you_mean(form, FORMS)}")
    made = FORMS[form]
    fits = made.width_min <= width <= SIDE_MAX and made.height_min <= height <= SIDE_MAX
    if not fits or width * height > CELLS_MAX:
        raise UsageError(
            f"a map of the form {form!r} of {width} x {height} cells: give at least {made.width_min} x "
            f"{made.height_min}, at most {SIDE_MAX:,} a side and {CELLS_MAX:,} cells in all"
        )
    canvas = Canvas(width, height, made.terrains)
    made.paint(canvas, Chance(seed))
    return canvas.map(form, seed)
