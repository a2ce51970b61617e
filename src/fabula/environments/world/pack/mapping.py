"""The map of a pack: a file of it, a recipe by which it is made, or a village in matrices."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from fabula.environments.pack import FormReader, PackFiles, PackNames, Report, shown
from fabula.environments.world.pack.form import FORM
from fabula.environments.world.setting import MapRecipe
from fabula.errors import UsageError, did_you_mean
from fabula.forge.maps import CELLS_MAX, Map, faults
from fabula.forge.maps.reading import read_map
from fabula.forge.maps.village import Village, read_village

KEY = "map"


class _MapFile(msgspec.Struct, frozen=True, kw_only=True):
    file: str
    """TMX or TMJ, in the pack's folder."""


class _MapVillage(msgspec.Struct, frozen=True, kw_only=True):
    village: str
    """A folder with `matrix/` and `personas.json`."""


_FORMS: Mapping[str, type] = MappingProxyType({"file": _MapFile, "form": MapRecipe, "village": _MapVillage})
"""The key by which each is told."""


class Mapped(NamedTuple):
    """What `map:` says."""

    map: Map | MapRecipe
    village: Village | None = None
    """The village that it is the map of."""


def read_mapping(report: Report, files: PackFiles) -> Mapped | None:
    """The map of the report's tree; None if it has none that can be read, which the report then says."""
    value = report.tree.value.get(KEY)
    if not isinstance(value, dict):
        says = f"'map' is missing: a mapping with one of the keys {', '.join(map(repr, _FORMS))} is needed."
        report.fault(
            (KEY,) if value is not None else (), says if value is None else says.replace("is missing", "is wrong")
        )
        return None
    given = [key for key in _FORMS if value.get(key) is not None]
    if len(given) != 1:
        hint = did_you_mean(str(next(iter(value), "")), _FORMS) if not given else ""
        report.fault((KEY,), f"one of the keys {', '.join(map(repr, _FORMS))} is needed, here are {len(given)}.{hint}")
        return None
    before = len(report.faults)
    read = FormReader(FORM, report, PackNames(())).struct(_FORMS[given[0]], value, (KEY,))
    return _made(read, report, files) if len(report.faults) == before else None


def _made(read: Any, report: Report, files: PackFiles) -> Mapped | None:
    match read:
        case MapRecipe(width=width, height=height):
            if width * height > CELLS_MAX:
                report.fault((KEY,), f"{width:,} x {height:,} cells are more than the {CELLS_MAX:,} a map may have.")
            return Mapped(read)
        case _MapFile(file=name):
            made = _file(name, report, files)
            return Mapped(made) if made else None
        case _MapVillage(village=name):
            # Not only inside the pack: a village is data that many packs share, and no more is read of its folder than
            # a village's own files.
            village = _village(files.folder / name, report)
            return Mapped(village.map, village) if village else None
    raise TypeError(f"no rule reads {shown(read)}")


def _file(name: str, report: Report, files: PackFiles) -> Map | None:
    try:
        made, warnings = read_map(files.inside(name), root=files.folder)
    except UsageError as error:
        report.fault((KEY, "file"), str(error))
        return None
    report.warnings += [f"{name}: {warning}" for warning in warnings]
    return _whole(made, (KEY, "file"), report)


def _village(folder: Path, report: Report) -> Village | None:
    try:
        village, warnings = read_village(folder)
    except UsageError as error:
        report.fault((KEY, "village"), str(error))
        return None
    report.warnings += warnings
    return village if _whole(village.map, (KEY, "village"), report) else None


def _whole(made: Map, path: tuple[str, ...], report: Report) -> Map | None:
    wrong = faults(made)
    for fault in wrong:
        report.fault(path, f"{fault}.")
    return None if wrong else made
