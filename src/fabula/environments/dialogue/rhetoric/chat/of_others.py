"""Of others: what a speaker answers when it is asked about somebody, something, or what it thinks of them."""

import re

from fabula.environments.dialogue.rhetoric.chat.asking import about, asks
from fabula.environments.dialogue.rhetoric.chat.composing import Reply
from fabula.environments.dialogue.rhetoric.chat.holding import rules_by_drive
from fabula.environments.dialogue.rhetoric.chat.nearness import MAIN, SHARED, is_of_a_matter, matters, nearness, telling
from fabula.environments.dialogue.rhetoric.chat.sheet import leaves_of, named_like
from fabula.environments.dialogue.rhetoric.english import upper_first, words_in
from fabula.environments.dialogue.rhetoric.names import short_name

_NAME = re.compile(r"^(?:(?:Mr|Mrs|Dr|Old|Mother|Father|Captain|Sister|Brother) )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?$")
_FOND, _WARY = 0.3, -0.2
_GOOD_WORDS = frozenset("husband wife son daughter nearest fondly likes loves trusts follow".split())
_BAD_WORDS = frozenset("rival enemy hates owes frightens cheats light quarrel steals grudge worse".split())


def asked_about(question: str) -> str:
    """What a question is about, as it was written; empty where it does not show."""
    found = about(question)
    asked = re.split(r"[?.!,;]", found)[0].strip()
    return re.sub(r"^(?:the (?:idea|question|matter|concept) of|about|of) ", "", asked)


def agree(reply: Reply, claim: str) -> bool:
    """Say what it thinks of a claim, where it is about a matter that it has a view of."""
    viewed = view_on(reply, claim)
    return bool(viewed) and reply.say("own.view", viewed, why="says what it thinks")


def answer_of_others(reply: Reply, question: str, plain: str) -> bool:
    """Answer what is asked about somebody, or about something that it knows or has a view of; False otherwise."""
    asked = asked_about(question)
    persona = reply.matter.speaker.persona
    if asked.casefold() in _PRONOUNS:
        asked = _spoken_of(reply) or asked
    if re.search(rf"\b{re.escape(words_in(reply.matter.me)[0])}\b", (asked or question).casefold()):
        return reply.say("know.self", why="says who it is")
    if who := named_like(persona, asked or question):
        return _of_somebody(reply, who, opinion=asks("opinion", plain))
    of_somebody = asks("of_somebody", plain) and _NAME.match(asked) and (" " in asked or not matters(asked))
    if of_somebody and not _met_in_sheet(reply, asked):
        return reply.say("stranger", {"asked": asked}, why="does not know, and says so")
    if asks("opinion", plain) and asked:
        return think_of(reply, asked)
    return bool(asked) and _know(reply, asked)


_PRONOUNS = frozenset(["her", "him", "them", "she", "he", "they"])


def _spoken_of(reply: Reply) -> str:
    """Whom of those it knows was named last: by whoever asks, else by itself."""
    matter = reply.matter
    asked = [said for said in matter.heard if said.line.speaker != matter.me][-1:]
    for said in (*asked, *reversed(matter.mine[-2:])):
        if who := named_like(matter.speaker.persona, said.line.text):
            return who
    return ""


def _met_in_sheet(reply: Reply, asked: str) -> bool:
    persona = reply.matter.speaker.persona
    held = " ".join((*persona.factions, persona.role, persona.origin, *(leaf.text for leaf in reply.leaves)))
    return bool(telling(asked.split(maxsplit=1)[0]) & telling(held))


