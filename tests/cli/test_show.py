"""`show`: a dialogue and a world in short, with the commands that tell more; one turn in full."""

import shlex
from pathlib import Path

import pytest
from tests.cli.program import Called, Program
from tests.cli.scripted import read_until, started, type_ahead
from tests.llm.providing import a_provider_here

TALK = ("talk", "Emeric", "Marit", "-t", "Who should hold the key?", "--first", "Emeric", "--seed", "2")
VOTE = ("--option", "the Assay", "--option", "the Guns", "--on-failure", "Marit=skip")


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)  # The commands that are named write beside whoever runs them.
    return Program(monkeypatch, capfd)


def commands(shown: Called) -> list[list[str]]:
    """Those that are named at the end and need nothing to be filled in."""
    lines = [line.split("  ")[0] for line in shown.out.splitlines() if line.startswith("fabula ")]
    return [shlex.split(line)[1:] for line in lines if "STEP" not in line and "WORDS" not in line]


def test_a_dialogue_is_shown_in_short(fabula: Program) -> None:
    with a_provider_here(script=[{"text": f"Word {number}, and many more. " * 40} for number in range(9)]) as provider:
        model = f"openai@{provider.openai}:demo"
        fabula(*TALK, *VOTE, "--policy", "bids", "--turns", "7", "--model", f"Emeric={model}", "-q")
    shown = fabula("show", "talk-1")
    lines = shown.out.splitlines()
    assert len(lines) < 35
    assert max(map(len, lines)) < 300
    assert lines[0] == "talk-1  (dialogue, pack talk, seed 2)"
    assert lines[1].split(": ")[0].endswith(("steps, ended (decided)", "steps, ended (undecided)"))
    assert lines[2:6] == [
        "Emeric Lunt and Marit Holub",
        "Who should hold the key?",
        "bids: the keenest is next; 7 turns at most; then vote on the Assay, the Guns",
        "turn 7 of 7",
    ]
    (emeric,) = (line for line in lines if line.startswith("Emeric Lunt  "))
    assert model[:30] in emeric
    assert any(line.startswith("Marit Holub  rules ") for line in lines)
    assert "  Marit Holub: Surgeon at the Tannery; when it cannot answer: skip" in lines
    assert any(line.startswith(("Decided by vote: ", "Nothing was decided by vote")) for line in lines)
    assert [line[:5].strip() for line in lines[lines.index("said last") + 1 :][:4]] == ["4", "5", "6", "7"]
    for command in commands(shown):
        assert fabula(*command).code == 0, command
    assert {"transcript", "log", "show"} <= {command[0] for command in commands(shown)}
    assert len(fabula("show", "talk-1", "--json").last["view"]["lines"]) == 7, "all of it is there for programs"


def test_a_dialogue_that_goes_on_says_whose_turn_it_is_and_how_it_is_taken_up(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    fabula(*TALK, "--turns", "3", "--mind", "Marit=rules", "-q")
    fabula("branch", "talk-1", "--at", "2", "--hold", "-q")
    lines = fabula("show", "talk-2").out.splitlines()
    assert lines[1] == "2 steps, goes on: fabula resume talk-2"
    assert "turn 1 of 3; next: Marit Holub" in lines
    type_ahead(monkeypatch, "Good evening.", "/quit")
    fabula("chat", "financial_adviser", "--seed", "1")
    lines = fabula("show", "chat-1").out.splitlines()
    assert lines[1].endswith("goes on: fabula chat --resume chat-1")
    assert "  You: a person" in lines
    early = fabula("show", "chat-1", "--at", "1").out
    assert "as it was before step 1" in early
    assert "Good evening." not in early
    assert any(line.startswith("You      person:you") for line in early.splitlines()), "who sits there, if nobody spoke"


def test_a_dialogue_that_is_played_now_is_to_be_watched(fabula: Program, tmp_path: Path) -> None:
    with (
        a_provider_here(latency_ms=60_000) as provider,
        started(tmp_path / "home", *TALK, "--model", f"Marit=openai@{provider.openai}:demo") as talk,
    ):
        read_until(talk, "Emeric Lunt")
        assert "goes on: fabula watch talk-1" in fabula("show", "talk-1").out
        talk.kill()
        talk.communicate()
        assert "goes on: fabula resume talk-1" in fabula("show", "talk-1").out


def test_one_turn_is_shown_in_full_with_who_decided_it(fabula: Program) -> None:
    words = "One paragraph.\n\nAnother, \x1b[31mred\x1b[0m. " + "word " * 200
    with a_provider_here(script=[{"text": words}]) as provider:
        model = f"openai@{provider.openai}:demo"
        fabula(*TALK, "--policy", "bids", "--turns", "3", "--model", f"Emeric={model}", "-q")
    number = next(
        line["turn"] for line in fabula("find", "paragraph", "--json").last["found"] if line["speaker"] == "Emeric Lunt"
    )
    shown = fabula("show", "talk-1", "--turn", str(number))
    assert "  One paragraph." in shown.out.splitlines()
    assert shown.out.count("word ") > 190
    assert "Wishes to speak: " in fabula("show", "talk-1", "--turn", "2").out
    assert f"decided by {model}, " in shown.out
    assert "tokens" in shown.out
    assert "\x1b" not in shown.out
    step = shown.out.splitlines()[0].rpartition(" ")[2]
    assert f"fabula branch talk-1 --at {step} goes another way" in shown.out
    told = fabula("show", "talk-1", "--turn", str(number), "--json").last
    assert [each["event"]["kind"] for each in told["happened"]][-1] == "said"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--turn", "4"), "run 'talk-1' has no such turn"),
        (("--turn", "0"), "run 'talk-1' has no such turn"),
        (("--turn", "1", "--agent", "Marit"), "leave --agent and --at out"),
        (("--at", "99"), "has steps 0 to"),
    ],
)
def test_what_cannot_be_shown_is_told(fabula: Program, arguments: tuple[str, ...], told: str) -> None:
    fabula(*TALK, "--turns", "3", "-q")
    called = fabula("show", "talk-1", *arguments)
    assert (called.code, told in called.err) == (2, True), called.err


def test_a_world_is_shown_in_short(fabula: Program) -> None:
    fabula("play", "hollowmere", "--ticks", "3", "--fast", "--seed", "1", "-q")
    shown = fabula("show", "hollowmere-1")
    lines = shown.out.splitlines()
    assert len(lines) < 60
    assert "25 lives: townsman 25" in lines
    assert any(line.startswith("Edmund Garrod  ") for line in lines)
    assert any("Jonas Thacker with Edmund Garrod: " in line for line in lines)
    for command in commands(shown):
        assert fabula(*command).code == 0, command
    assert "is a world and has no transcript" in fabula("show", "hollowmere-1", "--turn", "1").err
