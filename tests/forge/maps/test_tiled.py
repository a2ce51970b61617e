"""Maps made with Tiled: what is read, and what it comes to mean."""

import base64
import gzip
import json
import struct
import zlib
from pathlib import Path

import pytest
import zstandard
from tests.forge.maps.drawn import DATA, SHARED, layer, objects, properties, rows, tile, tmj, tmx, written

from fabula.errors import UsageError
from fabula.forge.maps import Map, TiledMap, faults, read_map, read_tiled, to_map
from fabula.forge.maps.tiled import ImageLayer, ObjectLayer, TiledObject, TileLayer


def read(path: Path, root: Path | None = None) -> TiledMap:
    tiled, warnings = read_tiled(path, root=root)
    assert warnings == []
    return tiled


def made(folder: Path, text: str) -> Map:
    drawn, _ = read_map(written(folder, text))
    return drawn


def gids(tiled: TiledMap) -> list[list[int]]:
    found = tiled.flat()[0]
    assert isinstance(found, TileLayer)
    return [[int(gid) for gid in row] for row in found.chunks[0].gids()]


def things_of(tiled: TiledMap) -> tuple[TiledObject, ...]:
    return next(one.objects for one in tiled.flat() if isinstance(one, ObjectLayer))


def ground(drawn: Map) -> list[list[str]]:
    return rows([drawn.terrains[number].name for number in drawn.ground], drawn.width)


def walkable(drawn: Map) -> list[str]:
    return ["".join(".#"[cost == 0] for cost in row) for row in drawn.costs().tolist()]


# The form


@pytest.mark.parametrize("name", ["map.tmx", "map.json", "gzip.tmx", "zstd.tmx"])
def test_each_encoding_holds_the_same_tiles(name: str) -> None:
    assert gids(read(DATA / "layers" / name)) == rows(range(1, 49), 8)


