"""What a reader of a sheet has to tell its author: each oddity, with its line."""

from msgspec import Struct

WARNINGS_MAX = 100
QUOTE_CHARACTERS_MAX = 60


class SheetWarning(Struct, frozen=True, kw_only=True):
    """Something in a sheet that is not as it should be, and what was made of it."""

    line: int
    """Counted from 1 in the file as it is."""
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class Notices:
    """Collects the warnings of one sheet: each once, the first WARNINGS_MAX word for word, the others counted."""

    def __init__(self) -> None:
        self._warnings: dict[SheetWarning, None] = {}
        self._left_out = 0

    def add(self, line: int, text: str) -> None:
        """Say `text` about `line`."""
        if len(self._warnings) < WARNINGS_MAX:
            self._warnings[SheetWarning(line=line, text=text)] = None
        else:
            self._left_out += 1

    def warnings(self) -> tuple[SheetWarning, ...]:
        """All of them in the order of their lines."""
        warnings = sorted(self._warnings, key=lambda warning: warning.line)
        if self._left_out:
            last = f"{self._left_out} more warnings are left out; mend the first ones and read again"
            warnings.append(SheetWarning(line=warnings[-1].line, text=last))
        return tuple(warnings)


def quoted(text: str) -> str:
    """`text` as warnings quote it: in quotes, and cut when long."""
    return repr(text if len(text) <= QUOTE_CHARACTERS_MAX else text[: QUOTE_CHARACTERS_MAX - 1] + "…")
