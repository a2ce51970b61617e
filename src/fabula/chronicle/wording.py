"""Words of the log put into sentences: truths as clauses, speech as quotations, without changing what they say."""

import re

from fabula.chronicle.letters import visible
from fabula.chronicle.names import Names, capitalised

TEXT_MAX = 480
"""Longer words of the log are quoted from their beginning."""

EPITHET_MAX = 120

_STOPS = re.compile(r"[\s.;,:—–-]+$")
_SENTENCE_END = re.compile(r"(?<=[a-zé’”')])\.\s+(?=[“\"'‘]?[A-Z])")
_SMALL_WORDS = frozenset(
    "a after all an and any anyone as at because before between both but by during each eight eleven even every"
    " everybody everyone everything few five for forty four from half he her here his how hundred if in inside it"
    " its just like long many more most much neither never nine no nobody none nor not nothing now of off on once"
    " one only or out outside over people seven she six so some somebody someone something somewhere such ten that"
    " the their them then there these they thirty this those though thousand three through to today together too"
    " twelve twenty twice two under until up we what when where whether which while who whoever why with within"
    " without you".split()
)
"""Words that have a capital only where a sentence begins."""
_QUOTES = str.maketrans({"“": "‘", "”": "’", '"': "’"})


def clause(text: str, names: Names) -> str:
    """A sentence, or several, as a clause that stands inside another: small at its beginning, no stop at its end."""
    words = _STOPS.sub("", visible(text, letters_max=TEXT_MAX))
    parts = [small(part, names) for part in _SENTENCE_END.split(words)]
    return "; ".join(part for part in parts if part)


def statement(text: str, names: Names) -> str:
    """A sentence, or several, as they stand after a colon: with a capital, no stop at the end."""
    return capitalised(clause(text, names))


def clauses(text: str, names: Names) -> list[str]:
    """The sentences of a text, each as a clause."""
    return [words for sentence in _SENTENCE_END.split(visible(text)) if (words := clause(sentence, names))]


def noun(text: str, names: Names) -> str:
    """A noun phrase as it stands inside a sentence."""
    return small(_STOPS.sub("", visible(text, letters_max=TEXT_MAX)), names)


def epithet(text: str, names: Names) -> str:
    """What somebody is called for, in small letters: `Warden of the harbour` as `warden of the harbour`."""
    words = _STOPS.sub("", visible(text, letters_max=EPITHET_MAX))
    first = words.split(" ", 1)[0].strip(",;:")
    keeps = names.is_proper(first) or first[1:].lower() != first[1:] or not first[:1].isalpha()
    return words if keeps else words[:1].lower() + words[1:]


def quotation(text: str) -> str:
    """Somebody's words in quotation marks, ended by a stop of their own."""
    words = visible(text, letters_max=TEXT_MAX).strip("\"“”'‘’ ").translate(_QUOTES)
    words = words[:1].upper() + words[1:]
    return f"“{words}”" if words.endswith((".", "!", "?", "…")) else f"“{words}.”"


def quotation_before(text: str) -> str:
    """Somebody's words in quotation marks, going on to who said them: `“Stand back,”`."""
    words = quotation(text)
    return f"{words[:-2]},”" if words.endswith(".”") else words


def small(text: str, names: Names) -> str:
    """The text with a small first letter, unless it begins with a name."""
    first, space, rest = text.partition(" ")
    bare = first.strip("“”\"'‘’,;:")
    if bare[:1].isupper() and bare != "I" and not bare.startswith("I’") and not bare.startswith("I'"):
        known_small = bare.casefold().removesuffix("'s") in _SMALL_WORDS and not names.is_a_persons(bare)
        if known_small or (not names.is_proper(bare) and not bare[1:2].isupper() and _looks_common(bare)):
            return first.replace(bare, bare[0].lower() + bare[1:], 1) + space + rest
    return text


def _looks_common(word: str) -> bool:
    """Words that end like these are seldom names."""
    return word.endswith(("ing", "ed", "ly", "tion", "ness", "ment", "ers", "men", "ies"))
