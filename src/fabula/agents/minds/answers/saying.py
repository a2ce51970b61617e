"""Saying: the object that a reply gave, with its names made comparable, its wrappers off and its nests laid flat."""

import json
from collections.abc import Iterator
from typing import Any

from fabula.agents.minds.answers.kinds import Kinds, folded
from fabula.llm.replies import Reading

ACTION_NAMES = (
    "action kind type actiontype actionkind deed act tool function command decision nextaction chosenaction myaction "
    "intent do name"
).split()
CHOICE_NAMES = (
    "choice option optionnumber choicenumber number selection selected chosenoption selectedoption pick index id"
).split()
_NESTS = "parameters params arguments args input actioninput details fields data payload".split()
_WRAPPERS = (
    "response result answer output decision action data json reply object value choice final finalanswer message "
    "actions decisions"
).split()
_COMMENT = {
    "reason": "reason reasoning why because rationale justification explanation motivation motive".split(),
    "thoughts": "thoughts thought thinking innerthoughts internalthoughts reflection reflections".split(),
}
_WORDY = {"text", "say", "says", "said", "speech", "words", "dialogue", "message", "line", "quote", "description"}
_LAYERS_MAX = 4


class Saying:
    """What one object of a reply says, by folded names."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def first(self, names: list[str] | tuple[str, ...]) -> Any:
        """The value under the first of the names that has one; None if none has."""
        return next((self.fields[name] for name in names if self.fields.get(name) not in (None, "")), None)

    @property
    def choice(self) -> Any:
        """What stands where the number of an option belongs."""
        return self.first(CHOICE_NAMES)

    @property
    def reason(self) -> Any:
        """Why, as the model says."""
        return self.first(_COMMENT["reason"])

    @property
    def thoughts(self) -> Any:
        """What the agent makes of it all."""
        return self.first(_COMMENT["thoughts"])


def sayings(reading: Reading, kinds: Kinds) -> Iterator[Saying]:
    """The objects of a reading, the last first, since a model that corrects itself does so later."""
    values = reading.value if isinstance(reading.value, list) else [reading.value]
    for value in values[:-9:-1]:
        if isinstance(value, dict):
            whole = _without_cut(value) if reading.cut else value
            yield Saying(flat(reading.labels, kinds) | flat(whole, kinds))


def flat(value: dict[str, Any], kinds: Kinds) -> dict[str, Any]:
    """What an object says, by folded names, with what is nested where models nest their parameters; the first said of
    a name counts.
    """
    fields: dict[str, Any] = {}
    _gather(value, fields, kinds, 0)
    return fields


def _gather(value: dict[str, Any], fields: dict[str, Any], kinds: Kinds, layer: int) -> None:
    for name, said in list(value.items())[:64]:
        key = folded(name) or name.casefold()
        item = _opened(said, key)
        if isinstance(item, dict) and layer < _LAYERS_MAX and _is_nest(key, value, kinds):
            if kinds.named(key) is not None and len(value) == 1:
                fields["action"] = key
            _gather(item, fields, kinds, layer + 1)
        elif fields.get(key) in (None, ""):
            fields[key] = item


def _is_nest(key: str, whole: dict[str, Any], kinds: Kinds) -> bool:
    if key in _NESTS or key in ACTION_NAMES:
        return True
    if key in _WRAPPERS and (len(whole) == 1 or not any(folded(name) in ACTION_NAMES for name in whole)):
        return True
    return len(whole) == 1 and kinds.named(key) is not None


def _opened(item: Any, key: str) -> Any:
    """Parameters are often written as a JSON string, and a deed as a list of one."""
    if isinstance(item, list) and len(item) == 1 and isinstance(item[0], dict) and key in (*_WRAPPERS, *_NESTS):
        return item[0]
    if isinstance(item, str) and key in (*_NESTS, *_WRAPPERS) and item.lstrip()[:1] == "{":
        try:
            inner = json.loads(item, strict=False)
        except (ValueError, RecursionError):
            return item
        return inner if isinstance(inner, dict) else item
    return item


def _without_cut(value: dict[str, Any]) -> dict[str, Any]:
    """Without the last thing said, if that is a name or number cut short; words may break off."""
    if not value:
        return value
    name = list(value)[-1]
    key, item = folded(name), value[name]
    if key in _WORDY or any(key in names for names in _COMMENT.values()):
        return value
    rest = {other: kept for other, kept in value.items() if other != name}
    if isinstance(item, dict):
        return rest | {name: _without_cut(item)}
    return rest
