"""Values on one line: lists in brackets or between commas, and words in quotes, as front matter has them.

Front matter looks like YAML and is written by people, who mean words: a faction called `No`, a captain `of ship #3`,
`role: Captain: of the guard`. So it is not read as YAML but as labelled lines (`fabula.agents.sheet.entries`) whose
values are words; what is YAML and means words, YAML reads the same. There are no types, tags, anchors and aliases.
"""

import json
import re
from collections.abc import Iterator

_QUOTED = re.compile(r"""\s*+(?:"(?:\\.|[^"\\])*+"|'(?:''|[^'])*+')\s*+(?=[,;:\]}]|$)""", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"}
_ESCAPED |= {"_": "\xa0", "N": "\x85", "L": "\u2028", "P": "\u2029"}
_YAML_ONLY = re.compile(r"[&*!][\w!&*]")
_PLAIN = re.compile(r"[^\W\d_](?:[\w.'’]|\([\w ]*\)|(?<=\w)-(?=\w)| (?! |$)|&(?= ))*+")
"""Words that mean themselves to every reader of YAML, in a list too."""
_NO_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])
_BRACKETS = {"[": "]", "{": "}"}


def items(text: str) -> Iterator[str]:
    """The items of `[a, "b, c", d]`, of `{a: 1, b: 2}` or of `a, b; c`, each as it stands.

    A comma in round brackets parts nothing: `[Guild (north, south), Crown]` are two.
    """
    text = text.strip()
    end = _BRACKETS.get(text[:1])
    separators = "," if end else ",;，、；"
    text = text[1:].removesuffix(end) if end else text
    last_closing = max(map(text.rfind, ")]}）"))
    start = index = depth = 0
    while index < len(text):
        character = text[index]
        if index == start and (quoted := _QUOTED.match(text, index)):
            index = quoted.end()
            continue
        if character in "([{（" and index < last_closing:
            depth += 1
        elif character in ")]}）":
            depth = max(depth - 1, 0)
        elif character in separators and not depth:
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
    words = _ESCAPE.sub(_unescaped, text[1:-1])
    # JSON writes a character beyond the first 65,536 as two halves.
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def written_value(text: str) -> str:
    """A value that is read as these very words, here and by any reader of YAML."""
    return text if _PLAIN.fullmatch(text) and text.casefold() not in _NO_WORDS else json.dumps(text, ensure_ascii=False)


def is_yaml_only(text: str) -> bool:
    """Whether `text` begins like an anchor, an alias or a tag, which mean nothing here."""
    return _YAML_ONLY.match(text) is not None


def _unescaped(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2] or escape[3]
    if number:
        return chr(code) if (code := int(number, 16)) <= 0x10FFFF else "\ufffd"
    return _ESCAPED.get(escape[4], escape[4])


def _filled(item: str) -> Iterator[str]:
    if item.strip():
        yield item.strip()
