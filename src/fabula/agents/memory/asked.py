"""The asked embedder: a provider's model makes the vectors. They are asked for before they are needed, outside rules,
and kept in the store: whoever remembers the same again finds them there and pays nothing.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import numpy as np

from fabula.agents.memory.embedding import TEXT_CHARACTERS_MAX, Vector, vector_along
from fabula.agents.memory.memory import Memory
from fabula.llm.embedding import Embeds
from fabula.llm.values import Asker
from fabula.store import Vectors

KNOWN_MAX = 16_384
"""Vectors at hand; a memory has its entries' own, so these are those of questions and of what is new."""
LEARNT_MAX = 64
"""Texts that are learned at a time."""
_FINE = 2**20
"""So finely are the numbers of a provider's vector told apart."""


class AskedEmbedder:
    """Knows the vectors that were learned: found in the store, or else asked for."""

    def __init__(self, name: str, kept: Vectors, asked: Embeds | None = None) -> None:
        """name: the model's; what is kept is kept under it. asked: makes those that are missing; None: nobody does."""
        self.name = name
        self.dimensions = 0
        """0 until the first vector is known."""
        self.why = ""
        """Why a vector could not be had, the last time that one could not; empty: all could."""
        self._kept = kept
        self._asked = asked
        self._known: dict[str, Vector] = {}
        self._under_way: dict[str, asyncio.Event] = {}
        """Text -> set once whoever asks for its vector has done so."""

    def knows(self, text: str) -> bool:
        """See Embedder.knows."""
        return _said(text) in self._known or (not text.strip() and bool(self.dimensions))

    def embed(self, text: str) -> Vector:
        """See Embedder.embed."""
        return self._known[_said(text)] if text.strip() else np.zeros(self.dimensions, dtype=np.int8)

    async def prepare(self, memory: Memory, query: str, asker: Asker, *, deadline_s: float) -> None:
        """Learn what the memory needs, so that it can recall by the query; as much as can be had until the running
        loop's `time()` is `deadline_s`. Raises RunError if it cannot be kept.
        """
        while texts := memory.unknown(query, most=LEARNT_MAX):
            if not await self.learn(texts, asker, deadline_s=deadline_s):
                return

    async def learn(self, texts: Sequence[str], asker: Asker, *, deadline_s: float) -> bool:
        """Find the vectors of texts, or ask for them. Whether all are known now; `why` says why not."""
        lacking = await self._not_kept(texts)
        if lacking and self._asked is not None:
            self.why = ""
            mine = [text for text in lacking if text not in self._under_way]
            others = [self._under_way[text] for text in lacking if text in self._under_way]
            if mine:
                await self._ask(self._asked, mine, asker, deadline_s)
            await _all(others, deadline_s)
        return all(self.knows(text) for text in texts)

    async def _not_kept(self, texts: Sequence[str]) -> list[str]:
        """Those of the texts whose vectors are still not known, once the store was asked."""
        unknown = {_digest(said): said for text in texts if text.strip() and (said := _said(text)) not in self._known}
        if unknown:
            self._take(unknown, await self._kept.vectors(self.name, unknown))
        return [said for said in unknown.values() if said not in self._known]

    async def _ask(self, asked: Embeds, texts: Sequence[str], asker: Asker, deadline_s: float) -> None:
        done = asyncio.Event()
        self._under_way |= dict.fromkeys(texts, done)
        try:
            embedded = await asked.embed(texts, asker, deadline_s=deadline_s)
            self.why = embedded.failures[-1].why if embedded.failures else ""
            await self._keep(texts, [_whole(vector) for vector in embedded.vectors])
        finally:
            done.set()
            for text in texts:
                del self._under_way[text]

    async def _keep(self, texts: Sequence[str], vectors: Sequence[Vector]) -> None:
        if any(len(vector) != (self.dimensions or len(vectors[0])) for vector in vectors):
            # Another model has taken the name over; what it makes is never compared, so it is not paid for again.
            self._asked = None
            self.why = f"its vectors are not as long as before ({self.dimensions}): another model bears the name"
            return
        made = {_digest(text): vector.tobytes() for text, vector in zip(texts, vectors, strict=False)}
        if made:
            said = {_digest(text): text for text in texts}
            self._take(said, await self._kept.put_vectors(self.name, made))

    def _take(self, said: Mapping[str, str], kept: Mapping[str, bytes]) -> None:
        """Know what is kept. said: digest -> text."""
        for digest, vector in kept.items():
            self.dimensions = self.dimensions or len(vector)
            if len(vector) == self.dimensions:
                self._known[said[digest]] = np.frombuffer(vector, dtype=np.int8)
        while len(self._known) > KNOWN_MAX:
            del self._known[next(iter(self._known))]


def _whole(numbers: Sequence[float]) -> Vector:
    """A provider's vector in whole numbers."""
    told = np.array(numbers, dtype=np.float64)
    largest = float(np.abs(told).max()) or 1.0
    return vector_along(np.rint(told / largest * _FINE).astype(np.int64))


def _said(text: str) -> str:
    return text[:TEXT_CHARACTERS_MAX]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


async def _all(events: Iterable[asyncio.Event], deadline_s: float) -> None:
    """Wait for them until the deadline."""
    try:
        async with asyncio.timeout_at(deadline_s):
            for event in events:
                await event.wait()
    except TimeoutError:
        return
