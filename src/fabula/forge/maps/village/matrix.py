"""The map of a village that is kept in matrices: a number for each cell, and tables of what the numbers mean."""

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fabula.errors import UsageError
from fabula.forge.maps.map import CELLS_MAX, SIDE_MAX, Map, Region, Spot, Terrain
from fabula.forge.maps.tiled.fields import Fields, shown, tidy
from fabula.forge.maps.tiled.files import Files, Unreachable
from fabula.forge.maps.tiled.json_shape import decoded, read_json
from fabula.forge.maps.tiled.numbers import numbers
from fabula.forge.maps.words import kind_of, terrain_named, words_of

META = "maze_meta_info.json"

_ROWS_MAX = 100_000
_WALL, _GROUND, _FLOOR, _GRASS = range(4)
_GREEN = frozenset(["park", "garden"])

Codes = NDArray[np.uint32]
"""A number for each cell, row by row; 0: nothing."""


class _Named(NamedTuple):
    """What a number means: the names after the world's, from the largest to the smallest."""

    code: int
    names: tuple[str, ...]


def matrix_folder(folder: Path) -> Path | None:
    """The folder of the matrices in `folder`, or itself; None if there are none."""
    return next((one for one in (folder, folder / "matrix") if (one / META).is_file()), None)


def read_matrix(folder: Path) -> tuple[Map, list[str]]:
    """The map in a folder with `maze_meta_info.json`, `maze/` and `special_blocks/`.

    Sectors, their arenas and the objects in these become regions within one another: `Hobbs Cafe`, `Hobbs Cafe: cafe`,
    `Hobbs Cafe: cafe: piano`; the world is the map itself. Places where people may start become spots of kind `start`.
    Returns the map, and a sentence for each thing that was passed over. Raises UsageError that says file and line.
    """
    return _Reader(folder).map()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.files = Files(folder)
        self.folder = folder.resolve()
        self.warnings: list[str] = []
        meta = Fields(self._meta(), META)
        self.width = meta.whole("maze_width", least=1, most=SIDE_MAX)
        self.height = meta.whole("maze_height", least=1, most=SIDE_MAX)
        if self.width * self.height > CELLS_MAX:
            raise meta.fault(f"{self.width:,} x {self.height:,} cells are more than the {CELLS_MAX:,} a map may have.")
        self.name = meta.name("world_name")

    def map(self) -> tuple[Map, list[str]]:
        blocked = self.codes("collision", needed=True) > 0
        sectors, arenas, objects = (self.codes(one) for one in ("sector", "arena", "game_object"))
        regions: dict[str, Region] = {}
        sector_of = self.regions(regions, sectors, "sector", 1)
        arena_of = self.regions(regions, arenas, "arena", 2)
        self.objects(regions, objects, arenas, sectors, arena_of | sector_of)
        made = Map(
            name=self.world(),
            width=self.width,
            height=self.height,
            terrains=_terrains(),
            ground=self.ground(blocked, regions),
            regions=tuple(regions.values()),
            spots=self.spots(),
        )
        return made, self.warnings

    def codes(self, name: str, *, needed: bool = False) -> Codes:
        """One of the matrices; all zeros if it is not there and not needed."""
        source = f"maze/{name}_maze.csv"
        text = self.text(source, needed=needed)
        if text is None:
            return np.zeros(self.width * self.height, dtype=np.uint32)
        lines = (line.strip().removesuffix(",") for line in text.splitlines())
        codes = numbers(",".join(line for line in lines if line), source)
        if codes.size != self.width * self.height:
            needed_cells = f"{self.width * self.height:,} are needed ({self.width} x {self.height}, as {META} says)"
            raise UsageError(f"{source}: it holds {codes.size:,} cells, {needed_cells}. Save it anew.")
        return codes

    def table(self, name: str, columns: int) -> list[_Named]:
        """What the numbers of a matrix mean."""
        source = f"special_blocks/{name}_blocks.csv"
        text = self.text(source)
        found: list[_Named] = []
        if text is None:
            return found
        rows = csv.reader(text.splitlines(), skipinitialspace=True)
        try:
            for row in rows:
                if not "".join(row).strip():
                    continue
                if len(found) >= _ROWS_MAX:
                    raise UsageError(f"{source}: more than {_ROWS_MAX:,} rows. Make it smaller.")
                found.append(_row(row, columns, f"{source}, line {rows.line_num}"))
        except csv.Error as error:
            raise UsageError(f"{source}, line {rows.line_num}: this is no CSV: {error}. Save it anew.") from None
        return found

    def regions(self, regions: dict[str, Region], codes: Codes, level: str, depth: int) -> dict[int, str]:
        """Add the regions of a level; returns the name of each by its number."""
        cells = _cells_by_code(codes)
        name_of: dict[int, str] = {}
        for code, names in self.table(level, depth + 1):
            name, inside = ": ".join(names), ": ".join(names[:-1])
            name_of[code] = name
            if inside and inside not in regions:
                source = f"special_blocks/{level}_blocks.csv"
                self.warnings.append(f"{source}: {name!r} lies in {inside!r}, which is not there.")
                inside = ""
            _add(regions, name, _kind(names[-1], level), inside, cells.pop(code, _NO_CELLS))
        self.tell_unknown(cells, f"maze/{level}_maze.csv")
        return name_of

    def objects(
        self, regions: dict[str, Region], codes: Codes, arenas: Codes, sectors: Codes, name_of: dict[int, str]
    ) -> None:
        """Add what stands in the arenas: all of one kind in an arena is one region."""
        cells = _cells_by_code(codes)
        for code, names in self.table("game_object", 3):
            here = cells.pop(code, _NO_CELLS)
            around = np.where(arenas[here] > 0, arenas[here], sectors[here])
            for place in np.unique(around).tolist():
                inside = name_of.get(place, "")
                name = f"{inside}: {names[-1]}" if inside else names[-1]
                _add(regions, name, _kind(names[-1], "object"), inside, here[around == place])
        self.tell_unknown(cells, "maze/game_object_maze.csv")

    def spots(self) -> tuple[Spot, ...]:
        codes = self.codes("spawning_location")
        cells = _cells_by_code(codes)
        spots = tuple(
            Spot(name=": ".join(names), kind="start", x=cell % self.width, y=cell // self.width)
            for code, names in self.table("spawning_location", 4)
            for cell in cells.pop(code, _NO_CELLS).tolist()
        )
        self.tell_unknown(cells, "maze/spawning_location_maze.csv")
        return spots

    def ground(self, blocked: NDArray[np.bool_], regions: dict[str, Region]) -> bytes:
        ground = np.full(self.width * self.height, _GROUND, dtype=np.uint8)
        # The larger first: a garden within a house is green.
        for region in regions.values():
            if region.kind in _GREEN:
                ground[list(region.cells)] = _GRASS
            elif not region.inside:
                ground[list(region.cells)] = _FLOOR
        ground[blocked] = _WALL
        return ground.tobytes()

    def world(self) -> str:
        table = self.table("world", 1)
        return ": ".join(table[0].names) if table else self.name

    def text(self, source: str, *, needed: bool = False) -> str | None:
        """What a file says; None if it is not there and not needed."""
        try:
            return decoded(self.files.read(self.files.find(source, self.folder), source=source), source)
        except Unreachable as error:
            if needed:
                raise UsageError(f"{source}: {error}. Name a folder with {META} and maze/collision_maze.csv.") from None
            self.warnings.append(f"{source}: {error}; it was passed over.")
            return None

    def tell_unknown(self, cells: dict[int, NDArray[np.int64]], source: str) -> None:
        if cells:
            codes = ", ".join(map(str, sorted(cells)[:5]))
            self.warnings.append(f"{source}: nothing says what {codes} means{' and others' * (len(cells) > 5)}.")

    def _meta(self) -> dict[str, object]:
        try:
            value = read_json(self.files.read(self.files.find(META, self.folder), source=META), source=META)
        except Unreachable as error:
            raise UsageError(f"{META}: {error}. Name a folder that has it.") from None
        if not isinstance(value, dict):
            raise UsageError(f"{META}: this is {shown(value)}; give an object with 'maze_width' and 'maze_height'.")
        return value


_NO_CELLS = np.zeros(0, dtype=np.int64)


def _terrains() -> tuple[Terrain, ...]:
    made = [terrain_named(name) for name in ("wall", "ground", "floor", "grass")]
    return tuple(terrain for terrain in made if terrain)


def _row(row: list[str], columns: int, where: str) -> _Named:
    code = row[0].strip()
    if not (code.isascii() and code.isdecimal() and len(code) <= 10):
        raise UsageError(f"{where}: {shown(code)} is no number of a block. Give number, world, and names.")
    names = tuple(tidy(name) for name in row[1 : columns + 1])
    if len(names) < columns or not all(names):
        raise UsageError(f"{where}: {columns} names are needed after the number, from the world's on.")
    return _Named(int(code), names[1:] or names)


def _cells_by_code(codes: Codes) -> dict[int, NDArray[np.int64]]:
    """The cells of each number that is there, ascending."""
    order = np.argsort(codes, kind="stable")
    found, starts = np.unique(codes[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {code: part for code, part in zip(found.tolist(), parts, strict=True) if code}


def _add(regions: dict[str, Region], name: str, kind: str, inside: str, cells: NDArray[np.int64]) -> None:
    """Add a region; where it is there already, only its cells."""
    if name in regions:
        cells = np.union1d(cells, np.array(regions[name].cells, dtype=np.int64))
    regions[name] = Region(name=name, kind=kind, inside=inside, cells=tuple(cells.tolist()))


def _kind(name: str, level: str) -> str:
    """What a place is for; an object that is nothing in particular is of its own kind."""
    return kind_of(name) or (" ".join(words_of(name)) if level == "object" else "room" if level == "arena" else "")
