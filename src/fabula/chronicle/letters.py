"""Which letters are safe to show: the ones that print, stay on their line and run in the direction they are read.

Names and words come from people, models and files; a log line, a page and a terminal must show them harmlessly.
"""

import re

INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
"""The inside of a regular expression's character class: control characters, line separators, direction overrides, lone
surrogates and other letters without a shape. The two joiners (U+200C, U+200D) are not among them: scripts and emoji
need them.
"""

_HIDDEN = re.compile(f"[{INVISIBLE}]+")
_SPACES = re.compile(r"\s+")


def visible(text: str, *, letters_max: int = 0) -> str:
    """The text on one line, with single spaces and without invisible letters; longer than `letters_max` (0: any length)
    it is cut at a word where possible and ends in an ellipsis.
    """
    clean = _SPACES.sub(" ", _HIDDEN.sub(" ", text)).strip()
    if not letters_max or len(clean) <= letters_max:
        return clean
    cut = clean[: letters_max - 1]
    word_end = cut.rfind(" ")
    return (cut[:word_end] if word_end > letters_max // 2 else cut).rstrip(" ,;:") + "…"
