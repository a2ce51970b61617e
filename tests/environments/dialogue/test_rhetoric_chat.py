"""Speakers by rules with a person: they answer what was said, from the sheet, and own what they do not know."""

import pytest
from tests.environments.dialogue.test_rhetoric import MAREN, answer, outlook, speaker

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
