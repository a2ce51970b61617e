"""The forms of a card's JSON: which version it is, and the same card in another version without loss.

What one version says and the other has no place for stands in the other's `data.extensions.fabula.v3` (or `v2`), with
the order of the fields, and is taken back from there.
"""

from typing import Any, NamedTuple

from fabula.agents.cards.json_text import Json, JsonObject, Number, same
from fabula.agents.cards.notices import CardNotices
from fabula.errors import UsageError

OURS = "fabula"
"""Our own key among a card's extensions."""

TEXTS_1 = ("name", "description", "personality", "scenario", "first_mes", "mes_example")
FIELDS_2: dict[str, Any] = {
    **dict.fromkeys(TEXTS_1, ""),
    "creator_notes": "",
    "system_prompt": "",
    "post_history_instructions": "",
    "alternate_greetings": [],
    "tags": [],
    "creator": "",
    "character_version": "",
    "extensions": {},
}
FIELDS_3_ONLY = (
    "nickname",
    "creator_notes_multilingual",
    "source",
    "group_only_greetings",
    "creation_date",
    "modification_date",
    "assets",
)
SPECS = {2: "chara_card_v2", 3: "chara_card_v3"}
SPEC_VERSIONS = {2: "2.0", 3: "3.0"}
LOREBOOK_SPEC = "lorebook_v3"


class Form(NamedTuple):
    """A card's JSON, recognised."""

    root: JsonObject
    version: int
    """1, 2 or 3."""

    @property
    def data(self) -> JsonObject:
        """The object that holds the card's fields."""
        data: JsonObject = self.root if self.version == 1 else self.root["data"]
        return data

    @property
    def where(self) -> str:
        """What stands before a field's name in a message."""
        return "" if self.version == 1 else "data."


def recognised(root: Json, *, source: str, notices: CardNotices) -> Form:
    """Which version of card this is. Raises UsageError that says what it is instead, if it is none."""
    if not isinstance(root, dict):
        raise UsageError(f"{source}: its JSON is {_kind(root)}, and a character card is an object with a 'name'.")
    if root.get("spec") == LOREBOOK_SPEC or _looks_like_book(root):
        raise UsageError(
            f"{source}: this is a lorebook, not a character. `fabula persona check` tells what is in it; a character "
            "brings one along in the field 'character_book' of its card."
        )
    form = _versioned(root, source, notices)
    if form.version > 1:
        _check_spec_version(form, notices)
    return form


def converted(form: Form, version: int) -> JsonObject:
    """The same card as version 2 or 3, as a new object; one of that version already as it is."""
    if form.version == version:
        return form.root
    if form.version == 1:
        two = _two_of_one(form.root)
        return two if version == 2 else _simply(two, 3)
    kept = ours(form.data).get(f"v{version}")
    return _taken_back(form, version, kept) if isinstance(kept, dict) else _carried(form, version)


def ours(data: JsonObject) -> JsonObject:
    """What Fabula itself has put into a card's data; empty if nothing."""
    extensions = data.get("extensions")
    found = extensions.get(OURS) if isinstance(extensions, dict) else None
    return found if isinstance(found, dict) else {}


def with_ours(data: JsonObject, changes: JsonObject) -> JsonObject:
    """The data with these keys among our own; a key that is None is taken out. An empty object of ours goes too."""
    mine = {name: value for name, value in (ours(data) | changes).items() if value is not None}
    extensions = data.get("extensions")
    others = {name: value for name, value in extensions.items() if name != OURS} if isinstance(extensions, dict) else {}
    return data | {"extensions": others | {OURS: mine} if mine else others}


def _versioned(root: JsonObject, source: str, notices: CardNotices) -> Form:
    spec, data = root.get("spec"), root.get("data")
    if spec == SPECS[2] and isinstance(data, dict):
        return Form(root, 2)
    if spec == SPECS[3] and isinstance(data, dict):
        return Form(root, 3)
    if isinstance(data, dict) and (_looks_like_card(data) or _looks_like_card(root)):
        later = isinstance(spec, str) and spec.startswith("chara_card_v")
        version = 3 if later or any(name in data for name in FIELDS_3_ONLY) else 2
        told = f"{spec!r:.60} is no known one" if spec is not None else "it is missing"
        notices.add("spec", f"{told}; the card is read as version {version}")
        return Form(root, version)
    if _looks_like_card(root):
        if spec is not None:
            notices.add("data", "it is no object; the card is read as version 1, from the fields at its root")
        return Form(root, 1)
    raise UsageError(
        f"{source}: this JSON is no character card of version 1, 2 or 3: it has {_has(root)}, but no 'spec' of a card "
        "and not the fields of one ('name' with 'description', 'personality', 'first_mes'). Export it as a card."
    )


