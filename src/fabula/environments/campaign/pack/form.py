"""The form of a pack: how its YAML mirrors the structs of `fabula.environments.campaign.setting`, and the reader of it.

The types are those of the structs. The tables below add what a type cannot say: which fields hold the name of what,
between which bounds a number lies, which keys are called otherwise than the field.
"""

import re
import textwrap
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, get_args

from msgspec import inspect

from fabula.agents.persona import Persona
from fabula.agents.plain import one_line
from fabula.engine.values import kind_of
from fabula.environments.campaign.actions import CharacterAction
from fabula.environments.campaign.setting import (
    Advance,
    Aim,
    AnyEffect,
    Appear,
    Arrive,
    Block,
    Character,
    Clock,
    Complication,
    Condition,
    Deed,
    Faction,
    Harm,
    Heal,
    Open,
    Place,
    Reveal,
    Secret,
    Setting,
    Sway,
    Thing,
    Threat,
    Way,
    Weaken,
)
from fabula.environments.pack.names import PackNames
from fabula.environments.pack.report import Report
from fabula.errors import UsageError, did_you_mean
from fabula.yaml_text import KeyPath, path_text

TURNS_MAX = 10_000
SEGMENTS_MAX = 24
DIFFICULTY_MAX = 40
POINTS_MAX = 1_000
"""Of vigour, strength or harm."""

AIMED_AT: Mapping[str, tuple[str, ...]] = {
    "protect": ("character", "place"),
    "ruin": ("character",),
    "win_over": ("character",),
    "find": ("secret",),
    "hold": ("place",),
    "reach": ("place",),
    "advance": ("clock",),
    "hinder": ("clock",),
    "get": ("object",),
}
"""What each want of an aim can be directed at."""

DEEDS = frozenset(kind_of(action.__name__) for action in get_args(CharacterAction))


class Meaning(NamedTuple):
    """What a field holds beyond its type; of a list or mapping: what each entry (each key, of a mapping) holds."""

    names: tuple[str, ...] = ()
    """It is the name of one of these kinds."""
    names_by: str = ""
    """It is the name of what AIMED_AT says of the word under this key beside it."""
    low: int | None = None
    high: int | None = None
    among: frozenset[str] = frozenset()

    def beside(self, siblings: Mapping[str, Any]) -> "Meaning":
        """The meaning, settled by what stands beside the field."""
        if not self.names_by:
            return self
        word = siblings.get(self.names_by)
        return Meaning(names=AIMED_AT.get(word, ()) if isinstance(word, str) else ())


def _name(*kinds: str) -> Meaning:
    return Meaning(names=kinds)


def _within(low: int, high: int) -> Meaning:
    return Meaning(low=low, high=high)


_PLACE, _FACTION, _SHARE, _DIFFICULTY = _name("place"), _name("faction"), _within(0, 100), _within(1, DIFFICULTY_MAX)
_SEGMENTS = _within(-SEGMENTS_MAX, SEGMENTS_MAX)

