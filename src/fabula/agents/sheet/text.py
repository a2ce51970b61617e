"""The text of a sheet: from the bytes of a file to clean, numbered lines."""

import codecs
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from fabula.agents.plain import hidden, lines_of, one_line, visible
from fabula.agents.sheet.notices import Notices
from fabula.errors import UsageError

SIZE_MAX_BYTES = 1024 * 1024
LINES_MAX = 20_000

# In this order: the mark of UTF-32 begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LOST = "\ufffd"


class SheetError(UsageError):
    """This is no character sheet: the message names the file and says what it is instead."""


class Line(NamedTuple):
    """A line of a sheet."""

    number: int
    """Counted from 1 in the file as it is."""
    text: str


def bytes_of(path: Path) -> bytes:
    """The bytes of a file. Raises SheetError if it cannot be read or is too large."""
    shown = one_line(str(path))
    try:
        if path.exists() and not path.is_file():
            raise SheetError(f"{shown}: this is no file. Name a character sheet in Markdown.")
        with path.open("rb") as file:
            return file.read(SIZE_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SheetError(f"{shown}: it cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def read_lines(data: bytes | str, *, source: str, notices: Notices) -> list[Line]:
    """The visible text of a sheet, line by line.

    data: UTF-8; UTF-16 and UTF-32 with a byte order mark; anything else is taken for Windows-1252, with a warning.
    Raises SheetError if it is empty, longer than SIZE_MAX_BYTES or LINES_MAX, or no text.
    """
    if len(data) > SIZE_MAX_BYTES:
        raise SheetError(
            f"{source}: this is more than {SIZE_MAX_BYTES // 2**20} MiB, and no character sheet is so long."
        )
    text = _decoded(data, source, notices) if isinstance(data, bytes) else data
    if len(_CONTROL.findall(text)) * 20 > len(text):
        raise SheetError(f"{source}: this is no text. Name a character sheet in Markdown.")
    text = text.removeprefix("\ufeff")
    if (count := len(lines_of(text))) > LINES_MAX:
        raise SheetError(f"{source}: this has {count:,} lines, and no character sheet has more than {LINES_MAX:,}.")
    if hidden(text):
        lines = [Line(number, _seen(line, number, notices)) for number, line in enumerate(lines_of(text), 1)]
    else:
        lines = list(map(Line._make, enumerate(lines_of(unicodedata.normalize("NFC", text)), 1)))
    if not any(line.text.strip() for line in lines):
        raise SheetError(f"{source}: this is empty. Write at least a line `name: ` and the name.")
    return lines


def _decoded(data: bytes, source: str, notices: Notices) -> str:
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        fault = error
    if encoding != "utf-8" or b"\0" in data:
        raise SheetError(f"{source}: this is no text. Name a character sheet in Markdown, saved as UTF-8.") from fault
    line = len(lines_of(data[: fault.start].decode("utf-8")))
    mended = data.decode("utf-8", errors="replace")
    # Text in another encoding has next to no sequences that are good UTF-8; damaged UTF-8 has many.
    if sum(character > "\x7f" and character != _LOST for character in mended) > mended.count(_LOST):
        notices.add(line, f"a character is damaged; it is shown as {_LOST}. Write it again and save the file as UTF-8")
        return mended
    notices.add(line, "the file is not UTF-8; it is read as Windows-1252. Look at its accents and save it as UTF-8")
    return data.decode("cp1252", errors="replace")


def _seen(line: str, number: int, notices: Notices) -> str:
    if count := hidden(line):
        what = "an invisible character is" if count == 1 else f"{count} invisible characters are"
        notices.add(
            number, f"{what} taken out (control characters, escape sequences, marks that turn the reading order)"
        )
    return visible(line)
