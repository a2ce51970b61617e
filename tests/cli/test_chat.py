"""`chat`: a person and one speaker at this terminal, typed or scripted, left, killed and taken up again."""

import signal
import time
from pathlib import Path

import pytest
from tests.cli.program import Program
from tests.cli.scripted import PATIENCE_S, Typist, in_a_terminal, read_until, started, type_ahead
from tests.cli.test_talking_feed import on_screen
from tests.llm.providing import Provided, a_provider, a_provider_here
from tests.test_crash_on_models import acknowledged

from fabula.cli import desk

DATA = Path(__file__).parents[1] / "data"
CHAT = ("chat", "Emeric", "--seed", "3")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], home: Path) -> Program:
    return Program(monkeypatch, capfd)


def wait_for_the_question(provider: Provided, number: int) -> None:
    """Until a provider has been asked so often, and is still answering."""
    until_s = time.monotonic() + PATIENCE_S
    while (count := provider.count())["requests"] < number or not count["open"]:
        assert time.monotonic() < until_s, count
        time.sleep(0.02)


def test_a_scripted_chat_reads_like_a_typed_one(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    type_ahead(monkeypatch, "Hello.", "/regenerate", "/edit Good evening.", "/back", "", "Well then.", "/BYE So long.")
    called = fabula(*CHAT)
    assert called.code == 0
    shown = [line for line in called.out.splitlines() if line and not line.startswith("Emeric Lunt: ")]
    assert shown[:11] == [
        "/help tells how to edit, regenerate, go back and leave.",
        "A conversation with Emeric Lunt",
        "You > Hello.",
        "You > /regenerate",
        "- answered anew; as it was, it is kept as chat-1 -",
        "You > /edit Good evening.",
        "- said otherwise; as it was, it is kept as chat-2 -",
        "You > /back",
        "- taken back; as it was, it is kept as chat-3 -",
        "You > ",
        "You > Well then.",
    ]
    assert "It ended: You took leave." in called.out
    assert "**You**: So long." in fabula("transcript", "chat-4").out


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/help", "Whatever you type is said. These are not:"),
        ("/nonsense", "There is no command '/nonsense'. /help lists them."),
        ("/edit", "/edit WORDS: what shall it be instead?"),
        ("/back -1", "/back N: how many of your turns? A whole number."),
        ("/back 0", "/back 0: one turn or more"),
        ("/back", "you have said nothing so far"),
        ("y" * 8_001, "That is 8,001 characters long; 8,000 are enough."),
        ("y" * 3_000_000, "That is 1,000,001 characters long; 8,000 are enough."),
    ],
)
def test_a_line_that_means_nothing_is_told_and_another_can_be_typed(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, line: str, answer: str
) -> None:
    type_ahead(monkeypatch, line, b"caf\xe9", "/quit")
    called = fabula(*CHAT)
    assert called.code == 0
    assert answer in called.out.splitlines()
    assert "You > caf\ufffd" in called.out
    assert "left. `fabula chat --resume chat-1` takes it up again." in called.out
    assert "**You**: caf\ufffd" in fabula("transcript", "chat-1").out


