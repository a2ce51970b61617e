"""Chatting: answering what people say in words of their own: about the topic if there is one, else about anything."""

from fabula.environments.dialogue.rhetoric.chat import reply
from fabula.environments.dialogue.rhetoric.chat.hearing import read
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, words_in
from fabula.environments.dialogue.rhetoric.questions import answer_question
from fabula.environments.dialogue.rhetoric.reading import Heard, quotes
from fabula.environments.dialogue.rhetoric.topic import Kind

_APART = frozenset("hello bye thanks sorry laugh insult praise short more made".split())
"""Courtesies that say nothing about any topic."""


def reply_to_words(turn: Turn, said: Heard) -> bool:
    """Answer a turn that no rules made; False if there is nothing to say to it."""
    if turn.matter.topic.kind is Kind.NONE or not turn.matter.outlook.topic:
        return reply(turn, said)
    words = read(said.line.text)
    if said.question and turn.matter.addressed(said):
        return answer_question(turn, said) or reply(turn, said)
    if words.odd or _APART & words.courtesies:
        return reply(turn, said)
    return _argue_with(turn, said)


def _argue_with(turn: Turn, said: Heard) -> bool:
    """A statement about the topic, in somebody's own words."""
    matter = turn.matter
    agrees = said.agrees > 0 or (not said.agrees and matter.sides_with(said.line.speaker))
    left = quotes(said.line.text, words_in(matter.outlook.topic))
    lead = ""
    if left:
        lead = turn.lead(
            "moves", "quote.yes" if agrees else "quote.no", {"quote": lower_first(turn.stream.choice(left[:2]))}
        )
    if agrees:
        turn.say("moves", "generic.yes", lead=lead, why="agrees")
    else:
        turn.say("moves", "generic.no", lead=lead, why="answers what was said")
    grounds = [
        ground
        for ground in (*said.grounds, *matter.grounds)
        if ground in matter.grounds and ground not in matter.argued
    ]
    if grounds:
        turn.argue(grounds[0], "reason", lead=turn.opener("hm"), why=f"a reason, on {grounds[0]}")
    return True
