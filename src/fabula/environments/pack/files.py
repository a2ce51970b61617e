"""The files of a pack, none of which is outside its folder."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from fabula.environments.pack.report import Report
from fabula.errors import UsageError, did_you_mean
from fabula.yaml_text import KeyPath, Tree, read_yaml

FILES_MAX = 64
"""Lists of a pack that may stand in files of their own; each file has the bounds of `fabula.yaml_text`."""

_YAML = (".yaml", ".yml")


class PackFiles:
    """The folder of a pack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def inside(self, name: str) -> Path:
        """The file that is called so in the pack: `characters/mira.md`.

        Raises UsageError if it is not there, or if it would be outside.
        """
        if _is_foreign(name):
            raise UsageError(f"{name!r} leads out of the pack. Name a file in its folder, with '/' between folders.")
        file = self.folder / name
        try:
            if not file.resolve().is_relative_to(self.folder.resolve()):
                raise UsageError(f"{name!r} is a link that leads out of the pack. Put a copy into its folder.")
            if not file.is_file():
                raise UsageError(f"no file {name!r} in the pack.{did_you_mean(name, self._beside(file))}")
        except (OSError, RuntimeError) as error:
            # RuntimeError: links that lead to one another.
            raise UsageError(
                f"{name!r:.60} cannot be read: {error.strerror if isinstance(error, OSError) else error}."
            ) from error
        return file

    def yaml(self, name: str) -> Tree:
        """A YAML file of the pack. Raises UsageError."""
        return read_yaml(self.inside(name), source=name)

    def _beside(self, file: Path) -> Iterator[str]:
        folder = file.parent if file.parent.is_dir() else self.folder
        return (other.relative_to(self.folder).as_posix() for other in folder.iterdir() if other.is_file())


def with_lists(report: Report, files: PackFiles) -> None:
    """Put the lists that stand in files of their own (`places: places.yaml`) in their place in the report's tree."""
    waiting = deque(_list_files(report.tree.value))
    count = 0
    while waiting:
        path, name = waiting.popleft()
        count += 1
        if count > FILES_MAX:
            # Files that lead to one another would go on for ever; here they end.
            report.fault(path, f"this is the list file number {count}; a pack may have {FILES_MAX}. Put some together.")
            return
        try:
            tree = files.yaml(name)
        except UsageError as error:
            report.fault(path, str(error))
            continue
        if not isinstance(tree.value, list):
            report.fault(path, f"{name} has to be a list of entries that begin with '-'.")
            continue
        report.tree = report.tree.grafted(path, tree)
        waiting.extend(_list_files(tree.value, path))


def _list_files(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Each key whose value names a YAML file, and the name."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        if isinstance(item, str):
            if isinstance(key, str) and item.endswith(_YAML) and " " not in item:
                yield (*path, key), item
        else:
            yield from _list_files(item, (*path, key))


def _is_foreign(name: str) -> bool:
    windows = PureWindowsPath(name)
    rooted = name.startswith(("/", "~")) or bool(windows.drive)
    return rooted or "\\" in name or not name.isprintable() or ".." in PurePosixPath(name).parts
