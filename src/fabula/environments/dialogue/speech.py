"""Speech: what one mind's text says in one voice - its own - made fit for a log, a page and a prompt.

Markup stays as the plain text it is: whoever shows it escapes it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fabula.agents.plain import block, one_line
from fabula.environments.dialogue.setting import TEXT_CHARACTERS_MAX
from fabula.environments.dialogue.words import called, name_key

SENTENCE_CHARACTERS_MAX = 1_000
"""Of a proposal, an objection, a reason: one line, cut off there."""
_READ_CHARACTERS_MAX = 8 * TEXT_CHARACTERS_MAX
"""What is looked at of a text at all."""

_HEAD = re.compile(r"([^:\n\uff1a\ufe55]{1,300})[:\uff1a\ufe55](.*)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,60}>")
_ASIDE = re.compile(r"\([^()]{0,80}\)|\*[^*]{1,80}\*\Z|\[[^\[\]]{0,80}\]\Z")
_MARKUP = " \t*_#>-•\"“”'`[](){}~"
_CLOSING = re.compile(r"\s*(?:</[A-Za-z]{1,20}>|[*_`\]]+(?=\s|\Z))*\s*")
_GAPS = re.compile(r"\n{3,}")
_LEAD = r"(?:(?:well|and|so|now|but|oh|yes|no|tell me|come|listen|thank you|thanks)\b[\s,]*)?"


class Heard(NamedTuple):
    """What is said, and to whom by the words themselves."""

    text: str
    to: str = ""
    """Empty: nobody in particular."""
    cut: bool = False
    """It was longer than a turn may be."""


def heard(text: str, me: str, others: Sequence[str], *, people: Sequence[str] = ()) -> Heard:
    """What `me` says with a text: without what no reader sees, without its own name in front, and no further than where
    it begins to speak for one of the others. The text is empty if nothing of it is its own.

    people: those of the others who are persons, for whom models also write `User:`.
    """
    plain = _GAPS.sub("\n\n", "\n".join(line.rstrip() for line in block(text[:_READ_CHARACTERS_MAX]).split("\n")))
    own, to = _own_part(plain.split("\n"), me, others, people)
    words = block("\n".join(own)).strip()
    if len(words) > TEXT_CHARACTERS_MAX:
        return Heard(words[:TEXT_CHARACTERS_MAX].rstrip(), to or _spoken_to(words, others), cut=True)
    return Heard(words, to or _spoken_to(words, others), cut=len(text) > _READ_CHARACTERS_MAX and bool(words))


def sentence(text: str) -> str:
    """A text on one line, of a length that a list can show."""
    line = one_line(text[: SENTENCE_CHARACTERS_MAX * 4])
    return line if len(line) <= SENTENCE_CHARACTERS_MAX else line[: SENTENCE_CHARACTERS_MAX - 1].rstrip() + "…"


def _own_part(lines: Sequence[str], me: str, others: Sequence[str], people: Sequence[str]) -> tuple[Sequence[str], str]:
    """The first stretch of lines that is its own, and whom it begins by calling on.

    `Ben: what do you say?` and nothing else is not said for Ben but to him.
    """
    names = dict(called([me, *others]))
    if len(people) == 1:
        names = {"user": people[0], "human": people[0]} | names
    stretches: list[tuple[str, list[str]]] = []
    for line in lines:
        who, rest = _named_line(line, names)
        while who and (named := _named_line(rest, names))[0]:
            # `Ada: Ben: …`: whoever stands last is who would say it.
            who, rest = named
        if who:
            stretches.append((who, [rest]))
        elif stretches:
            stretches[-1][1].append(line)
        else:
            stretches.append((me, [line]))
    mine = next((at for at, (who, _) in enumerate(stretches) if who == me), None)
    if mine is None:
        who, own = stretches[0]
        return own, who
    own = []
    for who, said in stretches[mine:]:
        if who != me:
            break
        own += said
    return own, ""


def _named_line(line: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Whose line it says it is, and what follows the name: `**Ada:** good evening`."""
    found = _HEAD.match(line)
    if found is None:
        return "", line
    head = _TAG.sub("", found[1])
    key = name_key(head.strip(_MARKUP))
    if key not in names:
        key = name_key(_ASIDE.sub("", head.strip()).strip(_MARKUP))
    if key not in names:
        return "", line
    rest = found[2]
    marked = head.lstrip()[:1] in set("*_`[") or head != found[1]
    return names[key], _CLOSING.sub("", rest, count=1) if marked else rest.strip()


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
