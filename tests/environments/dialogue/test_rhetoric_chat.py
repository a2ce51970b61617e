"""Speakers by rules with a person: they tell of themselves, take up what was said, and remember it."""

import re
from itertools import pairwise

import pytest
from tests.environments.dialogue.test_rhetoric import FAULTS, MAREN, PACKS, answer, outlook, persona, speaker, talk

from fabula.environments.dialogue.actions import Say
from fabula.environments.dialogue.rhetoric.chat.book import BOOKS, rules_of
from fabula.environments.dialogue.rhetoric.chat.hearing import HARD, read
from fabula.environments.dialogue.rhetoric.chat.sheet import leaves_of
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.grammar import parsed
from fabula.environments.dialogue.rhetoric.themes import theme_in
from fabula.environments.dialogue.rhetoric.voice import voice_of
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

EMERIC, MARIT, NELL = "emeric_lunt", "marit_holub", "nell_ludlow"
EVENING = (
    "hello",
    "it's been a long day",
    "I work at a bakery",
    "the ovens are always hot",
    "do you like bread?",
    "I think people eat too fast",
    "my brother used to bake with me",
    "ok",
    "what do you do in the evening?",
    "I like it here",
)


def replies(*said: str, sheet: str = MAREN, take: int = 0, seed: int = 1) -> list[Say]:
    """What a speaker answers to each of the things that a person says in turn."""
    who = speaker(sheet)
    lines: list[tuple[str, str]] = []
    answers: list[Say] = []
    for text in said:
        lines.append(("You", text))
        action = answer(who, outlook(who, ["You"], *lines, take=take), seed=seed)
        assert isinstance(action, Say)
        assert not action.leaving
        answers.append(action)
        lines.append((who.persona.name, action.text))
    return answers


def reply(*said: str, sheet: str = MAREN, take: int = 0, seed: int = 1) -> Say:
    """What it answers to the last of them."""
    return replies(*said, sheet=sheet, take=take, seed=seed)[-1]


def about_topic(*said: str, topic: str) -> Say:
    who = speaker(MAREN)
    action = answer(who, outlook(who, ["Ann"], *(("Ann", text) for text in said), topic=topic))
    assert isinstance(action, Say)
    return action


# It tells of itself.


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Who are you?", "Maren Tolliver|Maren"),
        ("Where are you from?", "Saltmere"),
        ("What do you do for a living?", "pilot-master"),
        ("Do you know Ilse Krane?", "owes me a favour"),
        ("What do you think of Oskar?", "my apprentice|lost brother"),
        ("What do you know about navigation?", "half my life"),
        ("Should the lamps be put out at night?", "lamps should"),
        ("tell me about your family", "brother|Oskar"),
        ("what happened to your brother?", "the dog"),
        ("tell me about Saltmere", "when the sea took Saltmere|from Saltmere"),
    ],
)
def test_questions_are_answered_from_the_sheet(question: str, answered: str) -> None:
    for seed in range(3):
        text = reply(question, seed=seed).text
        assert any(words in text for words in answered.split("|")), text


def test_what_it_wants_is_what_its_sheet_says() -> None:
    assert "from Dorcas Vane's own mouth" in reply("What do you want most?", sheet=NELL).text


@pytest.mark.parametrize("question", ["what do you fear?", "what do you hate?", "what do you believe in?"])
def test_what_a_sheet_does_not_say_follows_from_what_drives_it(question: str) -> None:
    texts = {reply(question, sheet=sheet).text for sheet in (EMERIC, MARIT, "fenn_sallow", "old_marrow")}
    assert len(texts) >= 3


def test_each_fact_is_told_once() -> None:
    questions = ("tell me a story", "another one", "and then?", "tell me more", "what else?", "who are you?", "go on")
    for sheet in (MAREN, EMERIC, NELL):
        told = [" ".join(words_in(each.text)) for each in replies(*questions, *questions, sheet=sheet)]
        for leaf in leaves_of(persona(sheet)):
            if leaf.kind != "place":
                assert sum(" ".join(words_in(leaf.text)) in text for text in told) <= 1, leaf.text


def test_a_story_goes_on_where_it_stopped() -> None:
    first, second = replies("tell me a story", "and then?")
    assert "nine when the sea took Saltmere" in first.text
    assert "grain fleet" in second.text or "bound apprentice" in second.text


