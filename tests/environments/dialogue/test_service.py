"""Service agents: what their data files say holds, whatever a mind would have said."""

from pathlib import Path

import pytest

from fabula.engine.chance import Chance
from fabula.environments.dialogue.outlook import Line, Other, Outlook
from fabula.environments.dialogue.service import enforce, reply
from fabula.environments.dialogue.service.checking import AGAIN
from fabula.environments.dialogue.service.enforcing import LENGTH, Enforced
from fabula.environments.dialogue.service.form import (
    Guide,
    Offer,
    Personality,
    Progress,
    Reply,
    Rule,
    Service,
    Step,
)
from fabula.environments.dialogue.service.grammar import PATTERN_WORDS_MAX
from fabula.environments.dialogue.service.guiding import STEP_SAID_MAX
from fabula.environments.dialogue.service.patterns import matches
from fabula.environments.dialogue.service.sentences import cut, sentences, without
from fabula.environments.dialogue.service_speakers import service_names, service_speaker
from fabula.environments.dialogue.state import ServiceState
from fabula.errors import UsageError

ADVISER, WRITER, SUPPORT = "financial_adviser", "content_writer", "technical_supporter"
GUIDE = Path(__file__).parents[3] / "docs" / "dialogues.md"
RISK = "Investments can fall as well as rise"
GENERAL = "This is general information"


class Conversation:
    """A customer and one service agent, whose mind is made to say what the test wants, or speaks by rules."""

    def __init__(self, name: str | Path) -> None:
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


def test_what_was_asked_is_asked_once_more_and_the_next_thing_when_it_is_answered() -> None:
    talk = Conversation(ADVISER)
    talk.asks("Should I invest?", says="Yes.")
    assert "I ask once more" in talk.asks("Just tell me.", says="You should buy it all.").text
    assert "how many months" in talk.asks("For a house, in 6 years.", says="Good.").text
    assert talk.asks("I have 4 months of wages and no debts.", says="Good.").text == "Good."
    assert "broad fund" in talk.asks("And now?", says="A broad fund would fit.").text


def test_what_was_asked_twice_in_vain_is_answered_with_a_caveat_said_once() -> None:
    talk = Conversation(ADVISER)
    for _ in range(2):
        assert did(talk.asks("Where should I invest?", says="In a fund.")) == ["asked"]
    caveat = "Without knowing what the money is for"
    told = talk.asks("Where should I invest?", says="In a fund.").text
    assert told.startswith(caveat)
    assert "In a fund." in told
    assert talk.asks("Where should I invest?", says="In a fund.").text == "In a fund."


def test_what_must_be_known_and_is_not_told_goes_to_a_person() -> None:
    talk = Conversation(ADVISER)
    for _ in range(2):
        assert did(talk.asks("I want to transfer my pension", says="Do it.")) == ["asked"]
    held = talk.asks("Just transfer the pension", says="Do it.")
    assert "papers" in held.hand_over
    assert "Do it." not in held.text


@pytest.mark.parametrize(
    "general",
    [
        "How does an index fund work?",
        "What is an ETF?",
        "Can you guarantee me 8 percent return?",
        "And what is inflation?",
    ],
)
def test_a_general_question_is_answered_though_a_question_is_open(general: str) -> None:
    talk = Conversation(ADVISER)
    talk.asks("Should I invest?")
    held = talk.asks(general)
    assert "asked" not in did(held)
    assert "you named" not in held.text


def test_what_was_asked_before_the_questions_is_what_is_answered_after_them() -> None:
    talk = Conversation(ADVISER)
    talk.asks("Should I invest 5000?")
    talk.asks("For retirement in 20 years")
    assert "years you named" in talk.asks("6 months, no debts").text


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
    assert held.held == (("hardship", "handed_over"),)
    assert held.hand_over == "somebody in need should speak with a person"
    assert "lottery" not in held.text


@pytest.mark.parametrize(
    "said",
    [
        "I am so desperate about my debts I do not know how to go on.",
        "I feel hopeless.",
        "We can't go on like this",
        "There is no way out for me",
        "I want to give up on life",
        "my family would be better off without me",
        "I see no point in living",
    ],
)
def test_despair_goes_to_a_person(said: str) -> None:
    assert Conversation(ADVISER).asks(said).hand_over


