"""Speech: what one mind's text says in one voice - its own - made fit for a log, a page and a prompt.

Markup stays as the plain text it is: whoever shows it escapes it.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from fabula.agents.plain import block, one_line
from fabula.environments.dialogue.setting import TEXT_CHARACTERS_MAX
from fabula.environments.dialogue.voices import own_part
from fabula.environments.dialogue.words import called

SENTENCE_CHARACTERS_MAX = 1_000
"""Of a proposal, an objection, a reason: one line, cut off there."""
_READ_CHARACTERS_MAX = 8 * TEXT_CHARACTERS_MAX
"""What is looked at of a text at all."""

_GAPS = re.compile(r"\n{3,}")
_LEAD = r"(?:(?:well|and|so|now|but|oh|yes|no|tell me|come|listen|thank you|thanks)\b[\s,]*)?"


class Heard(NamedTuple):
    """What is said, and to whom by the words themselves."""

    text: str
    to: str = ""
    """Empty: nobody in particular."""
    cut: bool = False
    """Something was taken away: it was longer than a turn may be, or went on in somebody else's voice."""


def heard(text: str, me: str, others: Sequence[str], *, people: Sequence[str] = ()) -> Heard:
    """What `me` says with a text: without what no reader sees, without its own name in front, and no further than where
    it begins to speak for one of the others (see voices). The text is empty if nothing of it is its own.

    people: those of the others who are persons, for whom models also write `User:`.
    """
    plain = _GAPS.sub("\n\n", "\n".join(line.rstrip() for line in block(text[:_READ_CHARACTERS_MAX]).split("\n")))
    own = own_part(plain.split("\n"), me, others, people)
    words = block("\n".join(own.lines)).strip()
    whom = own.to or _spoken_to(words, others)
    if len(words) > TEXT_CHARACTERS_MAX:
        return Heard(words[:TEXT_CHARACTERS_MAX].rstrip(), whom, cut=True)
    return Heard(words, whom, cut=bool(words) and (own.cut or len(text) > _READ_CHARACTERS_MAX))


def sentence(text: str) -> str:
    """A text on one line, of a length that a list can show."""
    line = one_line(text[: SENTENCE_CHARACTERS_MAX * 4])
    return line if len(line) <= SENTENCE_CHARACTERS_MAX else line[: SENTENCE_CHARACTERS_MAX - 1].rstrip() + "…"


def _spoken_to(words: str, others: Sequence[str]) -> str:
    """Whom the words call by name, at their beginning or their end, if that is but one of several."""
    if len(others) < 2 or not words:
        return ""
    first, last = words[:200], words[-200:]
    keys = called(others)
    spoken = {
        name
        for key, name in keys.items()
        if re.match(rf"\W*{_LEAD}{re.escape(key)}\s*[,:!?—–]", first, re.IGNORECASE)
        or re.search(rf",\s*{re.escape(key)}\s*[?!.…]*[\"”’']?\Z", last, re.IGNORECASE)
    }
    return spoken.pop() if len(spoken) == 1 else ""
