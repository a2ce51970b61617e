"""Whose turn it is: each policy, the first speaker, addressing, leaving; and inputs that are nobody's turn."""

import pytest
from msgspec.structs import replace
from tests.environments.dialogue.tables import (
    Table,
    a_setting,
    agent,
    always,
    in_turn,
    lively,
    says,
    with_speaker,
)

from fabula.engine.values import Acted, Action, Observation
from fabula.environments.dialogue import DialogueState, Ends, Outlook
from fabula.environments.dialogue.actions import Bid, Call, Close, Consent, Leading, Pass, Propose, Say, Speaking, Vote
from fabula.environments.dialogue.events import Bade, Called, Opened, Passed, Said
from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.policy import bidders
from fabula.environments.dialogue.setting import Policy

THREE = ("Ada", "Ben", "Cara")


def speakers(table: Table) -> str:
    """Initials of those who had a turn, in order."""
    return "".join(event.speaker[0] for event in table.of(Said, Passed))


def test_two_alternate() -> None:
    assert speakers(Table(a_setting(first="Ada", ends=Ends(turns=5)), lively).play()) == "ABABA"


def test_a_round_goes_in_the_settings_order() -> None:
    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ben", ends=Ends(turns=7))
    assert speakers(Table(setting, lively).play()) == "BCABCAB"


def test_the_first_speaker_is_drawn_and_the_same_for_the_same_seed() -> None:
    firsts = [Table(a_setting(), lively, seed=seed).state.next for seed in range(20)]
    assert set(firsts) == {"Ada", "Ben"}
    assert firsts == [Table(a_setting(), lively, seed=seed).state.next for seed in range(20)]


def test_a_greeting_is_said_in_the_first_step_without_asking_anybody() -> None:
    table = Table(a_setting(first="Ben", greeting="Come in, come in."), lively)
    assert not table.dialogue.observe(table.state)
    opened, said = table.step()
    assert isinstance(opened, Opened)
    assert (opened.first, opened.speakers) == ("Ben", ("Ada", "Ben"))
    assert isinstance(said, Said)
    assert (said.speaker, said.text, said.number) == ("Ben", "Come in, come in.", 1)
    assert table.state.next == "Ada"


def test_the_keenest_speaks_and_never_twice_in_a_row() -> None:
    wishes = {"Ada": 90, "Ben": 50, "Cara": 10}

    def bid(observation: Observation) -> Action:
        return Bid(wish=wishes[observation.agent]) if observation.accepts is Bid else lively(observation)

    table = Table(a_setting(*THREE, policy=Policy.BIDS, ends=Ends(turns=4)), bid).play()
    assert speakers(table) == "ABAB"
    assert [event.wishes for event in table.of(Bade)][1] == {"Ben": 50, "Cara": 10}
    assert all(event.seen_by == () for event in table.of(Bade)), "how much somebody wants to speak is its own affair"


def test_of_equal_bids_whoever_was_silent_longest_speaks() -> None:
    def bid(observation: Observation) -> Action:
        return Bid(wish=40) if observation.accepts is Bid else lively(observation)

    order = speakers(Table(a_setting(*THREE, policy=Policy.BIDS, ends=Ends(turns=9)), bid).play())
    assert order[:3] == order[3:6] == order[6:9]
    assert len(set(order[:3])) == 3


def test_a_bid_out_of_bounds_is_brought_within_them() -> None:
    def bid(observation: Observation) -> Action:
        wish = {"Ada": -5, "Ben": 10**6, "Cara": 100}[observation.agent]
        return Bid(wish=wish) if observation.accepts is Bid else lively(observation)

    table = Table(a_setting(*THREE, policy=Policy.BIDS, ends=Ends(turns=1)), bid).play()
    assert table.of(Bade)[0].wishes == {"Ada": 0, "Ben": 100, "Cara": 100}


def test_a_moderator_calls_and_whoever_is_called_speaks() -> None:
    def lead(observation: Observation) -> Action:
        if observation.accepts == Leading:
            return Call(speaker="cara" if observation.perceives.turn % 2 else "BEN", text="And you?")
        return lively(observation)

    setting = a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ada", ends=Ends(turns=4))
    table = Table(setting, lead).play()
    assert speakers(table) == "CBCB"
    assert [(event.by, event.speaker, event.number) for event in table.of(Called)][:2] == [
        ("Ada", "Cara", 1),
        ("Ada", "Ben", 2),
    ]
    assert table.state.lines[0].speaker == "Ada"
    assert table.state.lines[0].to == "Cara"


@pytest.mark.parametrize("answer", [Call(speaker="Nobody"), Call(speaker="Ada"), Say(text="hm"), None])
def test_a_moderator_who_calls_nobody_else_gives_the_turn_to_whoever_was_silent_longest(
    answer: Action | None,
) -> None:
    setting = a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ada", first="Ben")
    table = Table(setting, lively)
    table.step()
    table.step()
    table.take(*([Acted(agent=agent("Ada"), asked=2, action=answer)] if answer else []))
    assert table.state.next == "Cara"


def test_where_all_are_free_whoever_is_addressed_answers_else_whoever_was_silent_longest() -> None:
    minds = {
        "Ada": in_turn(Say(text="What do you make of the weir?", to="cara")),
        "Cara": says("Ben, you were there that night."),
        "Ben": says("I was."),
    }
    setting = a_setting(*THREE, policy=Policy.FREE, first="Ada", ends=Ends(turns=5))
    table = Table(setting, minds).play()
    assert speakers(table) == "ACBAC"
    assert [event.to for event in table.of(Said)][:3] == ["Cara", "Ben", ""]


