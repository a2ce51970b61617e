"""Maps that are broken, too large, or reach for what is not theirs: one clear sentence, and nothing else."""

import base64
import gzip
import os
import resource
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.forge.maps.drawn import DATA, TILESET, layer, objects, properties, tile, tmj, tmx, written

from fabula.errors import UsageError
from fabula.forge.maps import read_map, read_village
from fabula.forge.maps.tiled import cells

SECRET = "a-secret-that-stays-where-it-is"


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as refused:
        read_map(path)
    text = str(refused.value)
    assert "\n" not in text
    assert path.name in text
    return text


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


# What is wrong is named with its place


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (tmx(layer("1,2,3,4,5")), "line 3, layer 'Ground': it holds 5 cells, 6 are needed (3 x 2)"),
        (tmx(layer("1,2,3,4,5,6,7")), "it holds more cells than its size: 6 are needed"),
        (tmx(layer("1,2,,4,5,6")), "layer 'Ground': item 3 is nothing"),
        (tmx(layer("1,2,x,4,5,6")), "item 3 is 'x'"),
        (tmx(layer("1,2,-1,4,5,6")), "item 3 is '-1'"),
        (tmx(layer("1,2,4294967296,4,5,6")), "item 3 is '4294967296'"),
        (tmx(layer("1,2,10,4,5,6")), "tile 10 at 2, 0 is beyond the map's tilesets, which are 1 to 9"),
        (tmx(layer("1,1,1,1,1,1")).replace(TILESET.format(""), ""), "of which it has none"),
        (tmx(layer("!!!!", data='encoding="base64"')), "is not base64"),
        (tmx(layer("AAAA", data='encoding="base64"')), "it holds 0.75 cells"),
        (tmx(layer("éé==", data='encoding="base64"')), "are not base64"),
        (tmx(layer("AAAA", data='encoding="base64" compression="zlib"')), "its zlib data is damaged"),
        (tmx(layer("AAAA", data='encoding="base64" compression="zstd"')), "its zstd data is damaged"),
        (tmx(layer("AAAA", data='encoding="base64" compression="zlip"')), "Did you mean 'zlib'?"),
        (tmx(layer("1", data='encoding="cvs"')), "the encoding 'cvs' is not known. Did you mean 'csv'?"),
        (tmx(layer("1,1,1,1,1,1", data="")), "no encoding"),
        (tmx('<layer name="Ground"/>'), "there is no 'data'"),
        (tmx(layer('<tile gid="x"/>', data="")), "line 3: 'gid' is 'x'"),
        (tmx(size=(0, 5)), "0 x 5 cells are no size"),
        (tmx(size=(-1, 5)), "'width' is '-1'"),
        (tmx(size=(5000, 5000)), "5,000 x 5,000 cells are no size"),
        (tmx().replace("tilewidth", "tilewith"), "there is no 'tilewidth'"),
        (tmx(size=(2, 2)).replace('height="2"', 'height="2.5"', 1), "'height' is '2.5'; give a whole number"),
        (tmx().replace('height="2"', 'height="two"'), "'height' is 'two'; give a number"),
        (tmx().replace("orthogonal", "orthogonall"), "Did you mean 'orthogonal'?"),
        (tmx(objects('<object x="1" y="nan"/>')), "layer 'Places', object 0: 'y' is 'nan'; give a number"),
        (tmx(objects('<object id="7"><polygon points="0,0 1;1"/></object>')), "object 7: polygon[1] is nothing"),
        (tmx(objects('<object width="-5"/>')), "not negative"),
        (tmx(properties(n=1).replace('"1"', '"one"')), "'n'"),
        (tmx(TILESET.format("")), "two tilesets begin at tile 1"),
        (tmx(tiles='<tile id="x"/>'), "'id' is 'x'"),
        ("<tileset name='t'/>", "this is a tileset, not a map"),
        ("<html></html>", "this is 'html', not a map"),
        ("<map", "line 1, column 1: this is not XML"),
        (tmx() + "<map/>", "line 3, column 7: this is not XML"),
        ("", "this file is empty"),
        ("   \n", "neither XML nor JSON"),
        ("# Heading", "neither XML nor JSON"),
    ],
)
def test_a_fault_in_xml_is_one_sentence_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    assert says in refusal(written(tmp_path, text))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (tmj(layers=[{"type": "tillayer", "name": "G"}]), "layer 'G': the layer type 'tillayer' is not known. Did you"),
        (tmj(layers=[{"name": "G"}]), "it has no layer type"),
        (tmj(layers=["x"]), "layers[0] is 'x'"),
        (tmj(layers={"a": 1}), "'layers' is an object; give a list"),
        (tmj(layers=[{"type": "tilelayer", "width": 2, "height": 1, "data": [1, "a"]}]), "its data holds 'a'"),
        (tmj(layers=[{"type": "tilelayer", "width": 2, "height": 1, "data": [1, None]}]), "its data holds nothing"),
        (tmj(layers=[{"type": "tilelayer", "width": 2, "height": 1, "data": {"a": 1}}]), "its data is an object"),
        (tmj(layers=[{"type": "tilelayer", "width": 2, "height": 1, "data": 5}]), "its data is 5"),
        (tmj(width=2.5), "'width' is 2.5"),
        (tmj(width=True), "'width' is true"),
        (tmj(width=10**400), "'width' is 1000"),
        (tmj(tilesets=[{"firstgid": 0, "name": "t"}]), "'firstgid' is 0"),
        (tmj(properties=[{"name": "p", "type": "int", "value": {"a": []}}, 3]), "properties[1] is 3"),
        ({"line_of_sight": [], "layers": []}, "this is 'Universal VTT', not a map"),
        ({"a": 1}, "this is 'another JSON', not a map"),
    ],
)
def test_a_fault_in_json_is_one_sentence_with_its_place(tmp_path: Path, said: dict[str, Any], says: str) -> None:
    assert says in refusal(written(tmp_path, said, "map.tmj"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"a": [1,\n2', "line 2, column 2: this is not JSON"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"width": 1' + b"0" * 5000 + b"}", "this is not JSON of a map"),
        (b'{"a": "\xff"}', "byte 0xff is not UTF-8"),
        (b"[" * 100_000, "nested deeper than 64"),
        (b'{"layers":' * 100_000, "nested deeper than 64"),
        (b"[1, 2]", "this is a list"),
        (b"\x00\x01\x02\x03", "neither XML nor JSON"),
        (b"\x89PNG\r\n\x1a\n", "neither XML nor JSON"),
        (b"\xff\xfe<\x00", "not XML"),
        (b"\x1f\x8b\x08\x00", "cut off"),
        (b"\x1f\x8b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "damaged"),
        (b'<?xml version="1.0" encoding="utf-17"?><map/>', "unknown encoding: utf-17"),
        (b'<?xml version="1.0" encoding="shift_jis"?><map/>', "this is not XML"),
        (b'<map name="\xe9"/>', "not XML"),
    ],
)
def test_what_is_no_text_of_a_map_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in refusal(written(tmp_path, content, "map.tmj"))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE map [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE map [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE map SYSTEM "http://example.invalid/map.dtd" []>',
    ],
)
def test_declarations_of_entities_are_refused(tmp_path: Path, declared: str) -> None:
    text = tmx('<properties><property name="p">&x;</property></properties>')
    assert "(DTD) is not read" in refusal(written(tmp_path, declared + text))


def test_an_entity_of_a_type_that_is_not_fetched_is_refused(tmp_path: Path) -> None:
    text = tmx("<properties><property name='p'>&x;</property></properties>")
    assert "entity" in refusal(written(tmp_path, '<!DOCTYPE map SYSTEM "a.dtd">' + text))


def test_deep_and_endless_nesting_is_refused(tmp_path: Path) -> None:
    assert "deeper than 64" in refusal(written(tmp_path, "<map>" + "<group>" * 100_000))
    groups = "<group>" * 20 + "</group>" * 20
    assert "groups are nested deeper than 16" in refusal(written(tmp_path, tmx(groups)))
    assert "more than 256 layers" in refusal(written(tmp_path, tmx("<objectgroup/>" * 300)))


def test_names_that_nobody_can_see_reach_no_message(tmp_path: Path) -> None:
    said = refusal(written(tmp_path, tmj(layers=[{"name": "\x1b[2J\ud800x\n", "type": "z"}]), "map.tmj"))
    assert "layer 'x'" in said
    assert said.isprintable()


# What is too large is not unpacked


@pytest.fixture
def _little_room() -> Iterator[None]:
    """A gigabyte more than is in use: what would unpack to more fails loudly, and the machine stays well."""
    in_use_bytes = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (in_use_bytes + 2**30, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Four gigabytes of nothing, as small as each packing makes them; zlib's by hand, as packing them takes a while."""
    block = zlib.compressobj(9, wbits=-15)
    part = block.compress(bytes(2**24)) + block.flush(zlib.Z_FULL_FLUSH)
    yield "gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + part * 256
    yield "zlib", b"\x78\xda" + part * 256
    frame = zstandard.ZstdCompressor().compress(bytes(2**24))
    yield "zstd", frame * 64


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells how much room is in use")
@pytest.mark.usefixtures("_little_room")
def test_a_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    for compression, content in bombs():
        ground = layer(packed(content), data=f'encoding="base64" compression="{compression}"')
        began = time.perf_counter()
        assert "more cells than its size" in refusal(written(tmp_path, tmx(ground)))
        assert time.perf_counter() - began < 2
        if compression == "gzip":
            assert "64 MiB" in refusal(written(tmp_path, content, "map.tmj.gz"))


def test_a_layer_of_a_hundred_megabytes_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "map.tmx"
    with path.open("wb") as file:
        file.write(tmx().encode())
        file.truncate(100 * 2**20)
    assert "100 MiB are more than the 64 MiB" in refusal(path)


def test_all_layers_together_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "TILES_BYTES_MAX", 100)
    path = written(tmp_path, tmx(*[layer("1,1,1,1,1,1")] * 5))
    assert "more than 25 cells in all layers" in refusal(path)


@pytest.mark.parametrize(
    ("chunks", "says"),
    [
        (
            '<chunk x="0" y="0" width="1" height="1">1</chunk><chunk x="16000000" y="0" width="1" height="1">1</chunk>',
            "no",
        ),
        ('<chunk x="99999999" y="0" width="1" height="1">1</chunk>', "'x' is"),
        ('<chunk x="0" y="0" width="0" height="1"></chunk>', "0 x 1 cells are no size"),
        ('<chunk y="0" width="1" height="1">1</chunk>', "there is no 'x'"),
    ],
)
def test_chunks_are_bounded(tmp_path: Path, chunks: str, says: str) -> None:
    assert says in refusal(written(tmp_path, tmx(layer(chunks), attributes='infinite="1"')))


def test_objects_too_large_to_draw_are_left_out(tmp_path: Path) -> None:
    corners = " ".join(f"{x % 2 * 900000000},{x}" for x in range(2000))
    many = f'<object name="maze"><polygon points="{corners}"/></object>' * 9
    long = '<object><polyline points="0,0 900000000,900000000"/></object>'
    _, warnings = read_map(written(tmp_path, tmx(objects(many), objects(long, name="walls"), size=(300, 300))))
    assert any("too intricate" in warning for warning in warnings)


# What a map names is looked for in its folder only


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("../secret.tsx", "lies outside of 'maps'"),
        ("sub/../../secret.tsx", "lies outside of 'maps'"),
        ("..\\secret.tsx", "lies outside of 'maps'"),
        ("{folder}/secret.tsx", "no path from the map's own folder"),
        ("file://{folder}/secret.tsx", "no path from the map's own folder"),
        ("http://example.invalid/secret.tsx", "no path from the map's own folder"),
        ("C:\\secret.tsx", "no path from the map's own folder"),
        ("\\\\host\\secret.tsx", "no path from the map's own folder"),
        ("~/secret.tsx", "no path from the map's own folder"),
        ("link.tsx", "a link that leads out"),
        ("linked/secret.tsx", "a link that leads out"),
        ("gone.tsx", "no such file"),
        ("pipe.tsx", "no such file"),
        (".", "no such file"),
        ("x" * 5000, "cannot be reached"),
    ],
)
def test_nothing_outside_of_the_folder_is_opened(tmp_path: Path, reference: str, why: str) -> None:
    """The map is read all the same: the tiles are unknown ground."""
    folder = tmp_path / "maps"
    written(tmp_path, f"<tileset name='{SECRET}' tilewidth='1' tileheight='1' tilecount='5'/>", "secret.tsx")
    folder.mkdir()
    (folder / "link.tsx").symlink_to(tmp_path / "secret.tsx")
    (folder / "linked").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.tsx")
    source = reference.format(folder=tmp_path)
    text = tmx(layer("1,1,1,1,1,1"), objects(f'<object template="{source}" name="a" x="1" y="1"/>'))
    text = text.replace(TILESET.format(""), f'<tileset firstgid="1" source="{source}"/>')
    drawn, warnings = read_map(written(folder, text))
    assert [terrain.name for terrain in drawn.terrains] == ["unknown ground"]
    assert why in warnings[0]
    assert why in warnings[1]
    assert SECRET not in repr((drawn, warnings))


