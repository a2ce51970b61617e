"""Folding: what two ways to write the same words have in common, and where in a text each folded word stands.

The same folding is done to what is indexed and to what is looked for, so that one is found by the other.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

CLUSTER_MAX = 32
"""Letters and marks that are folded together at most: nobody writes more marks on one letter."""

_STRETCH = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile("[0-9a-z\x80-\U0010ffff]+")

_WITHOUT_BLANKS = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar
    "\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\uaa80-\uaadf"  # Khmer, the Tai scripts
    "\u1b00-\u1b7f\ua980-\ua9df"  # Balinese, Javanese
    "\u3005-\u3007\u3031-\u3035\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\U0001aff0-\U0001b16f"  # Kana, Bopomofo
    "\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\ua000-\ua4cf"  # Yi
    "\uac00-\ud7a3"  # Hangul has blanks, but what is one word elsewhere ends in particles there.
    "]"
)
"""Letters of scripts in which no blank tells where a word begins: each is looked for by itself."""

_SPELLINGS = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ʼ": "'", "ʻ": "'"}
)
"""Letters that no rule of Unicode takes apart; the last two are apostrophes that count as letters."""

_UNWRITTEN = frozenset("\u034f\u0640\u180b\u180c\u180d\u180f")
"""A joiner, a stroke that lengthens, and what chooses between shapes of a letter; see also _is_left_out."""

_BREAK = "\u200b"
"""A break between words that is not seen."""


class Token(NamedTuple):
    """A folded word, or a letter of a script without blanks."""

    text: str
    start: int
    """In the text as it was written."""
    end: int
    """With the marks upon its last letter."""


def plain(text: str) -> str:
    """A text without case, accents, width and ligatures: `Ёлка` is `елка`, `ﬁne` is `fine`, `Straße` is `strasse`.

    Marks that make another letter of one stay: voiced kana, vowels and tones of Thai and of the scripts of India.
    """
    return "".join(map(_plain, _clusters(text)))


def folded(text: str) -> str:
    """The words of a text for an index whose words are letters and digits in a row: all that is not ASCII is plain, and
    a letter of a script without blanks stands between blanks. What is ASCII is left as it is, capitals as well.
    """
    return _NOT_ASCII.sub(lambda found: "".join(map(_folded, _clusters(found[0]))), text)


def tokens(text: str) -> list[Token]:
    """The words that an index reads in `folded(text)`, in order, with their places in the text."""
    if text.isascii():
        return [Token(word[0], *word.span()) for word in _WORD.finditer(text.lower())]
    letters, starts, ends = list[str](), list[int](), list[int]()
    for stretch in _STRETCH.finditer(text):
        if stretch[0].isascii():
            letters.append(stretch[0].lower())
            starts += range(stretch.start(), stretch.end())
            ends += range(stretch.start() + 1, stretch.end() + 1)
            continue
        start = stretch.start()
        for cluster in _clusters(stretch[0]):
            written, end = _folded(cluster), start + len(cluster)
            letters.append(written)
            starts += [start] * len(written)
            ends += [end] * len(written)
            start = end
    return [
        Token(word[0], starts[word.start()], _with_marks(text, ends[word.end() - 1]))
        for word in _WORD.finditer("".join(letters))
    ]


def _with_marks(text: str, end: int) -> int:
    while end < len(text) and text[end] > "\x7f" and unicodedata.category(text[end])[0] == "M":
        end += 1
    return end


def _clusters(text: str) -> Iterator[str]:
    """The letters of a text, each with what is written upon it."""
    begin = 0
    for at in range(1, len(text)):
        if not _joins(text[at]) or at - begin >= CLUSTER_MAX:
            yield text[begin:at]
            begin = at
    if text:
        yield text[begin:]


@lru_cache(maxsize=2**14)
def _joins(letter: str) -> bool:
    """Whether it may become one letter with the one before: a mark, a jamo inside a syllable, a half-wide voicing."""
    return (
        unicodedata.category(letter)[0] == "M" or "\u1160" <= letter <= "\u11ff" or letter in "\uff9e\uff9f"
    ) and not _is_alone(letter)


def _is_alone(letter: str) -> bool:
    # Vowels and tones of scripts without blanks are looked for one by one, as the letters are.
    return _WITHOUT_BLANKS.match(letter) is not None and letter not in "\u3099\u309a"


@lru_cache(maxsize=2**15)
def _plain(cluster: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", cluster).casefold())
    kept = "".join(letter for letter in apart if not _is_left_out(letter))
    return unicodedata.normalize("NFC", kept.translate(_SPELLINGS))


@lru_cache(maxsize=2**15)
def _folded(cluster: str) -> str:
    written = "".join(map(_as_word, _plain(cluster)))
    # Of a sign such as ™ or ℃ the letters are words of their own.
    return f" {written} " if unicodedata.category(cluster[0])[0] in "SP" else written


def _as_word(letter: str) -> str:
    if not letter.isalnum() and unicodedata.category(letter)[0] != "M":
        return " "
    return f" {letter} " if _WITHOUT_BLANKS.match(letter) else letter


def _is_left_out(letter: str) -> bool:
    """Accents and points by their combining classes (https://www.unicode.org/reports/tr44/#Canonical_Combining_Class),
    and what is not seen; classes 7 to 9 and 84 to 132 make other letters.
    """
    joined = unicodedata.combining(letter)
    if joined == 1 or 10 <= joined <= 36 or joined >= 200:
        return True
    if unicodedata.category(letter) in ("Cf", "Me"):
        return letter != _BREAK
    return letter in _UNWRITTEN or "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
