"""English forms: verbs in their persons and tenses, articles, numbers, sentences in their dress."""

import re
from functools import cache, lru_cache

from fabula.environments.dialogue.rhetoric.wordfiles import text_of

_VOWELS = "aeiou"
_DOUBLING = frozenset(
    "ban beg bet chat chop clap cut dig drag drop fit get grab grip hit hop hug hum jog kid let nap nod pat pin plan"
    " put quit rid rob rub run set shop shut sin sip sit skip slip spin split spit stop swap swim tap tip trap "
    "trim upset"
    " wed win wrap forget begin permit admit commit prefer refer regret occur compel control rebel".split()
)
_AUXILIARY = {"is": "am", "has": "have", "does": "do", "was": "was", "are": "am", "were": "was", "isn't": "am not"}
_NOT_PLURAL = frozenset(
    "always as besides bus business chess class glass his is its kindness less loss mass mathematics news "
    "perhaps physics"
    " politics progress success this thus us was yes yours happiness darkness illness".split()
)
_AN = re.compile(r"(?:[aeiou]|hour|honest|honou?r|heir)", re.IGNORECASE)
_NO_AN = re.compile(r"(?:eu|ew|one\b|once\b|us[eu]|ut[eio]|uni(?![mn]))", re.IGNORECASE)
_SPACES = re.compile(r"\s{2,}")
_BEFORE_STOP = re.compile(r"\s+([,.;:!?…])")
_STOPS = re.compile(r"([,;:])(?=[,;:.!?])")
_SENTENCE_START = re.compile(r"([.!?]”? +[“‘]?)([a-zà-ž])")
_SENTENCE = re.compile(r"(?<=[.!?…])[”’\"']?\s+(?=[“‘\"']?[A-ZÀ-Ž0-9])")
_CLAUSE_OPENERS = (
    "and because believe but find hold hope if know nor or or said say since so suppose that then think though unless "
    "where when whether while yes"
).split()
_AT_CLAUSE = "(?:^|(?<=[,;:.!?–—“] )|" + "|".join(f"(?<=\\b{word} )" for word in _CLAUSE_OPENERS) + ")"
"""Where a clause begins: elsewhere `it is` may be the end of one phrase and the verb of another."""
_CONTRACTIONS = (
    (r"\b(do|does|did|is|are|was|were|have|has|had|would|could|should|must|need) not\b(?! \w+ing\b)", r"\1n't"),
    (r"\bcannot\b", "can't"),
    (r"\bwill not\b", "won't"),
    (r"\bI am(?= \w)", "I'm"),
    (r"\bI would(?= \w)", "I'd"),
    (
        r"\bI have (?=(?:not|never|been|seen|had|done|known|heard|met|said|put|got|counted|looked|tried|stood)\b)",
        "I've ",
    ),
    (r"\bI will(?= \w)", "I'll"),
    (
        rf"{_AT_CLAUSE}([Ii]t|[Tt]hat|[Tt]here|[Ww]hat|[Ww]ho) is(?= \w)(?! it\b)",
        r"\1's",
    ),
    (r"\b([Yy]ou|[Ww]e|[Tt]hey) are(?= \w)(?! (?:is|has|was|will|can)\b)", r"\1're"),
    (r"\b([Ll])et us\b", r"\1et's"),
)
_EXPANSIONS = (
    (r"n't\b", " not"),
    (r"\bca not\b", "cannot"),
    (r"\bwo not\b", "will not"),
    (r"\bi'm\b", "i am"),
    (r"\bi'd\b", "i would"),
    (r"\bi've\b", "i have"),
    (r"\bi'll\b", "i will"),
    (r"\blet's\b", "let us"),
    (r"\b(it|that|there|what|who)'s\b", r"\1 is"),
    (r"\b(you|we|they)'re\b", r"\1 are"),
)
SENTENCES_KEPT = 8_192
"""Texts whose words are remembered: those of a talk are asked for again and again. Then the oldest is forgotten."""
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@cache
def _verbs() -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
    """The bases, the past forms, and participle -> base."""
    bases, pasts, participles = set[str](), set[str](), dict[str, str]()
    for entry in " ".join(line for line in text_of("verbs").splitlines() if not line.startswith("#")).split():
        base, _, forms = entry.partition(":")
        bases.add(base)
        past, participle = forms.split(",") if forms else (regular_past(base),) * 2
        pasts.add(past)
        participles[participle] = base
    return frozenset(bases), frozenset(pasts), participles


