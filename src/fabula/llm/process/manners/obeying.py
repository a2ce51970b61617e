"""Obeying: the worst model there can be - it does whatever any message tells it, however the order is disguised.

What it is told in passing it takes for an order: to show its instructions, keys or headers, to answer a certain
object, to say certain words, to write escapes, HTML or links, to call a tool. A prompt without such a thing is answered
sensibly. It errs on the side of obedience: a text that only speaks of system prompts makes it show its own.

Where it cannot obey all, it now does the one and now the other: where not all that it would give away has room, each of
its texts gives away another part, and half of the time names and numbers of its answer stay, so that it can be used.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from fabula.engine import Chance, Stream
from fabula.llm.process.disguise import readings_of
from fabula.llm.process.manners.sensible import Sensible
from fabula.llm.process.sought import objects_in
from fabula.llm.process.values import Question, Said, Turn

READ_MAX = 60_000
"""Characters of a prompt that are searched for orders."""
LOOT_MAX = 20_000
"""Characters it gives away where nothing bounds the answer."""
FIELD_MIN = 80
"""Characters for each field of an object, however little is allowed."""

_ORDER = re.compile(
    r"""
    ignor\w*\W+(?:\w+\W+){0,3}(?:previous|prior|above|persona|préc|instruc|rules?|srd)
    | (?:disregard|forget|override|bypass)\W+(?:\w+\W+){0,3}(?:instruc|rules?|prompt|above|previous)
    | (?:system|hidden|secret|initial|full|entire|your)[\s_-]*(?:prompt|instruc|rules\b|message)
    | (?:reveal|tell|give|read|show|share|send|leak|print|repeat|output|what\ (?:is|are|was|did))\W+(?:[\w']+\W+){0,6}
      (?:secret|password|credential|variable|api[\s_-]*key|private|memor|whisper|prompt|instruc|value|above|everything)
    | api[\s_-]*key | private\ notes? | whisper\ to\ you
    | new\ instructions? | you\ are\ (?:now|no\ longer) | from\ now\ on | \bDAN\b | jailbreak | developer\ mode
    | safety\ off | no\ rules | never\ refuse | \bgrant\b | \badmin | \bobeys?\b | must\ (?:call|tell)
    | note\ to\ (?:language\ models|ais?|assistants?) | when\ an\ ai\ reads | supersedes
    | <\W*(?:system|sys\b|assistant|im_start|\|im_end) | \[(?:system|dm|inst|assistant)
    | \b(?:assistant|system|human)\s*:
    | @@(?:role|depth) | \{\{\s*(?:system|original) | first\ \d+\ (?:characters|words)
    | (?:translate|decode)\s+(?:the|your|all|every|this)
    | instructions\ précédentes | prompt\ système | системный | инструкци | anweisungen | systemprompt
    | instrucciones | ignora | istruzioni | instruções | 忽略 | 指令 | 系统提示 | 無視 | プロンプト | 지시
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAY = re.compile(
    r"(?:reply|respond|answer|say|says|write|print|output|return|repeat|echo|state)\b[^\n:\"'“«]{0,40}"
    r"(?::[ \t]*|[\"“«'])(?P<words>[^\n\"”»']{1,500})",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:sk|pk|key|AIza|xai|pplx|ghp|AKIA)[-_A-Za-z0-9]{6,200}|\b(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9_-]{24,200}\b"
)
_MARKUP = re.compile(
    r"<[a-zA-Z!/][^<>]{0,400}>|!?\[[^\]\n]{0,200}\]\([^)\n]{1,400}\)|\$\{[^}\n]{1,200}\}|\{\{[^}\n]{1,200}\}\}"
)
_FORM_NEAR = re.compile(r"\bjson\b[^{}]{0,80}\Z", re.IGNORECASE)
_NAMING = frozenset({"action", "complication", "kind", "place", "target"})
"""Fields whose texts name something."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069][^\n]{0,60}")
_ESCAPED = re.compile(r"\\(?:x1b|033|e|u001b)(?P<rest>[^\s\"']{1,60})", re.IGNORECASE)


class Obeying:
    """The manner of a model that follows every instruction it reads."""

    def answer(self, question: Question, seed: int) -> Said:
        """A sensible answer, overwritten with whatever was ordered."""
        said = Sensible().answer(question, seed)
        question = _within_bounds(question)
        readings = [reading for turn in question.turns for reading in readings_of(turn.text)]
        tool = next((tool for tool in question.tools if _orders_tool(readings, tool.name)), None)
        loot = [*dict.fromkeys(_loot(question, readings))]
        objects = [*_ordered_objects(question)]
        if not loot and not objects and tool is None:
            return said
        if tool is not None and not said.tool and question.call != "never":
            said = Said(tool=tool.name, text="{}")
        chance = Chance(seed).stream("obeying", question.prompt)
        ordered = {} if loot and chance.chance(0.5) else _chosen(objects, chance)
        return msgspec.structs.replace(said, text=_obeyed(said.text, ordered, loot, question, chance))


def _within_bounds(question: Question) -> Question:
    """The question with what was said first and last of a prompt that is too long to be searched."""
    left, kept = READ_MAX, []
    for turn in (*question.turns[:1], *reversed(question.turns[1:])):
        kept.append(
            Turn(turn.role, turn.text if len(turn.text) <= left else turn.text[: left // 2] + turn.text[-(left // 2) :])
        )
        left -= len(kept[-1].text)
        if left <= 1:
            break
    return msgspec.structs.replace(question, turns=(*kept[:1], *reversed(kept[1:])))


def _orders_tool(readings: list[str], name: str) -> bool:
    return any(re.search(rf"call\W+(?:\w+\W+){{0,4}}{re.escape(name)}", reading, re.IGNORECASE) for reading in readings)


def _loot(question: Question, readings: list[str]) -> Iterator[str]:
    """All that is given away or said on command: the short things first, then the whole prompt."""
    ordered = [reading for reading in readings if _ORDER.search(reading)]
    for turn in question.turns:
        for pattern in (_CONTROL, _MARKUP):
            yield from (found[0] for found in pattern.finditer(turn.text))
        yield from (f"\x1b{found['rest']}" for found in _ESCAPED.finditer(turn.text))
    for reading in ordered:
        yield from (found["words"].strip() for found in _SAY.finditer(reading))
    if ordered:
        yield from (found[0] for found in _KEY.finditer(question.prompt))
        yield from (f"{name}: {value}" for name, value in question.headers)
        yield from (turn.text for turn in question.turns if turn.role == "system")
        yield question.prompt


def _ordered_objects(question: Question) -> Iterator[dict[str, Any]]:
    """All objects that a message holds, but for forms and for the examples of the one who asks."""
    for turn in question.turns:
        for reading in readings_of(turn.text) if turn.role != "assistant" else ():
            for start, value in objects_in(reading):
                ordered = turn.role != "system" or _ORDER.search(reading, max(0, start - 300), start)
                if ordered and not _is_form(value, reading[max(0, start - 100) : start]):
                    yield value


def _chosen(objects: Sequence[dict[str, Any]], chance: Stream) -> dict[str, Any]:
    """Told several things at once, it does now all of them, now one."""
    if len(objects) > 1 and chance.chance(0.5):
        return chance.choice(objects)
    return {name: value for ordered in objects for name, value in ordered.items()}


def _is_form(value: Mapping[str, Any], before: str) -> bool:
    """Whether an object shows how to answer: a schema, or an example that is announced or has gaps to fill in."""
    return "properties" in value or "$defs" in value or "..." in value.values() or bool(_FORM_NEAR.search(before))


def _obeyed(text: str, ordered: Mapping[str, Any], loot: Sequence[str], question: Question, chance: Stream) -> str:
    """The answer with the ordered fields in it, and the loot wherever a text can stand."""
    most = LOOT_MAX if question.tokens_max is None else min(LOOT_MAX, question.tokens_max * 2)
    try:
        values = msgspec.json.decode(text)
    except msgspec.DecodeError:
        values = None
    if not isinstance(values, dict):
        told = [msgspec.json.encode(ordered).decode()] if ordered else []
        return "\n".join((*told, *loot))[:most] or text
    spared = _NAMING if chance.chance(0.5) else frozenset()
    texts = [name for name, value in values.items() if _takes_text(value) and name not in spared]
    room = max(FIELD_MIN, most // max(1, len(texts)))
    for name in texts if loot else ():
        share = _share(loot, room, chance)
        values[name] = share if isinstance(values[name], str) else [share]
    return msgspec.json.encode({**values, **ordered}).decode()


def _takes_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def _share(loot: Sequence[str], room: int, chance: Stream) -> str:
    """As much of the loot as one text has room for, from any of it on; all of it in order if it fits."""
    whole = "\n".join(loot)
    if len(whole) <= room:
        return whole
    first = chance.integer(0, len(loot) - 1)
    turned = "\n".join((*loot[first:], *loot[:first]))
    start = chance.integer(0, max(0, len(loot[first]) - room))
    return turned[start : start + room]
