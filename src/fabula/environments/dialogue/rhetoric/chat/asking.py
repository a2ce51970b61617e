"""Asking: which of the questions that it has an answer for somebody asks."""

import re
from functools import cache

from fabula.environments.dialogue.rhetoric.wordfiles import words_of

YOU = r"\b(?:are|were|do|did) you (?:(?:a|an|ever|really|very|always|still|often|so|feel|get|not|sometimes|truly|be) )*"
"""How a question begins that asks for a feeling or a quality."""
_LEADS = r"^(?:(?:so|and|but|well|now|ok|okay|then|please|hello|hi|hey|oh|ah|yes|no) )+(?=\w+)"
OF_ITSELF = (
    "me how doing origin work age regret fear hate miss proud love believe want good_at favourite are.happy are.sad"
    " are.lonely are.tired are.afraid are.angry are.good are.rich are.faith"
).split()
"""What is asked of the speaker itself, what is tried first before the rest."""


def asks(rule: str, plain: str) -> bool:
    """Whether a question is of a kind. plain: see hearing.Words."""
    return _pattern(rule).search(plain) is not None


def opens_a_question(plain: str) -> bool:
    """Whether it begins as questions do."""
    return _pattern("opening").match(re.sub(_LEADS, "", plain)) is not None


def about(question: str) -> str:
    """What follows the words that ask, as it was written; empty where none of them is there."""
    ways = "|".join(words_of("chat_asked")["about"])
    found = re.search(rf"\b(?:{ways}) (?:(?:of|on|about|in|to) )?(.+)", _apart(question), re.IGNORECASE)
    return found[1] if found else ""


def claim(plain: str) -> str:
    """Of a question whether one agrees: what with; empty of another question."""
    found = _pattern("agrees").search(plain)
    return plain[found.end() :] if found and len(plain[found.end() :].split()) > 1 else ""


def _apart(question: str) -> str:
    """With what is drawn together written out."""
    return re.sub(r"\b(what|who|how|where)['’]s\b", r"\1 is", question, flags=re.IGNORECASE)


def kinds_of(plain: str) -> list[str]:
    """The kinds of question about the speaker itself that it could be, the likeliest first."""
    return [rule for rule in OF_ITSELF if asks(rule, plain)]


@cache
def _pattern(rule: str) -> re.Pattern[str]:
    ways = words_of("chat_asked")[rule]
    return re.compile("|".join(re.sub(r"\bYOU ", lambda _: YOU, way) for way in ways))
