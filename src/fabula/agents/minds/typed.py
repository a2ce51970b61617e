"""Typed: a line that a person typed, read as an action: `talk Edda about the ledger: I know what you did`."""

import re
from collections.abc import Iterator
from typing import Any

from fabula.agents.minds.answers import read_action
from fabula.engine import Action, Observation
from fabula.llm.replies import read_reply
from fabula.llm.replies.reading import How, Reading

LINE_CHARACTERS_MAX = 2000

FREE_WORDS_MIN = 3
"""Fewer words than this are rather a slip of the fingers than a deed of their own."""

_WORDS = re.compile(r"\s+that\s+|\s*:\s*")
"""What stands before the words of somebody who says something."""
_UNCLEAR = "That is no deed that is open to you. Give a number, or say what you do: go NAME, talk NAME: words, …"


def typed_action(line: str, observation: Observation) -> Action | str:
    """The action a line means, or what is wrong with it. A line that names no kind of deed is tried in its own words,
    where the environment takes such.
    """
    line = line.strip()
    if len(line) > LINE_CHARACTERS_MAX:
        return f"That is {len(line):,} characters long; {LINE_CHARACTERS_MAX:,} are enough."
    for reading in _readings(line):
        read = read_action(reading, observation)
        if read.action is not None:
            return read.action
    return _UNCLEAR


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
