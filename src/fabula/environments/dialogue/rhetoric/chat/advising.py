"""Advising: what a speaker would do in somebody's place, by the matter and by what it holds dear."""

import re

from fabula.environments.dialogue.rhetoric.chat.asking import asks
from fabula.environments.dialogue.rhetoric.chat.composing import Reply
from fabula.environments.dialogue.rhetoric.chat.hearing import Words
from fabula.environments.dialogue.rhetoric.chat.holding import STRONG, rules_by_drive
from fabula.environments.dialogue.rhetoric.chat.nearness import MAIN
from fabula.environments.dialogue.rhetoric.chat.sheet import Kind
from fabula.environments.dialogue.rhetoric.english import upper_first, words_in
from fabula.environments.dialogue.rhetoric.grounds import lot
from fabula.environments.dialogue.rhetoric.reading import key_phrase
from fabula.environments.dialogue.rhetoric.reflecting import swapped
from fabula.environments.dialogue.rhetoric.topic import Kind as TopicKind
from fabula.environments.dialogue.rhetoric.topics import topic_of
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

_MATTER_OF = {
    "loss": "grief",
    "parting": "love",
    "wronged": "quarrel",
    "quarrel": "quarrel",
    "fear": "fear",
    "illness": "illness",
    "guilt": "guilt",
}
_PRACTICAL = frozenset(["duty", "curiosity", "cunning", "self_preservation", "greed"])
_OWN = 0.35
"""How often something of its own life goes with an advice."""


def advise(reply: Reply, question: str, words: Words | None = None) -> bool:
    """Advice on what was asked; on what was told before, where the question does not say."""
    verdict = _verdict(reply, question)
    about = question if verdict or _matter(question) else _earlier(reply, words)
    if verdict and _matter(question):
        # What is advised on the matter may be the contrary of a no.
        verdict = verdict if "not" not in words_in(verdict) and reply.stream.chance(0.5) else ""
    key = key_phrase(question) if not verdict and not _matter(question) else ""
    advice = _advice(reply, about, question, practical=bool(key))
    if not advice:
        return reply.tell("more", reply.nearest(about) or reply.any_leaf(), why="has no other advice")
    again = reply.last_did & {"advise.lead", "advise.again"} or reply.memory.asked_before(question)
    rule = "advise.verdict" if verdict else "advise.again" if again else "advise.on" if key else "advise.lead"
    slots = {"advice": advice, "verdict": verdict, "key": key, "key_cap": upper_first(key)}
    if not reply.say(rule, slots, why="gives advice"):
        reply.say("advise.lead", {"advice": advice}, why="gives advice")
    if reply.parts and reply.stream.chance(_OWN):
        kinds = (Kind.TRAIT, Kind.HABIT, Kind.HISTORY)
        reply.tell("own", reply.nearest(about, least=MAIN, kinds=kinds), why="something of its life")
    return bool(reply.parts)


def counsel(reply: Reply, about: str, news: str) -> str:
    """Advice that fits what was told and was not given yet; empty where all was."""
    # Only who does not know what to do is told what one goes by; to the others it is talk.
    return _advice(reply, about, about if news in {"doubt", "plan"} else "", matter=_MATTER_OF.get(news, ""))


def _advice(reply: Reply, about: str, question: str, *, matter: str = "", practical: bool = False) -> str:
    """practical: it is about a thing, and what one says of people is no help."""
    matter = matter or _matter(about)
    if not question and not matter:
        return ""
    how = asks("advice.how", question.casefold())
    own = list(rules_by_drive(reply.matter.drives, reply.matter.me, "advise", reply.rules))
    own = [rule for rule in own if not practical or rule.removeprefix("advise.") in _PRACTICAL][:STRONG]
    ways = ([f"advise.{matter}"] if matter else ["advise.how"] if how else []) + (own if question else [])
    if own and question and reply.stream.chance(0.2):
        ways.insert(0, ways.pop(ways.index(own[0])))
    for rule in ways:
        for text in reply.stream.shuffled(reply.rules[rule]):
            if not reply.was_said(text):
                return text
    return ""


def _matter(text: str) -> str:
    """The matter that advice is asked on; empty where it is none that has advice of its own."""
    words = set(words_in(text))
    counsel_words = words_of("chat_counsel")
    counts = {
        rule.removeprefix("matter."): len(words & set(" ".join(lines).split()))
        for rule, lines in counsel_words.items()
        if rule.startswith("matter.")
    }
    best = max(sorted(counts), key=lambda each: counts[each])
    return best if counts[best] else ""


def _earlier(reply: Reply, words: Words | None) -> str:
    """What was told last, of this turn first."""
    told = [words] if words is not None and words.statement else []
    told += [each.words for each in reversed(reply.memory.kept) if each.words.statement]
    for each in told[:3]:
        if each.news in _MATTER_OF:
            named = words_of("chat_counsel")[f"matter.{_MATTER_OF[each.news]}"]
            return f"{each.statement} {' '.join(named)}"
        if _matter(each.statement):
            return each.statement
    return told[0].statement if told else ""


def _verdict(reply: Reply, question: str) -> str:
    """Of a question for yes or no: what it would do, a clause."""
    found = re.search(r"\bshould (?:i|we)\b.*", question, re.IGNORECASE)
    if found is None or re.search(
        r"\b(?:what|how|where|when|who|which|why)\b[^,]*$", question[: found.start()], re.IGNORECASE
    ):
        return ""
    topic = topic_of(swapped(found[0][:1].upper() + found[0][1:]))
    if topic.kind is TopicKind.NONE or not topic.view.startswith(("you should", "we should")):
        return ""
    bold = reply.matter.drives
    lean = sum(bold[drive] for drive in bold if drive in {"curiosity", "ambition", "aggression"})
    lean -= sum(bold[drive] for drive in bold if drive in {"self_preservation", "duty", "loyalty"})
    yes = round(100 * lean) + lot(reply.matter.me, topic.view) - 50 > 0
    return topic.view if yes else topic.nay