def test_what_a_sheet_keeps_secret_is_not_told() -> None:
    asked = ("tell me a story", "another one", "tell me a secret", "another one", "what are you ashamed of?", "go on")
    for sheet, secret in ((MAREN, "guessed"), (EMERIC, "thirty paces"), ("cosimo_barrault", "shingle")):
        told = " ".join(each.text for seed in range(4) for each in replies(*asked, sheet=sheet, seed=seed))
        assert secret not in told


def test_who_is_not_on_the_sheet_is_a_stranger_and_who_shares_a_name_is_not_taken_for_another() -> None:
    assert "does not know" in reply("What do you think of Napoleon?", sheet=EMERIC).reason
    assert "Pip" not in reply("do you know Nell Ludlow?", sheet="fenn_sallow").text


def test_she_is_whoever_was_named_last() -> None:
    said = replies("who is Ilse Krane?", "do you trust her?", sheet="cosimo_barrault")[-1]
    assert "her" not in said.text.split()
    assert "Ilse" in said.text or "tells what it knows" in said.reason


@pytest.mark.parametrize("question", ["Have you ever killed someone?", "Would you lie to me?"])
def test_what_one_does_not_tell_a_stranger_is_kept(question: str) -> None:
    for seed in range(4):
        assert "keeps it to itself" in reply(question, sheet=EMERIC, seed=seed).reason


def test_what_nobody_told_it_it_does_not_know() -> None:
    for seed in range(4):
        assert "does not know" in reply("What is quantum mechanics?", seed=seed).reason


# It takes up what was said.


@pytest.mark.parametrize(
    ("text", "kind", "who"),
    [
        ("my brother died last year", "loss", "your brother"),
        ("I lost my little sister", "loss", "your little sister"),
        ("she left me", "parting", ""),
        ("I'm a nurse at a children's hospital", "trade", ""),
        ("I am scared of the exam", "fear", ""),
        ("I am not scared", "self", ""),
        ("I want to open a bakery", "plan", ""),
        ("I passed!", "success", ""),
        ("I had a fight with my wife", "quarrel", "your wife"),
        ("not great, honestly", "low", ""),
        ("People died in the war", "world", ""),
        ("I want to kill myself", "crisis", ""),
        ("you look tired", "you", ""),
        ("you know, my brother died", "loss", "your brother"),
        ("she seems angry at you", "remark", ""),
    ],
)
def test_news_is_heard_for_what_it_is(text: str, kind: str, who: str) -> None:
    assert (read(text).news, read(text).who) == (kind, who)


def test_a_loss_is_met_with_feeling_first() -> None:
    for seed in range(6):
        assert reply("My brother died.", seed=seed).reason.startswith("answers news of loss")


def test_no_two_answers_to_news_running_are_of_one_kind() -> None:
    told = ("I'm tired.", "My boss shouts at me, I'm angry.", "I'm afraid of Monday.", "I feel lonely.", "I'm in debt.")
    for sheet in (MAREN, EMERIC, MARIT, NELL):
        whys = [re.sub(r"news of \w+", "news", each.reason) for each in replies(*told, sheet=sheet)]
        assert all(one != other for one, other in pairwise(whys)), whys


def test_it_does_not_ask_back_twice_running() -> None:
    for sheet in (MAREN, EMERIC, MARIT, NELL):
        said = replies(
            "I sold my shop.", "It was my father's.", "He built it.", "I miss it.", "So it goes.", sheet=sheet
        )
        asked = [each.text.endswith("?") for each in said]
        assert not any(one and other for one, other in pairwise(asked))


def test_whoever_asks_for_advice_gets_it() -> None:
    asked = (
        "Should I sell the bakery?",
        "What should I do?",
        "How do I get over it?",
        "any advice?",
        "what would you do?",
    )
    for seed in range(3):
        for question in asked:
            assert "gives advice" in reply("I am afraid.", question, seed=seed).reason


def test_a_remark_is_taken_for_more_of_what_was_told_before() -> None:
    whys = [reply("I have a fever.", "since Monday", sheet=EMERIC, seed=seed).reason for seed in range(12)]
    assert any(why.startswith(("asks back", "gives advice")) for why in whys)


