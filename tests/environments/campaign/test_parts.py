"""The parts that rules rest on: names, the map, roles, the faults of a setting."""

import msgspec
import pytest
from tests.environments.campaign.mill import the_mill
from tests.environments.campaign.table import a_setting, someone

from fabula.agents.persona import Field, Persona, Skill, Trait, Weight
from fabula.environments.campaign import names
from fabula.environments.campaign.atlas import Atlas
from fabula.environments.campaign.faults import faults
from fabula.environments.campaign.roles import Role, pronouns
from fabula.environments.campaign.setting import Advance, Character, Clock, Condition, Outcome, Place, Thing, Way
from fabula.environments.campaign.state import Phase, WayMark

PEOPLE = ("Tom Ferrier", "Tom Wick", "the Iron Gate", "the Iron Stair", "Ada")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Ada", "Ada"),
        ("ADA", "Ada"),
        ("  ada  ", "Ada"),
        ("ferrier", "Tom Ferrier"),
        ("Tom", None),
        ("tom f", "Tom Ferrier"),
        ("iron gate", "the Iron Gate"),
        ("the iron", None),
        ("gate", "the Iron Gate"),
        ("Wick Tom", "Tom Wick"),
        ("", None),
        ("Bob", None),
    ],
)
def test_a_name_is_found_as_people_say_it_if_only_one_can_be_meant(said: str, meant: str | None) -> None:
    assert names.find(said, PEOPLE) == meant


def test_a_text_speaks_of_the_name_that_stands_in_it_whole_before_one_that_stands_in_part() -> None:
    assert names.mentioned("I run from Tom Wick to the iron gate", PEOPLE) == "Tom Wick"
    assert names.mentioned("up the stair!", PEOPLE) == "the Iron Stair"
    assert names.mentioned("nothing of it", PEOPLE) == ""


def test_the_shortest_way_is_found_and_a_blocked_one_is_not_taken() -> None:
    setting = a_setting({"A": "B C", "B": "D", "C": "", "D": "E", "E": ""})
    atlas = Atlas(setting)
    routes = atlas.layout(()).routes("A", ())
    assert (routes["E"].first, routes["E"].length) == ("B", 3)
    blocked = atlas.layout([WayMark(("B", "D"), False)])
    assert "E" not in blocked.routes("A", ())
    assert "A" not in routes


def test_a_way_leads_back_unless_it_is_one_way_or_the_other_place_says_how() -> None:
    places = (
        Place(name="A", description="", ways=(Way(to="B", how="down"), Way(to="C", one_way=True))),
        Place(name="B", description="", ways=(Way(to="A", how="up"),)),
        Place(name="C", description=""),
    )
    exits = Atlas(a_setting(places)).layout(()).exits
    assert [(way.to, way.how) for way in exits["B"]] == [("A", "up")]
    assert exits["C"] == ()


def test_a_hidden_way_is_on_the_routes_of_who_found_it() -> None:
    places = (Place(name="A", description="", ways=(Way(to="B", hidden=True),)), Place(name="B", description=""))
    layout = Atlas(a_setting(places)).layout(())
    assert layout.routes("A", ()) == {}
    assert layout.routes("A", [("A", "B")])["B"].length == 1


def test_what_one_is_good_at_follows_from_skills_and_drives() -> None:
    def role(*skills: Skill, **weights: float) -> Role:
        held = tuple(Weight(name=name, value=value) for name, value in weights.items())
        return Role(Character(persona=Persona(name="Ada", skills=skills, weights=held), place="x"))

    assert role().aptitude("aid") == 0
    assert role(Skill(name="Nurses the sick")).aptitude("aid") == 1
    assert role(Skill(name="Surgery", level=0.9)).aptitude("aid") == 2
    assert role(Skill(name="Surgery", level=0.9), compassion=0.9).aptitude("aid") == 3
    assert role(compassion=0.1).aptitude("aid") == -2
    many = [Skill(name=f"Heals {what}", level=1.0) for what in ("men", "dogs", "horses")]
    assert role(*many, compassion=1.0).aptitude("aid") == 4
    assert role().aptitude("wait") == 0


@pytest.mark.parametrize(
    ("persona", "expected"),
    [
        (
            Persona(
                name="A", identity=(Field(label="Pronouns", text="they/them"),), history="She saw her sister; she left."
            ),
            "they/them",
        ),
        (Persona(name="A", history="She came. Her boat sank, and she swam."), "she/her"),
        (Persona(name="A", traits=(Trait(name="Kind", note="He gives what he has."),)), "he/him"),
        (Persona(name="A", history="She told him of her brother; he laughed at her, and he left."), ""),
        (Persona(name="A", history="Came, saw."), ""),
        (Persona(name="A", history="The sheriff heard others there."), ""),
    ],
)
def test_pronouns_are_those_of_the_sheet_or_those_its_text_clearly_uses(persona: Persona, expected: str) -> None:
    assert pronouns(persona) == expected


def test_a_whole_setting_has_no_faults() -> None:
    assert faults(the_mill()) == []


def test_faults_say_where_and_what_next() -> None:
    setting = a_setting(
        {"Hall": "Yard", "Yard": ""},
        someone("Mira", "Hal", carries=("the ky",)),
        someone("keeper", "Hall"),
        things=(Thing(name="the key", description="", effects=(Advance(clock="dusk"),)),),
        clocks=(Clock(name="dawn", description="", segments=0),),
        outcomes=(Outcome(kind="won", name="Won", when=(Condition(agent_at="Mirra", place="Hall"),), texts=()),),
    )
    assert faults(setting) == [
        "character 'Mira': no place 'Hal'. Did you mean 'Hall'?",
        "character 'Mira', carries: no object 'the ky'. Did you mean 'the key'?",
        "character 'keeper': cannot be called that",
        "object 'the key', effects: no clock 'dusk'. Known: 'dawn'.",
        "clock 'dawn': 0 of 0 segments cannot be",
        "outcome 'Won', when: no agent 'Mirra'. Did you mean 'Mira'?",
        "outcome 'Won': has no text",
    ]


def test_two_of_one_name_are_a_fault() -> None:
    twice = msgspec.structs.replace(the_mill(), places=(*the_mill().places, the_mill().places[0]))
    assert faults(twice) == ["two are called 'the Mill' (place)"]


def test_the_phases_of_a_turn_follow_one_another_for_ever() -> None:
    assert [phase.next for phase in Phase] == [Phase.DECIDE, Phase.ADJUDICATE, Phase.CONSEQUENCES, Phase.PERCEIVE]