def test_two_who_let_nobody_in_are_interrupted() -> None:
    minds = {
        name: in_turn(then=lambda asked, other=other: replace(lively(asked), to=other))  # type: ignore[misc]
        for name, other in (("Ada", "Ben"), ("Ben", "Ada"), ("Cara", "Ben"))
    }
    setting = a_setting(*THREE, policy=Policy.FREE, first="Ada", ends=Ends(turns=8))
    assert speakers(Table(setting, minds).play()) == "ABACBABC"


def test_words_to_nobody_who_is_there_are_to_all() -> None:
    setting = a_setting(*THREE, policy=Policy.FREE, first="Ada", ends=Ends(turns=1))
    table = Table(setting, always(Say(text="Hello?", to="the king"))).play()
    assert table.of(Said)[0].to == ""


def test_the_last_speaker_goes_on_only_when_all_others_have_nothing_to_say() -> None:
    setting = a_setting(*THREE, policy=Policy.FREE, first="Ada", ends=Ends(turns=4, silence=9))
    table = Table(setting, {"Ben": always(Pass()), "Cara": always(Pass())}).play()
    assert speakers(table) == "ABCA"


def test_whoever_passed_bids_again_once_somebody_spoke() -> None:
    def bid(observation: Observation) -> Action:
        keen = {"Ada": 100, "Ben": 60, "Cara": 40}
        return Bid(wish=keen[observation.agent]) if observation.accepts is Bid else lively(observation)

    def silent(observation: Observation) -> Action:
        return bid(observation) if observation.accepts is Bid else Pass()

    setting = a_setting(*THREE, policy=Policy.BIDS, ends=Ends(turns=6))
    table = Table(setting, {"Ada": silent, "Ben": bid, "Cara": bid}).play()
    assert speakers(table) == "ABACAB"
    assert [sorted(event.wishes) for event in table.of(Bade)][:3] == [
        ["Ada", "Ben", "Cara"],
        ["Ben", "Cara"],
        ["Ada", "Cara"],
    ]


@pytest.mark.parametrize(
    ("skipped", "asked"),
    [("", "BC"), ("B", "C"), ("BC", "A"), ("A", "BC"), ("ABC", "ABC")],
)
def test_who_bids_has_neither_spoken_last_nor_passed_unless_nobody_else_is_left(skipped: str, asked: str) -> None:
    state = DialogueState(
        present=list("ABC"), lines=[Line(number=1, speaker="A", text="So.")], skipped=list(skipped), spoken=1
    )
    assert "".join(bidders(state)) == asked


def test_whoever_leaves_is_asked_and_shown_nothing_more() -> None:
    minds = {"Ben": in_turn(Say(text="I have a boat to catch.", leaving=True))}
    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", ends=Ends(turns=6))
    table = Table(setting, minds).play()
    assert speakers(table) == "ABCACA"
    left = next(event for event in table.of(Said) if event.leaving)
    assert "Ben" in left.seen_by
    assert all("Ben" not in event.seen_by for event in table.events[table.events.index(left) + 1 :])
    assert table.dialogue.agents(table.state) == ("Ada", "Ben", "Cara")


WRONG = [Vote(choice="for"), Bid(wish=3), Call(speaker="Ben"), Close(), Propose(text="x"), Consent(objects_to=(9, -1))]


@pytest.mark.parametrize("action", WRONG)
def test_an_answer_that_does_not_fit_is_a_turn_passed(action: Action) -> None:
    table = Table(a_setting(first="Ada"), lively)
    table.step()
    (event,) = table.take(Acted(agent=agent("Ada"), asked=1, action=action))
    assert isinstance(event, Passed)


def test_who_was_not_asked_or_answers_late_is_not_heard() -> None:
    table = Table(a_setting(first="Ada"), lively)
    table.take(Acted(agent=agent("Ada"), asked=0, action=Say(text="too soon")))
    events = table.take(
        Acted(agent=agent("Ada"), asked=0, action=Say(text="late")),
        Acted(agent=agent("Ada"), asked=1, action=Say(text="in time")),
        Acted(agent=agent("Ben"), asked=1, action=Say(text="not his turn")),
        Acted(agent=agent("Zoe"), asked=1, action=Say(text="not here")),
    )
    assert [event.text for event in events if isinstance(event, Said)] == ["in time"]


def test_no_answer_at_all_is_a_turn_passed() -> None:
    table = Table(a_setting(first="Ada"), lively)
    table.step()
    assert [type(event) for event in table.take()] == [Passed]


def test_a_person_who_asks_for_another_answer_is_remembered_until_it_speaks_again() -> None:
    takes: list[int] = []

    def listen(observation: Observation) -> Action:
        seen: Outlook = observation.perceives
        takes.append(seen.take)
        return lively(observation)

    minds = {"Ada": in_turn(Say(text="And then?", take=2), Say(text="Go on.")), "Ben": listen}
    setting = with_speaker(a_setting(first="Ada", ends=Ends(turns=4)), "Ada", person=True)
    table = Table(setting, minds).play()
    assert takes == [2, 0]
    assert table.of(Said)[0].take == 2


def test_only_the_speaker_is_asked_and_may_speak_or_pass() -> None:
    table = Table(a_setting(first="Ada"), lively)
    table.step()
    (asked,) = table.dialogue.observe(table.state)
    assert (asked.agent, asked.step, asked.due, asked.accepts) == ("Ada", 1, 1, Speaking)
    assert asked.reflex == Pass()
