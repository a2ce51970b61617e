"""What holds a card: chunks and archive members are kept as they are, and nothing hostile gets through."""

import base64
import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import msgspec
import pytest
from tests.agents.cards.made import (
    DATA,
    a_card,
    a_png,
    an_archive,
    an_archive_of,
    as_json,
    chunk,
    folded,
    international_text,
    packed_text,
    text,
)

from fabula.agents.cards import Container, read_card, read_persona, write_card
from fabula.agents.cards.charx import MEMBERS_MAX
from fabula.agents.cards.json_text import JSON_DEPTH_MAX, JSON_SIZE_MAX_BYTES
from fabula.agents.cards.png import TEXT_SIZE_MAX_BYTES, read_picture
from fabula.agents.cards.reader import FILE_SIZE_MAX_BYTES
from fabula.errors import UsageError


def name_in(data: bytes) -> str:
    return read_persona(data, name="x.png").persona.name


def warnings_of(data: bytes) -> str:
    return "\n".join(map(str, read_persona(data, name="x").warnings))


def kinds(data: bytes) -> list[bytes]:
    return [part.kind for part in read_picture(data, source="").chunks]


# --- pictures ---


def test_ccv3_goes_before_chara() -> None:
    two, three = text("chara", folded(a_card("Old"))), text("ccv3", folded(a_card("New", version=3)))
    assert name_in(a_png(two, three)) == name_in(a_png(three, two)) == name_in(a_png(two, after=three)) == "New"


@pytest.mark.parametrize(
    "part",
    [
        packed_text("chara", folded(a_card())),
        international_text("chara", folded(a_card())),
        international_text("chara", folded(a_card()), packed=True),
        text("chara", b"\n".join(folded(a_card())[at : at + 76] for at in range(0, 2000, 76))),
        text("chara", folded(a_card()).rstrip(b"=")),
        text("chara", as_json(a_card())),
    ],
    ids=["zTXt", "iTXt", "iTXt packed", "wrapped", "unpadded", "not folded"],
)
def test_a_card_is_found_in_every_kind_of_text(part: bytes) -> None:
    assert name_in(a_png(part)) == "Mira Vance"


def test_a_broken_ccv3_gives_way_to_chara_with_a_warning() -> None:
    data = a_png(text("chara", folded(a_card("Spare"))), text("ccv3", b"!!!"))
    assert name_in(data) == "Spare"
    assert "chunk ccv3: it cannot be read" in warnings_of(data)


def test_a_wrong_checksum_on_the_text_is_a_warning() -> None:
    part = text("chara", folded(a_card()))
    data = a_png(part[:-1] + bytes([part[-1] ^ 1]))
    assert name_in(data) == "Mira Vance"
    assert "chunk chara: its checksum is wrong" in warnings_of(data)


def test_an_animated_picture_keeps_every_chunk() -> None:
    control, frame, data = (
        chunk(b"acTL", struct.pack(">II", 2, 0)),
        chunk(b"fcTL", b"\0" * 26),
        chunk(b"fdAT", b"12345"),
    )
    foreign = chunk(b"vpAg", bytes(range(9)))
    picture = a_png(control, frame, foreign, text("chara", folded(a_card())), after=frame + data)
    found = read_persona(picture, name="x")
    renamed = msgspec.structs.replace(found.persona, name="Tom Ferrier")
    written = write_card(renamed, Container.PNG, origin=found.origin).data
    assert name_in(written) == "Tom Ferrier"
    assert kinds(written) == kinds(picture)
    for part in (control, frame, foreign, data):
        assert written.count(part) == picture.count(part)


def test_what_follows_the_end_of_a_picture_is_kept() -> None:
    picture = a_png(text("chara", folded(a_card()))) + b"trailing bytes"
    found = read_persona(picture, name="x")
    assert write_card(found.persona, Container.PNG, origin=found.origin).data == picture
    assert write_card(found.persona, Container.PNG, version=3, origin=found.origin).data.endswith(b"trailing bytes")


def test_a_cut_picture_is_read_if_its_card_is_whole() -> None:
    whole = a_png(text("chara", folded(a_card())))
    assert name_in(whole[:-30]) == "Mira Vance"
    assert "ends before its picture does" in warnings_of(whole[:-30])
    with pytest.raises(UsageError, match="cut off before its end"):
        read_card(whole[:200], name="x")


def test_a_version_3_is_written_as_both_texts_and_a_version_2_as_one() -> None:
    three = read_persona(as_json(a_card(version=3)), name="x").persona
    both = write_card(three, Container.PNG).data
    assert both.count(b"tEXtchara\0") == both.count(b"tEXtccv3\0") == 1
    assert b"ccv3" not in write_card(three, Container.PNG, version=2).data


def test_a_picture_of_our_own_is_a_sound_one() -> None:
    picture = read_picture(write_card(read_persona(b"name: Mira", name="x").persona, Container.PNG).data, source="")
    assert all(part.sound for part in picture.chunks)
    points = zlib.decompress(b"".join(part.body for part in picture.chunks if part.kind == b"IDAT"))
    width, height = struct.unpack(">II", picture.chunks[0].body[:8])
    assert len(points) == height * (1 + 3 * width)


