"""Talking: what an answer is made of - a courtesy first, then what was asked, then what was told."""

from fabula.environments.dialogue.rhetoric.chat.answering import answer, not_known
from fabula.environments.dialogue.rhetoric.chat.composing import Reply, slots_of
from fabula.environments.dialogue.rhetoric.chat.courtesies import greet, insult, lead_on, light, long, odd, take_leave
from fabula.environments.dialogue.rhetoric.chat.hearing import HARD, LONG_WORDS, Words, read
from fabula.environments.dialogue.rhetoric.chat.memory import memory_of
from fabula.environments.dialogue.rhetoric.chat.of_others import agree
from fabula.environments.dialogue.rhetoric.chat.taking_up import call_back, take_up
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.questions import answer_question
from fabula.environments.dialogue.rhetoric.reading import Heard

CALLED_BACK = 0.15
"""How often something told earlier comes up behind an answer."""


def reply(turn: Turn, said: Heard) -> bool:
    """Answer what somebody said in words of their own, with nothing set to talk about."""
    lines = [each.line.text for each in turn.matter.others if each.line.speaker == said.line.speaker]
    words = read(said.line.text)
    answered = Reply(turn.matter, turn.stream, turn.to, memory_of(lines))
    if not _answer(turn, said, words, answered):
        lead_on(answered)
    # What the world's questions were answered with stands in the turn by now.
    turn.parts += answered.parts
    turn.did += answered.did
    return bool(turn.parts)


def _answer(turn: Turn, said: Heard, words: Words, answered: Reply) -> bool:
    if words.odd:
        return odd(answered, words)
    if "bye" in words.courtesies and not words.question:
        return take_leave(answered)
    if {"insult", "scold"} & words.courtesies and words.news not in HARD:
        return insult(answered)
    _open(answered, words)
    if words.question or "made" in words.courtesies:
        return _asked(turn, said, words, answered)
    if words.count >= LONG_WORDS:
        return long(answered, words)
    weighty = words.news not in {"", "self", "world", "remark", "piece"}
    if weighty and take_up(answered, words):
        return True
    if answered.parts and not words.statement:
        return True
    if light(answered, words):
        return True
    if words.news and not (words.name and words.news in {"self", "world", "remark", "piece"} and answered.parts):
        return take_up(answered, words)
    return bool(answered.parts)


def _open(answered: Reply, words: Words) -> None:
    """A greeting, and the name by which they are called from here on."""
    first = not answered.matter.mine
    if words.name and not answered.memory.knows(words.name):
        answered.say("named", {"name": words.name}, why="takes the name")
    elif "hello" in words.courtesies and not (first and words.question and words.count > LONG_WORDS):
        only = not words.question and not words.statement
        if only:
            greet(answered)
        elif first:
            answered.say("hello.brief", why="greets", asks=False)


def _asked(turn: Turn, said: Heard, words: Words, answered: Reply) -> bool:
    told = words.news in HARD | {"crisis", "harm"}
    if told and words.news in {"crisis", "harm"}:
        return take_up(answered, words)
    if told:
        answered.say(f"news.{words.news}", slots_of(words), why=f"answers news of {words.news}", asks=False)
    if answer(answered, words):
        _follow(answered)
        return True
    if _of_the_world(words.question):
        # What should be is argued; of what is it has a view, or argues too.
        ought = words.question.split(maxsplit=1)[0].casefold() in {"should", "must"}
        if (not ought and agree(answered, words.question)) or answer_question(turn, said):
            return True
    return not_known(answered, words.question)


def _of_the_world(question: str) -> bool:
    return question.split(maxsplit=1)[0].casefold().strip(",") in _WORLDLY


_WORLDLY = frozenset("am should is are do does did can could will would was were must has have why".split())


def _follow(answered: Reply) -> None:
    """Now and then, behind an answer: what was told earlier, or a question back."""
    if answered.asks or answered.asked_last or len(answered.parts) > 1:
        return
    if answered.stream.chance(CALLED_BACK):
        call_back(answered, by="return")
