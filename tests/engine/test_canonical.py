"""Canonical bytes: equal values give equal bytes, wherever they come from."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from enum import Enum
from typing import Any

import msgspec

import fabula


def structs() -> Iterator[type[msgspec.Struct]]:
    for module in pkgutil.walk_packages(fabula.__path__, "fabula."):
        if module.name == "fabula.__main__":
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and issubclass(value, msgspec.Struct) and value.__module__ == module.name:
                yield value


def is_one_of_its_kind(value: Any) -> bool:
    # CPython keeps one "", one () and one of each integer from -5 to 256.
    return value in ((), "") or value is None or isinstance(value, bool | Enum) or value in range(-5, 257)


def test_a_default_that_is_left_out_is_the_only_one_of_its_kind() -> None:
    """msgspec leaves a field out if it `is` its default; an equal text from elsewhere would be written."""
    wrong = [
        f"{struct.__qualname__}.{field.name} = {field.default!r}"
        for struct in structs()
        if struct.__struct_config__.omit_defaults
        for field in msgspec.structs.fields(struct)
        if field.default is not msgspec.NODEFAULT and not is_one_of_its_kind(field.default)
    ]
    assert wrong == []
