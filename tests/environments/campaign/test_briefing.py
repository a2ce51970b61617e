"""The briefing: what a person in a character's seat reads, in the second person, and what of it is new."""

import re

import msgspec
import pytest
from tests.environments.campaign.table import HARD, Table, a_setting, someone

from fabula.agents.minds.human import Question, Standing
from fabula.engine import AgentId
from fabula.environments.campaign import DIRECTOR, Campaign, Refused
from fabula.environments.campaign.actions import (
    Adjudicate,
    AnyAction,
    Attack,
    Direct,
    Move,
    Persuade,
    Talk,
    Threaten,
    Wait,
)
from fabula.environments.campaign.briefing import told
from fabula.environments.campaign.events import AnyEvent, Attempted, Gave, Spoke, Waited, Wounded
from fabula.environments.campaign.experience import experience
from fabula.environments.campaign.outlook import Held, LastSeen, Outlook
from fabula.environments.campaign.phrasing import in_words
from fabula.environments.campaign.setting import Clock, Secret
from fabula.packs import find_pack

MIRA = AgentId("Mira")


def a_table(**more: object) -> Table:
    return Table(a_setting({"hall": "attic", "attic": "hall"}, someone("Mira", "hall"), someone("Tom", "hall"), **more))


def asked(table: Table, **changed: object) -> Question:
    """The question to Mira, with these things otherwise in her outlook."""
    observation = table.asked("Mira")
    seen = msgspec.structs.replace(observation.perceives, **changed)
    return table.campaign.question(msgspec.structs.replace(observation, perceives=seen))


def answered(table: Table, deed: AnyAction) -> None:
    """The rest of a turn in which Mira was asked."""
    table.step({"Mira": deed})
    table.step({DIRECTOR: Adjudicate()})
    table.step({DIRECTOR: Direct()})


def read(event: AnyEvent) -> str:
    """The event as it is told to Mira."""
    setting = a_table().campaign.setting
    return " ".join(told([event], MIRA, setting, turn=1, step=1))


def refused(tried: str, why: str) -> str:
    return read(Refused(agent=MIRA, tried=tried, why=why, seen_by=(MIRA,)))


def brief(question: Question, before: Question | None = None) -> list[str]:
    stood = {line.topic: line for line in before.brief if isinstance(line, Standing)} if before else {}
    return [line.told(stood.get(line.topic)) if isinstance(line, Standing) else line for line in question.brief]


def test_the_question_of_the_campaign_is_asked_in_full_only() -> None:
    question = asked(a_table())
    assert question.lines[0] == "Turn 1 of 12. What now?"
    assert question.brief[0] == "Turn 1 of 12."


def test_the_next_question_begins_with_what_came_of_the_last_deed() -> None:
    table = a_table()
    table.turn({"Mira": Move(to="attic"), "Tom": Move(to="attic")})
    assert brief(asked(table))[2] == "You went from hall to attic."


def test_a_wait_and_a_refusal_are_told() -> None:
    table = a_table()
    table.turn({"Mira": Wait()})
    assert brief(asked(table))[2] == "You waited."
    answered(table, Talk(to="Edda"))
    assert brief(asked(table))[2].startswith("You tried to talk to Edda, and could not: nobody called 'Edda' is here.")


def test_a_place_is_described_when_one_comes_there() -> None:
    table = a_table()
    first = asked(table)
    answered(table, Wait())
    second = asked(table)
    assert "You are at hall. This is hall." in first.lines
    assert "You are at hall." in brief(second, first)
    answered(table, Move(to="attic"))
    assert "You are at attic. This is attic." in brief(asked(table), second)


def test_only_a_clock_that_moved_is_told_with_how_it_stood() -> None:
    clocks = (
        Clock(name="the flood", description="Water.", segments=8, filled=2, bad_for=("the Reds",)),
        Clock(name="the feast", description="Food.", segments=8, filled=1),
    )
    table = Table(a_setting({"hall": ""}, someone("Mira", "hall", faction="the Reds"), clocks=clocks))
    before = asked(table)
    assert "The flood: 2 of 8 (your side wants it stopped)" in before.lines
    assert "The feast: 1 of 8" in before.lines
    seen: Outlook = table.asked("Mira").perceives
    flood, *rest = seen.clocks
    after = asked(table, clocks=(msgspec.structs.replace(flood, filled=3), *rest))
    told_now = brief(after, before)
    assert "The flood: 3 of 8 (was 2; your side wants it stopped)" in told_now
    assert not any("The feast" in line for line in told_now)


def test_how_sure_one_is_is_said_in_words_and_only_of_hearsay() -> None:
    held = [
        Held(about="it", text="So it is.", source=source, sure=sure)
        for source, sure in (("known", 95), ("seen", 100), ("Tom", 90), ("Tom", 60), ("Tom", 50), ("Tom", 10))
    ]
    lines = [line for line in asked(a_table(), believes=tuple(held)).lines if line.startswith("It: ")]
    assert [line.partition("(")[2].rstrip(")") for line in lines] == [
        "you have always known it",
        "you saw it",
        "Tom said so; you believe it",
        "Tom said so; you mostly believe it",
        "Tom said so; you half believe it",
        "Tom said so; you hardly believe it",
    ]


