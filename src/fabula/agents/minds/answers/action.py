"""Reading an action: what a reply's value means among the actions that are accepted."""

import re
from enum import StrEnum
from typing import Any

import msgspec

from fabula.agents.minds.answers.building import CannotBuild, build, changed
from fabula.agents.minds.answers.choosing import number_in, same_deed, worded
from fabula.agents.minds.answers.kinds import COMMENT, ActionForm, Kinds, folded, kinds_of
from fabula.agents.minds.answers.saying import ACTION_NAMES, Saying, flat, sayings
from fabula.engine.values import Action, Observation
from fabula.llm.replies import Fault, Reading, is_refusal

SPARE_WORDS_MAX = 5
"""Words behind a kind's name (`search the old well`) that still are a target, not a deed of their own."""
DEED_WORDS_MIN = 2
DEEDS_MAX = 12
"""Of an action that holds several."""
_SEVERAL = "deeds steps actions plan list sequence".split()
"""What the field that holds several actions is called, besides its own name."""

_OPENING = re.compile(r"\W*([A-Za-z_]+)(.*)", re.DOTALL)
_PREPOSITION = re.compile(
    r"\A\W*(?:(?:to|at|on|with|into|in|toward|towards|for|about|from|against|over)\b)?\W*", re.IGNORECASE
)
_AROUND = " \t\n.,;:!\"'()[]*`"


class Understood(StrEnum):
    """By what an action was understood."""

    OPTION = "option"
    """The number or the words of an option."""
    FIELDS = "fields"
    """Its kind and its fields."""
    DEED = "deed"
    """A deed in the model's own words."""
    NOTHING = "nothing"


