"""What a speaker is asked with, what a person reads, what memories take in, and what each pair of eyes is shown."""

import msgspec
import pytest
from msgspec.structs import replace
from tests.environments.dialogue.tables import (
    Table,
    a_setting,
    agent,
    always,
    failing,
    in_turn,
    lively,
    says,
    with_speaker,
)

from fabula.agents.memory import Memories
from fabula.agents.memory.experience import Experience, Kind
from fabula.agents.persona import Persona, Tie
from fabula.engine.chance import Chance
from fabula.engine.loop import Moment
from fabula.environments.dialogue import Ends, Outlook
from fabula.environments.dialogue.actions import Bid, Call, Cause, Consent, Falter, Pass, Propose, Say, Vote
from fabula.environments.dialogue.events import Bade, Held, Opened, Said
from fabula.environments.dialogue.outlook import LINES_MAX
from fabula.environments.dialogue.senses import WORDS_CHARACTERS_MAX
from fabula.environments.dialogue.service.form import Personality, Rule, Service
from fabula.environments.dialogue.setting import Decision, OnFailure, Policy
from fabula.environments.dialogue.state import NEWS_MAX
from fabula.errors import UsageError

THREE = ("Ada", "Ben", "Cara")
CLERK = Service(
    name="clerk",
    domain="gates",
    personality=Personality(),
    rules=(Rule(name="secrets", act="refuse", when="says", matches=("pawl",), text="I cannot speak of that."),),
)


def asked_of(table: Table, name: str) -> Outlook:
    """What the speaker was asked with, the last time."""
    outlook: Outlook = [asked for asked in table.asked if asked.agent == name][-1].perceives
    return outlook


def test_a_speaker_is_asked_with_what_was_said_and_its_own_part() -> None:
    setting = with_speaker(
        a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", background="It rains.", ends=Ends(turns=4)),
        "Ben",
        stance=-40,
        points=("It leaks.",),
        wants_to_know=("Who pays?",),
    )
    setting = with_speaker(setting, "Cara", persona=Persona(name="Cara", role="Smith"))
    table = Table(setting, {"Ada": says("Ben, is it dear?")}).play()
    seen = next(asked for asked in table.asked if asked.agent == "Ben").perceives
    assert (seen.me, seen.topic, seen.background, seen.turn, seen.turns) == ("Ben", "the sluice", "It rains.", 2, 4)
    assert [(other.name, other.role) for other in seen.others] == [("Ada", ""), ("Cara", "Smith")]
    assert [(line.number, line.speaker, line.text, line.to) for line in seen.lines] == [
        (1, "Ada", "Ben, is it dear?", "Ben")
    ]
    assert (seen.addressed_by, seen.stance, seen.points, seen.wants_to_know) == (
        "Ada",
        -40,
        ("It leaks.",),
        ("Who pays?",),
    )
    assert asked_of(table, "Cara").addressed_by == ""
    assert asked_of(table, "Cara").points == (), "what Ben holds is his own"


def test_of_a_long_talk_the_last_turns_are_shown_and_the_rest_counted() -> None:
    table = Table(a_setting(ends=Ends(turns=LINES_MAX + 5, similarity=0)), lively).play()
    last = table.asked[-1].perceives
    assert len(last.lines) == LINES_MAX
    assert last.earlier == 4
    assert last.lines[-1].number == LINES_MAX + 4


