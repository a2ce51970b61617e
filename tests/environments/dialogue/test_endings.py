"""Every ending, with its reason."""

import pytest
from msgspec.structs import replace
from tests.environments.dialogue.tables import SUBJECTS, Table, a_setting, always, in_turn, lively, says, with_speaker

from fabula.engine.values import Commanded, Stop
from fabula.environments.dialogue import EndKind, Ends, Finish
from fabula.environments.dialogue.actions import Call, Close, Leading, Pass, Say
from fabula.environments.dialogue.events import DialogueEnded, HandedOver, Held, Nudged, Said
from fabula.environments.dialogue.service.form import Personality, Rule, Service
from fabula.environments.dialogue.setting import Policy

THREE = ("Ada", "Ben", "Cara")
CLERK = Service(
    name="clerk",
    domain="the sluice office",
    personality=Personality(),
    rules=(
        Rule(name="fees", act="add", text="Fees may change."),
        Rule(name="courts", act="hand_over", matches=("lawyer",), text="I will fetch somebody."),
    ),
)


def ended(table: Table) -> DialogueEnded:
    """How it ended: the same in the state and in the last event."""
    last = table.events[-1]
    assert isinstance(last, DialogueEnded)
    assert (last.how.value, last.why) == (table.how, table.why)
    return last


def test_turns_run_out() -> None:
    table = Table(a_setting(ends=Ends(turns=5)), lively).play()
    assert ended(table).how is EndKind.TURNS
    assert table.why == "All 5 turns are spent."
    assert table.state.spoken == 5


def test_a_phrase_ends_it_whatever_its_case_and_only_as_whole_words() -> None:
    setting = a_setting(first="Ada", ends=Ends(phrases=("that’s settled", "[end]")))
    table = Table(setting, {"Ada": says("Is that's settledness a word? End?"), "Ben": says("THAT'S  Settled, then.")})
    table.play()
    assert ended(table).how is EndKind.PHRASE
    assert table.why == "Ben said 'that’s settled'."
    assert table.state.spoken == 2


def test_who_greets_ends_nothing_by_a_phrase() -> None:
    setting = a_setting(greeting="Say goodbye when you are done.", ends=Ends(phrases=("goodbye",), turns=3))
    assert Table(setting, lively).play().how == "turns"


@pytest.mark.parametrize(
    "words", ["I agree.", "Yes, exactly.", "You're right, Ben.", "**Indeed!**", "👍", "Ada: I agree."]
)
@pytest.mark.parametrize("ends", [Ends(), Ends(agreement=0), Ends(similarity=0), Ends(turns=0)])
def test_two_who_only_agree_are_stopped_within_twelve_turns(words: str, ends: Ends) -> None:
    table = Table(a_setting(ends=ends), always(Say(text=words))).play()
    assert table.how in {"agreement", "loop"}
    assert table.state.spoken <= 12
    (nudged,) = table.of(Nudged)
    assert nudged.number < table.state.spoken
    assert ended(table).why


def test_a_wide_circle_ends_a_talk_that_no_number_of_turns_would() -> None:
    said = [f"{subject.capitalize()} is what I should look at first, and for good reasons." for subject in SUBJECTS]
    rounds = [*said, *said, *said, *said]
    minds = {"Ada": in_turn(*(Say(text=text) for text in rounds[0::2])), "Ben": says(*rounds[1::2])}
    table = Table(a_setting(first="Ada", ends=Ends(turns=0)), minds).play(300)
    assert ended(table).how is EndKind.LOOP
    assert "nudge changed nothing" in table.why
    assert any(isinstance(event, Nudged) for event in table.events), "they were told first"


def test_agreement_ends_it_after_a_nudge_halfway() -> None:
    setting = a_setting(first="Ada", ends=Ends(agreement=4))
    minds = {"Ada": always(Say(text="I agree.")), "Ben": always(Say(text="Quite so, Ada."))}
    table = Table(setting, minds).play()
    assert table.how == "agreement"
    assert table.why == "4 turns in a row only agreed."
    assert [event.number for event in table.of(Nudged)] == [3]


def test_agreement_that_goes_on_to_something_new_is_no_circle() -> None:
    def agree(number: int) -> str:
        return f"I agree, but {SUBJECTS[number % len(SUBJECTS)]}."

    texts = [agree(number) for number in range(12)]
    minds = {"Ada": says(*texts[::2]), "Ben": says(*texts[1::2])}
    table = Table(a_setting(first="Ada", ends=Ends(turns=12)), minds).play()
    assert table.how == "turns"
    assert not table.of(Nudged)


def test_a_circle_of_several_turns_is_found_nudged_and_then_ended() -> None:
    minds = {
        "Ada": always(Say(text="The old gate must go, it leaks and the meadow drowns.")),
        "Ben": always(Say(text="The old gate can stay, a new one costs more than the meadow.")),
    }
    table = Table(a_setting(first="Ada"), minds).play()
    assert table.how == "loop"
    assert [event.number for event in table.of(Nudged)] == [6]
    assert table.state.spoken == 9
    assert table.why.startswith("The last 6 turns were alike by 100 of 100")