def test_it_answers_to_its_name() -> None:
    assert "speaks of the two of them" in reply("Marit, can you help me?", sheet=MARIT).reason
    assert reply("do you know Marit?", sheet=MARIT).reason == "says who it is"


def test_advice_follows_from_who_gives_it() -> None:
    texts = {reply("What should I do?", sheet=sheet).text for sheet in (EMERIC, "fenn_sallow", "old_marrow", MARIT)}
    assert len(texts) == 4


def test_what_should_be_done_is_said_to_you() -> None:
    said = [reply("Should I sell the bakery?", sheet=EMERIC, seed=seed).text.casefold() for seed in range(8)]
    assert any("you should" in text for text in said)
    assert not any("i should sell" in text for text in said)


def test_who_speaks_of_death_by_their_own_hand_is_sent_to_the_living() -> None:
    for sheet in (MAREN, EMERIC, "fenn_sallow"):
        assert "crisis line" in reply("I want to kill myself", sheet=sheet).text
    assert reply("I am going to kill my boss", sheet=EMERIC).reason == "takes it in earnest"


def test_a_surgeon_speaks_of_a_leg_as_a_surgeon() -> None:
    said = reply("I hurt my leg.", sheet=MARIT)
    assert "surgeon" in said.text
    assert "speaks as one of the trade" in said.reason


def test_who_was_spoken_of_is_still_meant() -> None:
    said = reply("my grandmother used to bake with me", "she died last spring", sheet=NELL)
    assert "answers news of loss" in said.reason


# It remembers.


def test_a_name_is_kept() -> None:
    assert "Tom" in reply("hi, I'm Tom", "what's my name?").text
    assert "Tom" not in reply("hi", "what's my name?").text
    assert "Paul" in reply("I'm getting married", "His name is Paul", "what is my fiancé called?").text


def test_what_was_told_is_recalled() -> None:
    said = reply("I hurt my leg on the wall.", "What did I tell you about my leg?", sheet=EMERIC)
    assert "“I hurt my leg on the wall”" in said.text


def test_what_was_told_comes_back_unasked() -> None:
    said = ("My brother died.", "so it goes", "ok", "hm", "I see", "well", "right", "fine", "ok then", "hm hm")
    told = [" ".join(each.text for each in replies(*said, seed=seed)[3:]) for seed in range(4)]
    assert all("brother" in text for text in told)


def test_what_was_told_is_in_the_farewell() -> None:
    said = reply("My brother died.", "I have to go, goodbye!")
    assert "your brother" in said.text
    assert "takes leave" in said.reason


def test_a_question_asked_twice_is_noticed() -> None:
    assert "was asked that before" in reply("what do you fear?", "what do you fear?").reason


def test_the_same_told_twice_is_noticed() -> None:
    assert "was told that before" in reply("My brother died in the war.", "ok", "My brother died in the war.").reason


# Whatever else people type.


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Hello!", "greets"),
        ("Thanks a lot", "thanks back"),
        ("I have to go, goodbye!", "takes leave"),
        ("asdf qwer", "did not follow"),
        ("???", "did not follow"),
        ("🍕🍕", "did not follow"),
        ("😢", "answers a picture"),
        (":)", "answers a picture"),
        ("No.", "takes the answer"),
        ("maybe", "takes the answer"),
        ("you are boring", "answers an insult"),
        ("you're an idiot", "answers an insult"),
        ("you are kind", "answers praise"),
        ("haha", "answers laugh"),
        ("Fair enough, you win", "answers agree"),
        ("Tell me a story", "something from its life"),
        ("Tell me a secret", "keeps a secret"),
        ("Are you an AI?", "says what it is"),
        ("pizza", "takes up a word"),
        ("Pourquoi les hommes mentent ?", "says that it has only English"),
        ("こんにちは", "says that it has only English"),
        ("How old are you?", "does not say"),
        ("why?", "says why"),
    ],
)
def test_each_kind_of_words_has_its_answer(said: str, why: str) -> None:
    for seed in range(3):
        assert why in reply(said, seed=seed).reason


@pytest.mark.parametrize("text", ["I think war is stupid", "this soup is rubbish and I made it"])
def test_what_is_not_said_of_the_speaker_is_no_insult(text: str) -> None:
    assert "insult" not in reply(text).reason


