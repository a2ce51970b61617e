"""The prompts of a pack: `prompts/NAME.j2`, each in place of the template that ships under that name."""

from collections.abc import Collection, Iterator
from pathlib import Path

from fabula.environments.pack.files import PackFiles
from fabula.environments.pack.report import Report
from fabula.errors import UsageError, did_you_mean

FOLDER, SUFFIX = "prompts", ".j2"

_BYTES_MAX = 65_536
"""What is read of a file at all; how long a template may be is for whoever reads it to say."""


def read_prompts(files: PackFiles, report: Report, names: Collection[str]) -> dict[str, str]:
    """The templates of a pack by name; empty where it has none of its own. What is wrong goes to the report.

    names: of the templates there are.
    """
    folder = files.folder / FOLDER
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return dict(_read_all(files, [file for file in found if not file.name.startswith(".")], report, names))


def _read_all(files: PackFiles, found: list[Path], report: Report, names: Collection[str]) -> Iterator[tuple[str, str]]:
    for file in found:
        name = f"{FOLDER}/{file.name}"
        if file.suffix != SUFFIX or file.stem not in names:
            hint = did_you_mean(file.name, [template + SUFFIX for template in names])
            report.faults.append(f"{name}: no template is called so.{hint}")
            continue
        try:
            yield file.stem, _checked(_text(files.inside(name), name), name)
        except UsageError as fault:
            report.faults.append(str(fault))


def _text(file: Path, name: str) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_BYTES_MAX).decode()
    except UnicodeDecodeError as wrong:
        raise UsageError(f"{name}: this is no text in UTF-8. Save it as that.") from wrong
    except OSError as wrong:
        raise UsageError(f"{name}: it cannot be read: {wrong.strerror}.") from wrong


def _checked(text: str, where: str) -> str:
    """The text, if it is a template. Raises UsageError with file and line."""
    # Only a pack with prompts of its own needs the language of templates, and jinja2 with it.
    from fabula.agents.prompts import read_template  # noqa: PLC0415 - heavy, see above

    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    read_template(text, where=where)
    return text
