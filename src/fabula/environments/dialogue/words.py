"""Words: what two ways to write the same have in common, and whom a name means."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_APOSTROPHES = str.maketrans("", "", "'")
_STRAIGHT = str.maketrans("’ʼ", "''")
TITLES = frozenset(
    "the a an dr doctor mr mrs ms miss sir lady lord captain father mother sister brother saint st old young".split()
)
"""Words with which a name may begin and that alone mean nobody."""
_EMPHASIS = str.maketrans("", "", "*_~`")
_LAST_MARKS = " .,;:!?…。！？、"
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u0f00-\u109f"  # Tibetan, Burmese
    "\u1780-\u17ff"  # Khmer
    "\u1950-\u19df"  # Tai Le, New Tai Lue
    "\u2e80-\u312f\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001b000-\U0001b16f\U00020000-\U0003ffff"
    "\ua980-\ua9df"  # Javanese
)
"""Letters of scripts that set no blanks between words: those of Chinese and Japanese are the fifth line."""
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_LETTER = re.compile(r"[^\W\d_]")


def name_key(name: str) -> str:
    """What two ways to write a name have in common: case, width and blanks do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def words_of(text: str) -> list[str]:
    """The words of a text in order, without case, accents and apostrophes: `you're` is `youre`."""
    return [word.translate(_APOSTROPHES) if "'" in word else word for word in _WORD.findall(_unaccented(text))]


def _unaccented(text: str) -> str:
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", text.translate(_STRAIGHT)).casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))


def phrase_in(text: str, phrases: Sequence[str]) -> str:
    """The first of the phrases that stands in the text as whole words; empty if none does. Neither case nor marks of
    emphasis (`**so**`) matter, nor the marks a phrase ends with. In scripts without blanks, a phrase stands anywhere.
    """
    raw = _unquoted(text)
    said = _unmarked(raw)
    return next((phrase for phrase in phrases if _stands_in(said, raw, _unquoted(phrase))), "")


def sets_blanks(text: str) -> bool:
    """Whether most letters of a text are of scripts that set blanks between words."""
    letters = len(_LETTER.findall(text))
    return 2 * sum(len(_LETTER.findall(run)) for run in _UNSPACED_RUN.findall(text)) <= letters


def pieces_of(text: str) -> list[str]:
    """The words of a text in order; in scripts without blanks, each letter stands for a word."""
    words = words_of(text)
    if not _UNSPACED_RUN.search(text):
        return words
    return [piece for word in words for piece in (word if _UNSPACED_RUN.match(word) else (word,))]


def runs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a text, in scripts without blanks, and each letter that stands alone."""
    words = words_of(text) if _UNSPACED_RUN.search(text) else ()
    runs = [run for word in words for run in _UNSPACED_RUN.findall(word)]
    return frozenset(run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1)))


def _stands_in(said: str, raw: str, phrase: str) -> bool:
    words = _unmarked(phrase).rstrip(_LAST_MARKS)
    if not words:
        # It is nothing but marks.
        return bool(phrase) and phrase in raw
    at = said.find(words)
    while at >= 0:
        end = at + len(words)
        if not _goes_on(said[at - 1 : at] if at else "", words[0]) and not _goes_on(words[-1], said[end : end + 1]):
            return True
        at = said.find(words, at + 1)
    return False


def _goes_on(one: str, other: str) -> bool:
    """Whether two neighbours are of one word; either may be missing."""
    return _bound(one) and _bound(other)


def _bound(char: str) -> bool:
    """Whether it is a letter, or a sign upon one, of a script that sets blanks between words."""
    return (
        bool(char) and (char.isalnum() or unicodedata.category(char).startswith("M")) and not _UNSPACED_RUN.match(char)
    )


def _unquoted(text: str) -> str:
    return name_key(text.replace("’", "'"))


def _unmarked(text: str) -> str:
    return " ".join(text.translate(_EMPHASIS).split())


def called(names: Sequence[str]) -> Mapping[str, str]:
    """Key -> name: each name itself and, where it means but one of them, its first word: `ada` for `Ada Lovell`."""
    firsts = [name_key(name).split()[0] for name in names]
    short = {
        first: name
        for first, name in zip(firsts, names, strict=True)
        if firsts.count(first) == 1 and first not in TITLES
    }
    return short | {name_key(name): name for name in names}


def named(said: str, names: Sequence[str]) -> str:
    """Which of the names is meant, case and width aside, by its first word too; empty if none."""
    key = name_key(said[:400]).strip(" @.,:;!?\"'")
    return called(names).get(key, "")
