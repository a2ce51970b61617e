"""Words files of the voices (see fabula.words_file); their templates are of `fabula.chronicle.grammar`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fabula.words_file import read_words


@cache
def words_of(name: str) -> Mapping[str, tuple[str, ...]]:
    """The rules of the file `voices/NAME.txt`. Raises ValueError that names the line if it is not of that form."""
    text = files("fabula.chronicle").joinpath("voices", f"{name}.txt").read_text(encoding="utf-8")
    return read_words(text, source=f"{name}.txt")
