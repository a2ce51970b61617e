"""Choosing: which of the numbered options a reply means, by its number or by its words."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict

from fabula.agents.minds.answers.kinds import COMMENT, WORDS, ActionForm, Kinds
from fabula.engine.values import Action, Option

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NUMBERS = "one two three four five six seven eight nine ten".split()
_NUMBERED = re.compile(
    r"\W{0,4}(?:(?:i|my|the|final|choose|chose|pick|select|take|go|with|is|answer|choice|option|number|no|nr|action)"
    r"[\s:.=#]{1,3}){0,6}\W{0,3}(?P<number>\d{1,3}|[a-z]{3,7})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)


_WORD = re.compile(r"[^\W_]+")


def number_in(said: Any, count: int) -> int | None:
    """The number, 1 to `count`, that is said: 3, 3.0, "3", "option 3", "#3: talk to Edda", "third"."""
    if isinstance(said, list) and len(said) == 1:
        said = said[0]
    if isinstance(said, bool) or said is None:
        return None
    if isinstance(said, float):
        said = int(said) if said.is_integer() else 0
    if isinstance(said, str):
        said = _number(said[:200])
    number: int = said if isinstance(said, int) else 0
    return number if 1 <= number <= count else None


def _number(text: str) -> int:
    """The number a text is about; 0 if it is about none, or names more than one."""
    match = _NUMBERED.match(text.strip())
    if match is None:
        return 0
    word, rest = match["number"].casefold(), match["rest"]
    if not word.isdigit():
        named = word in _ORDINALS or word in _NUMBERS
        alone = re.fullmatch(r"\W*(?:option|one|choice)?\W*", rest, re.IGNORECASE) is not None
        return (_ORDINALS if word in _ORDINALS else _NUMBERS).index(word) + 1 if named and alone else 0
    # "3" and "3. Talk to Edda" and "3) …" are numbers of options; "3 wolves" and "3 or 4" are none.
    return int(word) if re.match(r"\s*(?:\Z|[.:)\]\-–—*,\"'\n])", rest) and not re.match(r"\.\d", rest) else 0


def worded(said: str, options: Sequence[Option], kinds: Kinds) -> Action | None:
    """The option whose words are said: begins with its kind, and names all that the option names; the one that names
    most, of equals the first. None if no option fits.
    """
    words = said.strip()[:400]
    opening = re.match(r"\W*([A-Za-z]+)", words)
    form = kinds.named(opening[1]) if opening else None
    if form is None:
        return None
    plain = _spaced(words)
    best: tuple[int, Action] | None = None
    for option in options:
        names = _names(option.action)
        all_named = all(_spaced(name) in plain for name in names) and (names or len(plain.split()) <= 2)
        if kinds.of(option.action) is form and all_named and (best is None or len(names) > best[0]):
            best = len(names), option.action
    return best[1] if best else None


def same_deed(action: Action, form: ActionForm, target: Any) -> bool:
    """Whether a kind and a target, as far as said, are those of the action."""
    if form.type is not type(action):
        return False
    field = form.principal
    if field is None or not isinstance(target, str) or not target.strip():
        return True
    return _spaced(target).removeprefix(" the") == _spaced(str(getattr(action, field.name))).removeprefix(" the")


def _names(action: Action) -> list[str]:
    said = asdict(action)
    return [value for name, value in said.items() if isinstance(value, str) and value and name not in WORDS | COMMENT]


def _spaced(text: str) -> str:
    """Words alone, each between blanks."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
