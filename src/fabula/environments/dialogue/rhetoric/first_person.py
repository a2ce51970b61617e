"""The first person: what a sheet says of somebody, as that somebody would say it.

`Counts under her breath when anxious` becomes `I count under my breath when anxious`. Where a pronoun could mean
somebody else, or the sentence is no sentence, there is no answer: better nothing than nonsense.
"""

import re

from fabula.environments.dialogue.rhetoric.english import (
    base_of,
    first_form,
    is_past,
    is_third,
    is_verb,
    lower_first,
    surely_first_form,
    words_in,
)

ADVERBS = frozenset(
    "also always already certainly even ever hardly just lately mostly nearly never not now often once only "
    "rarely really"
    " seldom sometimes still then twice usually".split()
)
HE = frozenset(
    "boy boyfriend brother captain dad father grandfather husband king lad lord man nephew priest prince son "
    "stepfather uncle"
    " wolf".split()
)
SHE = frozenset(
    "aunt daughter girl girlfriend grandmother lady mother niece queen sister stepmother wife woman".split()
)
_HER_OBJECT = frozenset(
    "a about after again all alone an and as at away because before beside but by down every everything for from"
    " good how if in into it kindly nothing of off on once or out over said so something than that the then "
    "through to twice under up well"
    " what when where while who why with without".split()
)
_MODALS = frozenset("can cannot could had may might must shall should was will would".split())
_PIECE = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|\s+|_")
_OPENINGS = frozenset([",", ";", "and", "but", "or", "then", "yet"])
_PERCEIVED = frozenset("had hear heard help let lets made make makes saw see sees watch watched".split())
_PREPOSITIONS = frozenset(
    "about after against at before behind beside by for from in into of on over than to was with is".split()
)

_CLEARLY, _PERHAPS = "clearly", "perhaps"
_OTHER_SUBJECTS = frozenset(["he", "it", "she", "that", "there", "they", "which", "who"])
_HE_WORDS, _SHE_WORDS = frozenset(["he", "him", "himself", "his"]), frozenset(["her", "hers", "herself", "she"])

NAME = "_"
"""Stands for the persona's name while its pronouns are turned."""
PRONOUNS = {
    "he": ("he", "him", "his", "his", "himself"),
    "she": ("she", "her", "her", "hers", "herself"),
    "they": ("they", "them", "their", "theirs", "themself"),
    "it": ("it", "it", "its", "its", "itself"),
}


def pronoun_of(written: str) -> str:
    """`he`, `she`, `they` or `it`, of `she/her`, `He`; empty where it is not known."""
    word = re.split(r"[/,\s]", written.strip().casefold(), maxsplit=1)[0]
    return word if word in PRONOUNS else ""


def starts_with_verb(text: str) -> bool:
    """Whether a phrase without a subject begins with what somebody does, did or can do."""
    words = words_in(text)
    while words and words[0] in ADVERBS:
        words = words[1:]
    if not words:
        return False
    first = words[0]
    if first in _MODALS or first in {"is", "has", "does"}:
        return True
    after = text.split(first, 1)[-1] if first in text else text[len(first) :]
    if base_of(first):
        return not after.lstrip().startswith((",", ".")) or (
            len(words) > 3 and (is_third(words[-1]) or (words[1] == "and" and is_third(words[2])))
        )
    return is_past(first)


def in_first_person(text: str, name: str, pronoun: str) -> str:
    """One sentence about the persona as it says it of itself, without a stop at the end; empty where that is not sure.

    name: the persona's. pronoun: see `pronoun_of`; without one only sentences that have no pronoun can be turned.
    """
    text = text.strip().rstrip(".")
    if not text or "“" in text or re.search(r"[:?!]", text):
        return ""
    if starts_with_verb(text):
        text = f"{name} {lower_first(text)}"
    return _turned(text, name, pronoun)


def in_my_words(text: str, name: str, pronoun: str) -> str:
    """A sentence about somebody else, as the persona says it: only what means the persona is turned."""
    text = text.strip().rstrip(".")
    if "“" in text or re.search(r"[:?!]", text) or (pronoun == "they" and re.search(r"\b(they|them|their)\b", text)):
        return ""
    own = PRONOUNS.get(pronoun, ())
    return _turned(text, name, pronoun) or ("" if not own or set(own) & set(words_in(text)) else text)


