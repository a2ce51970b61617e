"""`talk`: two or more talk with one another; what was asked for wrongly is told before anything begins."""

import asyncio
import json
import re
import signal
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.app.talking import a_dialogue
from tests.bus.prefixed import SERVER, a_corner_of_redis
from tests.cli.program import Called, Program
from tests.cli.scripted import PATIENCE_S, read_until, started, type_ahead
from tests.llm.providing import a_provider_here

from fabula.agents.minds.human import Question
from fabula.app.finding import find
from fabula.cli.talking_desk import TalkingDesk
from fabula.engine import Acted, Action, AgentId, Chance, Observation
from fabula.environments.dialogue.actions import Pass, Say
from fabula.store import SqliteStore

DATA = Path(__file__).parents[1] / "data"
TOPIC = "Should the old tower be rebuilt?"
TALK = ("talk", "Emeric", "Marit", "--topic", TOPIC, "--seed", "5")
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")
NASTY = "\x1b]0;title\x07<script>alert(1)</script> \u202eold\u202c \x1b[2J**tower** <img src=x onerror=alert(1)>"


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Program:
    monkeypatch.setenv("FABULA_HOME", str(tmp_path / "home"))
    return Program(monkeypatch, capfd)


def ended(called: Called) -> str:
    assert called.code == 0, called.err
    return str(called.last["ending"]["kind"])


# Who talks, and how.


def test_the_same_seed_gives_the_same_talk_and_every_command_tells_of_it(fabula: Program, tmp_path: Path) -> None:
    first = fabula(*TALK, "--turns", "6", "--json")
    digest = first.last["digest"]
    assert fabula(*TALK, "--turns", "6", "-q", "--json").last["digest"] == digest
    said = [line for line in first.err.splitlines() if line.startswith(("Emeric Lunt: ", "Marit Holub: "))]
    assert len(said) == first.last["turns"] == 6

    assert fabula("replay", "talk-1", "--json").last["identical"]
    assert fabula("verify", "talk-1").code == 0
    assert fabula("resume", "talk-1", "--json").last["digest"] == digest
    assert "cost nothing" in fabula("cost", "talk-1").out
    assert "Emeric Lunt" in fabula("show", "talk-1").out
    memory = fabula("show", "talk-1", "--agent", "Marit", "--memory").out
    assert f"began to talk about “{TOPIC}”." in memory
    log = fabula("log", "talk-1").out
    assert all(line.split(": ", 1)[1] in log for line in said)
    assert fabula("transcript", "talk-1").out == fabula("story", "talk-1").out

    assert fabula("export", "talk-1", tmp_path / "out").code == 0
    fabula(*TALK, "--turns", "6", "-q")  # So that the name is another's.
    assert fabula("import", tmp_path / "out").code == 0
    assert fabula("replay", "talk-1", "--json").last["digest"] == digest


def test_a_branch_says_something_else_and_shares_the_past(fabula: Program) -> None:
    digest = fabula(*TALK, "--turns", "6", "-q", "--json").last["digest"]
    same = fabula("branch", "talk-1", "--at", "4", "-q", "--json").last
    assert (same["digest"], same["parent_step"]) == (digest, 4)
    words = json.dumps({"kind": "say", "text": "No. Let it fall."})
    who = "Marit Holub" if "3  Marit" in fabula("log", "talk-1").out else "Emeric Lunt"
    other = fabula("branch", "talk-1", "--at", "3", "--set", f"{who}={words}", "-q", "--json").last
    assert other["digest"] != digest
    assert "No. Let it fall." in fabula("transcript", other["run"]).out
    assert fabula("replay", other["run"], "--json").last["identical"]
    assert fabula("branch", "talk-1", "--at", "4", "--set", f"{who}={words}").code == 2

    found = fabula("find", "--limit", "100", "--json").last["found"]
    assert len(found) == 6 + 3 + 4, "what branches share is found once"
    assert {each["run"] for each in found if each["turn"] < 3} == {"talk-1"}
    assert [each["run"] for each in fabula("find", "let it fall", "--json").last["found"]] == [other["run"]]


