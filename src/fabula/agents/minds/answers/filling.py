"""Filling: giving what a reply says the type of the field it is for, cut to a sane length and free of control signs."""

import re
import unicodedata
from typing import Any

import msgspec
from msgspec import inspect

REASON_MAX = 500
THOUGHT_MAX = 300
THOUGHTS_MAX = 5
WORDS_MAX = 1_000
NAME_MAX = 200
"""Characters, and thoughts."""
ENTRIES_MAX = 64
"""Entries of a dict or list."""
WHOLE_MAX = 2**53
"""The largest whole number anyone means."""

UNFIT = msgspec.UNSET
"""There is no sensible reading as that type."""

_BLANKS = re.compile(r"\s+")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
_ENTRY = re.compile(r"[ \t]*(?:[-*•]\s+)?([^:=\n]{1,120}?)[ \t]*[:=][ \t]*([^\n]{1,400})")
_TRUE, _FALSE = {"true", "yes", "y", "1", "on"}, {"false", "no", "n", "0", "off", ""}


def tidy(text: str, characters_max: int) -> str:
    """The text in one line, without signs that show nothing or steer a terminal, cut at a word's end if it can be."""
    text = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text[: 4 * characters_max])
    text = _BLANKS.sub(" ", text).strip()
    if len(text) <= characters_max:
        return text
    cut = text[: characters_max - 1]
    space = cut.rfind(" ", characters_max // 2)
    return (cut[:space] if space > 0 else cut).rstrip() + "…"


def fitted(value: Any, type_: inspect.Type, characters_max: int) -> Any:
    """The value as that type where there is one sensible reading, else UNFIT.

    A number becomes text, digits a number, a list of one its item, text a list of one; an object never becomes text.
    """
    if isinstance(value, list) and len(value) == 1 and not isinstance(type_, (*_LISTS, inspect.DictType)):
        value = value[0]
    if isinstance(type_, inspect.StrType):
        return _text(value, characters_max)
    if isinstance(type_, inspect.BoolType):
        return _truth(value)
    if isinstance(type_, (inspect.IntType, inspect.FloatType)):
        return _number(value, whole=isinstance(type_, inspect.IntType))
    if isinstance(type_, _LISTS):
        return _list(value, type_, characters_max)
    if isinstance(type_, inspect.DictType):
        return _dict(value, type_, characters_max)
    if isinstance(type_, inspect.UnionType):
        return next((got for each in type_.types if (got := fitted(value, each, characters_max)) is not UNFIT), UNFIT)
    return _any_other(value, type_)


_LISTS = (inspect.ListType, inspect.VarTupleType, inspect.SetType, inspect.FrozenSetType)


def _text(value: Any, characters_max: int) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return UNFIT
    return tidy(str(value), characters_max)


def _truth(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold() if isinstance(value, (str, int)) else ""
    return True if word in _TRUE else False if word in _FALSE and isinstance(value, (str, int)) else UNFIT


def _number(value: Any, *, whole: bool) -> Any:
    if isinstance(value, str):
        value = value.strip()
        if not _NUMBER.fullmatch(value):
            return UNFIT
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > WHOLE_MAX:
        return UNFIT
    return int(value) if whole and float(value).is_integer() else UNFIT if whole else float(value)


def _list(value: Any, type_: Any, characters_max: int) -> Any:
    items = value if isinstance(value, list) else [value]
    got = [fitted(item, type_.item_type, characters_max) for item in items[:ENTRIES_MAX]]
    return [item for item in got if item is not UNFIT and item != ""]


def _dict(value: Any, type_: inspect.DictType, characters_max: int) -> Any:
    """From an object, a list of `{name, value}` pairs, or lines `name: value`; entries that do not fit are left out."""
    if isinstance(value, str):
        value = value.split("\n")
    listed = value if isinstance(value, list) else []
    pairs = list(value.items()) if isinstance(value, dict) else [pair for item in listed for pair in _pairs(item)]
    if not pairs and value not in ({}, [], [""]):
        return UNFIT
    fit = {}
    for key, item in pairs[:ENTRIES_MAX]:
        name = fitted(key, type_.key_type, NAME_MAX)
        got = fitted(item, type_.value_type, characters_max)
        if name not in (UNFIT, "") and got is not UNFIT:
            fit[name] = got
    return fit


def _pairs(item: Any) -> list[tuple[Any, Any]]:
    """`{"agent": "Edda", "difficulty": 15}`, `{"Edda": 15}` and `Edda: 15` are one."""
    if isinstance(item, str):
        return [(match[1], match[2])] if (match := _ENTRY.fullmatch(item)) else []
    if isinstance(item, dict) and len(item) == 2:
        key, value = item.values()
        return [(key, value)]
    return list(item.items()) if isinstance(item, dict) and len(item) == 1 else []


def _any_other(value: Any, type_: inspect.Type) -> Any:
    """Enums, literals and whatever else: as it stands, or as a word without regard to case."""
    if isinstance(type_, inspect.EnumType):
        choices = [member.value for member in type_.cls]
    elif isinstance(type_, inspect.LiteralType):
        choices = list(type_.values)
    else:
        return UNFIT
    if isinstance(value, str):
        value = value.strip().casefold()
    return next((each for each in choices if (each.casefold() if isinstance(each, str) else each) == value), UNFIT)
