"""Words files of what rules say in a dialogue (see fabula.words_file); their templates are of
`rhetoric.grammar`.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fabula.words_file import read_words


@cache
def words_of(name: str) -> Mapping[str, tuple[str, ...]]:
    """The rules of the file `words/NAME.txt`, in their order. Raises ValueError that names the line if it is broken."""
    return read_words(text_of(name), source=f"{name}.txt")


@cache
def text_of(name: str) -> str:
    """The text of the file `words/NAME.txt`."""
    return files(__package__).joinpath("words").joinpath(f"{name}.txt").read_text(encoding="utf-8")
