"""Building: an action of one kind from what a reply says, or the reason why there is none."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fabula.agents.minds.answers.filling import (
    NAME_MAX,
    REASON_MAX,
    THOUGHT_MAX,
    THOUGHTS_MAX,
    UNFIT,
    WORDS_MAX,
    fitted,
)
from fabula.agents.minds.answers.kinds import COMMENT, WORDS, ActionForm, Field, folded
from fabula.agents.minds.answers.saying import Saying
from fabula.engine.values import Action

_ALIASES = {
    "to": "target recipient destination towho towhom place location where direction person whom who agent character",
    "whom": "target person who to recipient agent character at",
    "target": "whom who person enemy opponent to at on agent character threat",
    "what": "target object item thing subject place where location about at on",
    "object": "item thing what objectname itemname",
    "about": "topic subject regarding matter",
    "text": "words say says said speech dialogue message line utterance quote content describe description",
    "to_what": "goal request ask favor favour purpose",
    "demand": "request goal ask",
    "from_whom": "from source owner fromwho target",
    "from_": "fromwhom source owner whom who",
    "of": "charge wrong about",
    "at": "place location where",
    "ability": "name power skill",
    "goal": "aim purpose",
    "amount": "count quantity number howmany",
    "on": "target onto against upon whom who",
    "complication": "choice event name target",
    "place": "location where",
    "difficulties": "difficulty dc dcs",
}
"""Field -> other names for it, nearest first."""
_TARGETS = (
    "target to whom who what where object item thing place location destination person recipient agent character "
    "subject at on with towards"
).split()
"""Names that mean the principal field where nothing nearer does."""


class CannotBuild(Exception):
    """Why there is no action: a sentence that quotes nothing of the reply."""


def build(form: ActionForm, saying: Saying, spare: str = "", deeds: Sequence[Action] = ()) -> Action:
    """The action of that kind. spare: what stood behind the kind's name (`talk to Edda`); it fills the principal field
    if nothing else does. deeds: of a kind that holds several, those it holds. Raises CannotBuild.
    """
    payload: dict[str, Any] = {form.several.name: tuple(deeds)} if form.several else {}
    used: set[str] = set()
    for field in form.fields:
        _fill(payload, field, saying, [folded(field.name)], used)
    # Required fields first, so that `target` is what is taken, not from whom.
    _fill_by_aliases(payload, form, saying, used, required=True)
    _fill_principal(payload, form, saying, spare, used)
    _fill_by_aliases(payload, form, saying, used, required=False)
    payload |= comments(saying, form)
    return _made(form, payload)


def comments(saying: Saying, form: ActionForm) -> dict[str, Any]:
    """Reason and thoughts, where the kind has them and the reply says any."""
    said: dict[str, Any] = {}
    if form.field("reason") and (reason := _joined(saying.reason)):
        said["reason"] = reason
    if form.field("thoughts") and (thoughts := _thoughts(saying.thoughts)):
        said["thoughts"] = thoughts
    return said


def words(saying: Saying) -> str:
    """What is said aloud."""
    said = saying.first(["text", *_ALIASES["text"].split()])
    got = fitted(said, msgspec.inspect.StrType(), WORDS_MAX)
    return "" if got is UNFIT else str(got)


def changed(action: Action, form: ActionForm, saying: Saying) -> Action:
    """The action of an option, with the reply's words, reason and thoughts in place of its own."""
    said = comments(saying, form)
    field = form.field("text")
    if field is not None and not form.free and (text := words(saying)):
        said["text"] = text
    if "thoughts" in said:
        said["thoughts"] = tuple(said["thoughts"])
    return msgspec.structs.replace(action, **said)


def _fill(payload: dict[str, Any], field: Field, saying: Saying, names: list[str], used: set[str]) -> None:
    """In place: the field from the first of the names that is not used up."""
    if field.name in payload or field.name in COMMENT or field.deeds is not None:
        return
    for name in names:
        value = saying.fields.get(name)
        if name in used or value is None or (value == "" and field.required):
            continue
        got = fitted(value, field.type, WORDS_MAX if field.name in WORDS else NAME_MAX)
        if got is UNFIT:
            if name == folded(field.name) and field.required:
                raise CannotBuild(f"The field `{field.name}` is of the wrong type.")
            continue
        payload[field.name] = got
        used.add(name)
        return


def _fill_by_aliases(
    payload: dict[str, Any], form: ActionForm, saying: Saying, used: set[str], *, required: bool
) -> None:
    for field in form.fields:
        if field.required is required:
            _fill(payload, field, saying, _ALIASES.get(field.name, "").split(), used)


def _fill_principal(payload: dict[str, Any], form: ActionForm, saying: Saying, spare: str, used: set[str]) -> None:
    unfilled = [field for field in form.fields if field.names_something and not payload.get(field.name)]
    wanting = [field for field in unfilled if field.required] or [
        field for field in unfilled if form.principal is not None and field.name == form.principal.name
    ]
    for field in wanting:
        payload.pop(field.name, None)
        _fill(payload, field, saying, _TARGETS, used)
        if field.name not in payload and spare:
            payload[field.name] = fitted(spare, field.type, NAME_MAX)
            spare = ""


def _made(form: ActionForm, payload: dict[str, Any]) -> Action:
    missing = [field for field in form.fields if field.required and payload.get(field.name) in (None, "", ())]
    if missing:
        raise CannotBuild(f"The action `{form.kind}` needs `{missing[0].key or missing[0].name}`.")
    keys = {field.name: field.key or field.name for field in form.fields}
    try:
        action = msgspec.convert({keys[name]: said for name, said in payload.items()} | {"kind": form.kind}, form.type)
    except msgspec.ValidationError:
        raise CannotBuild(f"Something in the action `{form.kind}` is of the wrong type.") from None
    assert isinstance(action, Action)
    return action


def _joined(said: Any) -> str:
    if isinstance(said, list):
        said = " ".join(str(each) for each in said[:8] if isinstance(each, (str, int, float)))
    got = fitted(said, msgspec.inspect.StrType(), REASON_MAX)
    return "" if got is UNFIT else str(got)


def _thoughts(said: Any) -> list[str]:
    if isinstance(said, dict):
        said = list(said.values())
    items = said if isinstance(said, list) else [said]
    got = [fitted(item, msgspec.inspect.StrType(), THOUGHT_MAX) for item in items[:THOUGHTS_MAX]]
    return [item for item in got if item is not UNFIT and item]
