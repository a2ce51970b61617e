"""Sensible: a plausible decision, made from the prompt alone and always the same for the same seed and prompt."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fabula.engine import Chance, Stream
from fabula.llm.process.fitting import Fitting
from fabula.llm.process.options import Offered, offered_in
from fabula.llm.process.sought import schema_sought
from fabula.llm.process.values import Question, Said, Tool

CHOICES = ("choice", "option", "number", "choose")
NAMING = ("action", "kind", "target", "complication", "place")
"""Fields that name something of the story: a made-up sentence is never sensible there."""
"""Names of the field that takes one of the numbers offered, the surest first."""

REASONS = (
    "It brings me nearer to what I want.",
    "Someone has to, and I am here.",
    "Waiting would only make it worse.",
    "I trust what I have seen with my own eyes.",
    "It is the safest of bad choices.",
    "I gave my word, and I keep it.",
)
_SPEECHES = (
    "Stay close to me; we go together or not at all.",
    "I have seen enough. Let us begin.",
    "Tell me what you know, and I will tell you what I saw.",
    "There is little time, so listen well.",
    "Not yet. First I want to be sure.",
    "If you stand with me, I will not forget it.",
)
_THOUGHTS = (
    "I should keep an eye on the others.",
    "Something here does not fit together.",
    "I must not show how tired I am.",
    "They will remember what I do now.",
)
_PROSE = (
    "The light had changed by the time anyone spoke.",
    "Nobody wanted to be the first to move.",
    "What had been promised in the morning weighed more now.",
    "Somewhere a door fell shut, and all of them heard it.",
    "She counted what was left, and said nothing.",
    "The road behind them was longer than the one ahead.",
)


class Sensible:
    """The manner of a model that does what it was asked for."""

    def answer(self, question: Question, seed: int) -> Said:
        """A call where one is due, an object where one is wanted, else a short paragraph."""
        chance = Chance(seed).stream("sensible", question.prompt)
        if (tool := tool_to_call(question)) is not None:
            return Said(tool=tool.name, text=_encoded(_object(tool.schema, question, chance)))
        schema = question.schema if question.schema is not None else schema_sought(question)
        if schema is not None:
            return Said(text=_encoded(_object(schema, question, chance)))
        offered = offered_in(question.prompt)
        if offered or question.json:
            return Said(text=_encoded(_decision(offered, chance)))
        return Said(text=" ".join(chance.shuffled(_PROSE)[:3]))


def tool_to_call(question: Question) -> Tool | None:
    """The tool that is due: the one that must be called, or that the last message names; None: none is."""
    if question.call == "never" or not question.tools:
        return None
    named = [tool for tool in question.tools if tool.name == question.call_name]
    told = [tool for tool in question.tools if tool.name in question.last]
    if question.call == "must":
        return (named or told or list(question.tools))[0]
    waiting = question.turns and question.turns[-1].role == "user"
    return told[0] if told and waiting else None


def worded(chance: Stream) -> Any:
    """What text fields say, by their names."""

    def text(name: str, _: str) -> str:
        if "reason" in name or "why" in name:
            return chance.choice(REASONS)
        if "thought" in name or "note" in name:
            return chance.choice(_THOUGHTS)
        if name in {"text", "speech", "say", "words", "message", "answer"}:
            return chance.choice(_SPEECHES)
        return chance.choice(_PROSE)

    return text


def _object(schema: Mapping[str, Any], question: Question, chance: Stream) -> Any:
    offered = offered_in(question.prompt)
    numbers = chance.shuffled([option.number for option in offered])
    preferred: dict[str, Sequence[Any]] = {name: (*numbers, *map(str, numbers)) for name in CHOICES}
    preferred |= dict.fromkeys(NAMING, (None, ""))
    return Fitting(schema, chance, worded(chance), preferred=preferred).value()


def _decision(offered: Sequence[Offered], chance: Stream) -> dict[str, Any]:
    """What a prompt that lists options but states no form is answered with."""
    number = chance.choice([option.number for option in offered]) if offered else 1
    return {"choice": number, "reason": chance.choice(REASONS)}


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()
