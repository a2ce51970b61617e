"""Words files: what rules have to say, as plain text.

A line at the margin names a rule, the indented lines below it are its templates (`rhetoric.grammar`), `#` begins a
comment line.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def words_of(name: str) -> Mapping[str, tuple[str, ...]]:
    """The rules of the file `words/NAME.txt`, in their order. Raises ValueError that names the line if it is broken."""
    rules: dict[str, list[str]] = {}
    templates: list[str] | None = None
    for number, line in enumerate(text_of(name).splitlines(), start=1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if not line.startswith(" "):
            if words in rules:
                raise ValueError(
                    f"{name}.txt, line {number}: the rule {words!r} stands twice; put its templates together"
                )
            templates = rules.setdefault(words, [])
        elif templates is None:
            raise ValueError(f"{name}.txt, line {number}: a template before any rule; name its rule at the margin")
        else:
            templates.append(words)
    return {rule: tuple(templates) for rule, templates in rules.items()}


@cache
def text_of(name: str) -> str:
    """The text of the file `words/NAME.txt`."""
    return files(__package__).joinpath("words").joinpath(f"{name}.txt").read_text(encoding="utf-8")
