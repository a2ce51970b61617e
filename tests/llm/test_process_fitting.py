"""Objects made to fit a JSON Schema: checked by the very library that made the schema."""

from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Optional

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter

from fabula.engine import Chance
from fabula.llm.process.fitting import NODES_MAX, Fitting


def fitted(schema: Any, *, seed: int = 0, **preferred: Any) -> Any:
    return Fitting(schema, Chance(seed).stream("fit"), lambda name, _: f"a {name}", preferred=preferred).value()


class Mood(Enum):
    CALM = "calm"
    WILD = "wild"


class Strike(BaseModel):
    kind: Literal["strike"]
    at: Annotated[str, Field(min_length=3, max_length=5)]
    force: Annotated[int, Field(ge=2, lt=5)]


class Wait(BaseModel):
    kind: Literal["wait"]
    turns: Annotated[float, Field(gt=0, le=1)]


class Tree(BaseModel):
    name: str
    children: Annotated[list["Tree"], Field(max_length=3)] = []
    parent: Optional["Tree"] = None


class Deed(BaseModel):
    choice: int
    deed: Annotated[Strike | Wait, Field(discriminator="kind")]
    mood: Mood
    thoughts: Annotated[list[str], Field(min_length=2, max_length=4)]
    place: tuple[int, str]
    on: date
    sure: bool
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    even: Annotated[int, Field(multiple_of=4, ge=5, le=30)]
    tree: Tree
    nothing: None


@given(st.integers())
def test_an_object_fits_the_schema_it_was_made_for(seed: int) -> None:
    Deed.model_validate(fitted(Deed.model_json_schema(), seed=seed))


@pytest.mark.parametrize("kind", [int, str, bool, float, list[int], dict[str, int], Mood, Tree, list[Tree]])
def test_any_kind_of_value_fits(kind: Any) -> None:
    adapter = TypeAdapter[Any](kind)
    adapter.validate_python(fitted(adapter.json_schema()))


def test_a_preferred_value_is_taken_where_the_schema_lets_it() -> None:
    schema = {"properties": {"choice": {"type": "integer", "maximum": 5}}}
    assert fitted(schema, choice=[9, 3]) == {"choice": 3}
    assert fitted({"properties": {"choice": {"enum": ["3", "4"]}}}, choice=[3, "3"]) == {"choice": "3"}


def test_googles_spelling_is_understood() -> None:
    schema = {"type": "OBJECT", "properties": {"n": {"type": "INTEGER"}, "t": {"type": "ARRAY", "minItems": "2"}}}
    made = fitted(schema)
    assert isinstance(made["n"], int)
    assert len(made["t"]) == 2


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"anyOf": [{"$ref": "#"}]},
        {"type": "array", "minItems": 10**12, "items": {"type": "array", "minItems": 10**12}},
        {"type": "string", "minLength": 10**12},
        {"type": "string", "pattern": "(a+)+$" * 1000},
        {"type": "string", "pattern": "("},
        {"type": "integer", "minimum": 10, "maximum": 1},
        {"type": "number", "multipleOf": 0},
        {"type": ["null"]},
        {"type": 7, "enum": [], "required": [7, None], "properties": []},
        {"enum": "abc", "anyOf": {}},
        {},
    ],
    ids=str,
)
def test_a_hostile_schema_gives_a_value_in_bounded_time(schema: Any) -> None:
    assert len(repr(fitted(schema))) < 100 * NODES_MAX


KEYWORDS = st.sampled_from(
    "type properties required items anyOf allOf $ref enum const minimum maximum minItems maxItems minLength maxLength "
    "pattern format prefixItems multipleOf exclusiveMinimum exclusiveMaximum".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYWORDS, inner, max_size=4),
    max_leaves=20,
)


@example({"type": None, "properties": None, "required": 1})
@given(st.dictionaries(KEYWORDS, JSON))
def test_nonsense_in_the_place_of_a_schema_gives_some_value(schema: Any) -> None:
    fitted(schema)
