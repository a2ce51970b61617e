"""Reading: what a reply was understood as, and every way in which it can be other than what was asked for."""

from enum import StrEnum
from typing import Any

import msgspec


class How(StrEnum):
    """By which way the value was come by, best first."""

    NATIVE = "native"
    """The provider's own structured output."""
    JSON = "json"
    """Valid JSON: the whole text, or standing in a fence or in prose."""
    REPAIRED = "repaired"
    """JSON that had to be mended."""
    LABELLED = "labelled"
    """Prose with labels: `ACTION: wait`."""
    NONE = "none"
    """There is no value."""


class Fault(StrEnum):
    """In what a reply differs from what was asked for. A reading may have a fault and a value all the same."""

    EMPTY = "empty"
    """Nothing, or nothing in it: blank, `null`, `""`, `{}`, reasoning without an answer."""
    REFUSAL = "refusal"
    """The model, not the character it speaks for, would not answer; or the provider's filter held the answer back."""
    TRUNCATED = "truncated"
    """It ends before its end."""
    PROSE = "prose"
    """Words without any form."""
    WRONG_TYPE = "wrong type"
    """The form was kept, but something in it is of another type: text for a number, a list for an object, infinity."""
    WRONG_LANGUAGE = "wrong language"
    """The names of the fields, or all of it, are in another language than the question."""
    OTHER_FORMAT = "other format"
    """XML, YAML, code, a function call, base64, labelled lines."""
    TOO_LARGE = "too large"
    """Longer than is read; what stands in the part that is read may still count."""
    TOO_DEEP = "too deep"
    """Nested deeper than any answer needs to be."""
    BROKEN = "broken"
    """Meant as JSON, and too broken to be mended."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply was understood as. Foreign text, made safe to store, not to show."""

    value: Any = None
    """An object (dict), list, text, number or truth value of plain JSON; None: there is none. Numbers are finite, texts
    have no lone surrogates, nothing is nested deeper than `DEPTH_MAX`.
    """
    how: How = How.NONE
    fault: Fault | None = None
    why: str = ""
    """What is wrong, one sentence for people; empty if nothing is. Quotes nothing of the reply."""
    labels: dict[str, Any] = {}
    """What labelled lines around a JSON value said (`Action: speak` above an object), by lower-case name."""
    words: str = ""
    """The plain words, where there is no value and no refusal; at most `WORDS_MAX` characters."""
    cut: bool = False
    """The very last number or text of the value is itself cut short, so that `Ed` may stand for `Edda`."""


READ_MAX = 65_536
"""Characters of a reply that are read."""
DEPTH_MAX = 32
"""Levels of nesting that are accepted."""
WORDS_MAX = 2_000
"""Characters of plain words that are kept."""

WHYS = {
    Fault.EMPTY: "The reply holds no answer.",
    Fault.REFUSAL: "The model refused to answer.",
    Fault.TRUNCATED: "The reply ends before it is complete.",
    Fault.PROSE: "The reply is prose without the form that was asked for.",
    Fault.WRONG_TYPE: "Something in the reply is of the wrong type.",
    Fault.WRONG_LANGUAGE: "The reply is in another language than the question.",
    Fault.OTHER_FORMAT: "The reply is in another format than JSON.",
    Fault.TOO_LARGE: f"The reply is longer than the {READ_MAX:,} characters that are read.",
    Fault.TOO_DEEP: f"The reply is nested deeper than {DEPTH_MAX} levels.",
    Fault.BROKEN: "The reply is JSON too broken to be mended.",
}
"""What each fault means, for people."""
