"""Columns: the components of lives that a kernel wants, as the named tuple that it takes."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from fabula.environments.world.components import Lives

T = TypeVar("T", bound=NamedTuple)


def columns(lives: Lives, wanted: type[T]) -> T:
    """The rows in use of every component that is a field of `wanted`; `row_of` whole, by id."""
    found = {name: getattr(lives, name)[: lives.count] for name in wanted._fields if name != "row_of"}
    if "row_of" in wanted._fields:
        found["row_of"] = lives.row_of
    # What a NamedTuple takes by name, the checkers cannot know.
    make: Callable[..., T] = wanted
    return make(**found)
