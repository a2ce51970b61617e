"""The feed of a dialogue: words as they are written, each turn once, nothing of the person's own told to them again."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from fabula.app.attending import DEADLINE
from fabula.cli.talking_feed import COLOURS, TalkingFeed
from fabula.cli.terminal import Terminal
from fabula.engine import Acted, AgentId, Event, Moment, Note
from fabula.environments.dialogue import events as ev
from fabula.environments.dialogue.actions import Cause, Say

Shown = Callable[[], str]
OPENED = ev.Opened(topic="the old bridge", speakers=("Ada", "Ben"))


def said(number: int, speaker: str, text: str, **fields: Any) -> ev.Said:
    return ev.Said(number=number, speaker=speaker, text=text, **fields)


def moment(*events: Event, notes: tuple[Note, ...] = (), inputs: tuple[Acted[Say], ...] = ()) -> Moment:
    return Moment(step=1, inputs=inputs, events=events, notes=notes, digest="", state=None)


def note(agent: str, by: str, why: str = "") -> Note:
    return Note(agent=AgentId(agent), asked=0, by=by, why=why)


def on_screen(written: str) -> list[str]:
    """The lines that a terminal shows in the end, where lines are wiped off and written over."""
    rows, at = [""], 0
    for control, text in re.findall(r"(\x1b\[[\d;?]*[A-Za-z]|\r|\n)|([^\x1b\r\n]+)", written):
        if control == "\n":
            at += 1
            rows += [""] * (at + 1 - len(rows))
        elif control.endswith("A"):
            at = max(0, at - int(control[2:-1] or 1))
        elif control == "\x1b[2K":
            rows[at] = ""
        elif text:
            rows[at] += text
    return [row.rstrip() for row in rows if row.strip()]


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What was written since."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "20")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return lambda: capsys.readouterr().out


def a_feed(*, lively: bool = True, quiet: bool = False, viewer: str = "") -> TalkingFeed:
    terminal = Terminal(colour="always" if lively else "auto")
    return TalkingFeed(terminal, speakers=("Ada", "Ben"), quiet=quiet, viewer=viewer)


def test_words_stand_on_the_screen_as_they_are_written_and_once_when_they_are_said(shown: Shown) -> None:
    with a_feed() as feed:
        listener = feed.hearing(AgentId("Ada"))
        assert listener is not None
        listener.text("The old ")
        assert "The old" in shown()
        listener.text("bridge is rotten.")
        feed(moment(said(1, "Ada", "The old bridge is rotten."), notes=(note("Ada", "openai:made-up"),)))
        assert on_screen(shown())[-2:] == ["Ada  openai:made-up", "  The old bridge is rotten."]


def test_what_was_streamed_and_then_adjusted_stands_as_it_was_recorded(shown: Shown) -> None:
    with a_feed() as feed:
        feed.heard("Ada", "Buy it all, whatever it costs.")
        feed(moment(ev.Held(number=1, speaker="Ada", rule="risk", did="refused"), said(1, "Ada", "I cannot say.")))
    screen = on_screen(shown())
    assert "  I cannot say." in screen
    assert not any("Buy it all" in row for row in screen)
    assert any("adjusted: risk" in row for row in screen)


def test_words_that_are_written_anew_begin_anew(shown: Shown) -> None:
    with a_feed() as feed:
        feed.heard("Ada", "Nonsense")
        feed.again("Ada")
        feed.heard("Ada", "Sense.")
        feed._drawn_s = 0.0
        feed.heard("Ada", " Yes.")
        assert not any("Nonsense" in row for row in on_screen(shown()))


def test_words_of_a_turn_that_never_came_are_wiped_off(shown: Shown) -> None:
    with a_feed() as feed:
        feed.heard("Ada", "I was about to")
    assert on_screen(shown()) == []


def test_a_long_draft_leaves_room_on_the_screen(shown: Shown) -> None:
    with a_feed() as feed:
        feed.heard("Ada", "\n".join(f"line {number}" for number in range(100)))
        written = shown()
    assert "line 99" in written
    assert "line 50" not in written


def test_elsewhere_than_on_a_terminal_each_turn_is_a_line_and_nothing_is_streamed(shown: Shown) -> None:
    with a_feed(lively=False) as feed:
        feed(moment(OPENED))
        assert feed.hearing(AgentId("Ada")) is None
        feed.heard("Ada", "The old")
        assert shown() == "the old bridge\n\n"
        feed(moment(said(1, "Ada", "The old\n\nbridge.", to="Ben"), notes=(note("Ada", "rules", why="no answer"),)))
    assert shown() == "Ada (to Ben): The old bridge.\n(rules spoke for Ada: no answer)\n"


def test_each_speaker_keeps_a_colour(shown: Shown) -> None:
    with a_feed() as feed:
        for number, name in enumerate(("Ben", "Ada", "Ben"), start=1):
            feed(moment(said(number, name, "Yes.")))
    colours = re.findall(r"(\x1b\[[\d;]+m)(Ada|Ben)", shown())
    assert len({colour for colour, name in colours if name == "Ben"}) == 1
    assert len(dict(colours)) == 2 <= len(COLOURS)


def test_a_persons_own_words_are_not_told_to_them_again(shown: Shown) -> None:
    own = Acted(agent=AgentId("Ada"), asked=1, action=Say(text="I say\x07 this."))
    with a_feed(lively=False, viewer="Ada") as feed:
        feed(moment(said(1, "Ada", "I say this."), inputs=(own,), notes=(note("Ada", "person:you"),)))
        feed(moment(ev.Passed(number=2, speaker="Ada")))
        assert shown() == ""
        feed(moment(said(3, "Ada", "I say"), inputs=(own,)))
        feed(moment(said(4, "Ben", "Yes.")))
    assert shown() == "Ada: I say\nBen: Yes.\n"


def test_a_person_hears_no_pieces_of_their_own_words_and_nothing_of_rules(shown: Shown) -> None:
    with a_feed(viewer="Ada") as feed:
        feed.heard("Ada", "Mine")
        feed(moment(ev.Held(number=1, speaker="Ben", rule="risk", did="added")))
    assert shown() == ""


def test_what_happens_besides_and_how_it_ends_is_told(shown: Shown) -> None:
    with a_feed(lively=False) as feed:
        feed(moment(ev.Faltered(number=1, speaker="Ben", cause=Cause.BREAKER, why="breaker open")))
        feed(moment(ev.Settled(how="vote", result="mend it", tally={"mend it": 2})))
        feed(moment(ev.DialogueEnded(how=ev.EndKind.DECIDED, why="They voted.")))
    assert shown() == (
        "Ben could not answer: breaker open; the turn passed.\n"
        "Decided by vote: mend it (votes: mend it 2)\n\nIt ended: They voted.\n"
    )


def test_how_it_ended_is_told_once(shown: Shown) -> None:
    why = "Ben could not answer: its mind failed (it is away)."
    with a_feed(lively=False) as feed:
        handed = ev.DialogueEnded(how=ev.EndKind.HANDED_OVER, why="Ada handed over to a person: a complaint.")
        feed(moment(ev.HandedOver(speaker="Ada", why="a complaint"), handed))
        failed = ev.Faltered(number=1, speaker="Ben", cause=Cause.FAILED, why="it is away")
        feed(moment(failed, ev.DialogueEnded(how=ev.EndKind.FAILED, why=why)))
        feed(moment(failed, ev.DialogueEnded(how=ev.EndKind.FAILED, why="Nobody could answer in a whole round.")))
        cut = (note("Ben", DEADLINE, why="it had not answered when the time was over"),)
        feed(moment(ev.Passed(number=2, speaker="Ben"), notes=cut))
    assert list(filter(None, shown().splitlines())) == [
        "It ended: Ada handed over to a person: a complaint.",
        f"It ended: {why}",
        "Ben could not answer: it is away; the turn passed.",
        "It ended: Nobody could answer in a whole round.",
    ]


def test_nothing_that_is_said_reaches_the_terminal_as_a_command(shown: Shown) -> None:
    with a_feed(lively=False) as feed:
        feed(moment(said(1, "A\x1b[2Jda", "\x1b]0;title\x07 \u202eover\x9b5A", to="\x1b[1m")))
        feed(moment(ev.DialogueEnded(how=ev.EndKind.PHRASE, why="\x1b[2J")))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown())


def test_who_wants_no_feed_has_none(shown: Shown) -> None:
    with a_feed(quiet=True) as feed:
        feed.heard("Ada", "Words.")
        feed(moment(OPENED, said(1, "Ada", "Words.")))
    assert shown() == ""
