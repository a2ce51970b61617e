"""From a card to a persona and from a persona to a card, so that each says what the other says.

A card's texts become what a persona has for them; the card stays with the persona whole. A persona made in Fabula, or
changed there, goes into its card twice: in the fields every program shows, and whole under `extensions.fabula`, from
where it comes back - as long as the fields are as they were written; what another program changed counts.
"""

from hashlib import sha256
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from fabula.agents.cards.character import character_of
from fabula.agents.cards.fields import CardFields, read_fields
from fabula.agents.cards.form import FIELDS_2, OURS, SPEC_VERSIONS, SPECS, Form, converted, ours, recognised, with_ours
from fabula.agents.cards.json_text import JsonObject, plain, read_json, same, write_json
from fabula.agents.cards.notices import CardNotices
from fabula.agents.persona import (
    NAME_CHARACTERS_MAX,
    Card,
    Field,
    Part,
    Persona,
    Remark,
    Section,
    Skill,
    Trait,
    names_someone,
)
from fabula.agents.plain import block, one_line

SCENARIO = "Scenario"
"""The section of a persona that holds a card's scenario."""

_SHOWN = ("name", "description", "personality", "scenario")
_FINGERPRINT_CHARACTERS = 16


def persona_of(text: str, *, source: str, notices: CardNotices) -> Persona:
    """The persona of a card's JSON, with the card. Raises UsageError if it is no card or names nobody.

    Where the card says no more than its persona, as one that Fabula made of a sheet, the persona comes without it.
    """
    form = recognised(read_json(text, source=source), source=source, notices=notices)
    fields = read_fields(form, notices)
    told = _told(fields, source, notices)
    persona = _kept(form, fields, told, notices) or told
    if same(read_json(write_json(_made(persona, form.version)), source=source), form.root):
        return persona
    return replace(persona, card=Card(text=text))


def card_of(persona: Persona, *, version: int | None = None) -> str:
    """The card of a persona as JSON, of version 2 or 3; None: as it came, or 3 where it came with none.

    Unchanged and of that version already it is the text that came, letter for letter.
    """
    if not persona.card:
        return write_json(_made(persona, version or 3))
    form = recognised(read_json(persona.card.text, source=persona.name), source=persona.name, notices=CardNotices())
    came = persona_of(persona.card.text, source=persona.name, notices=CardNotices())
    changed = replace(came, card=UNSET) != replace(persona, card=UNSET)
    if not changed and version in {None, form.version}:
        return persona.card.text
    # Version 1 has no place for what a person changed.
    own = max(form.version, 2)
    if changed:
        form = Form(_edited(Form(converted(form, own), own), came, persona), own)
    return write_json(converted(form, version or own))


def _told(fields: CardFields, source: str, notices: CardNotices) -> Persona:
    """The persona that the card's own fields describe."""
    about = character_of(description=fields.description, personality=fields.personality)
    personality, scenario = block(fields.personality), block(fields.scenario)
    says_more = personality and not about.traits_say_all
    return Persona(
        name=_name(fields, source, notices),
        about=fields.description,
        role=about.role,
        origin=about.origin,
        identity=tuple(Field(label=label, text=text) for label, text in about.identity),
        traits=tuple(Trait(name=name) for name in about.traits),
        skills=tuple(Skill(name=name) for name in about.skills),
        history=about.history,
        behaviour=about.behaviour,
        remarks=(Remark(on=Part.TRAITS, text=personality),) if says_more else (),
        sections=(Section(title=SCENARIO, text=scenario),) if scenario else (),
    )


def _name(fields: CardFields, source: str, notices: CardNotices) -> str:
    for name in (fields.name, fields.nickname, source):
        plain_name = one_line(name)[:NAME_CHARACTERS_MAX].strip()
        if names_someone(plain_name):
            break
    else:
        plain_name = "Nameless"
    if not names_someone(one_line(fields.name)):
        notices.add("name", f"the card gives no name; it is called {plain_name!r}")
    elif plain_name != fields.name:
        notices.add("name", f"{fields.name[:60]!r} is shown as {plain_name[:60]!r}")
    return plain_name


# A persona that Fabula put into the card.


def _kept(form: Form, fields: CardFields, told: Persona, notices: CardNotices) -> Persona | None:
    """The persona under `extensions.fabula`, with what another program changed in the card since; None if none is."""
    kept = ours(form.data)
    if form.version == 1 or "persona" not in kept:
        return None
    try:
        persona = msgspec.convert(plain(kept["persona"]), Persona)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        told_why = str(error)[:120]
        notices.add(f"{form.where}extensions.{OURS}.persona", f"it cannot be read ({told_why}); the fields count")
        return None
    persona = replace(persona, card=UNSET)
    written = kept.get("fields")
    changed = [name for name in _SHOWN if not isinstance(written, dict) or written.get(name) != _print(fields, name)]
    if changed:
        notices.add(form.where + changed[0], "it was changed outside of Fabula; what the field says counts")
    return _with_changes(persona, told, frozenset(changed))


