"""A persona is plain: what it is made of can be shown, sent and found by name."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.agents.persona import Field, Part, Persona, Remark, Section, Tie, Trait
from fabula.agents.plain import block, hidden, key, one_line


@given(text=st.text())
def test_plain_text_is_plain_at_once(text: str) -> None:
    for plain in (one_line, block):
        once = plain(text)
        assert plain(once) == once
        assert not hidden(once)
    assert "\n" not in one_line(text)
    assert not any(line != line.strip("\r") for line in block(text).split("\n"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  a \t b\n c ", "a b c"),
        ("\x1b[31mRed\x1b[0m", "Red"),
        ("\x1b]8;;https://attacker.example\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x9b31m red", "red"),
        ("\u202eevil\u202c.exe", "evil.exe"),
        ("a\u2028b\x85c", "a b c"),
        ("\U000e0070\U000e0072 Hello!", "Hello!"),
        ("n\u030c", "\u0148"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\ud83d", ""),
        ("<b>{{char}}</b>", "<b>{{char}}</b>"),
    ],
)
def test_what_nobody_sees_is_taken_out_and_what_is_seen_stays(text: str, plain: str) -> None:
    assert one_line(text) == plain


def test_no_value_carries_what_nobody_sees() -> None:
    persona = Persona(
        name="Red\x00 Moss ",
        history="\n\x1b[1mborn\r\nat sea\n\n",
        traits=(Trait(name="calm\n", note="\u202ex"),),
        factions=("None", "A\tB", " "),
        behaviour=("", "hums"),
    )
    assert (persona.name, persona.history, persona.factions) == ("Red Moss", "born\nat sea", ("A B",))
    assert (persona.traits, persona.behaviour) == ((Trait(name="calm", note="x"),), ("hums",))


@pytest.mark.parametrize("name", ["", " ", "??", "-", "...", "\u200d\u200d", "x" * 201])
def test_a_persona_needs_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Persona(name=name)


@pytest.mark.parametrize("name", ["Ö", "7", "名", "👩\u200d🚀", "Mira of ??"])
def test_any_alphabet_can_name(name: str) -> None:
    assert Persona(name=name).name == name


def test_names_in_one_list_differ_by_more_than_case() -> None:
    with pytest.raises(ValueError, match="the trait 'CALM' stands beside 'Calm'"):
        Persona(name="Bo", traits=(Trait(name="Calm"), Trait(name="CALM")))
    with pytest.raises(ValueError, match="the tie to 'Ann' stands beside 'Ann'"):
        Persona(name="Bo", ties=(Tie(who="Ann"), Tie(who="Ann")))


def test_a_remark_is_on_a_list() -> None:
    with pytest.raises(ValueError, match="not on 'history'"):
        Remark(on=Part.HISTORY, text="long ago")
    remarks = (Remark(on=Part.SKILLS, text="b"), Remark(on=Part.TRAITS, text="a"))
    assert Persona(name="Bo", remarks=remarks) == Persona(name="Bo", remarks=remarks[::-1])


def test_a_title_that_is_the_name_is_none() -> None:
    assert Persona(name="Bo", title="Bo").title == ""
    assert Persona(name="Bo", title="Bo the Bold").title == "Bo the Bold"


def test_what_is_stored_wrongly_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="needs a name"):
        msgspec.json.decode(b'{"name": "??"}', type=Persona)
    with pytest.raises(msgspec.ValidationError, match="is not between 0 and 1"):
        msgspec.json.decode(b'{"name": "Bo", "weights": [{"name": "Duty", "value": 7}]}', type=Persona)


def test_what_is_stored_today_needs_only_a_name() -> None:
    assert msgspec.json.decode(b'{"name": "Bo", "added_later": 1}', type=Persona) == Persona(name="Bo")


def test_everything_in_a_persona_is_a_value() -> None:
    persona = Persona(name="Bo", identity=(Field(label="Age", text="4"),), sections=(Section(title="X", text="y"),))
    assert len({persona, Persona(name="Bo", identity=persona.identity, sections=persona.sections)}) == 1


@pytest.mark.parametrize(
    "text", ["Skills & Capabilities", "skills_capabilities", "SKILLS and the Capabilities!", "Skílls Capabilitiës"]
)
def test_names_have_one_key_however_they_are_written(text: str) -> None:
    assert key(text) == "skills capabilities"
