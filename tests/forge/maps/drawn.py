"""Builders of small Tiled maps for tests, as text."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data" / "maps" / "tiled"
SHARED = Path(__file__).parents[4] / "shared" / "data"

TILESET = '<tileset firstgid="1" name="tiles" tilewidth="10" tileheight="10" tilecount="9" columns="3">{}</tileset>'


def tmx(*inside: str, size: tuple[int, int] = (3, 2), tiles: str = "", attributes: str = "") -> str:
    """A map of cells of 10 pixels with a tileset of nine tiles."""
    width, height = size
    head = (
        f'<map orientation="orthogonal" width="{width}" height="{height}" tilewidth="10" tileheight="10" {attributes}>'
    )
    return "\n".join([head, TILESET.format(tiles), *inside, "</map>"])


def layer(cells: str, *, name: str = "Ground", data: str = 'encoding="csv"', inside: str = "") -> str:
    """A layer of tiles as large as its map."""
    return f'<layer name="{name}">{inside}<data {data}>{cells}</data></layer>'


def objects(*inside: str, name: str = "Places", attributes: str = "") -> str:
    """A layer of objects."""
    return f'<objectgroup name="{name}" {attributes}>{"".join(inside)}</objectgroup>'


def tile(number: int, *inside: str, kind: str = "") -> str:
    """What a tileset says of a tile."""
    return f'<tile id="{number}" class="{kind}">{"".join(inside)}</tile>'


def properties(**said: Any) -> str:
    """Properties of anything."""
    kinds = {bool: "bool", int: "int", float: "float", str: "string"}
    items = (
        f'<property name="{name}" type="{kinds[type(value)]}" value="{str(value).lower()}"/>'
        for name, value in said.items()
    )
    return f"<properties>{''.join(items)}</properties>"


def tmj(**said: Any) -> dict[str, Any]:
    """A map as a JSON value, of one layer with one tile."""
    ground = {"type": "tilelayer", "name": "Ground", "width": 2, "height": 1, "data": [1, 0]}
    tileset = {"firstgid": 1, "name": "tiles", "tilewidth": 10, "tileheight": 10, "tilecount": 9}
    return {
        "type": "map",
        "width": 2,
        "height": 1,
        "tilewidth": 10,
        "tileheight": 10,
        "layers": [ground],
        "tilesets": [tileset],
        **said,
    }


def written(folder: Path, content: str | bytes | dict[str, Any], name: str = "map.tmx") -> Path:
    """A file with that content."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(cells: Sequence[Any], width: int) -> list[list[Any]]:
    """A row-by-row list as rows."""
    return [list(cells[start : start + width]) for start in range(0, len(cells), width)]
