"""World files of Tiled, which list maps that lie side by side."""

from pathlib import Path

from fabula.errors import UsageError
from fabula.forge.maps.tiled.document import described, read_document
from fabula.forge.maps.tiled.fields import Fields
from fabula.forge.maps.tiled.files import Files, Unreachable, named

_MAPS_MAX = 1_000


def first_map(path: Path, *, root: Path | None = None) -> tuple[Path, list[str]]:
    """The first map that a world lists by name and that is there, and a sentence about each other one.

    A run has one map: the others are not joined to it. Patterns of file names are not followed.
    Raises UsageError if the file is no world, or none of its maps is there.
    """
    files = Files(root if root is not None else path.parent)
    kind, values = read_document(files, path, source=path.name)
    if kind != "world":
        raise UsageError(f"{path.name}: this is {described(kind)}, not a world. Name a .world file, or rename it.")
    record, warnings = Fields(values, path.name), []
    found: Path | None = None
    for place, one in enumerate(record.records("maps", "map")):
        if place >= _MAPS_MAX:
            raise record.fault(f"it lists more than {_MAPS_MAX:,} maps. Take some out.")
        reference = one.text("fileName")
        try:
            there = files.find(reference, path.resolve().parent)
        except Unreachable as error:
            warnings.append(f"{one.where}: {named(reference)} was not read: {error}.")
            continue
        if found is None:
            found = there
            warnings.append(f"{one.where}: {named(reference)} is taken, the first map of this world that is there.")
        else:
            warnings.append(f"{one.where}: {named(reference)} is left out; a run has one map.")
    if record.has("patterns"):
        warnings.append(f"{path.name}: maps that are listed by pattern are left out. Name them.")
    if found is None:
        raise UsageError(" ".join([f"{path.name}: none of the maps that it lists by name is there.", *warnings[:1]]))
    return found, warnings
