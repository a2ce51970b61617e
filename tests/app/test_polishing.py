"""The chronicler on a model, as people meet it: `fabula story RUN --model …`, and a chronicler for `fabula play`."""

import asyncio
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.chronicle.test_pages import read
from tests.chronicle.test_polish import reworded, script, texts
from tests.chronicle.tracing import faults
from tests.cli.program import Program, in_a_process
from tests.llm.providing import Provided, a_provider_here

from fabula.app import polisher, stored_environment, tell_run
from fabula.app.tale import recorded_events
from fabula.chronicle import Account, Polished, Story, account_from_events, tell
from fabula.chronicle.polish import Progress
from fabula.environments.campaign import Campaign
from fabula.errors import UsageError
from fabula.settings import Settings
from fabula.store import SqliteStore

PLAY = ("play", "harbour", "--seed", "3", "--turns", "3", "-q")
RUN = "harbour-1"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FABULA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def fabula(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


def told_in(home: Path) -> tuple[Story, Account]:
    """The story of the run as rules tell it, and what it is told from."""

    async def told() -> tuple[Story, Account]:
        async with SqliteStore.open(home) as store:
            environment = await stored_environment(store, RUN)
            assert isinstance(environment, Campaign)
            places = {place.name: place.description for place in environment.setting.places}
            events = await recorded_events(store, RUN, environment)
            account = account_from_events(events, lexicon=environment.setting.lexicon, places=places)
            return tell(account, style=environment.setting.style), account

    return asyncio.run(told())


def model(provider: Provided) -> str:
    return f"openai@{provider.openai}:m"


def test_the_polished_story_of_a_run_is_a_page_like_any_other(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    plain = fabula("story", RUN, "--format", "html").out
    story, account = told_in(home)
    seen: list[Polished] = []

    async def polished() -> str:
        async with SqliteStore.open(home) as store:
            polish = polisher(store, Settings(home=home), {}, model(provider), run=RUN)

            async def noted(story: Story, account: Account) -> Polished:
                seen.append(await polish(story, account))
                return seen[-1]

            return (await tell_run(store, RUN, polish=noted)).html

    with a_provider_here(script=script(story, reworded)) as provider:
        page = asyncio.run(polished())
    assert read(page).ids == read(plain).ids
    assert page != plain
    assert seen[0].polished > len(seen[0].refusals)
    assert [s.text for s in seen[0].story.sentences() if faults(account, s)] == []


def test_told_once_more_it_costs_nothing(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    story, _ = told_in(home)
    with a_provider_here(script=script(story, reworded)) as provider:
        first = fabula("story", RUN, "--model", model(provider), "--json").last
        asked = provider.count()
        again = fabula("story", RUN, "--model", model(provider), "--json").last
        assert provider.count() == asked
    assert asked["requests"] == len(asked["asked"]) > 1
    assert first["polished"]["polished"] > 0
    assert again == first
    bill = fabula("cost", RUN, "--json").last
    assert bill["by_role"].keys() == {"chronicler"}
    assert bill["total"]["calls"] == asked["requests"]


@pytest.mark.parametrize("wall", [("--budget-tokens", "0"), ("--budget-tokens", "100")])
def test_a_budget_is_a_wall_here_too(fabula: Program, wall: tuple[str, str]) -> None:
    fabula(*PLAY)
    plain = fabula("story", RUN).out
    with a_provider_here() as provider:
        told = fabula("story", RUN, "--model", model(provider), *wall)
        assert provider.count()["requests"] == 0
    assert (told.code, told.out) == (0, plain)
    assert "unanswered" in told.err


def test_a_model_that_fails_leaves_the_story_as_rules_told_it(fabula: Program) -> None:
    fabula(*PLAY)
    plain = fabula("story", RUN).out
    with a_provider_here(faults="400=1") as provider:
        told = fabula("story", RUN, "--model", model(provider))
    assert (told.code, told.out) == (0, plain)
    assert "0 of" in told.err
    assert "Traceback" not in told.err


def test_the_words_of_a_log_file_can_be_polished_but_have_no_budget(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    log = home / "tales" / RUN / "campaign-log.md"
    story, _ = told_in(home)
    with a_provider_here(script=script(story, reworded)) as provider:
        told = fabula("story", log, "--model", model(provider), "--json").last
        walled = fabula("story", log, "--model", model(provider), "--budget", "1")
    assert told["polished"]["polished"] > 0
    assert walled.code == 2
    assert "models.budget.day_usd" in walled.err


@pytest.mark.parametrize(
    ("name", "says"), [("gpt", "provider"), ("openai:gpt-5", "OPENAI_API_KEY"), ("person:you", "person")]
)
def test_who_cannot_be_asked_is_said_before_anything_is_done(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    begun = fabula(*PLAY, "--model", f"chronicler={name}")
    assert begun.code == 2
    assert says in begun.err
    assert fabula("runs", "--json").last["runs"] == []
    fabula(*PLAY)
    told = fabula("story", RUN, "--model", name)
    assert (told.code, told.out) == (2, "")
    assert says in told.err


def test_rules_are_nobody_to_ask(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    assert fabula("story", RUN, "--model", "rules").out == fabula("story", RUN).out

    async def made() -> None:
        async with SqliteStore.open(home) as store:
            with pytest.raises(UsageError, match="a model is needed"):
                polisher(store, Settings(home=home), {}, "rules")

    asyncio.run(made())


@pytest.mark.parametrize("way", ["flag", "settings"])
def test_a_run_is_played_with_a_chronicler(
    fabula: Program, home: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    fabula(*PLAY)
    plain = (home / "tales" / RUN / "story.md").read_text(encoding="utf-8")
    story, _ = told_in(home)
    with a_provider_here(script=script(story, reworded)) as provider:
        if way == "settings":
            monkeypatch.setenv("FABULA_MODELS__CHRONICLER", model(provider))
        flags = ("--model", f"chronicler={model(provider)}") if way == "flag" else ()
        played = fabula(*PLAY, *flags)
        asked = provider.count()["asked"]
    assert played.code == 0
    assert "paragraphs polished" in played.out
    assert {question.split("/")[1] for question in asked} == {"chronicler"}
    told = (home / "tales" / "harbour-2" / "story.md").read_text(encoding="utf-8")
    assert told != plain
    assert told.count("\n\n") == plain.count("\n\n")
    digests = [run["digest"] for run in fabula("runs", "--json").last["runs"]]
    assert digests[0] == digests[1]


def test_a_resumed_run_pays_for_its_story_once(fabula: Program, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fabula(*PLAY)
    story, _ = told_in(home)
    with a_provider_here(script=script(story, reworded)) as provider:
        monkeypatch.setenv("FABULA_MODELS__CHRONICLER", model(provider))
        fabula("resume", RUN, "-q")
        told = (home / "tales" / RUN / "story.md").read_text(encoding="utf-8")
        asked = provider.count()["requests"]
        fabula("resume", RUN, "-q")
        assert provider.count()["requests"] == asked > 0
    assert (home / "tales" / RUN / "story.md").read_text(encoding="utf-8") == told
    assert fabula("story", RUN).out == told


def test_a_pipe_gets_the_story_and_nothing_else(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    story, _ = told_in(home)
    with a_provider_here(script=script(story, reworded)) as provider:
        told = in_a_process("story", RUN, "--model", model(provider))
        requests = provider.requests()
    assert told.code == 0
    assert told.out.startswith("# ")
    assert "polish" not in told.out
    assert "polishing: " in told.err
    assert "paragraphs polished" in told.err
    assert not any(json.loads(request["body"]).get("stream") for request in requests)


# On a terminal


def on_a_terminal(*arguments: str, environ: Mapping[str, str]) -> tuple["subprocess.Popen[bytes]", int]:
    """The program on a terminal of its own, of which the other end is given."""
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "fabula", *arguments],
        stdin=there,
        stdout=there,
        stderr=there,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environ},
        close_fds=True,
    )
    os.close(there)
    return process, here


def shown(terminal: int) -> Iterator[str]:
    """All that has been shown so far, again and again, until the program leaves."""
    seen = b""
    for_s = time.monotonic() + 60
    while time.monotonic() < for_s and select.select([terminal], [], [], 30)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # How Linux says that nobody is at the other end any more.
            return
        if not piece:
            return
        seen += piece
        yield seen.decode(errors="replace")


def words(text: str) -> str:
    return " ".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).split())


def test_on_a_terminal_the_words_are_seen_while_they_are_written(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    story, _ = told_in(home)
    environ = {"FABULA_HOME": str(home)}
    with a_provider_here(script=script(story, reworded), tokens_per_s=400) as provider:
        process, terminal = on_a_terminal("story", RUN, "--model", model(provider), environ=environ)
        early, whole = "", ""
        for whole in shown(terminal):
            if "polishing: 1 of" not in whole:
                early = words(whole)
        assert process.wait(30) == 0
        os.close(terminal)
        assert all(json.loads(request["body"])["stream"] for request in provider.requests())
    assert " ".join(reworded(texts(story)[0]).split()[:8]) in early
    assert "paragraphs polished" in words(whole)
    assert words(fabula("story", RUN).out.splitlines()[0]) in words(whole)


def test_ctrl_c_hangs_up_on_the_model(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    plain = fabula("story", RUN).out
    with a_provider_here(faults="drip:0.05=1") as provider:
        process, terminal = on_a_terminal("story", RUN, "--model", model(provider), environ={"FABULA_HOME": str(home)})
        whole, left = "", False
        for seen in shown(terminal):
            whole = seen
            if not left and provider.count()["open"] > 0:
                process.send_signal(signal.SIGINT)
                left = True
        assert process.wait(30) == 130
        os.close(terminal)
        deadline_s = time.monotonic() + 10
        while provider.count()["open"] and time.monotonic() < deadline_s:
            time.sleep(0.01)
        counted = provider.count()
    assert counted["open"] == 0
    assert counted["cancelled"] == counted["requests"] > 0
    assert "left before the story was polished" in words(whole)
    assert "Traceback" not in whole
    assert fabula("story", RUN).out == plain


def test_a_story_by_rules_loads_nothing_that_only_models_need(home: Path) -> None:
    in_a_process(*PLAY)
    program = (
        "import sys; from fabula.cli import main\n"
        f"sys.argv = ['fabula', 'story', {RUN!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'jinja2', 'json_repair', 'pydantic_ai', 'httpx2', 'limits', 'genai_prices', 'numpy'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_progress_tells_how_far_it_has_come(fabula: Program, home: Path) -> None:
    fabula(*PLAY)
    seen: list[Progress] = []

    async def polished(**settings: Any) -> None:
        async with SqliteStore.open(home) as store:
            polish = polisher(store, Settings(home=home), {}, model(provider), run=RUN, watch=seen.append)
            await tell_run(store, RUN, polish=polish)

    with a_provider_here() as provider:
        asyncio.run(polished())
    assert [progress.answered for progress in seen] == list(range(1, seen[0].asked + 1))
    assert not any(progress.draft for progress in seen)
