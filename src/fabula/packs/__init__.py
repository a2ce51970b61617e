"""Settings to play in, as data, and where they are found: shipped here, installed by others, in a folder of one's own.

A pack is a folder with a `pack.yaml`, `characters/*.md` and `lexicon/*.yaml`; what is in it is read by the room of the
environment that it names. This room knows files and nothing else, and uses only `fabula.errors`.

Others ship packs by the entry point group `fabula.packs`; the name is the pack's, the object is the package whose
folder holds it: `[project.entry-points."fabula.packs"] marsh = "marsh_tales.packs.marsh"`.

- `find_pack` - from a folder, a file or a name to the pack's YAML file
- `pack_names` - the names that can be played by name
- `checked_name` - what a pack can be called
- `new_pack` - a commented pack that plays at once, to be written over
- `service_files` - the service agents that ship: one YAML file each
"""

import os
import re
from importlib import metadata, util
from pathlib import Path

from fabula.errors import UsageError, did_you_mean

__all__ = ["PACK_FILE", "checked_name", "find_pack", "new_pack", "pack_names", "service_files"]

PACK_FILE = "pack.yaml"
GROUP = "fabula.packs"

_SHIPPED = Path(__file__).parent
_SKELETON = _SHIPPED / "_skeleton"
_SERVICE = _SHIPPED / "_service"
_PLACEHOLDER = "skeleton"
"""The name of the pack in `_skeleton/pack.yaml`, which a new pack's name takes the place of."""
_ENVIRONMENT = re.compile(r"^environment:\s*[\"']?(\w+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def find_pack(name: str | Path) -> Path:
    """The YAML file of a pack: a folder's `pack.yaml`, a file itself, else a shipped pack, else an installed one.

    Raises UsageError if there is none.
    """
    try:
        found = _in_files(Path(name))
    except OSError as error:
        raise UsageError(f"{name}: it cannot be read: {error.strerror or error}.") from error
    if found is None and str(name) in _shipped():
        found = _SHIPPED / str(name) / PACK_FILE
    if found is None:
        installed = metadata.entry_points(group=GROUP, name=str(name))
        found = next((_installed(entry_point) for entry_point in installed), None)
    if found is None:
        hint = did_you_mean(str(name), pack_names())
        raise UsageError(f"no pack {str(name)!r}: no folder with a {PACK_FILE}, no YAML file, no name of a pack.{hint}")
    return found


def pack_names(environment: str = "") -> tuple[str, ...]:
    """The names of all packs that are shipped or installed, sorted; of one environment, if that is named."""
    names = sorted({*_shipped(), *metadata.entry_points(group=GROUP).names})
    return tuple(name for name in names if not environment or _is_of(environment, find_pack(name)))


def _is_of(environment: str, file: Path) -> bool:
    """Whether a pack's file names that environment; the pack itself is read elsewhere."""
    named = _ENVIRONMENT.search(file.read_text(encoding="utf-8", errors="replace"))
    return named is not None and named[1] == environment


def service_files() -> tuple[Path, ...]:
    """The files of the service agents that ship, by name."""
    return tuple(sorted(_SERVICE.glob("*.yaml")))


def checked_name(name: str) -> str:
    """The name of a pack, which also begins the names of its runs. Raises UsageError if it will not do."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"pack name {name!r}: use up to 64 of letters, digits, '-' and '_', the first no '-' or '_'.")
    return name


def new_pack(name: str, into: Path = Path()) -> Path:
    """Lay out a new pack and return its folder, which is made in `into` (the working directory) and called `name`.

    Raises UsageError if the name will not do, or if something is there already: nothing is ever written over.
    """
    target = into / checked_name(name)
    if os.path.lexists(target):
        raise UsageError(f"{target} is there already. Choose another name, or move it away.")
    try:
        for file in sorted(file for file in _SKELETON.rglob("*") if file.is_file()):
            copy = target / file.relative_to(_SKELETON)
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = file.read_text(encoding="utf-8").replace(_PLACEHOLDER, name)
            copy.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror or error}. Name a folder that can.") from error
    return target


def _shipped() -> tuple[str, ...]:
    return tuple(folder.parent.name for folder in _SHIPPED.glob(f"[!_]*/{PACK_FILE}"))


def _in_files(path: Path) -> Path | None:
    if path.is_file() and path.suffix in {".yaml", ".yml"}:
        return path
    file = (path if path.is_dir() else path.parent) / PACK_FILE
    return file if path.exists() and file.is_file() else None


def _installed(entry_point: metadata.EntryPoint) -> Path:
    """The pack of an entry point, found without running the package that holds it."""
    try:
        spec = util.find_spec(entry_point.module)
    except ImportError as error:
        raise UsageError(f"pack {entry_point.name!r}: {entry_point.value!r} cannot be imported: {error}.") from error
    folders = (spec.submodule_search_locations if spec else None) or ()
    for folder in folders:
        if (Path(folder) / PACK_FILE).is_file():
            return Path(folder) / PACK_FILE
    raise UsageError(f"pack {entry_point.name!r}: no {PACK_FILE} in {entry_point.value!r}. Install that package again.")
