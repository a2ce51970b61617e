"""A person's seat in a run that has no end, such as a chat: nobody else speaks there, so it never goes on by itself."""

from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.cli.scripted import type_ahead
from tests.llm.providing import Provided, a_provider_here

CHAT = ("chat", "Emeric", "--seed", "3")
LEFT = "left. Every step so far is kept: `fabula chat --resume chat-2` goes on."


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "home"))
    return Program(monkeypatch, capfd)


def chat_on(fabula: Program, monkeypatch: pytest.MonkeyPatch, provider: Provided) -> int:
    """Say something to a model in `chat-1` and leave; returns how often it was asked."""
    type_ahead(monkeypatch, "Hello.", "/quit")
    assert fabula(*CHAT, "--model", f"openai@{provider.openai}:demo").code == 0
    type_ahead(monkeypatch)
    return requests(provider)


def requests(provider: Provided) -> int:
    asked = provider.count()["requests"]
    assert isinstance(asked, int)
    return asked


@pytest.mark.parametrize("at", ["0", "1"])
def test_a_branch_of_a_chat_is_left_where_nobody_types(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    with a_provider_here() as provider:
        asked = chat_on(fabula, monkeypatch, provider)
        branched = fabula("branch", "chat-1", "--at", at)
        assert (branched.code, requests(provider)) == (130, asked)
    assert LEFT in branched.err
    assert "rules" not in fabula("log", "chat-2", "--steps").out
    type_ahead(monkeypatch, "/bye")
    assert fabula("chat", "--resume", "chat-2", "--json").last["ending"]["kind"] == "left"


def test_a_branch_of_a_chat_asks_the_person(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_provider_here() as provider:
        asked = chat_on(fabula, monkeypatch, provider)
        type_ahead(monkeypatch, "Good evening.")
        branched = fabula("branch", "chat-1", "--at", "1")
        assert requests(provider) == asked + 1
    assert LEFT in branched.err
    assert "**You**: Good evening." in fabula("transcript", "chat-2").out


def test_a_branch_that_was_only_made_asks_the_person_when_it_is_resumed(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sits where is not recorded before its first step."""
    with a_provider_here() as provider:
        asked = chat_on(fabula, monkeypatch, provider)
        made = fabula("branch", "chat-1", "--at", "0", "--hold")
        assert "Go on with: fabula chat --resume chat-2" in made.out
        assert LEFT in fabula("resume", "chat-2").err
        assert requests(provider) == asked
    type_ahead(monkeypatch, "/bye")
    assert fabula("chat", "--resume", "chat-2").code == 0


@pytest.mark.parametrize(
    "call", [("take", "chat-1", "You", "--mind", "rules"), ("order", "chat-1", "/take You openai:gpt-5")]
)
def test_no_other_mind_takes_the_seat_of_a_person_in_a_chat(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, call: tuple[str, ...]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    type_ahead(monkeypatch, "/quit")
    fabula(*CHAT)
    refused = fabula(*call)
    assert refused.code == 2
    assert "the seat of 'You' in 'chat-1' is a person's" in refused.err
    assert fabula("take", "chat-1", "Emeric", "--mind", "rules").code == 0


@pytest.mark.parametrize(
    "call",
    [
        ("take", "chat-1", "Emeric", "--mind", "person:you"),
        ("order", "chat-1", "/take Emeric person:you"),
        ("talk", "Emeric", "Marit", "--mind", "Marit=person:you"),
        ("talk", "Emeric", "Marit", "--model", "person:you"),
        ("chat", "--resume", "chat-1", "--model", "person:you"),
        ("play", "harbour", "--model", "Maren=person:you"),
    ],
)
def test_whoever_plays_a_run_is_seated_by_as_alone(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, call: tuple[str, ...]
) -> None:
    type_ahead(monkeypatch, "/quit")
    fabula(*CHAT)
    refused = fabula(*call)
    assert refused.code == 2
    assert "that is whoever plays the run, who is seated with --as" in refused.err


def test_a_branch_of_a_played_character_asks_the_person(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    play = ("play", "harbour", "--seed", "5", "--turns", "2", "--as", "Maren")
    type_ahead(monkeypatch, "wait", "wait")
    assert fabula(*play).code == 0
    type_ahead(monkeypatch, "wait", "wait")
    assert fabula("branch", "harbour-1", "--at", "0", "-q").code == 0
    steps = fabula("log", "harbour-2", "--steps", "--json").last["inputs"]
    assert [step["by"] for step in steps if step["agent"] == "Maren Tolliver"] == ["person:you"] * 2
