"""Columns: the components of lives that a kernel wants, as the named tuple that it takes."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from fabula.environments.world.components import Lives

T = TypeVar("T", bound=NamedTuple)


def columns(lives: Lives, wanted: type[T]) -> T:
    """The rows in use of every component that is a field of `wanted`; `row_of` whole, by id."""
    count = lives.count
    # What a NamedTuple takes, the checkers cannot know.
    make: Callable[..., T] = wanted
    return make(*[lives.row_of if name == "row_of" else getattr(lives, name)[:count] for name in wanted._fields])