def test_what_one_knew_when_it_began_is_not_said_to_be_seen() -> None:
    lasts = (LastSeen(what="Edda", place="mill", turn=1), LastSeen(what="Jon", place="mill", turn=3))
    lines = asked(a_table(), turn=4, last_seen=lasts).lines
    assert "When it began, Edda was said to be at mill." in lines
    assert "You last saw Jon at mill, in turn 3." in lines


def test_who_won_one_over_is_told_with_and_without_a_wish() -> None:
    for wish, sentence in (("attic", "Tom has won you over in the matter of attic."), ("", "Tom has won you over.")):
        assert any(sentence in line for line in asked(a_table(), urged_by="Tom", urged_to=wish).lines)


def test_what_somebody_is_to_be_won_over_to_reads_for_anything() -> None:
    assert in_words(Persuade(whom="Tom", to_what="the Moot Hall")) == "Win Tom over in the matter of the Moot Hall"
    assert in_words(Threaten(whom="Tom", demand="the key")) == "Threaten Tom over the key"


def test_all_that_is_there_is_at_hand() -> None:
    assert set(asked(a_table()).at_hand) == {"Mira", "hall", "Tom", "attic"}


@pytest.mark.parametrize(
    ("tried", "why", "sentence"),
    [
        ("talk Oskar Venn the lamps", "nobody called 'Oskar Venn' is here", "You tried to talk to Oskar Venn,"),
        ("persuade Tom to go home", "nobody called 'Tom' is here", "You tried to win over Tom,"),
        ("attack myself", "no 'myself' to attack here", "You tried to attack “myself”,"),
        ("move Salt Gate", "no way from hall to 'Salt Gate'", "You tried to go to Salt Gate,"),
        ("investigate", "it is too dark", "You tried to look around,"),
        ("attempt fly away", "no", "You tried this: “fly away”, and could not"),
        (
            "give rope Tom",
            "Mira carries no 'rope'",
            "You tried to hand over “rope”, and could not: you carry no 'rope'.",
        ),
    ],
)
def test_a_refusal_reads_well(tried: str, why: str, sentence: str) -> None:
    assert refused(tried, why).startswith(sentence)


def test_a_person_is_told_of_themselves_as_you() -> None:
    assert read(Wounded(who=MIRA, place="hall", by="Tom", harm=1, left=5)) == "You were wounded at hall."
    assert read(Gave(agent="Tom", object="the key", to=MIRA, place="hall")) == "Tom gave you the key at hall."
    assert read(Waited(agent=MIRA, place="hall")) == "You waited."
    assert read(Waited(agent="Tom", place="hall")) == ""


def test_what_somebody_said_stays_as_they_said_it() -> None:
    said = Spoke(agent="Tom", to=MIRA, place="hall", text="Mira, Mira was “here”: run, Mira!")
    assert read(said) == "Tom spoke to you at hall: “Mira, Mira was “here”: run, Mira!”."
    tried = Attempted(
        agent=MIRA, place="hall", text="say that Mira was here", read_as="", roll=1, against=2, outcome="failure"
    )
    assert read(tried).startswith("You tried this: “say that Mira was here” at hall")


def test_a_name_within_another_is_left_alone() -> None:
    given = Gave(agent="Tom", object="Mira's key", to=MIRA, place="Mira Lane")
    assert read(given) == "Tom gave Mira Mira's key at Mira Lane."


def test_a_secret_that_others_find_stays_theirs() -> None:
    """What is told to a person holds no more than what an agent remembers."""
    table = a_table(secrets=(Secret(name="the leak", truth="It leaks.", place="hall"),))
    happened = table.turn({"Tom": Attack(target="Mira")})
    for event in happened:
        if MIRA not in event.seen_by:
            assert table.campaign.told([event], agent=MIRA, state=table.state) == []


@pytest.mark.parametrize("pack", ["harbour", "ashfall"])
def test_no_sentence_of_a_whole_run_breaks_its_grammar(pack: str) -> None:
    """Every event of a run, told to everyone who perceived it."""
    campaign, _ = Campaign.from_pack(find_pack(pack))
    for seed in (1, 2):
        table = Table(campaign.setting, seed=seed)
        events = table.by_rules()
        names = [character.persona.name for character in campaign.setting.characters]
        told_to = [
            (name, event, sentence)
            for name in names
            for event in events
            if name in event.seen_by
            for sentence in campaign.told([event], agent=name, state=table.state)
        ]
        assert any("you" in sentence for _, _, sentence in told_to)
        for name, event, sentence in told_to:
            assert not re.search(r"\b[Yy]ou (was|has|carries|is)\b|\byou['’]s\b|\bof you\b", sentence), sentence
            lived = experience(event, step=0, turn=1, viewer=name, people=names, secrets=())
            own = lived is not None and name in (lived.doer, lived.to) and lived.text.startswith(name)
            assert not own or sentence.startswith("You "), sentence


def test_a_hard_deed_that_fails_is_told_too() -> None:
    table = a_table()
    table.deed("Mira", Attack(target="Tom"), hard=HARD)
    assert brief(asked(table))[2].startswith("You attacked Tom at hall")