@pytest.mark.parametrize(
    "said",
    [
        "I'm hopeless with money",
        "I am desperate to buy a house",
        "Should I go on with my savings plan?",
        "Can I go on holiday with 500?",
        "I cannot decide between two funds",
        "How do I end my contract?",
    ],
)
def test_a_manner_of_speaking_is_no_despair(said: str) -> None:
    assert not Conversation(ADVISER).asks(said).hand_over


@pytest.mark.parametrize("name", [ADVISER, WRITER, SUPPORT])
@pytest.mark.parametrize(
    "said",
    [
        "Can I speak with someone?",
        "I want to speak to your manager",
        "human",
        "Agent, please!",
        "a real person",
        "I'd like to talk to a human, please.",
        "I don't want to talk to a robot",
        "put me through to somebody",
    ],
)
def test_whoever_wants_a_person_gets_one(name: str, said: str) -> None:
    assert Conversation(name).asks(said).hand_over == "the customer asked for a person"


@pytest.mark.parametrize("name", [ADVISER, WRITER, SUPPORT])
@pytest.mark.parametrize(
    "said", ["someone told me you can help", "I need a person's opinion.", "My agent was late", "It was a human error"]
)
def test_to_speak_of_a_person_is_not_to_want_one(name: str, said: str) -> None:
    assert not Conversation(name).asks(said).hand_over


@pytest.mark.parametrize("name", [ADVISER, WRITER, SUPPORT])
def test_what_is_not_its_field_is_sent_elsewhere(name: str) -> None:
    talk = Conversation(name)
    for said in ("When do you open?", "Do you have Stilton?", "Where is my order?"):
        text = talk.asks(said).text
        assert "shop" in text or "office" in text


@pytest.mark.parametrize("name", [ADVISER, WRITER, SUPPORT])
def test_after_two_replies_that_fit_nothing_a_person_is_offered(name: str) -> None:
    talk = Conversation(name)
    talk.asks("blub")
    talk.asks("blab")
    assert "Shall I pass you to a colleague" in talk.asks("blib").text
    assert not talk.asks("not yet").hand_over
    talk.asks("blob")
    assert "Shall I pass you to a colleague" in talk.asks("bleb").text
    assert talk.asks("Yes, please.").hand_over


def test_help_comes_step_by_step_though_a_model_gives_all_at_once() -> None:
    talk = Conversation(SUPPORT)
    everything = "Restart it, forget the network, buy a new router."
    assert did(talk.asks("My wifi is down", says=everything)) == ["asked"], "first: which device"
    first = talk.asks("A windows laptop", says=everything)
    assert "Step 1 of 4" in first.text
    assert "new router" not in first.text.split("Step 1")[1]
    assert "Before we go on: Step 1 of 4" in talk.asks("It is raining.", says="Hm.").text, "that does not answer it"
    assert "Step 2 of 4" in talk.asks("no, neither", says="Hm.").text


def test_a_step_that_helped_ends_the_guide() -> None:
    talk = Conversation(SUPPORT)
    talk.asks("my mac is so slow")
    done = talk.asks("oh, it is fast again")
    assert "it runs as it should" in done.text
    assert not done.hand_over
    assert talk.state.guide == ""


def at_the_router() -> Conversation:
    """A customer without a connection, who was asked to restart the router."""
    talk = Conversation(SUPPORT)
    for said in ("My wifi is down", "a mac", "yes"):
        held = talk.asks(said)
    assert "Step 2 of 4" in held.text
    return talk


@pytest.mark.parametrize("said", ["It works now!", "all good", "fixed", "Yes, it works again", "we are back online"])
def test_words_that_say_it_is_solved_end_the_guide(said: str) -> None:
    assert "connected again" in at_the_router().asks(said).text


@pytest.mark.parametrize("said", ["The page came out", "yes it prints", "Yes!"])
def test_a_page_that_came_ends_the_guide(said: str) -> None:
    talk = Conversation(SUPPORT)
    for each in ("my printer won't print", "hp", "no light"):
        talk.asks(each)
    assert "prints again" in talk.asks(said).text


@pytest.mark.parametrize(
    "said",
    [
        "still not working",
        "it does not work",
        "It doesn't work now",
        "I switched it off and on, still nothing",
        "works for a minute, then it stops",
        "I put it back, the lights are green",
    ],
)
def test_a_step_that_was_done_and_did_not_help_brings_the_next(said: str) -> None:
    assert "Step 3 of 4" in at_the_router().asks(said).text