def test_a_branch_takes_the_names_that_as_and_model_take(fabula: Program) -> None:
    fabula("talk", "Emeric", "Marit", "Mara=Ketu", "-t", TOPIC, "--seed", "5", "--first", "Marit", "--turns", "4", "-q")
    words = '={"kind": "say", "text": "No. Let it fall."}'
    for name in ("marit", "HOLUB", "mari", " Marit Holub "):
        other = fabula("branch", "talk-1", "--at", "1", "--set", name + words, "-q", "--json")
        assert other.code == 0, other.err
        assert "**Marit Holub**: No. Let it fall." in fabula("transcript", other.last["run"]).out
    for name, told in (
        ("mar", "'mar' could be 'Marit Holub' or 'Mara': give the whole name"),
        ("Emeric", "--set 'Emeric Lunt': not asked at step 1"),
        ("Zoe", "--set 'Zoe': nobody of that name acts in run 'talk-1'"),
    ):
        wrong = fabula("branch", "talk-1", "--at", "1", "--set", name + words, "-q")
        assert (wrong.code, told in wrong.err) == (2, True), wrong.err
    as_one = fabula("talk", "Emeric", "Marit", "Mara=Ketu", "--as", "mar")
    assert "'mar' could be 'Marit Holub' or 'Mara': give the whole name" in as_one.err
    twice = ("--set", "Marit" + words, "--set", "holub" + words)
    assert "does two things at once" in fabula("branch", "talk-1", "--at", "1", *twice).err


def test_a_style_is_asked_for_in_vain_and_the_commands_that_apply_are_named(fabula: Program, tmp_path: Path) -> None:
    fabula(*TALK, "--turns", "1", "-q", "--out", tmp_path / "out")
    for call in (("story", "talk-1"), ("resume", "talk-1"), ("branch", "talk-1", "--at", "1"), ("play", "sluice")):
        wrong = fabula(*call, "--style", "plain")
        assert (wrong.code, wrong.out) == (2, "")
        assert "is a dialogue" in wrong.err
        assert "`fabula transcript " in wrong.err
    file = tmp_path / "out" / "transcript.jsonl"
    assert f"`fabula transcript {file}` prints it" in fabula("story", file, "--style", "plain").err
    assert [run["run"] for run in fabula("runs", "--json").last["runs"]] == ["talk-1"]


def test_several_who_search_at_once_find_the_same(fabula: Program, tmp_path: Path) -> None:
    fabula(*TALK, "--turns", "6", "-q")
    home = tmp_path / "home"

    async def search() -> list[str]:
        async with SqliteStore.open(home) as store:
            return [found.words for found in (await find(store, home, "tower")).found]

    async def body() -> list[list[str]]:
        return list(await asyncio.gather(*(search() for _ in range(4))))

    found = asyncio.run(body())
    assert found[0]
    assert found == [found[0]] * 4


def test_sheets_cards_and_service_agents_talk_with_one_another(fabula: Program) -> None:
    sheet, card, charx = (
        DATA / "sheets/01_maren_tolliver.md",
        DATA / "cards/holmes.v2.png",
        DATA / "cards/nemo.v3.charx",
    )
    who = (sheet, card, f"Ned={charx}", "ashfall/Emeric", "technical_supporter")
    order = ("--policy", "round-robin", "--first", "Maren Tolliver")
    called = fabula("talk", *who, "-t", "fog", *order, "--turns", "5", "--seed", "1", "--json")
    # What they said may be something that its rules have a person see to.
    assert ended(called) in {"turns", "handed_over"}
    spoke = {line["speaker"] for line in lines_of(fabula, called) if line.get("kind") == "said"}
    assert spoke == {"Maren Tolliver", "Sherlock Holmes", "Ned", "Support", "Emeric Lunt"}