def test_a_root_lets_a_map_reach_beside_its_folder() -> None:
    path = DATA / "templates" / "folder" / "tiled_relative_paths.tmx"
    assert "lies outside of 'folder'" in read_map(path)[1][0]
    assert "tileset" not in "".join(read_map(path, root=DATA / "templates")[1])


def test_a_tileset_that_is_there_and_broken_is_told_with_its_own_line(tmp_path: Path) -> None:
    written(tmp_path, "<tileset>\n<oops></tileset>", "t.tsx")
    path = written(tmp_path, tmx().replace('name="tiles"', 'source="t.tsx"'))
    with pytest.raises(UsageError, match=r"t\.tsx, line 2, .*not XML"):
        read_map(path)


def test_files_that_name_one_another_in_a_circle_are_refused(tmp_path: Path) -> None:
    shape = '<tile id="0"><objectgroup><object template="a.tx"/></objectgroup></tile>'
    written(tmp_path, f'<tileset name="t" tilewidth="1" tileheight="1">{shape}</tileset>', "t.tsx")
    written(tmp_path, '<template><tileset firstgid="1" source="t.tsx"/><object gid="1"/></template>', "a.tx")
    path = written(tmp_path, tmx(objects('<object template="a.tx"/>')).replace('name="tiles"', 'source="t.tsx"'))
    read_map(path)
    written(tmp_path, "<map/>", "a.tx")
    assert "'a.tx' is a map, not a template" in refusal_of_any(path)