def test_the_nudge_is_told_to_the_speakers_and_forgotten_once_they_leave_the_circle() -> None:
    stale = Say(text="The old gate must go, it leaks and the meadow drowns.")
    minds = {"Ada": in_turn(*[stale] * 3), "Ben": in_turn(*[stale] * 3)}
    table = Table(a_setting(first="Ada", ends=Ends(turns=20)), minds).play()
    assert table.how == "turns"
    assert len(table.of(Nudged)) == 1
    nudges = [asked.perceives.nudge for asked in table.asked]
    assert "Say something that has not been said" in nudges[6]
    assert not nudges[5]
    assert not nudges[-1]


def test_a_lively_talk_goes_round_in_no_circles() -> None:
    table = Table(a_setting(*THREE, policy=Policy.FREE, ends=Ends(turns=16, window=8)), lively).play()
    assert table.how == "turns"


def test_circles_are_not_looked_for_where_nobody_wants_it() -> None:
    setting = a_setting(ends=Ends(turns=30, similarity=0, agreement=0))
    table = Table(setting, always(Say(text="I agree."))).play()
    assert (table.how, table.of(Nudged)) == ("turns", [])


@pytest.mark.parametrize(("silence", "turns"), [(0, 3), (5, 5)])
def test_when_nobody_has_anything_to_say_it_ends(silence: int, turns: int) -> None:
    table = Table(a_setting(*THREE, policy=Policy.ROUND_ROBIN, ends=Ends(silence=silence)), always(Pass())).play()
    assert ended(table).how is EndKind.SILENCE
    assert table.why == f"In {turns} turns in a row nobody had anything to say."


@pytest.mark.parametrize("policy", [Policy.FREE, Policy.BIDS, Policy.ROUND_ROBIN])
def test_silence_ends_it_under_every_policy(policy: Policy) -> None:
    assert Table(a_setting(*THREE, policy=policy), always(Pass())).play(40).how == "silence"


def test_it_ends_when_fewer_than_two_are_left() -> None:
    table = Table(a_setting(first="Ada"), {"Ada": in_turn(Say(text="Good night.", leaving=True))}).play()
    assert ended(table).how is EndKind.LEFT
    assert table.why == "Ada took leave, and only Ben was left."
    assert ended(table).seen_by == ("Ada", "Ben")


def test_a_person_who_leaves_ends_it_though_others_are_left() -> None:
    setting = with_speaker(a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ben"), "Ben", person=True)
    table = Table(setting, {"Ben": in_turn(Say(text="", leaving=True))}).play()
    assert (table.how, table.why) == ("left", "Ben took leave.")


def test_a_moderator_closes_it_with_a_last_word() -> None:
    def lead(observation: object) -> Call | Close:
        turn = observation.perceives.turn  # type: ignore[attr-defined]
        return Close(text="That will do.") if turn > 2 else Call(speaker="Ben")

    minds = {"Ada": lambda asked: lead(asked) if asked.accepts == Leading else lively(asked)}
    table = Table(a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ada"), minds).play()
    assert (table.how, table.why) == ("closed", "Ada closed it.")
    assert table.of(Said)[-1].text == "That will do."


def test_a_phrase_of_the_moderators_ends_it_too() -> None:
    minds = {"Ada": lambda asked: Call(speaker="Ben", text="We are out of time.")}
    setting = a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ada", ends=Ends(phrases=("out of time",)))
    assert Table(setting, minds).play().why == "Ada said 'out of time'."


def test_the_time_is_up_when_the_keeper_says_so() -> None:
    table = Table(a_setting(), lively)
    table.step()
    table.step(Commanded(number=1, command=Finish(why="five minutes were given")))
    assert ended(table).how is EndKind.DEADLINE
    assert table.why == "five minutes were given"
    assert table.step() == ()


def test_the_keeper_stops_it_by_hand() -> None:
    table = Table(a_setting(), lively)
    table.step(Commanded(number=1, command=Stop(why="")))
    assert ended(table).how is EndKind.STOPPED
    assert table.why == "The keeper stopped it."


def test_a_service_agent_is_held_to_its_rules_and_hands_over() -> None:
    setting = with_speaker(with_speaker(a_setting(first="Ben"), "Ada", service=CLERK), "Ben", person=True)
    minds = {"Ada": says("It is two crowns.", "Do not worry."), "Ben": says("What is the fee?", "I want a lawyer.")}
    table = Table(setting, minds).play()
    assert table.of(Said)[1].text == "It is two crowns.\n\nFees may change."
    assert table.of(Said)[-1].text == "I will fetch somebody."
    assert [(event.rule, event.did, event.seen_by) for event in table.of(Held)] == [
        ("fees", "added", ()),
        ("courts", "handed_over", ()),
    ]
    assert [event.instead_of for event in table.of(Held)] == ["", "Do not worry."]
    assert table.of(HandedOver)
    assert table.how == "handed_over"
    assert table.state.services["Ada"].handed_over


def test_two_service_agents_alone_end_nothing_by_handing_over() -> None:
    setting = replace(a_setting(first="Ben"), ends=Ends(turns=3))
    setting = with_speaker(with_speaker(setting, "Ada", service=CLERK), "Ben", service=CLERK)
    assert Table(setting, always(Say(text="Ask a lawyer."))).play().how == "turns"
