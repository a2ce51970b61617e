"""Whoever can be asked to speak: by name, file or data file; what names nobody is told with who is near."""

import os
from pathlib import Path

import pytest

from fabula.app.people import greeting_of, speaker_called
from fabula.errors import UsageError

DATA = Path(__file__).parents[1] / "data"
MIB = 2**20


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Emeric", "Emeric Lunt"),
        ("marit holub", "Marit Holub"),
        ("ashfall/Marit", "Marit Holub"),
        ("YOU", "You"),
        ("technical_supporter", "Support"),
        (str(DATA / "sheets/01_maren_tolliver.md"), "Maren Tolliver"),
        (str(DATA / "cards/holmes.v2.png"), "Sherlock Holmes"),
        (str(DATA / "cards/alice.v1.json"), "Alice"),
        (str(DATA / "cards/nemo.v3.charx"), "Capitaine Nemo"),
        (" Ada =Emeric", "Ada"),
        (f"Ned={DATA / 'cards/nemo.v3.charx'}", "Ned"),
    ],
)
def test_somebody_is_meant_by_a_name_or_a_file(given: str, name: str) -> None:
    speaker, _ = speaker_called(given)
    assert speaker.persona.name == name
    assert speaker.person == (given == "YOU")
    assert (speaker.service is not None) == (given == "technical_supporter")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("Emerik", "Did you mean 'Emeric'"),
        ("ashfal/Emeric", "Did you mean 'ashfall'"),
        ("ashfall/Emerik", "Did you mean 'Emeric'"),
        ("Thacker", "could be 'hollowmere/Bridie Thacker' or 'hollowmere/Jonas Thacker'"),
        ("", "'' names nobody"),
        ("ashfall/", "names nobody"),
        ("\0", "names nobody"),
        ("\udcff", "names nobody"),
        ("x" * 5_000, "nobody called"),
        ("=Emeric", "a name is needed"),
        ("a=" * 3_000, "nobody called"),
        ("\x1b[1m=Emeric", "needs a name"),
        ("n" * 500 + "=Emeric", "too long"),
        ("/dev/null", "no such file"),
        ("./nobody.md", "no such file"),
        (str(DATA), "is a folder"),
    ],
)
def test_what_names_nobody_is_told_with_who_is_near(given: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        speaker_called(given)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("name", ["big.md", "big.json", "big.png", "big.charx", "big.yaml", "big"])
def test_a_file_of_50_mib_is_refused_unread(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    with file.open("wb") as big:
        big.write(b"name: Big\n")
        big.truncate(50 * MIB)
    with pytest.raises(UsageError, match=name):
        speaker_called(str(file))


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever is root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("name: Mine\n")
    file.chmod(0)
    with pytest.raises(UsageError, match=r"mine\.md"):
        speaker_called(str(file))


def test_a_card_greets_under_the_name_it_has_and_by_the_name_of_whom_it_greets() -> None:
    holmes, _ = speaker_called(str(DATA / "cards/holmes.v2.png"))
    assert "Park, Tom, and you" in greeting_of(holmes.persona, to="Tom", seed=1)
    emeric, _ = speaker_called("Emeric")
    assert greeting_of(emeric.persona, to="Tom", seed=1) == ""


def test_a_greeting_names_its_character_as_they_are_called_here(tmp_path: Path) -> None:
    data = '{"name": "Alice", "first_mes": "{{char}} to {{user}}."}'
    (tmp_path / "alice.json").write_text(f'{{"spec": "chara_card_v2", "spec_version": "2.0", "data": {data}}}')
    alice, _ = speaker_called(str(tmp_path / "alice.json"))
    ann, _ = speaker_called(f"Ann={tmp_path / 'alice.json'}")
    assert greeting_of(alice.persona, to="Tom", seed=1) == "Alice to Tom."
    assert greeting_of(ann.persona, to="Tom", seed=1) == "Ann to Tom."
