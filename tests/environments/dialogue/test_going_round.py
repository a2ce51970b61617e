"""Talks that go round in circles are stopped within twelve turns, in any language; talks that go somewhere are not."""

from collections.abc import Sequence
from functools import cache
from itertools import cycle, islice

import pytest
from tests.environments.dialogue.agreements import EVERY_WAY
from tests.environments.dialogue.conversations import ALL
from tests.environments.dialogue.tables import SUBJECTS, Table, a_setting
from tests.environments.dialogue.test_rhetoric import COSIMO, FENN, HESTER, MAREN, speaker, talk

from fabula.engine.values import Action, Observation
from fabula.environments.dialogue import Ends
from fabula.environments.dialogue.actions import Say
from fabula.environments.dialogue.agreement import Agreeing, agreeing
from fabula.environments.dialogue.events import Nudged
from fabula.environments.dialogue.setting import Policy

CASTS = (("Ada", "Ben"), ("Ada", "Ben", "Cara"))
CALM = ((MAREN, COSIMO), (HESTER, FENN, COSIMO))
"""Speakers by rules."""
TOPICS = ("Should the old tower be rebuilt?", "cats or dogs", "Who killed the miller?", "Warum lügen Menschen?", "")


def said(lines: Sequence[str], names: Sequence[str] = ("Ada", "Ben"), *, ends: Ends) -> Table:
    """A talk in which these lines are said in turn, by whoever is next, over and over."""

    def mind(observation: Observation) -> Action:
        at = observation.perceives.turn - 1
        return Say(text=lines[at % len(lines)].replace("{n}", str(at * 37)))

    setting = a_setting(*names, policy=Policy.ROUND_ROBIN, first=names[0], ends=ends)
    return Table(setting, mind).play(1_000)


@cache
def by_rules(topic: str, sheets: tuple[str, ...], seed: int) -> tuple[str, ...]:
    return tuple(line.text for line, _ in talk([speaker(sheet) for sheet in sheets], topic, turns=24, seed=seed))


@pytest.mark.parametrize("names", CASTS)
@pytest.mark.parametrize("way", EVERY_WAY)
def test_who_only_agree_are_stopped_within_twelve_turns(way: str, names: Sequence[str]) -> None:
    lines = EVERY_WAY[way]
    for start in range(0, len(lines), 3):
        table = said([*lines[start:], *lines[:start]], names, ends=Ends(turns=0))
        assert table.how in {"agreement", "loop"}
        assert table.state.spoken <= 12
        assert table.of(Nudged)[0].number < table.state.spoken, "they were told first"
        assert table.why


@pytest.mark.parametrize("kind", ALL)
def test_a_conversation_with_matter_in_each_turn_goes_on_and_is_not_even_nudged(kind: str) -> None:
    for names in CASTS:
        table = said(ALL[kind], names, ends=Ends(turns=len(ALL[kind])))
        assert (table.how, table.of(Nudged)) == ("turns", [])


@pytest.mark.parametrize("sheets", CALM)
@pytest.mark.parametrize("topic", TOPICS)
def test_speakers_by_rules_are_not_stopped(topic: str, sheets: tuple[str, ...]) -> None:
    for seed in (1, 2):
        lines = by_rules(topic, sheets, seed)
        names = [speaker(sheet).persona.name for sheet in sheets]
        assert said(lines, names, ends=Ends(turns=len(lines))).how == "turns"


def test_a_conversation_that_dies_down_into_agreement_is_stopped_then() -> None:
    lines = [*ALL["debate"], *islice(cycle(EVERY_WAY["more courtesy"]), 24)]
    table = said(lines, ends=Ends(turns=len(lines)))
    assert table.how == "agreement"
    assert 16 < table.state.spoken <= 28


def test_agreement_is_counted_over_a_window_and_the_reason_says_so() -> None:
    agree = ("Yes, exactly.", "I agree.", "Quite so.")
    lines = [line for subject in SUBJECTS for line in (*agree, subject)]
    table = said(lines, ends=Ends(turns=40))
    assert table.how == "agreement"
    assert table.why.startswith("Of the last ")
    assert "only agreed or added next to nothing, and a nudge changed nothing." in table.why


def test_a_listener_who_only_agrees_ends_no_story() -> None:
    story = [line for subject in SUBJECTS for line in (f"And then, hear this: {subject}.", "Right.")]
    assert said(story, ends=Ends(turns=len(story))).how == "turns"


def test_few_new_words_are_a_circle_in_any_language() -> None:
    line = "Vuoi la torre alta, io voglio la torre bassa, tu dici che costa, io dico che vale {n}."
    words = line.replace("{n}", "").replace(",", "").split()
    shuffled = [" ".join([*words[at:], *words[:at]][::step]) for at in range(8) for step in (1, -1)]
    table = said(shuffled, ends=Ends(turns=60, agreement=0))
    assert table.how == "loop"
    assert table.state.spoken <= 16


def test_a_wide_circle_with_some_new_words_in_it_is_found_by_what_was_said_before() -> None:
    fillers = ["".join("bcdfghjklm"[int(digit)] + "a" for digit in str(number)) for number in range(1_000, 1_200)]
    lines = [f"{subject}, {fillers[2 * at]} {fillers[2 * at + 1]}" for at, subject in enumerate(SUBJECTS * 6)]
    table = said(lines, ends=Ends(turns=0))
    assert table.how == "loop"
    assert "of 100 had been said before" in table.why


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("I agree, point 12.", Agreeing.ONLY),
        ("I agree, don't you?", Agreeing.ONLY),
        ("I agree, but what does the slate cost?", Agreeing.OTHERWISE),
        ("Yes. Would slate do?", Agreeing.OTHERWISE),
        ("You are right, and it is a pity about the slates, so I say no more than that.", Agreeing.LITTLE),
        ("Yes, I do not agree with that at all.", Agreeing.OTHERWISE),
        ("Right, you are wrong.", Agreeing.OTHERWISE),
        ("Ja, aber der Schiefer kostet ein Vermögen.", Agreeing.OTHERWISE),
        ("Das stimmt nicht.", Agreeing.OTHERWISE),
        ("同意します。", Agreeing.ONLY),
        ("同意できません。", Agreeing.OTHERWISE),
        ("賛成ですが、屋根瓦の値段が高すぎます。", Agreeing.OTHERWISE),
        ("我不同意。", Agreeing.OTHERWISE),
        ("Я не согласен.", Agreeing.OTHERWISE),
        ("No.", Agreeing.OTHERWISE),
    ],
)
def test_how_far_a_turn_only_agrees(text: str, degree: Agreeing) -> None:
    before = ["The tower should be rebuilt.", "It leans."]
    assert agreeing(text, before, ("Ada", "Ben")) is degree