class ActionRead(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply was understood to do."""

    action: Action | None = None
    """Always of a type that is accepted; None: there is none."""
    how: Understood = Understood.NOTHING
    why: str = ""
    """Why there is none, one sentence for people and for the model; quotes nothing of the reply."""


def read_action(reading: Reading, observation: Observation) -> ActionRead:
    """The action that a reading means, among those the observation accepts. Never raises.

    Tried in this order, on the last object first: an option's number, a kind with its fields, an option's words, a
    deed in words where one is accepted. A kind said together with a number goes before the number if the two differ.
    """
    if reading.fault is Fault.REFUSAL:
        return ActionRead(why=reading.why)
    kinds = kinds_of(observation.accepts)
    why = ""
    for saying in sayings(reading, kinds):
        try:
            return _checked(_said(saying, observation, kinds), observation)
        except CannotBuild as cannot:
            why = why or str(cannot)
    if not isinstance(reading.value, dict) and (found := _chosen_plainly(reading, observation, kinds)) is not None:
        return _checked(found, observation)
    return ActionRead(why=why or reading.why or "The reply names none of the actions that are open.")


def _said(saying: Saying, observation: Observation, kinds: Kinds) -> ActionRead:
    """Raises CannotBuild."""
    if kinds.only is not None and not observation.options:
        return _filled(saying, kinds.only)
    option = _option(saying, observation)
    named = _named(saying, kinds)
    if option is not None and (named is None or same_deed(option, named[0], _target(saying, *named))):
        return _taken(option, saying, kinds)
    try:
        return _acted(saying, named, observation, kinds)
    except CannotBuild:
        if option is None and kinds.only is not None:
            return _filled(saying, kinds.only)
        if option is None:
            raise
    return _taken(option, saying, kinds)


def _target(saying: Saying, form: ActionForm, spare: str) -> Any:
    own = (folded(form.principal.name),) if form.principal else ()
    return saying.first((*own, "target")) or spare


def _taken(option: Action, saying: Saying, kinds: Kinds) -> ActionRead:
    form = kinds.of(option)
    return ActionRead(action=changed(option, form, saying) if form else option, how=Understood.OPTION)


def _option(saying: Saying, observation: Observation) -> Action | None:
    count = len(observation.options)
    number = number_in(saying.choice, count) or number_in(saying.first(("action",)), count)
    return observation.options[number - 1].action if number else None


def _named(saying: Saying, kinds: Kinds) -> tuple[ActionForm, str] | None:
    """The kind that is named, and what stands behind its name."""
    for name in ACTION_NAMES:
        said = saying.fields.get(name)
        said = said[0] if isinstance(said, list) and len(said) == 1 else said
        if isinstance(said, str) and (found := _kind_in(said, kinds)) is not None:
            return found
    if saying.first(ACTION_NAMES) is None:
        return _keyed(saying, kinds)
    return None


def _kind_in(said: str, kinds: Kinds) -> tuple[ActionForm, str] | None:
    said = said.strip()[:400]
    if (form := kinds.named(said)) is not None:
        return form, ""
    opening = _OPENING.match(said)
    form = kinds.named(opening[1]) if opening else None
    if opening is None or form is None:
        return None
    if form.free:
        return form, opening[2].strip(_AROUND)
    spare = _PREPOSITION.sub("", opening[2]).strip(_AROUND)
    if form.principal is None:
        return (form, "") if len(spare.split()) <= SPARE_WORDS_MAX else None
    return (form, spare) if len(spare.split()) <= SPARE_WORDS_MAX else None


def _keyed(saying: Saying, kinds: Kinds) -> tuple[ActionForm, str] | None:
    """`{"talk": "Edda"}`: the kind as the name of a field."""
    found = [
        (form, said)
        for key, said in saying.fields.items()
        if (form := next((each for each in kinds.forms if folded(each.kind) == key), None)) is not None
    ]
    if len(found) != 1:
        return None
    form, said = found[0]
    if not isinstance(said, (str, type(None), bool)) and not (form.several and isinstance(said, list)):
        return None
    return form, said if isinstance(said, str) else ""


def _acted(saying: Saying, named: tuple[ActionForm, str] | None, observation: Observation, kinds: Kinds) -> ActionRead:
    deed = next((said for name in ACTION_NAMES if isinstance(said := saying.fields.get(name), str)), "")
    if named is not None and not named[0].free:
        deeds = _deeds(named[0], saying)
        return ActionRead(action=build(named[0], saying, named[1], deeds), how=Understood.FIELDS)
    for said in (saying.choice, deed):
        if isinstance(said, str) and (option := worded(said, observation.options, kinds)) is not None:
            return _taken(option, saying, kinds)
    return _free(saying, named, deed, kinds)


def _deeds(form: ActionForm, saying: Saying) -> list[Action]:
    """Those of an action that holds several, as far as they can be understood up to the first that cannot."""
    field = form.several
    said = saying.first((folded(field.name), *_SEVERAL)) if field else None
    if field is None or field.deeds is None or not isinstance(said, list):
        return []
    deeds: list[Action] = []
    for item in said[:DEEDS_MAX]:
        each = Saying(flat(item if isinstance(item, dict) else {"action": item}, field.deeds))
        named = _named(each, field.deeds)
        if named is None:
            if deeds:
                break
            raise CannotBuild("The first of the deeds is none of the actions that are open.")
        deeds.append(build(named[0], each, named[1]))
    return deeds


def _free(saying: Saying, named: tuple[ActionForm, str] | None, deed: str, kinds: Kinds) -> ActionRead:
    """A deed in words, only where the model gave one as its action."""
    free = kinds.free
    if free is None or not (deed or named):
        raise CannotBuild("The reply names none of the actions that are open.")
    text = named[1] if named and named[1] else deed if named is None else ""
    if named is not None and not text:
        return ActionRead(action=build(free, _with_target(saying)), how=Understood.DEED)
    if not _is_deed(text):
        raise CannotBuild("The reply names none of the actions that are open.")
    fields = {name: said for name, said in saying.fields.items() if name in _COMMENTS} | {"text": text}
    return ActionRead(action=build(free, Saying(fields)), how=Understood.DEED)


_COMMENTS = frozenset("reason reasoning why because rationale thoughts thought thinking".split())


def _with_target(saying: Saying) -> Saying:
    """`{"action": "attempt", "target": "climb the mast"}`: the deed under another name."""
    if saying.first(("text", "words", "description")) is not None:
        return saying
    said = saying.first(("deed", "target", "what", "details", "attempt", "do"))
    return Saying(saying.fields | {"text": said}) if said is not None else saying


def _is_deed(text: str) -> bool:
    """Whether a text is some words, no code, no lone word and no refusal."""
    words = re.findall(r"[^\W\d_]{2,}", text[:400])
    return len(words) >= DEED_WORDS_MIN and not is_refusal(text) and not re.search(r"[{}<>\\]|\w\(|://", text[:400])


def _filled(saying: Saying, form: ActionForm) -> ActionRead:
    """The only kind there is needs no name, but something of its own must be said."""
    names = {folded(field.name) for field in form.fields if field.name not in COMMENT}
    named = saying.first(("kind", "action", "type"))
    if names & saying.fields.keys() or (isinstance(named, str) and folded(named) == folded(form.kind)):
        return ActionRead(action=build(form, saying), how=Understood.FIELDS)
    raise CannotBuild("The reply fills in none of the fields that were asked for.")


def _chosen_plainly(reading: Reading, observation: Observation, kinds: Kinds) -> ActionRead | None:
    """A number or the words of an option, and nothing else."""
    said: Any = reading.value if reading.value is not None else reading.words
    if reading.cut or isinstance(said, dict):
        return None
    number = number_in(said, len(observation.options))
    if number is not None:
        return ActionRead(action=observation.options[number - 1].action, how=Understood.OPTION)
    option = worded(said, observation.options, kinds) if isinstance(said, str) and len(said) <= 200 else None
    return ActionRead(action=option, how=Understood.OPTION) if option is not None else None


def _checked(found: ActionRead, observation: Observation) -> ActionRead:
    """What the log could not hold, or the environment not accept, is no action."""
    try:
        again = msgspec.json.decode(msgspec.json.encode(found.action), type=observation.accepts)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeEncodeError, OverflowError):
        again = None
    if again != found.action:
        return ActionRead(why="The action cannot be written down.")
    return found
