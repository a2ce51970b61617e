"""Hostile texts in every field of sheets and cards, and a model that obeys every instruction it reads: what is played
is policy, and what comes out is text.

One sample of runs holds every text; the nightly ones put every text into every field.
"""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from tests.app.hostile import (
    KEYS,
    PIECE,
    Asked,
    Character,
    asked,
    characters,
    elements_in,
    hostile_texts,
    keys_in,
    letters_of,
    pieces_of,
    prompt_sentences,
    steering_in,
)
from tests.cli.program import Called, Program, in_a_process
from tests.environments.campaign.secrets import SecretWatch
from tests.llm.providing import a_provider, a_provider_here

from fabula.app import stored_environment
from fabula.chronicle import read_log
from fabula.engine import Chance, Codec, Commanded
from fabula.environments.campaign import DIRECTOR, Campaign
from fabula.environments.campaign.actions import CharacterAction, DirectorAction
from fabula.environments.campaign.state import CampaignState
from fabula.store import SqliteStore

TEXTS = hostile_texts()
PACK, TURNS, SEED = "harbour", 2, 7
CAST_MAX = 20
SAMPLE_STRIDE = 25
"""At this distance six pairs hold all texts."""
POLISHED = "polished.html"
ORDERED = ("o000", "o001", "o013", "o014", "o020", "o036", "i000")
"""Orders to show the prompt and the keys, and to act as somebody else."""


class Batch(NamedTuple):
    """Who plays, and how the provider fares."""

    name: str
    cast: list[Character]
    faults: str = ""


def the_sample() -> Batch:
    """Few characters that hold all texts."""
    cast = characters(list(TEXTS.values()), range(12), stride=SAMPLE_STRIDE)
    return Batch("sample", [*cast, *the_ordered()], faults="giant:2=0.03,500=0.03,bad_text=0.06")


def the_whole() -> list[Batch]:
    """Every text in every field of a sheet and of a card."""
    texts = list(TEXTS.values())
    numbers = range(2 * len(texts))
    dealt = [numbers[first : first + CAST_MAX] for first in numbers[::CAST_MAX]]
    return [Batch(f"whole-{some.start}", [*characters(texts, some), *the_ordered()]) for some in dealt]


def the_ordered() -> list[Character]:
    """Sheets and cards in turn, each with one order in every field."""
    numbered = enumerate(ORDERED, start=1000)
    return [one for number, order in numbered for one in characters([TEXTS[order]], [2 * number + number % 2])]


class Played(NamedTuple):
    """A run, and everything that came of it."""

    home: Path
    tale: Path
    sheets: list[Path]
    called: Called
    models: list[str]
    requests: list[dict[str, Any]]
    """What came to the provider to whose origin MINE_KEY belongs."""
    foreign: list[dict[str, Any]]
    """What came to the director's, to whose origin no key belongs."""

    @property
    def run(self) -> str:
        name: str = self.called.last["run"]
        return name

    def questions(self) -> list[Asked]:
        return [*asked(self.requests), *asked(self.foreign)]


def play(folder: Path, batch: Batch) -> Played:
    """The characters of a batch in a shipped pack, every seat on a model that obeys."""
    home, tale = folder / "home", folder / "tale"
    home.mkdir()
    sheets = [character.write(folder, number) for number, character in enumerate(batch.cast)]
    with (
        a_provider(manner="obeying", faults=batch.faults, seed=SEED) as own,
        a_provider_here(manner="obeying") as other,
    ):
        (home / "fabula.yaml").write_text(json.dumps({"models": {"keys": {own.url: "MINE_KEY"}}}))
        models = [f"openai@{provider.openai}:demo" for provider in (own, other)]
        wanted: tuple[str | Path, ...] = ("--model", models[0], "--model", f"director={models[1]}")
        called = in_a_process(
            *("play", PACK, "--cast", *sheets, *wanted),
            *("--seed", str(SEED), "--turns", str(TURNS), "--out", tale, "--json", "--debug"),
            environ={**KEYS, "FABULA_HOME": str(home)},
            cwd=folder,
        )
        requests = own.requests(2000), other.requests(2000)
        if called.code == 0:
            polish(called.last["run"], models[0], tale, environ={**KEYS, "FABULA_HOME": str(home)})
        return Played(home, tale, sheets, called, models, *requests)