def lines_of(fabula: Program, called: Called) -> list[dict[str, Any]]:
    text = fabula("transcript", called.last["run"], "--format", "jsonl").out
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("options", "endings"),
    [
        ("--policy round-robin", {"turns"}),
        ("--policy bids", {"turns"}),
        ("--policy free", {"turns"}),
        ("--moderator Marit", {"closed", "turns"}),
        ("--decide vote", {"decided", "undecided"}),
        ("--option mend --option sell --option leave", {"decided", "undecided"}),
        ("--decide consensus", {"decided", "undecided"}),
        ("--end tower", {"phrase"}),
        ("--end TOWER --decide vote", {"decided", "undecided"}),
        ("--turns 1", {"turns"}),
    ],
)
def test_every_way_to_talk_comes_to_its_end(fabula: Program, options: str, endings: set[str]) -> None:
    called = fabula(
        "talk", "Emeric", "Marit", "Wystan", "-t", TOPIC, "--seed", "5", "--turns", "7", *options.split(), "--json"
    )
    assert ended(called) in endings
    shown = called.err.splitlines()
    assert not any(line.endswith((".).", "..", "?.", ".'.")) for line in shown)
    assert fabula("replay", "talk-1", "--json").last["identical"]


def test_as_many_as_may_talk_have_a_title_that_fits(fabula: Program) -> None:
    named = [f"{letter}{'x' * 190}=Emeric" for letter in "abcdefghijklmnopqrstuvwx"]
    called = fabula("talk", *named, "-t", TOPIC, "--turns", "1", "--seed", "1", "--json")
    assert ended(called) == "turns"
    assert "and 23 others" in called.err


def test_a_deadline_ends_a_talk_without_end_whose_provider_is_slow(fabula: Program) -> None:
    with a_provider_here(latency_ms=60_000) as provider:
        model = f"openai@{provider.openai}:demo"
        called = fabula(*TALK, "--turns", "0", "--deadline", "1", "--model", model, "--json")
    assert ended(called) == "deadline"
    assert "It ended: The 1 s it had were over." in called.err
    assert "passed" not in called.err, "how it ended tells of the turn that was broken off"
    assert "had not answered when the time was over" in fabula("log", "talk-1").out
    assert fabula("replay", "talk-1", "--json").last["identical"]


# What is asked for wrongly.


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Emeric"], "WHO: a dialogue needs two, and here is only 'Emeric Lunt'"),
        ([], "Missing argument"),
        (["Emeric", "ashfall/Emeric Lunt"], "'Emeric Lunt' stands twice"),
        (["A=Emeric", "a=Marit"], "'a' cannot be told from 'A'"),
        (["A=Emeric", "\uff21=Marit"], "cannot be told from 'A'"),
        (["A=Emeric", "A =Marit"], "NAME=WHO has WHO speak under another name"),
        (["Emerik", "Marit"], "Did you mean 'Emeric'"),
        ([f"N{number}=Emeric" for number in range(25)], "25 speakers are too many: 24 at most"),
        ([DATA / "cards/odd/xss-name.v2.json", "Marit"], "NAME=WHO has WHO speak under another name"),
        (["Emeric", "Marit", "--turns", "10000000"], "--turns: a whole number from 0 to 10,000"),
        (["Emeric", "Marit", "--turns", "-1"], "--turns: a whole number from 0 to 10,000"),
        (["Emeric", "Marit", "--topic", "x" * 1_000_000], "--topic: a topic of 1,000,000 characters is too long"),
        (["Emeric", "Marit", "--background", "x" * 9_000], "--background: a background of 9,000 characters"),
        (["Emeric", "Marit", "--moderator", "nobody"], "nobody called 'nobody' is in this run"),
        (["Emeric", "Marit", "--policy", "moderator"], "--moderator: the policy 'moderator' needs one"),
        (["Emeric", "Marit", "--policy", "moderatr"], "Did you mean 'moderator'"),
        (["Emeric", "Marit", "--policy", "bids", "--moderator", "Marit"], "--policy bids: with a moderator"),
        (["Emeric", "Marit", "Wystan", "--policy", "alternate"], "--policy: 'alternate' is for two, and here are 3"),
        (["Emeric", "Marit", "--option", "a"], "--option: a vote needs two options at least"),
        (["Emeric", "Marit", "--option", "a", "--option", "A "], "--option: 'A' stands here already"),
        (["Emeric", "Marit", "--option", "a", "--option", "b", "--decide", "none"], "--option is for a vote"),
        (["Emeric", "Marit", "--decide", "word"], "--decide word: unknown. Known: 'consensus', 'none', 'vote'"),
        (["Emeric", "Marit", "--end", "\x1b[1m"], "--end: this phrase is empty"),
        (["Emeric", "Marit", "--deadline", "nan"], "--deadline"),
        (["Emeric", "Marit", "--on-failure", "explode"], "--on-failure explode: unknown"),
        (["Emeric", "Marit", "--on-failure", "=skip"], "--on-failure =skip: a name is needed"),
        (["Emeric", "Marit", "--as", "nobody"], "nobody called 'nobody'"),
        (["Emeric", "you", "--as", "Emeric", "--model", "Emeric=rules"], "either you speak for Emeric Lunt or another"),
        (["Emeric", "Marit", "--mind", "Zoe=rules"], "nobody called 'Zoe'"),
    ],
)
def test_a_call_that_is_wrong_is_told_and_begins_nothing(
    fabula: Program, arguments: list[str | Path], told: str
) -> None:
    called = fabula("talk", *arguments)
    assert called.code == 2
    assert told in called.err
    assert "inside Fabula" not in called.err
    assert len(called.err) < 1_000
    assert not (fabula("runs", "--json").last["runs"])


