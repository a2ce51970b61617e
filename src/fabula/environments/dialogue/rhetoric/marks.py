"""Knowing a turn again: by which rules what somebody said was made, from the runs of words that only they leave.

What rules said is read by the same words that made it; what people and models say is not known here, and read by its
single words (`grounds`).
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from fabula.environments.dialogue.rhetoric.english import sentences, words_in
from fabula.environments.dialogue.rhetoric.grammar import MARK_WORDS, marks
from fabula.environments.dialogue.rhetoric.grounds import Ground
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

BOOKS = ("action", "choice", "thesis", "fact", "plan", "shared", "moves", "talk", "trades", "voices", "conditions")
KNOWN_FROM = 80
"""Hundredths: so many runs of words must speak for a rule; one that several rules have speaks for each in part."""
TRUSTED_FROM = 100
"""The same, of somebody whose other words are known for rules'."""
SURE_FROM = 300
"""Hundredths: so much must speak for one rule before a text is taken for rules' at all; people say `tell me about your`
too.
"""
KNOWN_SHARE = 30
"""In hundredths, of what speaks for the rule that has most."""


class Known(Struct, frozen=True):
    """A rule that something was said by."""

    book: str
    rule: str
    variant: int = 0
    """Of a question: which of the rule's templates it is, as an answer's templates have the same order."""

    @property
    def ground(self) -> Ground | None:
        """The ground it stands on."""
        first = self.rule.partition(".")[0]
        return (
            Ground(first)
            if self.book in {"action", "choice", "thesis", "fact", "plan", "shared", "conditions"}
            else None
        )

    @property
    def part(self) -> str:
        """What it does: `reason`, `counter`, `question`, `concede`, `sum.moved`, …"""
        return self.rule.rpartition(".")[2] if self.ground else self.rule

    @property
    def side(self) -> str:
        """Of an action's rule: `for` or `against`."""
        return self.rule.split(".")[1] if self.book == "action" else ""


@lru_cache(maxsize=1)
def _index() -> Mapping[tuple[str, ...], tuple[tuple[str, str, int], ...]]:
    found: dict[tuple[str, ...], list[tuple[str, str, int]]] = defaultdict(list)
    for book in BOOKS:
        for rule, templates in words_of(book).items():
            if rule.endswith(".label"):
                continue
            # A question's templates ask different things, and are told apart.
            apart = [(template,) for template in templates] if rule.endswith("question") else [templates]
            for variant, group in enumerate(apart):
                for mark in sorted(set().union(*map(marks, group))):
                    found[mark].append((book, rule, variant))
    return {mark: tuple(rules) for mark, rules in found.items()}


@lru_cache(maxsize=4096)
def known_in(text: str, sure_from: int = SURE_FROM) -> tuple[Known, ...]:
    """The rules that a text was made by, in the order of its sentences; a sentence may be made by several. None where
    it is not sure that rules made it.

    sure_from: so much must speak for one rule.
    """
    known: list[Known] = []
    surest = 0
    for sentence in sentences(text):
        found, votes = _of_sentence(sentence)
        known += [each for each in found if each not in known]
        surest = max(surest, votes)
    return tuple(known) if surest >= sure_from else ()


def says_surely(sentence: str, ending: str) -> bool:
    """Whether more than a chance run of words speaks for a rule whose name ends so, and none for another more."""
    votes, _ = _votes(sentence)
    most = max(votes.values(), default=0)
    return any(most == count > 100 for (_, rule, _), count in votes.items() if rule.endswith(ending))


def _of_sentence(sentence: str) -> tuple[list[Known], int]:
    """The rules of a sentence, and how much speaks for the one that has most."""
    votes, first = _votes(sentence)
    # What speaks much more for one rule than for another is no chance, and the other is.
    enough = max(KNOWN_FROM, max(votes.values(), default=0) * KNOWN_SHARE // 100)
    best = [rule for rule in votes if votes[rule] >= enough]
    found = [Known(book, rule, variant) for book, rule, variant in sorted(best, key=lambda rule: (first[rule], rule))]
    return found, max(votes.values(), default=0)


def _votes(sentence: str) -> tuple[dict[tuple[str, str, int], int], dict[tuple[str, str, int], int]]:
    """How much speaks for each rule, in hundredths, and where what speaks for it begins."""
    words = words_in(_without_quotation(sentence))
    votes: dict[tuple[str, str, int], int] = defaultdict(int)
    first: dict[tuple[str, str, int], int] = {}
    index = _index()
    for at in range(len(words) - MARK_WORDS + 1):
        rules = index.get(tuple(words[at : at + MARK_WORDS]), ())
        for rule in rules:
            votes[rule] += 100 // len(rules)
            first.setdefault(rule, at)
    return votes, first


def _without_quotation(sentence: str) -> str:
    before, mark, rest = sentence.partition("“")
    return f"{before} . {rest.partition('”')[2]}" if mark else sentence


@lru_cache(maxsize=4096)
def known_of(sentence: str) -> tuple[Known, ...]:
    """The rules that a single sentence was made by, of a text that rules are known to have made."""
    return tuple(_of_sentence(sentence)[0])


@lru_cache(maxsize=2048)
def template_of(sentence: str) -> str:
    """The template that a sentence of rules' was most likely made from; empty where none is known."""
    words = words_in(_without_quotation(sentence))
    runs = {tuple(words[at : at + MARK_WORDS]) for at in range(len(words) - MARK_WORDS + 1)}
    votes = {
        template: len(runs & marks(template))
        for known in known_of(sentence)
        for template in words_of(known.book)[known.rule]
    }
    best = max(votes, key=lambda template: votes[template], default="")
    return best if votes.get(best, 0) else ""


def is_frame(clause: str) -> bool:
    """Whether a clause is of the words that lead from one thing to another, in which nothing is said."""
    words = words_in(clause)
    runs = [tuple(words[at : at + MARK_WORDS]) for at in range(len(words) - MARK_WORDS + 1)]
    books = [{book for book, *_ in _index().get(run, ())} for run in runs]
    return any(each and not each & {"action", "choice", "thesis", "fact", "plan"} for each in books)
