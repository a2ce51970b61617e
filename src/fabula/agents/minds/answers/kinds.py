"""Kinds: the action types that an observation accepts, their fields, and the words that name them."""

import re
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import inspect

WORDS = frozenset({"text", "words", "speech", "message", "say"})
"""Fields that hold what is said or done in words, not the name of anyone or anything."""
COMMENT = frozenset({"reason", "thoughts"})
"""Fields that every action has."""

_SYNONYMS = {
    "move": "go goto walk run travel enter leave flee head climb return proceed approach moveto",
    "talk": "say speak tell ask chat discuss whisper greet reply respond answer announce shout inform talkto speakto",
    "investigate": "look search examine inspect explore observe study check scout read listen lookat lookaround",
    "attack": "fight hit strike stab shoot kill assault ambush harm punch",
    "aid": "help heal tend assist support bandage treat rescue comfort",
    "persuade": "convince plead negotiate beg urge charm appeal bargain coax",
    "threaten": "intimidate menace warn scare bully",
    "sneak": "hide creep slip stealth sneakto",
    "defend": "guard protect hold block shield barricade fortify",
    "take": "grab steal pickup get seize snatch fetch loot",
    "give": "hand offer pass donate handover",
    "use": "activate light open drink wear ring apply operate",
    "rest": "sleep recover relax",
    "wait": "pass idle stay nothing donothing none noop skip linger",
    "attempt": "try other custom do free act improvise",
    "trade": "buy sell barter exchange",
    "drop": "discard putdown",
    "go": "move goto walk run travel enter leave head climb return proceed approach",
    "say": "talk speak tell ask chat discuss whisper greet reply respond answer sayto talkto speakto",
    "carry_on": "continue wait pass stay nothing donothing none noop goon carryon",
    "plan": "plans steps several sequence",
    "buy": "purchase",
    "steal": "rob pinch snatch filch pilfer",
    "pick_up": "take grab collect pickup",
    "flee": "escape runaway hide",
    "guard": "defend protect watch",
    "amend": "apologise apologize repay makeamends atone",
    "forgive": "makeup reconcile makepeace",
    "accuse": "blame charge confront",
    "use_ability": "cast ability",
    "adjudicate": "judge rule",
    "direct": "complicate",
}
"""Kind -> further words for it; a word counts only where that kind is accepted."""
_ENDINGS = ("ing", "s", "es", "ed")
_NAME_OF_WORDS = re.compile(r"[^a-z0-9]")


class Field(msgspec.Struct, frozen=True):
    """One field of an action."""

    name: str
    type: inspect.Type
    required: bool
    key: str = ""
    """What it is called in the encoding; empty: as it is named."""
    deeds: "Kinds | None" = None
    """Of a field that holds several actions: the kinds that these can be."""

    @property
    def names_something(self) -> bool:
        """Whether it is text that names somebody or something."""
        return isinstance(self.type, inspect.StrType) and self.name not in WORDS | COMMENT


class ActionForm(msgspec.Struct, frozen=True):
    """One kind of action."""

    kind: str
    """Its tag."""
    type: Any
    fields: tuple[Field, ...]

    @property
    def principal(self) -> Field | None:
        """The field that `target` means: the first required one that names something, or else the first that does."""
        naming = [field for field in self.fields if field.names_something]
        return next((field for field in naming if field.required), naming[0] if naming else None)

    @property
    def free(self) -> bool:
        """Whether it is a deed in words: `text` is all that it needs, and nothing else can be said."""
        own = [field for field in self.fields if field.name not in COMMENT]
        return len(own) == 1 and own[0].name in WORDS and own[0].required

    @property
    def several(self) -> Field | None:
        """The field that holds several actions, one after the other; None: it is a single deed."""
        return next((field for field in self.fields if field.deeds is not None), None)

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)


class Kinds:
    """The kinds of action that are accepted."""

    def __init__(self, forms: tuple[ActionForm, ...]) -> None:
        self.forms = forms
        self._by_word: dict[str, ActionForm] = {}
        for form in forms:
            for word in _SYNONYMS.get(form.kind, "").split():
                self._by_word.setdefault(word, form)
        self._by_word |= {folded(form.kind): form for form in forms}

    @property
    def only(self) -> ActionForm | None:
        """The one kind there is, if there is but one."""
        return self.forms[0] if len(self.forms) == 1 else None

    @property
    def free(self) -> ActionForm | None:
        """The kind that takes any deed in words."""
        return next((form for form in self.forms if form.free), None)

    def of(self, action: object) -> ActionForm | None:
        """The kind of an action."""
        return next((form for form in self.forms if form.type is type(action)), None)

    def named(self, word: str) -> ActionForm | None:
        """The kind that a word names: itself, or a synonym, whatever its case, ending and signs."""
        word = folded(word)
        if word in self._by_word:
            return self._by_word[word]
        for ending in _ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word and len(stem) > 1:
                found = self._by_word.get(stem) or self._by_word.get(stem + "e") or self._by_word.get(stem[:-1])
                if found is not None:
                    return found
        return None


def folded(name: str) -> str:
    """A name without case and signs: `fromWhom`, `from_whom` and `From whom` are one."""
    return _NAME_OF_WORDS.sub("", name.casefold())


@lru_cache(maxsize=64)
def kinds_of(accepts: Any) -> Kinds:
    """The kinds that a struct, or a union of tagged structs, has."""
    return _kinds(inspect.type_info(accepts))


def _kinds(info: inspect.Type) -> Kinds:
    types = info.types if isinstance(info, inspect.UnionType) else (info,)
    return Kinds(tuple(_form(each) for each in types if isinstance(each, inspect.StructType)))


def _form(info: inspect.StructType) -> ActionForm:
    return ActionForm(str(info.tag or info.cls.__name__), info.cls, tuple(map(_field, info.fields)))


def _field(info: inspect.Field) -> Field:
    deeds = _kinds(info.type.item_type) if isinstance(info.type, inspect.VarTupleType) else None
    return Field(info.name, info.type, info.required, info.encode_name, deeds if deeds and deeds.forms else None)
