"""The command line, from playing to looking back: what is said, what is left behind, what the exit codes mean."""

import asyncio
import json
import os
import sqlite3
from pathlib import Path

import pytest
from tests.cli.program import Program, in_a_process

from fabula.store import SqliteStore


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


def home() -> Path:
    return Path(os.environ["FABULA_HOME"])


def test_playing_writes_log_and_story_and_says_so_in_one_object(fabula: Program, tmp_path: Path) -> None:
    played = fabula("play", "harbour", "--turns", "3", "--seed", "5", "--out", tmp_path / "tale", "--json")
    assert played.code == 0, played.err
    values = played.last
    assert {"run", "environment", "steps", "turns", "events", "digest", "ending", "seconds", "out"} <= values.keys()
    assert (values["environment"], values["turns"], values["run"]) == ("campaign", 3, "harbour-1")
    assert {path.name for path in (tmp_path / "tale").iterdir()} == {"campaign-log.md", "story.md", "story.html"}
    assert played.out.count("\n") == 1, "with --json only the object goes to standard output"
    assert "Turn 3" in played.err


def test_without_json_the_feed_goes_to_standard_output_uncoloured(fabula: Program) -> None:
    played = fabula("play", "harbour", "--turns", "2", "--seed", "5")
    assert played.code == 0
    assert "Turn 2" in played.out
    assert "story.md" in played.out
    assert "\x1b" not in played.out + played.err


def test_the_same_seed_gives_the_same_digest_anywhere(tmp_path: Path) -> None:
    def digest(number: int, seed: str, zone: str) -> str:
        place = tmp_path / str(number)
        place.mkdir()
        environ = {"PYTHONHASHSEED": str(number), "TZ": zone, "FABULA_HOME": str(place / "home")}
        played = in_a_process(
            "play", "ashfall", "--turns", "4", "--seed", seed, "--json", "-q", environ=environ, cwd=place
        )
        assert played.code == 0, played.err
        return str(played.last["digest"])

    assert digest(1, "7", "UTC") == digest(2, "7", "Asia/Kathmandu") != digest(3, "8", "UTC")


def test_a_run_is_replayed_verified_listed_and_shown(fabula: Program) -> None:
    played = fabula("play", "harbour", "--turns", "3", "--seed", "5", "--json").last
    replayed = fabula("replay", "harbour-1", "--json")
    assert replayed.code == 0
    assert (replayed.last["identical"], replayed.last["digest"]) == (True, played["digest"])
    assert fabula("verify", "harbour-1").code == 0
    (row,) = fabula("runs", "--json").last["runs"]
    assert (row["run"], row["environment"], row["pack"], row["parent"]) == ("harbour-1", "campaign", "harbour", None)
    assert (row["steps"], row["ending"]["kind"]) == (played["steps"], played["ending"]["kind"])
    shown = fabula("show", "harbour-1", "--json").last
    assert shown["view"]
    assert "harbour-1" in fabula("show", "harbour-1", "--at", "5").out


def test_each_agent_has_its_own_side_of_the_truth(fabula: Program) -> None:
    fabula("play", "harbour", "--turns", "4", "--seed", "5", "--json")
    names = {"Maren Tolliver", "Oskar Venn"}
    views = {name: fabula("show", "harbour-1", "--agent", name, "--json").last["view"] for name in names}
    assert views["Maren Tolliver"] != views["Oskar Venn"]
    wrong = fabula("show", "harbour-1", "--agent", "Marren Tolliver")
    assert wrong.code == 2
    assert "Did you mean 'Maren Tolliver'?" in wrong.err


def test_one_changed_byte_is_named(fabula: Program) -> None:
    fabula("play", "harbour", "--turns", "2", "--seed", "5", "--json")
    with sqlite3.connect(home() / "fabula.db") as database:
        (events,) = database.execute("SELECT events FROM records WHERE step = 6").fetchone()
        changed = events[:40] + bytes([events[40] ^ 1]) + events[41:]
        database.execute("UPDATE records SET events = ? WHERE step = 6", (changed,))
    verified = fabula("verify", "harbour-1", "--json")
    assert verified.code == 1
    assert [fault["record"] for fault in verified.last["faults"]] == ["record 6"]
    assert "record 6" in verified.err
    replayed = fabula("replay", "harbour-1", "--json")
    assert (replayed.code, replayed.last["differs_at"]) == (1, 6)


