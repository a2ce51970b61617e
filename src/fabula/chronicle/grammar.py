"""The grammar that sentences grow by: templates with choices, filled with facts and with phrases of the lexicon,
never twice the same.

    {A} [{strike} {B}|went for {B}][ with {weapon}]<onlookers>, <simile>

`{name}` is a fact or a person (`{A.his}` in another form), `<name>` a rule of the voice or a slot of the lexicon,
`[one|other]` a choice, `[this]` something that may be left out, `{?flag}` and `{!flag}` nothing but a condition: the
flag must hold, or must not. `a(n)` becomes `a` or `an`. A template, or an alternative in it, whose facts are not at
hand is not chosen.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from fabula.chronicle.lexicon import Decks
from fabula.chronicle.names import article, capitalised, is_plural, possessive
from fabula.engine.chance import Stream

ONCE = "once: "
"""What a template begins with that is so much a turn of its own that it may stand once in a story."""
ORNAMENTS = frozenset("air burden gesture hope hush light manner omen simile smell sound".split())
"""Slots of the lexicon that adorn a sentence without adding to what happened."""
PLAIN_BETWEEN = 0
"""Sentences without an ornament after one that has one. More of them read plainer and repeat one another from story to
story: already at 1, more than one sentence in fifty stands in two stories of a pack.
"""
SOLEMN = re.compile(r"(?:.*\.(?:kill|fell|beaten)|search\.secret|learn.*|talk\.(?:told|twisted)|elegy|fate\.dead)$")
"""Rules of falls, deaths and truths found out: these are told without ornament."""
FRAME = re.compile(
    r"(?:title.*|epigraph|trouble|arrive.*|begin|end\..*|stakes|cast\.entry|open\..*|close.*|scene.*|turn\..*|situation|muse.*|case.*)$"
)
"""Rules that name, set or close a scene: whatever ornament a story has stands there rather than at a deed."""
_OF_A_FRAME = 2
_NO_LIMIT = 99
TRIES = 8
"""Candidates for a sentence before it is given up or taken as it is."""

_TOKEN = re.compile(r"\{([?!]?)([A-Za-z_]+)(?:\.([a-z]+))?\}|<([a-z_.]+)>|([\[\]|])|([^{}<>\[\]|]+)")
_ARTICLE = re.compile(r"\b([Aa])\(n\) ([\w“‘'-]+)")
_SPACES = re.compile(r" {2,}")
_BEFORE_STOP = re.compile(r" +([,.;:!?])")
_DOUBLED = re.compile(r",(?=[.;:!?,])")


class Fact(msgspec.Struct, frozen=True):
    """Words for something that happened, and the events they rest on."""

    text: str
    events: tuple[int, ...] = ()


class Speaker(Protocol):
    """Whoever knows what people are called at this point of a telling."""

    def called(self, name: str, form: str, draft: "Draft") -> str | None:
        """The person's name or pronoun in a form (``, `s`, `he`, `his`, …) as it fits into the draft; None if none
        fits.
        """
        ...

    def all_called(self, names: Sequence[str], draft: "Draft") -> str:
        """Several people in a row."""
        ...

    def small(self, text: str) -> str:
        """The text as it goes on inside a sentence: with a small letter, unless it begins with a name."""
        ...

    def accept(self, draft: "Draft") -> None:
        """The draft has become a sentence: whoever it introduces is known from now on."""
        ...


class People(msgspec.Struct, frozen=True):
    """Several persons by their names, and the events that put them together."""

    names: tuple[str, ...]
    events: tuple[int, ...] = ()


Fill = Fact | People | str
"""A fact, several persons, or the name of one."""
Fills = Mapping[str, Fill]


class Draft:
    """A sentence in the making."""

    __slots__ = ("drawn", "events", "introduced", "parts", "pronouned", "recent")

    def __init__(self, recent: Sequence[str] = ()) -> None:
        self.parts: list[str] = []
        self.events: list[int] = []
        self.introduced: list[str] = []
        """Who is told more of here than the name."""
        self.pronouned: list[str] = []
        """Who is mentioned by a pronoun instead of the name."""
        self.drawn: list[str] = []
        """Slots of the lexicon that phrases were drawn from."""
        self.recent = recent
        """Who was mentioned in the sentence before."""

    def mark(self) -> tuple[int, ...]:
        """How far it has come."""
        return tuple(map(len, self._growing()))

    def rewind(self, mark: tuple[int, ...]) -> None:
        """Back to where it was."""
        for part, length in zip(self._growing(), mark, strict=True):
            del part[length:]

    def _growing(self) -> tuple[list[Any], ...]:
        return self.parts, self.events, self.introduced, self.pronouned, self.drawn

    @property
    def at_start(self) -> bool:
        return not any(part.strip() for part in self.parts)

    def text(self) -> str:
        """The sentence, capital first, with an end."""
        return finished("".join(self.parts))


class Grammar:
    """Expands the rules of one voice, for one story."""

    def __init__(self, rules: Mapping[str, Sequence[str]], decks: Decks, stream: Stream) -> None:
        self._rules = rules
        self._decks = decks
        self._stream = stream
        self._uses: dict[str, int] = {}
        self._said: set[str] = set()
        self._adorned = 0
        """How many ornaments the sentence in the making may have."""
        self._plain_since = PLAIN_BETWEEN
        """Sentences since the last ornament."""

    def knows(self, rule: str) -> bool:
        """True if the voice has words for it."""
        return rule in self._rules

    def compose(
        self,
        rules: Iterable[str],
        fills: Fills,
        speaker: Speaker,
        *,
        lead: str = "",
        recent: Sequence[str] = (),
        after: str = "",
    ) -> Draft | None:
        """A sentence by the first of the rules that gives one which was not said before in this story.

        lead: the rule of what ties it to the sentence before, as `Then`, if any. recent: who was mentioned in that
        sentence. after: that sentence, so that this one does not begin like it. None if the facts at hand suffice for
        no template.
        """
        spare: tuple[str, Draft] | None = None
        for rule in rules:
            for template in self._within_measure(rule, fills):
                draft = self._draft(template, lead, fills, speaker, recent)
                if draft is None or folded(draft.text()) in self._said:
                    continue
                if not _begins_alike(draft.text(), after):
                    return self._accept(template, draft, speaker)
                spare = spare or (template, draft)
            if spare:
                return self._accept(*spare, speaker)
        return None

    def _within_measure(self, rule: str, fills: Fills) -> Iterator[str]:
        """Templates of a rule, with as many ornaments as are due; with more only where nothing else can be said."""
        rested = self._plain_since >= PLAIN_BETWEEN and not SOLEMN.match(rule)
        due = _OF_A_FRAME if FRAME.match(rule) else 1 if rested else 0
        for self._adorned in sorted({due, max(due, 1), _NO_LIMIT}):
            yield from self._candidates(rule, fills)

    def phrase(self, rule: str, fills: Fills, speaker: Speaker) -> Fact | None:
        """Words by a rule that become part of a sentence, and what they rest on; they may be said again."""
        for template in self._within_measure(rule, fills):
            draft = Draft()
            draft.parts.append("…")
            if self._grow(parsed(template), fills, speaker, draft):
                self._spend(template, draft)
                speaker.accept(draft)
                return Fact("".join(draft.parts[1:]), tuple(draft.events))
        return None

    def claim(self, text: str) -> bool:
        """Note a sentence made elsewhere as said; False if it was said already."""
        if folded(text) in self._said:
            return False
        self._said.add(folded(text))
        return True

    def _draft(self, template: str, lead: str, fills: Fills, speaker: Speaker, recent: Sequence[str]) -> Draft | None:
        draft = Draft(recent)
        if lead and self._grow_node(_Rule(lead), fills, speaker, draft):
            draft.parts.append(" ")
        begun = len(draft.parts)
        if not self._grow(parsed(template), fills, speaker, draft):
            return None
        if begun:
            draft.parts[begun:] = [speaker.small("".join(draft.parts[begun:]).lstrip())]
        return draft

    def _accept(self, template: str, draft: Draft, speaker: Speaker) -> Draft:
        self._said.add(folded(draft.text()))
        self._plain_since += 1
        self._spend(template, draft)
        speaker.accept(draft)
        return draft

    def _spend(self, template: str, draft: Draft) -> None:
        self._uses[template] = self._uses.get(template, 0) + 1
        for slot in draft.drawn:
            self._decks.discard(slot)
        if not ORNAMENTS.isdisjoint(draft.drawn):
            self._plain_since = 0

    def _candidates(self, rule: str, fills: Fills) -> Iterator[str]:
        """Templates that the facts suffice for, those used least first."""
        fit = [
            template
            for template in self._rules.get(rule, ())
            if self._suffice(parsed(template), fills) and not (template.startswith(ONCE) and template in self._uses)
        ]
        ranked = sorted((self._uses.get(template, 0), self._stream.word(), template) for template in fit)
        for turn in range(TRIES if ranked else 0):
            yield ranked[turn % len(ranked)][2]

    def _suffice(self, sequence: "_Sequence", fills: Fills) -> bool:
        if not sequence.needs <= fills.keys() or not sequence.forbids.isdisjoint(fills.keys()):
            return False
        if any(not self._available(rule, fills) for rule in sequence.rules):
            return False
        return all(any(self._suffice(option, fills) for option in choice.options) for choice in sequence.choices)

    def _available(self, rule: str, fills: Fills) -> bool:
        if rule in self._rules:
            return any(self._suffice(parsed(template), fills) for template in self._rules[rule])
        return (self._adorned > 0 or rule not in ORNAMENTS) and self._decks.has(rule)

    def _grow(self, sequence: "_Sequence", fills: Fills, speaker: Speaker, draft: Draft) -> bool:
        """Append the sequence to the draft; False, and the draft as it was, if that cannot be done here."""
        mark = draft.mark()
        for node in sequence.nodes:
            if not self._grow_node(node, fills, speaker, draft):
                draft.rewind(mark)
                return False
        return True

    def _grow_node(self, node: "_Node", fills: Fills, speaker: Speaker, draft: Draft) -> bool:
        match node:
            case str():
                draft.parts.append(node)
                return True
            case _Slot():
                return self._grow_slot(node, fills, speaker, draft)
            case _Rule(name=name) if self.knows(name):
                options = [parsed(template) for template in self._rules[name]]
            case _Rule(name=name):
                return self._draw(name, draft)
            case _Choice():
                options = list(node.options)
        fit = [option for option in options if self._suffice(option, fills)]
        return any(self._grow(option, fills, speaker, draft) for option in self._stream.shuffled(fit))

    def _grow_slot(self, node: "_Slot", fills: Fills, speaker: Speaker, draft: Draft) -> bool:
        fill = fills[node.name]
        if isinstance(fill, Fact):
            draft.parts.append(_FORMS.get(node.form, str)(fill.text))
            draft.events.extend(fill.events)
            return True
        if isinstance(fill, People):
            draft.parts.append(speaker.all_called(fill.names, draft))
            draft.events.extend(fill.events)
            return True
        words = speaker.called(fill, node.form, draft)
        if words is not None:
            draft.parts.append(words)
        return words is not None

    def _draw(self, slot: str, draft: Draft) -> bool:
        if slot in ORNAMENTS and sum(drawn in ORNAMENTS for drawn in draft.drawn) >= self._adorned:
            return False
        phrase = self._decks.peek(slot, draft.drawn.count(slot))
        if phrase is None:
            return False
        draft.parts.append(phrase)
        draft.drawn.append(slot)
        return True


class _Slot(msgspec.Struct, frozen=True):
    name: str
    form: str


class _Rule(msgspec.Struct, frozen=True):
    name: str


class _Choice(msgspec.Struct, frozen=True):
    options: tuple["_Sequence", ...]


_Node = str | _Slot | _Rule | _Choice


class _Sequence(msgspec.Struct, frozen=True):
    nodes: tuple[_Node, ...]
    needs: frozenset[str]
    forbids: frozenset[str]
    rules: tuple[str, ...]
    choices: tuple[_Choice, ...]
    """Those without an empty alternative: one of theirs must be possible."""


@lru_cache(maxsize=4096)
def parsed(template: str) -> _Sequence:
    """The tree of a template. Raises ValueError if its brackets do not match or something in it is not of the
    grammar.
    """
    template = template.removeprefix(ONCE)
    tokens = list(_TOKEN.finditer(template))
    if sum(len(token[0]) for token in tokens) != len(template):
        raise ValueError(f"template {template!r}: a brace or angle bracket stands alone")
    reader = iter(tokens)
    options, closed = _read_options(reader)
    if closed or len(options) != 1:
        raise ValueError(f"template {template!r}: its brackets do not match")
    return options[0]


def _read_options(tokens: Iterator[re.Match[str]]) -> tuple[list[_Sequence], bool]:
    """Alternatives up to the closing bracket, and whether there was one."""
    options: list[_Sequence] = []
    nodes: list[_Node] = []
    needs: set[str] = set()
    forbids: set[str] = set()
    closed = False
    for token in tokens:
        condition, name, form, rule, bracket, text = token.groups()
        if name:
            (forbids if condition == "!" else needs).add(name)
            if not condition:
                nodes.append(_Slot(name, form or ""))
        elif rule:
            nodes.append(_Rule(rule))
        elif bracket == "[":
            inner, matched = _read_options(tokens)
            if not matched:
                raise ValueError("a bracket opens and none closes")
            nodes.append(_Choice(tuple(inner) if len(inner) > 1 else (*inner, _EMPTY)))
        elif bracket == "|":
            options.append(_sequence(nodes, needs, forbids))
            nodes, needs, forbids = [], set(), set()
        elif bracket == "]":
            closed = True
            break
        else:
            nodes.append(text)
    options.append(_sequence(nodes, needs, forbids))
    return options, closed


def _sequence(nodes: list[_Node], needs: Iterable[str], forbids: Iterable[str]) -> _Sequence:
    return _Sequence(
        nodes=tuple(nodes),
        needs=frozenset(needs),
        forbids=frozenset(forbids),
        rules=tuple(node.name for node in nodes if isinstance(node, _Rule)),
        choices=tuple(node for node in nodes if isinstance(node, _Choice) and _EMPTY not in node.options),
    )


_EMPTY = _Sequence(nodes=(), needs=frozenset(), forbids=frozenset(), rules=(), choices=())


_FORMS: Mapping[str, Callable[[str], str]] = {
    "s": possessive,
    "was": lambda name: f"{name} {'were' if is_plural(name) else 'was'}",
    "bare": lambda name: name.removeprefix("the "),
}
"""Forms that a fact can be asked for in."""


def finished(words: str) -> str:
    """Words as a sentence: spaces and stops in order, capital first, with an end."""
    text = _ARTICLE.sub(lambda match: f"{_like(match[1], article(match[2]))} {match[2]}", words)
    text = _DOUBLED.sub("", _BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", text))).strip(" ,;")
    text = capitalised(text)
    return text if text.endswith((".", "!", "?", "…", ".”", "!”", "?”", "…”")) else f"{text}."


def folded(text: str) -> str:
    """What two sentences have in common that differ in case and spacing only."""
    return " ".join(text.casefold().split())


def _begins_alike(text: str, after: str) -> bool:
    return bool(after) and text.split(" ", 1)[0] == after.split(" ", 1)[0]


def _like(model: str, word: str) -> str:
    return word.capitalize() if model.isupper() else word