def _with_changes(persona: Persona, told: Persona, changed: frozenset[str]) -> Persona:
    # Nobody is let in under another name than the card shows.
    changes: dict[str, Any] = {"name": told.name}
    if "description" in changed:
        changes["about"] = told.about
    if "personality" in changed:
        others = [remark for remark in persona.remarks if remark.on is not Part.TRAITS]
        changes |= {"traits": told.traits, "remarks": (*others, *told.remarks)}
    if "scenario" in changed:
        changes["sections"] = (*_without_scenario(persona), *told.sections)
    return replace(persona, **changes)


def _print(fields: CardFields, name: str) -> str:
    text: str = getattr(fields, name)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_FINGERPRINT_CHARACTERS]


# Writing.


def _made(persona: Persona, version: int) -> JsonObject:
    """The card of a persona that came with none."""
    data = FIELDS_2 | {
        "name": persona.name,
        "description": _description(persona),
        "personality": _personality(persona),
        "scenario": _scenario(persona),
    }
    two = {"spec": SPECS[2], "spec_version": SPEC_VERSIONS[2], "data": _with_persona(data, persona)}
    return converted(Form(two, 2), 3) if version == 3 else two


def _edited(form: Form, came: Persona, persona: Persona) -> JsonObject:
    """The card with what the persona says otherwise than the card did."""
    texts: dict[str, str] = {}
    if persona.name != came.name:
        texts["name"] = persona.name
    if persona.about != came.about:
        texts["description"] = persona.about
    if (persona.traits, _remarks(persona)) != (came.traits, _remarks(came)):
        texts["personality"] = _personality(persona)
    if _scenario(persona) != _scenario(came):
        texts["scenario"] = _scenario(persona)
    data = _with_persona(form.data | texts, persona, root=form.root)
    # Some programs repeat the fields at the root; what repeated the old text repeats the new one.
    at_root = {
        name: text for name, text in texts.items() if name in form.root and form.root[name] == form.data.get(name)
    }
    return form.root | {"data": data} | at_root


def _with_persona(data: JsonObject, persona: Persona, *, root: JsonObject | None = None) -> JsonObject:
    whole = msgspec.to_builtins(replace(persona, card=UNSET))
    form = Form((root or {}) | {"spec": SPECS[2], "data": data}, 2)
    fields = read_fields(form, CardNotices())
    prints = {name: _print(fields, name) for name in _SHOWN}
    return with_ours(data, {"persona": _filled(whole), "fields": prints})


def _filled(value: Any) -> Any:
    """Builtins without what is empty, so that a card stays readable; numbers as JSON writes them."""
    if isinstance(value, dict):
        return {name: _filled(item) for name, item in value.items() if item not in (None, "", [], ())}
    if isinstance(value, list | tuple):
        return [_filled(item) for item in value]
    return value


def _description(persona: Persona) -> str:
    """All that others should know to play the character: the summary, then the rest under labels."""
    lists = (
        ("Role", [persona.role]),
        ("Origin", [persona.origin]),
        ("Factions", persona.factions),
        *((field.label, [field.text]) for field in persona.identity),
        ("Skills", [skill.name for skill in persona.skills]),
        ("Knowledge", [skill.name for skill in persona.knowledge]),
        ("Habits", persona.behaviour),
        ("Ties", [f"{tie.who} ({tie.text})" if tie.text else tie.who for tie in persona.ties]),
    )
    labelled = [f"{label}: {text}" for label, items in lists if (text := "; ".join(filter(None, items)))]
    sections = [f"{section.title}:\n{section.text}" for section in _without_scenario(persona)]
    return "\n\n".join(filter(None, [persona.about, "\n".join(labelled), persona.history, *sections]))


def _personality(persona: Persona) -> str:
    return "\n".join(filter(None, [", ".join(trait.name for trait in persona.traits), *_remarks(persona)]))


def _remarks(persona: Persona) -> tuple[str, ...]:
    return tuple(remark.text for remark in persona.remarks if remark.on is Part.TRAITS)


def _scenario(persona: Persona) -> str:
    return next((section.text for section in persona.sections if section.title == SCENARIO), "")


def _without_scenario(persona: Persona) -> list[Section]:
    return [section for section in persona.sections if section.title != SCENARIO]