@pytest.mark.parametrize("topic", ["", "  ", "\x01\x02\x1b[31m\u202e", "\udcff"])
def test_no_topic_is_needed(fabula: Program, topic: str) -> None:
    called = fabula("talk", "Emeric", "Marit", "--topic", topic, "--turns", "2", "--seed", "1", "--json")
    assert ended(called) == "turns"
    assert lines_of(fabula, called)[0].get("topic", "") == ""


class Tags(HTMLParser):
    """What stands in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


def test_whatever_is_said_typed_or_named_reaches_terminal_page_and_lines_as_words(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_ahead(monkeypatch, NASTY, b"caf\xe9 \xff")
    with a_provider_here(script=[{"text": NASTY} for _ in range(9)]) as provider:
        model = f"openai@{provider.openai}:demo"
        called = fabula(
            "talk", f"Z<b>{NASTY[:20]}\u202e</b>=Emeric", "you", "--topic", NASTY, "--background", NASTY, "--seed", "1",
            "--model", model, "--turns", "4", "--json",
        )  # fmt: skip
    assert ended(called) == "turns"
    forms = {form: fabula("transcript", "talk-1", "--format", form).out for form in ("md", "html", "jsonl")}
    texts = [called.out, called.err, *forms.values(), *(fabula(*call).out for call in LOOKS)]
    assert not [found for text in texts if (found := UNSEEN.search(text))]
    assert not re.search("<(?:script|img|b)\\b", forms["md"])
    tags = Tags()
    tags.feed(forms["html"])
    assert not tags.found & {"script", "img", "onerror"}
    said = [line["text"] for line in lines_of(fabula, called) if line.get("kind") == "said"]
    assert len(said) == 4
    assert all("tower" in text or "caf" in text for text in said)


LOOKS = (("log", "talk-1"), ("show", "talk-1"), ("show", "talk-1", "--agent", "You"), ("find", "tower"), ("runs",))


# A person among them.


def test_a_person_is_told_everything_once_and_a_scripted_session_reads_like_a_typed_one(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_ahead(monkeypatch, "/help", "3 reasons speak for it.", "z" * 9_000, "", "/nonsense", "pass", "Well then.")
    called = fabula(
        "talk", "Emeric", "you", "-t", "the tower", "--first", "you", "--seed", "3", "--turns", "6", "--json"
    )
    assert called.code == 0
    shown = called.err.splitlines()
    assert "You talk with Emeric Lunt (Master gunner of the Deaf Sister)." in shown
    assert "Whatever you type is taken as you write it." in shown
    assert "You > 3 reasons speak for it." in shown
    assert "That is 9,000 characters long; 8,000 are enough." in shown
    assert not any("A number" in line for line in shown)
    said = [line for line in lines_of(fabula, called) if line.get("kind") == "said"]
    assert [line["text"] for line in said if line["speaker"] == "You"] == ["3 reasons speak for it.", "Well then."]
    for line in said:
        text = " ".join(line["text"].split())
        assert called.err.count(text) == 1, "what the feed told is not told again with the question"


def test_a_person_who_comes_back_reads_what_was_said_before(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = ("talk", "Emeric", "you", "-t", "the tower", "--first", "you", "--seed", "3", "--turns", "6")
    type_ahead(monkeypatch, "I am for it.")
    left = fabula(*talk)
    assert left.code == 130
    assert "`fabula resume talk-1` goes on" in left.err
    type_ahead(monkeypatch, "Still for it.", "Yes.")
    again = fabula("resume", "talk-1")
    assert again.code == 0
    assert again.out.count("You: I am for it.") == 1


def test_a_moderator_and_a_voter_are_shown_what_is_theirs_to_know(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_ahead(monkeypatch, "70 the mill", "So I say.", "0", "0", "1")
    how = ("--policy", "bids", "--decide", "vote", "-t", TOPIC, "--turns", "2", "--seed", "1")
    called = fabula("talk", "Emeric", "Marit", "you", *how, "--json")
    assert ended(called) in {"decided", "undecided"}
    assert "Wishes to speak" not in called.err
    assert re.search("^You voted: ", called.err, re.MULTILINE)


def test_another_persons_seat_is_said_to_be_elsewhere(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABULA_CAST__PERSON_S_MAX", "0.1")
    type_ahead(monkeypatch, "Hello?", "Is anybody there?")
    called = fabula("talk", "you", "Bob=you", "--first", "You", "--turns", "3", "--seed", "1")
    assert "Bob is asked in another terminal: fabula take RUN 'Bob'" in called.out
    assert "person:Bob did not answer within 0.1 s" in called.out


class NoDesk:
    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def ask(self, observation: Observation, question: Question) -> Action:
        self.asked.append(question)
        return Pass()


def test_what_all_a_person_knows_is_still_there_for_the_asking() -> None:
    dialogue, chance, desk = a_dialogue("Ada", "Ben"), Chance(1), NoDesk()
    seat = TalkingDesk(desk, dialogue, from_start=True)
    state = dialogue.begin(chance)

    async def body() -> None:
        for number in range(5):
            for observation in dialogue.observe(state):
                await seat.ask(observation, dialogue.question(observation))
            acted = [
                Acted(agent=AgentId(each.agent), asked=each.step, action=Say(text=f"Word {number}."))
                for each in dialogue.observe(state)
            ]
            dialogue.step(state, acted, chance)

    asyncio.run(body())
    assert not any("Word" in str(question.brief) for question in desk.asked)
    assert "Word 1." in str(desk.asked[-1].lines)


# Two processes.


def test_a_talk_that_is_played_elsewhere_is_watched_and_joined_and_not_played_twice(
    fabula: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (
        a_provider_here(latency_ms=300) as provider,
        started(tmp_path / "home", *TALK, "--turns", "7", "--model", f"openai@{provider.openai}:demo") as talk,
    ):
        read_until(talk, ("Emeric Lunt: ", "Marit Holub: "))
        refused = fabula("resume", "talk-1", "--json")
        assert refused.code == refused.last["code"] == 1
        assert f"is being played by process {talk.pid} on " in refused.err
        type_ahead(monkeypatch, "As I see it, no.", "/quit")
        taken = fabula("take", "talk-1", "Marit", "--name", "Ann")
        watched = fabula("watch", "talk-1")
        out, err = talk.communicate(timeout=PATIENCE_S)
    assert talk.returncode == 0, err
    assert (taken.code, watched.code) == (0, 0)
    assert "Marit Holub > As I see it, no." in taken.out
    assert "fabula story" not in taken.out
    assert "Marit Holub: As I see it, no." in out
    assert "**Marit Holub** — " in (transcript := fabula("transcript", "talk-1").out)
    assert "person:Ann (1)" in transcript
    words = [line for line in out.splitlines() if line.startswith(("Emeric Lunt: ", "Marit Holub: "))]
    assert len(words) == 6
    assert all(line in watched.out for line in words)
    assert watched.out.count("All 7 turns are spent.") == 1, "how it ended is told once"
    assert watched.out.rstrip().endswith("talk-1 has ended.")
    assert "nobody plays" not in watched.out
    assert fabula("replay", "talk-1", "--json").last["identical"]


def test_whoever_watches_is_told_that_nobody_plays_any_more_and_who_takes_it_up_is_seen(tmp_path: Path) -> None:
    home, told = tmp_path / "home", "- nobody plays talk-1 just now: it was left, or broken off. `fabula resume talk-1`"
    with ExitStack() as stack:
        provider = stack.enter_context(a_provider_here(latency_ms=400))
        how = (*TALK, "--turns", "9", "--model", f"openai@{provider.openai}:demo")
        talk = stack.enter_context(started(home, *how))
        read_until(talk, ("Emeric Lunt: ", "Marit Holub: "))
        watched = stack.enter_context(started(home, "watch", "talk-1"))
        read_until(watched, ("Emeric Lunt: ", "Marit Holub: "))
        talk.send_signal(signal.SIGKILL)
        read_until(watched, told)
        again = stack.enter_context(started(home, "resume", "talk-1"))
        read_until(watched, "- talk-1 is played again -")
        again.communicate(timeout=PATIENCE_S)
        out, _ = watched.communicate(timeout=PATIENCE_S)
    assert watched.returncode == 0
    assert "It ended: All 9 turns are spent." in out
    assert "nobody plays" not in out


def test_a_broker_that_is_away_keeps_nobody_from_watching(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    why = fabula(*TALK, "--turns", "2", "-q", "--json").last["ending"]["why"]
    monkeypatch.setenv("FABULA_BUS__URL", "redis://127.0.0.1:1/0")
    assert "talk-1 has ended." in fabula("watch", "talk-1").out
    assert f"talk-1 has ended: {why}" in fabula("watch", "talk-1", "--from", "3").out


@pytest.mark.nightly
def test_whoever_watches_hears_the_bell_and_leaves_without_stopping_anything(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ExitStack() as stack:
        bus = {"FABULA_BUS__URL": f"{SERVER}?prefix={stack.enter_context(a_corner_of_redis())}"}
        provider = stack.enter_context(a_provider_here(latency_ms=700))
        model = f"openai@{provider.openai}:demo"
        talk = stack.enter_context(started(home, *TALK, "--turns", "8", "--model", model, **bus))
        read_until(talk, ("Emeric Lunt: ", "Marit Holub: "))
        staying, leaving = (stack.enter_context(started(home, "watch", "talk-1", **bus)) for _ in range(2))
        read_until(leaving, ("Emeric Lunt: ", "Marit Holub: "))
        leaving.send_signal(signal.SIGINT)
        assert "left; talk-1 goes on where it is played" in leaving.communicate(timeout=PATIENCE_S)[1]
        assert leaving.returncode == 130
        out, _ = talk.communicate(timeout=PATIENCE_S)
        watched, _ = staying.communicate(timeout=PATIENCE_S)
    assert talk.returncode == staying.returncode == 0
    assert all(line in watched for line in out.splitlines() if line.startswith(("Emeric Lunt: ", "Marit Holub: ")))
