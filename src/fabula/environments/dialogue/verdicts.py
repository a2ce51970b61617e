"""Verdicts: which of several options a few plain words choose. What is not plain chooses nothing.

The words are taken clause by clause. A clause chooses an option where it names that one alone, and all else in it are
words that one votes with (`I am for …`, `… please`). A clause with a `not` in it, or that turns (`but …`), chooses
nothing; it leaves what another chose doubtful, unless it speaks of other options.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fabula.environments.dialogue.tokens import (
    ASKING,
    CONDITIONS,
    MARKS,
    NEGATIONS,
    NUMBERS,
    ORDINALS,
    SAID_CHARACTERS_MAX,
    STOP,
    TURNS,
    Token,
    tokens_of,
    without_reasons,
)
from fabula.environments.dialogue.words import name_key, words_of

ARTICLES = frozenset({"the", "a", "an"})
_INVERTED = frozenset("am are do have is must shall should will would".split())
"""A clause that begins with one of these asks, if `I` or `it` follows: `should we have the Guns`."""
_BEFORE = ARTICLES | frozenset(
    "absolutely all am answer are be ballot believe case cast casting certainly choice choose clearly definitely"
    " do elect favor favour final for give go goes have i id ill im in is it its ive lean leaning let lets like me must"
    " my naturally of ok okay on opt our pick prefer preference say shall should so strongly support supporting take"
    " that then think to us ve vote votes voting want wants we well will with would".split()
)
"""What may stand before the option in a clause that chooses it."""
_AFTER = frozenset(
    "all best choice course definitely from get gets has have here idea is it me mine motion my now of one option our"
    " plan please proposal shall should sir thank thanks that the then this topic vote way win wins".split()
)
"""What may stand behind it."""
_COUNTERS = frozenset("option number candidate choice".split())
_COUNTING = frozenset("am believe have in let lets me of think ve want wants".split())
"""Words before a number that is hardly an option's: `I have one`."""
_STRUCK = re.compile(r"[👎🚫❌✗✘⛔≠¬]|~~|^\s*!")
"""Marks that deny what stands beside them."""
_VOTING = frozenset("ballot choice choose elect opt pick prefer support vote voting".split())
"""Whoever says one of these says what the sentence is about: what comes in the next is no doubt, but a remark."""
_RETRACTING = NEGATIONS | TURNS | frozenset("actually hm hmm or sorry wait".split())
_ABSTAINING = re.compile(
    r"(?:i )?(?:pass|abstain|skip)|i (?:do not|dont) vote|no vote"
    r"|(?:none|neither|nobody|nothing|no one)(?: of (?:them|these|it))?"
)
_PRO = frozenset("approve accept agree aye for favour favor in pro yea yes".split())
_CONTRA = frozenset("against contra disagree nay no object oppose reject".split())
_YES = "yes|yea|yeah|yep|aye|pro|in favour of|in favour|in favor of|in favor|approve|accept|agree|support".split("|")
_NO = "no|nay|nope|no way|contra|against|oppose|opposed|object|reject|refuse|disagree".split("|")
_SAME = {
    ("anything", "but"): ["not"],
    ("everything", "but"): ["not"],
    ("anyone", "but"): ["not"],
    ("anybody", "but"): ["not"],
    ("all", "but"): ["not"],
    ("instead", "of"): ["not"],
    ("rather", "than"): ["not"],
    ("nothing", "but"): ["for"],
    ("none", "but"): ["for"],
    ("nobody", "but"): ["for"],
    ("no", "doubt"): ["definitely"],
    ("no", "question"): ["definitely"],
}


class Clause(NamedTuple):
    """A stretch of a sentence."""

    tokens: tuple[Token, ...]
    sentence: int
    """Which of the sentences it stands in, from 0."""
    asks: bool
    """Whether that one is a question."""

    @property
    def named(self) -> set[int]:
        """Numbers of the options that stand in it."""
        return {token for token in self.tokens if isinstance(token, int)}

    @property
    def doubts(self) -> bool:
        """Whether it denies something, or turns."""
        return self.asks or self.tokens[0] in TURNS or bool(NEGATIONS.intersection(self.tokens))


