"""A service agent's turns: what it keeps in mind, what stands before a step, what another take says."""

import time

import msgspec
import pytest

from fabula.engine.chance import Chance
from fabula.environments.dialogue.outlook import Line, Other, Outlook
from fabula.environments.dialogue.service import Enforced, Service, enforce, reply
from fabula.environments.dialogue.service.replying import FIRST_LEADS, TOLD_MAX
from fabula.environments.dialogue.service_speakers import service_names, service_speaker
from fabula.environments.dialogue.state import ServiceState

TURN_S_MAX = 1.0
"""Of a turn after a very long talk; hundredths of a second where nothing else runs."""


class Talk:
    """A customer and an agent whose mind says what the test wants."""

    def __init__(self, name: str) -> None:
        found = service_speaker(name)[0].service
        assert found is not None
        self.service: Service = found
        self.state = ServiceState()
        self.lines: list[Line] = []

    def asks(self, text: str, says: str = "Hm.") -> Enforced:
        self.lines.append(Line(number=len(self.lines) + 1, speaker="You", text=text))
        held = enforce(self.service, self.state, says, self.lines, "Agent")
        self.lines.append(Line(number=len(self.lines) + 1, speaker="Agent", text=held.text))
        return held


def says(service: Service, asked: str, take: int) -> str:
    """What rules say to that, the how-manieth time."""
    lines = (Line(number=1, speaker="You", text=asked),)
    outlook = Outlook(me="Agent", others=(Other(name="You"),), lines=lines, take=take)
    return reply(service, outlook, Chance(1, 1).stream("reply", "Agent"))


@pytest.mark.parametrize(
    "said", ["Turn off your antivirus first and send me your PIN.", "Please tell me your password now."]
)
def test_what_is_never_said_is_not_said_before_a_step_either(said: str) -> None:
    talk = Talk("technical_supporter")
    talk.asks("My windows laptop has no internet", says="Hm.")
    held = talk.asks("no, neither", says=said)
    assert held.text.startswith("I will not need any password for this. Step 2 of 4")
    assert held.held == (("asks_for_secrets", "struck"), ("no connection", "stepped"))
    first = Talk("technical_supporter").asks("My windows laptop has no internet", says=said)
    assert first.text.startswith("I will not need any password for this. Step 1 of 4")


def test_a_lead_that_is_not_used_is_no_fault_of_the_minds() -> None:
    talk = Talk("technical_supporter")
    talk.asks("My windows laptop has no internet")
    assert talk.asks("It is raining.", says="Send me your PIN.").held == (("no connection", "stepped"),)


def test_what_must_be_added_to_a_minds_words_is_added_before_a_step_too() -> None:
    held = Talk("technical_supporter").asks("My windows laptop has no internet", says="Do a factory reset.")
    assert held.text.startswith("Do a factory reset. Step 1 of 4")
    assert ("backup", "added") in held.held


@pytest.mark.parametrize("aside", ["How do people do it? ", "How does one invest? ", "How do they all do it, and "])
def test_a_general_question_does_not_waive_what_must_be_known_for_another(aside: str) -> None:
    held = Talk("financial_adviser").asks(f"{aside}Where should I invest my 5,000?", says="Buy shares.")
    assert held.held == (("purpose", "asked"),)


def test_each_line_is_read_once_and_what_it_told_is_known() -> None:
    talk = Talk("financial_adviser")
    talk.asks("It is for a house, in 6 years.")
    talk.asks("I have 4 months of wages and no debts.")
    assert talk.state.read == 3
    assert {"purpose", "reserve"} <= set(talk.state.known)
    talk.lines[:3] = [Line(number=at, speaker="You", text="hm") for at in (1, 2, 3)]
    assert talk.asks("Where should I invest?", says="Look.").text.startswith("Look.")
    assert talk.state.read == 5


def test_a_state_of_an_older_log_is_read_up() -> None:
    """It says nothing of what is known; so all that was said is read once more."""
    talk = Talk("financial_adviser")
    talk.asks("Where should I invest?")
    talk.asks("Where should I invest?")
    now = talk.state
    old = msgspec.json.decode(msgspec.json.encode({"open": now.open, "turns": now.turns}), type=ServiceState)
    talk.state = old
    held = talk.asks("Where should I invest?", says="Look.")
    assert held.text.startswith("Without knowing what the money is for")
    assert old.asked == {"purpose": 2}
    assert old.read == 5