def test_a_text_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(UsageError, match="unpacks to more than"):
        read_card(a_png(packed_text("chara", b" " * (TEXT_SIZE_MAX_BYTES + 1))), name="x")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"GIF89a...", "GIF"),
        (b"\xff\xd8\xff\xe0....", "JPEG"),
        (b"%PDF-1.7", "PDF"),
        (b"[1, 2]", "a list"),
        (b'"text"', "a text"),
        (b'{"name": "A"', "breaks off"),
        (b'{"name": }', "line 1, column 10"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, f"deeper than {JSON_DEPTH_MAX}"),
        (b"\xff\xfe\x00", "UTF-16"),
        (b'{"spec": "lorebook_v3", "data": {"entries": []}}', "lorebook"),
        (b'{"name": "package", "description": "a program"}', "no character card"),
        (b"{}", "it has nothing"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIDAT" + b"0" * 20, "claims 4,294,967,295 bytes"),
    ],
)
def test_what_is_no_card_is_refused_in_words(data: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message) as failure:
        read_card(data, name="odd.card")
    assert str(failure.value).startswith("odd.card")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(UsageError, match="no card is so large"):
        read_card(b"\0" * (FILE_SIZE_MAX_BYTES + 1), name="x")
    with pytest.raises(UsageError, match="no card is so long"):
        read_card(b" " * JSON_SIZE_MAX_BYTES + b"{}", name="x")


# --- archives ---


def test_assets_and_foreign_files_travel_with_an_archive() -> None:
    members = {"assets/icon/images/main.png": a_png(), "module.risum": b"\0\1", "other.json": b"{}"}
    found = read_persona(an_archive(**members), name="x")
    again = read_persona(write_card(found.persona, Container.CHARX, origin=found.origin).data, name="x")
    assert again.origin is not None
    assert {asset.path: asset.data for asset in again.origin.assets} == members
    assert again.persona == found.persona


def test_assets_travel_in_a_picture_and_back() -> None:
    found = read_persona((DATA / "nemo.v3.charx").read_bytes(), name="x")
    assert found.origin is not None
    written = write_card(found.persona, Container.PNG, origin=found.origin)
    again = read_persona(written.data, name="x")
    assert again.origin is not None
    assert again.origin.assets == found.origin.assets
    assert again.persona == found.persona
    assert again.origin.picture.startswith(found.origin.assets[0].data[:33]), "the icon is the picture"


def test_what_json_cannot_hold_is_told() -> None:
    found = read_persona(an_archive(**{"assets/a.png": b"1"}), name="x")
    assert write_card(found.persona, Container.JSON, origin=found.origin).left_out == (
        "assets/a.png: JSON holds no assets; write a .charx to keep it",
    )


@pytest.mark.parametrize(
    "name",
    [
        "../out.png",
        "a/../../out.png",
        "/etc/out.png",
        "a\\..\\out.png",
        "C:/out.png",
        "~/out.png",
        "a//b",
        "./a",
        "a\nb",
    ],
)
def test_a_member_whose_name_leads_out_is_dropped_and_nothing_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "inside" / "deep"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    found = read_persona(an_archive(**{name: b"1", "assets/ok.png": b"2"}), name="x")
    assert found.origin is not None
    assert [asset.path for asset in found.origin.assets] == ["assets/ok.png"]
    assert any("it is left out" in str(warning) for warning in found.warnings)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    assert not os.path.lexists("/etc/out.png")


def test_links_and_names_that_are_there_twice_are_dropped() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("card.json", as_json(a_card(version=3)))
        link = zipfile.ZipInfo("assets/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("assets/a.png", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("assets/a.png", b"2")
        archive.writestr("assets/A.png", b"3")
    found = read_persona(file.getvalue(), name="x")
    assert found.origin is not None
    assert [(asset.path, asset.data) for asset in found.origin.assets] == [("assets/a.png", b"1")]
    assert len(found.warnings) == 3


def test_bombs_are_refused() -> None:
    with pytest.raises(UsageError, match="unpacks to more than"):
        read_card(an_archive(**{"assets/bomb.png": b"\0" * (33 * 2**20)}), name="x")
    with pytest.raises(UsageError, match="unpacks to more than"):
        read_card(an_archive_of({"card.json": b" " * (JSON_SIZE_MAX_BYTES + 1)}), name="x")
    many = {f"assets/{number}": b"" for number in range(MEMBERS_MAX + 1)}
    with pytest.raises(UsageError, match="members"):
        read_card(an_archive(**many), name="x")


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(an_archive(secret=b"1"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    with pytest.raises(UsageError, match="encrypted"):
        read_card(bytes(data), name="x")


def test_a_card_in_the_wrong_place_of_an_archive_is_named() -> None:
    with pytest.raises(UsageError, match=r"There is 'folder/Card\.json'"):
        read_card(an_archive_of({"folder/Card.json": b"{}"}), name="x")


def test_an_archive_is_made_the_same_every_time() -> None:
    persona = read_persona(as_json(a_card(version=3)), name="x").persona
    assert write_card(persona, Container.CHARX).data == write_card(persona, Container.CHARX).data
    with pytest.raises(UsageError, match="version 3"):
        write_card(persona, Container.CHARX, version=2)


def test_assets_in_old_pictures_are_found() -> None:
    asset = text("chara-ext-asset_:assets/a.png", base64.b64encode(b"123"))
    bad = text("chara-ext-asset_:../b.png", base64.b64encode(b"123"))
    found = read_card(a_png(text("ccv3", folded(a_card(version=3))), asset, bad), name="x")
    assert [(one.path, one.data) for one in found.assets] == [("assets/a.png", b"123")]
    assert len(found.warnings) == 1
