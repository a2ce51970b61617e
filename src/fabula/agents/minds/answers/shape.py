"""The shape of an answer: the small, flat JSON schema that a model is asked to fill in."""

from collections.abc import Iterable
from typing import Any

import msgspec

from fabula.agents.minds.answers.action import DEEDS_MAX
from fabula.agents.minds.answers.kinds import COMMENT, WORDS, ActionForm, Kinds, kinds_of
from fabula.engine.values import Observation
from fabula.llm.values import Shape


def shape_of(observation: Observation) -> Shape:
    """The form of answer to ask for.

    Where there is a choice of kinds: `choice`, `action`, `target`, `text`, `reason`, `thoughts`, and whatever further
    field a kind cannot do without; all required and nullable, nothing else allowed, no references, which is what the
    strictest providers ask. Where one kind only is accepted and there are no options: that struct's own fields. An
    object with free names in it (`difficulties`) cannot be had in OpenAI's strict mode and has to be asked for in the
    ordinary one.
    """
    kinds = kinds_of(observation.accepts)
    if kinds.only is not None and not observation.options:
        return Shape(name=kinds.only.kind, schema=_own(kinds.only.type))
    return Shape(name="decision", schema=_object(_flat(kinds, len(observation.options))))


def _flat(kinds: Kinds, options: int) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    if options:
        properties["choice"] = _nullable(
            "integer", f"The number of an option, 1 to {options}; null for a deed of your own."
        )
    named = [form.kind for form in kinds.forms]
    properties["action"] = {
        "type": ["string", "null"],
        "enum": [*named, None],
        "description": "The kind of deed." + (" Null if you gave a choice." if options else ""),
    }
    properties["target"] = _nullable("string", "Whom, what or where it is aimed at; a name only.")
    further = _further(kinds)
    for name, needing in further.items():
        properties[name] = _nullable("string", f"Only for {' and '.join(needing)}.")
    if several := next((form for form in kinds.forms if form.several), None):
        properties |= _deeds(several, further)
    properties["text"] = _nullable("string", "The words, if any are spoken; or the deed itself, for a free one.")
    properties["reason"] = _nullable("string", "Why, in one sentence.")
    properties["thoughts"] = {
        "type": ["array", "null"],
        "items": {"type": "string"},
        "description": "What you make of it, at most three short sentences.",
    }
    return properties


def _further(kinds: Kinds) -> dict[str, list[str]]:
    """Fields that a kind needs besides `target` -> those kinds."""
    further: dict[str, list[str]] = {}
    for form in kinds.forms:
        needed = [field for field in form.fields if field.required and field.name not in WORDS | COMMENT]
        if len(needed) > 1:
            for field in needed:
                if field.name != "target":
                    further.setdefault(field.key or field.name, []).append(form.kind)
    return further


def _deeds(form: ActionForm, further: Iterable[str]) -> dict[str, Any]:
    """The field that holds several actions, each flat like the whole."""
    field = form.several
    assert field is not None
    assert field.deeds is not None
    one: dict[str, Any] = {"action": {"type": "string", "enum": [each.kind for each in field.deeds.forms]}}
    one |= {name: {"type": ["string", "null"]} for name in ("target", *further, "text")}
    said = f"Only for {form.kind}: what is done one after the other, at most {DEEDS_MAX}."
    return {field.name: {"type": ["array", "null"], "items": _object(one), "description": said}}


def _nullable(type_: str, description: str) -> dict[str, Any]:
    return {"type": [type_, "null"], "description": description}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _own(type_: Any) -> dict[str, Any]:
    """The struct's own schema without its tag, its title and any reference."""
    (schema,), components = msgspec.json.schema_components([type_])
    own = _resolved(schema, components, 0)
    properties = {name: each for name, each in own["properties"].items() if name != "kind"}
    return _object({name: _undefaulted(each) for name, each in properties.items()})


def _undefaulted(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in ("default", "title")}


def _resolved(schema: Any, components: dict[str, Any], depth: int) -> Any:
    """With every reference replaced by what it refers to; nothing an action holds refers to itself."""
    assert depth < 32, "the type of an action refers to itself"
    if isinstance(schema, list):
        return [_resolved(each, components, depth + 1) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(components[schema["$ref"].rsplit("/", 1)[1]], components, depth + 1)
    return {name: _resolved(value, components, depth + 1) for name, value in schema.items()}
