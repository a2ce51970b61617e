"""Noise in whole numbers: heights, wetness and grain that are the same on every machine."""

import numpy as np
from numpy.typing import NDArray

from fabula.engine.chance import Chance
from fabula.forge.maps.generated.parts import Numbers

HIGH = 65_536
"""Noise lies below it, from 0."""


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
    numbers = np.arange(shape[0] * shape[1], dtype=np.int64)
    found: Numbers = (scrambled(numbers, chance.stream(name).word()) >> np.uint64(48)).astype(np.int32).reshape(shape)
    return found


def terrain_noise(shape: tuple[int, int], chance: Chance, name: str, *, coarse: int, fine: int = 4) -> Numbers:
    """Smooth noise from 0 to 65,535: value noise of the lattices `coarse`, `coarse / 2`, … `fine`, each half as strong.

    coarse, fine: cells, powers of two.
    """
    total = np.zeros(shape, dtype=np.int32)
    strength, sum_of_strengths, lattice = 256, 0, coarse
    while lattice >= fine:
        total += _octave(shape, lattice, chance.stream(name, str(lattice)).word()) * strength >> 8
        sum_of_strengths += strength
        strength, lattice = strength // 2, lattice // 2
    scaled: Numbers = (total.astype(np.int64) * 256 // sum_of_strengths).astype(np.int32)
    return scaled


def level(noise: Numbers, percent: int, within: NDArray[np.bool_] | None = None) -> int:
    """The number below which `percent` of the noise lies."""
    counts = np.bincount((noise if within is None else noise[within]).reshape(-1), minlength=HIGH)
    return int(np.searchsorted(np.cumsum(counts), counts.sum() * percent // 100))


def _octave(shape: tuple[int, int], lattice: int, key: int) -> Numbers:
    """Random numbers on a lattice, and between them smooth transitions."""
    height, width = shape
    down, across = height // lattice + 2, width // lattice + 2
    corners = (scrambled(np.arange(down * across, dtype=np.int64), key) >> np.uint64(48)).astype(np.int32)
    corners = corners.reshape(down, across)
    row, down_weight = _eased(height, lattice)
    lines = (corners[row] * (256 - down_weight)[:, None] + corners[row + 1] * down_weight[:, None]) >> 8
    column, weight = _eased(width, lattice)
    found: Numbers = (lines[:, column] * (256 - weight) + lines[:, column + 1] * weight) >> 8
    return found


def _eased(length: int, lattice: int) -> tuple[Numbers, Numbers]:
    """Of each cell: the lattice point before it, and how far it is to the next, 0 to 255, slow at both ends."""
    cell = np.arange(length, dtype=np.int32)
    way = cell % lattice * 256 // lattice
    return cell // lattice, way * way * (768 - 2 * way) // 65_536