def test_what_is_new_is_what_happened_since_it_was_last_asked() -> None:
    table = Table(a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", ends=Ends(turns=5)), lively).play()
    news = [[type(event).__name__ for event in asked.events] for asked in table.asked]
    assert news == [["Opened"], ["Opened", "Said"], ["Opened", "Said", "Said"], ["Said"] * 3, ["Said"] * 3]


def test_news_that_nobody_reads_are_kept_within_bounds() -> None:
    setting = a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ada", ends=Ends(turns=NEWS_MAX, similarity=0))
    lead = in_turn(then=lambda asked: Call(speaker="Ben") if "Call" in str(asked.accepts) else lively(asked))
    table = Table(setting, {"Ada": lead}).play()
    assert len(table.state.news) == NEWS_MAX
    assert table.state.happened == len(table.events)


@pytest.mark.parametrize(
    ("phase", "accepts", "reflex"),
    [
        ("bid", Bid, Bid(wish=0)),
        ("propose", Propose, Propose(text="")),
        ("vote", Vote, Vote(choice="")),
        ("consent", Consent, Consent()),
    ],
)
def test_each_phase_asks_for_its_own_answer_and_has_a_reflex(phase: str, accepts: type, reflex: object) -> None:
    decision = Decision.VOTE if phase == "vote" else Decision.CONSENSUS
    table = Table(a_setting(*THREE, policy=Policy.BIDS, decision=decision, ends=Ends(turns=2)), lively)
    while table.state.phase != phase:
        table.step()
    observations = table.dialogue.observe(table.state)
    assert {str(asked.agent) for asked in observations} == set(THREE)
    assert all((asked.accepts, asked.reflex) == (accepts, reflex) for asked in observations)


def test_a_moderator_sees_who_was_silent_longest_and_an_option_for_each() -> None:
    setting = a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ben", first="Cara", ends=Ends(turns=4))
    table = Table(setting, lively).play()
    asked = next(asked for asked in table.asked if asked.agent == "Ben")
    assert asked.perceives.leads
    assert asked.perceives.silent == ("Ada", "Cara")
    assert [option.action for option in asked.options] == [Call(speaker="Ada"), Call(speaker="Cara")]
    assert asked.reflex == Call(speaker="Ada")
    assert not asked_of(table, "Ada").leads


def test_a_person_reads_the_scene_once_and_then_what_was_said_since() -> None:
    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", background="It rains.", ends=Ends(turns=6))
    minds = {"Ada": says("Good evening,\nall of you.", "So?"), "Cara": says("Ben, go on.")}
    table = Table(setting, minds).play()
    first, second = (
        table.dialogue.question(asked) for asked in [asked for asked in table.asked if asked.agent == "Ben"]
    )
    assert first.lines == (
        "Turn 2 of 6. It is about: the sluice",
        "It rains.",
        "You are Ben, and talk with Ada and Cara.",
        "",
        "Ada: Good evening,",
        "  all of you.",
        "",
        "What do you say? 'pass' for nothing.",
    )
    assert second.brief == (
        "Cara (to you): Ben, go on.",
        "Ada: So?",
        "",
        "Cara spoke to you. What do you say? 'pass' for nothing.",
    )
    assert first.offers == ()


def test_a_person_is_offered_each_option_of_a_vote() -> None:
    setting = a_setting(decision=Decision.VOTE, options=("north", "south"), ends=Ends(turns=2))
    table = Table(setting, lively).play()
    question = table.dialogue.question(table.asked[-1])
    assert [offer.words for offer in question.offers] == ["Vote “north”", "Vote “south”"]
    assert msgspec.json.decode(question.offers[1].action, type=Vote) == Vote(choice="south")
    assert {"north", "south", "Ada", "Ben"} <= set(question.at_hand)


def test_what_happened_is_told_to_whoever_perceived_it() -> None:
    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", ends=Ends(turns=4))
    setting = with_speaker(setting, "Cara", on_failure=OnFailure.SKIP)
    minds = {
        "Ada": in_turn(Say(text="Ben, hold the lamp."), Say(text="Good night.", leaving=True)),
        "Ben": in_turn(Pass()),
        "Cara": failing(Falter(cause=Cause.BREAKER, why="its model is away")),
    }
    table = Table(setting, minds).play()
    told = table.dialogue.told(table.events, agent="Ben", state=table.state)
    assert told == [
        "the sluice",
        "Ada (to you): Ben, hold the lamp.",
        "You said nothing.",
        "Cara could not answer: its model is away.",
        "Ada: Good night.",
        "Ada took leave.",
        "It is over. All 4 turns are spent.",
    ]
    after = table.dialogue.told(table.events, agent="Ada", state=table.state)
    assert after[-1] == "You took leave."


def test_wishes_and_what_rules_took_away_are_the_keepers_alone() -> None:
    setting = a_setting(*THREE, policy=Policy.BIDS, first="Ada", ends=Ends(turns=4))
    setting = with_speaker(setting, "Ada", service=CLERK)
    table = Table(setting, {"Ada": always(Say(text="The pawl is cracked."))}).play()
    hidden = table.of(Bade, Held)
    assert {type(event) for event in hidden} == {Bade, Held}
    assert all(event.seen_by == () for event in hidden)
    kept = table.dialogue.view(table.state, None)
    assert kept["wishes"]
    assert kept["held"][0]["instead_of"] == "The pawl is cracked."
    assert kept["speakers"]["Ada"]["service"] == "clerk"
    for name in THREE:
        shown = msgspec.json.encode(table.dialogue.view(table.state, agent(name))).decode()
        assert "pawl" not in shown
        assert '"wishes"' not in shown
        assert "I cannot speak of that." in shown


def test_a_view_is_plain_and_a_portrait_is_drawn_from_it() -> None:
    setting = with_speaker(a_setting(first="Ada", ends=Ends(turns=3)), "Ben", stance=-30, points=("It leaks.",))
    table = Table(setting, {"Ada": says("Ben, why?"), "Ben": says("It leaks.")}).play()
    view = table.dialogue.view(table.state, agent("Ben"))
    assert msgspec.to_builtins(view) == view
    assert [line["text"] for line in view["lines"]][:2] == ["Ben, why?", "It leaks."]
    assert view["ending"]["kind"] == "turns"
    drawn = table.dialogue.portrait(view)
    assert drawn[:3] == ["Ben, on the sluice", "turn 3 of 3: spoke last in turn 2", "against it, 30 of 100"]
    assert "  Ada: Ben, why?" in drawn
    assert table.dialogue.portrait(table.dialogue.view(table.state, None)) == []
    with pytest.raises(UsageError, match=r"no speaker 'Bem' here. Did you mean 'Ben'"):
        table.dialogue.view(table.state, agent("Bem"))


def test_what_is_said_reaches_the_memory_of_those_who_heard_it() -> None:
    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", ends=Ends(turns=4))
    ties = (Tie(who="Ada", text="an old friend", trust=0.6), Tie(who="Nobody", trust=-1.0))
    setting = with_speaker(setting, "Ben", persona=Persona(name="Ben", ties=ties))
    minds = {
        "Ada": in_turn(Say(text="The pawl is cracked.", leaving=True)),
        "Cara": says("Then we cannot shut it again. " + "x" * WORDS_CHARACTERS_MAX),
    }
    table = Table(setting, minds).play()
    senses = table.dialogue.senses()
    lived: dict[str, list[Experience]] = {name: [] for name in THREE}
    for event in table.events:
        senses.notice(event)
        for name in event.seen_by:
            lived[name] += senses.experiences(event, name, 1)
    words = [each for each in lived["Ben"] if each.kind is Kind.WORDS]
    assert (words[0].doer, words[0].text, words[0].turn) == ("Ada", "Ada said: “The pawl is cracked.”", 1)
    assert [(each.to, each.now) for each in lived["Ben"] if each.kind is Kind.BOND] == [("Ada", 0.6)]
    assert not any("shut it" in each.text for each in lived["Ada"]), "she had left"
    assert all(len(each.text) < WORDS_CHARACTERS_MAX + 100 for each in words)
    assert senses.persona(agent("Ben")) == setting.speakers[1].persona


def test_who_took_leave_sees_what_was_said_until_then_and_nothing_after() -> None:
    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", ends=Ends(turns=8, phrases=("the key",)))
    minds = {
        "Ada": in_turn(Say(text="Good night, both.", leaving=True)),
        "Ben": says("Cara, now that she is gone: it was me.", "Under the stone is the key."),
        "Cara": in_turn(Say(text="Ada, I wish you had heard that.", leaving=False)),
    }
    table = Table(setting, minds).play()
    assert table.how == "phrase"
    view = table.dialogue.view(table.state, agent("Ada"))
    assert view["status"] == "left"
    assert [line["text"] for line in view["lines"]] == ["Good night, both."]
    assert list(view["outlook"]["lines"]) == view["lines"]
    assert (view["turn"], view["next"], view["present"], view["ending"]) == (1, "", ["Ben", "Cara"], None)
    shown = msgspec.json.encode(view).decode()
    assert not any(word in shown for word in ("it was me", "heard that", "key"))
    stayed = table.dialogue.view(table.state, agent("Ben"))
    assert [line["number"] for line in stayed["lines"]] == [1, 2, 3, 4]
    assert stayed["ending"]["kind"] == "phrase"
    assert table.dialogue.view(table.state, None)["turn"] == 4


def test_who_left_last_perceives_that_it_ended_and_who_left_first_does_not() -> None:
    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", ends=Ends(turns=8))
    minds = {"Ada": in_turn(Say(text="I go.", leaving=True)), "Ben": in_turn(Say(text="I too.", leaving=True))}
    table = Table(setting, minds).play()
    assert table.dialogue.view(table.state, agent("Ben"))["ending"]["kind"] == "left"
    early = table.dialogue.view(table.state, agent("Ada"))
    assert (early["ending"], early["present"]) == (None, ["Ben", "Cara"]), "she does not know that Ben went as well"


def test_memories_follow_a_dialogue() -> None:
    table = Table(a_setting(first="Ada", ends=Ends(turns=4)), {"Ada": says("The pawl is cracked through.")}).play()
    senses = table.dialogue.senses()
    memories = Memories(senses.persona, senses, kept_max=50)
    memories.follow(Moment(step=0, inputs=(), events=tuple(table.events), notes=(), digest="", state=None))
    kept = " ".join(entry.text for entry in memories.of(agent("Ben")).entries)
    assert "pawl" in kept


def test_seats_are_the_speakers_and_nobody_else() -> None:
    table = Table(a_setting(), lively)
    dialogue = table.dialogue
    assert dialogue.agents(table.state) == ("Ada", "Ben")
    assert dialogue.persona(table.state, "Ben").name == "Ben"
    assert (dialogue.turns, dict(dialogue.roles), dialogue.pack) == (24, {}, "talk")
    with pytest.raises(UsageError, match="Did you mean 'Ada'"):
        dialogue.persona(table.state, "ada")


def test_a_state_is_whole_in_its_snapshot() -> None:
    table = Table(a_setting(*THREE, policy=Policy.BIDS, decision=Decision.CONSENSUS, ends=Ends(turns=3)), lively)
    while table.state.ended is None:
        data = table.dialogue.snapshot(table.state)
        assert table.dialogue.snapshot(table.dialogue.restore(data)) == data
        table.step()
    assert table.dialogue.step(table.state, (), Chance(7)) == ()
    assert table.dialogue.observe(table.state) == ()


def test_who_opened_it_and_about_what_is_told_to_all() -> None:
    table = Table(replace(a_setting(first="Ben"), title="A gate", background="Rain."), lively)
    (opened,) = table.step()
    assert opened == Opened(
        title="A gate",
        topic="the sluice",
        background="Rain.",
        speakers=("Ada", "Ben"),
        first="Ben",
        seen_by=(agent("Ada"), agent("Ben")),
    )
    assert isinstance(table.step()[0], Said)
