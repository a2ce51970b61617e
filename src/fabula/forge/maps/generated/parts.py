"""What hangs together: the parts of a mask that one can walk about in, step by step, along the four directions."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int32]


def parts(where: Mask) -> tuple[Numbers, NDArray[np.int64]]:
    """For each cell the number of its part, from 1, 0 outside; and the size of each part (of 0: 0).

    Whole runs of cells are joined rather than cells, with neither recursion nor a Python loop over cells.
    """
    height, width = where.shape
    begins = where.copy()
    begins[:, 1:] &= ~where[:, :-1]
    run = np.where(where, np.cumsum(begins.reshape(-1), dtype=np.int32).reshape(height, width), 0).astype(np.int32)
    above, below = run[:-1], run[1:]
    touching = where[:-1] & where[1:]
    # One pair of runs is enough where they lie along one another.
    first = touching.copy()
    first[:, 1:] &= ~touching[:, :-1]
    root = _united(int(run.max(initial=0)) + 1, above[first], below[first])
    found, number = np.unique(root[1:], return_inverse=True)
    number_of = np.concatenate([np.zeros(1, dtype=np.int32), number.astype(np.int32) + 1])
    labels: Numbers = number_of[run]
    sizes = np.bincount(labels.reshape(-1), minlength=len(found) + 1)
    sizes[0] = 0
    return labels, sizes


def main_part(where: Mask, x: int, y: int) -> Mask:
    """The part in which a cell lies."""
    labels, _ = parts(where)
    found: Mask = (labels == labels[y, x]) & where
    return found


def _united(count: int, one: Numbers, other: Numbers) -> Numbers:
    """For each of `count` things the lowest it is joined with, directly or not, given the pairs that are."""
    root = np.arange(count, dtype=np.int32)
    while len(one):
        left, right = root[one], root[other]
        apart = left != right
        one, other, left, right = one[apart], other[apart], left[apart], right[apart]
        np.minimum.at(root, np.maximum(left, right), np.minimum(left, right))
        while not np.array_equal(higher := root[root], root):
            root = higher
    return root
