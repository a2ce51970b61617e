"""Choices: topics that put one thing beside another: `tea or coffee`, `Is remote work better than the office?`."""

import re

from fabula.environments.dialogue.rhetoric.english import base_of_participle, gerund, is_gerund, is_plural, is_verb
from fabula.environments.dialogue.rhetoric.phrases import NAMED_WORDS_MAX, lowered
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic

_OR = re.compile(r"^(.+?),?\s+(?:or|vs\.?|versus|oder|ou)\s+(.+)$", re.IGNORECASE)
_BETTER = re.compile(
    r"^(.+?) (is|are) (?:better|worse|more \w+|nicer|wiser|stronger|greater) than (.+)$", re.IGNORECASE
)


def alternatives(words: str, quoted: str) -> Topic | None:
    """Tea or coffee; is remote work better than the office; should we stay or go; to live in town or by the sea."""
    text = re.sub(r"^.{0,60}?(?:which|who|what) (?:is|are) (?:better|best|worse)[,:]? ", "", words, flags=re.IGNORECASE)
    text = re.sub(
        r"^(?:is|are|do you prefer|would you rather|which do you prefer[,:]?) (?=.+ or )(?:it better )?(?:to )?",
        "",
        text,
        flags=re.IGNORECASE,
    )
    turned = re.match(r"^(?:is|are) (.+?) (?:better|worse|nicer|wiser|more \w+) than (.+)$", words, re.IGNORECASE)
    stated = _BETTER.match(words)
    pair = _OR.match(text)
    if turned or stated:
        one, other = (turned[1], turned[2]) if turned else (stated[1], stated[3]) if stated else ("", "")
    elif pair is None or re.search(r"\bor not$", text):
        return None
    else:
        one, other = pair[1], pair[2]
        if done := re.match(r"^(?:should|shall|must) (.+?) be (.+)$", one, re.IGNORECASE):
            one, other = _doing(done[1], done[2]), _doing(done[1], re.sub(r"^be ", "", other))
        elif modal := re.match(r"^(?:should|shall|must) (?:we|i|one|you|people|they) (.+)$", one, re.IGNORECASE):
            one = modal[1]
    if "," in one:
        one = one.split(",")[-2] if one.endswith(",") else one.split(",")[0]
    one, other = as_noun(one.strip()), as_noun(other.strip())
    if not one or not other or max(len(one.split()), len(other.split())) > NAMED_WORDS_MAX:
        return None
    if other.split()[0] in {"in", "at", "on", "by", "with", "under"} and is_gerund(one.split()[0]):
        other = f"{one.split()[0]} {other}"
    if one.startswith("being ") and " " not in other and not is_plural(other):
        other = f"being {other}"
    return choice(f"{one} and {other}", one, other, quoted)


def _doing(subject: str, done: str) -> str:
    """`closed at night` of the harbour → `closing the harbour at night`; empty where the verb is not known."""
    verb, _, rest = done.partition(" ")
    base = base_of_participle(verb)
    return f"{gerund(base)} {subject} {rest}".strip() if base else ""


def choice(thing: str, one: str, other: str, quoted: str) -> Topic:
    """One thing or another, as a topic."""
    ways = (_first(one), _first(other))
    return Topic(Kind.CHOICE, thing, better(one, other), better(other, one), one, other, quoted, ways=ways)


def _first(one: str) -> tuple[str, ...]:
    """That it is one's choice, in few words."""
    before = f"{one} {'come' if is_plural(one) else 'comes'} first"
    return (before,) if is_gerund(one.split(maxsplit=1)[0]) else (before, f"it has to be {one}")


def better(one: str, other: str) -> str:
    """`tea is better than coffee`."""
    return f"{one} {'are' if is_plural(one) else 'is'} better than {other}"


def as_noun(phrase: str) -> str:
    """What is done, as a thing: `open the gate` → `opening the gate`; a thing stays one."""
    phrase = re.sub(r"^to ", "", phrase, flags=re.IGNORECASE).strip(" ,")
    if re.match(r"not to \w", phrase, re.IGNORECASE):
        return " ".join(["not", gerund(phrase.split()[2]), *phrase.split()[3:]])
    first, _, rest = phrase.partition(" ")
    if first.casefold() == "be":
        return f"being {rest}".strip()
    if (
        is_verb(first)
        and first.islower()
        and (rest or first.casefold() in {"go", "stay", "be", "leave", "wait", "fight"})
    ):
        return f"{gerund(first)} {rest}".strip()
    return lowered(phrase) if rest else phrase if phrase.isupper() or _name_like(phrase) else phrase.lower()


def _name_like(word: str) -> bool:
    return word[:1].isupper() and not is_plural(word) and len(word) > 12