@pytest.mark.parametrize(
    ("compression", "pack"),
    [
        ("", bytes),
        ("zlib", zlib.compress),
        ("gzip", gzip.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
    ],
)
def test_base64_is_read_plain_and_packed(tmp_path: Path, compression: str, pack: "type[bytes]") -> None:
    text = base64.b64encode(pack(struct.pack("<6I", 1, 2, 3, 4, 5, 6))).decode()
    cells = layer(f"\n  {text}\n", data=f'encoding="base64" compression="{compression}"')
    assert gids(read(written(tmp_path, tmx(cells)))) == [[1, 2, 3], [4, 5, 6]]


def test_tiles_may_be_elements(tmp_path: Path) -> None:
    cells = "".join(f'<tile gid="{gid}"/>' for gid in (1, 2, 3, 4, 5)) + "<tile/>"
    assert gids(read(written(tmp_path, tmx(layer(cells, data=""))))) == [[1, 2, 3], [4, 5, 0]]


def test_flips_are_no_part_of_the_tile() -> None:
    assert gids(read(DATA / "templates" / "tiled_flipped.tmx")) == [[3, 3], [3, 3]]


def test_xml_and_json_say_the_same() -> None:
    by_xml, by_json = (read(DATA / "layers" / f"map.{suffix}") for suffix in ("tmx", "json"))
    assert [(type(one), one.name, one.properties) for one in by_xml.flat()] == [
        (type(one), one.name, one.properties) for one in by_json.flat()
    ]
    assert by_xml.tilesets[0].count == by_json.tilesets[0].count == 48


def test_groups_hand_their_offset_and_invisibility_down(tmp_path: Path) -> None:
    moved = 'offsetx="10" offsety="20"'
    inner = f'<group offsetx="5" visible="0">{objects(attributes=moved)}</group>'
    found = read(written(tmp_path, tmx(f'<group name="outer" offsetx="100">{inner}</group>'))).flat()[0]
    assert (found.offset_x, found.offset_y, found.visible) == (115, 20, False)


def test_properties_have_their_types(tmp_path: Path) -> None:
    given = """<properties>
      <property name="s">two\nlines</property><property name="i" type="int" value="-3"/>
      <property name="f" type="float" value="1.5"/><property name="b" type="bool" value="true"/>
      <property name="c" type="color" value="#ff00aa00"/><property name="file" type="file" value="../../x"/>
      <property name="o" type="object" value="7"/>
      <property name="k" type="class"><properties><property name="deep" type="int" value="1"/></properties></property>
      <property name="l" type="list"><item type="int" value="4"/><item value="x"/></property>
    </properties>"""
    assert read(written(tmp_path, tmx(given))).properties == {
        "s": "two\nlines",
        "i": -3,
        "f": 1.5,
        "b": True,
        "c": "#ff00aa00",
        "file": "../../x",
        "o": 7,
        "k.deep": 1,
        "l[0]": 4,
        "l[1]": "x",
    }


def test_old_json_keeps_properties_and_tiles_in_mappings(tmp_path: Path) -> None:
    tileset = {
        "firstgid": 1,
        "name": "old",
        "tilewidth": 10,
        "tileheight": 10,
        "imagewidth": 30,
        "imageheight": 20,
        "tileproperties": {"0": {"blocked": True}},
        "tiles": {"1": {"terrain": [0, 0, 0, -1]}},
        "terrains": [{"name": "Water", "tile": 1}],
    }
    said = tmj(tilesets=[tileset], properties={"mood": "grim"}, propertytypes={"mood": "string"})
    tiled = read(written(tmp_path, said, "old.json"))
    assert tiled.properties == {"mood": "grim"}
    assert tiled.tilesets[0].count == 6
    assert tiled.tilesets[0].tiles[0].properties == {"blocked": True}
    assert tiled.tilesets[0].wang_sets[0].tiles == {1: (1, 1, 1, 0)}


def test_all_shapes_of_objects_are_read() -> None:
    tiled = read(DATA / "objectgroup.tmx")
    layers = [one for one in tiled.flat() if isinstance(one, ObjectLayer)]
    shapes = {thing.name: thing.shape for thing in layers[0].objects}
    assert shapes == {
        "Circle": "ellipse",
        "Rectangle": "rectangle",
        "Polygon": "polygon",
        "Polyline": "polyline",
        "": "text",
    }
    assert list(layers[0].objects[2].points) == [(0, 0), (-4, 81), (-78, 19)]
    assert layers[0].objects[4].text == "Hello World"


def test_a_template_says_what_its_object_does_not(tmp_path: Path) -> None:
    written(tmp_path, "<template><object name='well' class='water' width='10' height='20'/></template>", "well.tx")
    things = objects('<object id="1" template="well.tx" x="5" y="5"/><object id="2" template="well.tx" width="30"/>')
    first, second = things_of(read(written(tmp_path, tmx(things))))
    assert (first.name, first.kind, first.width, first.x) == ("well", "water", 10, 5)
    assert (second.width, second.height) == (30, 20)


def test_a_template_brings_a_tileset_that_the_map_lacks() -> None:
    tiled = read(DATA / "templates" / "tiled_object_template.tmx")
    things = things_of(tiled)
    assert [tileset.first_gid for tileset in tiled.tilesets] == [1, 85]
    assert things[0].gid == 85 + 45 - 1
    assert things[0].properties == {"property": 1}


def test_tilesets_of_the_other_syntax_are_read(tmp_path: Path) -> None:
    written(tmp_path, {"type": "tileset", "name": "j", "tilewidth": 10, "tileheight": 10, "tilecount": 3}, "t.json")
    tiled = read(written(tmp_path, tmx(attributes="").replace('name="tiles"', 'source="t.json"')))
    assert (tiled.tilesets[0].name, tiled.tilesets[0].end) == ("j", 4)


def test_pictures_are_named_and_never_opened() -> None:
    pictures = [one for one in read(DATA / "layers" / "map.tmx").flat() if isinstance(one, ImageLayer)]
    assert [one.image for one in pictures] == ["../../images/tile_04.png"] * 2


def test_a_packed_json_map_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(json.dumps(tmj()).encode()), "small.tmj.gz")
    assert read_map(path)[0].width == 2


