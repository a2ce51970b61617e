"""The tiles of a layer, unpacked: never more than its size calls for, whatever the file would come to."""

import base64
import binascii
import io
import zlib
from typing import Any

import numpy as np

from fabula.errors import UsageError, did_you_mean
from fabula.forge.maps.tiled.fields import shown
from fabula.forge.maps.tiled.limits import TILES_BYTES_MAX
from fabula.forge.maps.tiled.numbers import numbers

_ENCODINGS = ("csv", "base64")
_COMPRESSIONS = ("gzip", "zlib", "zstd")
_WINDOW_BYTES_MAX = 2**26
_CELL_BYTES = 4


def decoded_cells(data: Any, encoding: str, compression: str, size: tuple[int, int], where: str) -> bytes:
    """Tile numbers of `size` (width, height) cells, four bytes each, the least first.

    data: an array of numbers, or a text; what else a file may hold instead is refused.
    Raises UsageError if it is unreadable, or of more or fewer cells.
    """
    width, height = size
    if isinstance(data, list) and not data:
        data = np.zeros(0, dtype=np.uint32)
    if isinstance(data, np.ndarray):
        return _sized(data.astype("<u4", copy=False).tobytes(), width, height, where)
    if isinstance(data, list):
        wrong = next((item for item in data if type(item) is not int), data[0])
        raise UsageError(f"{where}: its data holds {shown(wrong)}; give tile numbers from 0 to {2**32 - 1:,}.")
    if not isinstance(data, str):
        raise UsageError(
            f"{where}: its data is {shown(data)}; give a list of tile numbers, or a text with its encoding."
        )
    match encoding:
        case "csv":
            return _sized(numbers(data, where).astype("<u4", copy=False).tobytes(), width, height, where)
        case "base64":
            return _sized(_unpacked(_packed(data, where), compression, width * height, where), width, height, where)
        case "" if not data.strip():
            return _sized(b"", width, height, where)
        case "":
            raise UsageError(f"{where}: its data has no encoding. Say 'csv' or 'base64', or save it anew with Tiled.")
        case _:
            hint = did_you_mean(encoding, _ENCODINGS)
            raise UsageError(f"{where}: the encoding {shown(encoding)} is not known.{hint}")


def _packed(text: str, where: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
    except UnicodeEncodeError:
        raise UsageError(f"{where}: its data has letters that are not base64. Save the map anew with Tiled.") from None
    except binascii.Error as error:
        raise UsageError(f"{where}: its data is not base64: {error}. Save the map anew with Tiled.") from None


def _unpacked(packed: bytes, compression: str, cells: int, where: str) -> bytes:
    size_bytes = cells * _CELL_BYTES
    try:
        match compression:
            case "":
                return packed
            case "gzip" | "zlib":
                # Either mark is taken for either name: some programs mix them up.
                return _inflated(packed, size_bytes)
            case "zstd":
                return _from_zstandard(packed, size_bytes)
    except (zlib.error, EOFError) as error:
        what = str(error) or "it is cut off"
        raise UsageError(f"{where}: its {compression} data is damaged: {what}. Save the map anew with Tiled.") from None
    hint = did_you_mean(compression, _COMPRESSIONS)
    raise UsageError(f"{where}: the compression {shown(compression)} is not known.{hint}")


def _inflated(packed: bytes, size_bytes: int) -> bytes:
    unpacking = zlib.decompressobj(wbits=47)
    content = unpacking.decompress(packed, size_bytes + 1)
    if not unpacking.eof and len(content) <= size_bytes:
        content += unpacking.flush(1)
        if not unpacking.eof:
            raise EOFError
    return content


def _from_zstandard(packed: bytes, size_bytes: int) -> bytes:
    import zstandard  # noqa: PLC0415  (few maps need it)

    unpacking = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES_MAX)
    content = bytearray()
    try:
        with unpacking.stream_reader(io.BytesIO(packed)) as stream:
            while len(content) <= size_bytes and (part := stream.read(size_bytes + 1 - len(content))):
                content += part
    except (zstandard.ZstdError, MemoryError) as error:
        raise EOFError(str(error)) from None
    return bytes(content)


def _sized(content: bytes, width: int, height: int, where: str) -> bytes:
    cells = len(content) / _CELL_BYTES
    if cells == width * height:
        return content
    needed = f"{width * height:,} are needed ({width} x {height})"
    if cells > width * height:
        raise UsageError(f"{where}: it holds more cells than its size: {needed}. Save the map anew with Tiled.")
    raise UsageError(f"{where}: it holds {cells:,.10g} cells, {needed}. Save the map anew with Tiled.")


class Room:
    """How many bytes of tiles a map may still have."""

    def __init__(self) -> None:
        self._left = TILES_BYTES_MAX

    def take(self, cells: int, where: str) -> None:
        """Count the cells of a layer before they are unpacked. Raises UsageError if they are too many."""
        self._left -= cells * _CELL_BYTES
        if self._left < 0:
            most = TILES_BYTES_MAX // _CELL_BYTES
            raise UsageError(f"{where}: with it the map has more than {most:,} cells in all layers. Make it smaller.")
