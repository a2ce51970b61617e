"""The second person: a sentence about an agent, as a person in its seat reads it: `You went to the mill.`"""

import re
from typing import Any

from fabula.agents.memory.experience import Experience, Kind
from fabula.engine.values import Event

_QUOTATION = re.compile(r"“.*”", re.DOTALL)
_FREE_TEXT = ("text", "why", "description", "tried")
"""Fields of events whose words stand in quotation marks or behind a colon, where nothing is changed."""


def to_you(lived: Experience, event: Event, agent: str) -> str:
    """The sentence with `you` for the agent, who perceived the event; as it stands where that would not read well."""
    if lived.kind is Kind.WORLD and lived.to != agent:
        return lived.text  # The setting's own words.
    head, rest = _parted(_own_reason(lived.text, agent) if lived.doer == agent else lived.text)
    head = re.sub(rf"\A{re.escape(agent)} (was )?", lambda found: "You were " if found[1] else "You ", head)
    if not _ambiguous(event, agent):
        head, rest = _object(head, agent), _after_quotation(rest, agent)
    return head + rest


def _parted(text: str) -> tuple[str, str]:
    """What the sentence itself says, and what follows a colon or stands in quotation marks."""
    found = re.search(r": |“", text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _after_quotation(rest: str, agent: str) -> str:
    """Behind what somebody said the sentence goes on: `, and Tom gave way`."""
    quoted = _QUOTATION.match(rest)
    if quoted is None:
        return rest
    goes_on, colon, reason = rest[quoted.end() :].partition(": ")
    return quoted[0] + _object(goes_on, agent) + colon + reason


def _object(words: str, agent: str) -> str:
    name = re.escape(agent)
    words = re.sub(rf"\bthe wounds of {name}(?!\w|['’]s)", "your wounds", words)
    return re.sub(rf"(?<!\A)(?<!\w){name}(?!\w|['’]s)", "you", words)


def _own_reason(text: str, agent: str) -> str:
    """Why it was refused: `, and could not: Tom carries no 'rope'`."""
    verbs = {"carries": "carry", "has": "have"}
    reason = rf"(, and could not: ){re.escape(agent)} (carries|has) no "
    return re.sub(reason, lambda found: f"{found[1]}you {verbs[found[2]]} no ", text)


def _ambiguous(event: Event, agent: str) -> bool:
    """Whether something else in the event has the agent's name in its own: `Ash` at `Ash Lane`."""
    return any(
        agent in text and agent != text
        for field in event.__struct_fields__
        if field not in _FREE_TEXT
        for text in _texts(getattr(event, field))
    )


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, tuple) else (value,)
    return [text for text in values if isinstance(text, str)]