def test_utf_16_and_a_mark_in_front_are_read(tmp_path: Path) -> None:
    assert gids(read(written(tmp_path, tmx(layer("1,2,3,4,5,6")).encode("utf-16"))))[0] == [1, 2, 3]
    assert gids(read(written(tmp_path, json.dumps(tmj()).encode("utf-8-sig"), "m.tmj"))) == [[1, 0]]


def test_an_old_document_type_is_passed_over(tmp_path: Path) -> None:
    old = '<?xml version="1.0"?>\n<!DOCTYPE map SYSTEM "http://mapeditor.org/dtd/1.0/map.dtd">\n'
    assert gids(read(written(tmp_path, old + tmx(layer("1,2,3,4,5,6")))))[0] == [1, 2, 3]


# What it means


def test_a_tile_says_its_terrain_by_property_and_by_class(tmp_path: Path) -> None:
    tiles = tile(0, properties(terrain="moss", cost=3, fertility=70, opaque=True, colour="#102030")) + tile(
        1, kind="Water"
    )
    drawn = made(tmp_path, tmx(layer("1,2,1,2,1,2"), tiles=tiles))
    moss, water = drawn.terrains
    assert ground(drawn)[0] == ["moss", "Water", "moss"]
    assert (moss.cost, moss.fertility, moss.opaque, moss.colour) == (3, 70, True, "#102030")
    assert (water.cost, water.opaque) == (0, False)


@pytest.mark.parametrize("said", [{"blocked": True}, {"collides": True}, {"walkable": False}, {"collision": "true"}])
def test_a_property_of_a_tile_keeps_people_off(tmp_path: Path, said: dict[str, bool]) -> None:
    assert walkable(made(tmp_path, tmx(layer("1,2,2,2,2,2"), tiles=tile(0, properties(**said))))) == ["#..", "..."]


def test_a_tile_with_collision_shapes_is_in_the_way(tmp_path: Path) -> None:
    shape = "<objectgroup><object x='1' y='1' width='8' height='8'/></objectgroup>"
    point = "<objectgroup><object x='1' y='1'><point/></object></objectgroup>"
    drawn = made(tmp_path, tmx(layer("1,2,3,3,3,3"), tiles=tile(0, shape) + tile(1, point)))
    assert walkable(drawn) == ["#..", "..."]


@pytest.mark.parametrize("name", ["Collision", "walls 2", "blocked", "Obstacles_lower", "WallsBack"])
def test_what_lies_on_a_layer_of_walls_is_in_the_way(tmp_path: Path, name: str) -> None:
    drawn = made(tmp_path, tmx(layer("1,1,1,1,1,1"), layer("0,2,0,0,0,2", name=name)))
    assert walkable(drawn) == [".#.", "..#"]
    assert drawn.opaque()[0, 1] == ("all" in name)


def test_a_property_of_the_layer_outdoes_its_name(tmp_path: Path) -> None:
    drawn = made(
        tmp_path,
        tmx(
            layer("1,0,0,0,0,0", name="walls", inside=properties(collides=False)),
            layer("0,1,0,0,0,0", name="hedges of old", inside=properties(collides=True)),
        ),
    )
    assert walkable(drawn) == [".#.", "..."]


def test_beside_a_layer_of_collisions_walls_only_say_how_high(tmp_path: Path) -> None:
    """A door is drawn on the walls too, and people go through it."""
    drawn = made(tmp_path, tmx(layer("1,1,1,0,0,0", name="Wall"), layer("1,0,1,0,0,1", name="Collisions")))
    assert walkable(drawn) == ["#.#", "..#"]
    assert drawn.opaque().tolist() == [[True, False, True], [False, False, False]]


def test_a_bridge_leads_over_water_and_a_flower_does_not(tmp_path: Path) -> None:
    tiles = tile(0, kind="water") + tile(1, kind="bridge") + tile(2, kind="glitter")
    drawn = made(tmp_path, tmx(layer("1,1,1,1,1,1"), layer("0,2,3,0,0,0", name="Things"), tiles=tiles))
    assert walkable(drawn) == ["#.#", "###"]


def test_water_that_is_said_to_be_walkable_is_shallow(tmp_path: Path) -> None:
    tiles = tile(0, properties(walkable=True), kind="water") + tile(1, kind="water")
    assert walkable(made(tmp_path, tmx(layer("1,1,2,2,2,2"), tiles=tiles))) == ["..#", "###"]


