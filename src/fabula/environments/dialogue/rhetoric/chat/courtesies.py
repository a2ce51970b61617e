"""Courtesies: greetings, thanks, a single word, an insult, what is no language that it knows, leave-taking."""

import re

from fabula.environments.dialogue.rhetoric.chat.composing import Reply, slots_of
from fabula.environments.dialogue.rhetoric.chat.hearing import GOOD, HARD, Words
from fabula.environments.dialogue.rhetoric.chat.nearness import matters, said_in
from fabula.environments.dialogue.rhetoric.chat.of_itself import go_on, tell_story
from fabula.environments.dialogue.rhetoric.chat.sheet import leaves_of
from fabula.environments.dialogue.rhetoric.chat.taking_up import call_back
from fabula.environments.dialogue.rhetoric.reading import key_phrase

_QUOTED_WORDS_MAX = 6
_WHYS = {
    "lost": "did not follow",
    "picture": "did not follow",
    "tongue": "says that it has only English",
    "word": "takes up a word",
    "insult": "answers an insult",
    "praise": "answers praise",
    "thanks": "thanks back",
    "hello": "greets",
    "bye": "takes leave",
}
_LIGHT = ("sorry", "thanks", "praise", "laugh", "agree", "disagree")
_ANSWERS = ("yes", "no", "maybe")
LED_ON = 0.55
"""How often it carries the talk on where the other says next to nothing."""


def odd(reply: Reply, words: Words) -> bool:
    """Answer what is no sentence: a picture, another tongue, noise, a single word."""
    rule = words.odd
    if rule == "tongue" and "hello" in words.courtesies:
        return reply.say("tongue.hello", why="says that it has only English")
    quote = " ".join((words.question or words.plain).strip(" .!?").split()[:_QUOTED_WORDS_MAX])
    if rule == "word" and (leaf := reply.nearest(words.plain)) is not None and reply.stream.chance(0.7):
        return reply.tell("own", leaf, why="takes up a word")
    why = _WHYS.get(rule, "answers a picture" if rule.startswith("picture.") else "did not follow")
    if reply.say(rule, {"quote": quote}, why=why, asks=not reply.asked_last or rule in {"lost", "tongue"}):
        return True
    return reply.say("short", why=why) or lead_on(reply)


def take_leave(reply: Reply) -> bool:
    """Parting words, with what was told in them."""
    kept = [each.words for each in reversed(reply.memory.kept)]
    for told in sorted(kept, key=lambda each: each.news not in {"loss", "illness"}):
        rule = {"loss": "loss", "illness": "illness", "plan": "plan", "fear": "fear"}.get(told.news, "")
        rule = rule or ("hard" if told.news in HARD else "good" if told.news in GOOD else "")
        if not rule or (rule == "loss" and not told.who):
            continue
        slots = slots_of(told)
        wish = next(iter(_grown(reply, f"wish.{rule}", slots)), "")
        if wish and reply.say("bye.memory", {"wish": wish, "name": reply.called}, why="takes leave"):
            return True
    return reply.say("bye", {"name": reply.called}, why="takes leave")


def _grown(reply: Reply, rule: str, slots: dict[str, str]) -> list[str]:
    return [
        re.sub(r"\{(\w+)\}", lambda found: slots.get(found[1], ""), text)
        for text in reply.stream.shuffled(reply.rules[rule])
    ]


def insult(reply: Reply) -> bool:
    """Answer an insult; a second one more coldly."""
    again = reply.ever_did("insult") or reply.ever_did("insult.again")
    return reply.say("insult.again" if again else "insult", why="answers an insult") or reply.say(
        "short", why="answers an insult"
    )


def greet(reply: Reply) -> bool:
    """Greet; whoever greets twice is told so."""
    rule = "hello.again" if reply.matter.mine else "hello"
    return reply.say(rule, why="greets")


def light(reply: Reply, words: Words) -> bool:
    """Answer what says little by itself; False where it is nothing of the kind."""
    if "more" in words.courtesies:
        return go_on(reply, words) and bool(reply.parts)
    if "sorry" in words.courtesies and _told_of_loss(reply):
        return reply.say("condoled", why="is condoled with")
    for rule in _LIGHT:
        if rule in words.courtesies and reply.say(
            rule, why=_WHYS.get(rule, f"answers {rule}"), asks=not reply.asked_last
        ):
            return _perhaps_more(reply)
    for rule in _ANSWERS:
        if rule in words.courtesies:
            asked = f"{rule}.asked" if reply.asked_last and rule != "maybe" else rule
            return (reply.say(asked, why="takes the answer") and _perhaps_more(reply)) or lead_on(reply)
    return "short" in words.courtesies and lead_on(reply)


def _told_of_loss(reply: Reply) -> bool:
    """Whether it has just told of somebody's death, of its own accord."""
    last = reply.matter.mine[-1].line.text if reply.matter.mine else ""
    told = [leaf.text for leaf in leaves_of(reply.matter.speaker.persona) if said_in(leaf.text, last)]
    return any(set(matters(text)[:2]) & {"death", "family"} for text in told)


def lead_on(reply: Reply) -> bool:
    """Carry the talk on: with something told earlier, something of its life, or no more than a word."""
    if reply.stream.chance(LED_ON) and call_back(reply, by="return"):
        return True
    if "short" in reply.last_did or reply.stream.chance(LED_ON):
        leaf = reply.any_leaf()
        if reply.tell("lead", leaf, why="leads on"):
            return True
        if tell_story(reply, ""):
            return True
    return reply.say("short", why="leads on") or call_back(reply) or reply.say("unknown", why="leads on")


def _perhaps_more(reply: Reply) -> bool:
    if not reply.asks and reply.stream.chance(0.3):
        call_back(reply, by="return")
    return True


def long(reply: Reply, words: Words) -> bool:
    """Own that it was a great deal, and take hold of one end."""
    key = key_phrase(words.statement) if words.statement else ""
    return (bool(key) and reply.say("long", {"key": key}, why="takes hold of one end")) or reply.say(
        "long.any", why="asks for the point"
    )