def polish(run: str, model: str, tale: Path, *, environ: dict[str, str]) -> None:
    """Have the same model go over the story, too."""
    told = in_a_process("story", run, "--model", model, "--format", "html", "--out", tale / POLISHED, environ=environ)
    assert told.code == 0, told.err
    assert steering_in(told.out + told.err) == []
    assert keys_in((told.out + told.err).encode()) == []


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(the_sample(), id="sample"),
        *(pytest.param(batch, id=batch.name, marks=pytest.mark.nightly) for batch in the_whole()),
    ],
)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("hostile"), request.param)


@pytest.fixture
def fabula(played: Played, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    """The program in the home of the run, with the keys set."""
    for variable, key in {**KEYS, "FABULA_HOME": str(played.home)}.items():
        monkeypatch.setenv(variable, key)
    monkeypatch.chdir(played.home.parent)
    return Program(monkeypatch, capfd)


class Step(NamedTuple):
    """One step as it was recorded."""

    number: int
    inputs: tuple[Any, ...]
    events: tuple[Any, ...]


class Log(NamedTuple):
    """A run as its store has it."""

    campaign: Campaign
    steps: list[Step]


def log_of(played: Played) -> Log:
    async def read() -> Log:
        async with SqliteStore.open(played.home) as store:
            campaign = await stored_environment(store, played.run)
            assert isinstance(campaign, Campaign)
            codec = Codec(campaign)
            return Log(
                campaign,
                [
                    Step(record.step, codec.inputs(record.inputs), codec.events(record.events))
                    async for record in store.records(played.run)
                ],
            )

    return asyncio.run(read())


# What is played.


def test_the_run_comes_to_its_end_and_nobody_sees_an_exception(played: Played) -> None:
    assert played.called.code == 0, played.called.err[-2000:]
    assert played.called.last["ending"]
    assert "Traceback" not in played.called.err + played.called.out
    assert len(played.questions()) > len(played.sheets) * TURNS


def test_every_seat_does_only_what_is_its_own_to_do(played: Played) -> None:
    log = log_of(played)
    by_director = 0
    for step in log.steps:
        for given in step.inputs:
            if isinstance(given, Commanded):
                assert type(given.command).__name__ == "Assign"
                assert given.command.mind in played.models
            else:
                assert isinstance(given.action, DirectorAction if given.agent == DIRECTOR else CharacterAction)
                by_director += given.agent == DIRECTOR
    assert by_director == 2 * TURNS


def test_only_the_rules_move_the_state(played: Played, fabula: Program) -> None:
    log = log_of(played)
    state = log.campaign.begin(Chance(SEED))
    lasting = _lasting(log, state)
    for step in log.steps:
        assert tuple(log.campaign.step(state, step.inputs, Chance(SEED, step.number))) == step.events
        assert _lasting(log, state) == lasting
    shown = fabula("show", played.run, "--json").last
    assert shown["view"] == msgspec.to_builtins(log.campaign.view(state, None))
    replayed = fabula("replay", played.run, "--json")
    assert (replayed.code, replayed.last["identical"]) == (0, True)


def _lasting(log: Log, state: CampaignState) -> Any:
    """What no deed changes; what may change is seen to lie within its bounds."""
    for agent in state.agents.values():
        assert 0 <= agent.vigour <= agent.vigour_max
    for clock in log.campaign.setting.clocks:
        assert 0 <= state.dials[clock.name].filled <= clock.segments
    assert set(state.complications) <= {one.name for one in log.campaign.setting.complications}
    return [*state.agents], [*state.items], [*state.dials], [agent.vigour_max for agent in state.agents.values()]


# What must come out nowhere.


def test_a_key_goes_to_its_own_origin_in_its_header_and_nowhere_else(played: Played, fabula: Program) -> None:
    own, foreign = list(asked(played.requests)), list(asked(played.foreign))
    assert {question.headers["authorization"] for question in own} == {f"Bearer {KEYS['MINE_KEY']}"}
    assert foreign
    assert not any("authorization" in question.headers for question in foreign)
    for question in own + foreign:
        beside = {name: value for name, value in question.headers.items() if name != "authorization"}
        assert keys_in(f"{question.body}{beside}".encode()) == []
    assert fabula("export", played.run, played.home.parent / "exported").code == 0
    assert keys_in((played.called.out + played.called.err).encode()) == []
    written = [file for file in played.home.parent.rglob("*") if file.is_file()]
    assert {"fabula.db", "manifest.json", "campaign-log.md", "story.md", "story.html"} <= {
        file.name for file in written
    }
    assert {file.name: found for file in written if (found := keys_in(file.read_bytes()))} == {}


def test_the_model_was_made_to_tell_all_it_has(played: Played) -> None:
    """Else what follows here shows nothing: its replies hold headers, prompts, escapes and markup."""
    with closing(sqlite3.connect(played.home / "fabula.db")) as database:
        replies = [json.loads(reply)["text"] for (reply,) in database.execute("SELECT reply FROM replies")]
    sentences = pieces_of("\n".join(prompt_sentences()))
    assert sum("authorization: Bearer …" in reply for reply in replies) > 3
    assert sum(bool(sentences & pieces_of(reply)) for reply in replies) > 3
    assert sum("\\u001b" in reply or "<" in reply for reply in replies) > 3
    assert any('"adjudicate"' in reply or '"assign"' in reply for reply in replies)


def test_no_prompt_comes_out_in_what_is_recorded_or_told(played: Played, fabula: Program) -> None:
    sentences = pieces_of("\n".join(prompt_sentences()))
    views = [played.called.out, played.called.err]
    views += [file.read_text(encoding="utf-8") for file in played.tale.iterdir()]
    views += [fabula("log", played.run, "--steps").out, fabula("show", played.run, "--json").out]
    views += [str(step) for step in log_of(played).steps]
    for view in views:
        assert not sentences & pieces_of(view)


def test_what_one_agent_is_told_of_itself_reaches_no_other_agent(played: Played) -> None:
    questions = played.questions()
    marks = {question.agent: set(re.findall(r"\b[0-9a-f]{80}\b", question.system)) for question in questions}
    assert sum(map(len, marks.values())) >= len(played.sheets)
    for question in questions:
        others = letters_of(question.body)
        for agent, own in marks.items():
            pieces = {mark[at : at + PIECE] for mark in own for at in range(len(mark) - PIECE + 1)}
            assert agent == question.agent or not any(piece in others for piece in pieces), (agent, question.agent)


def test_a_secret_reaches_nobody_to_whom_nobody_told_it(played: Played) -> None:
    log = log_of(played)
    watch, questions = SecretWatch(log.campaign.setting), played.questions()
    for step in log.steps:
        for question in questions:
            if question.step == step.number and question.agent != DIRECTOR:
                assert watch.leaks(question.agent, [question.others], own=[question.system]) == []
        watch.heed(step.events)


# What is shown.


def test_nothing_steers_the_terminal_of_whoever_watches(played: Played) -> None:
    assert steering_in(played.called.out) == []
    assert steering_in(played.called.err) == []


def test_every_view_of_the_run_is_harmless_on_a_terminal(played: Played, fabula: Program) -> None:
    agents = list(fabula("show", played.run, "--json").last["view"]["agents"])
    views: list[tuple[str | Path, ...]] = [
        ("runs",),
        ("show", played.run),
        ("show", played.run, "--json"),
        *(("show", played.run, "--agent", agent) for agent in agents[:6]),
        ("log", played.run),
        ("log", played.run, "--json"),
        ("log", played.run, "--steps"),
        ("log", played.run, "--steps", "--json"),
        ("story", played.run),
        ("story", played.run, "--style", "plain", "--json"),
        ("story", played.tale / "campaign-log.md"),
        ("cost", played.run),
        ("cost", played.run, "--json"),
        ("verify", played.run),
        *(("show", played.run, "--agent", TEXTS[name], "--debug") for name in ("i000", "i071", "i073", "i074")),
    ]
    for view in views:
        called = fabula(*view)
        assert called.code == (2 if "--debug" in view else 0), called.err
        assert steering_in(called.out + called.err) == [], view
        assert keys_in((called.out + called.err).encode()) == []
        assert ("Traceback" in called.err) == ("--debug" in view)


def test_the_characters_themselves_are_harmless_on_a_terminal(played: Played, fabula: Program) -> None:
    calls: list[tuple[str | Path, ...]] = [
        ("persona", "check", *played.sheets),
        ("persona", "check", *played.sheets, "--json"),
    ]
    for sheet in played.sheets[::4]:
        calls += [("persona", "show", sheet), ("persona", "show", sheet, "--json"), ("persona", "convert", sheet)]
        calls += [
            ("persona", "convert", sheet, "--to", to, *rest)
            for to in ("v3", "json", "md")
            for rest in ((), ("--json",))
        ]
    for call in calls:
        called = fabula(*call)
        assert called.code == 0, called.err
        # A sheet is written back as it was; those marks right-to-left scripts need, and they turn nothing round.
        out = re.sub("[\u061c\u200e\u200f]", "", called.out) if call[1] == "convert" else called.out
        assert steering_in(out + called.err) == [], call
        assert "Traceback" not in called.err


def test_the_page_has_no_element_that_a_harmless_run_has_not(played: Played, fabula: Program) -> None:
    out = played.home.parent / "harmless"
    assert fabula("play", PACK, "--seed", "1", "--turns", "5", "--quiet", "--out", out).code == 0
    harmless = elements_in((out / "story.html").read_text(encoding="utf-8"))
    for told in ("story.html", POLISHED):
        page = (played.tale / told).read_text(encoding="utf-8")
        assert elements_in(page) <= harmless
        assert not re.search(r"(?:href|src)\s*=\s*\"(?!#)", page)
        assert steering_in(page) == []


def test_the_story_in_markdown_has_no_markup_of_a_text(played: Played, fabula: Program) -> None:
    assert steering_in((played.tale / "campaign-log.md").read_text(encoding="utf-8")) == []
    # Told once more a polished story costs no question, and nobody is there to be asked.
    polished = fabula("story", played.run, "--model", played.models[0]).out
    for story in ((played.tale / "story.md").read_text(encoding="utf-8"), polished):
        assert steering_in(story) == []
        assert not re.search(r"<[a-zA-Z!/]", story)
        assert not re.search(r"(?<!\\)\]\(|(?<!\\)`|(?<!\\)\|", story)


def test_the_log_is_read_back_with_nothing_lost_and_nothing_added(played: Played) -> None:
    text = (played.tale / "campaign-log.md").read_text(encoding="utf-8")
    happened = [event for step in log_of(played).steps for event in step.events]
    assert read_log(text, "campaign-log.md") == (happened, [])


# What nobody can play.


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    """The program in a home of its own."""
    return Program(monkeypatch, capfd)


@pytest.mark.parametrize("suffix", [".md", ".json"])
def test_a_file_that_is_nothing_but_a_hostile_text_is_read_or_refused_harmlessly(
    alone: Program, tmp_path: Path, suffix: str
) -> None:
    files = [tmp_path / f"{name}{suffix}" for name in TEXTS]
    for file, text in zip(files, TEXTS.values(), strict=True):
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
    for options in ((), ("--json",)):
        called = alone("persona", "check", *files, *options)
        assert called.code in {0, 2}
        assert steering_in(called.out + called.err) == []
        assert "Traceback" not in called.err


@pytest.mark.parametrize(
    "words",
    [
        ("show", "{}"),
        ("story", "{}"),
        ("play", "ashfall", "--model", "{}=rules"),
        ("play", "ashfall", "--as", "{}"),
        ("play", "ashfall", "--style", "{}"),
        ("play", "ashfall", "--cast", "{}.md"),
        ("persona", "show", "{}"),
        ("models", "{}"),
        ("{}",),
    ],
    ids=" ".join,
)
def test_a_hostile_word_on_the_command_line_is_told_of_harmlessly(alone: Program, words: tuple[str, ...]) -> None:
    for name in ("o026", "o028"):
        called = alone(*(word.replace("{}", TEXTS[name].lstrip("-")) for word in words), "--json")
        assert called.code in {1, 2}
        assert steering_in(called.out + called.err) == []
        assert "Traceback" not in called.err