def test_a_map_on_which_nobody_could_stand_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no terrain to stand on"):
        made(tmp_path, tmx(layer("1,1,1,1,1,1", name="walls")))


def test_what_hangs_above_says_nothing_of_the_ground(tmp_path: Path) -> None:
    drawn = made(tmp_path, tmx(layer("1,1,1,1,1,1"), layer("2,2,2,2,2,2", name="Roof"), tiles=tile(1, kind="rock")))
    assert walkable(drawn) == ["...", "..."]


def test_corners_tell_the_ground() -> None:
    drawn, _ = read_map(DATA / "isometric_grass_and_water.tmx")
    assert {terrain.name: terrain.cost for terrain in drawn.terrains} == {"Grass": 1, "Water": 0}


def test_a_map_without_hints_is_all_walkable() -> None:
    drawn, warnings = read_map(DATA / "test_old.tmx")
    assert drawn.costs().all()
    assert warnings == []


def test_more_terrains_than_fit_fall_back_to_plain_ground(tmp_path: Path) -> None:
    tiles = "".join(tile(number, kind=f"kind{number}") for number in range(400))
    cells = ",".join(str(number + 1) for number in range(400))
    text = tmx(layer(cells), size=(20, 20), tiles=tiles).replace('tilecount="9"', 'tilecount="400"')
    drawn, warnings = read_map(written(tmp_path, text))
    assert len(drawn.terrains) == 255
    assert "400 kinds of ground" in warnings[0]


def test_an_infinite_map_begins_at_its_upper_left_chunk(tmp_path: Path) -> None:
    chunks = '<chunk x="-2" y="-1" width="2" height="1">1,0</chunk><chunk x="0" y="0" width="2" height="1">2,1</chunk>'
    things = objects('<object name="start" x="-15" y="-5"><point/></object>')
    tiles = tile(0, kind="sand") + tile(1, kind="moss")
    text = tmx(layer(chunks), things, tiles=tiles, attributes='infinite="1"')
    drawn = made(tmp_path, text)
    assert ground(drawn) == [["sand", "void", "void", "void"], ["void", "void", "moss", "sand"]]
    assert [(spot.name, spot.x, spot.y) for spot in drawn.spots] == [("start", 0, 0)]


def test_a_layer_moved_by_whole_cells_moves_its_tiles(tmp_path: Path) -> None:
    text = tmx(layer("1,1,1,1,1,1", name="walls").replace("<layer", '<layer offsetx="20" offsety="-10"'))
    assert walkable(made(tmp_path, text)) == ["..#", "..."]


def test_named_areas_become_regions_one_within_another(tmp_path: Path) -> None:
    house = '<object name="Hobbs Cafe" x="0" y="0" width="40" height="30"/>'
    room = '<object name="kitchen" x="10" y="10" width="10" height="10"/>'
    other = '<object name="kitchen" class="room" x="20" y="10" width="10" height="10"/>'
    far = '<object name="kitchen" x="50" y="30"><polygon points="0,0 10,0 10,10 0,10"/></object>'
    drawn = made(tmp_path, tmx(objects(room, house, other, far), size=(6, 4)))
    assert [(one.name, one.kind, one.inside, len(one.cells)) for one in drawn.regions] == [
        ("Hobbs Cafe", "cafe", "", 12),
        ("kitchen", "kitchen", "Hobbs Cafe", 1),
        ("Hobbs Cafe: kitchen", "room", "Hobbs Cafe", 1),
        ("kitchen 2", "kitchen", "", 1),
    ]


def test_points_and_tile_objects_become_spots(tmp_path: Path) -> None:
    point = '<object name="start" class="spawn" x="25" y="5"><point/></object>'
    thing = '<object gid="2" x="10" y="20" width="10" height="10"/>'
    drawn = made(tmp_path, tmx(objects(point, thing), tiles=tile(1, kind="chest")))
    assert [(one.name, one.kind, one.x, one.y) for one in drawn.spots] == [
        ("start", "spawn", 2, 0),
        ("chest", "chest", 1, 1),
    ]


