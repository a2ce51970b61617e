"""Words files: the templates of a voice as plain text, a rule to a paragraph.

    # Blows between people.
    strike.hit
      {A} <strike> {B}{at}[ with {weapon}]
      there was blood then, and it was {B.s}

A line at the margin names a rule, the indented lines below it are its templates (fabula.chronicle.grammar), `#`
begins a comment line.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def words_of(name: str) -> Mapping[str, tuple[str, ...]]:
    """The rules of the file `voices/NAME.txt`. Raises ValueError that names the line if it is not of that form."""
    rules: dict[str, list[str]] = {}
    templates: list[str] | None = None
    text = files("fabula.chronicle").joinpath("voices", f"{name}.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
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
