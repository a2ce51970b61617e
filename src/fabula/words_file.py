"""Words files: the templates that rules speak and tell with, as plain text, a rule to a paragraph.

    # Blows between people.
    strike.hit
      {A} <strike> {B}{at}[ with {weapon}]
      there was blood then, and it was {B.s}

A line at the margin names a rule, the indented lines below it are its templates, `#` begins a comment line. What may
stand in a template is for the grammar that speaks it to say.
"""

from collections.abc import Mapping


def read_words(text: str, *, source: str) -> Mapping[str, tuple[str, ...]]:
    """The rules of a words file and the templates of each, in their order.

    source: what messages call the file. Raises ValueError that names the line if it is not of that form.
    """
    rules: dict[str, list[str]] = {}
    templates: list[str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if not line.startswith(" "):
            if words in rules:
                raise ValueError(
                    f"{source}, line {number}: the rule {words!r} stands twice; put its templates together"
                )
            templates = rules.setdefault(words, [])
        elif templates is None:
            raise ValueError(f"{source}, line {number}: a template before any rule; name its rule at the margin")
        else:
            templates.append(words)
    return {rule: tuple(templates) for rule, templates in rules.items()}
