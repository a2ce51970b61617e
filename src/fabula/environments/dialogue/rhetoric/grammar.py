"""The grammar that turns are made by: templates with choices, filled with what the turn is about.

    [people|they] say that we cannot afford {doing}[, {other}|]

`[one|other]` is a choice, `{name}` a slot, `{mine:costs}` a verb that agrees with what fills the slot, `<rule>` another
rule of the same words, `~` where the rest of the sentence goes on. A template, or an alternative in it, whose slots are
not filled is not chosen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.english import is_plural, plural_form, words_in

_TOKEN = re.compile(r"\{([a-z_]+)(?::([a-z]+))?\}|<([a-z_.]+)>|([\[\]|])|([^{}<>\[\]|]+)")
MARK_WORDS = 3
"""So many words in a row know a template again."""


class Slot(Struct, frozen=True):
    """Something to be filled in; with a verb: the verb, as it agrees with what fills it."""

    name: str
    verb: str = ""


class Rule(Struct, frozen=True):
    """Words by another rule."""

    name: str


class Choice(Struct, frozen=True):
    """One of several."""

    ways: tuple["Sequence_", ...]


Node = str | Slot | Rule | Choice
Sequence_ = tuple[Node, ...]
Slots = Mapping[str, str]


@lru_cache(maxsize=8192)
def parsed(template: str) -> Sequence_:
    """The template as a tree. Raises ValueError if a bracket is not closed."""
    tokens = list(_TOKEN.finditer(template))
    sequence, end = _sequence(tokens, 0, template, inside=False)
    if end != len(tokens):
        raise ValueError(f"a bracket too many in {template!r}")
    return sequence


def _sequence(tokens: Sequence[re.Match[str]], at: int, template: str, *, inside: bool) -> tuple[Sequence_, int]:
    nodes: list[Node] = []
    while at < len(tokens):
        slot, verb, rule, sign, text = tokens[at].groups()
        if sign in {"|", "]"}:
            break
        at += 1
        if slot:
            nodes.append(Slot(slot, verb or ""))
        elif rule:
            nodes.append(Rule(rule))
        elif sign == "[":
            choice, at = _choice(tokens, at, template)
            nodes.append(choice)
        else:
            nodes.append(text)
    if inside and at >= len(tokens):
        raise ValueError(f"a bracket is not closed in {template!r}")
    return tuple(nodes), at


def _choice(tokens: Sequence[re.Match[str]], at: int, template: str) -> tuple[Choice, int]:
    ways: list[Sequence_] = []
    while True:
        way, at = _sequence(tokens, at, template, inside=True)
        ways.append(way)
        at += 1
        if tokens[at - 1][4] == "]":
            return Choice(tuple(ways)), at


class Grammar:
    """The rules of some words, and how they grow."""

    def __init__(self, rules: Mapping[str, Sequence[str]], stream: Stream) -> None:
        self._rules = rules
        self._stream = stream

    def knows(self, rule: str) -> bool:
        """Whether there are words for it."""
        return rule in self._rules

    def ways(self, rule: str, slots: Slots, tries: int = 3, variant: int | None = None) -> Iterator[str]:
        """Wordings of a rule, in a random order of its templates, `tries` of each at most; variant: of one of them."""
        templates = self._stream.shuffled(self._rules.get(rule, ()))
        if variant is not None:
            templates = list(self._rules.get(rule, ())[variant : variant + 1])
        for _ in range(tries):
            for template in templates:
                text = self._grown(parsed(template), slots)
                if text is not None:
                    yield text

    def one(self, rule: str, slots: Slots) -> str:
        """A wording of a rule; empty if it has none for these slots."""
        return next(self.ways(rule, slots, 1), "")

    def _grown(self, sequence: Sequence_, slots: Slots) -> str | None:
        parts: list[str] = []
        for node in sequence:
            part = self._part(node, slots)
            if part is None:
                return None
            parts.append(part)
        return "".join(parts)

    def _part(self, node: Node, slots: Slots) -> str | None:
        match node:
            case str():
                return node
            case Slot(name, ""):
                return slots.get(name) or None
            case Slot(name, verb):
                return plural_form(verb) if is_plural(slots.get(name, "")) else verb
            case Rule(name):
                return self.one(name, slots) or None
            case Choice(ways):
                return next(
                    (part for way in self._stream.shuffled(ways) if (part := self._grown(way, slots)) is not None), None
                )


@cache
def marks(template: str) -> frozenset[tuple[str, ...]]:
    """Every run of MARK_WORDS words that the template itself, whichever way it grows, can leave in a sentence."""
    found: set[tuple[str, ...]] = set()
    _walk(parsed(template), {()}, found)
    return frozenset(found)


def _walk(sequence: Sequence_, before: set[tuple[str, ...]], found: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Collect the runs of a sequence. before: the last words that can stand in front of it; returns those behind it."""
    for node in sequence:
        if isinstance(node, str):
            before = {_spoken(node, last, found) for last in before}
        elif isinstance(node, Choice):
            before = {last for way in node.ways for last in _walk(way, before, found)}
        else:
            before = {()}
    return before


def _spoken(text: str, last: tuple[str, ...], found: set[tuple[str, ...]]) -> tuple[str, ...]:
    run = [*last, *words_in(text)]
    found.update(tuple(run[at : at + MARK_WORDS]) for at in range(len(run) - MARK_WORDS + 1))
    return tuple(run[-(MARK_WORDS - 1) :])
