"""Answering: what was asked, whatever it is: of itself, of others, of the one who asks, for advice, of the world."""

import re

from fabula.environments.dialogue.rhetoric.chat.advising import advise
from fabula.environments.dialogue.rhetoric.chat.asking import asks, claim
from fabula.environments.dialogue.rhetoric.chat.composing import Reply
from fabula.environments.dialogue.rhetoric.chat.hearing import Words
from fabula.environments.dialogue.rhetoric.chat.kinds import plain_of
from fabula.environments.dialogue.rhetoric.chat.nearness import MAIN, SHARED, telling
from fabula.environments.dialogue.rhetoric.chat.of_itself import answer_of_itself, go_on, near_or_any, why
from fabula.environments.dialogue.rhetoric.chat.of_others import agree, answer_of_others, near
from fabula.environments.dialogue.rhetoric.english import words_in
from fabula.environments.dialogue.rhetoric.topics import topic_of

_LEADS = re.compile(r"^(?:(?:so|and|but|well|now|ok|okay|then|please|hello|hi|hey|oh|ah|yes|no) )+(?=\w+ )")
_OF_ME = re.compile(
    r"^(?:have|had|has|did|do|are|were|was|can|could|would|will|is|does)(?: not)? (?:you|your|it)\b|\byou\b"
)


def answer(reply: Reply, words: Words) -> bool:
    """Answer what was asked; False where it is of the world, and neither known nor near to anything."""
    called = re.escape(reply.matter.me.split(maxsplit=1)[0])
    question = re.split(r"(?<=[.!…])\s+", words.question)[-1]
    question = re.sub(rf"^{called}, |, {called}(?=\W*$)", "", question)
    plain = _LEADS.sub("", plain_of(question))
    if reply.memory.asked_before(question) and not asks("more", plain) and not asks("why", plain):
        reply.say("asked.before", why="was asked that before")
    return _of_the_talk(reply, words, plain) or _of_more(reply, words, question, plain)


def _of_the_talk(reply: Reply, words: Words, plain: str) -> bool:
    """What is asked about the talk itself and the two who have it."""
    if "made" in words.courtesies:
        return reply.say("made.again" if reply.ever_did("made") else "made", why="says what it is")
    if asks("why", plain):
        return why(reply)
    if asks("more", plain):
        return go_on(reply, words)
    if asks("my_name", plain):
        known = reply.memory.name
        return reply.say("name.known" if known else "name.unknown", {"name": known}, why="remembers what was said")
    if asks("of_you", plain):
        return _of_you(reply)
    if asks("recall", plain):
        return recall(reply, plain)
    for rule in ("friends", "trust", "help", "meant", "may", "will"):
        if asks(rule, plain):
            return reply.say(rule, why="speaks of the two of them")
    return asks("here", plain) and reply.tell("here", near_or_any(reply, plain), why="says where it is")


def _of_more(reply: Reply, words: Words, question: str, plain: str) -> bool:
    """What is asked about itself, others, and the world."""
    if asks("advice", plain):
        return advise(reply, question, words)
    if claimed := claim(plain):
        return agree(reply, claimed) or (not _is_claim(claimed) and reply.say("claimed", why="says what it thinks"))
    if asks("am_i", plain):
        return agree(reply, plain) or reply.say("am_i", why="says what it thinks")
    if asks("thinks", plain) and answer_of_others(reply, question, plain):
        return True
    if answer_of_itself(reply, question, plain) or answer_of_others(reply, question, plain):
        return True
    if _OF_ME.search(plain):
        return _of_me(reply, question, plain)
    return False


def _is_claim(claimed: str) -> bool:
    """Whether one can argue for and against it, in these words."""
    return " ".join(words_in(topic_of(claimed).view)) == claimed


def not_known(reply: Reply, question: str) -> bool:
    """Of what it neither knows nor has a view of: the nearest thing, or that it does not know."""
    if near(reply, question):
        return True
    return reply.say("unknown", why="does not know, and says so", asks=not reply.asked_last) or reply.tell(
        "near", reply.any_leaf(), why="tells something else"
    )


def _of_me(reply: Reply, question: str, plain: str) -> bool:
    """What it did, has, is or would do: from its sheet; else it keeps it to itself."""
    leaf = reply.nearest(question, least=SHARED)
    if leaf is not None:
        return reply.tell("of_me", leaf, why="answers from its sheet")
    asks_what = bool(re.match(r"(?:what|which|how|where|when|who)\b", plain))
    leaf = reply.nearest(question, least=MAIN)
    if leaf is not None and (asks_what or reply.stream.chance(0.6)):
        return reply.tell("near", leaf, why="tells the nearest that it knows")
    rule = "unsure.what" if asks_what else "unsure" if plain.startswith("do you") else "unsure.ever"
    if not asks("private", plain) and reply.say(rule, why="cannot say", asks=not reply.asked_last):
        return True
    return reply.say("keep", why="keeps it to itself")


def _of_you(reply: Reply) -> bool:
    told = next((each.told for each in reply.memory.news(*_TELLING) if each.told), "")
    if told and not reply.was_said(told) and reply.say("of_you.told", {"told": told}, why="remembers what was said"):
        return True
    return reply.say("of_you", why="does not know, and says so")


_TELLING = "loss parting guilt illness wronged fear lonely trouble love success doubt plan trade".split()


def recall(reply: Reply, plain: str) -> bool:
    """What the person told, in their own words."""
    _, named = reply.memory.of_them()
    if named and re.search(r"\b(?:name|called)\b", plain):
        return reply.say("recall.named", {"named": named}, why="remembers what was said")
    about = re.sub(r"\b(?:remember|tell|told|say|said|mention|forgot)\w*\b", "", plain)
    if telling(about):
        found = reply.memory.on(about)
        if found is None:
            return reply.say("recall.none", why="does not remember, and says so")
        quote = found.statement.replace("“", "").replace("”", "").strip(" .!")
        return reply.say("recall", {"quote": " ".join(quote.split()[:22])}, why="remembers what was said")
    told = next((each.told for each in reply.memory.news(*_TELLING, "self", "kin", "like") if each.told), "")
    if told and reply.say("recall.all", {"told": told}, why="remembers what was said"):
        return True
    return reply.say("recall.none", why="does not remember, and says so")
