"""Reads a map, whatever it was made with."""

from collections.abc import Callable
from pathlib import Path

from fabula.errors import UsageError, did_you_mean
from fabula.forge.maps.map import Map, faults
from fabula.forge.maps.tiled import first_map, read_tiled, to_map
from fabula.forge.maps.village import META, matrix_folder, read_matrix

SUFFIXES = (".json", ".json.gz", ".tmj", ".tmj.gz", ".tmx", ".tmx.gz", ".world", ".xml")
"""Of the files that are read; a village is a folder."""

_FIRST_BYTES = 512


def read_map(path: Path, *, root: Path | None = None) -> tuple[Map, list[str]]:
    """The map in a file of Tiled (TMX, TMJ or JSON, packed or not), the first of a world of Tiled, or in the folder of
    a village in matrices; and a sentence for each thing that was not understood.

    root: the folder below which a Tiled map's tilesets and templates may lie; None: the map's own.
    Raises UsageError that says file, line and layer, and what to do, if it is unreadable or nobody could live on it.
    """
    made, warnings = _read(path, root)
    wrong = faults(made)
    if wrong:
        raise UsageError(f"{path.name}: {wrong[0]}. Mend the map.")
    return made, warnings


def _read(path: Path, root: Path | None) -> tuple[Map, list[str]]:
    if _is(path.is_dir):
        return _from_folder(path)
    if path.name == META:
        return read_matrix(path.parent)
    suffix = _suffix(path)
    if suffix == ".world":
        first, about = first_map(path, root=root)
        made, warnings = _read(first, root or path.resolve().parent)
        return made, about + warnings
    if _is(path.is_file) and suffix not in SUFFIXES and not _is_like_a_map(path):
        what = f"files of the kind {suffix!r} are no maps" if suffix else "this is no map"
        hint = did_you_mean(suffix, SUFFIXES) if suffix else " Name a .tmx or .tmj file, or the folder of a village."
        raise UsageError(f"{path.name}: {what}.{hint}")
    tiled, warnings = read_tiled(path, root=root)
    made, more = to_map(tiled)
    return made, warnings + more


def _from_folder(path: Path) -> tuple[Map, list[str]]:
    folder = matrix_folder(path)
    if folder is None:
        raise UsageError(f"{path.name}: this is a folder, and none of a village: it has no {META}. Name a map file.")
    return read_matrix(folder)


def _is(asked: Callable[[], bool]) -> bool:
    """No, where a path cannot even be asked, as its name is too long; reading it then says so."""
    try:
        return asked()
    except OSError:
        return False


def _suffix(path: Path) -> str:
    ending = "".join(path.suffixes[-2:] if path.suffix.casefold() == ".gz" else path.suffixes[-1:])
    return ending.casefold()


def _is_like_a_map(path: Path) -> bool:
    """Whether a file of another suffix begins as maps do."""
    try:
        with path.open("rb") as file:
            start = file.read(_FIRST_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError:
        return False
    return start.startswith((b"<map", b"<?xml", b"<!DOCTYPE map", b"{", b"\x1f\x8b"))