def _turned(text: str, name: str, pronoun: str) -> str:
    tokens = _PIECE.findall(_without_name(text, name))
    own = PRONOUNS.get(pronoun, ())
    if _ambiguous([token.casefold() for token in tokens], pronoun):
        return ""
    out: list[str] = []
    subject, verb_due, spoken, began = False, False, False, False
    for at, token in enumerate(tokens):
        word = token.casefold()
        before = next((each.casefold() for each in reversed(tokens[:at]) if not each.isspace()), "")
        after = next((each.casefold() for each in tokens[at + 1 :] if not each.isspace()), "")
        if token == NAME:
            owned = tokens[at + 1 : at + 2] == ["'s"]
            first = _self(before, after)
            out.append(first)
            subject = verb_due = first == "I" and not owned
            spoken = True
        elif own and word in own:
            turned = _pronoun(word, own, before, after)
            if turned == "I" and before in {"is", "has", "does", "was"} and out:
                out[-2:] = [first_form(before), " "]
                verb_due = False
            else:
                verb_due = turned == "I"
            subject = turned == "I" or subject
            spoken = True
            out.append(turned)
        elif verb_due and not token.isspace():
            out.append(token if word in ADVERBS else surely_first_form(token))
            verb_due = word in ADVERBS
        elif is_third(word) and _opens(tokens, at) and (goes_on := _continues(tokens, at)):
            resumed = goes_on == _CLEARLY and "I" in out
            if not subject and began and not resumed and before == "and":
                return ""  # Whose verb it is nobody could say.
            subject = subject or (resumed and began)
            out.append(first_form(token) if subject else token)
        else:
            if word in _OTHER_SUBJECTS:
                subject = False
            out.append(token)
        began = began or (bool(out) and out[-1] == "I")
    said = "".join(out).replace("I's", "my")
    return "" if not spoken or _strange(said) or _somebody_else(said) else said[0].upper() + said[1:]


def _without_name(text: str, name: str) -> str:
    """With `_` for the persona's name, whole or the first of it."""
    first = name.split(maxsplit=1)[0]
    text = re.sub(rf"\b{re.escape(name)}\b", NAME, text)
    if len(name.split()) > 1 and first.casefold() not in {"old", "mother", "sister", "brother", "lady", "lord", "the"}:
        text = re.sub(rf"\b{re.escape(first)}\b(?! [A-Z])", NAME, text)
    return text


def _self(before: str, after: str) -> str:
    return "me" if before in _PREPOSITIONS and after != "'" else "I"


def _pronoun(word: str, own: tuple[str, ...], before: str, after: str) -> str:
    he, him, his, his_own, himself = own
    if word == himself:
        return "myself"
    if word == him and word == his:  # her
        if (before in _PERCEIVED and is_verb(after) and after != "own") or (
            before in _PREPOSITIONS and after == "back"
        ):
            return "me" if after != "back" else "my"
        return "me" if not after or not (after[0].isalnum() or after == "'") or after in _HER_OBJECT else "my"
    if word == his and word == his_own:  # his
        return "my" if after and after[0].isalnum() and after not in {"and", "or"} else "mine"
    if word == he:
        return "I"
    return {him: "me", his: "my", his_own: "mine"}[word]


def _continues(tokens: list[str], at: int) -> str:
    """Whether a word that looks like a verb goes on with one: `, and keeps the bills`, not `bread, bills and coats`.

    _CLEARLY where a comma shows it.
    """
    solid = [each.casefold() for each in tokens[:at] if not each.isspace()]
    after = [each.casefold() for each in tokens[at + 1 :] if not each.isspace()]
    if solid and solid[-1] in ADVERBS:
        solid.pop()
    clear = solid[-1:] == [";"] or solid[-2:-1] == [","]
    auxiliary = tokens[at].casefold() in {"has", "is", "does"}
    if not after:
        return _CLEARLY if clear or auxiliary or solid[-1:] == ["then"] else ""
    if after[0] == ",":
        return _CLEARLY if clear or (solid[-1:] == [","] and len(solid) < 6) else ""
    if not after[0][0].isalnum() or after[0] in {"and", "or"}:
        return ""
    return _CLEARLY if clear else _PERHAPS


def _opens(tokens: list[str], at: int) -> bool:
    """Whether a verb could begin here: behind a comma, `and` or `then`, adverbs between or not."""
    solid = [each.casefold() for each in tokens[:at] if not each.isspace()]
    while solid and solid[-1] in ADVERBS and solid[-1] != "then":
        solid.pop()
    return solid[-1:] != [] and solid[-1] in _OPENINGS


def _ambiguous(words: list[str], pronoun: str) -> bool:
    """Whether somebody else is in it whom the persona's own pronoun could mean."""
    others = {"he": HE, "she": SHE, "they": frozenset(["people", "men", "women", "both"])}.get(pronoun, frozenset())
    own = PRONOUNS.get(pronoun, ())
    return any(word in others and any(later in own for later in words[at + 1 :]) for at, word in enumerate(words))


def _strange(said: str) -> bool:
    """Whether it came out wrong in a way that can be seen."""
    return bool(re.search(r"\b(I|my) (is|has|does|the|a|an|of|my)\b|\bI and\b|\bme (who|is|was)\b", said))


def _somebody_else(said: str) -> bool:
    """Whether a pronoun is left whose owner is not in the sentence."""
    words = words_in(said)
    for left, known in ((_HE_WORDS, HE), (_SHE_WORDS, SHE)):
        at = next((index for index, word in enumerate(words) if word in left), None)
        if at is not None and not any(word in known for word in words[:at]) and not _names_before(said, words[at]):
            return True
    return False


def _names_before(said: str, word: str) -> bool:
    return bool(re.search(r"(?<!^)(?<![.] )\b[A-Z][a-z]+", re.split(rf"\b{word}\b", said, maxsplit=1)[0]))
