"""Claims: what a text says happened, as far as single words show it."""

import re
import unicodedata

from fabula.chronicle.names import number, ordinal, times

KEPT_MIN = 0.5
"""Of the words of the original that mean something, how many must still stand in the new text."""
NEW_MAX = 0.5
"""Of the words of the new text that mean something, how many may be new."""
FEW = 6
"""Words that mean something; a text with fewer is too short for shares."""
STEM_LETTERS = 5
"""By as much two forms of a word are known as one."""

LETTERS_MIN = 3
"""Of a word that means something."""

_WORD = re.compile(r"[^\W_](?:[\w'’]*[^\W_])?")
_NUMBERS = (
    {number(count): count for count in range(2, 100)}
    | {ordinal(count): count for count in range(2, 21)}
    | {times(2): 2, "thrice": 3}
    | {"dozen": 12, "dozens": 12, "score": 20, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000}
    | {"million": 10**6, "millions": 10**6, "billion": 10**9, "half": 0.5, "halves": 0.5}
)
_QUOTED = re.compile(r"“([^”]*)”?|\"([^\"]*)\"?|(?<!\w)[‘']([^’']*(?:[’']\w[^’']*)*)[’'](?!\w)")
_DENIAL = (
    r"no|not|never|nobody|nothing|none|nor|neither|nowhere|without|hardly|\w+n[’']t|cannot|un(?:hurt|harmed|scathed)"
)
_DENIED = re.compile(rf"\b(?:{_DENIAL})\b", re.IGNORECASE)
_VIOLENCE = {
    "a wound": re.compile(
        r"\b(?:bleed\w*|bled|blood\w*|wound\w*|hurts?|hurting|injur\w*|maim\w*|harm\w*|gash\w*|stab\w*|scar|scars|scarred"
        r"|bruis\w*|pain|pains|pained|painful\w*|bandag\w*|limp\w*|cripple\w*)\b",
        re.IGNORECASE,
    ),
    "a death": re.compile(
        r"\b(?:dead\w*|die[sd]?|dying|deaths?|kill\w*|slay\w*|slain|slew|murder\w*|corpses?|perish\w*|lifeless\w*"
        r"|execut\w*|drown\w*|buried|burial|slaughter\w*|massacre\w*|assassin\w*|beheaded|hanged|doomed|last breath)\b",
        re.IGNORECASE,
    ),
}
_BEFORE = 30
"""Characters before a word, of the same clause, in which a denial of it stands."""
_CLAUSE_ENDS = re.compile(r".*[.,;:!?…—]", re.DOTALL)
_PERSONS = {
    "I": frozenset("i i'm i'll i've i'd me my mine myself".split()),
    "we": frozenset("we we're we'll we've us our ours ourselves".split()),
    "you": frozenset("you you're you'll you've your yours yourself yourselves".split()),
    "he": frozenset("he he's him his himself".split()),
    "she": frozenset("she she's her hers herself".split()),
}
_EMPTY = frozenset(
    "about above after again against all along also although always among and another any anything are around"
    " because been before began behind being below beneath beside between beyond both but came can come could did"
    " does done down each either else even ever every everything few for from gave give given goes going gone got"
    " had has have having her here hers him his how into its itself just kept knew know known last least less let"
    " like little long made make many may might more most much must near neither never next nobody none nor not"
    " nothing now off once one only other others our out over own put said same saw see seen shall she should"
    " since some somebody something still stood such than that the their them then there these they thing this"
    " those though through time till told took toward towards turn under until upon very was way well went were"
    " what when where whether which while who whom whose why will with within without would yet you your".split()
)


def words_in(text: str) -> list[str]:
    """The words of a text as they stand."""
    return _WORD.findall(text)


def numbers(original: str, new: str) -> str:
    """The same numbers in the same order."""
    return "" if _numbers(original) == _numbers(new) else "its numbers are others"


def speech(original: str, new: str) -> str:
    """What is quoted stood in the original, and all that was quoted there still stands."""
    was, is_now = _plain(original), _plain(new)
    if any(quote not in was for quote in _quotes(new)) or len(_quotes(new)) > 2 * len(_quotes(original)):
        return "it quotes words that nobody said"
    return "" if all(quote in is_now for quote in _quotes(original)) else "it leaves out what was said"


def violence(original: str, new: str) -> str:
    """No wound and no death that was not there, and none left out."""
    for what, pattern in _VIOLENCE.items():
        was, is_now = _stated(original, pattern), _stated(new, pattern)
        if is_now - was:
            return f"it adds {what}"
        if was - is_now:
            return f"it leaves out {what}"
    return ""


def denials(original: str, new: str) -> str:
    """Where nothing was denied nothing is, and the other way round."""
    was, is_now = _DENIED.search(original), _DENIED.search(new)
    return "it turns something into its opposite" if (was is None) != (is_now is None) else ""


def persons(original: str, new: str) -> str:
    """It is told by the same person, and speaks of no other."""
    was, is_now = _persons(original), _persons(new)
    return "it is told from elsewhere" if is_now - was or (was - is_now) & {"I", "we", "you"} else ""


def another_text(original: str, new: str) -> str:
    """It is still the same text: enough of its words stand, and not too many are new."""
    was, is_now = _stems(original), _stems(new)
    if min(len(was), len(is_now)) < FEW:
        return ""
    kept = len(was & is_now)
    same = kept >= KEPT_MIN * len(was) and len(is_now) - kept <= NEW_MAX * len(is_now)
    return "" if same else "it is another text"


def _numbers(text: str) -> list[float | str]:
    found: list[float | str] = []
    for word in re.findall(r"[\w-]+", text.casefold()):
        if word in _NUMBERS:
            found.append(_NUMBERS[word])
        else:
            found += [value for part in word.split("-") if (value := _number(part))]
    return found


def _number(part: str) -> float | str:
    """What a word counts; any that holds a digit stands for itself; empty: nothing."""
    if any(sign.isnumeric() for sign in part):
        return unicodedata.normalize("NFKC", part)
    return _NUMBERS.get(part, "")


def _plain(text: str) -> str:
    return " ".join(words_in(text.casefold().replace("’", "'")))


def _quotes(text: str) -> list[str]:
    found = ("".join(groups) for groups in _QUOTED.findall(text))
    return [quote for each in found if (quote := _plain(each))]


def _stated(text: str, pattern: re.Pattern[str]) -> set[str]:
    """Whether something is said, and whether it is denied."""
    before = (text[max(0, found.start() - _BEFORE) : found.end()] for found in pattern.finditer(text))
    return {"denied" if _DENIED.search(_CLAUSE_ENDS.sub("", clause)) else "said" for clause in before}


def _persons(text: str) -> set[str]:
    outside = _QUOTED.sub(" ", text)
    words = {word.casefold().replace("’", "'") for word in words_in(outside)}
    return {person for person, forms in _PERSONS.items() if words & forms}


def _stems(text: str) -> set[str]:
    """The beginnings of the words that mean something. Names are left out: they stand, whatever else is said."""
    small = (word for word in words_in(text) if word[0].islower() and len(word) >= LETTERS_MIN)
    return {word[:STEM_LETTERS] for word in small if word not in _EMPTY}