def test_a_branch_shares_the_past_and_goes_its_own_way(fabula: Program) -> None:
    played = fabula("play", "harbour", "--turns", "3", "--seed", "5", "--json").last
    inputs = fabula("log", "harbour-1", "--steps", "--json").last["inputs"]
    chosen = next(item for item in inputs if item["agent"] == "Oskar Venn" and item["action"]["kind"] != "rest")
    step = str(chosen["step"])
    branched = fabula("branch", "harbour-1", "--at", step, "--set", 'Oskar Venn={"kind": "rest"}', "--json")
    assert branched.code == 0, branched.err
    assert (branched.last["parent"], branched.last["run"]) == ("harbour-1", "harbour-2")
    assert branched.last["digest"] != played["digest"]
    assert fabula("replay", "harbour-2").code == 0
    assert "  harbour-2 (from step" in fabula("runs").out
    unchanged = fabula("branch", "harbour-1", "--at", step, "--hold", "--json").last
    assert unchanged["ending"] is None
    assert fabula("resume", unchanged["run"], "--json").last["digest"] == played["digest"]


def test_a_run_goes_from_home_to_home_as_a_folder(
    fabula: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = fabula("play", "harbour", "--turns", "2", "--seed", "5", "--json").last
    assert fabula("export", "harbour-1", tmp_path / "folder", "--json").code == 0
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "elsewhere"))
    assert fabula("import", tmp_path / "folder", "--json").last["digest"] == played["digest"]
    assert fabula("replay", "harbour-1").code == 0
    world = json.loads((tmp_path / "folder" / "world_state.json").read_text())
    assert world["turn"] == 2


def test_a_story_can_be_told_again_in_any_style_and_from_an_edited_log(fabula: Program, tmp_path: Path) -> None:
    out = tmp_path / "tale"
    fabula("play", "harbour", "--turns", "3", "--seed", "5", "--out", out, "--json")
    story = (out / "story.md").read_text()
    assert fabula("story", "harbour-1").out == story
    assert fabula("story", out / "campaign-log.md").out == story
    assert fabula("log", "harbour-1").out == (out / "campaign-log.md").read_text()
    styles = {style: fabula("story", "harbour-1", "--style", style).out for style in STYLES}
    assert len(set(styles.values())) == len(STYLES)
    assert fabula("story", "harbour-1", "--format", "html").out.lower().startswith("<!doctype html>")
    log = out / "campaign-log.md"
    log.write_text(log.read_text() + "\n- **Attaked** — agent: nobody\n- The rain came back.\n")
    told = fabula("story", log)
    assert told.code == 0
    assert "line" in told.out + told.err
    wrong = fabula("story", "harbour-1", "--style", "plane")
    assert wrong.code == 2
    assert "plain" in wrong.err


STYLES = ("grimdark_dramatic", "tactical", "philosophical", "plain")


def test_resuming_a_run_that_has_ended_tells_it_again(fabula: Program) -> None:
    played = fabula("play", "harbour", "--turns", "2", "--seed", "5", "--json").last
    resumed = fabula("resume", "harbour-1", "--json")
    assert resumed.code == 0
    assert resumed.last["digest"] == played["digest"]
    assert resumed.last.keys() == played.keys()


SHEETS = Path(__file__).parents[1] / "data" / "sheets"


def test_a_cast_of_ones_own_joins_the_play(fabula: Program) -> None:
    sheets = sorted(SHEETS.glob("0*.md"))[1:4]
    played = fabula("play", "ashfall", "--turns", "2", "--seed", "5", "--json", "--cast", *sheets)
    assert played.code == 0, played.err
    log = fabula("log", played.last["run"]).out
    assert "Brother Aurelio" in log
    assert "Zdeňka Červenková" in log


