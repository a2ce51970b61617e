"""Chance: every random number of a run, from its seed, the step and a name - and from nothing else.

Streams are counter-based (Philox 4x64-10), so a stream does not depend on how many numbers another one drew or
on the order in which they were opened: what Mira rolls at step 12 is the same whether or not Tom rolled before her.
The generator is written out here because a run must give the same numbers on every machine and with every
library version, and because opening a stream must cost next to nothing. A test holds it against NumPy's Philox, bit
for bit.

Source: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox 4x64, 10 rounds).
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

from fabula.errors import UsageError

T = TypeVar("T")

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_MULTIPLIER_0, _MULTIPLIER_1 = 0xD2E7470EE14C6C93, 0xCA5A826395121157
_WEYL_0, _WEYL_1 = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
_ROUNDS = 10

_DICE = re.compile(r"(\d{0,3})d(\d{1,4})(?:([+-])(\d{1,4}))?")


def philox_4x64(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """One block: four 64-bit words from a 256-bit counter and a 128-bit key, each given as 64-bit words, lowest
    first.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        product_0, product_1 = c0 * _MULTIPLIER_0, c2 * _MULTIPLIER_1
        c0, c1, c2, c3 = (product_1 >> 64) ^ c1 ^ k0, product_1 & _MASK, (product_0 >> 64) ^ c3 ^ k1, product_0 & _MASK
        k0, k1 = (k0 + _WEYL_0) & _MASK, (k1 + _WEYL_1) & _MASK
    return c0, c1, c2, c3


class Stream:
    """A sequence of random numbers, fixed by the seed, step and name it was opened with."""

    __slots__ = ("_block", "_key", "_step", "_words")

    def __init__(self, key: tuple[int, int], step: int) -> None:
        self._key = key
        self._step = step
        self._block = 0
        self._words: list[int] = []

    def word(self) -> int:
        """A uniform integer of 64 bits."""
        if not self._words:
            self._words = list(reversed(philox_4x64((self._block, self._step & _MASK, 0, 0), self._key)))
            self._block += 1
        return self._words.pop()

    def random(self) -> float:
        """A uniform float in [0, 1), with 53 random bits."""
        return (self.word() >> 11) * 2.0**-53

    def integer(self, low: int, high: int) -> int:
        """A uniform integer with low <= n <= high, free of modulo bias. Raises ValueError if high < low."""
        if high < low:
            raise ValueError(f"integer(low={low}, high={high}): high must not be below low")
        span = high - low + 1
        limit = (1 << 64) - (1 << 64) % span
        while (word := self.word()) >= limit:
            pass
        return low + word % span

    def chance(self, probability: float) -> bool:
        """True with the given probability (0.0 never, 1.0 always)."""
        return self.random() < probability

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, each as likely. Raises IndexError if there are none."""
        if not items:
            raise IndexError("choice() from nothing")
        return items[self.integer(0, len(items) - 1)]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """One of the items, each as likely as its weight (>= 0) among their sum (> 0)."""
        mark = self.random() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            mark -= weight
            if mark < 0:
                return item
        # Rounding may leave a crumb beyond the last weight; it belongs to the last item that could be drawn.
        return next(item for item, weight in zip(reversed(items), reversed(weights), strict=True) if weight > 0)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a random order, as a new list (Fisher-Yates)."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.integer(0, i)
            out[i], out[j] = out[j], out[i]
        return out

    def roll(self, dice: str) -> int:
        """The sum of dice written `d20`, `2d6`, `3d8+2`. Raises UsageError if the notation is not of that form."""
        match = _DICE.fullmatch(dice.replace(" ", ""))
        if match is None or match[2] == "0":
            raise UsageError(f"dice {dice!r}: write them like 'd20', '2d6' or '3d8+2'")
        total = sum(self.integer(1, int(match[2])) for _ in range(int(match[1] or 1)))
        return total + (int(match[3] + match[4]) if match[3] else 0)


class Chance:
    """All the chance of a run; `at` narrows it to one step.

    seed: any integer; runs with the same seed, rules and inputs are the same run.
    """

    __slots__ = ("_keys", "seed", "step")

    def __init__(
        self, seed: int, step: int = 0, *, _keys: dict[tuple[str, ...], tuple[int, int]] | None = None
    ) -> None:
        self.seed = seed
        self.step = step
        self._keys = {} if _keys is None else _keys

    def at(self, step: int) -> "Chance":
        """The same chance at another step."""
        return Chance(self.seed, step, _keys=self._keys)

    def stream(self, *name: str) -> Stream:
        """The stream of that name at this step, from its beginning: `chance.stream("attack", agent)`."""
        key = self._keys.get(name)
        if key is None:
            key = self._keys[name] = self._key(name)
        return Stream(key, self.step)

    def _key(self, name: tuple[str, ...]) -> tuple[int, int]:
        # Each part is preceded by its length, so that ("a", "bc") and ("ab", "c") are different names.
        digest = blake2b(f"{self.seed}".encode(), digest_size=16, person=b"fabula/chance")
        for part in name:
            raw = part.encode()
            digest.update(len(raw).to_bytes(4, "little") + raw)
        key = digest.digest()
        return int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
