"""One record of a map file, whichever syntax it came in: its fields by type, and where it stands."""

import math
from collections.abc import Iterator
from typing import Any, NoReturn

from fabula.agents.plain import block, one_line
from fabula.errors import UsageError
from fabula.forge.maps.tiled.limits import NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX

LINE = "@line"
"""Under which a record that came from XML keeps the line it begins in."""
NUMBER_MAX = 1e9
_WHOLE_MAX = 2**31 - 1
_FLAGS = {"0": False, "false": False, "1": True, "true": True, False: False, True: True}


class Fields:
    """The fields of one record. Numbers may be given as text, as XML does. Raises UsageError that says where."""

    def __init__(self, values: dict[str, Any], source: str, label: str = "") -> None:
        self.values = values
        self.source = source
        self.label = label
        """What the record is, as messages call it: `layer 'Ground', object 7`."""

    @property
    def where(self) -> str:
        """`map.tmx, line 12, layer 'Ground'`."""
        line = self.values.get(LINE)
        parts = [self.source, f"line {line}" if isinstance(line, int) else "", self.label]
        return ", ".join(part for part in parts if part)

    def fault(self, text: str) -> UsageError:
        """An error that says where it is."""
        return UsageError(f"{self.where}: {text}")

    def has(self, name: str) -> bool:
        """Whether the field is given."""
        return self.values.get(name) is not None

    def name(self, *names: str) -> str:
        """A name on one line, from the first of the fields that is given; empty: none is."""
        return next((tidy(value) for name in names if (value := self.text(name))), "")

    def text(self, name: str, default: str = "") -> str:
        """A text, numbers taken as they are written."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, dict | list):
            self.wrong(name, "a text")
        return str(value)

    def whole(self, name: str, default: int | None = None, *, least: int = 0, most: int = _WHOLE_MAX) -> int:
        """A whole number within bounds; without a default the field has to be there."""
        value = self.number(name, default)
        if value != int(value) or not least <= value <= most:
            self.wrong(name, f"a whole number from {least:,} to {most:,}")
        return int(value)

    def number(self, name: str, default: float | None = None) -> float:
        """A number; without a default the field has to be there."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise self.fault(f"there is no {name!r}, and it is needed. Save the file anew with Tiled.")
            return default
        try:
            number = math.nan if isinstance(value, bool | dict | list) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not abs(number) <= max(NUMBER_MAX, 2**32):
            self.wrong(name, "a number")
        return number

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no, written `1`, `true` or as a boolean."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        key = value.strip().casefold() if isinstance(value, str) else value
        if not isinstance(key, str | int | float) or key not in _FLAGS:
            self.wrong(name, "0 or 1")
        return _FLAGS[key]

    def record(self, name: str, label: str = "") -> "Fields | None":
        """A field that is a record itself."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(name, "an object")
        return self.part(value, label)

    def records(self, name: str, label: str = "") -> Iterator["Fields"]:
        """A field that is a list of records; `label` is what one of them is called, its place follows."""
        value = self.values.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(name, "a list")
        for place, item in enumerate(value):
            if not isinstance(item, dict):
                raise self.fault(f"{name}[{place}] is {shown(item)}; give an object with named fields.")
            yield self.part(item, f"{label or name} {place}")

    def part(self, values: dict[str, Any], label: str) -> "Fields":
        """A record within this one."""
        return Fields(values, self.source, ", ".join(filter(None, [self.label, label])))

    def called(self, label: str) -> "Fields":
        """The same record, called otherwise."""
        return Fields(self.values, self.source, label)

    def wrong(self, name: str, needed: str) -> NoReturn:
        """Refuse a field for what it holds."""
        raise self.fault(f"{name!r} is {shown(self.values.get(name))}; give {needed}.")


def tidy(text: str) -> str:
    """A name as it is kept: on one line, visible, not without end."""
    return one_line(text[: 4 * NAME_CHARACTERS_MAX])[:NAME_CHARACTERS_MAX].rstrip()


def tidy_text(text: str) -> str:
    """A text of any number of lines as it is kept."""
    return block(text[:TEXT_CHARACTERS_MAX])


def shown(value: Any) -> str:
    """A value as messages show it."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "an object"
        case list():
            return "a list"
        case bool():
            return str(value).lower()
        case str():
            return repr(tidy(value)[:40])
        case _:
            return repr(value)[:40]
