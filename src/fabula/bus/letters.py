"""The dead letters of a bus that keeps them itself, in memory."""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from fabula.bus.envelope import Message
from fabula.bus.figures import Figures
from fabula.bus.protocol import DeadLetter, NoSuchLetter


class Letters:
    """At most `dead_max` dead letters; one more, and the oldest is dropped, which `figures` counts."""

    def __init__(self, *, dead_max: int, figures: Figures, now: Callable[[], float]) -> None:
        self._dead_max = dead_max
        self._figures = figures
        self._now = now
        self._numbers = itertools.count(1)
        self._letters: dict[str, DeadLetter] = {}

    def add(
        self, *, address: str, group: str, cause: str, tries: int, body: bytes, message: Message | None
    ) -> DeadLetter:
        """Keep one, under the next number."""
        letter = DeadLetter(
            id=str(next(self._numbers)),
            address=address,
            group=group,
            cause=cause,
            tries=tries,
            at=datetime.fromtimestamp(self._now(), UTC).isoformat().replace("+00:00", "Z"),
            body=body,
            message=message,
        )
        self._letters[letter.id] = letter
        while len(self._letters) > self._dead_max:
            del self._letters[next(iter(self._letters))]
            self._figures.letters_dropped += 1
        return letter

    def latest(self, most: int) -> Sequence[DeadLetter]:
        """The latest first."""
        return list(itertools.islice(reversed(self._letters.values()), max(most, 0)))

    def find(self, number: str) -> DeadLetter:
        """One of them. Raises NoSuchLetter."""
        letter = self._letters.get(number)
        if letter is None:
            raise NoSuchLetter(f"there is no dead letter {number!r}: `fabula bus dead list` names those there are")
        return letter

    def drop(self, number: str) -> None:
        """Throw one away. Raises NoSuchLetter."""
        del self._letters[self.find(number).id]
