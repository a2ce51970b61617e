"""The index: every entry's vector, turn and importance in arrays that grow, so that ten thousand are ranked at once."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fabula.agents.memory.embedding import NORM, Embedder

RECENCY_KEPT = 950
"""Thousandths of its recency that a memory keeps from turn to turn."""
RECENCY_MIN, RELEVANCE_MIN = 100, 20
"""An old memory, or one that has nothing to do with what is asked, is ranked low and not lost."""
_CAPACITY = 64

Number = TypeVar("Number", bound=np.generic)


def _recencies() -> list[int]:
    """Recency by age in turns, until it falls no more."""
    known = [1000]
    while known[-1] > RECENCY_MIN:
        known.append(max(RECENCY_MIN, known[-1] * RECENCY_KEPT // 1000))
    return known


RECENCIES = np.array(_recencies(), dtype=np.int64)


class Ranked:
    """How the entries of an index stand to a question, row by row."""

    def __init__(self, recency: NDArray[np.int64], importance: NDArray[np.int64], relevance: NDArray[np.int64]) -> None:
        self.recency = recency
        self.relevance = relevance
        self.score = recency * importance * np.maximum(relevance, RELEVANCE_MIN)

    def best(self, most: int) -> list[int]:
        """The rows that score best, best first; of two alike the later."""
        rows = len(self.score)
        # Score and row in one number (30 bits and 31), so that no two are equal and the choice is the same everywhere.
        keys = (self.score << 31) | np.arange(rows, dtype=np.int64)
        chosen = np.argpartition(keys, rows - most)[rows - most :] if most < rows else np.arange(rows)
        return [int(row) for row in chosen[np.argsort(-keys[chosen])]]


class Index:
    """Rows of one embedder's vectors. A row takes `dimensions` + 12 bytes, and there is room for half as many again."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._count = 0
        # One row of memory for each dimension: a question has few that are not zero, and only those are read.
        self._vectors = np.zeros((embedder.dimensions, _CAPACITY), dtype=np.int8)
        self._turns = np.zeros(_CAPACITY, dtype=np.int64)
        self._importances = np.zeros(_CAPACITY, dtype=np.int32)

    def __len__(self) -> int:
        return self._count

    def add(self, text: str, *, turn: int, importance: int) -> None:
        """Add a row. turn: >= 0."""
        if self._count == len(self._turns):
            self._grow()
        row = self._count
        self._vectors[:, row] = self.embedder.embed(text)
        self._turns[row], self._importances[row] = turn, importance
        self._count += 1

    def keep(self, rows: Sequence[int]) -> None:
        """Drop all rows but these, which are ascending."""
        kept = np.array(rows, dtype=np.intp)
        self._vectors = _roomy(self._vectors[:, kept])
        self._turns, self._importances = _roomy(self._turns[kept]), _roomy(self._importances[kept])
        self._count = len(kept)

    def rank(self, query: str, *, turn: int) -> Ranked:
        """Every row's recency at `turn` and its relevance to the query; an empty query is as relevant to all."""
        count = self._count
        ages = np.clip(turn - self._turns[:count], 0, len(RECENCIES) - 1)
        return Ranked(RECENCIES[ages], self._importances[:count].astype(np.int64), self._relevance(query))

    def _relevance(self, query: str) -> NDArray[np.int64]:
        vector = self.embedder.embed(query)
        if not vector.any():
            return np.full(self._count, RELEVANCE_MIN, dtype=np.int64)
        dimensions = np.flatnonzero(vector)
        # Whole numbers, none above NORM * NORM on the way: floats hold them exactly, in whatever order they are added.
        here = self._vectors[dimensions, : self._count].astype(np.float32)
        products = vector[dimensions].astype(np.float32) @ here
        relevance: NDArray[np.int64] = np.clip(products.astype(np.int64) * 1000 // (NORM * NORM), 0, 1000)
        return relevance

    def _grow(self) -> None:
        self._vectors, self._turns = _roomy(self._vectors), _roomy(self._turns)
        self._importances = _roomy(self._importances)


def _roomy(array: NDArray[Number]) -> NDArray[Number]:
    """The array with room for half as many rows again, and _CAPACITY more."""
    *others, rows = array.shape
    room = np.zeros((*others, rows // 2 + _CAPACITY), dtype=array.dtype)
    return np.concatenate([array, room], axis=-1)
