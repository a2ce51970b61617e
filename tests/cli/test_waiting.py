"""Waiting at a terminal: whoever is waited for is named after a while, and a deadline keeps nobody at the prompt."""

import re
from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.cli.scripted import PATIENCE_S, Typist, in_a_terminal, read_until, started, type_ahead
from tests.cli.test_talking_feed import on_screen
from tests.llm.providing import a_provider_here

from fabula.app.attending import Awaited
from fabula.cli.waiting_line import waiting_line
from fabula.engine import AgentId

TALK = ("talk", "Emeric", "Marit", "-t", "the tower", "--first", "Emeric", "--seed", "1", "--turns", "2")


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "home"))
    return Program(monkeypatch, capfd)


def awaited(agent: str, for_s: float, *, most_s: float | None = 120.0, mind: str = "bus:oracle") -> Awaited:
    return Awaited(agent=AgentId(agent), mind=mind, for_s=for_s, most_s=most_s)


def at_the_end(typist: Typist) -> list[str]:
    """What stands on the screen once the program has ended well."""
    typist.sees("Digest: ")
    assert typist.process.wait(PATIENCE_S) == 0
    return on_screen(typist.shown)


def test_the_line_says_who_since_when_and_what_happens_then() -> None:
    assert waiting_line([awaited("Ada", 1.9)], {}) == ""
    assert waiting_line([], {}) == ""
    assert waiting_line([awaited("Ada", 12.2)], {}) == "waiting for Ada: 12 s; after 120 s rules decide (bus:oracle)"
    passes = waiting_line([awaited("Ada", 3, mind="openai:x"), awaited("Ben", 1)], {"Ada": "the turn passes"})
    assert passes == "waiting for Ada: 3 s; after 120 s the turn passes (openai:x)"
    many = [awaited(name, 5, most_s=None) for name in ("Ada", "Ben", "Cy", "Di", "Ed")]
    assert (
        waiting_line(many, {}) == "waiting for Ada, Ben, Cy and 2 more: 5 s; it takes as long as it takes (bus:oracle)"
    )


def test_a_slow_mind_is_named_on_a_terminal_until_it_answers(tmp_path: Path) -> None:
    with a_provider_here(latency_ms=3_500) as provider:
        model = ("--model", f"Emeric=openai@{provider.openai}:demo", "--on-failure", "Emeric=skip")
        with (
            started(tmp_path / "elsewhere", *TALK, *model, FABULA_FEED__COLOUR="always") as piped,
            in_a_terminal(tmp_path / "home", *TALK, *model) as typist,
        ):
            assert "waiting for Emeric Lunt: 2 s; after 120 s the turn passes" in typist.sees("passes")
            screen = at_the_end(typist)
            out, _ = piped.communicate(timeout=PATIENCE_S)
    assert not any("waiting for" in line for line in screen)
    assert any(line.startswith("Emeric Lunt") for line in screen)
    assert "waiting for" not in out, "a file is no terminal, whatever colours are asked for"
    assert "Emeric Lunt" in out


def test_a_deadline_takes_the_prompt_from_a_person_and_ends_the_talk(fabula: Program, tmp_path: Path) -> None:
    talk = ("talk", "Emeric", "Marit", "--as", "Marit", "-t", "the tower", "--first", "Marit", "--turns", "0")
    with in_a_terminal(tmp_path / "home", *talk, "--deadline", "3", "--seed", "1") as typist:
        typist.sees("Marit Holub > ")
        typist.types("half a li")
        screen = at_the_end(typist)
    assert not any("half a li" in line or "Marit Holub >" in line for line in screen)
    assert "  It ended: The 3 s it had were over." in screen
    assert fabula("replay", "talk-1", "--json").last["identical"]
    assert fabula("runs", "--json").last["runs"][0]["ending"]["kind"] == "deadline"
    transcript = fabula("transcript", "talk-1").out
    assert "deadline decided for Marit Holub: person:you had not answered when the time was over" in transcript