def choice_in(said: str, options: Sequence[str]) -> str | None:
    """The option that an answer chooses; empty if it plainly chooses none, None if it cannot be told."""
    if len(said) > SAID_CHARACTERS_MAX:
        return None
    by_key = {name_key(option): option for option in options}
    if (key := name_key(said)) in by_key:
        return by_key[key]
    words = words_of(said)
    if _STRUCK.search(said):
        return None
    found = None if "?" in said or _is_inverted(words) else _alone(words, options)
    if found is None and _ABSTAINING.fullmatch(" ".join(words) or "pass"):
        return "" if name_key(said) == "" or words else None
    if found is None:
        found = _chosen(list(_clauses(said, options)), options)
    return options[found] if found is not None else None


def keyed(option: str) -> tuple[str, ...]:
    """The words by which an option is known, without a leading article if that leaves any: two options that share them
    cannot be told apart.
    """
    words = tuple(words_of(option))
    return words[1:] if words[:1] and words[0] in ARTICLES and len(words) > 1 else words


def _alone(words: Sequence[str], options: Sequence[str]) -> int | None:
    """The option that is all there is to read but an opening: written out, or the beginning of no other."""
    keys = [keyed(option) for option in options]
    for start in range(len(words)):
        rest = tuple(words[start:])
        same = [at for at, key in enumerate(keys) if key == rest]
        begun = [at for at, key in enumerate(keys) if key[: len(rest)] == rest and not _is_common(rest)]
        if found := same or begun:
            return found[0] if len(found) == 1 else None
        if words[start] not in _BEFORE:
            return None
    return None


def _chosen(clauses: Sequence[Clause], options: Sequence[str]) -> int | None:
    plain = {at: number for at, clause in enumerate(clauses) if (number := _plain(clause, options)) is not None}
    chosen = set(plain.values())
    if len(chosen) != 1:
        return None
    (number,) = chosen
    if not 0 <= number < len(options):
        return None
    voting = [at for at in plain if _VOTING.intersection(clauses[at].tokens)]
    firm = clauses[voting[0]].sentence if voting else None
    others = [clause for at, clause in enumerate(clauses) if at not in plain]
    return None if any(_leaves_doubt(clause, number, firm, clauses) for clause in others) else number


def _leaves_doubt(clause: Clause, number: int, firm: int | None, clauses: Sequence[Clause]) -> bool:
    """Whether a clause that chooses nothing takes back what another chose. firm: the sentence that says `vote`."""
    if not clause.doubts or (clause.named and number not in clause.named):
        return False
    if number in clause.named or firm is None or clause.sentence == firm:
        return True
    first = next(each for each in clauses if each.sentence == clause.sentence)
    return clause.asks or first.tokens[0] in _RETRACTING


def _plain(clause: Clause, options: Sequence[str]) -> int | None:
    """The option that a clause chooses: the index, one out of range for a number that no option has."""
    if clause.asks or clause.tokens[0] in CONDITIONS or _is_inverted(clause.tokens):
        return None
    tokens = clause.tokens[1:] if clause.tokens[0] in TURNS else clause.tokens
    if any(isinstance(token, int) for token in tokens):
        at = next(place for place, token in enumerate(tokens) if isinstance(token, int))
        number: Token | None = tokens[at]
    else:
        at = next((place for place, token in enumerate(tokens) if token not in _BEFORE | _COUNTERS), len(tokens))
        number = _numbered(tokens, at, options)
    fits = set(tokens[:at]) <= _BEFORE | _COUNTERS and set(tokens[at + 1 :]) <= _AFTER
    return number if isinstance(number, int) and fits else None


def _is_inverted(tokens: Sequence[Token]) -> bool:
    return len(tokens) > 1 and tokens[0] in _INVERTED and tokens[1] in {"i", "it", "that", "this", "we"}


