"""The form of a pack: how its YAML mirrors the structs of an environment's setting, and the reader of it.

The types are those of the structs. A `Form` adds what a type cannot say: which fields hold the name of what, between
which bounds a number lies, which keys are called otherwise than the field.
"""

import textwrap
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import inspect

from fabula.agents.persona import Persona
from fabula.agents.plain import one_line
from fabula.environments.pack.names import PackNames
from fabula.environments.pack.report import Report
from fabula.errors import did_you_mean
from fabula.yaml_text import KeyPath, path_text


class Meaning(NamedTuple):
    """What a field holds beyond its type; of a list or mapping: what each entry (each key, of a mapping) holds."""

    names: tuple[str, ...] = ()
    """It is the name of one of these kinds."""
    low: int | None = None
    high: int | None = None
    """Of a number, both included; of a list or mapping of numbers: of each."""
    length_max: int | None = None
    """Of a list: how many entries."""


class Form(NamedTuple):
    """What the types of a setting's structs leave open."""

    meanings: Mapping[type, Mapping[str, Meaning]]
    """Struct -> field -> what it holds."""
    keys: Mapping[tuple[type, str], str] = MappingProxyType({})
    """Fields that a pack calls otherwise."""
    not_keys: Collection[tuple[type, str]] = ()
    """Fields that are read elsewhere, or nowhere."""
    other_keys: Mapping[type, tuple[str, ...]] = MappingProxyType({})
    """Keys that are read elsewhere."""


class _Slot(NamedTuple):
    """A field of a struct and the key that gives it."""

    field: str
    type: inspect.Type
    required: bool
    meaning: Meaning