def test_whoever_took_a_seat_is_not_kept_at_the_prompt_either(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with a_provider_here(latency_ms=500) as provider:
        model = f"Emeric=openai@{provider.openai}:demo"
        with started(home, *TALK[:-2], "--turns", "0", "--deadline", "7", "--model", model) as talk:
            read_until(talk, "Emeric Lunt: ")
            with in_a_terminal(home, "take", "talk-1", "Marit") as typist:
                typist.sees("Marit Holub > ")
                typist.types("half a li")
                typist.sees("That answer is not waited for any more.")
                typist.sees("The run has ended: fabula transcript talk-1")
                assert typist.process.wait(PATIENCE_S) == 0
                assert not any("half a li" in line for line in on_screen(typist.shown))
            out, _ = talk.communicate(timeout=PATIENCE_S)
    assert "It ended: The 7 s it had were over." in out


def test_a_chat_ends_at_its_deadline_in_whatever_branch_it_is(fabula: Program, tmp_path: Path) -> None:
    with in_a_terminal(tmp_path / "home", "chat", "Emeric", "--deadline", "4", "--seed", "1") as typist:
        typist.sees("You > ")
        typist.types("Good evening.\n")
        typist.sees("You > ")
        typist.types("/regenerate\n")
        typist.sees("answered anew")
        screen = at_the_end(typist)
    assert re.search(r"It ended: The [\d.]+ s it had were over\.", "\n".join(screen))
    runs = {run["run"]: run["ending"] for run in fabula("runs", "--json").last["runs"]}
    assert runs["chat-1"] is None
    assert runs["chat-2"]["kind"] == "deadline"


LEFT_AT_ONCE = ("talk", "Emeric", "Marit", "--as", "Marit", "--first", "Marit", "--turns", "0", "--deadline", "1", "-q")


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("resume", "talk-1"), "The 1 s it had were over."),
        (("resume", "talk-1", "--deadline", "2"), "The 2 s it had were over."),
        (("branch", "talk-1", "--at", "1"), "The 1 s it had were over."),
    ],
)
def test_a_talk_that_is_taken_up_again_has_a_deadline_as_it_had(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, call: tuple[str, ...], told: str
) -> None:
    type_ahead(monkeypatch)
    assert fabula(*LEFT_AT_ONCE).code == 130
    with in_a_terminal(tmp_path / "home", *call) as typist:
        screen = at_the_end(typist)
    assert f"  It ended: {told}" in screen
    assert fabula("runs", "--json").last["runs"][-1]["ending"]["kind"] == "deadline"


def test_a_chat_that_is_taken_up_again_has_its_deadline_and_keeps_a_new_one(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for call in (("chat", "Emeric", "--deadline", "600"), ("chat", "--resume", "chat-1", "--deadline", "1")):
        type_ahead(monkeypatch)
        assert fabula(*call, "--json").last == {"run": "chat-1", "ending": None}
    with in_a_terminal(tmp_path / "home", "chat", "--resume", "chat-1") as typist:
        screen = at_the_end(typist)
    assert "  It ended: The 1 s it had were over." in screen


def test_a_deadline_is_for_dialogues_and_one_that_cannot_be_read_is_told(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fabula("play", "harbour", "--turns", "1", "-q")
    refused = fabula("resume", "harbour-1", "--deadline", "5")
    assert (refused.code, "--deadline is for dialogues; 'harbour-1' is a campaign" in refused.err) == (2, True)
    type_ahead(monkeypatch)
    fabula(*LEFT_AT_ONCE)
    file = tmp_path / "home" / "deadlines" / "talk-1.json"
    file.write_text("soon")
    damaged = fabula("resume", "talk-1", "-q")
    assert damaged.code == 2
    assert f"{file}: the deadline of 'talk-1' cannot be read" in damaged.err
    assert "remove the file" in damaged.err
