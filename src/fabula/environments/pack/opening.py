"""Opening a pack: its folder, its YAML, and whether it is for the environment that is to read it."""

from importlib.metadata import entry_points
from pathlib import Path

from fabula.environments.pack.files import PackFiles
from fabula.environments.pack.form import shown
from fabula.environments.pack.report import Report
from fabula.errors import UsageError
from fabula.packs import PACK_FILE
from fabula.yaml_text import read_yaml


def open_pack(path: Path, environment: str) -> tuple[PackFiles, Report]:
    """The files of a pack, and the report on its YAML, which is a mapping of keys to values.

    path: its folder, or the YAML file that is its `pack.yaml`. environment: what the pack has to name as its own.
    Raises UsageError, with file and line, if it is no pack or another environment's: all else in it would be a fault.
    """
    file = path / PACK_FILE if path.is_dir() else path
    report = Report(read_yaml(file, source=file.name if file.is_file() else str(file)))
    pack = report.tree.value
    if not isinstance(pack, dict):
        raise UsageError(
            f"{report.tree.where()}: a pack is a mapping of keys to values, and this is {shown(pack)}. "
            "See: fabula new pack NAME."
        )
    if (named := pack.get("environment")) != environment:
        report.fault(("environment",), _wrong_with(named, environment))
        report.close()
    return PackFiles(file.parent), report


def _wrong_with(named: object, environment: str) -> str:
    known = sorted({environment, *entry_points(group="fabula.environments").names})
    if named is None:
        wrong = "'environment' is missing"
    elif named in known:
        wrong = f"{shown(named)} is another environment"
    else:
        wrong = f"no environment {shown(named)} is here"
    return f"{wrong}. Known: {', '.join(known)}. Needed here: 'environment: {environment}'."
