"""Words: what a model's reply has its character say, out of all that models put around it.

Reasoning, a template's tokens, a fence, an object with the words in it, the speaker's own name in front, quotation
marks around the whole, a stage direction in brackets at its beginning, what others would say: none of it is spoken.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from fabula.agents.minds.answers.kinds import folded
from fabula.agents.plain import block
from fabula.llm.replies import read_reply
from fabula.llm.replies.wrapping import bare, made_up_turn, unwrapped
from fabula.llm.values import Finish

READ_MAX = 131_072
"""Characters of a reply that are looked at."""
SAID_CHARACTERS_MAX = 8_000
"""Of what is said; what is longer ends at the last whole sentence before."""
PEELED_MAX = 4
"""Layers that are taken off: a name, quotation marks, a name in them."""


class Wrong(StrEnum):
    """Why a reply holds no words to say; the values are what the model is told."""

    EMPTY = "You said nothing. Say what you say, or answer [PASS]."
    BROKEN_OFF = "Your answer broke off before you said anything. Keep it short."
    REFUSED = "This is a talk among characters. If something is not to your liking, say so in your own words."
    FORM = "That was no speech. Write plain words, as they are spoken, in no other form."
    OTHERS = "You spoke for somebody else. Write your own words alone."
    REPEATS = "That repeats what you were told of your part. Speak to the others, in words of your own."


WHYS = {
    Wrong.EMPTY: "The reply says nothing.",
    Wrong.BROKEN_OFF: "The reply breaks off before it says anything.",
    Wrong.REFUSED: "The model, or the provider's filter, refused to answer.",
    Wrong.FORM: "The reply is a form without words to say in it.",
    Wrong.OTHERS: "The reply speaks for somebody else.",
    Wrong.REPEATS: "The reply repeats what it was told of its part instead of speaking.",
}
"""The same for people."""


class Words(NamedTuple):
    """What a reply says."""

    text: str = ""
    leaving: bool = False
    """They are parting words; there may be none."""
    passes: bool = False
    """It says that it says nothing."""
    wrong: Wrong | None = None


_MARK = re.compile(r"[*_`]{0,3}\[[ \t]*(PASS|LEAVE)[ \t]*\][*_`.]{0,3}", re.IGNORECASE)
_PASSED = re.compile(r"\W*PASS\W*")
_FENCE = re.compile(
    r"\A(?:```|~~~)[ \t]*(?:text|txt|markdown|md|plaintext|plain|json)?[ \t]*\n(.*?)\n?(?:```|~~~)\Z", re.DOTALL
)
_STAGED = re.compile(
    r"\A(?:\((?=[^()\n]*[^\W\d_]{4})[^()\n]{4,100}\)|\[(?=[^\[\]\n]*[^\W\d_]{3})[^\[\]\n]{3,100}\])\s+"
)
_STAGED_AT_END = re.compile(r"\n[ \t]*(?:\[[^\[\]\n]{1,100}\]|-{3,}|\*{3,}|_{3,})[ \t]*\Z")
_RULE = re.compile(r"\A(?:-{3,}|\*{3,}|_{3,})[ \t]*\n")
_QUOTES = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c", "\u00ab": "\u00bb", "'": "'", "\u2018": "\u2019"}
_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\]*_]{0,3}(?=\s|\Z)|[\u3002\uff01\uff1f]")
_LABELLED = re.compile(r"\A\W{0,4}(?:ACTION|CHOICE|KIND|TARGET|REASON|THOUGHTS?|TEXT|WORDS)\W{0,3}:")
_SAYING = (
    "text say says said speech words message dialogue utterance line content reply response answer output spoken"
).split()
"""Names under which an object holds the words."""


def words_of(written: str, *, me: str, others: Sequence[str], finish: Finish = Finish.STOP) -> Words:
    """What a reply says. Computes and nothing else; never raises.

    me, others: names of speakers; what stands behind another's name and a colon is not said. finish: why the model
    ceased to write: an answer that was cut off ends at its last whole sentence.
    """
    if finish is Finish.REFUSED:
        return Words(wrong=Wrong.REFUSED)
    text = unwrapped(written[:READ_MAX])
    if _is_form(text):
        text, marks = _in_form(text)
        if not text and not marks:
            return Words(wrong=Wrong.FORM)
        text = f"{text}\n{marks}"
    text = _unquoted(bare(block(text)))
    own = _own(text, me, tuple(others))
    if text and not bare(own):
        return Words(wrong=Wrong.OTHERS)
    return _said(own, me, cut_off=finish is Finish.LENGTH)


def without_name(text: str, me: str) -> str:
    """The text without the speaker's own name in front: `Ann: good day` is `good day`."""
    found = _named((me,)).match(text)
    return text[found.end() :] if found else text


def whole_sentences(text: str, most: int) -> str:
    """The text up to its last whole sentence within `most` characters; to its last word, with `…`, if there is none."""
    head = text[:most]
    ends = [found.end() for found in _SENTENCE.finditer(head)]
    if ends:
        return head[: ends[-1]]
    return f"{(head[: most - 1].rpartition(' ')[0] or head[: most - 1]).rstrip()}\u2026"


