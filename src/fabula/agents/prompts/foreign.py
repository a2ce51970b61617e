"""Foreign text: words that somebody else wrote, made fit to stand in a prompt.

Sheets, cards, what other agents and people say, what a model answered: any of it may try to end the block it stands
in, to pose as another speaker, or to hide. It keeps its words and loses the signs with which that is done.
"""

import re
from functools import lru_cache

from fabula.agents.plain import block

LINE_CHARACTERS_MAX = 2000
"""Of one text in a prompt."""

_READ_CHARACTERS_MAX = 4 * LINE_CHARACTERS_MAX
"""What is looked at of a text: the rest can only be cut off, and need not cost time first."""
_CACHED_CHARACTERS_MAX = 400

_BRACKETS = str.maketrans(
    {
        **dict.fromkeys("<\uff1c\ufe64\u2039\u300a\u00ab", "\u2039"),
        **dict.fromkeys(">\uff1e\ufe65\u203a\u300b\u00bb", "\u203a"),
        "`": "'",
    }
)
"""Without angle brackets, and what a reader of tokens may take for them, there is no tag, no special token of any
model, and no mark of a block.
"""

_SPEAKER = (
    r"system|developer|user|human|assistant|model|ai|tool|function|director|instructions?|dm|gm|game master|narrator"
)
_SHOUTED = re.compile(rf"\[(\s{{0,3}}/?\s{{0,3}}(?:[A-Z][A-Z_ ]{{0,40}}|(?i:{_SPEAKER}|inst|sys))\s{{0,3}})\]")
"""`[INST]`, `[/SYSTEM_PROMPT]`, `[DM]`: how some models mark who speaks."""
_ROLE = re.compile(
    rf"^((?:[^\w\n]|[_\d])*+(?:{_SPEAKER})[ \t*_)\]]{{0,8}})[:\uff1a\ufe55]", re.IGNORECASE | re.MULTILINE
)
"""`System:` where a line begins."""
_HEADING = re.compile(r"^[^\S\n]*+(?:(?:#+|=+|-{3,}|\*{3,}|_{3,}|%%+)[^\S\n]*+)+", re.MULTILINE)


def defused(text: str, *, most: int = LINE_CHARACTERS_MAX) -> str:
    """The text on one line, of at most `most` characters, harmless in a prompt: no angle brackets, control characters,
    headings, or lines that begin as another speaker's.
    """
    if len(text) <= _CACHED_CHARACTERS_MAX:
        return shortened(_defused(text), most)
    return shortened(_defused.__wrapped__(text[:_READ_CHARACTERS_MAX]), most)


def shortened(text: str, most: int) -> str:
    """The text, cut at a word where it is longer than `most` characters, with `…` for what is missing."""
    if len(text) <= most:
        return text
    cut = text[: max(0, most - 1)]
    return f"{cut.rpartition(' ')[0] or cut}…"


@lru_cache(maxsize=8192)
def _defused(text: str) -> str:
    if text.isalnum():
        return text
    plain = block(text).translate(_BRACKETS)
    plain = _SHOUTED.sub(r"(\1)", plain)
    plain = _HEADING.sub("", plain)
    plain = _ROLE.sub("\\1 \u2013", plain)
    return " ".join(plain.split())