def test_the_end_of_input_leaves_a_chat_that_is_taken_up_with_what_was_said_last(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_ahead(monkeypatch, "One.")
    assert fabula(*CHAT, "--json").last == {"run": "chat-1", "ending": None}
    type_ahead(monkeypatch, "/back", "Two.", "/bye")
    again = fabula("chat", "--resume", "chat-1", "--json")
    assert (again.last["run"], again.last["parent"]) == ("chat-2", "chat-1")
    assert "You: One." in again.err
    assert "One." not in fabula("transcript", "chat-2").out


def test_nobody_types_where_there_is_no_input(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert fabula(*CHAT, "--json").last == {"run": "chat-1", "ending": None}


def test_no_more_lines_are_read_ahead_than_there_is_room_for(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    type_ahead(monkeypatch, *(f"/nonsense{number}" for number in range(3 * desk.LINES_AHEAD_MAX)), "Hello.", "/bye")
    assert fabula(*CHAT, "--json").last["turns"] == 3


def test_a_card_greets_whoever_came_by_name(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    type_ahead(monkeypatch, "Good evening.", "/bye")
    called = fabula("chat", DATA / "cards/nemo.v3.charx", "--name", "Å\u202esa\x1b[31m <b>#1</b>")
    said = [line for line in called.out.splitlines() if "Capitaine Nemo: " in line or " > " in line]
    assert said[0].startswith("Capitaine Nemo: « Monsieur Åsa <b>#1</b>, ")
    assert said[1] == "Åsa <b>#1</b> > Good evening."


def test_a_service_agent_hands_over_and_the_chat_ends(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    type_ahead(monkeypatch, "Hello.", "Can I speak to a real person?", "Never said.")
    called = fabula("chat", "technical_supporter", "--json")
    assert called.last["ending"]["kind"] == "handed_over"
    assert "Never said." not in called.err
    assert called.err.count("to a person") == called.err.count("It ended: Support handed over to a person") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "name whom to talk with"),
        (["Emeric", "--resume", "chat-1"], "not both"),
        (["you"], "a chat is with somebody else"),
        (["--resume", "chat-7"], "no run 'chat-7'"),
        (["--resume", "talk-1"], "nobody talks in 'talk-1' from here: `fabula resume talk-1` takes it up"),
        (["--resume", "ashfall-1"], "'ashfall-1' is a campaign"),
        (["Emeric", "--name", ""], "--name ''"),
        (
            ["--resume", "talk-1", "--name", "You"],
            "--name: a chat keeps the name, topic and seed it began with. Leave it",
        ),
        (["--resume", "talk-1", "--topic", "x", "--seed", "0"], "--topic and --seed: a chat keeps"),
    ],
)
def test_a_chat_that_cannot_be_is_told(fabula: Program, arguments: list[str], told: str) -> None:
    fabula("talk", "Emeric", "Marit", "--turns", "1", "-q")
    fabula("play", "ashfall", "--turns", "1", "-q")
    called = fabula("chat", *arguments)
    assert called.code == 2
    assert told in called.err


def test_a_chat_goes_on_with_another_model_in_its_branches_too(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_ahead(monkeypatch, "One.")
    fabula(*CHAT)
    type_ahead(monkeypatch, "/regenerate", "Two.")
    with a_provider_here() as provider:
        model = f"openai@{provider.openai}:demo"
        assert fabula("chat", "--resume", "chat-1", "--model", model).code == 0
        assert provider.count()["requests"] == 2
        spoke = fabula("log", "chat-2", "--steps", "--json").last["inputs"]
        assert [step["by"] for step in spoke if step["agent"] == "Emeric Lunt"] == [model] * 2
        type_ahead(monkeypatch, "Three.", "/bye")
        fabula("chat", "--resume", "chat-2", "--model", "rules")
        assert provider.count()["requests"] == 2
    assert fabula("replay", "chat-2", "--json").last["identical"]


@pytest.mark.parametrize(("model", "told"), [("openai:gpt-5", "OPENAI_API_KEY"), ("gpt", "gpt"), ("mind:no", "'no'")])
def test_a_model_that_cannot_be_had_changes_nothing_in_a_chat(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, model: str, told: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    type_ahead(monkeypatch, "One.")
    fabula(*CHAT)
    type_ahead(monkeypatch, "Two.", "/bye")
    refused = fabula("chat", "--resume", "chat-1", "--model", model)
    assert refused.code == 2
    assert told in refused.err
    type_ahead(monkeypatch, "Two.", "/bye")
    assert fabula("chat", "--resume", "chat-1", "--json").last["turns"] == 5
    ended = fabula("chat", "--resume", "chat-1", "--model", "rules")
    assert (ended.code, "run 'chat-1' has ended" in ended.err) == (2, True)


def test_a_killed_chat_goes_on_and_asks_nothing_twice(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    with a_provider_here(latency_ms=400) as provider:
        with started(home, *CHAT, "--model", f"openai@{provider.openai}:demo") as chat:
            assert chat.stdin is not None
            chat.stdin.write("One.\nTwo.\n")
            chat.stdin.flush()
            read_until(chat, "Emeric Lunt: ")
            wait_for_the_question(provider, 2)
            chat.send_signal(signal.SIGKILL)
            chat.communicate(timeout=PATIENCE_S)
        known = acknowledged(home)
        assert known
        type_ahead(monkeypatch, "Three.", "/bye")
        assert fabula("chat", "--resume", "chat-1", "--json").last["turns"] == 7
        asked = provider.count()["asked"]
    assert {question: asked[question] for question in known} == dict.fromkeys(known, 1)
    spoken = [line[9:12] for line in fabula("transcript", "chat-1").out.splitlines() if line.startswith("**You**: ")]
    assert spoken == ["One", "Two", "Thr", "Goo"]
    assert fabula("replay", "chat-1", "--json").last["identical"]


def test_in_a_terminal_words_come_as_they_are_written_and_ctrl_c_tells_how_to_go_on(home: Path) -> None:
    texts = ("The tide comes in twice a day, and nobody has ever asked it to; I like that.", "The moon, " * 20)
    with a_provider(script=[{"text": text} for text in texts], tokens_per_s=25) as provider:
        model, once = f"openai@{provider.openai}:demo", {"FABULA_MODELS__ATTEMPTS_MAX": "1"}
        with in_a_terminal(home, *CHAT, "--model", model, environ=once) as typist:
            typist.sees("You > ")
            typist.types("Hello.\n")
            typist.sees("The tide")
            assert "I like that" not in typist.shown, "it is not all there at once"
            typist.sees("You > ")
            assert said_on(typist, "The tide comes in twice a day") == said_on(typist, "I like that.") == 1

            assert provider.process is not None
            typist.types("Go on.\n")
            typist.sees("The moon")
            provider.process.kill()
            typist.sees("rules spoke for Emeric Lunt")
            typist.sees("You > ")
            assert said_on(typist, "The moon") == 0, "what was never said is not left standing"

            typist.process.send_signal(signal.SIGINT)
            assert "left. `fabula chat --resume chat-1` takes it up again." in typist.sees("again.")
            assert typist.process.wait(PATIENCE_S) == 130


def said_on(typist: Typist, words: str) -> int:
    """How often that stands on the screen."""
    return " ".join(" ".join(on_screen(typist.shown)).split()).count(words)
