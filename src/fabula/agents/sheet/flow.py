"""Values on one line: lists in brackets or between commas, and words in quotes, as front matter has them.

Front matter looks like YAML and is written by people, who mean words: a faction called `No`, a captain `of ship #3`,
`role: Captain: of the guard`. So it is not read as YAML but as labelled lines (`fabula.agents.sheet.entries`) whose
values are words; what is YAML and means words, YAML reads the same. There are no types, tags, anchors and aliases.
"""

import json
import re
from collections.abc import Iterator

_QUOTED = re.compile(r"""\s*+(?:"(?:\\.|[^"\\])*+"|'(?:''|[^'])*+')\s*+(?=[,;:\]}]|$)""", re.DOTALL)
_YAML_ONLY = re.compile(r"[&*!][\w!&*]")
_PLAIN = re.compile(r"[^\W\d_](?:[\w.'’]|\([\w ]*\)|(?<=\w)-(?=\w)| (?! |$)|&(?= ))*+")
"""Words that mean themselves to every reader of YAML, in a list too."""
_NO_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])
_BRACKETS = {"[": "]", "{": "}"}


def items(text: str) -> Iterator[str]:
    """The items of `[a, "b, c", d]`, of `{a: 1, b: 2}` or of `a, b; c`, each as it stands."""
    text = text.strip()
    if (end := _BRACKETS.get(text[:1])) is not None:
        text = text[1:].removesuffix(end)
    start = index = depth = 0
    while index < len(text):
        character = text[index]
        if index == start and (quoted := _QUOTED.match(text, index)):
            index = quoted.end()
            continue
        if character in "([{（":
            depth += 1
        elif character in ")]}）":
            depth = max(depth - 1, 0)
        elif character in ",;，、；" and not depth:
            yield from _filled(text[start:index])
            start = index + 1
        index += 1
    yield from _filled(text[start:])


def is_open(text: str) -> bool:
    """Whether a bracket that opens `text` is not closed at its end."""
    end = _BRACKETS.get(text[:1])
    return end is not None and not text.rstrip().endswith(end)


def unquoted(text: str) -> str:
    """The words of a value that stands in quotes as a whole; any other value as it is."""
    if len(text) < 2 or text[0] not in "\"'" or not (match := _QUOTED.match(text)) or match.end() < len(text):
        return text
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    try:
        words = json.loads(text, strict=False)
    except ValueError:
        # Escapes that YAML has and JSON has not, or that are none at all.
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return str(words)


def written_value(text: str) -> str:
    """A value that is read as these very words, here and by any reader of YAML."""
    return text if _PLAIN.fullmatch(text) and text.casefold() not in _NO_WORDS else json.dumps(text, ensure_ascii=False)


def is_yaml_only(text: str) -> bool:
    """Whether `text` begins like an anchor, an alias or a tag, which mean nothing here."""
    return _YAML_ONLY.match(text) is not None


def _filled(item: str) -> Iterator[str]:
    if item.strip():
        yield item.strip()
