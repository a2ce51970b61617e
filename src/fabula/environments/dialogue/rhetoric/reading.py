"""Reading: what was said, by whom, on which ground, to what end, and with which words one could give it back."""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.rhetoric.english import folded, sentences, words_in
from fabula.environments.dialogue.rhetoric.first_person import ADVERBS
from fabula.environments.dialogue.rhetoric.grounds import Ground, grounds_in
from fabula.environments.dialogue.rhetoric.marks import (
    SURE_FROM,
    TRUSTED_FROM,
    Known,
    is_frame,
    known_in,
    known_of,
)

QUOTE_WORDS_MIN, QUOTE_WORDS_MAX = 4, 8
KEY_WORDS_MAX = 4
RUN_WORDS = 4
"""So many words in a row, heard again, sound worn."""

WEAK = frozenset(
    "a about after am an and are as at be because been before but by can could did do does for from had has have "
    "he her him his how i if in"
    " into is it its me more most must my no nor not of on or our shall she should so than that the their them "
    "then there they this those to"
    " too up us was we were what when where which while who will with without would yet you your".split()
)
"""Words that say nothing by themselves."""
COMMON = frozenset(
    "about after again always anybody anyone anything because before being could every everybody everything having"
    " never nobody nothing other others people should somebody something still their there these thing things think"
    " those today tomorrow where which while whole whose would years yesterday".split()
)
"""Long words that nevertheless say nothing."""
_ONLY_DESCRIBES = frozenset("bad big first good great last little long new next old own same small whole young".split())
_LEADING = frozenset("and but nor or so yet".split())
_DEPENDENT = frozenset(
    "although as because for if since than that though till until what when where whether which while who whom"
    " whose".split()
)
"""What begins so is no sentence of its own."""
_YES = re.compile(
    r"\b(?:i agree|agreed|quite right|exactly|you are right|true enough|yes|of course|indeed)\b", re.IGNORECASE
)
_NO = re.compile(
    r"\b(?:i disagree|disagree|no,|nonsense|i do not think so|wrong|not true|on the contrary|i doubt)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"“[^”]*”")


class Heard(Struct, frozen=True):
    """One turn, read."""

    line: Line
    known: tuple[Known, ...]
    """By which rules it was made; none where rules did not make it."""
    grounds: tuple[Ground, ...]
    """On which it argues; what it argues first stands first."""
    question: str
    """The last one it asks; empty: none."""
    asked: Ground | None
    """What that question is about, where it is one that rules ask."""
    variant: int
    """Of such a question: which of several on its ground."""
    agrees: int
    """1 it agrees, -1 it disagrees, 0 it does not say; of what rules did not say."""

    @property
    def foreign(self) -> bool:
        """Whether somebody without rules said it."""
        return not self.known

    def did(self, *parts: str) -> bool:
        """Whether it made one of these moves."""
        return any(known.part in parts for known in self.known)

    def on(self, part: str) -> list[Ground]:
        """The grounds on which it made the move."""
        return [known.ground for known in self.known if known.part == part and known.ground]


def all_heard(lines: Sequence[Line]) -> list[Heard]:
    """Every turn, read; the short ones of somebody known to speak by rules in that light."""
    first = [heard(line) for line in lines]
    known = [each.line.speaker for each in first if each.known]
    trusted = {name for name in known if 2 * known.count(name) >= [line.speaker for line in lines].count(name)}
    return [
        heard(each.line, TRUSTED_FROM) if not each.known and each.line.speaker in trusted else each for each in first
    ]


def heard(line: Line, sure_from: int = SURE_FROM) -> Heard:
    """A turn, read. sure_from: see `known_in`."""
    known, grounds, question, asked, variant = _read(line.text, sure_from)
    agrees = 0
    if not known:
        agrees = -1 if _NO.search(line.text) else 1 if _YES.search(line.text) else 0
    return Heard(line, known, grounds, question, asked, variant, agrees)


@lru_cache(maxsize=2048)
def _read(text: str, sure_from: int) -> tuple[tuple[Known, ...], tuple[Ground, ...], str, Ground | None, int]:
    known = known_in(text, sure_from)
    argued = [
        each.ground
        for each in known
        if each.ground and each.part in {"reason", "counter", "defend", "answer", "concede", "lesson", "tale"}
    ]
    asked = [each for each in known if each.part == "question" and each.ground]
    grounds = argued + [each.ground for each in asked if each.ground] + ([] if known else grounds_in(text))
    said = sentences(text)
    # Rules put the question they mean at the end; people put it anywhere.
    questions = [
        each for each in (said[-1:] if known else said) if each.rstrip("”\"' ").endswith("?") and _is_meant(each)
    ]
    return (
        known,
        tuple(dict.fromkeys(grounds)),
        questions[-1] if questions else "",
        asked[-1].ground if asked else None,
        asked[-1].variant if asked else 0,
    )


def _is_meant(question: str) -> bool:
    """Whether it wants an answer: one that rules ask in the middle of an argument does not."""
    argues = {"reason", "counter", "defend", "answer", "generic.no", "sum.turned", "chat.opinion"}
    parts = {known.part for known in known_of(question)}
    return "question" in parts or not argues & parts


def quotes(text: str, apart: Sequence[str] = ()) -> list[str]:
    """Words of a text that can be given back in quotation marks: whole clauses, QUOTE_WORDS_MAX words at most, those
    that say most first.

    apart: words of the topic, which say nothing new.
    """
    found: dict[str, int] = {}
    for sentence in sentences(_QUOTED.sub(" | ", text)):
        if sentence.endswith("?"):
            continue
        for clause in re.split(r"[,;:|()…]| [–—-] |[.!?]", sentence):
            words = clause.split()
            while words and words[0].casefold() in _LEADING:
                words = words[1:]
            if not QUOTE_WORDS_MIN <= len(words) <= QUOTE_WORDS_MAX:
                continue
            if words[-1].casefold() in WEAK or words[0].casefold() in _DEPENDENT | ADVERBS or _only_leads(sentence):
                continue
            said = " ".join(words)
            if any(mark in said for mark in '“”"{}[]<>|~*_`') or not all(each.isprintable() for each in said):
                continue
            telling = [each for each in words_in(said) if each not in WEAK and each not in apart]
            if len(telling) >= 2 and not is_frame(said):
                found.setdefault(said, 10 * len(telling) - len(words))
    return sorted(found, key=lambda said: (-found[said], said))


def _only_leads(sentence: str) -> bool:
    """Whether a sentence of rules' says nothing of the matter."""
    known = known_of(sentence)
    return bool(known) and all(
        each.book in {"moves", "voices", "talk"} and not each.rule.endswith((".tell", ".lead")) for each in known
    )


def key_phrase(text: str, apart: Sequence[str] = ()) -> str:
    """What a text is most about: `the stones`, `your dog`; empty where nothing can be seen."""
    best = ""
    for found in re.finditer(
        r"\b(the|a|an|my|your|our|his|her|their|this|that|these|those) ((?:[a-z'-]+ ){0,2}?[a-z'-]+)\b",
        text,
        re.IGNORECASE,
    ):
        words = found[2].casefold().split()
        if words[-1] in WEAK or words[0] in WEAK or words[-1] in apart or len(words[-1]) < 3:
            continue
        after = re.match(r" ([a-z'-]+)", text[found.end() :], re.IGNORECASE)
        if words[-1] in _ONLY_DESCRIBES and after is not None and after[1].casefold() not in WEAK:
            words.append(after[1])
        elif after is not None and after[1][:1].isupper():
            words.append(after[1])  # A name goes on.
        said = " ".join([*found[2].split(), *words[len(found[2].split()) :]])
        phrase = f"{_turned(found[1].casefold())} {said}"
        if len(phrase) > len(best) and len(words) <= KEY_WORDS_MAX:
            best = phrase
    return best


def _turned(determiner: str) -> str:
    return {"my": "your", "your": "my", "our": "your"}.get(determiner, determiner)


def sentences_said(lines: Sequence[Line]) -> frozenset[str]:
    """Everything that was said, a sentence each, as sentences are compared."""
    return frozenset(folded(sentence) for line in lines for sentence in sentences(line.text))


def runs_of(text: str) -> list[tuple[str, ...]]:
    """Every RUN_WORDS words in a row."""
    words = words_in(text)
    return [tuple(words[at : at + RUN_WORDS]) for at in range(len(words) - RUN_WORDS + 1)]