def refusal_of_any(path: Path) -> str:
    with pytest.raises(UsageError) as refused:
        read_map(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("map.tmz", "Did you mean '.tmx'?"),
        ("map.png", "no maps"),
        ("map", "this is no map"),
        ("gone.tmx", "no such file"),
        ("x" * 300 + ".tmx", "cannot be read"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path: Path, name: str, says: str) -> None:
    if len(name) < 100 and "gone" not in name:
        written(tmp_path, "nothing", name)
    assert says in refusal(tmp_path / name)


def test_a_folder_or_a_pipe_is_no_map(tmp_path: Path) -> None:
    assert "none of a village" in refusal(tmp_path)
    os.mkfifo(tmp_path / "pipe.tmx")
    assert "this is no file" in refusal(tmp_path / "pipe.tmx")


# Whatever happens to a file, it is read or refused


def seeds() -> list[tuple[str, bytes]]:
    zipped = layer(
        packed(zlib.compress(struct.pack("<6I", *[1] * 6))), data='encoding="base64" compression="zlib"', name="Walls"
    )
    shapes = "<objectgroup><object width='3' height='3'><ellipse/></object></objectgroup>"
    text = tmx(
        zipped,
        objects('<object name="a" x="3" y="4" width="9" height="30" rotation="30"/><object gid="2" name="b"/>'),
        f"<group offsetx='10'>{layer('1,2,3,4,5,0')}</group>",
        tiles=tile(0, properties(cost=3, terrain="moss"), shapes, kind="water"),
    )
    files = [
        path for path in sorted(DATA.rglob("*")) if path.suffix in {".tmx", ".json"} and path.stat().st_size < 3000
    ]
    return [
        ("m.tmx", text.encode()),
        ("m.tmj", written_bytes(tmj())),
        ("m.tmj.gz", gzip.compress(written_bytes(tmj()), mtime=0)),
        *((path.name, path.read_bytes()) for path in files),
    ]


def written_bytes(said: dict[str, Any]) -> bytes:
    import json  # noqa: PLC0415

    return json.dumps(said).encode()


SEEDS = seeds()
PIECES = [
    b"-1",
    b"0",
    b"99999999999",
    b"1e300",
    b'"',
    b"<",
    b">",
    b"null",
    b"[]",
    b"{}",
    b"true",
    b",",
    b"&a;",
    b"\xff",
]


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A good file with some bytes cut out, doubled or put in."""
    name, content = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 1, 2, 5, 40])))
        new = draw(st.one_of(st.sampled_from(PIECES), st.just(content[start:end] * 2), st.binary(max_size=4)))
        content = content[:start] + new + content[end:]
    return name, content


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoiled())
def test_a_spoiled_map_is_read_or_refused(tmp_path: Path, file: tuple[str, bytes]) -> None:
    try:
        drawn, _ = read_map(written(tmp_path, file[1], file[0]))
    except UsageError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert len(drawn.ground) == drawn.width * drawn.height


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_json_map_with_any_value_anywhere_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    said = tmj(
        properties=[{"name": "p", "type": "int", "value": 1}],
        layers=[
            *tmj()["layers"],
            {
                "type": "objectgroup",
                "name": "walls",
                "objects": [{"name": "a", "x": 1, "y": 1, "width": 3, "height": 3}],
            },
        ],
    )
    at: Any = said
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        place = data.draw(st.sampled_from(keys))
        if isinstance(at[place], dict | list) and at[place] and data.draw(st.booleans()):
            at = at[place]
        else:
            break
    at[place] = data.draw(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=5,
        )
    )
    try:
        read_map(written(tmp_path, said, "m.tmj"))
    except UsageError as error:
        assert "\n" not in str(error)  # noqa: PT017


def test_a_folder_that_is_no_village_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no matrix"):
        read_village(tmp_path)