MEANINGS: Mapping[type, Mapping[str, Meaning]] = {
    Setting: {"turns": _within(1, TURNS_MAX)},
    Way: {"to": _PLACE},
    Place: {"shelter": _SHARE, "peril": _SHARE},
    Faction: {"stances": Meaning(names=("faction",), low=-100, high=100)},
    Aim: {"what": Meaning(names_by="want"), "weight": _SHARE},
    Character: {
        "faction": _FACTION,
        "place": _PLACE,
        "carries": _name("object"),
        "knows": _name("secret"),
        "bonds": Meaning(names=("character",), low=-100, high=100),
        "vigour": _within(1, POINTS_MAX),
    },
    Thing: {
        "place": _PLACE,
        "harm": _within(0, POINTS_MAX),
        "guard": _within(0, POINTS_MAX),
        "uses": _within(0, TURNS_MAX),
        "where": _PLACE,
    },
    Secret: {"about": _name("character", "place", "faction"), "place": _PLACE, "difficulty": _DIFFICULTY},
    Deed: {
        "kind": Meaning(among=DEEDS),
        "place": _PLACE,
        "target": _name("character", "threat", "object"),
        "faction": _FACTION,
        "by": _SEGMENTS,
    },
    Clock: {
        "segments": _within(1, SEGMENTS_MAX),
        "filled": _within(0, SEGMENTS_MAX),
        "each_turn": _SEGMENTS,
        "good_for": _FACTION,
        "bad_for": _FACTION,
    },
    Threat: {
        "place": _PLACE,
        "arrives": _within(-1, TURNS_MAX),
        "strength": _within(1, POINTS_MAX),
        "harm": _within(0, POINTS_MAX),
        "difficulty": _DIFFICULTY,
        "toward": _PLACE,
        "advances": _name("clock"),
        "faction": _FACTION,
    },
    Complication: {"place": _PLACE, "tension": _SHARE},
    Condition: {
        "clock_full": _name("clock"),
        "threat_gone": _name("threat"),
        "faction_down": _FACTION,
        "agent_down": _name("character"),
        "secret_known": _name("secret"),
        "object_held": _name("object"),
        "object_at": _name("object"),
        "agent_at": _name("character"),
        "by": _name("faction", "character"),
        "place": _PLACE,
    },
    Advance: {"clock": _name("clock"), "by": _SEGMENTS},
    Harm: {"harm": _within(1, POINTS_MAX), "place": _PLACE, "most": _within(1, POINTS_MAX)},
    Heal: {"vigour": _within(1, POINTS_MAX)},
    Arrive: {"threat": _name("threat"), "place": _PLACE},
    Weaken: {"threat": _name("threat"), "strength": _within(1, POINTS_MAX)},
    Block: {"between": _PLACE},
    Open: {"between": _PLACE},
    Reveal: {"secret": _name("secret"), "place": _PLACE},
    Appear: {"object": _name("object"), "place": _PLACE},
    Sway: {"faction": _FACTION, "toward": _FACTION, "by": _within(-100, 100)},
}

_KEYS: dict[tuple[type, str], str] = {
    (Setting, "pack"): "name",
    (Setting, "things"): "objects",
    (Character, "persona"): "sheet",
}
"""Fields that a pack calls otherwise."""
_NO_KEYS: set[tuple[type, str]] = {(Setting, "lexicon"), (Setting, "prompts")}
"""Fields that do not stand in `pack.yaml`."""
_NAMED: tuple[type, ...] = (Place, Faction, Character, Thing, Secret, Clock, Threat, Complication)
_OTHER_KEYS: dict[type, tuple[str, ...]] = {Setting: ("environment",), **dict.fromkeys(_NAMED, ("id",))}
"""Keys that are read elsewhere."""
_IN_ONE_WORD: dict[type, str] = {Way: "to"}
"""Structs that a plain text may stand for: the field that it gives."""


_TAG = "effect"
_EFFECTS: dict[Any, type] = {struct.__struct_config__.tag: struct for struct in get_args(AnyEffect)}


class _Slot(NamedTuple):
    """A field of a struct and the key that gives it."""

    field: str
    type: inspect.Type
    required: bool
    meaning: Meaning


@cache
def _slots(struct: type) -> dict[str, _Slot]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    meanings = MEANINGS.get(struct, {})
    return {
        _KEYS.get((struct, field.name), field.name): _Slot(
            field.name, field.type, field.required, meanings.get(field.name, Meaning())
        )
        for field in info.fields
        if (struct, field.name) not in _NO_KEYS
    }


def checked_turns(turns: int | str) -> int:
    """A number of turns somebody asked for. Raises UsageError if it is no whole number from 1 to TURNS_MAX."""
    number = int(turns) if isinstance(turns, int) or re.fullmatch(r"[-+]?[0-9]{1,9}", turns.strip()) else 0
    if not 1 <= number <= TURNS_MAX:
        raise UsageError(f"turns: a whole number from 1 to {TURNS_MAX:,} is needed, not {turns!r}.")
    return number


