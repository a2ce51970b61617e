"""Sums: a quick fingerprint of an array, to find where two states part. It guards against accidents, not forgers:
what it gives is an event, and events are in the run's own chain of SHA-256.
"""

import numpy as np
from numpy.typing import NDArray

from fabula.environments.world.kernels.jit import kernel

_PRIME_1 = np.uint64(0x9E3779B185EBCA87)
_PRIME_2 = np.uint64(0xC2B2AE3D27D4EB4F)


@kernel
def fingerprint(words: NDArray[np.uint64], seed: np.uint64) -> np.uint64:
    """64 bits that follow from every word and its place. Four lanes, so that it runs at the speed of memory.

    Source of the round: Collet 2012, xxHash64.
    """
    lane_0, lane_1 = seed + _PRIME_1 + _PRIME_2, seed + _PRIME_2
    lane_2, lane_3 = seed, seed - _PRIME_1
    whole = len(words) // 4 * 4
    for at in range(0, whole, 4):
        lane_0 = _round(lane_0, words[at])
        lane_1 = _round(lane_1, words[at + 1])
        lane_2 = _round(lane_2, words[at + 2])
        lane_3 = _round(lane_3, words[at + 3])
    mixed = _turned(lane_0, 1) + _turned(lane_1, 7) + _turned(lane_2, 12) + _turned(lane_3, 18)
    for at in range(whole, len(words)):
        mixed = _turned(mixed ^ _round(np.uint64(0), words[at]), 27) * _PRIME_1
    mixed = (mixed ^ np.uint64(len(words)) ^ (mixed >> np.uint64(33))) * _PRIME_2
    return mixed ^ (mixed >> np.uint64(29))


@kernel
def _turned(bits: np.uint64, by: int) -> np.uint64:
    return (bits << np.uint64(by)) | (bits >> np.uint64(64 - by))


@kernel
def _round(lane: np.uint64, word: np.uint64) -> np.uint64:
    return _turned(lane + word * _PRIME_2, 31) * _PRIME_1
