"""Numbers parted by commas, as tile layers hold them by the million."""

import re
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from fabula.errors import UsageError
from fabula.forge.maps.tiled.fields import shown

_LIST = re.compile(r"(?:\s*+[0-9]{1,10}\s*+(?:,|$))*+", re.ASCII)
_BLOCK_CHARACTERS = 2**20
GID_MAX = 2**32 - 1


def numbers(text: str, where: str) -> NDArray[np.uint32]:
    """The numbers of a comma-separated list; one comma may follow the last.

    Raises UsageError that tells the first place that holds no tile number.
    """
    text = text.strip()
    parts: list[NDArray[np.uint32]] = []
    done = start = 0
    # Block by block, so that a long list needs little more room than its numbers.
    while start < len(text):
        end = text.find(",", start + _BLOCK_CHARACTERS) + 1 or len(text)
        block = text[start:end]
        if not _LIST.fullmatch(block):
            _refuse(block, done, where)
        values = np.fromstring(block.rstrip().removesuffix(","), dtype=np.int64, sep=",")
        if values.size and int(values.max()) > GID_MAX:
            _refuse(block, done, where)
        parts.append(values.astype(np.uint32))
        done += values.size
        start = end
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint32)


def _refuse(block: str, done: int, where: str) -> NoReturn:
    for place, item in enumerate(block.split(",")):
        value = item.strip()
        if not (value.isascii() and value.isdecimal() and int(value[:20]) <= GID_MAX):
            wrong = shown(value) if value else "nothing"
            raise UsageError(f"{where}: item {done + place + 1:,} is {wrong}; give a number from 0 to {GID_MAX:,}.")
    raise UsageError(f"{where}: these are no numbers parted by commas. Save the map anew with Tiled.")
