"""Service agents: what their data files say holds, whatever a mind would have said."""

from pathlib import Path

import pytest

from fabula.engine.chance import Chance
from fabula.environments.dialogue.outlook import Line, Other, Outlook
from fabula.environments.dialogue.service import enforce, reply
from fabula.environments.dialogue.service.enforcing import AGAIN, LENGTH, Enforced
from fabula.environments.dialogue.service.patterns import PATTERN_WORDS_MAX, matches
from fabula.environments.dialogue.service.sentences import cut, sentences, without
from fabula.environments.dialogue.service_speakers import service_names, service_speaker
from fabula.environments.dialogue.state import ServiceState
from fabula.errors import UsageError

ADVISER, WRITER, SUPPORT = "financial_adviser", "content_writer", "technical_supporter"
RISK = "Investments can fall as well as rise"
GENERAL = "This is general information"


class Conversation:
    """A customer and one service agent, whose mind is made to say what the test wants, or speaks by rules."""

    def __init__(self, name: str) -> None:
        speaker, notices = service_speaker(name)
        assert speaker.service is not None
        assert not notices
        self.service = speaker.service
        self.me = speaker.persona.name
        self.state = ServiceState()
        self.lines: list[Line] = []

    def asks(self, text: str, *, says: str | None = None) -> Enforced:
        """The customer says that; the agent's mind answers `says`, or what rules say."""
        self._add("You", text)
        heard = tuple(self.lines)
        outlook = Outlook(me=self.me, others=(Other(name="You"),), lines=heard)
        stream = Chance(7, len(heard)).stream("reply", self.me)
        said = reply(self.service, outlook, stream) if says is None else says
        held = enforce(self.service, self.state, said, heard, self.me)
        self._add(self.me, held.text)
        return held

    def _add(self, speaker: str, text: str) -> None:
        self.lines.append(Line(number=len(self.lines) + 1, speaker=speaker, text=text))


def did(held: Enforced) -> list[str]:
    return [what for _, what in held.held]


def test_three_service_agents_ship() -> None:
    assert set(service_names()) == {ADVISER, WRITER, SUPPORT}


@pytest.mark.parametrize("name", [ADVISER, WRITER, SUPPORT])
def test_each_has_a_personality_and_a_domain(name: str) -> None:
    speaker, _ = service_speaker(name)
    service = speaker.service
    assert service is not None
    assert service.personality.traits
    assert service.personality.tone
    assert service.personality.approach
    assert service.domain
    assert speaker.persona.traits


def test_nothing_is_recommended_before_it_is_known_what_for() -> None:
    held = Conversation(ADVISER).asks("What shall I do with 5,000?", says="You should buy shares.")
    assert did(held) == ["asked"]
    assert "what is this money for" in held.text
    assert "shares" not in held.text


def test_what_was_asked_is_asked_until_it_is_answered() -> None:
    talk = Conversation(ADVISER)
    talk.asks("Should I invest?", says="Yes.")
    assert talk.asks("Just tell me.", says="You should buy it all.").text.startswith(AGAIN)
    talk.asks("For a house, in 6 years.", says="Good.")
    talk.asks("I have 4 months of wages and no debts.", says="Good.")
    assert "broad fund" in talk.asks("And now?", says="A broad fund would fit.").text


def test_a_promise_is_struck_from_what_a_model_says() -> None:
    said = "Costs matter most. This one has guaranteed returns. Mind the fee!"
    held = Conversation(ADVISER).asks("Tell me of costs.", says=said)
    assert held.text.startswith("Costs matter most. Mind the fee!")
    assert "struck" in did(held)


def test_where_all_was_struck_the_rule_has_words_of_its_own() -> None:
    assert Conversation(ADVISER).asks("Well?", says="It is risk free.").text.startswith("Nobody can promise")


def test_a_disclaimer_is_added_and_not_every_time() -> None:
    talk = Conversation(ADVISER)
    first = talk.asks("What is a fund?", says="A fund holds many shares.")
    assert RISK in first.text
    assert GENERAL in first.text
    assert RISK not in talk.asks("And a bond?", says="A bond is a loan; funds hold bonds too.").text
    for _ in range(3):
        last = talk.asks("Go on.", says="Funds have costs.")
    assert RISK in last.text
    assert GENERAL not in last.text, "said once in a conversation"


def test_what_is_unlawful_is_refused_whatever_the_model_would_do() -> None:
    held = Conversation(ADVISER).asks("How do I hide my income from the taxman?", says="Easily: open an account in …")
    assert did(held) == ["refused"]
    assert "Easily" not in held.text


def test_distress_goes_to_a_person() -> None:
    held = Conversation(ADVISER).asks("I cannot pay my rent any more", says="Buy a lottery ticket.")
    assert held.hand_over == "hardship"
    assert "lottery" not in held.text


def test_help_comes_step_by_step_though_a_model_gives_all_at_once() -> None:
    talk = Conversation(SUPPORT)
    everything = "Restart it, forget the network, buy a new router."
    assert did(talk.asks("My wifi is down", says=everything)) == ["asked"], "first: which device"
    first = talk.asks("A windows laptop", says=everything)
    assert "Step 1 of 4" in first.text
    assert "new router" not in first.text.split("Step 1")[1]
    assert "Step 1 of 4" in talk.asks("What is a router?", says="It is a box.").text, "nothing said has answered it"
    assert "Step 2 of 4" in talk.asks("no, neither", says="Hm.").text