def test_walls_that_are_drawn_block_the_cells_they_reach_into(tmp_path: Path) -> None:
    thin = '<object x="10" y="4" width="20" height="2"/>'
    line = '<object x="5" y="25"><polyline points="0,0 30,0"/></object>'
    drawn = made(tmp_path, tmx(objects(thin, line, name="Walls"), size=(5, 3)))
    assert walkable(drawn) == [".##..", ".....", "####."]


def test_a_wall_that_only_touches_a_cell_leaves_it_free(tmp_path: Path) -> None:
    drawn = made(tmp_path, tmx(objects('<object class="wall" x="10" y="10" width="10" height="10"/>'), size=(3, 3)))
    assert walkable(drawn) == ["...", ".#.", "..."]


def test_turned_objects_lie_where_they_are_turned_to(tmp_path: Path) -> None:
    turned = '<object name="row" x="10" y="0" width="30" height="10" rotation="90"/>'
    drawn = made(tmp_path, tmx(objects(turned), size=(4, 4)))
    assert drawn.regions[0].cells == (0, 4, 8)


@pytest.mark.parametrize(
    ("orientation", "x", "y", "cell"),
    [
        ("isometric", 15, 25, (1, 2)),
        ("staggered", 21, 10, (1, 1)),
        ("hexagonal", 20, 13, (1, 1)),
    ],
)
def test_every_orientation_is_read_as_its_grid(
    tmp_path: Path, orientation: str, x: int, y: int, cell: tuple[int, int]
) -> None:
    text = tmx(
        objects(f'<object name="here" x="{x}" y="{y}"><point/></object>'),
        size=(4, 4),
        attributes='staggeraxis="y" staggerindex="odd" hexsidelength="6"',
    ).replace("orthogonal", orientation)
    spot = made(tmp_path, text).spots[0]
    assert (spot.x, spot.y) == cell


def test_the_first_map_of_a_world_is_taken(tmp_path: Path) -> None:
    written(tmp_path, tmx(layer("1,1,1,1,1,1")), "b.tmx")
    listed = [{"fileName": "a.tmx", "x": 0, "y": 0}, {"fileName": "b.tmx", "x": 30, "y": 0}]
    drawn, warnings = read_map(written(tmp_path, {"type": "world", "maps": listed, "patterns": []}, "all.world"))
    assert drawn.name == "b"
    assert len(warnings) == 3


# Other people's files


BROKEN = {
    "testoverflow.tmx": "tile 60 at 0, 0 is beyond",  # Its tileset has two tiles.
    "world_basic.world": "none of the maps",  # Its maps are not there.
}


def test_all_shared_maps_are_read_but_those_broken_on_purpose() -> None:
    folder = SHARED / "maps" / "tiled"
    if not folder.is_dir():
        pytest.skip("the shared maps are not here")
    paths = [path for suffix in ("tmx", "json", "tmj", "world") for path in sorted(folder.rglob(f"*.{suffix}"))]
    refused = {}
    for path in paths:
        if path.suffix == ".json" and '"layers"' not in path.read_text():
            continue
        try:
            drawn, _ = read_map(path, root=folder)
        except UsageError as error:
            refused[path.name] = str(error)
        else:
            assert faults(drawn) == []
            assert drawn.costs().any()
    assert refused.keys() == BROKEN.keys()
    assert all(why in refused[name] for name, why in BROKEN.items())


def test_the_shared_village_blocks_what_its_own_matrix_blocks() -> None:
    folder = SHARED / "smallville"
    if not folder.is_dir():
        pytest.skip("the shared village is not here")
    drawn, warnings = read_map(folder / "the_ville_tilemap.tmj.gz")
    matrix, _ = read_map(folder)
    assert warnings == []
    assert ((drawn.costs() == 0) == (matrix.costs() == 0)).all()


def test_what_was_not_understood_is_told(tmp_path: Path) -> None:
    tiled = read(written(tmp_path, tmx(objects('<object x="1" y="1" width="9" height="9"/>'))))
    assert to_map(tiled)[1] == ["map.tmx, layer 'Places': 1 object was left out for want of a name."]
