"""The form that a prompt asks for in words: a JSON Schema that stands in it, or an example of the object wanted."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fabula.llm.process.values import Question

READ_MAX = 100_000
"""Characters, counted from the end, in which objects are looked for."""
OBJECTS_MAX = 50
DEPTH_MAX = 12
"""Levels of an example that are followed."""
_MENTION = re.compile(r"\bjson\b", re.IGNORECASE)
_NEAR = 400


def schema_sought(question: Question) -> Mapping[str, Any] | None:
    """The schema of the answer, where the prompt states one or shows an example after the word JSON; else None."""
    prompt = question.prompt[-READ_MAX:]
    if _MENTION.search(prompt) is None:
        return None
    schemas, examples = [], []
    for start, value in objects_in(prompt):
        if "properties" in value or "$defs" in value:
            schemas.append(value)
        elif value and _MENTION.search(prompt, max(0, start - _NEAR), start):
            examples.append(value)
    if schemas:
        return schemas[-1]
    return _schema_like(examples[-1]) if examples else None


def objects_in(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects that stand in a text, and where."""
    decoder = json.JSONDecoder()
    start, tried = text.find("{"), 0
    while start >= 0 and tried < OBJECTS_MAX:
        tried += 1
        end = start + 1
        try:
            _, end = decoder.raw_decode(text, start)
            # Read a second time by the stricter reader: no NaN, no half of a character.
            yield start, msgspec.json.decode(text[start:end])
        except (ValueError, RecursionError):
            pass
        start = text.find("{", end)


def _schema_like(example: Any, depth: int = 0) -> dict[str, Any]:
    if depth > DEPTH_MAX:
        return {}
    match example:
        case bool():
            return {"type": "boolean"}
        case int():
            return {"type": "integer"}
        case float():
            return {"type": "number"}
        case dict():
            return {
                "type": "object",
                "properties": {name: _schema_like(value, depth + 1) for name, value in example.items()},
            }
        case list():
            return {"type": "array", "items": _schema_like(example[0], depth + 1) if example else {}}
        case _:
            return {"type": "string"}
