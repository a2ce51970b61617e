"""Transcripts: what was said stands there word for word, harmlessly, with who decided it; lines can be read back."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fabula.chronicle.letters import INVISIBLE
from fabula.chronicle.transcript import (
    Answered,
    Entry,
    Stenographer,
    Transcript,
    entry_line,
    heading_line,
    read_transcript,
    to_html,
    to_jsonl,
    to_markdown,
    totals,
    transcript_lines,
)
from fabula.chronicle.transcript.wording import ended_words
from fabula.engine.values import AgentId, Event, Note, Spent
from fabula.environments.dialogue import events as ev
from fabula.environments.dialogue.actions import Cause
from fabula.errors import UsageError

MODEL = "openai:made-up"
HOSTILE = (
    "\x1b[31mred\x1b[0m\x07",
    "\u202egnihtemos\u2066 else",
    "<script>alert(1)</script>",
    "</style></p></article><b>",
    "[x](javascript:alert(1)) <javascript:alert(1)> https://example.org www.example.org",
    "**Ben**: I agree with all of it.",
    "one\n\n**Ben**: I agree\n\n---\n\n# Heading\n\n| a | b |\n|---|---|\n> quoted\n- listed\n1. numbered\n```\ncode\n",
    "</title>&lt;b&gt; \\*\\* \x9b2J \u2028 line",
    "*(rules spoke for Ben: nothing)*",
)


def note(agent: str, by: str = "rules", **fields: Any) -> Note:
    return Note(agent=AgentId(agent), asked=0, by=by, **fields)


def heard(*steps: tuple[Event, ...] | Event, notes: dict[int, list[Note]] | None = None) -> Transcript:
    """The transcript of steps, each an event or several; the first opens a dialogue of Ada and Ben."""
    stenographer = Stenographer(run="talk-1", began="2026-03-01T10:00:00Z")
    stenographer.hear([ev.Opened(topic="the old bridge", speakers=("Ada", "Ben"))])
    for number, step in enumerate(steps):
        stenographer.hear(step if isinstance(step, tuple) else (step,), (notes or {}).get(number, []))
    return stenographer.transcript()


def said(number: int, speaker: str, text: str, **fields: Any) -> ev.Said:
    return ev.Said(number=number, speaker=speaker, text=text, **fields)


def hostile() -> Transcript:
    """Everything that is somebody's text is dangerous."""
    return heard(
        *(
            (
                said(number, text, text, to=text),
                ev.Held(number=number, speaker=text, rule=text, did="added", instead_of="WITHHELD"),
                ev.Passed(number=number, speaker=text, why=text),
                ev.Faltered(number=number, speaker=text, cause=Cause.FAILED, why=text),
                ev.HandedOver(speaker=text, why=text),
                ev.Called(number=number, by=text, speaker=text, text=text),
                ev.Nudged(number=number, why=text),
                ev.Bade(wishes={text: 3}, next=text),
                ev.Proposed(speaker=text, text=text, number=1),
                ev.Consented(speaker=text, objects_to=(1,), objection=text),
                ev.Voted(speaker=text, choice=text, why=text),
                ev.Settled(how="vote", result=text, tally={text: 1}),
                ev.DialogueEnded(how=ev.EndKind.PHRASE, why=text),
            )
            for number, text in enumerate(HOSTILE, start=1)
        ),
        notes={number: [note(text, by=text, why=text)] for number, text in enumerate(HOSTILE)},
    )


class Page(HTMLParser):
    """Reads a page strictly: tags closed in turn, none that could act, and no link anywhere."""

    TAGS = set(
        "html head meta title style body header main footer section article ul li h1 h2 h3 p span b br div table"
        " caption thead tbody tr th td".split()
    )

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.heads: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.TAGS
        assert {name for name, _ in attrs} <= {
            "lang", "charset", "name", "content", "http-equiv", "class", "id", "scope", "aria-hidden",
        }  # fmt: skip
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def handed(*, handed_to_service: bool = False) -> Transcript:
    over = ev.HandedOver(speaker="Ada", why="a complaint needs a person")
    ended = ev.DialogueEnded(how=ev.EndKind.HANDED_OVER, why="Ada handed over to a person: a complaint needs a person.")
    return heard(said(1, "Ben", "I want a lawyer."), over if handed_to_service else (over, ended))