def _of_somebody(reply: Reply, who: str, *, opinion: bool) -> bool:
    short = short_name(who, who, ())
    slots = {"asked": who, "asked_short": short}
    told = [leaf for leaf in reply.leaves if leaf.who == who]
    others = [leaf for leaf in reply.leaves if leaf.who != who and short in leaf.text.split()]
    persona = reply.matter.speaker.persona
    spoken = any(
        tie.who == who and reply.was_said(leaf)
        for tie in persona.ties
        for _, leaf in reply.matter.life.ties
        if _ == who
    )
    leaf = next(iter([*told, *others]), None)
    heard_of = any(leaf.who == who for leaf in leaves_of(persona))
    if leaf is None and not heard_of:
        return reply.say("know.bare", slots, why="keeps it to itself")
    if leaf is None:
        return reply.say("know.told", slots, why="has told what it knows")
    if spoken:
        return reply.tell("know.more", leaf, slots, why="tells what it knows")
    rule = f"think.{_regard(leaf.text, leaf.trust)}" if opinion else "know.tie"
    return reply.tell(rule, leaf, slots, why="tells what it knows")


def _regard(text: str, trust: float) -> str:
    words = set(words_in(text))
    if trust >= _FOND or (not trust and words & _GOOD_WORDS and not words & _BAD_WORDS):
        return "fond"
    return "wary" if trust <= _WARY or words & _BAD_WORDS else "plain"


def think_of(reply: Reply, asked: str) -> bool:
    """A view of something: what its life says of it, or what it holds."""
    leaf = reply.nearest(asked, least=SHARED)
    if leaf is not None and reply.stream.chance(0.6):
        reply.tell("knows", leaf, why="tells what it knows")
    viewed = view_on(reply, asked)
    if viewed and (not reply.parts or reply.stream.chance(0.5)):
        reply.say("own.view.asked", viewed, why="says what it thinks")
    if reply.parts:
        return True
    if leaf is not None:
        return reply.tell("knows", leaf, why="tells what it knows")
    if (leaf := reply.nearest(asked, least=MAIN)) is not None:
        return reply.tell("near", leaf, why="tells the nearest that it knows")
    slots = {"asked": asked, "asked_cap": upper_first(asked)}
    if len(asked.split()) <= 3 and not re.search(
        r"\b(?:me|my|your|you|i|that|it|this|him|her|them)\b", asked.casefold()
    ):
        return reply.say("like", slots, why="says what it cares for")
    return False


def view_on(reply: Reply, about: str, among: frozenset[str] = frozenset()) -> dict[str, str]:
    """What it thinks of the first matter of a text that it has not spoken of; empty where there is none.

    among: only of these matters; empty: of any.
    """
    for matter in matters(about):
        if among and matter not in among:
            continue
        for rule in list(rules_by_drive(reply.matter.drives, reply.matter.me, f"view.{matter}", reply.rules))[:2]:
            for text in reply.rules[rule]:
                if not reply.was_said(text):
                    thing = reply.rules[f"thing.{matter}"][0]
                    return {
                        "view": text,
                        "view_cap": upper_first(text),
                        "thing": thing,
                        "thing_cap": upper_first(thing),
                    }
    return {}


def _know(reply: Reply, asked: str) -> bool:
    """What it knows of something: its own field, its own life."""
    for field, level in reply.matter.life.levels:
        if level and telling(asked) & telling(field) and not reply.ever_did("know.skill"):
            named = reply.rules.get(f"level.{level.partition(',')[0].casefold().replace(' ', '_')}")
            known = named[0] if named else reply.inside(level)
            slots = {"asked": field, "asked_cap": field, "level": known}
            if reply.say("know.skill", slots, why="says how much it knows"):
                reply.tell("more", reply.nearest(f"{asked} {field}", least=SHARED), why="tells what it knows")
                return True
    return near(reply, asked)


def near(reply: Reply, about: str) -> bool:
    """The nearest thing that it has to tell: of the matter itself, or beside it; False where there is nothing."""
    leaf = reply.nearest(about, least=MAIN)
    if leaf is not None and nearness(about, leaf.text) >= SHARED:
        return reply.tell("knows", leaf, why="tells what it knows")
    viewed = view_on(reply, about) if is_of_a_matter(about) else {}
    if viewed and (leaf is None or reply.stream.chance(0.5)):
        return reply.say("own.view.asked", viewed, why="says what it thinks")
    return reply.tell("near", leaf, why="tells the nearest that it knows")
