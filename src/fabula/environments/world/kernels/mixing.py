"""Mixing: the chance of kernels - a number for each life, tick and purpose, whatever order they are worked in.

The 64-bit key of a tick comes from the run's chance (Philox, by seed and step); a kernel mixes it with a life's id and
a salt of its own. Source of the mixer: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"
(SplitMix64, variant 13 by Stafford).
"""

import numpy as np

from fabula.environments.world.kernels.jit import kernel

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@kernel
def mixed(key: np.uint64, who: int, salt: int) -> np.uint64:
    """64 evenly distributed bits, the same for the same three numbers. salt: 0 to 65535, one for each purpose."""
    bits = key + _GAMMA * (np.uint64(who) * np.uint64(65536) + np.uint64(salt) + np.uint64(1))
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_1
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_2
    return bits ^ (bits >> np.uint64(31))


@kernel
def below(key: np.uint64, who: int, salt: int, limit: int) -> int:
    """A whole number from 0 to `limit - 1`; limit: 1 to 2**31. The bias is below limit / 2**32."""
    # numba keeps int() of an unsigned number unsigned, and makes a float of it and a signed one.
    return int(np.int64(((mixed(key, who, salt) >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32)))