def _said(text: str, me: str, *, cut_off: bool) -> Words:
    """The words with what stands around them taken off."""
    marks = list(_MARK.finditer(text))
    leaving = any(found[1].upper() == "LEAVE" and _is_at_an_end(found, text) for found in marks)
    passes = bool(_PASSED.fullmatch(text)) or any(found[1].upper() == "PASS" for found in marks)
    text = _peeled(bare(_MARK.sub("", text)), me)
    if cut_off and text:
        text = whole_sentences(text, min(len(text), SAID_CHARACTERS_MAX))
    elif len(text) > SAID_CHARACTERS_MAX:
        text = whole_sentences(text, SAID_CHARACTERS_MAX)
    if leaving:
        return Words(text=text, leaving=True)
    if _PASSED.fullmatch(text) or (passes and not text):
        return Words(passes=True)
    if not any(unicodedata.category(sign)[0] in "LNS" for sign in text):
        return Words(wrong=Wrong.BROKEN_OFF if cut_off else Wrong.EMPTY)
    return Words(text=text)


def _is_at_an_end(found: re.Match[str], text: str) -> bool:
    return not bare(_MARK.sub("", text[: found.start()])) or not bare(_MARK.sub("", text[found.end() :]))


def _peeled(text: str, me: str) -> str:
    for _ in range(PEELED_MAX):
        before = text
        if fenced := _FENCE.match(text):
            text = bare(fenced[1])
        text = bare(_RULE.sub("", _STAGED_AT_END.sub("", text)))
        text = bare(without_name(text, me))
        # A direction and nothing else may be all there is.
        text = bare(_STAGED.sub("", text, count=1)) or text
        text = _unquoted(text)
        if text == before:
            break
    return text


def _unquoted(text: str) -> str:
    """Without quotation marks around the whole."""
    closing = _QUOTES.get(text[:1], "")
    inner = text[1:-1]
    if len(text) > 2 and closing and text.endswith(closing) and closing not in inner and text[0] not in inner:
        return bare(inner)
    return text


def _own(text: str, me: str, others: tuple[str, ...]) -> str:
    """What stands there for oneself: what others would say, and all behind it, is left out."""
    text = text[: made_up_turn(text, 1)]
    marks = list(_named((me, *others)).finditer(text))
    if not marks:
        return text
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    parts = [(_is_called(me, mark[1]), text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    head = text[: marks[0].start()]
    if bare(head):
        parts.insert(0, (True, head))
    while parts and not parts[0][0]:
        parts.pop(0)
    own: list[str] = []
    for mine, part in parts:
        if not mine:
            break
        own.append(part.strip())
    return "\n".join(own)


@lru_cache(maxsize=256)
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    """A speaker's name where a line begins, as scripts have it: `Ann:`, `**Ann Ray** (softly):`, `ANN says:`."""
    called = sorted({called for name in names for called in _called(name, names)}, key=lambda name: (-len(name), name))
    every = "|".join(map(re.escape, called))
    return re.compile(
        rf"^[ \t]*(?:\#{{1,6}}[ \t]*)?[*_\[(\"\u201c~]{{0,3}}({every})[*_\])\"\u201d~]{{0,3}}"
        rf"[ \t]*(?:\([^()\n]{{0,60}}\)[ \t]*)?(?:says|said|replies|asks)?[*_]{{0,3}}[ \t]*[:\uff1a][*_]{{0,3}}[ \t]*",
        re.IGNORECASE | re.MULTILINE,
    )


def _called(name: str, names: tuple[str, ...]) -> set[str]:
    """What a speaker may be called: the whole name, and its first word where no other has it."""
    first, *more = name.split()
    alone = sum(first.casefold() in other.casefold().split() for other in names) == 1
    return {name, first} if more and alone and len(first) > 2 else {name}


def _is_called(name: str, said: str) -> bool:
    folded_name, folded_said = name.casefold(), said.casefold()
    return folded_said == folded_name or folded_said == folded_name.split()[0]


def _is_form(text: str) -> bool:
    if _LABELLED.match(text):
        return True
    head = text[:40].lstrip("` \t\n~").casefold()
    return text[:1] in ("{", "[", "`", "~") and head.removeprefix("json").lstrip()[:1] in ("{", "[") and '"' in text


def _in_form(text: str) -> tuple[str, str]:
    """The words in an object, and the marks that it stands for; nothing if it holds none."""
    value = read_reply(text).value
    if isinstance(value, list):
        value = next((each for each in reversed(value) if isinstance(each, dict)), None)
    if not isinstance(value, dict):
        return ("", "") if value is not None else (text, "")
    fields: dict[str, Any] = {folded(str(name)): said for name, said in value.items()}
    words = next((said for name in _SAYING if isinstance(said := fields.get(name), str) and said.strip()), "")
    kind = str(fields.get("kind") or fields.get("action") or "").casefold()
    if not words:
        return "", "[PASS]" if kind == "pass" else ""
    return words, "[LEAVE]" if fields.get("leaving") is True else ""
