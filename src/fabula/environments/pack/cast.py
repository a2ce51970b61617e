"""Character sheets: those that a pack's entries name, and those that somebody brings to a run."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fabula.agents.persona import Persona
from fabula.agents.sheet import read_sheet_file
from fabula.environments.pack.files import PackFiles
from fabula.environments.pack.form import shown
from fabula.environments.pack.names import entries, key
from fabula.environments.pack.report import Report
from fabula.errors import UsageError
from fabula.yaml_text import KeyPath


def sheets_in(report: Report, files: PackFiles, list_key: str) -> dict[KeyPath, Persona]:
    """The personas of the entries whose `sheet:` can be read, by the entry's path; what cannot goes to the report."""
    personas = {}
    for path, entry in entries(report.tree.value, list_key):
        name = entry.get("sheet")
        if name is None:
            continue
        if not isinstance(name, str):
            report.fault((*path, "sheet"), f"the name of a character sheet is needed, not {shown(name)}.")
            continue
        try:
            personas[path], notices = read_sheet_file(files.inside(name))
        except UsageError as error:
            report.fault((*path, "sheet"), str(error))
        else:
            report.warnings += [f"{name}, {notice}" for notice in notices]
    return personas


def parted_cast(given: str) -> tuple[str, Path]:
    """NAME (or "") and FILE of `NAME=FILE` or `FILE`; a file whose own name holds a '=' is a file."""
    name, equals, file = given.partition("=")
    return (name, Path(file)) if equals and not os.path.lexists(given) else ("", Path(given))


def bonds_of(persona: Persona, others: Sequence[str]) -> Mapping[str, int]:
    """How a persona stands to those of the others whom it trusts or mistrusts by its own sheet, -100 to 100."""
    known = {key(name): name for name in others if key(name) != key(persona.name)}
    ties = ((known.get(key(tie.who)), tie.trust) for tie in persona.ties)
    return {name: round(trust * 100) for name, trust in ties if name is not None and trust is not None}


class Renaming:
    """Calls somebody by another name in all that a setting says, its sentences too; the sheets stay as they are."""

    def __init__(self, names: Sequence[str], old: str, new: str) -> None:
        """names: of all people, the one to be renamed among them."""
        # All names, the longest first: where Tom is renamed, Tom Ferrier is not.
        longest_first = sorted(names, key=len, reverse=True)
        self._name = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
        self._old = old
        self._new = new

    def of(self, value: Any) -> Any:
        """The value with the new name in it."""
        match value:
            case str():
                return self._name.sub(lambda found: self._new if found[0] == self._old else found[0], value)
            case tuple():
                return tuple(map(self.of, value))
            case dict():
                return {self.of(name): self.of(item) for name, item in value.items()}
            case msgspec.Struct() if not isinstance(value, Persona):
                return type(value)(**{field: self.of(getattr(value, field)) for field in value.__struct_fields__})
            case _:
                return value
