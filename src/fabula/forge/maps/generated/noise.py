"""Noise in whole numbers: heights, wetness and grain that are the same on every machine."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fabula.engine.chance import Chance
from fabula.forge.maps.generated.parts import Numbers

HIGH = 65_536
"""Noise lies below it, from 0."""
_BAND = 32
_SAMPLE_SIDE = 1024


def scrambled(numbers: NDArray[np.int64], key: int) -> NDArray[np.uint64]:
    """A random 64-bit number for each.

    Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64).
    """
    bits = np.uint64(key) + np.uint64(0x9E3779B97F4A7C15) * (numbers.astype(np.uint64) + np.uint64(1))
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = bits ^ (bits >> np.uint64(31))
    return mixed


def grain(shape: tuple[int, int], chance: Chance, name: str) -> Numbers:
    """A random number from 0 to 65,535 for every cell, none like its neighbour."""
    key, found = chance.stream(name).word(), np.empty(shape, dtype=np.int32)
    for top, bottom in _bands(shape[0]):
        cells = np.arange(top * shape[1], bottom * shape[1], dtype=np.int64)
        found[top:bottom] = (scrambled(cells, key) >> np.uint64(48)).astype(np.int32).reshape(-1, shape[1])
    return found


def terrain_noise(shape: tuple[int, int], chance: Chance, name: str, *, coarse: int, fine: int = 4) -> Numbers:
    """Smooth noise from 0 to 65,535: value noise of the lattices `coarse`, `coarse / 2`, … `fine`, each half as strong.

    coarse, fine: cells, powers of two.
    """
    octaves = [_Octave(shape, coarse, 256, chance.stream(name, str(coarse)).word())]
    while octaves[-1].lattice > fine:
        lattice = octaves[-1].lattice // 2
        octaves.append(_Octave(shape, lattice, octaves[-1].strength // 2, chance.stream(name, str(lattice)).word()))
    strengths = sum(octave.strength for octave in octaves)
    found = np.empty(shape, dtype=np.int32)
    for top, bottom in _bands(shape[0]):
        band = octaves[0].rows(top, bottom)
        for octave in octaves[1:]:
            band += octave.rows(top, bottom)
        found[top:bottom] = (band << 8) // strengths
    return found


def level(noise: Numbers, percent: int) -> int:
    """The number below which about `percent` of the noise lies."""
    every = max(1, min(noise.shape) // _SAMPLE_SIDE)
    counts = np.bincount(noise[::every, ::every].reshape(-1), minlength=HIGH)
    return int(np.searchsorted(np.cumsum(counts), counts.sum() * percent // 100))


class _Octave:
    """Random numbers on a lattice, and between them smooth transitions."""

    def __init__(self, shape: tuple[int, int], lattice: int, strength: int, key: int) -> None:
        self.lattice, self.strength = lattice, strength
        down, across = shape[0] // lattice + 2, shape[1] // lattice + 2
        corners = scrambled(np.arange(down * across, dtype=np.int64), key) >> np.uint64(48)
        self._corners = corners.astype(np.int32).reshape(down, across)
        self._row, self._down = _eased(shape[0], lattice)
        self._column, self._across = _eased(shape[1], lattice)

    def rows(self, top: int, bottom: int) -> Numbers:
        """Of these rows, in 256ths of the strength."""
        row, down = self._row[top:bottom], self._down[top:bottom, None]
        lines = (self._corners[row] * (256 - down) + self._corners[row + 1] * down) >> 8
        steps = np.diff(lines, axis=1)
        found: Numbers = np.take(steps, self._column, axis=1)
        found *= self._across
        found >>= 8
        found += np.take(lines, self._column, axis=1)
        found *= self.strength
        found >>= 8
        return found


def _bands(height: int) -> Iterator[tuple[int, int]]:
    """Rows that are worked at a time, so that what is reckoned stays near the processor."""
    for top in range(0, height, _BAND):
        yield top, min(height, top + _BAND)


def _eased(length: int, lattice: int) -> tuple[Numbers, Numbers]:
    """Of each cell: the lattice point before it, and how far it is to the next, 0 to 255, slow at both ends."""
    cell = np.arange(length, dtype=np.int32)
    way = cell % lattice * 256 // lattice
    return cell // lattice, way * way * (768 - 2 * way) // 65_536
