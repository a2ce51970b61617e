"""The scale: the one rule by which what a sheet says in words, marks and figures becomes a number.

What decisions weigh (`rate`), 0.0 to 1.0, is read by WEIGHT_RULE; what someone knows or can do (`level`) by
COMPETENCE or in the same way; how far someone is trusted (`trust`), -1.0 to 1.0, from figures or by TIES.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

FULL_MARK = 10.0
WEIGHT_RULE = """\
7/10, 8 out of 10       the first by the second
70 %                    by a hundred
★★★☆☆, 3 stars          the full ones by all of them; without empty ones, by five
7, 6,5, seven, high (7) by the full mark, which is 10 unless the section says otherwise or its numbers
                        show it: all up to 1 with decimals, or half of them from 11 to 100
0.7                     as it is
6-8, low to medium      the middle of the two
high, very low, always  in words: none 0, very low 0.1, low 0.25, fairly low 0.35, medium 0.5,
                        fairly high 0.65, high 0.75, very high 0.9, extremely high 1
??, -, anything else    undecided; 0.5 is used in play

What is above the full mark counts as 1, what is below 0 as 0."""
"""How a weight is read, in this order, for people. All the words are in AMOUNTS."""
_READ_CHARACTERS_MAX = 120
"""A value is said at the beginning of a text; a longer one is not searched."""


def _table(by_value: dict[float, str]) -> dict[str, float]:
    return {" ".join(phrase.split()): value for value, phrases in by_value.items() for phrase in phrases.split(",")}


AMOUNTS = _table(
    {
        0.0: """
            none, no, nil, never, nothing, absent, not at all, false, keine, aucun, nulla, ninguna, žádná, нет, 無, 无
        """,
        0.1: """
            very low, extremely low, very weak, very little, tiny, minimal, minimum, min, negligible, hardly any,
            almost none, almost never, barely any, sehr niedrig, très faible, très bas, muy bajo, muy baja, molto
            basso, molto bassa, muito baixo, muito baixa, velmi nízká, velmi nízký, bardzo niski, bardzo niska,
            очень низкий, очень низкая, 很低, とても低い
        """,
        0.25: """
            low, weak, little, small, slight, poor, minor, rarely, seldom, niedrig, gering, faible, bas, basse,
            bajo, baja, basso, bassa, baixo, baixa, laag, låg, nízká, nízký, nízké, niski, niska, низкий, низкая,
            низко, 低, 低い
        """,
        0.35: """
            fairly low, rather low, quite low, somewhat low, below average, medium low, moderately low, lowish, eher
            niedrig, plutôt faible
        """,
        0.5: """
            medium, moderate, average, normal, neutral, balanced, middling, middle, mid, mixed, some, half, fair,
            ordinary, sometimes, mittel, moyen, moyenne, medio, media, médio, média, gemiddeld, medel, střední,
            průměrná, průměrný, średni, średnia, средний, средняя, средне, 中, 普通
        """,
        0.65: """
            fairly high, rather high, quite high, somewhat high, above average, medium high, moderately high,
            highish, eher hoch, plutôt élevé, plutôt élevée
        """,
        0.75: """
            high, strong, great, big, large, good, major, significant, important, considerable, often, yes, true,
            hoch, stark, élevé, élevée, haut, haute, fort, forte, alto, alta, hoog, hög, vysoká, vysoký, vysoké,
            silná, wysoki, wysoka, высокий, высокая, высоко, 高, 高い
        """,
        0.9: """
            very high, very strong, very great, very important, huge, immense, intense, vital, essential, almost
            always, nearly always, sehr hoch, très élevé, très élevée, très haut, très fort, muy alto, muy alta,
            molto alto, molto alta, muito alto, muito alta, velmi vysoká, velmi vysoký, bardzo wysoki, bardzo
            wysoka, очень высокий, очень высокая, 很高, とても高い
        """,
        1.0: """
            extremely high, extreme, maximum, maximal, max, highest, total, absolute, complete, full, utter, always,
            all, everything, paramount, overwhelming, infinite, immer, toujours, siempre, sempre, vždy, zawsze,
            всегда
        """,
    }
)
"""What an amount in words is worth as a weight."""

COMPETENCE = _table(
    {
        0.0: """
            none, nothing, ignorant, untrained
        """,
        0.15: """
            novice, beginner, minimal, very low
        """,
        0.25: """
            basic, basics, elementary, rudimentary, limited, a little, low, weak, poor, dabbler, dabbles
        """,
        0.35: """
            some, amateur, apprentice, passable, familiar
        """,
        0.5: """
            working knowledge, working, intermediate, medium, moderate, average, fair, decent, adequate
        """,
        0.55: """
            competent, capable, trained, journeyman, conversational
        """,
        0.65: """
            good, solid, proficient, experienced, practised, practiced
        """,
        0.75: """
            skilled, skilful, skillful, adept, accomplished, advanced, strong, high, very good, well versed, deep
        """,
        0.85: """
            fluent, excellent, specialist, veteran, professional, extensive, very high
        """,
        0.9: """
            expert, exceptional, native, by heart, superb
        """,
        1.0: """
            master, mastery, masterful, grandmaster, virtuoso, world class, legendary, unmatched, unrivalled,
            perfect
        """,
    }
)
"""What a grade in words is worth as a level."""

TIES = _table(
    {
        0.8: """
            beloved, wife, husband, spouse, lover, betrothed, fiancé, fiancée, devoted, adores
        """,
        0.7: """
            mother, father, parent, son, daughter, child, brother, sister, sibling, twin, loves, love
        """,
        0.6: """
            friend, friendship, confidant, confidante, comrade, trusts, trusted
        """,
        0.5: """
            ally, allied, mentor, guardian, protector, loyal, partner, companion, family, kin, saviour, savior
        """,
        0.4: """
            uncle, aunt, cousin, nephew, niece, grandmother, grandfather, grandson, granddaughter, ward, pupil,
            apprentice, student, protégé, protégée, respects, admires, admired, benefactor, likes, fond
        """,
        0.2: """
            colleague, patron, teacher, employer, crewmate, shipmate, contact, acquaintance, neighbour, neighbor
        """,
        -0.3: """
            competitor, suspicious, suspects, wary, jealous, envies, envious, irritates, annoys
        """,
        -0.4: """
            rival, rivalry, estranged, fears, feared, afraid, resents, resented, owes nothing
        """,
        -0.6: """
            opponent, adversary, distrusts, distrust, mistrusts, mistrust, dislikes, usurper, cheated, thief, spy
        """,
        -0.8: """
            enemy, foe, hostile, traitor, betrayed, betrayer, despises, loathes, blackmails, blackmailer
        """,
        -0.9: """
            nemesis, hates, hated, hatred, murderer, murdered, killer, killed, archenemy
        """,
    }
)
"""What a relation in words is worth as trust; of several, the mean."""

_COUNTED = dict(
    zip("zero one two three four five six seven eight nine ten".split(), "0 1 2 3 4 5 6 7 8 9 10".split(), strict=True)
)
_FULL, _EMPTY = "★⭐🌟✦●⬤■◼▮█▰🟩♥❤", "☆✩✧○◯□◻▯░▱⬜♡"
_UNSAID = frozenset(["tbd", "tba", "todo", "n/a", "unknown", "unclear", "undecided", "x"])

_N = r"[-+]?(?:\d+(?:[.,٫]\d+)?|[.,]\d+)"
_TO = r"\s*(?:-|–|—|\.\.\.?|…|\b(?:to|or|and|bis|und|à|et|až)\b)\s*"
_FRACTION = re.compile(
    rf"(?<![\w.,])({_N})(?:{_TO}({_N}))?\s*(?:/|⁄|\b(?:out\s+of|of|von|van|sur|de|su|ze?|из)\b)\s*({_N})(?!\w)"
)
_PERCENT = re.compile(rf"(?<![\w.,])({_N})(?:{_TO}({_N}))?\s*(?:%|٪|(?:per ?cent|prozent|pour cent|por ciento)\b)")
_STARS = re.compile(rf"[{_FULL}{_EMPTY}](?:[\ufe0f ]*[{_FULL}{_EMPTY}])*")
_STARS_COUNTED = re.compile(rf"(?<![\w.,])({_N})\s*stars?\b")
_NUMBER = rf"(?<![\w.,])({_N})(?:{_TO}({_N}))?(?!\d|[.,]\d)(?:ish\b|(?![^\W\d]))"
_BARE = re.compile(
    rf"(?:^[\s~≈(]*(?:(?:about|around|between|roughly|circa|maybe|say|ca\b\.?|approx\b\.?|etwa|environ|asi)\s*)?|\(){_NUMBER}"
)
_ANYWHERE = re.compile(_NUMBER)
_COUNT = re.compile(rf"\b({'|'.join(_COUNTED)})\b")
_PARTS = {"¼": ".25", "½": ".5", "¾": ".75", "−": "-", "‐": "-", "‑": "-"}


def _phrases(table: dict[str, float]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(table, key=len, reverse=True))


_AMOUNT = re.compile(rf"(?<!\w)({_phrases(AMOUNTS)})(?!\w)")
_GRADE = re.compile(rf"(?:an?\s+)?({_phrases(COMPETENCE)})(?=$|\s*[,;:.(–—-]|\s+(?:in|at|of|on|with|but|only)\b)")
_NEGATED = re.compile(r"(?:\bnot|\bnever|\bhardly|n't|\bnicht|\bpas)\s+(?:\w+\s+)?$")
_BETWEEN = re.compile(_TO.replace(r"\s*(?:", r"\s*(?:/|", 1))
_TRUST = re.compile(r"\(trust ([+-](?:0(?:\.\d+)?|1(?:\.0)?)|0(?:\.0)?|\?)\)$")
_TRUST_SAID = re.compile(r"\btrust(?:s|ed)?\s*(?:[:=]|at|of|is)?\s*(?=[-+~\d★☆●○])(.{1,20})", re.IGNORECASE)
_DECLARED = re.compile(
    rf"\bscale\D{{0,20}}?({_N})(?:{_TO}({_N}))?|\bout of ({_N})"
    rf"|[(\[] ?(?:({_N}){_TO}|/ ?)({_N}) ?[)\]]|[(\[] ?(?:%|per ?cent)"
)
_WORD = re.compile(r"[^\W\d_]+(?:'t)?")


class Reading(NamedTuple):
    """What a text was read as."""

    value: float | None
    oddity: str = ""
    """What has to be said about it, following the text; "" if nothing."""


def rate(said: str, *, full_mark: float = FULL_MARK) -> Reading:
    """The weight that `said` gives, 0.0 to 1.0, or None."""
    text = _even(said)
    if match := _FRACTION.search(text):
        return _share(match[1], match[2], by=_float(match[3]))
    if match := _PERCENT.search(text):
        return _share(match[1], match[2], by=100.0)
    if match := _STARS.search(text):
        return Reading(_stars(match[0]))
    if match := _STARS_COUNTED.search(text):
        return _share(match[1], None, by=5.0)
    if match := _BARE.search(text):
        return _marked(match[1], match[2], full_mark)
    if (reading := _amount(text)).value is not None:
        return reading
    if (match := _ANYWHERE.search(text)) and text not in _UNSAID:
        reading = _marked(match[1], match[2], full_mark)
        return Reading(reading.value, reading.oddity or f"is read by the number {match[0].strip()} in it")
    return Reading(None, "gives no number and is left undecided (0.5 is used in play)")


def is_value(text: str) -> bool:
    """Whether `text` is a value and nothing else: `7`, `8 out of 10`, `very low`, but not `Duty 7`."""
    even = _even(text)
    patterns = (_FRACTION, _PERCENT, _STARS, _STARS_COUNTED, _BARE, _AMOUNT)
    return any((match := pattern.search(even)) and match[0] == even for pattern in patterns)


def full_mark(saids: Iterable[str], *, declared: Iterable[str] = ()) -> float:
    """What the bare numbers of one section are counted by.

    declared: the section's heading and remarks; the first that says it decides: `(1-5)`, `a scale of 0 to 100`,
    `out of 20`, `(%)`. Otherwise it follows from the numbers: 1 if none is above 1 and one has a decimal point, 100 if
    half of them or more are above 10 and none above 100, else 10.
    """
    if (mark := next(filter(None, map(_declared, declared)), None)) is not None:
        return mark
    bare = [(_float(match[2] or match[1]), match[0]) for said in saids if (match := _bare(_even(said)))]
    numbers = [number for number, _ in bare]
    if numbers and all(0 <= number <= 1 for number in numbers) and any(re.search(r"[.,٫]", text) for _, text in bare):
        return 1.0
    if numbers and max(numbers) <= 100 and sum(number > FULL_MARK for number in numbers) * 2 >= len(numbers):
        return 100.0
    return FULL_MARK


def level(said: str) -> float | None:
    """The level that `said` gives as a whole or begins with, or None where it is just a note."""
    text = _even(said)
    if match := _GRADE.match(text):
        return COMPETENCE[match[1]]
    return rate(said).value if is_value(said) else None


def trust(text: str) -> float | None:
    """The trust that the description of a tie gives, in figures (`trust 7/10`) or by its words, or None."""
    if (match := _TRUST_SAID.search(text[:_READ_CHARACTERS_MAX])) and (value := rate(match[1]).value) is not None:
        return trust_of(value)
    words = _WORD.findall(text[: 4 * _READ_CHARACTERS_MAX].casefold())
    found = []
    for index, word in enumerate(words):
        value = next((TIES[form] for form in _singulars(word) if form in TIES), None)
        if value is not None:
            before = words[max(index - 2, 0) : index]
            negated = any(other in {"not", "no", "never"} or other.endswith("n't") for other in before)
            found.append(-value / 2 if negated else value)
    return round(sum(found) / len(found), 4) + 0.0 if found else None


def trust_of(rating: float) -> float:
    """A rating, 0 to 1, as trust, -1 to 1."""
    return round(rating * 2 - 1, 4) + 0.0


def split_trust(text: str) -> tuple[str, float | None] | None:
    """A text and the trust at its end, `(trust +0.5)` or `(trust ?)` for None; None if it ends otherwise."""
    if (match := _TRUST.search(text)) is None:
        return None
    return text[: match.start()].rstrip(), None if match[1] == "?" else float(match[1])


def join_trust(text: str, value: float | None) -> str:
    """What `split_trust` takes apart."""
    return f"{text} (trust {'?' if value is None else f'{value:+}' if value else '0'})".lstrip()


def split_value(said: str) -> tuple[str, float | None] | None:
    """A text and the number at its end, `= 0.5` or `= ?` for None; None if it ends otherwise."""
    text, equals, value = said.rpartition("= ")
    if not equals or (text and not text.endswith(" ")) or not re.fullmatch(r"0(\.\d{1,4})?|1(\.0)?|\?", value):
        return None
    return text.rstrip(), None if value == "?" else float(value)


def join_value(said: str, value: float | None) -> str:
    """What `split_value` takes apart."""
    return f"{said} = {'?' if value is None else value}".lstrip()


def _even(text: str) -> str:
    """The beginning of `text` in small letters, plain digits and plain signs."""
    text = text[:_READ_CHARACTERS_MAX]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", "".join(_PARTS.get(character, character) for character in text))
    text = text.casefold().strip("*_`~ ") or text
    return " ".join(_COUNT.sub(lambda match: _COUNTED[match[1]], text).split())


def _float(text: str) -> float:
    return float(re.sub("[,٫]", ".", text))


def _bare(text: str) -> re.Match[str] | None:
    if any(pattern.search(text) for pattern in (_FRACTION, _PERCENT, _STARS, _STARS_COUNTED)):
        return None
    return _BARE.search(text)


def _share(low: str, high: str | None, *, by: float) -> Reading:
    if by <= 0:
        return Reading(None, "divides by nothing and is left undecided (0.5 is used in play)")
    number = _float(low) if high is None else (_float(low) + _float(high)) / 2
    value = min(max(number / by, 0.0), 1.0)
    if not 0 <= number <= by:
        return Reading(value, f"is not between 0 and {by:g}; {value:g} is used")
    if high is not None:
        return Reading(value, f"is a range; its middle is used, {number:g} of {by:g}")
    return Reading(value)


def _marked(low: str, high: str | None, mark: float) -> Reading:
    if mark == FULL_MARK and high is None and re.search(r"[.,٫]", low) and 0 <= _float(low) < 1:
        return Reading(_float(low), f"is read as {_float(low):g} of 1, not of 10")
    return _share(low, high, by=mark)


def _stars(text: str) -> float:
    full, empty = (sum(character in kind for character in text) for kind in (_FULL, _EMPTY))
    return min(full / ((full + empty) if empty else 5 if full <= 5 else 10), 1.0)


def _amount(text: str) -> Reading:
    if text in _UNSAID:
        return Reading(None)
    matches = list(_AMOUNT.finditer(text))
    if not matches or _NEGATED.search(text[: matches[0].start()]):
        return Reading(None)
    first, *others = matches
    value = AMOUNTS[first[1]]
    if others and _BETWEEN.fullmatch(text[first.end() : others[0].start()]):
        return Reading((value + AMOUNTS[others[0][1]]) / 2, "is a range; its middle is used")
    if others or re.search(r"\w", text[: first.start()]):
        return Reading(value, f"is read by its word {first[1]!r}")
    return Reading(value)


def _declared(text: str) -> float | None:
    match = _DECLARED.search(_even(text))
    if match is None:
        return None
    mark = max((_float(number) for number in match.groups() if number), default=100.0)
    return mark if mark >= 1 else None


def _singulars(word: str) -> tuple[str, ...]:
    return (word, word.removesuffix("s"), word.removesuffix("ies") + "y", word.removesuffix("s") + "s")