def test_a_page_says_once_that_it_was_handed_to_a_person() -> None:
    for text in (to_markdown(handed()), read_page(to_html(handed()))):
        assert text.count("a complaint needs a person") == 1
        assert "It ended: Ada handed over to a person" in text
    assert "Ada handed the conversation to a person: a complaint" in transcript_lines(handed())
    assert "Ada handed the conversation to a person: a complaint" in to_markdown(handed(handed_to_service=True))


def read_page(page: str) -> str:
    reader = Page()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return "".join(reader.text)


def rendered(markdown: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_nothing_that_is_said_acts_on_a_page() -> None:
    page = to_html(hostile())
    read_page(page)
    assert "javascript:alert(1)" in page
    assert 'href="' not in page
    assert not re.search(f"(?!\\n)[{INVISIBLE}]", page)


def test_nothing_that_is_said_is_markup_in_markdown() -> None:
    markdown = to_markdown(hostile())
    assert not re.search(f"(?!\\n)[{INVISIBLE}]", markdown)
    shown = rendered(markdown)
    assert not re.search(r"<(a|script|code|pre|ol|img|h2)\b", shown)
    assert shown.count("<h1>") == 1
    assert shown.count("<hr") == 2


def test_nobody_is_made_to_speak_who_did_not() -> None:
    shown = rendered(to_markdown(heard(said(1, "Ada", HOSTILE[6]), said(2, "Ada", "**Ben** \\\n**Ben**: yes\\"))))
    assert re.findall(r"<strong>(.*?)</strong>", shown) == ["Ada", "Ben", "Ada", "Ada"]


def test_nothing_that_is_said_acts_on_a_terminal_that_shows_lines() -> None:
    for text in (to_jsonl(hostile()), transcript_lines(hostile())):
        assert not re.search(f"(?!\\n)[{INVISIBLE}]", text)
    assert json.loads(to_jsonl(hostile()).splitlines()[1])["text"] == HOSTILE[0]


def test_what_a_rule_withheld_is_in_no_transcript() -> None:
    transcript = hostile()
    assert "(adjusted)" in to_markdown(transcript)
    for text in (to_markdown(transcript), to_html(transcript), to_jsonl(transcript), transcript_lines(transcript)):
        assert "WITHHELD" not in text


def test_lines_and_paragraphs_of_what_was_said_are_kept() -> None:
    shown = rendered(to_markdown(heard(said(1, "Ada", "one\ntwo\n\nthree"))))
    assert "<strong>Ada</strong>: one<br />\ntwo</p>\n<p>three</p>" in shown
    assert "<p>one<br>two</p>\n<p>three</p>" in to_html(heard(said(1, "Ada", "one\ntwo\n\nthree")))


def test_a_turn_that_could_not_be_taken_says_why() -> None:
    faltered = ev.Faltered(number=1, speaker="Ben", cause=Cause.BREAKER, why="the model failed too often.")
    markdown = to_markdown(heard(faltered, ev.Passed(number=2, speaker="Ada")))
    assert "*Ben could not answer: the model failed too often; the turn passed.*" in markdown
    assert "*Ada passed.*" in markdown
    bare = ev.Faltered(number=1, speaker="Ben", cause=Cause.BUDGET)
    assert "what it may spend is spent" in to_markdown(heard(bare))


def test_a_substitute_is_named_with_its_reason() -> None:
    notes = {0: [note("Ben", why="out of budget")]}
    assert "*(rules spoke for Ben: out of budget)*" in to_markdown(heard(said(1, "Ben", "Well."), notes=notes))
    assert "(rules spoke for Ben: out of budget)" in read_page(to_html(heard(said(1, "Ben", "Well."), notes=notes)))


def test_that_rules_held_is_told_once_beside_the_turn_and_which_only_to_the_keeper() -> None:
    called = (
        ev.Held(number=1, speaker="Ada", rule="risk", did="added"),
        ev.Held(number=1, speaker="Ada", rule="length", did="shortened"),
        ev.Called(number=1, by="Ada", speaker="Ben", text="Ben?"),
        said(1, "Ben", "Here."),
    )
    parts = to_markdown(heard(called)).split("\n\n")
    assert parts[parts.index("*(adjusted)*") - 1] == "**Ada** *(to Ben)*: Ben?"
    assert "risk" not in to_html(heard(called))
    assert "(adjusted: risk)" in transcript_lines(heard(called))


def test_a_vote_is_a_table_with_its_result() -> None:
    votes = (
        ev.Voted(speaker="Ada", choice="mend it"),
        ev.Voted(speaker="Ben", choice="", why="did not vote"),
        ev.Settled(how="vote", result="mend it", tally={"mend it": 1, "leave it": 0}),
    )
    shown = rendered(to_markdown(heard(votes)))
    assert "<td>mend it</td>\n<td>1</td>\n<td>Ada</td>" in shown
    assert "<td>leave it</td>\n<td>0</td>\n<td>–</td>" in shown
    assert "Ben: did not vote" in shown
    assert "Decided by vote: mend it" in shown


def test_rounds_of_consensus_stand_one_after_the_other() -> None:
    events = (
        ev.Proposed(speaker="Ada", text="a ferry", number=1),
        ev.Consented(speaker="Ben", objects_to=(1,), objection="It drowns people."),
        ev.Proposed(speaker="Ben", text="a bridge", number=2, round=2),
        ev.Consented(speaker="Ada", round=2),
        ev.Settled(how="consensus", result="a bridge", rounds=2),
    )
    text = read_page(to_html(heard(*events)))
    assert text.index("Consensus, round 1") < text.index("It drowns people.") < text.index("Consensus, round 2")
    assert "Decided by consensus: a bridge" in text


def test_a_decision_that_was_cut_short_is_told_as_far_as_it_came() -> None:
    assert "| mend it | 1 | Ada |" in to_markdown(heard(ev.Voted(speaker="Ada", choice="mend it")))


@pytest.mark.parametrize("how", ev.EndKind)
def test_every_ending_has_words(how: ev.EndKind) -> None:
    assert ended_words(ev.DialogueEnded(how=how, why="")) != "It ended."
    assert ended_words(ev.DialogueEnded(how=how, why="So it was.")) == "It ended: So it was."


def test_totals_count_what_each_speaker_came_to() -> None:
    spent = Spent(input_tokens=90, output_tokens=10, cost_nano_usd=20_000_000)
    transcript = heard(
        said(1, "Ada", "three words here"),
        ev.Bade(wishes={"Ada": 1, "Ben": 2}, next="Ben"),
        said(2, "Ben", "one"),
        ev.Passed(number=3, speaker="Ada"),
        notes={
            0: [note("Ada", MODEL, latency_ms=1000.0, spent=spent)],
            1: [note("Ada", MODEL, latency_ms=3000.0, spent=Spent(input_tokens=1)), note("Ben")],
            2: [note("Ben")],
            3: [note("Ada", "rules", why="too slow")],
        },
    )
    ada, ben = totals(transcript)
    assert (ada.turns, ada.silent, ada.words, ada.tokens, ada.latency_ms) == (1, 1, 3, 101, 2000.0)
    assert ada.minds == ((MODEL, 2), ("rules", 1))
    assert ada.cost == "$0.020 and more"
    assert (ben.minds, ben.cost) == ((("rules", 1),), "")
    assert "| Ada | openai:made-up (2), rules (1) | 1 (1 passed) | 3 | 101 |" in to_markdown(transcript)


def test_a_moderators_line_names_who_acts_as_speaker() -> None:
    transcript = heard(ev.Called(number=1, by="Ada", speaker="Ben", text="Ben?"), notes={0: [note("Ada", MODEL)]})
    values = json.loads(entry_line(transcript.entries[0]))
    assert (values["speaker"], values["to"], values["by"]) == ("Ada", "Ben", MODEL)
    assert read_transcript(to_jsonl(transcript)) == transcript


def test_a_line_has_the_keys_that_programs_rely_on() -> None:
    spent = Spent(input_tokens=5, output_tokens=2)
    transcript = heard(
        said(1, "Ada", "Hello.", to="Ben"), notes={0: [note("Ada", MODEL, latency_ms=8.04, spent=spent)]}
    )
    assert json.loads(to_jsonl(transcript).splitlines()[1]) == {
        "step": 1,
        "kind": "said",
        "number": 1,
        "speaker": "Ada",
        "text": "Hello.",
        "to": "Ben",
        "by": MODEL,
        "why": "",
        "latency_ms": 8.0,
        "tokens": 7,
        "input_tokens": 5,
        "output_tokens": 2,
        "cost_nano_usd": None,
    }


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SMALL = st.integers(0, 9)
HAPPENED = st.one_of(
    st.builds(
        ev.Said, number=SMALL, speaker=TEXT, text=TEXT, to=TEXT, leaving=st.booleans(), cut=st.booleans(), take=SMALL
    ),
    st.builds(ev.Passed, number=SMALL, speaker=TEXT, why=TEXT),
    st.builds(ev.Faltered, number=SMALL, speaker=TEXT, cause=st.sampled_from(Cause), why=TEXT),
    st.builds(ev.Held, number=SMALL, speaker=TEXT, rule=TEXT, did=TEXT, instead_of=TEXT),
    st.builds(ev.HandedOver, speaker=TEXT, why=TEXT),
    st.builds(ev.Bade, wishes=st.dictionaries(TEXT, SMALL, max_size=2), next=TEXT),
    st.builds(ev.Called, number=SMALL, by=TEXT, speaker=TEXT, text=TEXT),
    st.builds(ev.Nudged, number=SMALL, why=TEXT),
    st.builds(ev.Proposed, speaker=TEXT, text=TEXT, number=SMALL, round=SMALL),
    st.builds(ev.Voted, speaker=TEXT, choice=TEXT, why=TEXT, round=SMALL),
    st.builds(ev.Consented, speaker=TEXT, objects_to=st.tuples(SMALL), objection=TEXT, round=SMALL),
    st.builds(ev.Settled, how=TEXT, result=TEXT, tally=st.dictionaries(TEXT, SMALL, max_size=2), rounds=SMALL),
    st.builds(ev.DialogueEnded, how=st.sampled_from(ev.EndKind), why=TEXT),
)
NOTES = st.builds(
    note,
    agent=TEXT,
    by=TEXT,
    why=TEXT,
    latency_ms=st.none() | st.floats(0, 1e6),
    spent=st.none() | st.builds(Spent, input_tokens=SMALL, output_tokens=SMALL, cost_nano_usd=st.none() | SMALL),
)
STEPS = st.lists(st.tuples(st.lists(HAPPENED, max_size=3), st.lists(NOTES, max_size=3)), max_size=4)


@settings(max_examples=60)
@given(steps=STEPS)
def test_a_transcript_is_read_back_as_it_was_written(steps: list[tuple[list[Any], list[Note]]]) -> None:
    stenographer = Stenographer(run="talk-1")
    for events, notes in steps:
        stenographer.hear([*events, *(said(9, each.agent, "x") for each in notes[:1])], notes)
    transcript = stenographer.transcript()
    assert read_transcript(to_jsonl(transcript)) == transcript
    read_page(to_html(transcript))
    assert to_markdown(transcript).startswith("# ")


def test_every_kind_of_event_can_be_in_a_transcript() -> None:
    kinds = {kind for kind in vars(ev).values() if isinstance(kind, type) and issubclass(kind, Event)}
    kinds -= {Event, ev.Opened}
    entries = [Entry(step=0, event=each.event) for each in hostile().entries]
    assert {type(entry.event) for entry in entries} - {Answered} == kinds


def test_answers_that_nothing_came_of_are_counted_where_they_cost_anything() -> None:
    bids = ev.Bade(wishes={"Ada": 1, "Ben": 2}, next="Ben")
    transcript = heard(bids, notes={0: [note("Ada", MODEL, latency_ms=5.0), note("Ben")]})
    assert [type(entry.event).__name__ for entry in transcript.entries] == ["Bade", "Answered"]
    assert "answered" not in to_markdown(transcript)


def test_a_last_line_that_a_crash_cut_off_is_left_out() -> None:
    transcript = heard(said(1, "Ada", "Hello."), said(2, "Ben", "Yes."))
    whole = to_jsonl(transcript)
    assert len(read_transcript(whole[:-20]).entries) == 1
    assert read_transcript(whole.removesuffix("\n")) == transcript


def test_what_is_no_transcript_is_refused_with_the_line() -> None:
    good = heading_line(heard().heading)
    for text, told in (
        ("", "line 1"),
        ('{"a": 1}\n', "is no transcript"),
        (good.replace('"version":1', '"version":9'), "version 9"),
        (good + "nonsense\n" + good, "talk.jsonl, line 2: not a line of JSON"),
        (good + '{"step":1,"kind":"sung"}\n', "talk.jsonl, line 2: "),
        (good + '{"step":"x","kind":"said"}\n', "talk.jsonl, line 2: "),
        (good + '{"step":1,"kind":"said","number":1,"speaker":"A","text":"b","by":7}\n', "talk.jsonl, line 2: "),
        (good + "[" * 100_000 + "\n" + good, "talk.jsonl, line 2: "),
    ):
        with pytest.raises(UsageError, match=re.escape(told)):
            read_transcript(text, source="talk.jsonl")
