"""Plain text: what may stand in the words of a persona, whoever wrote them.

Words reach a terminal, a page and a model's prompt. So what no reader sees is taken out: escape sequences, control
characters, marks that turn the reading order or hide text. Everything that can be seen stays, markup too.
"""

import re
import unicodedata
from functools import lru_cache

_ESCAPE = re.compile(
    "\x1b[\\]PX^_][^\x07\x1b\x9c]*+(?:\x07|\x1b\\\\|\x9c)"  # strings for the terminal: titles, links, the clipboard
    "|[\x90\x98\x9d\x9e\x9f][^\x07\x1b\x9c]*+(?:\x07|\x1b\\\\|\x9c)"
    "|(?:\x1b\\[|\x9b)[0-?]*+[ -/]*+[@-~]"  # colours, movements
    "|\x1b[ -/]*+[0-~]"
)
_BREAK = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
"""Characters that part words without being a line end that an editor counts."""
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u200b\u2028\u2029\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # without width
    "\u202a-\u202e\u2066-\u2069"  # against the reading order
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f"  # no characters at all, or the shadow alphabet of tags
    "\ud800-\udfff]"  # halves of characters
)
_KEY_CHARACTERS_MAX = 100
_FILLERS = frozenset(["and", "the"])
_LINE_END = re.compile("\r\n|\r|\n")


def hidden(text: str) -> int:
    """How many characters of `text` no reader would see; 0 for plain text of any number of lines."""
    return len(_HIDDEN.findall(text))


def visible(text: str) -> str:
    """One line's `text` without what no reader sees, composed (NFC), so that equal words are equal."""
    if _HIDDEN.search(text):
        text = _HIDDEN.sub("", _BREAK.sub(" ", _ESCAPE.sub("", text)))
    return unicodedata.normalize("NFC", text)


def lines_of(text: str) -> list[str]:
    """The lines as an editor counts them: ended by LF, CR LF or CR alone."""
    return _LINE_END.split(text)


def one_line(text: str) -> str:
    """`text` on one line, visible, without white space at the ends and with single blanks inside."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(visible(" ".join(text.split())).split())


def block(text: str) -> str:
    """`text` of many lines, each visible, without empty lines at the ends; nothing else is touched."""
    lines = [visible(line) for line in lines_of(text)]
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return "\n".join(lines[filled[0] : filled[-1] + 1]) if filled else ""


def key(text: str) -> str:
    """The words of a short text in the form in which names are compared: small letters, no accents, no signs.

    `Skills & Capabilities` and `skills_and_capabilities` have one key. Of a long text only the beginning counts.
    """
    return _key(text[:_KEY_CHARACTERS_MAX])


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(word for word in re.findall(r"[^\W_]+", plain) if word not in _FILLERS)
