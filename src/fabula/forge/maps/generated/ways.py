"""Ways: the cheapest paths that join places on a map with one another."""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from fabula.forge.maps.generated.parts import Numbers
from fabula.forge.maps.map import Cell

_NODES_MAX = 40_000
"""Larger maps are looked at in blocks of cells."""
_FAR = 1 << 60
_STEPS = ((1, 0, 10), (-1, 0, 10), (0, 1, 10), (0, -1, 10), (1, 1, 14), (-1, 1, 14), (1, -1, 14), (-1, -1, 14))


def ways(toll: Numbers, ends: Sequence[Cell]) -> list[list[Cell]]:
    """Paths that join all the ends, and are cheap in all: cell by cell, each a neighbour of the one before.

    toll: what it costs to cross a cell, > 0; shape (height, width).
    Source: Mehlhorn 1988, "A faster approximation algorithm for the Steiner problem in graphs".
    """
    block = isqrt(max(0, toll.size - 1) // _NODES_MAX) + 1
    coarse = _coarse(toll, block)
    nodes_of_ends = [(x // block, y // block) for x, y in ends]
    owner, parent, distance = _nearest_end(coarse, nodes_of_ends)
    width = coarse.shape[1]
    # Ends within one block are one end to the search.
    found = [_line([end, ends[nodes_of_ends.index(node)]]) for end, node in zip(ends, nodes_of_ends, strict=True)]
    for one, other in _tree(owner, distance, coarse, len(ends)):
        back, forth = _traced(one, parent), _traced(other, parent)
        nodes = [*reversed(back), *forth]
        points = [_middle(node, width, block, toll.shape) for node in nodes]
        points[0], points[-1] = ends[owner[one]], ends[owner[other]]
        found.append(_line(points))
    return found


def apart(candidates: Sequence[Cell], count: int, taken: Sequence[Cell]) -> list[Cell]:
    """So many of the candidates, each as far as can be from those before it and from what is taken.

    Raises IndexError if there are no candidates.
    """
    points = np.array(candidates, dtype=np.int64)
    nearest = np.full(len(points), _FAR)
    chosen: list[Cell] = []
    for point in taken:
        nearest = np.minimum(nearest, ((points - point) ** 2).sum(axis=1))
    for _ in range(count):
        point = candidates[int(np.argmax(nearest))]
        chosen.append(point)
        nearest = np.minimum(nearest, ((points - point) ** 2).sum(axis=1))
    return chosen


def _coarse(toll: Numbers, block: int) -> NDArray[np.int64]:
    height, width = toll.shape
    down, across = -(-height // block), -(-width // block)
    padded = np.pad(toll, ((0, down * block - height), (0, across * block - width)), mode="edge").astype(np.int64)
    means: NDArray[np.int64] = padded.reshape(down, block, across, block).sum(axis=(1, 3)) // (block * block)
    return np.maximum(means, 1)


def _nearest_end(toll: NDArray[np.int64], ends: Sequence[Cell]) -> tuple[list[int], list[int], list[int]]:
    """Of each block: the end it is nearest to, the next block on the way there (itself: the end), and how far it is."""
    height, width = toll.shape
    tolls = toll.reshape(-1).tolist()
    owner, parent, distance = [-1] * len(tolls), list(range(len(tolls))), [_FAR] * len(tolls)
    waiting: list[tuple[int, int]] = []
    for number, (x, y) in enumerate(ends):
        node = y * width + x
        if distance[node]:
            owner[node], distance[node] = number, 0
            heappush(waiting, (0, node))
    while waiting:
        far, node = heappop(waiting)
        if far > distance[node]:
            continue
        y, x = divmod(node, width)
        for right, down, length in _STEPS:
            if not (0 <= x + right < width and 0 <= y + down < height):
                continue
            beside = node + down * width + right
            reached = far + length * (tolls[node] + tolls[beside])
            if reached < distance[beside]:
                owner[beside], parent[beside], distance[beside] = owner[node], node, reached
                heappush(waiting, (reached, beside))
    return owner, parent, distance


def _tree(owner: list[int], distance: list[int], toll: NDArray[np.int64], ends: int) -> Iterator[tuple[int, int]]:
    """The cheapest crossings between neighbours' grounds that join all the ends."""
    height, width = toll.shape
    best: dict[tuple[int, int], tuple[int, int, int]] = {}
    for node in range(height * width):
        for beside in (node + 1 if (node + 1) % width else node, node + width):
            if beside >= height * width or owner[beside] == owner[node]:
                continue
            pair = (min(owner[node], owner[beside]), max(owner[node], owner[beside]))
            crossing = (distance[node] + distance[beside], node, beside)
            best[pair] = min(best.get(pair, crossing), crossing)
    leader = list(range(ends))
    for (_, one, other), (left, right) in sorted((crossing, pair) for pair, crossing in best.items()):
        if leader[left] != leader[right]:
            was, now = leader[right], leader[left]
            leader = [now if one_of == was else one_of for one_of in leader]
            yield one, other


def _traced(node: int, parent: list[int]) -> list[int]:
    found = [node]
    while parent[node] != node:
        node = parent[node]
        found.append(node)
    return found


def _middle(node: int, width: int, block: int, shape: tuple[int, ...]) -> Cell:
    y, x = divmod(node, width)
    # Not quite the middle, lest the ways of large maps run along a grid.
    shift = (node * 2_654_435_761 >> 7) % block - block // 2 if block > 2 else 0
    return (
        max(0, min(x * block + block // 2 + shift // 2, shape[1] - 1)),
        max(0, min(y * block + block // 2 - shift // 3, shape[0] - 1)),
    )


def _line(points: Sequence[Cell]) -> list[Cell]:
    """Through all the points, with no step aslant."""
    x, y = points[0]
    found = [(x, y)]
    for to_x, to_y in points[1:]:
        whole = max(abs(to_x - x), abs(to_y - y), 1)
        from_x, from_y = x, y
        for part in range(1, whole + 1):
            next_x, next_y = from_x + (to_x - from_x) * part // whole, from_y + (to_y - from_y) * part // whole
            if next_x != x and next_y != y:
                found.append((next_x, y))
            x, y = next_x, next_y
            found.append((x, y))
    return found
