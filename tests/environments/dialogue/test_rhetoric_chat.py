"""Speakers by rules with a person: they answer what was said, from the sheet, and own what they do not know."""

import pytest
from tests.environments.dialogue.test_rhetoric import MAREN, answer, outlook, speaker, talk

from fabula.environments.dialogue.actions import Say


def reply(*said: str, topic: str = "", take: int = 0, seed: int = 1) -> Say:
    """What Maren answers to the last of what Ann said."""
    who = speaker(MAREN)
    action = answer(who, outlook(who, ["Ann"], *(("Ann", text) for text in said), topic=topic, take=take), seed=seed)
    assert isinstance(action, Say)
    assert not action.leaving
    return action


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Who are you?", "Maren Tolliver"),
        ("Where are you from?", "Saltmere"),
        ("What do you do for a living?", "pilot-master"),
        ("Do you know Ilse Krane?", "owes me a favour"),
        ("What do you think of Oskar?", "my apprentice"),
        ("What do you know about navigation?", "half my life"),
        ("Should the lamps be put out at night?", "lamps should"),
        ("tell me about your family", "Stallard|Krane|Venn|Horrocks"),
    ],
)
def test_questions_are_answered_from_the_sheet(question: str, answered: str) -> None:
    text = reply(question).text
    assert any(words in text for words in answered.split("|")), text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Hello!", "greets"),
        ("Thanks a lot", "thanks back"),
        ("I have to go, goodbye!", "takes leave"),
        ("What is quantum mechanics?", "does not know, and says so"),
        ("How old are you?", "does not know, and says so"),
        ("asdf qwer", "did not follow"),
        ("🍕🍕", "did not follow"),
        ("No.", "leads on"),
        ("you are boring", "answers what is said of it"),
        ("Fair enough, you win", "takes it well"),
        ("Tell me a story", "something from its life"),
        ("Tell me a secret", "keeps a secret"),
    ],
)
def test_each_kind_of_words_has_its_answer(said: str, why: str) -> None:
    assert why in reply(said).reason


def test_news_is_given_back() -> None:
    assert "you lost your dog" in reply("I lost my dog yesterday.").text.casefold()


def test_what_is_said_about_the_topic_is_answered_by_content() -> None:
    text = reply(
        "It should not be rebuilt.",
        "The children need somewhere to play in winter.",
        topic="Should the old tower be rebuilt?",
    ).text
    assert "the children need somewhere to play in winter" in text.casefold() or "tower" in text


def test_another_take_is_another_answer() -> None:
    texts = [reply("Should the lamps be put out at night?", take=take).text for take in range(4)]
    assert len(set(texts)) == len(texts)


def test_what_a_sheet_keeps_secret_is_not_told() -> None:
    told = " ".join(reply("Tell me a story", seed=seed).text for seed in range(40))
    assert "guessed" not in told
    assert "nine when the sea took Saltmere" in told


def emeric(*said: str, seed: int = 1) -> Say:
    """What a master gunner answers."""
    who = speaker("emeric_lunt")
    action = answer(who, outlook(who, ["You"], *(("You", text) for text in said)), seed=seed)
    assert isinstance(action, Say)
    return action


@pytest.mark.parametrize(
    ("question", "answered", "never"),
    [
        ("Should I sell the bakery?", "you should", "I should sell"),
        ("Do you agree that war is wrong?", "war is", "you agree"),
        ("Am I too old to learn?", "you are", "am I|are you"),
        ("Is my brother right?", "your brother", "my brother"),
        ("Did the gods make the world?", "the gods made the world|the gods did not make", "did make"),
        ("Who killed the miller?", "it was somebody", "nothing"),
        ("What should we do about the rats in the granary?", "rats in the granary", "comes down to"),
    ],
)
def test_a_claim_made_of_a_question_has_its_pronouns_turned(question: str, answered: str, never: str) -> None:
    text = reply(question).text
    assert any(words in text for words in answered.split("|")), text
    assert not any(words in text for words in never.split("|")), text


@pytest.mark.parametrize("question", ["Have you ever killed someone?", "Are you rich?", "Would you lie to me?"])
def test_a_question_about_the_speaker_is_no_thesis(question: str) -> None:
    for seed in range(4):
        said = emeric(question, seed=seed)
        assert "keeps it to itself" in said.reason
        assert "answer is" not in said.text


@pytest.mark.parametrize(
    ("question", "why", "answered"),
    [
        ("Tell me about the Deaf Sister", "tells what it knows", "master gunner of the Deaf Sister"),
        ("Do you have children?", "does not say", ""),
        ("Do you have a wife?", "does not say", ""),
        ("What do you think of Napoleon?", "does not know, and says so", "Napoleon"),
        ("What do you think of Marit?", "tells what it knows", "taken iron out of me"),
        ("Pourquoi les hommes mentent ?", "says that it has only English", "Pourquoi les hommes mentent"),
    ],
)
def test_what_the_sheet_names_is_known_and_the_rest_is_owned(question: str, why: str, answered: str) -> None:
    said = emeric(question)
    assert why in said.reason
    assert answered in said.text


def test_what_was_told_is_recalled() -> None:
    assert (
        "“I hurt my leg on the wall”" in emeric("I hurt my leg on the wall.", "What did I tell you about my leg?").text
    )


def test_a_surgeon_speaks_of_a_leg_as_a_surgeon() -> None:
    who = speaker("marit_holub")
    action = answer(who, outlook(who, ["Ann"], ("Ann", "I hurt my leg.")))
    assert isinstance(action, Say)
    assert "surgeon" in action.text
    assert "speaks as one of the trade" in action.reason


def test_nobody_is_called_you_by_name() -> None:
    assert not any(
        ", You" in emeric(text, seed=seed).text for text in ("Hello!", "I am sad.", "Thanks") for seed in range(12)
    )


def test_half_of_what_is_told_is_met_with_something_of_its_own() -> None:
    told = ("I sold my shop.", "The sea is cruel.", "My brother is here.", "I like rain.", "Money is everything.")
    whys = [emeric(text, seed=seed).reason for text in told for seed in range(4)]
    own = [why for why in whys if why.startswith(("something of its own", "speaks as one", "says what it thinks"))]
    assert 2 * len(own) >= len(whys)


def test_without_a_topic_they_come_to_many_things() -> None:
    cast = [speaker(MAREN), speaker("cosimo_barrault")]
    raised = set()
    for seed in range(8):
        for _, action in talk(cast, "", turns=12, seed=seed):
            if "has on its mind" in action.reason:
                raised.add(action.text[-40:])
                break
    assert len(raised) >= 4
