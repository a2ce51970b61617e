"""Withholding: stands between a stream and whoever watches it, who is told no key that the model was made to say."""

import re

from fabula.llm.keys import KEY_CHARS_MAX, Key
from fabula.llm.values import Listener

_NO_KEYS_SIGN = re.compile(r"[^!-~]")
"""What stands in no key: a key that began before it has ended."""


class Withholding:
    """Passes on what cannot be the beginning of a key, with keys hidden; the rest waits for what follows it."""

    def __init__(self, listener: Listener, key: Key) -> None:
        self._listener = listener
        self._key = key
        self._waiting = ""

    def text(self, delta: str) -> None:
        """The next piece."""
        self._waiting += delta
        ends = [found.end() for found in _NO_KEYS_SIGN.finditer(self._waiting)]
        # Longer than any key can be, it is none.
        end = ends[-1] if ends else max(0, len(self._waiting) - 2 * KEY_CHARS_MAX)
        self._tell(end)

    def end(self) -> None:
        """Nothing more comes."""
        self._tell(len(self._waiting))

    def _tell(self, end: int) -> None:
        told, self._waiting = self._key.hide(self._waiting[:end]), self._waiting[end:]
        if told:
            self._listener.text(told)