def _looks_like_card(fields: JsonObject) -> bool:
    """A name alone, or a name and a description, has many a file that is no card."""
    told = sum(name in fields for name in TEXTS_1[1:])
    return "name" in fields and (told >= 2 or "first_mes" in fields or "mes_example" in fields)


def _looks_like_book(root: JsonObject) -> bool:
    return isinstance(root.get("entries"), dict | list) and not _looks_like_card(root) and "data" not in root


def _has(root: JsonObject) -> str:
    names = [repr(name[:30]) for name in list(root)[:6]]
    return ", ".join(names) + (" …" if len(root) > 6 else "") if names else "nothing"


def _kind(value: Json) -> str:
    kinds = {list: "a list", str: "a text", Number: "a number", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), "no object")


def _check_spec_version(form: Form, notices: CardNotices) -> None:
    said = form.root.get("spec_version")
    literal = said.literal if isinstance(said, Number) else said
    try:
        number = float(literal) if isinstance(literal, str) and len(literal) < 20 else None
    except ValueError:
        number = None
    if number is None:
        notices.add("spec_version", f"it should be {SPEC_VERSIONS[form.version]!r}; the card is read as such")
    elif number > form.version and form.root.get("spec") == SPECS[form.version]:
        told = "is newer than what Fabula knows; what it does not know is kept and not used"
        notices.add("spec_version", f"{literal!r} {told}")


def _two_of_one(root: JsonObject) -> JsonObject:
    """The fields of a card into `data`; what is none of them stays at the root."""
    fields = {name: root.get(name, default) for name, default in FIELDS_2.items()}
    if isinstance(root.get("character_book"), dict):
        fields["character_book"] = root["character_book"]
    others = {name: value for name, value in root.items() if name not in fields and name not in {"spec", "data"}}
    return {"spec": SPECS[2], "spec_version": SPEC_VERSIONS[2], "data": fields, **others}


def _carried(form: Form, version: int) -> JsonObject:
    """The card in the other of the versions 2 and 3, with what it takes to come back exactly among our own."""
    simple = _simply(form.root, version)
    if same(_simply(simple, form.version), form.root):
        return simple
    data = form.data
    kept: JsonObject = {
        "head": {name: form.root[name] for name in ("spec", "spec_version") if name in form.root},
        "order": list(data),
    }
    if version == 2:
        kept["fields"] = {name: value for name, value in data.items() if name in FIELDS_3_ONLY}
    extensions = data.get("extensions")
    if not isinstance(extensions, dict):
        kept["extensions"] = [extensions]
    else:
        kept["extensions_order"] = list(extensions)
        own = extensions.get(OURS)
        if OURS in extensions and (not isinstance(own, dict) or not own or None in own.values()):
            kept["own"] = [own]
    return simple | {"data": with_ours(simple["data"], {f"v{form.version}": kept})}


def _simply(root: JsonObject, version: int) -> JsonObject:
    """The card stamped with that version, with the fields it must have and without those it does not know."""
    data: JsonObject = root["data"]
    if version == 2:
        data = {name: value for name, value in data.items() if name not in FIELDS_3_ONLY}
    elif "group_only_greetings" not in data:
        data = data | {"group_only_greetings": []}
    head = {"spec": SPECS[version], "spec_version": SPEC_VERSIONS[version]}
    return ({} if "spec" in root else head) | root | head | {"data": data}


def _taken_back(form: Form, version: int, kept: JsonObject) -> JsonObject:
    """The card that `kept` was made of, with what has been changed in the other version since."""
    order = [name for name in _list(kept.get("order")) if isinstance(name, str)]
    data = with_ours(form.data, {f"v{version}": None})
    fields = kept.get("fields")
    data |= {name: value for name, value in _object(fields).items() if name in FIELDS_3_ONLY}
    if "group_only_greetings" not in order and data.get("group_only_greetings") == []:
        del data["group_only_greetings"]
    extensions = data["extensions"]
    if isinstance(own := kept.get("own"), list) and len(own) == 1 and OURS not in extensions:
        extensions[OURS] = own[0]
    data["extensions"] = _ordered(extensions, _list(kept.get("extensions_order")))
    if not extensions and isinstance(instead := kept.get("extensions"), list) and len(instead) == 1:
        data["extensions"] = instead[0]
        if "extensions" not in order:
            del data["extensions"]
    head = {name: value for name, value in _object(kept.get("head")).items() if name in {"spec", "spec_version"}}
    root = {name: value for name, value in form.root.items() if name in head or name not in {"spec", "spec_version"}}
    # Whatever was kept, what comes back has to be recognised as what it is.
    stamp = {"spec": SPECS[version]} if head.get("spec") in SPECS.values() else {}
    return root | head | stamp | {"data": _ordered(data, order)}


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _ordered(fields: JsonObject, names: list[Any]) -> JsonObject:
    first = {name: fields[name] for name in names if isinstance(name, str) and name in fields}
    return first | fields