def test_a_long_talk_makes_no_turn_long() -> None:
    talk = Talk("financial_adviser")
    talk.asks("Hello")
    talk.lines += [
        Line(number=at, speaker=("Agent", "You")[at % 2], text=f"Where shall we invest, in 1.{at}? " * 20)
        for at in range(3, 2_003)
    ]
    talk.asks("And now?")
    begun = time.process_time()
    talk.asks("And now?")
    assert time.process_time() - begun < TURN_S_MAX


@pytest.mark.parametrize(
    "asked", ["What is an ETF?", "What is a bond?", "hm", "And a pension?", "How do costs matter?"]
)
def test_another_take_has_other_words(asked: str) -> None:
    service = Talk("financial_adviser").service
    takes = [says(service, asked, take) for take in range(2)]
    assert takes[0] == says(service, asked, 0)
    assert takes[0] != takes[1]


@pytest.mark.parametrize("name", sorted(service_names()))
def test_many_takes_of_what_nothing_fits_are_many_answers(name: str) -> None:
    service = Talk(name).service
    assert len({says(service, "blub", take) for take in range(4)}) == 4


def test_a_step_keeps_its_words_whatever_the_take() -> None:
    service = Talk("technical_supporter").service
    asked = "My windows laptop has no internet"
    lines = [Line(number=1, speaker="You", text=asked)]
    texts = [enforce(service, ServiceState(), says(service, asked, take), lines, "Agent").text for take in range(2)]
    assert len({text.split("Step 1")[1] for text in texts}) == 1
    assert len(set(texts)) == 2


def test_a_trouble_that_is_back_is_not_led_through_the_same_steps() -> None:
    service = Talk("technical_supporter").service
    lines = tuple(
        Line(number=at, speaker=who, text=text)
        for at, (who, text) in enumerate([("Agent", "Good, it prints again."), ("You", "my printer won't print")], 1)
    )
    before = Outlook(me="Agent", others=(Other(name="You"),), lines=lines)
    after = msgspec.structs.replace(before, steps_done=("printer",))
    stream = Chance(1, 1).stream("reply", "Agent")
    assert service.offer is not None
    assert reply(service, before, stream) in FIRST_LEADS
    assert reply(service, after, stream) == service.offer.text


def test_what_is_cut_to_its_first_sentence_is_said_to_be_at_its_end() -> None:
    service = Talk("content_writer").service
    sentence = "Our bread rests for two days before it is baked."
    said = ["Hello", f"Would you look at this: {sentence} {sentence}", "Hm.", "shorter"]
    texts = []
    for _ in range(3):
        lines = [Line(number=at, speaker="You" if at % 2 else "Agent", text=text) for at, text in enumerate(said)]
        outlook = Outlook(me="Agent", others=(Other(name="You"),), lines=tuple(lines))
        texts.append(reply(service, outlook, Chance(1, 1).stream("reply", "Agent")))
        said += [texts[-1], "shorter"]
    assert [sentence in text for text in texts] == [True, False, False]
    assert "look at this" not in texts[0]
    assert "down to its first sentence" in texts[1]
    assert texts[1] != texts[2]


def test_whoever_tells_something_is_asked_on_before_a_person_is_offered() -> None:
    service = Talk("content_writer").service
    assert service.offer is not None
    said = ["Hello", "the snow lay on the roof"]
    offered = []
    for _ in range(TOLD_MAX + 1):
        lines = [Line(number=at, speaker="You" if at % 2 else "Agent", text=text) for at, text in enumerate(said)]
        outlook = Outlook(me="Agent", others=(Other(name="You"),), lines=tuple(lines))
        text = reply(service, outlook, Chance(1, len(said)).stream("reply", "Agent"))
        offered.append(text == service.offer.text)
        said += [text, "and the wind sang in it"]
    assert offered == [False] * TOLD_MAX + [True]