@pytest.mark.parametrize("said", ["How do I do that?", "What is a router?", "where?", "I don't know where it is"])
def test_a_question_about_a_step_is_explained_once(said: str) -> None:
    talk = at_the_router()
    assert "About step 2 of 4: The router is the box" in talk.asks(said).text
    assert "Before we go on: Step 2 of 4" in talk.asks(said).text


def test_a_step_is_not_put_for_ever() -> None:
    talk = at_the_router()
    said = [talk.asks("It is raining.").text for _ in range(STEP_SAID_MAX)]
    assert ["Step 2" in text for text in said] == [True] * (STEP_SAID_MAX - 1) + [False]


def test_whoever_asks_for_time_has_it() -> None:
    assert "Take your time" in at_the_router().asks("ok, one moment").text


def test_a_mind_that_counts_the_steps_itself_does_not_have_them_counted_twice() -> None:
    talk = at_the_router()
    assert talk.asks("no", says="Step 3 of 4: Wait. Then look.").text.count("Step 3") == 1


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


def test_whoever_writes_is_told_once_what_rules_cannot_do() -> None:
    talk = Conversation(WRITER)
    assert did(talk.asks("Write a post for our new menu")) == ["asked"]
    assert "I do not write whole texts" in talk.asks("for chefs").text
    assert "I do not write whole texts" not in talk.asks("Write the post").text


@pytest.mark.parametrize("said", ["Write a post for chefs", "Write a post for our customers", "a post of 50 words"])
def test_a_reader_who_was_named_is_not_asked_for(said: str) -> None:
    assert not did(Conversation(WRITER).asks(said))


def test_a_text_that_was_pasted_is_cut_to_whole_sentences() -> None:
    talk = Conversation(WRITER)
    sentence = "Our bread rests for two days before it is baked."
    assert "Paste the text here" in talk.asks("Make it shorter.").text
    talk.asks("Can you improve this? " + " ".join([sentence] * 4))
    assert talk.asks("Make it shorter.").text.endswith(f":\n\n{sentence} {sentence}")
    assert talk.asks("Shorter, please.").text.endswith(f":\n\n{sentence}")
    assert sentence not in talk.asks("Shorter!").text


def test_once_handed_over_another_agent_is_told_so() -> None:
    talk = Conversation(SUPPORT)
    talk.asks("human")
    assert talk.asks("Hello?", says="Let me see.").text == talk.service.handed


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
        ("= human please?", " Human!", True),
        ("= human please?", "human, please", True),
        ("= human please?", "a human error", False),
    ],
)
def test_a_pattern_finds_whole_words(pattern: str, text: str, found: bool) -> None:
    assert matches((pattern,), text) is found


@pytest.mark.parametrize("pattern", ["", "=", "...", "a ...", "a b(c", "[x]", "word " * (PATTERN_WORDS_MAX + 1)])
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
        ("  - {name: a, act: check, text: t, known_by: [x], must: true}", "otherwise"),
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


def test_the_clerk_of_the_guide_loads_and_keeps_its_rules(tmp_path: Path) -> None:
    section = GUIDE.read_text(encoding="utf-8").split("## Service agents")[1]
    file = tmp_path / "clerk.yaml"
    file.write_text(section.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    talk = Conversation(file)
    assert did(talk.asks("I lost a parcel", says="It is gone.")) == ["asked"]
    assert talk.asks("Where is my parcel?", says="Gone.").text.startswith(AGAIN)
    assert (
        talk.asks("Where is my parcel?", says="Gone.").text == "Without the number I can only speak in general. Gone."
    )
    assert talk.asks("RM 1234", says="It will arrive, guaranteed. Wait a day.").text == "Wait a day."
    assert talk.asks("I want my lawyer").hand_over == "a complaint needs a person"


def test_the_guide_names_every_key_of_a_service_agent() -> None:
    section = GUIDE.read_text(encoding="utf-8").split("## Service agents")[1]
    keys = {
        field
        for form in (Service, Personality, Rule, Guide, Step, Progress, Reply, Offer)
        for field in form.__struct_fields__
    }
    assert not {key for key in keys if f"`{key}`" not in section}