def _numbered(tokens: Sequence[Token], at: int, options: Sequence[str]) -> int | None:
    """The index of the option whose number, or place, stands there."""
    word = str(tokens[at]) if at < len(tokens) else ""
    if any(word in keyed(option) for option in options):
        # `the second` of `the first bridge` and `the second bridge` is a name, not a place.
        return None
    if _COUNTING.intersection(tokens[:at]) or (at and tokens[at - 1] == "my"):
        return None
    if word in ORDINALS:
        return ORDINALS.index(word)
    if word in NUMBERS:
        # `the one` counts nothing.
        return NUMBERS.index(word) if at == 0 or tokens[at - 1] not in {*ARTICLES, "this", "that"} else None
    if word == "last":
        return len(options) - 1
    return int(word) - 1 if word.isdecimal() and len(word) < len("1000") else None


def _clauses(said: str, options: Sequence[str]) -> Iterator[Clause]:
    names = [(keyed(option), at) for at, option in enumerate(options)]
    names = [(words, at) for words, at in names if words and not _is_common(words)]
    tokens = without_reasons(_marked(_same(tokens_of(said)), names))
    tokens = _marked(tokens, _signals(options))
    sentence, begun = 0, 0
    for end in range(len(tokens) + 1):
        ends_here = end == len(tokens) or tokens[end] in MARKS
        if ends_here or tokens[end] in TURNS or (tokens[end] in NEGATIONS and _names_next(tokens, end)):
            if end > begun:
                yield Clause(tuple(tokens[begun:end]), sentence, _is_asked(tokens, end))
            begun = end + 1 if ends_here else end
        if end < len(tokens) and tokens[end] in (STOP, ASKING):
            sentence += 1


def _same(tokens: Sequence[Token]) -> list[Token]:
    """Turns of phrase put plainly."""
    put: list[Token] = []
    for token in tokens:
        put.append(token)
        if len(put) > 1 and isinstance(put[-2], str) and isinstance(token, str) and (put[-2], token) in _SAME:
            put[-2:] = _SAME[put[-2], token]
    return put


def _marked(tokens: Sequence[Token], names: Sequence[tuple[tuple[str, ...], int]]) -> list[Token]:
    """The tokens with each name's words replaced by its number; of names that begin alike the longest."""
    longest_first = sorted(names, key=lambda name: -len(name[0]))
    marked: list[Token] = []
    at = 0
    while at < len(tokens):
        here = (name for name in longest_first if tuple(tokens[at : at + len(name[0])]) == name[0])
        words, number = next(here, ((), -1))
        marked.append(number if words else tokens[at])
        at += len(words) or 1
    return marked


def _signals(options: Sequence[str]) -> list[tuple[tuple[str, ...], int]]:
    """Where one option says yes and another no: the other words for it."""
    yes = [at for at, option in enumerate(options) if keyed(option) and set(keyed(option)) <= _PRO]
    no = [at for at, option in enumerate(options) if keyed(option) and set(keyed(option)) <= _CONTRA]
    if len(yes) != 1 or len(no) != 1:
        return []
    signals = [(tuple(word.split()), yes[0]) for word in _YES] + [(tuple(word.split()), no[0]) for word in _NO]
    return [*signals, *((keyed(options[at]), at) for at in (yes[0], no[0]))]


def _names_next(tokens: Sequence[Token], at: int) -> bool:
    """Whether an option is named from there to the next mark: `the Assay, not the Guns`."""
    to = next((place for place in range(at, len(tokens)) if tokens[place] in MARKS), len(tokens))
    return any(isinstance(token, int) for token in tokens[at:to])


def _is_asked(tokens: Sequence[Token], at: int) -> bool:
    """Whether the sentence that goes on there ends with a question mark."""
    return next((token for token in tokens[at:] if token in (STOP, ASKING)), STOP) == ASKING


def _is_common(words: Sequence[str]) -> bool:
    """Whether the words stand in any answer, so that they name nothing in the middle of one."""
    common = _BEFORE | _AFTER | NEGATIONS | TURNS | {*NUMBERS, *ORDINALS}
    return all(word in common or word.isdecimal() for word in words)
