"""The fields of a card as rules and prompts read them: every text a text, every list a list, whatever stood there."""

from msgspec import Struct

from fabula.agents.cards.form import TEXTS_1, Form, recognised
from fabula.agents.cards.json_text import Json, JsonObject, Number, read_json
from fabula.agents.cards.notices import CardNotices
from fabula.agents.persona import Card

_QUOTED_CHARACTERS_MAX = 40


class CardFields(Struct, frozen=True, kw_only=True):
    """What a card says, word for word; macros such as `{{char}}` stand where they stood.

    Untrusted, as any text of a card. `creator_notes`, `tags`, `creator` and `character_version` are for people and
    never go into a prompt.
    """

    version: int
    """1, 2 or 3."""
    name: str
    nickname: str = ""
    """What `{{char}}` becomes, where there is one."""
    description: str = ""
    personality: str = ""
    scenario: str = ""
    first_mes: str = ""
    mes_example: str = ""
    """`<START>` begins a new example."""
    system_prompt: str = ""
    """Stands in place of one's own unless empty; `{{original}}` is one's own."""
    post_history_instructions: str = ""
    alternate_greetings: tuple[str, ...] = ()
    group_only_greetings: tuple[str, ...] = ()
    creator_notes: str = ""
    tags: tuple[str, ...] = ()
    creator: str = ""
    character_version: str = ""

    @property
    def called(self) -> str:
        """What `{{char}}` becomes."""
        return self.nickname or self.name


def fields_of_card(card: Card) -> CardFields:
    """What a persona's card says; its oddities were told when it was read."""
    notices = CardNotices()
    form = recognised(read_json(card.text, source="card"), source="card", notices=notices)
    return read_fields(form, notices)


def read_fields(form: Form, notices: CardNotices) -> CardFields:
    """The fields of a card, with a warning for each that is not of its kind. What is missing in `data` and stands at
    the root, as in version 1, is taken from there.
    """
    reader = _FieldReader(form, notices)
    return CardFields(
        version=form.version,
        name=reader.text("name"),
        nickname=reader.text("nickname"),
        description=reader.text("description"),
        personality=reader.text("personality"),
        scenario=reader.text("scenario"),
        first_mes=reader.text("first_mes"),
        mes_example=reader.text("mes_example"),
        system_prompt=reader.text("system_prompt"),
        post_history_instructions=reader.text("post_history_instructions"),
        alternate_greetings=reader.texts("alternate_greetings"),
        group_only_greetings=reader.texts("group_only_greetings"),
        creator_notes=reader.text("creator_notes"),
        tags=reader.texts("tags", parted=","),
        creator=reader.text("creator"),
        character_version=reader.text("character_version"),
    )


def check_whole(form: Form, notices: CardNotices) -> None:
    """Warn of `extensions` and `character_book` that are no objects, and of fields that speak with two voices."""
    twice = [name for name in TEXTS_1 if form.version > 1 and name in form.root and name in form.data]
    if any(form.root[name] != form.data[name] for name in twice):
        notices.add("card", f"{', '.join(twice)}: at the root it says otherwise than in `data`, which counts")
    for name in ("extensions", "character_book"):
        if name in form.data and not isinstance(form.data[name], dict):
            notices.add(form.where + name, f"{shown(form.data[name])} is no object; it is kept and not used")


def shown(value: Json) -> str:
    """A value as a warning quotes it."""
    match value:
        case None:
            return "null"
        case Number():
            return value.literal[:_QUOTED_CHARACTERS_MAX]
        case str():
            return repr(value if len(value) <= _QUOTED_CHARACTERS_MAX else value[:_QUOTED_CHARACTERS_MAX] + "…")
        case bool():
            return str(value).lower()
        case _:
            return "a list" if isinstance(value, list) else "an object"


class _FieldReader:
    """Reads fields leniently, one by one."""

    def __init__(self, form: Form, notices: CardNotices) -> None:
        self._where = form.where
        self._sources: tuple[JsonObject, ...] = (form.data,) if form.version == 1 else (form.data, form.root)
        self._notices = notices

    def text(self, name: str) -> str:
        value = self._value(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            self._odd(name, "a list stands where a text belongs; its items are read as lines")
            return "\n".join(value)
        return self._scalar(name, value, f"{shown(value)} stands where a text belongs")

    def texts(self, name: str, *, parted: str = "") -> tuple[str, ...]:
        """A list of texts. parted: what a text in its place is split by, if by anything."""
        value = self._value(name)
        if isinstance(value, list):
            told = f"an item that is no text, {{}}, stands in {name!r}"
            items = (
                item if isinstance(item, str) else self._scalar(name, item, told.format(shown(item))) for item in value
            )
            return tuple(filter(None, items))
        if value is None:
            return () if self._is_missing(name) else self._none(name)
        text = value if isinstance(value, str) else self._scalar(name, value, f"{shown(value)} stands there")
        if text and isinstance(value, str):
            self._odd(name, f"{shown(value)} stands where a list belongs; it is read as one")
        return tuple(filter(None, map(str.strip, text.split(parted)))) if parted else tuple(filter(None, [text]))

    def _none(self, name: str) -> tuple[str, ...]:
        self._odd(name, "null stands where a list belongs; it is read as empty")
        return ()

    def _scalar(self, name: str, value: Json, told: str) -> str:
        match value:
            case Number() | bool():
                self._odd(name, f"{told}; it is read as one")
                return value.literal if isinstance(value, Number) else shown(value)
            case None if self._is_missing(name):
                return ""
            case None:
                self._odd(name, f"{told}; it is read as empty")
                return ""
            case _:
                self._odd(name, f"{told}; it is kept in the card and not used")
                return ""

    def _value(self, name: str) -> Json:
        return next((fields[name] for fields in self._sources if name in fields), None)

    def _is_missing(self, name: str) -> bool:
        return not any(name in fields for fields in self._sources)

    def _odd(self, name: str, text: str) -> None:
        # Of a version 2 or 3 too a field may come from the root.
        where = self._where if name in self._sources[0] else ""
        self._notices.add(where + name, text)
