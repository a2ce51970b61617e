"""From card to persona and back: what is clear is taken, what is odd is told, what is changed follows."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.agents.cards.made import DATA, a_card, a_png, an_archive, as_json, folded, text

from fabula.agents import Persona, drives, read_sheet_file
from fabula.agents.cards import Container, card_of, fields_of_card, read_persona, read_persona_file, write_card
from fabula.agents.cards.json_text import Number, read_json, same, write_json
from fabula.agents.drives import Drive
from fabula.agents.persona import Card, Field, Section, Tie, Trait, Weight
from fabula.errors import UsageError

SHEETS = sorted((DATA.parent / "sheets").glob("*.md"))


def persona_of(card: Any) -> Persona:
    return read_persona(as_json(card), name="file.json").persona


def warnings_of(card: Any) -> list[str]:
    return [str(warning) for warning in read_persona(as_json(card), name="file.json").warnings]


def traits_of(personality: str = "", description: str = "") -> list[str]:
    persona = persona_of(a_card(personality=personality, description=description))
    return [trait.name for trait in persona.traits]


# --- what a card tells of a character ---


@pytest.mark.parametrize(
    ("personality", "traits"),
    [
        ("brilliant, arrogant, loyal", ["brilliant", "arrogant", "loyal"]),
        ("Brave.", ["Brave"]),
        ("brave; proud of her method;\nkind to cats", ["brave", "proud of her method", "kind to cats"]),
        ("- brave\n- stubborn", ["brave", "stubborn"]),
        ("brave and loyal, and patient", ["brave and loyal", "patient"]),
        ('Personality("brave" + "cold")', ["brave", "cold"]),
        ("Personality: brave, cold", ["brave", "cold"]),
        ("[Mira's personality= brave, cold]", ["brave", "cold"]),
        ("**Personality:** brave, cold", ["brave", "cold"]),
        ("loyal to {{user}}, brave", ["brave"]),
        ("She is a brave woman who never was greedy. She talks a lot.", ["brave"]),
        ("", []),
        ("{{char}}", []),
        ("!!!", []),
    ],
)
def test_traits_are_taken_where_they_are_clear(personality: str, traits: list[str]) -> None:
    assert traits_of(personality) == traits


def test_shorthand_in_a_description_is_understood() -> None:
    description = (
        '[Character("Mira Vance")\n{\nAge("34")\nOccupation("gate warden")\nMind("brave" + "stubborn")\n'
        'Skills("fencing" + "law")\nBackstory("Born on the stair.")\nHabits("hums when afraid")\n}]'
    )
    persona = persona_of(a_card(description=description, personality=""))
    assert [trait.name for trait in persona.traits] == ["brave", "stubborn"]
    assert [skill.name for skill in persona.skills] == ["fencing", "law"]
    assert persona.identity == (Field(label="Age", text="34"),)
    assert (persona.role, persona.history) == ("gate warden", "Born on the stair.")
    assert persona.behaviour == ("hums when afraid",)
    assert persona.about == description


def test_what_drives_a_character_follows_from_its_texts() -> None:
    listed = drives(persona_of(a_card(personality="brave, greedy, cruel")))
    told = drives(persona_of(a_card(personality="", description="A brave, greedy and cruel warden of the gate.")))
    for driven in (listed, told):
        assert driven[Drive.SELF_PRESERVATION] < 0.5 < driven[Drive.GREED]
        assert driven[Drive.COMPASSION] < 0.5


def test_the_scenario_is_a_section_and_prose_about_the_personality_a_remark() -> None:
    persona = persona_of(a_card(personality="She was brave once. She is not now.", scenario="A {{user}} at dusk."))
    assert persona.sections == (Section(title="Scenario", text="A {{user}} at dusk."),)
    assert [remark.text for remark in persona.remarks] == ["She was brave once. She is not now."]


def test_texts_stay_as_they_are_in_the_card_and_for_people_only_what_is_for_people() -> None:
    persona = persona_of(a_card(creator_notes="SECRET", tags=["TAGGED"], first_mes="  Hello\r\n{{user}}\t"))
    assert persona.card
    assert fields_of_card(persona.card).first_mes == "  Hello\r\n{{user}}\t"
    told = msgspec.json.encode(replace(persona, card=msgspec.UNSET)).decode()
    assert "SECRET" not in told
    assert "TAGGED" not in told


def test_no_control_character_of_a_card_gets_into_a_persona() -> None:
    persona = persona_of(a_card("Mi\x1b[31mra\u202e", description="a\x1b]0;heading\x07b\x9bc\ud800"))
    whole = msgspec.json.encode(replace(persona, card=msgspec.UNSET)).decode()
    assert persona.name == "Mira"
    assert not any(mark in whole for mark in ("\\u001b", "\x9b", "\u202e", "heading"))


# --- odd fields ---


@pytest.mark.parametrize(
    ("field", "value", "warning"),
    [
        ("personality", None, "data.personality: null"),
        ("personality", ["brave", "kind"], "data.personality: a list"),
        ("scenario", 7, "data.scenario: 7"),
        ("description", {}, "data.description: an object"),
        ("tags", "a, b", "data.tags: 'a, b'"),
        ("tags", None, "data.tags: null"),
        ("alternate_greetings", "Hello", "data.alternate_greetings: 'Hello'"),
        ("alternate_greetings", [1, "b", None], "data.alternate_greetings: an item"),
        ("extensions", [], "data.extensions: a list"),
        ("character_book", "x", "data.character_book: 'x'"),
    ],
)
def test_a_field_of_the_wrong_kind_is_read_with_a_warning_and_kept(field: str, value: Any, warning: str) -> None:
    card = a_card(**{field: value})
    assert any(told.startswith(warning) for told in warnings_of(card))
    persona = persona_of(card)
    assert persona.card
    assert json.loads(persona.card.text)["data"][field] == value
    for version in (2, 3):
        assert read_persona(card_of(persona, version=version).encode(), name="x").persona.name == persona.name


def test_missing_fields_are_empty_and_data_goes_before_the_root() -> None:
    bare = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": "Mira"}}
    assert persona_of(bare).name == "Mira"
    assert persona_of(bare | {"description": "At the root."}).about == "At the root."
    twice = a_card("Mira") | {"name": "Other", "description": "At the root."}
    assert persona_of(twice).name == "Mira"
    assert any("which counts" in told for told in warnings_of(twice))


@pytest.mark.parametrize("name", [None, "", "  ", "???"])
def test_a_card_that_names_nobody_is_called_like_its_file(name: str | None) -> None:
    assert persona_of(a_card(name)).name == "file"  # type: ignore[arg-type]  # cards may hold anything
    assert any(told.startswith("name: the card gives no name") for told in warnings_of(a_card(name)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "version"),
    [({"spec": "chara_card_v4", "spec_version": "4.0"}, 3), ({"spec": None}, 2), ({"spec": "mine"}, 2)],
)
def test_an_unknown_version_is_read_as_the_nearest_with_a_warning(changes: dict[str, Any], version: int) -> None:
    card = a_card() | changes
    assert any(told.startswith("spec: ") for told in warnings_of(card))
    persona = persona_of(card)
    assert persona.card
    assert fields_of_card(persona.card).version == version


@pytest.mark.parametrize("said", [2.0, "two", None, "9.5", [], "1e400"])
def test_an_odd_spec_version_is_no_reason_to_refuse(said: Any) -> None:
    card = a_card() | {"spec_version": said}
    assert persona_of(card).name == "Mira Vance"
    back = card_of(read_persona(card_of(persona_of(card), version=3).encode(), name="x").persona, version=2)
    assert json.loads(back) == card


# --- JSON as it was written ---


def test_numbers_and_letters_come_back_as_they_were_written() -> None:
    text = (
        '{"name":"A","first_mes":"\\ud83d \\u00e9 é","mes_example":"",  "extensions":{"z":1.0,"a":1e5,'
        f'"big":{"9" * 5000},"minus":-0}}}}'
    )
    persona = read_persona(text.encode(), name="x").persona
    assert card_of(persona) == text
    root = read_json(text, source="")
    assert same(read_json(write_json(root), source=""), root)
    assert same(read_json(write_json(root, indent=2), source=""), root)
    two = read_json(card_of(persona, version=2), source="")
    assert two["data"]["extensions"]["z"] == Number("1.0")
    assert list(two["data"]["extensions"])[:2] == ["z", "a"]
    assert two["data"]["first_mes"] == root["first_mes"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
cards = st.builds(
    lambda version, fields, root: {**root, **a_card(version=version, **fields)},
    st.sampled_from([2, 3]),
    st.dictionaries(
        st.text(max_size=8)
        | st.sampled_from(["description", "personality", "extensions", "assets", "nickname", "tags", "character_book"]),
        values,
        max_size=5,
    ),
    st.dictionaries(st.text(max_size=6).filter(lambda name: name not in {"spec", "data"}), values, max_size=2),
)


@given(cards)
def test_any_card_survives_every_container_and_both_versions(card: dict[str, Any]) -> None:
    text = json.dumps(card)
    persona = read_persona(text.encode(), name="x").persona
    root = read_json(text, source="")
    own = int(card["spec"][-1])
    for container in (Container.JSON, Container.PNG, *([Container.CHARX] if own == 3 else [])):
        again = read_persona(write_card(persona, container).data, name="x")
        assert again.persona == persona
        assert again.origin is not None
        assert again.origin.card.text == text
    other = read_persona(card_of(persona, version=5 - own).encode(), name="x").persona
    assert same(read_json(card_of(other, version=own), source=""), root)


@given(cards, st.sampled_from([2, 3]))
def test_a_renamed_card_keeps_everything_else(card: dict[str, Any], version: int) -> None:
    persona = read_persona(json.dumps(card).encode(), name="x").persona
    renamed = replace(persona, name="Tom Ferrier")
    again = read_persona(write_card(renamed, Container.PNG, version=version).data, name="x").persona
    assert replace(again, card=msgspec.UNSET) == replace(renamed, card=msgspec.UNSET)
    assert again.card
    data = json.loads(again.card.text)["data"]
    assert data["name"] == "Tom Ferrier"
    kept = {"first_mes", *card["data"]} - {"name", "extensions", "nickname", "assets", "group_only_greetings"}
    assert {field: data[field] for field in kept} == {field: card["data"][field] for field in kept}


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(noise: bytes) -> None:
    for data in (
        noise,
        b"{" + noise,
        a_png(text("chara", noise)),
        a_png(noise),
        a_png(text("ccv3", folded(noise))),
        b"PK\x03\x04" + noise,
    ):
        refuse_or_read(data)


@given(st.data())
def test_any_damage_is_read_or_refused_in_words(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([an_archive(a=b"1"), a_png(text("chara", folded(a_card()))), as_json(a_card())]))
    at = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 8))
    refuse_or_read(whole[:at] + data.draw(st.binary(max_size=8)) + whole[at + length :])


@given(values)
def test_any_json_is_read_or_refused_in_words(value: Any) -> None:
    refuse_or_read(as_json(value))
    refuse_or_read(as_json({"spec": "chara_card_v3", "data": value}))
    refuse_or_read(as_json({"name": value, "first_mes": value, "extensions": {"fabula": value}}))
    refuse_or_read(as_json(a_card(extensions={"fabula": {"persona": value, "v3": value, "fields": value}})))
    refuse_or_read(as_json(a_card(extensions={"fabula": {"v3": {"fields": {}, "order": value}}})))


def refuse_or_read(data: bytes) -> None:
    with suppress(UsageError):
        found = read_persona(data, name="x")
        for version in (2, 3):
            card_of(found.persona, version=version)


# --- sheets and changes ---


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("container", [Container.JSON, Container.PNG])
def test_a_sheet_becomes_a_card_and_comes_back_equal(sheet: Path, version: int, container: Container) -> None:
    persona, _ = read_sheet_file(sheet)
    found = read_persona(write_card(persona, container, version=version).data, name="x")
    assert found.persona == persona
    assert found.warnings == ()


def test_a_sheet_says_in_its_card_what_other_programs_show() -> None:
    persona = Persona(name="Mira", about="Keeps the gate.", role="warden", traits=(Trait(name="brave"),))
    data = json.loads(card_of(persona, version=2))["data"]
    assert (data["name"], data["personality"]) == ("Mira", "brave")
    assert data["description"] == "Keeps the gate.\n\nRole: warden"


def test_what_another_program_changed_in_our_card_counts() -> None:
    persona = Persona(name="Mira", about="Old.", weights=(Weight(name="Loyalty", value=0.8),), ties=(Tie(who="Tom"),))
    root = json.loads(card_of(persona))
    root["data"]["name"] = "Mira the Elder"
    root["data"]["personality"] = "cruel, greedy"
    found = read_persona(json.dumps(root).encode(), name="x")
    assert found.persona.name == "Mira the Elder"
    assert [trait.name for trait in found.persona.traits] == ["cruel", "greedy"]
    assert (found.persona.about, found.persona.weights) == ("Old.", persona.weights)
    assert any("changed outside of Fabula" in str(warning) for warning in found.warnings)


def test_a_change_in_fabula_goes_into_the_fields_of_the_card() -> None:
    came = persona_of(a_card("Mira", version=3, nickname="Mi", x_custom=[1.5]) | {"name": "Mira"})
    changed = replace(
        came,
        name="Ada",
        about="Another.",
        traits=(Trait(name="cruel"),),
        sections=(Section(title="Scenario", text="Night."),),
        weights=(Weight(name="Loyalty", value=0.25),),
    )
    root = json.loads(card_of(changed))
    shown = {field: root["data"][field] for field in ("name", "description", "personality", "scenario")}
    assert shown == {"name": "Ada", "description": "Another.", "personality": "cruel", "scenario": "Night."}
    assert (root["name"], root["data"]["x_custom"], root["data"]["nickname"]) == ("Ada", [1.5], "Mi")
    again = read_persona(json.dumps(root).encode(), name="x").persona
    assert replace(again, card=msgspec.UNSET) == replace(changed, card=msgspec.UNSET)


def test_a_persona_with_a_card_survives_what_a_run_stores_and_one_without_is_stored_as_before() -> None:
    persona = persona_of(a_card(first_mes="\ud83d lonely half"))
    stored = msgspec.json.encode(persona, order="deterministic")
    assert msgspec.json.decode(stored, type=Persona) == persona
    assert b'"card"' not in msgspec.json.encode(Persona(name="Mira"))
    assert persona.card == Card(text=json.dumps(a_card(first_mes="\ud83d lonely half")))


def test_a_sheet_a_card_and_our_own_json_are_told_apart_by_content(tmp_path: Path) -> None:
    files = {
        "card.md": as_json(a_card("Card")),
        "sheet.png": b"---\nname: Sheet\n---\n",
        "own.txt": msgspec.json.encode(Persona(name="Own", traits=(Trait(name="brave"),))),
        "bracket.json": b"[Mira](x)\n\nname: Bracket\n",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert [read_persona_file(tmp_path / name)[0].name for name in files] == ["Card", "Sheet", "Own", "Bracket"]


def test_bytes_of_another_encoding_are_named_with_the_way_out() -> None:
    with pytest.raises(UsageError, match=r"byte 0xE9 at position 14 \(line 1\).*'é'.*iconv") as failure:
        read_persona((DATA / "odd" / "alice.latin1.json").read_bytes(), name="alice.json")
    assert str(failure.value).startswith("alice.json")
    assert read_persona(json.dumps(a_card("Åsa")).encode("utf-16"), name="x").persona.name == "Åsa"