def test_a_new_pack_plays_at_once(fabula: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert fabula("new", "pack", "marsh").code == 0
    played = fabula("play", "marsh", "--turns", "3", "--json")
    assert played.code == 0, played.err
    again = fabula("new", "pack", "marsh")
    assert again.code == 2
    assert "is there already" in again.err


def test_the_doctor_says_what_is_here(fabula: Program) -> None:
    report = fabula("doctor", "--json")
    assert report.code == 0
    found = {finding["what"]: finding for finding in report.last["findings"]}
    assert {"Python", "home", "store", "packs", "environments", "redis"} <= found.keys()
    assert "ashfall" in found["packs"]["text"]


def test_help_teaches(fabula: Program) -> None:
    for words in (("--help",), ("play", "--help"), ("branch", "-h"), ("persona", "check", "--help")):
        assert fabula(*words).code == 0
    assert "fabula play ashfall" in fabula("--help").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("play", "ashfal"), 2, "Did you mean 'ashfall'"),
        (("play", "ashfall", "--turns", "0"), 2, "turns"),
        (("play", "ashfall", "--turns", "-1"), 2, "turns"),
        (("play", "ashfall", "--turns", "1000000000"), 2, "turns"),
        (("play", "ashfall", "--turns", "many"), 2, "turns"),
        (("play", "ashfall", "--seed", "9" * 30), 2, "seed"),
        (("play", "ashfall", "--style", "plane"), 2, "plain"),
        (("play", "ashfall", "extra"), 2, "'extra' is one argument too many"),
        (("play", "ashfall", "--cast", "nobody.md"), 2, "nobody.md"),
        (("show", "ashfall-9"), 2, "ashfall-9"),
        (("replay", "nothing"), 2, "nothing"),
        (("verify", "nothing"), 2, "nothing"),
        (("resume", "nothing"), 2, "nothing"),
        (("branch", "nothing", "--at", "3"), 2, "nothing"),
        (("export", "nothing", "somewhere"), 2, "nothing"),
        (("import", "no-such-folder"), 2, "not a run folder"),
        (("story", "no-such-log.md"), 2, "no-such-log.md"),
        (("sing",), 2, "sing"),
    ],
)
def test_a_wrong_call_is_told_in_words(fabula: Program, arguments: tuple[str, ...], code: int, words: str) -> None:
    called = fabula(*arguments)
    assert called.code == code, called.err
    assert words in called.err
    assert "Traceback" not in called.err


def test_errors_are_an_object_too_when_json_is_asked_for(fabula: Program) -> None:
    called = fabula("replay", "nothing", "--json")
    assert (called.code, called.last["code"]) == (2, 2)
    assert "nothing" in called.last["error"]


def test_a_typing_error_in_a_setting_is_told_with_the_nearest_right_one(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FABULA_CHRONICLER__STILE", "plain")
    called = fabula("runs")
    assert called.code == 2
    assert "FABULA_CHRONICLER__STYLE" in called.err


def test_a_home_that_cannot_be_written_is_told(
    fabula: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "file" / "home"))
    called = fabula("play", "harbour", "--turns", "1")
    assert called.code in (1, 2)
    assert "file" in called.err
    assert "Traceback" not in called.err
    assert fabula("doctor").code == 1


def test_a_folder_that_cannot_be_written_is_told_before_a_run_begins(fabula: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    called = fabula("play", "harbour", "--turns", "1", "--out", tmp_path / "file" / "tale")
    assert called.code == 2
    assert "name another folder with --out" in called.err
    assert fabula("runs", "--json").last["runs"] == []


def test_a_run_that_is_open_elsewhere_is_left_alone(fabula: Program) -> None:
    fabula("play", "harbour", "--turns", "2", "--seed", "5", "--json")
    held = fabula("branch", "harbour-1", "--at", "3", "--hold", "--json").last["run"]

    async def resume_while_held() -> tuple[int, str]:
        async with SqliteStore.open(home()) as store:
            lease = await store.acquire(held, ttl_s=30)
            called = await asyncio.to_thread(in_a_process, "resume", held)
            await store.release(lease)
            return called.code, called.err

    code, words = asyncio.run(resume_while_held())
    assert code == 1
    assert held in words
    assert "process" in words
