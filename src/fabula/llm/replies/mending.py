"""Mending: broken JSON to the value that was most likely meant, within a stated amount of work.

json-repair knows most of the ways in which models break JSON. Its look-ahead can take time quadratic in the text, and
some texts make it recurse or split endlessly, so it is given a text that counts how often it is looked at: when the
work is used up, mending ends without a result. The count, not a clock, decides, so that the same text always gives the
same value.
"""

import html
import re
from typing import Any, SupportsIndex

from json_repair.json_parser import JSONParser

from fabula.llm.replies.decoding import Plain, decode, decoded_text, plain
from fabula.llm.replies.reading import DEPTH_MAX

LOOKS_MAX = 10_000
"""Looks at a character of the text, over all that is mended in one reply: some 5 to 25 ms."""
MENDED_MAX = 8_000
"""Characters of a text that is mended; of longer ones only an end cut off is restored."""
LISTS_MAX = 400
"""Lists and objects in one text, since json-repair compares each with those before."""

_NESTED_MAX = 3 * DEPTH_MAX
"""Calls of the parser within each other; an object takes up to three of them a level."""
_SIGNS_MAX = 8_000
"""Brackets and quoted texts of one text that are looked at."""


class Mender:
    """Mends the texts of one reply."""

    def __init__(self) -> None:
        self.looks_left = LOOKS_MAX
        self.gave_up = False
        """Something was too long or too tangled to be mended."""

    def mend(self, text: str) -> Plain | None:
        """The value that was meant; None if none can be told. Text without any bracket has none."""
        text = _retouched(text)
        if (valid := decode(text)) is not None:
            return valid
        if len(text) > MENDED_MAX:
            return self._closed(text)
        return self._repaired(text)

    def _closed(self, text: str) -> Plain | None:
        brackets = Brackets(text)
        found = None if brackets.too_many else decode(text + '"' * brackets.in_text + brackets.closing)
        self.gave_up = self.gave_up or found is None
        return found

    def _repaired(self, text: str) -> Plain | None:
        parser = _Parser(text, self.looks_left)
        try:
            value: Any = parser.parse()
        except (_Tired, RecursionError):
            self.gave_up = True
            return None
        except Exception:  # noqa: BLE001 - whatever a hostile text breaks in the library, the text was not mended
            self.gave_up = True
            return None
        finally:
            self.looks_left = max(0, parser.looks_left)
        return None if isinstance(value, str) and not value else plain(value)


class Brackets:
    """The brackets of a text that begins with one, quoted text left out."""

    def __init__(self, text: str, start: int = 0) -> None:
        self.end: int | None = None
        """Just behind the bracket that closes the first; None: it is never closed."""
        self.closing = ""
        """The brackets that are missing at the end."""
        self.in_text = False
        """The text ends within quotes."""
        self.in_name = False
        """They are those of a field's name."""
        self.lacks_quote = False
        """It does, but the last of what is quoted closes more brackets than it opens, so that a quote is missing."""
        self.too_deep = False
        """More are open at once than any answer needs; the rest was not looked at."""
        self.too_many = False
        """More signs than any answer needs; the rest was not looked at."""
        self._walk(text, start)

    def _walk(self, text: str, start: int) -> None:
        open_: list[str] = []
        for number, match in enumerate(_STRUCTURE.finditer(text, start)):
            if number == _SIGNS_MAX:
                self.too_many = True
                return
            sign = match[0]
            if sign[0] == '"':
                self.in_text = match[1] is None
                if self.in_text:
                    before = text[max(start, match.start() - 16) : match.start()].rstrip()[-1:]
                    self.in_name = open_[-1:] == ["}"] and before in ("{", ",")
                    self.lacks_quote = _closes(sign)
            elif sign in "{[":
                open_.append("}" if sign == "{" else "]")
                if len(open_) > _NESTED_MAX:
                    self.too_deep = True
                    return
            elif open_ and open_[-1] == sign:
                open_.pop()
                if not open_:
                    self.end = match.end()
                    return
        self.closing = "".join(reversed(open_))


def _closes(text: str) -> bool:
    """Whether a text ends in a bracket that it did not open."""
    if _CLOSED.search(text[-16:]) is None:
        return False
    return text.count("}") + text.count("]") > text.count("{") + text.count("[")


_CLOSED = re.compile(r"[}\])][\s`~]*\Z")
_STRUCTURE = re.compile(r'"(?:[^"\\]++|\\.)*+(?:(")|\\?\Z)|[{}\[\]]', re.DOTALL)


def _retouched(text: str) -> str:
    """The text with what json-repair does not know put right: other signs for quotes, colons, joined strings."""
    if '"' not in text:
        if "&quot;" in text or "&#34;" in text:
            text = html.unescape(text)
        elif "«" in text and "»" in text:
            text = text.replace("«", '"').replace("»", '"')
    if '"""' in text:
        text = _tripled(text)
    if "+" in text:
        text = _JOINED.sub("", text)
    if ";" in text:
        text = _SEMICOLON.sub(r"\1:", text)
    return text


_JOINED = re.compile(r'"[ \t\r\n]{0,8}\+[ \t\r\n]{0,8}"')
_SEMICOLON = re.compile(r'([{,][ \t\r\n]{0,8}"[^"\\\n;]{1,64}"[ \t]{0,8});')


def _tripled(text: str) -> str:
    """`\"\"\"…\"\"\"` as one string, where all of them are closed and stand as values do."""
    parts = text.split('"""')
    stand = all(part.lstrip()[:1] in (",", "}", "]") for part in parts[2::2])
    if len(parts) % 2 == 0 or not stand:
        return text
    return "".join(decoded_text(part) if number % 2 else part for number, part in enumerate(parts))


class _Tired(Exception):
    """The work is used up."""


class _Watched(str):
    """A text that tells its parser of every look at it."""

    parser: "_Parser"

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        parser = self.parser
        if key.__class__ is int:
            parser.looks_left -= 1
            looked = str.__getitem__(self, key)
        else:
            looked = str.__getitem__(self, key)
            parser.looks_left -= 1 + len(looked) // 2
        if parser.looks_left < 0:
            raise _Tired
        return looked


class _Parser(JSONParser):
    """json-repair's parser over a watched text, with bounds on nesting and on how much it builds."""

    def __init__(self, text: str, looks_left: int) -> None:
        self.looks_left = looks_left
        self._depth = 0
        self._lists_left = LISTS_MAX
        super().__init__(text, None, False, try_valid_json_suffix=True)

    def __setattr__(self, name: str, value: Any) -> None:
        # The parser rewrites its text while it works; each rewriting must be watched as well.
        if name == "json_str":
            watched = _Watched(value)
            watched.parser = self
            value = watched
        object.__setattr__(self, name, value)

    def parse_object(self, schema: Any = None, path: str = "$") -> Any:
        """One object."""
        self._enter(1)
        value = super().parse_object(schema, path)
        self._depth -= 1
        return value

    def parse_array(self, schema: Any = None, path: str = "$", closing_delimiter: str = "]") -> Any:
        """One list."""
        self._enter(1)
        value = super().parse_array(schema, path, closing_delimiter)
        self._depth -= 1
        return value

    def parse_string(self) -> Any:
        """One text, or what is fenced in it."""
        self._enter(0)
        value = super().parse_string()
        self._depth -= 1
        return value

    def _enter(self, lists: int) -> None:
        self._depth += 1
        self._lists_left -= lists
        if self._depth > _NESTED_MAX or self._lists_left < 0:
            raise _Tired
