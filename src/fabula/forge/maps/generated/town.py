"""Towns: streets about a market, houses with walls and doors, a stream with a mill, and fields round about."""

from collections.abc import Iterator

import numpy as np

from fabula.engine.chance import Chance, Stream
from fabula.forge.maps.generated.canvas import Canvas
from fabula.forge.maps.generated.joined import unreached
from fabula.forge.maps.generated.noise import HIGH, grain, level, terrain_noise
from fabula.forge.maps.generated.parts import Mask, Numbers
from fabula.forge.maps.generated.plots import House, Rect, blocks, houses
from fabula.forge.maps.map import Cell

_TOWN_WIDTH_MAX, _TOWN_HEIGHT_MAX = 300, 220
_WALLED_MIN = 44
"""A town narrower than that has no wall."""
_HOUSES_PER_TRADE = 70
"""For so many houses there is one more of each trade."""
_TRADES = ("tavern", "bakery", "smithy")
_CROPS = ("wheat", "barley", "cabbages", "ploughland")
_FIELD_WIDTH, _FIELD_HEIGHT = (9, 15), (7, 10)
_FARM_GAP = 2
_FARMS_REACH = 32
"""Cells from the town."""


def paint_town(canvas: Canvas, chance: Chance) -> None:
    """Land and stream, then the town, then the mill and the farms, then trees."""
    roughness = terrain_noise((canvas.height, canvas.width), chance, "roughness", coarse=4, fine=2)
    town, market = _sites(canvas, chance)
    _paint_land(canvas, chance)
    banks = _stream(canvas, chance, town)
    walled = min(town.width, town.height) >= _WALLED_MIN
    roads = _roads(market)
    _pond(canvas, chance, town, roads, roughness)
    if walled:
        _wall(canvas, town)
    _build(canvas, chance, town, market, roads)
    for road in roads:
        crossed = np.s_[road.y : road.bottom + 1, road.x : road.right + 1]
        ground = canvas.ground[crossed]
        wet = (ground == canvas["water"]) | (ground == canvas["shallows"])
        walls = ground == canvas["town wall"]
        canvas.ground[crossed] = np.where(wet, canvas["bridge"], np.where(walls, canvas["gate"], canvas["street"]))
    _market(canvas, market)
    _mill(canvas, banks, roads[1])
    _farms(canvas, chance, town)
    _trees(canvas, chance)
    canvas.paint(unreached(canvas, (market.x, market.y)), "tree")


