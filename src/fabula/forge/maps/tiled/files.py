"""The files of a map: read whole, bounded, and only from inside one folder."""

import os
import re
import stat
import zlib
from pathlib import Path

from fabula.errors import UsageError
from fabula.forge.maps.tiled.fields import tidy
from fabula.forge.maps.tiled.limits import FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX

GZIP_MARK = b"\x1f\x8b"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Unreachable(Exception):
    """A file that a map names is not read; its text says why."""


class Files:
    """Reads a map and the files that it names, none of them outside `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._read_bytes = 0
        self._count = 0

    def read(self, path: Path, *, source: str) -> bytes:
        """The bytes of a file, unpacked if it is gzip. Raises UsageError if it cannot be read or is too large."""
        if self._count >= FILES_MAX:
            raise UsageError(f"{source}: the map names more than {FILES_MAX:,} files. Put its tilesets together.")
        data = _unpacked(_bytes(path, source), source)
        self._count += 1
        self._read_bytes += len(data)
        if self._read_bytes > FILES_BYTES_MAX:
            most = FILES_BYTES_MAX // 2**20
            raise UsageError(f"{source}: with this file the map has more than {most} MiB. Make it smaller.")
        return data

    def find(self, reference: str, folder: Path) -> Path:
        """The file that `reference`, written in a file of `folder`, means. Raises Unreachable if it leads out of the
        root, by whatever way, or to no file.
        """
        inside = reference.replace("\\", "/")
        if inside.startswith(("/", "~")) or _ADDRESS.match(inside) or not inside.isprintable():
            raise Unreachable("it is no path from the map's own folder, and others are not followed")
        path = Path(os.path.normpath(folder / inside))
        if not path.is_relative_to(self.root):
            raise Unreachable(f"it lies outside of {self.root.name!r}, the folder that is read")
        try:
            real = path.resolve()
            is_file = real.is_file()
        except (OSError, RuntimeError, ValueError):
            raise Unreachable("it cannot be reached") from None
        if not real.is_relative_to(self.root):
            raise Unreachable(f"it is a link that leads out of {self.root.name!r}, the folder that is read")
        if not is_file:
            raise Unreachable("there is no such file")
        return real


def named(reference: str) -> str:
    """A reference as messages show it."""
    return repr(tidy(reference))


def _bytes(path: Path, source: str) -> bytes:
    try:
        status = path.stat()
        # Whatever is no plain file (a pipe, a device) could keep its reader waiting for ever.
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{source}: this is no file. Name a map file.")
        _check(status.st_size, source)
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        raise UsageError(f"{source}: no such file. Name a map file.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{source}: it cannot be read: {why}.") from None
    _check(len(data), source)
    return data


def _check(size_bytes: int, source: str) -> None:
    if size_bytes > FILE_BYTES_MAX:
        most = FILE_BYTES_MAX // 2**20
        raise UsageError(f"{source}: {size_bytes / 2**20:.0f} MiB are more than the {most} MiB a map may have.")
    if not size_bytes:
        raise UsageError(f"{source}: this file is empty. Name a map file.")


def _unpacked(data: bytes, source: str) -> bytes:
    if not data.startswith(GZIP_MARK):
        return data
    unpacking = zlib.decompressobj(wbits=31)
    try:
        # Never more than the limit is unpacked, whatever the file would come to.
        content = unpacking.decompress(data, FILE_BYTES_MAX + 1)
    except zlib.error as error:
        raise UsageError(f"{source}: this gzip file is damaged ({error}). Get it anew.") from None
    if len(content) > FILE_BYTES_MAX:
        raise UsageError(f"{source}: it unpacks to more than the {FILE_BYTES_MAX // 2**20} MiB a map may have.")
    if not unpacking.eof:
        raise UsageError(f"{source}: this gzip file is cut off. Get it anew.")
    _check(len(content), source)
    return content