def regular_past(base: str) -> str:
    """`mend` → `mended`."""
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ied"
    return f"{base}{base[-1] if _doubles(base) else ''}ed"


def past_form(base: str) -> str:
    """`make` → `made`, `close` → `closed`."""
    return _past_forms().get(base.casefold()) or regular_past(base)


@cache
def _past_forms() -> dict[str, str]:
    entries = " ".join(line for line in text_of("verbs").splitlines() if not line.startswith("#")).split()
    irregular = (entry.partition(":") for entry in entries if ":" in entry)
    return {base: forms.split(",")[0] for base, _, forms in irregular} | {"be": "was", "have": "had", "do": "did"}


def gerund(base: str) -> str:
    """`rebuild` → `rebuilding`, `lie` → `lying`, `close` → `closing`."""
    if base == "be":
        return "being"
    if base.endswith("ie"):
        return f"{base[:-2]}ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return f"{base[:-1]}ing"
    return f"{base}{base[-1] if _doubles(base) else ''}ing"


def third_singular(base: str) -> str:
    """`go` → `goes`, `have` → `has`, `carry` → `carries`."""
    if base in {"have", "be"}:
        return {"have": "has", "be": "is"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{base}es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return f"{base[:-1]}ies"
    return f"{base}s"


def is_verb(word: str) -> bool:
    """Whether it is the base of a common verb, or one of `be`, `have`, `do`."""
    return word.casefold() in _verbs()[0] or word.casefold() == "be"


def is_past(word: str) -> bool:
    """Whether it is a verb's past form."""
    return word.casefold() in _verbs()[1]


def is_participle(word: str) -> bool:
    """Whether it is a verb's past participle."""
    return word.casefold() in _verbs()[2]


def base_of_participle(word: str) -> str:
    """`rebuilt` → `rebuild`, `closed` → `close`; empty if it is none that is known."""
    return _verbs()[2].get(word.casefold(), "")


def base_of(word: str) -> str:
    """The base of a verb in the third person singular; empty if it is none that is known."""
    word = word.casefold()
    bases = _verbs()[0]
    candidates = [word[:-1]] if word.endswith("s") else []
    if word.endswith("es"):
        candidates.append(word[:-2])
    if word.endswith("ies"):
        candidates.append(f"{word[:-3]}y")
    return next((each for each in candidates if each in bases), "")


def first_form(verb: str) -> str:
    """A verb of the third person as the first person has it: `is` → `am`, `counts` → `count`; others stay."""
    folded = verb.casefold()
    if folded in _AUXILIARY:
        return _AUXILIARY[folded]
    return base_of(folded) or verb


def surely_first_form(verb: str) -> str:
    """As `first_form`, for a word that can only be a verb: an unknown one loses its ending too."""
    form = first_form(verb)
    if form != verb or not re.fullmatch(r"[a-z-]{3,}[^su]s", verb) or is_past(verb):
        return form
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes")) else verb[:-1]


def is_third(word: str) -> bool:
    """Whether it is a verb in the third person of the present."""
    return word.casefold() in {"is", "has", "does"} or bool(base_of(word))


def plural_form(verb: str) -> str:
    """A verb of the third person singular as a plural has it: `is` → `are`, `has` → `have`, `costs` → `cost`."""
    return {"is": "are", "was": "were", "has": "have", "does": "do"}.get(verb) or base_of(verb) or verb[:-1]


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase looks like several: `cats`, `open windows`, `bread and butter`; `glass` does not."""
    head = re.split(
        r" (?:of|in|on|at|for|with|to|from|by|without|between|under|over|that|who|which|it|nobody|one|we|was)\b", phrase
    )[0]
    words = _WORD.findall(head)
    if not words:
        return False
    if re.match(r"(?:those|these|the (?:people|hands))\b", phrase):
        return True
    last = words[-1].casefold()
    if words[0].casefold().endswith("ing") and is_verb(base_of_gerund(words[0])):
        return False
    if re.search(r"\w and \w", head) and not re.search(r"\b(?:which|that|who)\b", head):
        return True
    if last in {"people", "children", "men", "women", "mice", "feet", "teeth", "geese"}:
        return True
    return (
        len(last) > 3 and last.endswith("s") and not last.endswith(("ss", "us", "is", "'s")) and last not in _NOT_PLURAL
    )


def base_of_gerund(word: str) -> str:
    """`selling` → `sell`; empty if it is none that is known."""
    stem = word.casefold()[:-3]
    candidates = (stem, f"{stem}e", stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem)
    return next((each for each in candidates if is_verb(each)), "")


def is_gerund(word: str) -> bool:
    """Whether it is a verb's `-ing` form."""
    return word.casefold().endswith("ing") and bool(base_of_gerund(word))


def article(word: str) -> str:
    """`a` or `an`, as the word sounds."""
    return "an" if _AN.match(word) and not _NO_AN.match(word) else "a"


def words_in(text: str) -> list[str]:
    """The words of a text, in small letters, with what is drawn together written out: `don't` is `do not`."""
    return list(_words_in(text))


@lru_cache(maxsize=SENTENCES_KEPT)
def _words_in(text: str) -> tuple[str, ...]:
    text = text.casefold().replace("’", "'")
    if "'" in text:
        for pattern, full in _EXPANSIONS:
            text = re.sub(pattern, full, text)
    return tuple(_WORD.findall(text))


def contracted(text: str) -> str:
    """The text as it is spoken: `do not` is `don't`. What stands in quotation marks is left as it was said."""
    parts = re.split(r"(“[^”]*”)", text)
    for index in range(0, len(parts), 2):
        for pattern, short in _CONTRACTIONS:
            parts[index] = re.sub(pattern, short, parts[index])
    return "".join(parts)


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [each.strip() for each in _SENTENCE.split(" ".join(text.split())) if each.strip()]


def dressed(text: str) -> str:
    """The text with single blanks, stops where they belong, capitals at the start of each sentence, and an end."""
    text = _BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", text)).strip(" ,;:")
    text = _STOPS.sub("", text)
    text = re.sub(r"\bi\b(?=['’ ,.;:!?])", "I", text)
    text = re.sub(r"([?!])[.,]", r"\1", text)
    text = re.sub(r"([?!.])”[.]", r"\1”", text)
    text = _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)
    text = upper_first(text)
    return text if not text or text.endswith((".", "!", "?", "…", ".”", "!”", "?”", "…”")) else f"{text}."


def upper_first(text: str) -> str:
    """With a capital at the start, behind a quotation mark too."""
    found = re.match(r"[“‘\"'(]*", text)
    at = found.end() if found else 0
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


def lower_first(text: str, proper: frozenset[str] = frozenset()) -> str:
    """As it goes on inside a sentence: with a small letter, unless it begins with a name, `I` or a quotation mark."""
    first = re.match(r"[^\W_]+(?:['’][^\W_]+)?", text)
    if first is None or first[0] in proper or first[0].split("'")[0].split("’")[0] in {"I", *proper}:
        return text
    if len(first[0]) > 1 and not first[0][1:].islower() and "'" not in first[0] and "’" not in first[0]:
        return text
    return text[:1].lower() + text[1:]


def folded(sentence: str) -> str:
    """What two sentences have in common that differ in case, signs and spacing only."""
    return " ".join(words_in(sentence))


def _doubles(base: str) -> bool:
    return base in _DOUBLING
