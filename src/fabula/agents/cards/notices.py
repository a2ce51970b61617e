"""What a reader of a card has to tell its owner: each oddity, with the field it is in."""

from msgspec import Struct

WARNINGS_MAX = 100


class CardWarning(Struct, frozen=True, kw_only=True):
    """Something in a card that is not as it should be, and what was made of it."""

    field: str
    """Where: `data.tags`, `chunk ccv3`, `member assets/a.png`."""
    text: str

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"


class CardNotices:
    """Collects the warnings of one card: each once, the first WARNINGS_MAX word for word, the others counted."""

    def __init__(self) -> None:
        self._warnings: dict[CardWarning, None] = {}
        self._left_out = 0

    def add(self, field: str, text: str) -> None:
        """Say `text` about `field`."""
        if len(self._warnings) < WARNINGS_MAX:
            self._warnings[CardWarning(field=field, text=text)] = None
        else:
            self._left_out += 1

    def warnings(self) -> tuple[CardWarning, ...]:
        """All of them, in the order in which they were found."""
        warnings = tuple(self._warnings)
        if self._left_out:
            warnings += (CardWarning(field="card", text=f"{self._left_out} more warnings are left out"),)
        return warnings
