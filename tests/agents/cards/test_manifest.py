"""Every file of the collection does what its line in the manifest says, and comes out as it went in."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.agents.cards.made import DATA, SHARED

from fabula.agents.cards import Container, open_persona_file, read_persona, write_card
from fabula.agents.cards.form import SPECS
from fabula.agents.cards.json_text import read_json, same
from fabula.agents.lore import read_book
from fabula.errors import UsageError


def lines(folder: Path) -> list[Any]:
    manifest = folder / "manifest.jsonl"
    found = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()] if manifest.exists() else []
    return [pytest.param(folder / line["file"], line, id=f"{folder.parent.name}-{line['file']}") for line in found]


BOOKS = ("lorebook", "worldinfo")
ALL = [*lines(DATA), *lines(SHARED)]
CARDS = [line.values[0] for line in ALL if line.values[1]["expect"] == "ok" and line.values[1]["format"] not in BOOKS]


@pytest.mark.parametrize(("file", "line"), ALL)
def test_a_file_is_read_or_refused_as_the_manifest_says(file: Path, line: dict[str, Any]) -> None:
    if line["expect"] == "reject":
        with pytest.raises(UsageError, match=file.name):
            open_persona_file(file)
    elif line["format"] in BOOKS:
        assert read_book(file.read_bytes(), name=file.name).book.name == line["name"]
        with pytest.raises(UsageError, match="lorebook"):
            open_persona_file(file)
    else:
        assert open_persona_file(file).persona.name == line["name"]


@pytest.mark.parametrize("file", CARDS, ids=lambda file: file.name)
def test_an_unchanged_card_is_written_letter_for_letter(file: Path) -> None:
    found = open_persona_file(file)
    assert found.origin is not None
    text = found.origin.card.text
    for container in (Container.JSON, Container.PNG):
        written = write_card(found.persona, container, origin=found.origin)
        again = read_persona(written.data, name="again")
        assert again.origin is not None
        assert again.origin.card.text == text
        assert again.persona == found.persona
    if found.origin.container is Container.PNG:
        same_file = write_card(found.persona, Container.PNG, origin=found.origin).data
        assert same_file == file.read_bytes()


@pytest.mark.parametrize("file", CARDS, ids=lambda file: file.name)
@pytest.mark.parametrize("version", [2, 3])
def test_a_card_goes_through_the_other_version_and_comes_back_whole(file: Path, version: int) -> None:
    found = open_persona_file(file)
    assert found.origin is not None
    root = read_json(found.origin.card.text, source="")
    other = read_persona(write_card(found.persona, Container.JSON, version=version).data, name="other")
    assert (other.persona.name, other.persona.traits) == (found.persona.name, found.persona.traits)
    own = next((number for number, spec in SPECS.items() if root.get("spec") == spec), None)
    if own is not None:
        back = write_card(other.persona, Container.JSON, version=own)
        assert same(read_json(back.data.decode(), source=""), root)