class FormReader:
    """Reads the values of a pack into structs, references resolved to names; what does not fit goes to the report.

    What is returned is whole only if nothing was reported.
    """

    def __init__(
        self, form: Form, report: Report, names: PackNames, personas: Mapping[KeyPath, Persona] = MappingProxyType({})
    ) -> None:
        """personas: by the path of the entry they belong to."""
        self._form = form
        self._report = report
        self._names = names
        self._personas = personas
        self._known: dict[type, dict[str, _Slot]] = {}

    def fields(self, struct: type, value: Any, path: KeyPath = ()) -> dict[str, Any]:
        """The fields that a mapping gives, by the name of the field; one that is required and missing is a fault."""
        if not isinstance(value, dict):
            self._wrong(path, "a mapping of keys to values", value)
            return {}
        slots = self._slots(struct)
        meant = self._misspelt(value, (*slots, *self._form.other_keys.get(struct, ())), path)
        fields = {}
        for name, slot in slots.items():
            here = (*path, name)
            if isinstance(slot.type, inspect.StructType) and slot.type.cls is Persona:
                fields[slot.field] = self._persona(value, name, path, required=name not in meant)
            # A key left empty is a key left out.
            elif value.get(name) is not None:
                fields[slot.field] = self._value(slot.type, value[name], here, slot.meaning)
            elif slot.required:
                fields[slot.field] = None
                if name not in meant:
                    self._report.fault(path, f"{name!r} is missing.")
        return fields

    def struct(self, struct: type, value: Any, path: KeyPath = ()) -> Any:
        """The struct that a mapping gives; None if it is no mapping."""
        return (
            struct(**self.fields(struct, value, path)) if isinstance(value, dict) else self.fields(struct, value, path)
        )

    def _slots(self, struct: type) -> dict[str, _Slot]:
        if struct not in self._known:
            meanings = self._form.meanings.get(struct, {})
            self._known[struct] = {
                self._form.keys.get((struct, field.name), field.name): _Slot(
                    field.name, field.type, field.required, meanings.get(field.name, Meaning())
                )
                for field in _fields(struct)
                if (struct, field.name) not in self._form.not_keys
            }
        return self._known[struct]

    def _persona(self, value: dict[str, Any], name: str, path: KeyPath, *, required: bool) -> Persona | None:
        if path not in self._personas and value.get(name) is None and required:
            self._report.fault(path, f"{name!r} is missing.")
        return self._personas.get(path)

    def _misspelt(self, value: dict[str, Any], known: Collection[str], path: KeyPath) -> set[str]:
        """Report the keys that are unknown; returns those that they were likely meant to be."""
        meant = set()
        for name, item in value.items():
            if name not in known:
                hint = did_you_mean(name, known)
                meant |= {other for other in known if hint == did_you_mean(name, [other])}
                # In braces a comma ends a text, and what follows it becomes a key without a value.
                torn = " Does it belong to the text before it? Put that in quotes." if item is None else ""
                self._report.fault((*path, name), f"unknown key {name!r}.{torn or hint}")
        return meant

    def _value(self, kind: inspect.Type, value: Any, path: KeyPath, meaning: Meaning) -> Any:
        match kind:
            case inspect.StrType():
                return self._text(value, path, meaning)
            case inspect.IntType():
                return self._number(value, path, meaning)
            case inspect.BoolType():
                return value if isinstance(value, bool) else self._wrong(path, "true or false", value)
            case inspect.LiteralType(values=words):
                return self._word(value, path, words)
            case inspect.VarTupleType(item_type=item):
                return self._list(item, value, path, meaning)
            case inspect.TupleType(item_types=items) if isinstance(value, list) and len(value) != len(items):
                return self._wrong(path, f"a list of {len(items)}", value)
            case inspect.TupleType(item_types=items):
                return self._list(items[0], value, path, meaning)
            case inspect.DictType(value_type=entry):
                return self._mapping(entry, value, path, meaning)
            case inspect.UnionType(types=types):
                (some,) = (one for one in types if not isinstance(one, inspect.NoneType))
                return self._value(some, value, path, meaning)
            case inspect.StructType(cls=struct):
                return self.struct(struct, value, path)
            case _:
                raise TypeError(f"{path_text(path)}: no rule reads {kind}")

    def _text(self, value: Any, path: KeyPath, meaning: Meaning) -> Any:
        if not isinstance(value, str):
            quotes = " Put it in quotes." if isinstance(value, bool | int | float) else ""
            return self._wrong(path, "a text", value, quotes)
        text = one_line(value)
        if not text:
            self._report.fault(path, "this text is empty. Write one, or leave it out.")
        elif meaning.names:
            return self._name(text, path, meaning.names)
        return text

    def _name(self, word: str, path: KeyPath, kinds: Sequence[str]) -> str:
        name = self._names.find(kinds, word)
        if name is None:
            self._report.fault(path, self._names.unknown(kinds, word))
        return name or word

    def _word(self, value: Any, path: KeyPath, words: Collection[Any]) -> Any:
        if isinstance(value, str) and value in words:
            return value
        hint = did_you_mean(str(value), map(str, words))
        self._report.fault(path, f"{shown(value)} is none of the words for this.{hint}")
        return None

    def _number(self, value: Any, path: KeyPath, meaning: Meaning) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return self._wrong(path, "a whole number", value)
        if meaning.low is not None and meaning.high is not None and not meaning.low <= value <= meaning.high:
            return self._wrong(path, f"a whole number from {meaning.low:,} to {meaning.high:,}", value)
        return value

    def _list(self, kind: inspect.Type, value: Any, path: KeyPath, meaning: Meaning) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return self._wrong(path, "a list", value) or ()
        if meaning.length_max is not None and len(value) > meaning.length_max:
            self._report.fault(path, f"{len(value):,} entries: {meaning.length_max:,} at most are read.")
            return ()
        return tuple(self._value(kind, item, (*path, number), meaning) for number, item in enumerate(value))

    def _mapping(self, kind: inspect.Type, value: Any, path: KeyPath, meaning: Meaning) -> dict[str, Any]:
        if not isinstance(value, dict):
            return self._wrong(path, "a mapping of names to values", value) or {}
        read = {}
        for name, entry in value.items():
            if (found := self._text(name, (*path, name), meaning)) in read:
                self._report.fault((*path, name), f"{found!r} stands here already. Keep one of the two.")
            read[found] = self._value(kind, entry, (*path, name), meaning)
        return read

    def _wrong(self, path: KeyPath, needed: str, value: Any, hint: str = "") -> Any:
        self._report.fault(path, f"{needed} is needed, not {shown(value)}.{hint}")
        return None


@cache
def _fields(struct: type) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return info.fields


def shown(value: Any) -> str:
    """A value as messages show it."""
    if value is None:
        return "empty"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    return textwrap.shorten(repr(value), 60, placeholder="…")
