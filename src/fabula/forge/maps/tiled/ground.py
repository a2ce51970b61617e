"""The ground of a map: what the tiles of all layers come to, cell by cell."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.errors import UsageError
from fabula.forge.maps.map import TERRAINS_MAX, Terrain
from fabula.forge.maps.tiled.grid import Box
from fabula.forge.maps.tiled.limits import KINDS_OF_GROUND_MAX
from fabula.forge.maps.tiled.sense import (
    WALL,
    Sense,
    guess_of_tileset,
    is_above,
    is_collision,
    is_high,
    is_opening,
    is_wall,
    sense_of_layer,
    sense_of_tile,
)
from fabula.forge.maps.tiled.tiled_map import Chunk, TiledMap, TileLayer
from fabula.forge.maps.words import colour_of, terrain_named

_BARE = terrain_named("ground") or Terrain(name="ground")
_VOID = Terrain(name="void", cost=0, colour="#1a1a1f", glyph=" ")
_BAND_CELLS = 2**18
_STANDING, _TILE, _LAYER = 0, 1, 2
"""What keeps people off: nothing; a tile, until another lies on it that leads over it; a whole layer, for good."""


class _Kind(NamedTuple):
    """What some cells are, as far as the layers up to now tell."""

    said: Sense = Sense()
    blocked: int = _STANDING
    high: bool = False


class Ground:
    """The kinds of ground of a map's cells, changed in place layer by layer."""

    def __init__(self, tiled: TiledMap, box: Box, warnings: list[str]) -> None:
        self.tiled, self.box, self.warnings = tiled, box, warnings
        self.kinds = [_Kind()]
        self.cells: NDArray[np.int32] = np.zeros(box.width * box.height, dtype=np.int32)
        """Index into `kinds`; 0: nothing lies there."""
        self._has_collisions = any(
            is_collision(layer) and any(chunk.gids().any() for chunk in layer.chunks)
            for layer in tiled.flat()
            if isinstance(layer, TileLayer)
        )
        self._senses: dict[int, Sense] = {}
        self._number: dict[_Kind, int] = {self.kinds[0]: 0}

    def lay(self, layer: TileLayer, shift: tuple[int, int]) -> None:
        """Put a layer of tiles on top. shift: in cells."""
        blocks = is_wall(layer)
        # Where a map says on a layer of its own what is in the way, its walls only say how high that is.
        if self._has_collisions and not is_collision(layer) and blocks:
            self._raise(layer, shift)
            return
        of_layer = sense_of_layer(layer, self.warnings)
        for chunk in layer.chunks:
            self._lay(chunk, shift, layer, of_layer, blocks)

    def block(self, indices: NDArray[np.int64], *, high: bool) -> None:
        """Keep people off some cells."""
        self._change(indices, lambda kind: kind._replace(blocked=_LAYER, high=high or kind.high))

    def terrains(self) -> tuple[tuple[Terrain, ...], bytes]:
        """The terrains of the map and a byte a cell, the most common ones first if they are too many."""
        has_ground = any(kind.said.name for kind in self.kinds)
        bare = _VOID if self.tiled.infinite and has_ground else _BARE
        used, counts = np.unique(self.cells, return_counts=True)
        made = [_terrain(self.kinds[number], bare) for number in used.tolist()]
        distinct: dict[Terrain, int] = {}
        for terrain, count in zip(made, counts.tolist(), strict=True):
            distinct[terrain] = distinct.get(terrain, 0) + count
        kept = self._kept(distinct)
        numbers = {terrain: number for number, terrain in enumerate(kept)}
        table = np.zeros(len(self.kinds), dtype=np.uint8)
        for number, terrain in zip(used.tolist(), made, strict=True):
            table[number] = numbers.get(terrain, numbers.get(WALL if not terrain.cost else _BARE, 0))
        return _with_names(kept), table[self.cells].tobytes()

    def _kept(self, distinct: dict[Terrain, int]) -> list[Terrain]:
        if len(distinct) <= TERRAINS_MAX:
            return list(distinct)
        self.warnings.append(
            f"{self.tiled.source}: {len(distinct)} kinds of ground are more than {TERRAINS_MAX}; "
            "the rarest are plain ground or wall."
        )
        common = sorted((one for one in distinct if one not in {_BARE, WALL}), key=lambda one: -distinct[one])
        return [_BARE, WALL, *common[: TERRAINS_MAX - 2]]

    def _lay(self, chunk: Chunk, shift: tuple[int, int], layer: TileLayer, of_layer: Sense, blocks: bool) -> None:
        gids, left, top = _cut(chunk, shift, self.box)
        # In bands of rows, so that the largest map needs little more room than itself.
        rows_a_band = max(1, _BAND_CELLS // max(1, gids.shape[1]))
        for start in range(0, gids.shape[0], rows_a_band):
            band = gids[start : start + rows_a_band]
            rows, columns = band.nonzero()
            if rows.size:
                indices = (rows + top + start) * self.box.width + columns + left
                self._lay_tiles(band[rows, columns], indices, layer, of_layer, blocks)

    def _lay_tiles(
        self, gids: NDArray[np.uint32], indices: NDArray[np.int64], layer: TileLayer, of_layer: Sense, blocks: bool
    ) -> None:
        tiles, which = np.unique(gids, return_inverse=True)
        pairs = self.cells[indices].astype(np.int64) * len(tiles) + which
        found, back = np.unique(pairs, return_inverse=True)
        after = []
        for pair in found.tolist():
            before, tile = divmod(pair, len(tiles))
            after.append(self._put(self.kinds[before], int(tiles[tile]), layer, of_layer, blocks))
        self.cells[indices] = np.array(after, dtype=np.int32)[back]

    def _raise(self, layer: TileLayer, shift: tuple[int, int]) -> None:
        for chunk in layer.chunks:
            gids, left, top = _cut(chunk, shift, self.box)
            rows, columns = gids.nonzero()
            self._change((rows + top) * self.box.width + columns + left, lambda kind: kind._replace(high=True))

    def _change(self, indices: NDArray[np.int64], change: Callable[[_Kind], _Kind]) -> None:
        before = self.cells[indices]
        after = np.zeros(len(self.kinds), dtype=np.int32)
        for number in np.unique(before).tolist():
            after[number] = self._numbered(change(self.kinds[number]), "walls")
        self.cells[indices] = after[before]

    def _put(self, below: _Kind, gid: int, layer: TileLayer, of_layer: Sense, blocks: bool) -> int:
        where = f"layer {layer.name!r}"
        if blocks:
            high = below.high or is_high(layer.name) or is_high(layer.kind)
            return self._numbered(below._replace(blocked=_LAYER, high=high), where)
        tile = self._sense(gid)
        blocked = below.blocked
        if tile.blocked and blocked == _STANDING:
            blocked = _TILE
        elif blocked == _TILE and (tile.blocked is False or is_opening(tile.name)):
            blocked = _STANDING
        if is_above(layer.name):
            return self._numbered(below._replace(blocked=blocked), where)
        return self._numbered(_Kind(_laid(tile.over(of_layer), below.said), blocked, below.high), where)

    def _sense(self, gid: int) -> Sense:
        if gid not in self._senses:
            tileset = self.tiled.tileset(gid)
            assert tileset is not None
            number = gid - tileset.first_gid
            said = sense_of_tile(tileset.tiles.get(number), number, tileset, self.warnings)
            self._senses[gid] = said.over(guess_of_tileset(tileset))
        return self._senses[gid]

    def _numbered(self, kind: _Kind, where: str) -> int:
        number = self._number.setdefault(kind, len(self.kinds))
        if number == len(self.kinds):
            if number >= KINDS_OF_GROUND_MAX:
                raise UsageError(
                    f"{self.tiled.source}, {where}: the tiles come to more than {KINDS_OF_GROUND_MAX:,} kinds of "
                    "ground. Give fewer of them properties of their own."
                )
            self.kinds.append(kind)
        return number


def _cut(chunk: Chunk, shift: tuple[int, int], box: Box) -> tuple[NDArray[np.uint32], int, int]:
    """What of a chunk lies in the box, and where its upper left corner then is."""
    left, top = chunk.x + shift[0] - box.left, chunk.y + shift[1] - box.top
    gids = chunk.gids()[max(0, -top) : max(0, box.height - top), max(0, -left) : max(0, box.width - left)]
    return gids, max(0, left), max(0, top)


def _laid(word: Sense, below: Sense) -> Sense:
    """What is said of a cell when `word` lies on top. What is known covers all; a guess lies under what was said."""
    word = word._replace(blocked=None)
    if word.weight == 2:
        return word
    is_named = word.weight >= below.weight and (word.weight or not below.name)
    named = word if is_named else below
    return word.over(below)._replace(name=named.name, weight=named.weight)


def _terrain(kind: _Kind, bare: Terrain) -> Terrain:
    said = kind.said
    base = _base(said.name) if said.name else _BARE if kind.blocked else bare
    cost = base.cost if said.cost is None else said.cost
    if kind.blocked and kind.high:
        base = WALL
    elif kind.blocked and cost:
        base = Terrain(name=f"blocked {base.name}", colour=_dark(base.colour), glyph="#")
    return Terrain(
        name=base.name,
        cost=0 if kind.blocked else cost,
        opaque=base.opaque if said.opaque is None else said.opaque,
        fertility=base.fertility if said.fertility is None else said.fertility,
        colour=said.colour or base.colour,
        glyph=base.glyph,
    )


def _base(name: str) -> Terrain:
    return terrain_named(name) or Terrain(name=name, colour=colour_of(name))


def _with_names(terrains: list[Terrain]) -> tuple[Terrain, ...]:
    """The terrains, each under a name of its own."""
    taken: dict[str, int] = {}
    named = []
    for one in terrains:
        taken[one.name] = taken.get(one.name, 0) + 1
        name = one.name if taken[one.name] == 1 else f"{one.name} {taken[one.name]}"
        named.append(
            Terrain(
                name=name, cost=one.cost, opaque=one.opaque, fertility=one.fertility, colour=one.colour, glyph=one.glyph
            )
        )
    return tuple(named)


def _dark(colour: str) -> str:
    return "#" + "".join(f"{int(colour[at : at + 2], 16) * 2 // 3:02x}" for at in (1, 3, 5))