def test_a_step_that_helped_ends_the_guide() -> None:
    talk = Conversation(SUPPORT)
    talk.asks("my mac is so slow")
    done = talk.asks("oh, it is fast again")
    assert "culprit" in done.text
    assert not done.hand_over
    assert talk.state.guide == ""


def test_where_no_step_helped_a_person_goes_on() -> None:
    talk = Conversation(SUPPORT)
    talk.asks("my mac is so slow")
    for answer in ("still slow", "plenty free"):
        assert not talk.asks(answer).hand_over
    assert talk.asks("no, still the same").hand_over


def test_a_password_is_never_asked_for() -> None:
    held = Conversation(SUPPORT).asks("help", says="Tell me your password. Then I look.")
    assert held.text == "Then I look."


def test_too_long_ends_at_a_whole_sentence() -> None:
    talk = Conversation(SUPPORT)
    held = talk.asks("help", says="This is a sentence. " * 100)
    assert (LENGTH, "shortened") in held.held
    assert held.text.endswith("This is a sentence.")
    assert len(held.text) <= talk.service.letters_max


@pytest.mark.parametrize("name", [ADVISER, WRITER, SUPPORT])
def test_rules_answer_without_repeating_themselves(name: str) -> None:
    talk = Conversation(name)
    said = [talk.asks(text).text for text in ("hello", "hm", "well", "I see", "so", "tell me more")]
    assert len(set(said)) == len(said)


def test_a_question_of_the_domain_is_answered_before_thanks_are() -> None:
    assert "pension" in Conversation(ADVISER).asks("thanks, and what about a pension?").text


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("guarantee* ... return*", "We GUARANTEE you the best of all returns.", True),
        ("guarantee* ... return*", "a guarantee of one two three four five six seven returns", False),
        ("sell|buy", "Buyers beware", False),
        ("sell|buy", "buy!", True),
        ("(sell|buy)", "buy", True),
        ("my? pin is", "pin is 1234", True),
        ("can't pay", "I can’t pay", True),
        ("# percent", "about 4.5 percent", True),
        ("so slow", "it is so   \n slow", True),
    ],
)
def test_a_pattern_finds_whole_words(pattern: str, text: str, found: bool) -> None:
    assert matches((pattern,), text) is found


@pytest.mark.parametrize("pattern", ["", "...", "a ...", "a b(c", "[x]", "word " * (PATTERN_WORDS_MAX + 1)])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        matches((pattern,), "text")


def test_a_pattern_takes_no_time_on_a_text_made_to_take_it() -> None:
    assert not matches(("a* ... a* ... a* ... zz",), "aaaa " * 1_600)


def test_sentences_joined_are_the_text() -> None:
    text = 'He said "No." Then? Well…\n\nA new line. 3.5 is a number'
    assert "".join(sentences(text)) == text
    assert without("One. Two. Three.", lambda sentence: "Two" in sentence) == "One. Three."
    assert cut("word " * 100, 50).endswith("…")


FAULTY = """
name: Clerk
role: clerk
domain: post
personality: {tone: dry}
replies: [{texts: ["Yes."]}]
rules:
"""


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("  - {name: a, act: refuse, matches: [x]}", "'text'"),
        ("  - {name: a, act: check, text: t, matches: [x]}", "known_by"),
        ("  - {name: a, act: strike, text: t}", "matches"),
        ("  - {name: a, act: forbid, text: t}", "forbid"),
        ("  - {name: a, act: add, text: t, every: -1}", "every"),
        ("  - {name: a, act: add, text: t, matchs: [x]}", "matches"),
        ("  - {name: a, act: add, text: t}\n  - {name: a, act: add, text: u}", "already"),
        ('  - {name: a, act: add, text: t, matches: ["a [b]"]}', "no word"),
    ],
)
def test_a_faulty_file_is_told_with_its_line(tmp_path: Path, rule: str, told: str) -> None:
    file = tmp_path / "clerk.yaml"
    file.write_text(FAULTY + rule + "\n", encoding="utf-8")
    with pytest.raises(UsageError) as wrong:
        service_speaker(file)
    assert told in str(wrong.value)
    assert "clerk.yaml, line" in str(wrong.value)


def test_a_file_without_a_reply_for_all_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clerk.yaml"
    file.write_text(FAULTY.replace('{texts: ["Yes."]}', '{matches: [x], texts: ["Yes."]}'), encoding="utf-8")
    with pytest.raises(UsageError, match="nothing else fits"):
        service_speaker(file)


def test_a_file_of_ones_own_makes_a_speaker(tmp_path: Path) -> None:
    file = tmp_path / "clerk.yaml"
    file.write_text(FAULTY, encoding="utf-8")
    speaker, _ = service_speaker(file)
    assert (speaker.persona.name, speaker.persona.role) == ("Clerk", "clerk")
