"""Memory: what one agent keeps of what it perceived, and what comes to its mind.

It changes by experiences and by the agent's own recorded thoughts and by nothing else - recalling leaves it as it is -
so it is rebuilt from a run's records wherever it is needed. An entry takes about 1.5 KB: 524 bytes in the index, the
rest for its texts.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import msgspec

from fabula.agents.memory.condensing import condensed
from fabula.agents.memory.convictions import Convictions
from fabula.agents.memory.embedding import Embedder, NgramEmbedder
from fabula.agents.memory.entries import Belief, Entry, EntryKind, Recollection, Relationship, Tally
from fabula.agents.memory.experience import Experience, Kind
from fabula.agents.memory.index import RECENCIES, Index
from fabula.agents.memory.interpretation import Temper, interpret
from fabula.agents.persona import Persona
from fabula.agents.plain import one_line

KEPT_MAX = 2000
THOUGHTS_MAX, THOUGHT_CHARACTERS_MAX = 8, 500
"""Thoughts of one action that are kept, and of each its beginning."""
TEXT_CHARACTERS_MAX = 2000
THOUGHT_IMPORTANCE = 350
"""A thought is nobody's word but the agent's own."""


class Memory:
    """The memory of one agent."""

    def __init__(self, persona: Persona, *, kept_max: int = KEPT_MAX, embedder: Embedder | None = None) -> None:
        """kept_max: entries it keeps, >= 1; beyond it the least are condensed into reflections."""
        self.persona = persona
        self.agent = persona.name
        self.kept_max = kept_max
        self._temper = Temper.of(persona)
        self._convictions = Convictions(persona.name)
        self._entries: list[Entry] = []
        self._embedder = embedder or NgramEmbedder()
        self._index: Index | None = None
        """By the embedder; None: it was not needed yet."""
        self._ngrams: Index | None = None
        """By n-grams, where another embedder does not know all; None: it was not needed yet."""
        self._numbers = 0
        self._turn = 0

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All it keeps, in the order in which it took it in; what sums up others, when it was made."""
        return tuple(self._entries)

    @property
    def beliefs(self) -> Mapping[str, Belief]:
        """What it takes to be so, by what that is about."""
        return self._convictions.beliefs

    @property
    def relationships(self) -> Mapping[str, Relationship]:
        """How it stands to others, by name."""
        return self._convictions.others

    @property
    def side(self) -> str:
        """The side it is on; empty if on none."""
        return self._convictions.side

    def perceive(self, lived: Experience) -> None:
        """Take in an experience: as it feels about it now, and with what that does to what it believes and feels."""
        lived = _plain(lived)
        self._turn = max(self._turn, lived.turn)
        reading = interpret(self._temper, self.side, self.relationships, lived)
        self._convictions.take_in(lived)
        if lived.kind is Kind.BOND:
            return
        names = (lived.doer, lived.to, *lived.others)
        self._add(
            Entry(
                number=self._next(),
                kind=EntryKind.OBSERVATION,
                step=lived.step,
                turn=lived.turn,
                text=reading.text,
                plain=lived.text,
                place=lived.place,
                people=tuple(dict.fromkeys(name for name in names if name)),
                importance=reading.importance,
                tally=Tally(
                    who=lived.doer,
                    tone=reading.tone,
                    to=lived.to,
                    words=lived.kind in (Kind.WORDS, Kind.LEARNED),
                    about=lived.about,
                ),
            )
        )

    def think(self, thoughts: Iterable[str], *, step: int, turn: int) -> None:
        """Take in what the agent made of things in an action of its own."""
        self._turn = max(self._turn, turn)
        plain = [one_line(thought[: THOUGHT_CHARACTERS_MAX * 2])[:THOUGHT_CHARACTERS_MAX] for thought in thoughts]
        for thought in list(filter(None, plain))[:THOUGHTS_MAX]:
            self._add(
                Entry(
                    number=self._next(),
                    kind=EntryKind.THOUGHT,
                    step=step,
                    turn=turn,
                    text=thought,
                    plain=thought,
                    importance=THOUGHT_IMPORTANCE,
                    tally=Tally(),
                )
            )

    def recall(self, query: str, *, turn: int, most: int) -> tuple[Recollection, ...]:
        """What comes to mind at `turn` when the query does: the `most` entries that score best, best first.

            score = recency x importance x relevance

        all three in thousandths. Recency is 0.95 for every turn that has passed, at least 0.1; importance is the
        entry's; relevance is the cosine of the embedded query and the entry's plain text, at least 0.02. The three are
        those of Park et al. 2023, "Generative Agents", section 4.1, who scale each to 0..1 and add them up; multiplied,
        none makes up for the lack of another. Recency counts from when it happened, not from when it was last
        recalled, since recalling is no event. An empty query asks for what is recent and important. Of entries that
        say the same, the best one comes. Of two that score alike, the later.

        All are ranked by one embedder, since vectors of two say nothing to each other: by n-grams, all of them, where
        this memory's own does not know the query or one of the entries.
        """
        if most <= 0:
            return ()
        ranked = self._index_for(query).rank(query, turn=turn)
        found: list[Recollection] = []
        said: set[str] = set()
        # Twice as many as are wanted, since some may say the same.
        for row in ranked.best(most * 2):
            entry = self._entries[row]
            if entry.plain not in said and len(found) < most:
                said.add(entry.plain)
                recency, relevance = int(ranked.recency[row]), int(ranked.relevance[row])
                found.append(
                    Recollection(entry=entry, recency=recency, relevance=relevance, score=int(ranked.score[row]))
                )
        return tuple(found)

    def unknown(self, query: str, *, most: int) -> tuple[str, ...]:
        """The texts, `most` of them at most, whose vectors its embedder would have to know and does not, so that it
        could recall by the query: the query first, then entries in their order. None if there is nothing to recall.
        """
        if not self._entries:
            return ()
        index = self._caught_up(self._own_index())
        entries = map(_searchable, self._entries[len(index) :])
        lacking = (text for text in (query, *entries) if not self._embedder.knows(text))
        return tuple(islice(dict.fromkeys(lacking), most))

    def since(self, step: int) -> tuple[Entry, ...]:
        """What it perceived and thought at or after `step`, in order; what was condensed since is not new."""
        new: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.kind is EntryKind.REFLECTION:
                continue
            if entry.step < step:
                break
            new.append(entry)
        return tuple(reversed(new))

    def view(self) -> dict[str, Any]:
        """All of it as plain data; equal memories give equal views."""
        plain: dict[str, Any] = msgspec.to_builtins(
            {
                "agent": self.agent,
                "side": self.side,
                "embedder": self._embedder.name,
                "entries": self._entries,
                "beliefs": [belief for _, belief in sorted(self.beliefs.items())],
                "relationships": [known for _, known in sorted(self.relationships.items())],
            }
        )
        return plain

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        if len(self._entries) > self.kept_max:
            self._condense()

    def _condense(self) -> None:
        before = self._entries
        self._entries = condensed(
            before,
            most=self.kept_max,
            turn=self._turn,
            rank=self._worth,
            me=self.agent,
            number=self._numbers + 1,
        )
        self._numbers = max(self._numbers, self._entries[-1].number)
        kept = {entry.number for entry in self._entries}
        for index in (self._index, self._ngrams):
            if index is not None:
                index.keep([row for row, entry in enumerate(before[: len(index)]) if entry.number in kept])

    def _worth(self, entry: Entry) -> int:
        age = min(max(0, self._turn - entry.turn), len(RECENCIES) - 1)
        return entry.importance * int(RECENCIES[age])

    def _index_for(self, query: str) -> Index:
        own = self._caught_up(self._own_index())
        if len(own) == len(self._entries) and self._embedder.knows(query):
            return own
        if self._ngrams is None:
            self._ngrams = Index(NgramEmbedder())
        return self._caught_up(self._ngrams)

    def _own_index(self) -> Index:
        # An empty one is made anew: the embedder may not have known how long its vectors are.
        if not self._index:
            self._index = Index(self._embedder)
        return self._index

    def _caught_up(self, index: Index) -> Index:
        """The index with what has come since the last question, up to the first that its embedder does not know: who
        is never asked pays nothing.
        """
        for entry in self._entries[len(index) :]:
            text = _searchable(entry)
            if not index.embedder.knows(text):
                break
            index.add(text, turn=entry.turn, importance=entry.importance)
        return index


def _searchable(entry: Entry) -> str:
    """What an entry is found by: what happened, not what the agent thought of it."""
    return f"{entry.plain} {entry.tally.about}" if entry.tally.about not in entry.plain else entry.plain


def _plain(lived: Experience) -> Experience:
    """The experience with its words in one line each, without what no reader sees, whoever wrote them."""
    changes = {
        name: one_line(text[: TEXT_CHARACTERS_MAX * 2])[:TEXT_CHARACTERS_MAX]
        for name in ("text", "deed", "claim", "about")
        if (text := getattr(lived, name)) and not (text.isprintable() and len(text) <= TEXT_CHARACTERS_MAX)
    }
    return msgspec.structs.replace(lived, **changes) if changes else lived
