"""Character cards on the command line: checked, shown, converted, and played."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.agents.cards.made import DATA, a_card, as_json
from tests.cli.program import Program

from fabula.agents.cards import read_persona_file
from fabula.agents.cards.json_text import read_json, same
from fabula.environments.campaign import Campaign
from fabula.packs import find_pack


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


def test_check_says_what_a_file_is_and_what_is_odd(fabula: Program) -> None:
    names = ("holmes.v3.png", "odd/ahab.nulls.json", "nemo.v3.charx", "treasure-island.worldinfo.json")
    checked = fabula("persona", "check", *(DATA / name for name in names), "--json")
    assert checked.code == 0
    holmes, ahab, nemo, island = checked.last["files"]
    assert (holmes["name"], holmes["kind"], holmes["warnings"]) == ("Sherlock Holmes", "card v3 in PNG", [])
    assert ahab["warnings"][0]["field"] == "data.personality"
    assert "never matches" in nemo["warnings"][0]["text"]
    assert (island["name"], island["kind"], island["disabled"]) == ("treasure-island", "World Info", 1)
    assert "a lorebook of 4 entries" in checked.err


def test_check_refuses_what_is_no_card_and_goes_on(fabula: Program) -> None:
    checked = fabula("persona", "check", DATA / "odd" / "no-card.png", DATA / "alice.v1.json", "--json")
    assert checked.code == 2
    assert "without a character card" in checked.last["files"][0]["error"]
    assert checked.last["files"][1]["name"] == "Alice"


def test_show_tells_a_card_and_shows_markup_as_text(fabula: Program, tmp_path: Path) -> None:
    shown = fabula("persona", "show", DATA / "odd" / "xss-name.v2.json")
    assert shown.code == 0
    assert "<img src=x onerror=alert(1)>" in shown.out
    (tmp_path / "c.json").write_bytes(as_json(a_card("Mi\x1b[31mra", first_mes="\x1b]0;x\x07Hi \x9b31m")))
    for words in (("show",), ("check",), ("convert",), ("convert", "--to", "v3"), ("convert", "--to", "json")):
        called = fabula("persona", words[0], tmp_path / "c.json", *words[1:])
        assert called.code == 0
        assert not {"\x1b", "\x07", "\x9b"} & set(called.out + called.err)


def test_somebody_of_a_pack_is_shown_by_name(fabula: Program) -> None:
    assert fabula("persona", "show", "hester", "--json").last["name"] == "Hester Garrod"
    assert "could be" in fabula("persona", "show", "Garrod").err
    assert "nobody called 'Hestr' is known. Did you mean 'Hester'" in fabula("persona", "show", "Hestr").err


@pytest.mark.parametrize(
    ("out", "to"),
    [("x.png", None), ("x.png", "v3"), ("x.json", "v2"), ("x.charx", None), ("x.md", None), ("x.json", "json")],
)
def test_a_sheet_goes_into_every_form_and_comes_back_equal(
    fabula: Program, tmp_path: Path, out: str, to: str | None
) -> None:
    sheet = DATA.parent / "sheets" / "02_brother_aurelio.md"
    done = fabula("persona", "convert", sheet, "--out", tmp_path / out, *(["--to", to] if to else []), "--json")
    assert (done.code, done.last["left_out"]) == (0, [])
    assert read_persona_file(tmp_path / out)[0] == read_persona_file(sheet)[0]


def test_a_card_converted_through_another_version_is_the_same_card(fabula: Program, tmp_path: Path) -> None:
    card = DATA / "nemo.v3.charx"
    assert fabula("persona", "convert", card, "--to", "v2", "--out", tmp_path / "two.png").code == 0
    assert fabula("persona", "convert", tmp_path / "two.png", "--to", "v3", "--out", tmp_path / "three.charx").code == 0
    came, back = read_persona_file(card)[0], read_persona_file(tmp_path / "three.charx")[0]
    assert came.card
    assert back.card
    assert same(read_json(back.card.text, source=""), read_json(came.card.text, source=""))


def test_what_a_sheet_cannot_hold_is_told(fabula: Program, tmp_path: Path) -> None:
    done = fabula("persona", "convert", DATA / "holmes.v2.png", "--out", tmp_path / "holmes.md", "--json")
    told = " ".join(done.last["left_out"])
    assert "the greeting" in told
    assert "the lorebook" in told
    assert "the picture" in told
    persona = read_persona_file(tmp_path / "holmes.md")[0]
    assert persona.traits == read_persona_file(DATA / "holmes.v2.png")[0].traits


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "v2", "--out", "x.charx"], "version 3"),
        (["--to", "v2", "--out", "x.txt"], "give it such a name"),
        (["--to", "md", "--out", "x.png"], "a sheet is Markdown"),
        (["--to", "json", "--out", "x.png"], "plain JSON"),
        (["--out", "nowhere/x.png"], "cannot be written"),
    ],
)
def test_a_conversion_that_makes_no_sense_is_refused(
    fabula: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = fabula("persona", "convert", DATA / "alice.v1.json", *arguments)
    assert done.code == 2
    assert message in " ".join(done.err.split())


def test_nothing_that_is_there_is_written_over(fabula: Program, tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"mine")
    assert fabula("persona", "convert", DATA / "alice.v1.json", "--out", tmp_path / "x.png").code == 2
    assert (tmp_path / "x.png").read_bytes() == b"mine"


@pytest.mark.parametrize("card", ["nemo.v3.charx", "holmes.v3.png", "odd/xss-name.v2.json", "real/skynet.v1.png"])
def test_a_card_plays(fabula: Program, tmp_path: Path, card: str) -> None:
    out = tmp_path / "tale"
    played = fabula("play", "ashfall", "--cast", DATA / card, "--turns", "3", "--seed", "3", "--out", out, "--json")
    assert played.code == 0, played.err
    name = read_persona_file(DATA / card)[0].name
    assert f"{name} joins" in played.err
    assert fabula("replay", "ashfall-1", "--json").last["digest"] == played.last["digest"]
    log = (out / "campaign-log.md").read_text("utf-8")
    assert name in log or "<" in name
    for page in ("story.html", "story.md", "campaign-log.md"):
        assert "<img src=x" not in (out / page).read_text("utf-8")
        assert "{{" not in (out / page).read_text("utf-8")


def test_a_card_takes_the_place_of_a_character(fabula: Program) -> None:
    campaign, _ = Campaign.from_pack(find_pack("ashfall"))
    name = campaign.setting.characters[0].persona.name
    cast = f"{name}={DATA / 'alice.v1.json'}"
    played = fabula("play", "ashfall", "--cast", cast, "--turns", "2", "--seed", "3", "-q")
    assert played.code == 0, played.err
    assert f"Alice takes the place of {name}" in played.out + played.err


def test_playing_a_card_loads_no_library_for_patterns() -> None:
    code = (
        "import sys\nfrom fabula.cli import main\n"
        f"sys.argv = ['fabula', 'persona', 'show', {str(DATA / 'holmes.v3.png')!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert not {'regex', 'numpy', 'pydantic_ai'} & sys.modules.keys()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