def _sites(canvas: Canvas, chance: Chance) -> tuple[Rect, Rect]:
    """Where the town lies, its outermost lane included, and its market."""
    draw = chance.stream("sites")
    width = min(_TOWN_WIDTH_MAX, canvas.width * 5 // 8)
    height = min(_TOWN_HEIGHT_MAX, canvas.height * 5 // 8)
    left = (canvas.width - width) * 2 // 5
    top = (canvas.height - height) * 2 // 5
    town = Rect(left, top, width, height)
    across, down = max(7, min(19, width // 6)), max(6, min(15, height // 5))
    x = town.x + (width - across) // 2 + draw.integer(-(width // 12), width // 12)
    y = town.y + (height - down) // 2 + draw.integer(-(height // 14), height // 14)
    return town, Rect(x, y, across, down)


def _paint_land(canvas: Canvas, chance: Chance) -> None:
    shape = (canvas.height, canvas.width)
    wet = terrain_noise(shape, chance, "meadows", coarse=32)
    canvas.paint(wet > level(wet, 60), "meadow")


def _stream(canvas: Canvas, chance: Chance, town: Rect) -> list[int]:
    """A stream east of the town, from the upper edge to the lower; returns its first column in each row."""
    draw = chance.stream("stream")
    room = canvas.width - 1 - town.right
    near, far = town.right + 7, max(town.right + 8, canvas.width - 3 - room // 4)
    width = 2 if room < 24 else 3
    x, drift, banks = (near + far) // 2, 0, []
    for y in range(canvas.height):
        if y % 4 == 0:
            # It turns back before it leaves its valley.
            drift = draw.integer(-1 if x > near + 1 else 0, 1 if x + width < far else 0)
        x = max(near, min(far - width, x + (drift if y % 2 else 0)))
        banks.append(x)
        canvas.fill(x - 1, y, width + 2, 1, "shallows")
    for y, x in enumerate(banks):
        canvas.fill(x, y, width, 1, "water")
    return banks


def _roads(market: Rect) -> tuple[Rect, Rect, Rect, Rect]:
    """Four main streets from the corners of the market to the edges of the map: north, east, south, west.

    They turn about the market like the sails of a mill.
    """
    far = 1 << 15
    return (
        Rect(market.right + 1, 0, 2, market.y),
        Rect(market.right + 1, market.bottom + 1, far, 2),
        Rect(market.x - 2, market.bottom + 1, 2, far),
        Rect(0, market.y - 2, market.x, 2),
    )


def _pond(canvas: Canvas, chance: Chance, town: Rect, roads: tuple[Rect, Rect, Rect, Rect], roughness: Numbers) -> None:
    """South-west of the town, clear of the roads."""
    draw = chance.stream("pond")
    below = canvas.height - 1 - town.bottom
    radius = max(2, min(9, below // 3 - 1))
    left, right = radius + 2, roads[2].x - radius * 3 // 2 - 3
    x = draw.integer(min(left, right), max(left, right))
    centre = (x, canvas.height - radius * 4 // 3 - 2)
    canvas.paint_cells(canvas.disc(centre, radius, roughness), "shallows")
    canvas.paint_cells(canvas.disc(centre, max(1, radius - 1), roughness), "water")


def _wall(canvas: Canvas, town: Rect) -> None:
    """About the town, with towers at the corners; the roads break the gates."""
    thick = 2 if town.width > 100 else 1
    outer = town.grown(thick + 1)
    canvas.fill(outer.x, outer.y, outer.width, outer.height, "town wall")
    inner = town.grown(1)
    canvas.fill(inner.x, inner.y, inner.width, inner.height, "grass")
    for x in (outer.x - 1, outer.right - 1):
        for y in (outer.y - 1, outer.bottom - 1):
            canvas.fill(x, y, 3, 3, "town wall")


def _build(canvas: Canvas, chance: Chance, town: Rect, market: Rect, roads: tuple[Rect, Rect, Rect, Rect]) -> None:
    """Streets and houses; every house becomes a region."""
    canvas.fill(town.x, town.y, town.width, town.height, "street")
    built = list(_houses(chance, town.grown(-1), market))
    kinds = _kinds(built, market, roads)
    speckle = grain((canvas.height, canvas.width), chance, "gardens")
    for house in built:
        plot = house.plot
        canvas.fill(plot.x, plot.y, plot.width, plot.height, "grass")
        yard = np.s_[plot.y : plot.bottom + 1, plot.x : plot.right + 1]
        canvas.ground[yard][speckle[yard] < HIGH // 3] = canvas["garden"]
        canvas.ground[yard][speckle[yard] > HIGH * 15 // 16] = canvas["tree"]
    for house, kind in zip(built, kinds, strict=True):
        _raise(canvas, house, "flagstones" if kind in {"chapel", "smithy"} else "floor")
    counted: dict[str, int] = {}
    for house, kind in zip(built, kinds, strict=True):
        counted[kind] = counted.get(kind, 0) + 1
        single = kind != "home" and kinds.count(kind) == 1
        canvas.name_region(kind if single else f"{kind} {counted[kind]}", kind, _inside(canvas, house))


def _houses(chance: Chance, ground: Rect, market: Rect) -> Iterator[House]:
    draw = chance.stream("houses")
    quarters = (
        _between(ground.x, ground.y, market.right, market.y - 3),
        _between(market.right + 3, ground.y, ground.right, market.bottom),
        _between(market.x, market.bottom + 3, ground.right, ground.bottom),
        _between(ground.x, market.y, market.x - 3, ground.bottom),
    )
    for quarter in quarters:
        for block in blocks(quarter, draw):
            yield from houses(block, draw)


def _between(left: int, top: int, right: int, bottom: int) -> Rect:
    return Rect(left, top, right - left + 1, bottom - top + 1)


def _kinds(built: list[House], market: Rect, roads: tuple[Rect, Rect, Rect, Rect]) -> list[str]:
    """What each house is: the largest of the inner town the chapel, those by the market trades, smithies by the road
    to the stream.
    """
    kinds = ["home"] * len(built)
    by_market = sorted(range(len(built)), key=lambda one: (_away(built[one].door, market.middle), one))
    inner = by_market[: max(6, len(built) // 3)]
    kinds[min(inner, key=lambda one: (-built[one].walls.width * built[one].walls.height, one))] = "chapel"
    east = (roads[1].x + 12, roads[1].y)
    for _ in range(1 + len(built) // _HOUSES_PER_TRADE):
        for trade in _TRADES:
            free = [one for one in by_market if kinds[one] == "home"]
            if trade == "smithy":
                free.sort(key=lambda one: (_away(built[one].door, east), one))
            kinds[free[0]] = trade
    return kinds


def _away(one: Cell, other: Cell) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _raise(canvas: Canvas, house: House, floor: str) -> None:
    walls, inner = house.walls, house.floor
    canvas.fill(walls.x, walls.y, walls.width, walls.height, "house wall")
    canvas.fill(inner.x, inner.y, inner.width, inner.height, floor)
    if inner.width >= 6:
        # Two rooms, with a gap between them.
        canvas.fill(inner.x + inner.width // 2, inner.y, 1, inner.height - 1, "house wall")
        if house.door == (inner.x + inner.width // 2, walls.y):
            canvas.dot(inner.x + inner.width // 2, inner.y, floor)
    canvas.dot(*house.door, "door")
    if canvas.ground[house.step[1], house.step[0]] != canvas["street"]:
        canvas.dot(*house.step, "path")


def _inside(canvas: Canvas, house: House) -> list[int]:
    inner = house.floor
    cells = [
        y * canvas.width + x
        for y in range(inner.y, inner.bottom + 1)
        for x in range(inner.x, inner.right + 1)
        if canvas.ground[y, x] != canvas["house wall"]
    ]
    return [*cells, house.door[1] * canvas.width + house.door[0]]


def _market(canvas: Canvas, market: Rect) -> None:
    """A square with stalls and the well in its middle."""
    canvas.fill(market.x, market.y, market.width, market.height, "cobbles")
    for y in range(market.y + 1, market.bottom, 2):
        for x in range(market.x + 1, market.right, 3):
            canvas.dot(x, y, "stall")
    x, y = market.middle
    canvas.fill(x - 1, y - 1, 3, 3, "cobbles")
    canvas.dot(x, y, "well shaft")
    square = [
        row * canvas.width + column
        for row in range(market.y, market.bottom + 1)
        for column in range(market.x, market.right + 1)
        if canvas.ground[row, column] == canvas["cobbles"]
    ]
    canvas.name_region("market", "market", square)
    ring = [cell for cell in square if max(abs(cell // canvas.width - y), abs(cell % canvas.width - x)) == 1]
    canvas.name_region("well", "well", ring, inside="market")


def _mill(canvas: Canvas, banks: list[int], road: Rect) -> None:
    """Above the bridge, on the near bank."""
    bottom = road.y - 2
    right = min(banks[bottom - 5 : bottom + 1]) - 1
    walls = Rect(right - 4, bottom - 4, 5, 5)
    door = (walls.x + 1, walls.bottom)
    house = House(plot=walls, walls=walls, door=door, step=(door[0], door[1] + 1))
    _raise(canvas, house, "floor")
    canvas.name_region("mill", "mill", _inside(canvas, house))


def _farms(canvas: Canvas, chance: Chance, town: Rect) -> None:
    """Fields wherever there is room for them near the town, each with a barn in a corner."""
    draw = chance.stream("farms")
    near = town.grown(min(_FARMS_REACH, max(canvas.width, canvas.height) // 5))
    left, right = max(1, near.x), min(canvas.width - 2, near.right)
    free = canvas.at("grass", "meadow")
    free[town.y - 2 : town.bottom + 3, town.x - 2 : town.right + 3] = False
    count = 0
    for top, bottom in (
        (town.bottom + 4, min(canvas.height - 2, near.bottom)),
        (town.y, town.bottom),
        (max(1, near.y), town.y - 4),
    ):
        for field in _fields(_between(left, top, right, bottom), free, draw, sure=count == 0):
            count += 1
            _farm(canvas, field, count, draw.choice(_CROPS), left=draw.integer(0, 1) == 0)


def _fields(reach: Rect, free: Mask, draw: Stream, *, sure: bool) -> Iterator[Rect]:
    """Row after row of fields, a few left out; the first is not, if it is to be sure that there is one."""
    y = reach.y
    while y + _FIELD_HEIGHT[0] - 1 <= reach.bottom:
        height = min(draw.integer(*_FIELD_HEIGHT), reach.bottom - y + 1)
        x = reach.x
        while x + _FIELD_WIDTH[0] - 1 <= reach.right:
            width = min(draw.integer(*_FIELD_WIDTH), reach.right - x + 1)
            if not free[y : y + height, x : x + width].all():
                x += 1
            elif sure or draw.integer(1, 8) < 7:
                sure = False
                yield Rect(x, y, width, height)
                x += width + _FARM_GAP
            else:
                x += _FIELD_WIDTH[0]
        y += height + _FARM_GAP


def _farm(canvas: Canvas, field: Rect, number: int, crop: str, *, left: bool) -> None:
    canvas.fill(field.x, field.y, field.width, field.height, crop)
    canvas.ground[field.y + 1 : field.bottom + 1 : 3, field.x : field.right + 1] = canvas["ploughland"]
    walls = Rect(field.x if left else field.right - 4, field.y, 5, 4)
    door = (walls.x + 2, walls.bottom)
    barn = House(plot=walls, walls=walls, door=door, step=(door[0], door[1] + 1))
    _raise(canvas, barn, "floor")
    cells = {
        y * canvas.width + x
        for y in range(field.y, field.bottom + 1)
        for x in range(field.x, field.right + 1)
        if canvas.ground[y, x] != canvas["house wall"]
    }
    canvas.name_region(f"farm {number}", "farm", cells)


def _trees(canvas: Canvas, chance: Chance) -> None:
    """Copses in the open, thick in the middle, with no tree beside a way, a door or a field."""
    shape = (canvas.height, canvas.width)
    copses = terrain_noise(shape, chance, "copses", coarse=16)
    speckle = grain(shape, chance, "trees")
    open_ground = canvas.at("grass", "meadow")
    copse = (copses + speckle // 6 > level(copses, 80) + HIGH // 8) & _surrounded(open_ground)
    lone = (speckle > HIGH * 61 // 62) & _surrounded(open_ground)
    canvas.paint(copse | lone, "tree")


def _surrounded(where: Mask) -> Mask:
    """Where all eight neighbours are so as well."""
    padded = np.pad(where, 1, constant_values=True)
    down = padded[:-2] & padded[1:-1] & padded[2:]
    return down[:, :-2] & down[:, 1:-1] & down[:, 2:]