def test_it_says_that_it_is_made() -> None:
    said = [reply("are you a real person?", seed=seed).text for seed in range(6)]
    assert all("rules" in text or "written" in text for text in said)


@pytest.mark.parametrize("text", ["x" * 10_000, "word " * 2_000, "I lost my keys and then. " * 400, "~{}[]|<a>“" * 900])
def test_a_text_of_ten_thousand_characters_has_a_short_answer(text: str) -> None:
    said = reply(text)
    assert 0 < len(said.text) < 400


def test_every_turn_of_a_long_talk_about_nothing_has_an_answer() -> None:
    said = [each.text for each in replies(*(["ok", "hm", "yes", "no", "thanks", "hello", "haha"] * 5))]
    assert len(set(said)) == len(said)


# How it sounds.


def test_ten_turns_show_no_pattern() -> None:
    for sheet in (MAREN, EMERIC, NELL, "old_marrow"):
        said = [each.text for each in replies(*EVENING, sheet=sheet)]
        lengths = [len(text.split()) for text in said]
        assert min(lengths) <= 8
        assert max(lengths) >= 2 * min(lengths)
        assert sum(text.endswith("?") for text in said) <= 5
        assert len({" ".join(text.split()[:3]) for text in said}) >= 9
        assert max(lengths) < 80


def test_no_answer_has_a_fault_of_grammar_that_can_be_seen() -> None:
    asked = (*EVENING, "tell me a story", "are you happy?", "should I leave?", "I lost my dog", "do you know Emeric?")
    for path in sorted(PACKS.glob("*/characters/*.md"))[::3]:
        for each in replies(*asked, sheet=path.stem, seed=3):
            for fault, pattern in FAULTS.items():
                assert not re.search(pattern, each.text), (path.stem, fault, each.text)


def test_the_same_words_have_the_same_answers_and_another_take_others() -> None:
    assert replies(*EVENING) == replies(*EVENING)
    takes = [reply("I sold my shop.", take=take).text for take in range(4)]
    assert len(set(takes)) >= 3


def test_nobody_is_called_you_by_name() -> None:
    for seed in range(8):
        assert not any(", You" in reply(text, sheet=EMERIC, seed=seed).text for text in ("Hello!", "I am sad.", "bye"))


def test_another_voice_has_other_words() -> None:
    assert reply("I'm so tired", sheet=MAREN).text != reply("I'm so tired", sheet=EMERIC).text


# Where there is a topic.


def test_what_is_said_about_the_topic_is_answered_by_content() -> None:
    text = about_topic(
        "It should not be rebuilt.",
        "The children need somewhere to play in winter.",
        topic="Should the old tower be rebuilt?",
    ).text
    assert "the children need somewhere to play in winter" in text.casefold() or "tower" in text


def test_without_a_topic_two_speakers_come_to_many_things() -> None:
    cast = [speaker(MAREN), speaker("cosimo_barrault")]
    raised = set()
    for seed in range(8):
        for _, action in talk(cast, "", turns=12, seed=seed):
            if "has on its mind" in action.reason:
                raised.add(action.text[-40:])
                break
    assert len(raised) >= 4


# The words themselves.


@pytest.mark.parametrize("book", [*BOOKS, "chat_kinds", "chat_near", "chat_asked"])
def test_word_files_are_well_formed(book: str) -> None:
    for rule, templates in words_of(book).items():
        assert templates, rule
        if book in BOOKS:
            assert all(parsed(template) for template in templates)


def test_what_a_voice_adds_to_a_rule_adds_to_one_that_there_is() -> None:
    rules = {rule for book in BOOKS for rule in words_of(book)}
    assert {rule.partition("@")[0] for rule in rules} <= {rule for rule in rules if "@" not in rule}


def test_every_kind_of_hard_news_has_an_answer_and_a_question() -> None:
    rules = rules_of(voice_of(persona(MAREN)))
    assert {f"news.{kind}" for kind in HARD} <= rules.keys()
    assert {f"ask.{kind}" for kind in HARD} <= rules.keys()


def test_nothing_said_in_a_chat_is_taken_for_a_theme() -> None:
    assert not any(theme_in(way) for ways in rules_of(voice_of(persona(MAREN))).values() for way in ways)
