"""Typed: a line that a person typed, read as an action: `talk Edda about the ledger: I know what you did`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from fabula.agents.minds.answers import read_action
from fabula.agents.minds.answers.kinds import WORDS, ActionForm, Kinds, kinds_of
from fabula.engine import Action, Observation
from fabula.errors import did_you_mean
from fabula.llm.replies import read_reply
from fabula.llm.replies.reading import How, Reading

LINE_CHARACTERS_MAX = 2000
"""Of a line that names a deed."""

WORDS_CHARACTERS_MAX = 8_000
"""Of a line that is words from its first letter to its last."""

AIM_CHARACTERS_MAX = 80
"""Of a name that is said back."""

FREE_WORDS_MIN = 3
"""Fewer words than this are rather a slip of the fingers than a deed of their own."""

_WORDS = re.compile(r"\s+that\s+|\s*:\s*")
"""What stands before the words of somebody who says something."""
_LINKS = {"to": ("to", "to_what"), "from": ("from_whom", "from_"), "on": ("on",), "at": ("at",), "of": ("of",)}
"""Little words in a deed -> the fields that what follows them may be: `give the lamp to Edda`."""
_ARTICLES = frozenset(("the", "a", "an"))
_UNCLEAR = "That is no deed that is open to you. Give a number, or say what you do: go NAME, talk NAME: words, …"


@runtime_checkable
class FromLine(Protocol):
    """An action type that makes of any line what it is to mean: where what is asked for are words, a line is not read
    as the name of a deed and what it is aimed at.
    """

    def from_line(self, line: str, question: Observation) -> Action | str:
        """The action, of those that are accepted beside it, or what is not plain in the line. It has neither blanks
        around it nor line ends.
        """
        ...


def typed_action(line: str, observation: Observation, at_hand: Sequence[str] = ()) -> Action | str:
    """The action a line means, or what is wrong with it. A line that names no kind of deed is tried in its own words,
    where the environment takes such; one that is asked for words is those words (`FromLine`). at_hand: names that a
    deed can be aimed at, besides those of the options.
    """
    line = line.strip()
    worded = _worded(observation)
    most = LINE_CHARACTERS_MAX if worded is None else WORDS_CHARACTERS_MAX
    if len(line) > most:
        return f"That is {len(line):,} characters long; {most:,} are enough."
    if worded is not None:
        return worded.from_line(line, observation)
    for linked in _linked(line, observation):
        action = read_action(linked, observation).action
        if action is not None and not any(_missed(action, observation, at_hand)[:1]):
            return action
    for reading in _readings(line):
        read = read_action(reading, observation)
        if read.action is not None:
            return read.action
    return _UNCLEAR


def takes_words(observation: Observation) -> bool:
    """Whether what is asked for are words, so that any line is an answer as it stands."""
    return _worded(observation) is not None


def doubt(action: Action, observation: Observation, at_hand: Sequence[str] = ()) -> str:
    """Why the action will hardly come to anything: it is aimed at something that is not there. Empty if nothing speaks
    against it, or if it is not known what is there.
    """
    missed = next(filter(None, _missed(action, observation, at_hand)), "")
    if not missed:
        return ""
    near = did_you_mean(missed, _known(observation, at_hand))
    return f"Nobody and nothing called {missed!r} is here for that.{near if near.startswith(' Did') else ''}"


def _worded(observation: Observation) -> FromLine | None:
    return next((form.type for form in kinds_of(observation.accepts).forms if isinstance(form.type, FromLine)), None)


def _missed(action: Action, observation: Observation, at_hand: Sequence[str]) -> list[str]:
    """What the action is aimed at, the principal thing first; "" for each that is there."""
    known = _known(observation, at_hand)
    aims = _aims(action, kinds_of(observation.accepts))
    return [
        aim[:AIM_CHARACTERS_MAX] if known and not any(_alike(aim, other) for other in known) else "" for aim in aims
    ]


def _known(observation: Observation, at_hand: Sequence[str]) -> set[str]:
    kinds = kinds_of(observation.accepts)
    return {*at_hand, *(aim for option in observation.options for aim in _aims(option.action, kinds))}


def worded_kinds(observation: Observation) -> list[str]:
    """The kinds of deed that something can be said with: `talk`."""
    return [form.kind for form in kinds_of(observation.accepts).forms if _said(form) and not form.free]


def examples(observation: Observation) -> list[str]:
    """What can be typed, an example for each kind of deed: with a name from an option where there is one. Words need
    none.
    """
    kinds = kinds_of(observation.accepts)
    forms = [form for form in kinds.forms if _is_typed(form) and not isinstance(form.type, FromLine)]
    return [_example(form, observation, kinds) for form in forms]


def _is_typed(form: ActionForm) -> bool:
    """Whether one line can say it: several deeds are said one by one."""
    return form.several is None and (form.principal is not None or not _own(form))


def _example(form: ActionForm, observation: Observation, kinds: Kinds) -> str:
    offered = next((option.action for option in observation.options if kinds.of(option.action) is form), None)
    required = [field.name for field in form.fields if field.required and field.names_something]
    principal = form.principal.name if form.principal else ""
    example = form.kind
    links = {name: f"{word} " for word, names in _LINKS.items() for name in names}
    # Of several names those behind a little word come last: `give the lamp to Edda`.
    for name in sorted(filter(None, required or [principal]), key=lambda name: len(required) > 1 and name in links):
        link = links.get(name, "") if name != principal or len(required) > 1 else ""
        if (named := getattr(offered, name, "")) or name in required:
            example += f" {link}{named or 'NAME'}"
    if about := getattr(offered, "about", ""):
        example += f" about {about}"
    return f"{example}: what you say" if _said(form) else example


def _own(form: ActionForm) -> list[str]:
    return [field.name for field in form.fields if field.required]


def _said(form: ActionForm) -> bool:
    return any(field.name in WORDS for field in form.fields)


def _aims(action: Action, kinds: Kinds) -> list[str]:
    """Whom and what a deed cannot do without."""
    form = kinds.of(action)
    fields = [field.name for field in form.fields if field.required and field.names_something] if form else []
    return [aim for name in fields if (aim := getattr(action, name))]


def _alike(aim: str, other: str) -> bool:
    """Whether both may be names of one: `ruben` and `Ruben Stallard`, `salt gate` and `the Salt Gate`."""
    typed, known = _plain(aim), _plain(other)
    return known.startswith(typed) or set(typed.split()) <= set(known.split())


def _plain(name: str) -> str:
    words = name.casefold().split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)


def _linked(line: str, observation: Observation) -> Iterator[Reading]:
    """What the line means if a little word in it parts two names."""
    deed, _, words = _WORDS.sub(":", line, count=1).partition(":")
    form = kinds_of(observation.accepts).named(deed.split()[0]) if deed.split() else None
    for word, names in _LINKS.items():
        head, found, tail = deed.partition(f" {word} ")
        field = next((name for name in names if form and form.field(name)), "")
        if found and field and tail.strip():
            said = {"action": head.strip(), field: tail.strip(), "text": words.strip()}
            yield Reading(value={name: each for name, each in said.items() if each}, how=How.JSON)


def _readings(line: str) -> Iterator[Reading]:
    """What the line may mean, the likeliest first."""
    if line.startswith("{"):
        yield read_reply(line)
        return
    deed, _, words = _WORDS.sub(":", line, count=1).partition(":")
    deed, _, about = deed.partition(" about ")
    fields: dict[str, Any] = {"action": deed.strip(), "about": about.strip(), "text": words.strip()}
    yield Reading(value={name: said for name, said in fields.items() if said}, how=How.JSON)
    yield Reading(value={"action": line}, how=How.JSON)
    if len(line.split()) >= FREE_WORDS_MIN:
        yield Reading(value={"action": "attempt", "text": line}, how=How.JSON)
