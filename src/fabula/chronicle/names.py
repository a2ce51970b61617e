"""How people, places and things are called in a telling: whole at first, shorter once they are known, never so that
two could be meant.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from fabula.chronicle.letters import visible

LETTERS_MAX = 64
"""A name longer than this is shown cut short; the log keeps it whole."""

_RANKS = frozenset(
    "admiral archmagos archmage baron baroness bishop captain cardinal chancellor chief colonel commander"
    " commissar corporal count countess deacon dean doctor dr general governor inspector judge knight lieutenant"
    " magister magos major marshal master mayor mr mrs ms private professor sergeant steward tech-priest warden".split()
)
"""Before these a person goes by the last name: Captain Yoren Hale is Hale."""
_COURTESIES = frozenset(
    "abbess abbot acolyte aunt brother canon dame duchess duke elder emperor empress father friar granny king"
    " lady lord madam madame mistress mother prince princess prior prioress queen regent reverend saint sir sister"
    " uncle".split()
)
"""With these a person goes by title and given name: Lady Ysolde Ashgrove is Lady Ysolde."""
_NICKNAMES = frozenset("big black blind grey little old one-eyed red tall white young".split())
_ARTICLES = ("the ", "a ", "an ")
_PARTICLES = frozenset("of the de da di du van von der den la le al el bin ibn ap".split())
_VOWEL_SOUND = re.compile(r"(?:[aeiou]|hour|honest|honou?r|heir)", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(r"(?:eu|ew|one\b|once\b|us[eu]|ut[eio]|ur[ai]|uni(?![mn]))", re.IGNORECASE)


class Pronouns(msgspec.Struct, frozen=True):
    """The small words that stand for one person."""

    he: str
    him: str
    his: str
    himself: str


_PRONOUNS = {
    "she": Pronouns("she", "her", "her", "herself"),
    "he": Pronouns("he", "him", "his", "himself"),
    "they": Pronouns("they", "them", "their", "themself"),
    "it": Pronouns("it", "it", "its", "itself"),
}


def pronouns(written: str) -> Pronouns | None:
    """The pronouns of `she/her`, `he`, `They/Them`, …; None where they are not known: then a person is told by name."""
    return _PRONOUNS.get(re.split(r"[/,\s]", written.strip().casefold(), maxsplit=1)[0])


class Names:
    """The calling names of a telling.

    people: the names of agents, in the order they joined. others: the names of everything else.
    """

    def __init__(self, people: Sequence[str], others: Iterable[str] = ()) -> None:
        words: dict[str, set[str]] = {}
        for name in (*people, *others):
            for word in set(_words(name)):
                words.setdefault(word, set()).add(name)
        self._full = {name: _full(name) for name in people}
        self._short = {name: _short(_full(name), words) for name in people}
        self._proper = frozenset(word for name in (*people, *others) for word in name.split() if word[:1].isupper())
        self._of_people = frozenset(word for name in people for word in name.split())

    def full(self, name: str) -> str:
        """The whole name, as it stands inside a sentence."""
        return self._full.get(name) or _full(name)

    def short(self, name: str) -> str:
        """The shortest form that can only mean this one."""
        return self._short.get(name) or _full(name)

    def is_a_persons(self, word: str) -> bool:
        """True if the word is part of somebody's name, even one that means something else: `Seven`."""
        return word.removesuffix("'s") in self._of_people

    def is_proper(self, word: str) -> bool:
        """True if the word begins with a capital letter because it is part of a name."""
        return word.removesuffix("'s") in self._proper


def _full(name: str) -> str:
    shown = visible(name, letters_max=LETTERS_MAX) or "a nameless one"
    if shown.startswith(("The ", "A ", "An ")):
        shown = shown[0].lower() + shown[1:]
    return shown


def _words(name: str) -> list[str]:
    return [word for word in visible(name).casefold().split() if word not in _PARTICLES]


def _short(full: str, words: dict[str, set[str]]) -> str:
    parts = full.split(" ")
    if len(parts) == 1 or full.startswith(_ARTICLES) or len(full) > LETTERS_MAX // 2:
        return full
    title = parts[0].casefold().rstrip(".")
    particle = next((i for i, part in enumerate(parts) if part.casefold() in _PARTICLES), len(parts))
    if title in _NICKNAMES or particle == 0:
        return full
    calling = (
        parts[particle - 1] if title in _RANKS else parts[min(1, particle - 1)] if title in _COURTESIES else parts[0]
    )
    calling = calling.rstrip(",;:")
    if not calling[:1].isalpha() or len(words.get(calling.casefold(), ())) > 1:
        return full
    return f"{parts[0]} {calling}" if title in _COURTESIES and calling != parts[0] else calling


def possessive(name: str) -> str:
    """`Mira's`, `the Lamplighters'`, `Voss's`."""
    return f"{name}'" if is_plural(name) else f"{name}'s"


def listed(items: Sequence[str], joint: str = "and") -> str:
    """`Tom`, `Tom and Mira`, `Tom, Mira and Korr`; items with commas of their own are parted by semicolons."""
    if len(items) < 2:
        return "".join(items)
    comma = "; " if any("," in item for item in items) else ", "
    return f"{comma.join(items[:-1])}{';' if comma == '; ' else ''} {joint} {items[-1]}"


def capitalised(text: str) -> str:
    """The text with its first letter made capital, wherever quotation marks leave it."""
    for index, letter in enumerate(text):
        if letter.isalpha():
            return text[:index] + letter.upper() + text[index + 1 :]
        if letter.isdigit():
            break
    return text


def titled(text: str) -> str:
    """The text as a title: its words with capitals, but for the small ones inside."""
    words = text.split(" ")
    last = len(words) - 1
    return " ".join(
        word if 0 < i < last and word in _SMALL_IN_TITLES else capitalised(word) for i, word in enumerate(words)
    )


_SMALL_IN_TITLES = frozenset("a an and at but by for from in into nor of off on or over the to up with about".split())


def is_plural(name: str) -> bool:
    """True for the names of several: `the Lamplighters`, not `House Ashgrove` or `the Wardenry`."""
    return name.startswith("the ") and name.endswith("s") and not name.endswith("ss")


def article(word: str) -> str:
    """`a` or `an`, by the sound the word begins with."""
    return "an" if _VOWEL_SOUND.match(word) and not _CONSONANT_SOUND.match(word) else "a"


_NUMBERS = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
)


def number(count: int) -> str:
    """In words below a hundred, in digits beyond: `three`, `forty-one`, `112`."""
    if 0 <= count < len(_NUMBERS):
        return _NUMBERS[count]
    if not 0 <= count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    return _TENS[tens - 2] + (f"-{_NUMBERS[ones]}" if ones else "")


def counted(count: int, noun: str) -> str:
    """`one turn`, `three turns`, `no lies`."""
    return f"{number(count)} {noun if count == 1 else noun + 's'}"


def ordinal(count: int) -> str:
    """In words up to the twentieth, in digits beyond: `third`, `21st`."""
    if 0 <= count < len(_ORDINALS):
        return _ORDINALS[count]
    suffix = "th" if 10 <= count % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{suffix}"


def times(count: int) -> str:
    """`once`, `twice`, `three times`."""
    return {1: "once", 2: "twice"}.get(count) or f"{number(count)} times"
