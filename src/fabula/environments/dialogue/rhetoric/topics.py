"""Topics: reading what somebody typed as a topic, whatever it is.

A question whether something should be done, a choice between two, a claim, an open question, or only a thing that has a
name: each gives two views, clauses that can stand alone, and names for what they are about. Of what is too long, too
odd or not English as much is quoted as is needed to speak of it.
"""

import re
from functools import lru_cache

from msgspec.structs import replace

from fabula.environments.dialogue.rhetoric.choices import alternatives
from fabula.environments.dialogue.rhetoric.claims import claim, named, open_question, statement, what_is
from fabula.environments.dialogue.rhetoric.english import sentences, words_in
from fabula.environments.dialogue.rhetoric.phrases import NAMED_WORDS_MAX, lowered
from fabula.environments.dialogue.rhetoric.proposals import deed, motion, proposal
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic

QUOTED_WORDS_MAX = 9
WORD_CHARACTERS_MAX = 24
"""Of a word that is quoted."""
_THEIRS = frozenset(
    "aber avec czy dass devons dla dobbiamo donde ein eine et faut für gibt ich ist jak jest jsou kdo kto mit nicht "
    "nous où perché pourquoi proč puede qu qui qué quién sollen sollte sind sommes soll sont und une varför vad vous "
    "wann warum wir więc zum zur är és è что кто как зачем почему".split()
)
"""Words by which one knows a language that is not English."""
_PERHAPS_THEIRS = frozenset(
    "ale auf che chi como das de der des deve dove el est gli il la las le les los man nie oder para por quand que "
    "son sur var wer wie wo à".split()
)
"""Two of them, as names have one."""
_OURS = frozenset("and are can does how i if is it of or our should that the to we what who why with you".split())
READ_CHARACTERS_MAX = 400
"""Of a topic; what comes after decides nothing."""


@lru_cache(maxsize=256)
def topic_of(text: str) -> Topic:
    """A topic in whatever words somebody gave it."""
    words = _heart(text)
    foreign = _foreign(words)
    return replace(_read(text, words, foreign=foreign), foreign=foreign)


def _foreign(words: str) -> bool:
    """Whether it is written in another language: words of theirs, and none that only English has."""
    said = set(words_in(words))
    return (bool(said & _THEIRS) or len(said & _PERHAPS_THEIRS) > 1) and not said & _OURS


def _read(text: str, words: str, *, foreign: bool) -> Topic:
    if not re.search(r"\w", words):
        shown = words.strip()
        return named(f"“{shown[:12]}”", f"“{shown[:12]}”") if shown else Topic(Kind.NONE)
    quoted = f"“{_short(words)}{'?' if _asks(text, words) else ''}”"
    plain = _anybodys(words) if _ordinary(words) else ""
    readings = (proposal, alternatives, what_is, open_question, claim, motion, statement)
    for reading in (what_is,) if foreign else readings:
        if plain and (topic := reading(plain, quoted)) is not None:
            return topic
    short = len(plain.split()) <= NAMED_WORDS_MAX and all(len(each) <= WORD_CHARACTERS_MAX for each in plain.split())
    if plain and short and not foreign and not _asks(text, words):
        return deed(plain, quoted) or named(lowered(plain), quoted)
    return named("the question" if _asks(text, words) or foreign else f"“{_short(words)}”", quoted)


def _anybodys(words: str) -> str:
    """With `one` for whoever asks: those who talk about it are not the one who asked."""
    words = re.sub(r"\bam I\b", "is one", words, flags=re.IGNORECASE)
    turned = {"I": "one", "me": "one", "my": "one's", "myself": "oneself"}
    return re.sub(r"\b(?:I|me|my|myself)\b(?!['’])", lambda found: turned[found[0]], words)


def _heart(text: str) -> str:
    """What matters in it: the last question of a long text, else its first sentence, without the stop."""
    text = " ".join(text[:READ_CHARACTERS_MAX].split())
    said = sentences(text) or [text]
    asked = [each for each in said if each.endswith("?") and len(each.split()) <= 16]
    heart = (asked[-1] if asked else said[0]) if len(said) > 1 else text
    heart = re.sub(
        r"^(?:so|well|and|but|please|hey|topic:|the question:|let us talk about|let's talk about|debate:?)[, ]+",
        "",
        heart,
        flags=re.IGNORECASE,
    )
    return heart.strip(" ?!.¿¡\"“”'")


def _asks(text: str, words: str) -> bool:
    return f"{words}?" in " ".join(text.split())


def _short(words: str) -> str:
    said = [each if len(each) <= WORD_CHARACTERS_MAX else f"{each[:WORD_CHARACTERS_MAX]}…" for each in words.split()]
    words = " ".join(said)
    return words if len(said) <= QUOTED_WORDS_MAX else " ".join(said[: QUOTED_WORDS_MAX - 1]) + " …"


def _ordinary(words: str) -> bool:
    """Whether it is written as English is: letters, few signs, not all in capitals."""
    letters = [each for each in words if each.isalpha()]
    loud = len(words.split()) > 1 and sum(each.isupper() for each in letters) > len(letters) // 2
    odd = sum(not (each.isalnum() or each in " '’,-.&") for each in words)
    return (
        bool(letters)
        and not loud
        and odd * 8 <= len(words)
        and all(each.isascii() or each.isalpha() or each in "’–" for each in words)
    )
