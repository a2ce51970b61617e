"""Answers to the campaign's question: when they hold, which counts, and what comes after."""

import pytest
from tests.environments.campaign.table import Table, a_setting, of, seen, someone, the

from fabula.environments.campaign.actions import Rest
from fabula.environments.campaign.events import CampaignEnded
from fabula.environments.campaign.setting import (
    Clock,
    Condition,
    Harm,
    Outcome,
    Secret,
    Thing,
    Threat,
)
from fabula.environments.campaign.state import Belief

LINE = {"Hall": "Yard", "Yard": "Barn", "Barn": ""}
MIRA, TOM = someone("Mira", "Hall", faction="the Reds"), someone("Tom", "Barn", faction="the Blues")


def test_a_campaign_without_an_answer_ends_when_its_turns_are_spent() -> None:
    won = Outcome(kind="won", name="Won", when=(Condition(agent_down="Mira"),), texts=("So it was.",))
    table = Table(a_setting(LINE, MIRA, TOM, outcomes=(won,), turns=3))
    assert [of(CampaignEnded, table.turn()) for _ in range(2)] == [[], []]
    ended = the(CampaignEnded, table.turn())
    assert (ended.outcome, seen(ended)) == ("spent", {"Mira", "Tom"})


def test_the_settings_own_words_for_spent_turns_come_before_the_common_ones() -> None:
    spent = Outcome(kind="spent", name="Winter", texts=("It snowed.",))
    table = Table(a_setting(LINE, MIRA, outcomes=(spent,), turns=1))
    assert the(CampaignEnded, table.turn()).text == "It snowed."


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(clock_full="dusk"), True),
        (Condition(clock_full="night"), False),
        (Condition(object_held="the lamp", by="Mira"), True),
        (Condition(object_held="the lamp", by="the Reds"), True),
        (Condition(object_held="the lamp", by="the Blues"), False),
        (Condition(object_at="the lamp", place="Hall"), True),
        (Condition(object_at="the lamp", place="Barn"), False),
        (Condition(agent_at="Tom", place="Barn"), True),
        (Condition(agent_at="Tom", place="Hall"), False),
        (Condition(agent_down="Tom"), False),
        (Condition(faction_down="the Blues"), False),
        (Condition(threat_gone="the fire"), False),
    ],
)
def test_an_answer_holds_when_its_conditions_do(condition: Condition, holds: bool) -> None:
    clocks = (
        Clock(name="dusk", description="", segments=1, each_turn=1),
        Clock(name="night", description="", segments=99, each_turn=1),
    )
    lamp, fire = Thing(name="the lamp", description=""), Threat(name="the fire", description="", place="Yard")
    won = Outcome(kind="won", name="Won", when=(condition,), texts=("So it was.",))
    people = (someone("Mira", "Hall", faction="the Reds", carries=("the lamp",)), TOM)
    setting = a_setting(LINE, *people, outcomes=(won,), clocks=clocks, things=(lamp,), threats=(fire,))
    table = Table(setting)
    table.turn()
    assert (table.state.ended is not None) == holds
    assert [event.outcome for event in of(CampaignEnded, table.events)] == (["won"] if holds else [])


def test_all_conditions_of_an_answer_must_hold_and_the_first_answer_counts() -> None:
    def outcome(kind: str, *when: Condition) -> Outcome:
        return Outcome(kind=kind, name=kind, when=when, texts=(f"It was {kind}.",))  # type: ignore[arg-type]

    here, there = Condition(agent_at="Mira", place="Hall"), Condition(agent_at="Tom", place="Hall")
    table = Table(a_setting(LINE, MIRA, TOM, outcomes=(outcome("won", here, there), outcome("lost", here))))
    table.turn()
    assert table.state.ended is not None
    assert (table.state.ended.kind, table.state.ended.why) == ("lost", "It was lost.")
    assert table.campaign.ending(table.state) == table.state.ended


def test_a_truth_counts_as_known_and_a_twisted_one_does_not() -> None:
    secret = Secret(name="the heir", truth="Ada.", twisted=("Ben.",))
    won = Outcome(kind="won", name="Won", when=(Condition(secret_known="the heir", by="the Reds"),), texts=("So.",))
    setting = a_setting(LINE, MIRA, TOM, outcomes=(won,), secrets=(secret,))
    for text, true in (("Ada.", True), ("Ben.", False)):
        table = Table(setting)
        table.agent("Mira").beliefs["the heir"] = Belief(text=text, source="Tom", sure=50, true=true)
        table.turn()
        assert (table.state.ended is not None) == true


def deserted() -> Table:
    """A campaign at the end of whose first turn everybody falls."""
    effects = (Harm(harm=99, place="Hall"), Harm(harm=99, place="Barn"))
    doom = Clock(name="doom", description="", segments=1, each_turn=1, effects=effects)
    table = Table(a_setting(LINE, MIRA, TOM, clocks=(doom,)))
    table.turn()
    return table


def test_when_everybody_has_fallen_it_is_lost() -> None:
    table = deserted()
    assert table.state.ended is not None
    assert table.state.ended.kind == "lost"


def test_after_the_ending_nothing_happens() -> None:
    table = deserted()
    before = table.campaign.snapshot(table.state)
    assert table.step({"Mira": Rest()}) == []
    assert table.campaign.snapshot(table.state) == before
    assert table.campaign.observe(table.state) == ()


def test_the_setting_that_answers_nothing_is_still_answered() -> None:
    table = Table(a_setting(LINE, MIRA, turns=1))
    assert the(CampaignEnded, table.turn()).name == "The turns are spent"