class FormReader:
    """Reads the values of a pack into structs, references resolved to names; what does not fit goes to the report.

    What is returned is whole only if nothing was reported.
    """

    def __init__(self, report: Report, names: PackNames, personas: Mapping[KeyPath, Persona]) -> None:
        """personas: by the path of the character they belong to."""
        self._report = report
        self._names = names
        self._personas = personas

    def setting(self) -> Setting:
        """The report's tree as a setting."""
        setting: Setting = self._struct(Setting, self._report.tree.value, ())
        return setting

    def _struct(self, struct: type, value: Any, path: KeyPath) -> Any:
        if isinstance(value, str) and struct in _IN_ONE_WORD:
            value = {_IN_ONE_WORD[struct]: value}
        if not isinstance(value, dict):
            return self._wrong(path, "a mapping of keys to values", value)
        slots = _slots(struct)
        meant = self._misspelt(value, (*slots, *_OTHER_KEYS.get(struct, ())), path)
        fields = {}
        for key, slot in slots.items():
            # A key left empty is a key left out.
            if value.get(key) is not None:
                fields[slot.field] = self._value(slot.type, value[key], (*path, key), slot.meaning.beside(value))
            elif slot.required:
                fields[slot.field] = None
                if key not in meant:
                    self._report.fault(path, f"{key!r} is missing.")
        return struct(**fields)

    def _misspelt(self, value: dict[str, Any], known: Collection[str], path: KeyPath) -> set[str]:
        """Report the keys that are unknown; returns those that they were likely meant to be."""
        meant = set()
        for key, item in value.items():
            if key not in known:
                hint = did_you_mean(key, known)
                meant |= {other for other in known if hint == did_you_mean(key, [other])}
                # In braces a comma ends a text, and what follows it becomes a key without a value.
                torn = " Does it belong to the text before it? Put that in quotes." if item is None else ""
                self._report.fault((*path, key), f"unknown key {key!r}.{torn or hint}")
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
            case inspect.UnionType():
                return self._effect(value, path)
            case inspect.StructType(cls=struct):
                return self._personas.get(path[:-1]) if struct is Persona else self._struct(struct, value, path)
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
        elif meaning.among:
            return self._word(text, path, meaning.among)
        return text

    def _name(self, word: str, path: KeyPath, kinds: Sequence[str]) -> str:
        name = self._names.find(kinds, word)
        if name is None:
            self._report.fault(path, self._names.unknown(kinds, word))
        return name or word

    def _word(self, value: Any, path: KeyPath, words: Collection[Any]) -> Any:
        if isinstance(value, str) and value in words:
            return value
        self._report.fault(
            path, f"{shown(value)} is none of the words for this.{did_you_mean(str(value), map(str, words))}"
        )
        return None

    def _number(self, value: Any, path: KeyPath, meaning: Meaning) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return self._wrong(path, "a whole number", value)
        if meaning.low is not None and meaning.high is not None and not meaning.low <= value <= meaning.high:
            return self._wrong(path, f"a whole number from {meaning.low} to {meaning.high}", value)
        return value

    def _list(self, kind: inspect.Type, value: Any, path: KeyPath, meaning: Meaning) -> tuple[Any, ...]:
        if not isinstance(value, list):
            return self._wrong(path, "a list", value) or ()
        return tuple(self._value(kind, item, (*path, number), meaning) for number, item in enumerate(value))

    def _mapping(self, kind: inspect.Type, value: Any, path: KeyPath, meaning: Meaning) -> dict[str, Any]:
        if not isinstance(value, dict):
            return self._wrong(path, "a mapping of names to numbers", value) or {}
        read = {}
        for key, entry in value.items():
            if (name := self._text(key, (*path, key), meaning)) in read:
                self._report.fault((*path, key), f"{name!r} has a number already. Keep one of the two.")
            read[name] = self._value(kind, entry, (*path, key), meaning)
        return read

    def _effect(self, value: Any, path: KeyPath) -> Any:
        if not isinstance(value, dict) or _TAG not in value:
            return self._wrong(path, f"a mapping with the key {_TAG!r}", value)
        kind = self._word(value[_TAG], (*path, _TAG), _EFFECTS)
        rest = {key: item for key, item in value.items() if key != _TAG}
        return self._struct(_EFFECTS[kind], rest, path) if kind else None

    def _wrong(self, path: KeyPath, needed: str, value: Any, hint: str = "") -> Any:
        self._report.fault(path, f"{needed} is needed, not {shown(value)}.{hint}")
        return None


def shown(value: Any) -> str:
    """A value as messages show it."""
    if value is None:
        return "empty"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    return textwrap.shorten(repr(value), 60, placeholder="…")
