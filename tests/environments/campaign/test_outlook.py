"""Two realities: what an agent is asked with is its own side of the truth and nothing else."""

import msgspec
import pytest
from tests.environments.campaign.mill import the_mill
from tests.environments.campaign.table import EASY, Table, a_setting, of, plain, someone, tables, the

from fabula.environments.campaign.actions import Investigate, Move, Sneak, Talk
from fabula.environments.campaign.attention import EVENTS_MAX
from fabula.environments.campaign.events import Learned, Noticed
from fabula.environments.campaign.options import OPTIONS_MAX
from fabula.environments.campaign.outlook import ABSENT_MAX, COMPANY_MAX, Outlook
from fabula.environments.campaign.setting import Clock, Place, Secret, Thing, Threat

HALL = {"Hall": "Yard", "Yard": "Barn", "Barn": ""}


def test_hidden_clocks_objects_ways_and_people_are_in_no_outlook() -> None:
    setting = a_setting(
        HALL,
        someone("Mira", "Hall"),
        someone("Tom", "Hall", carries=("the letter",)),
        clocks=(Clock(name="the sap", description="", segments=4, each_turn=1, hidden=True),),
        things=(
            Thing(name="the letter", description="", hidden=True),
            Thing(name="the lens", description="", place="Hall", hidden=True),
        ),
        threats=(Threat(name="the eel", description="", place="Hall", arrives=5),),
        secrets=(Secret(name="the debt", truth="It is paid.", place="Hall"),),
    )
    table = Table(setting)
    for _ in range(3):
        asked = plain(table.asked("Mira"))
        for unknown in ("the sap", "the letter", "the lens", "the eel", "the debt", "It is paid"):
            assert unknown not in asked
        for _ in range(3):
            table.step()
    assert "the letter" in plain(table.asked("Tom").perceives)


def test_others_beliefs_bonds_and_aims_are_in_no_outlook() -> None:
    """Over whole runs by rules: no question holds a version of a secret, or an aim, that is not the agent's own."""
    for table in tables(the_mill(), seeds=4):
        while table.state.ended is None:
            for asked in table.campaign.observe(table.state):
                if asked.agent in table.state.agents:
                    _check_privacy(table, asked.agent, asked)
            table.step_by_rules()


def _check_privacy(table: Table, name: str, asked: object) -> None:
    text = plain(asked)
    own = table.agent(name)
    for secret in table.campaign.setting.secrets:
        held = own.beliefs.get(secret.name)
        for version in (secret.truth, *secret.twisted):
            assert version not in text or (held is not None and _has_heard(table, name, version))
    for character in table.campaign.setting.characters:
        if character.persona.name != name:
            assert not any(aim.text in text for aim in character.aims)
    for hidden in (agent for agent in table.state.agents.values() if agent.hidden):
        if name != hidden.name and hidden.place == own.place and name not in hidden.noticed_by:
            assert hidden.name not in {other.name for other in asked.perceives.here}  # type: ignore[attr-defined]


def _has_heard(table: Table, name: str, version: str) -> bool:
    (known,) = (one.knows for one in table.campaign.setting.characters if one.persona.name == name)
    from_start = (secret.truth for secret in table.campaign.setting.secrets if secret.name in known)
    return version in from_start or any(
        event.text == version for event in of(Learned, table.events) if event.agent == name
    )


def test_where_others_are_is_what_one_saw_last_not_what_is_so() -> None:
    table = Table(a_setting(HALL, someone("Mira", "Hall"), someone("Tom", "Hall"), someone("Ada", "Yard")))
    table.deed("Tom", Move(to="Yard"))
    table.deed("Tom", Move(to="Barn"))
    last_seen = {seen.what: seen.place for seen in table.asked("Mira").perceives.last_seen}
    assert last_seen["Tom"] == "Yard"
    assert table.agent("Tom").place == "Barn"


def test_belief_and_truth_may_differ_and_both_can_be_looked_at() -> None:
    well = Secret(name="the well", truth="It is poisoned.", twisted=("It is holy.",))
    people = (
        someone("Mira", "Hall", knows=("the well",), bonds={"Tom": -60}, cunning=0.9),
        someone("Tom", "Hall"),
    )
    table = Table(a_setting(HALL, *people, secrets=(well,)))
    table.deed("Mira", Talk(to="Tom", about="the well"))
    (belief,) = table.asked("Tom").perceives.believes
    assert (belief.text, belief.source) == ("It is holy.", "Mira")
    assert "true" not in msgspec.to_builtins(belief)
    everything = table.campaign.view(table.state, None)
    assert everything["agents"]["Tom"]["beliefs"]["the well"]["true"] is False
    assert everything["agents"]["Mira"]["beliefs"]["the well"]["true"] is True


def test_a_sneaking_agent_is_in_the_outlook_of_who_noticed_it_alone() -> None:
    people = (someone("Mira", "Yard"), *(someone(name, "Hall") for name in ("Ada", "Ben", "Cid", "Dee")))
    for table in tables(a_setting(HALL, *people), seeds=20):
        table.deed("Mira", Sneak(to="Hall"), hard=EASY)
        table.step()
        noticed = {event.agent for event in of(Noticed, table.events)}
        for asked in table.campaign.observe(table.state):
            if asked.agent != "Mira" and table.agent("Mira").hidden:
                assert ("Mira" in {other.name for other in asked.perceives.here}) == (asked.agent in noticed)


def test_attention_is_bounded_and_keeps_what_matters() -> None:
    crowd = tuple(someone(f"P{number:02}", "Hall") for number in range(40))
    well = Secret(name="the well", truth="It is poisoned.", place="Hall")
    table = Table(a_setting(HALL, *crowd, secrets=(well,)))
    table.turn({f"P{number:02}": Investigate() for number in range(40)})
    asked = {one.agent: one for one in (table.step() and table.campaign.observe(table.state))}
    learned = {event.agent for event in of(Learned, table.events)}
    assert len(learned) > 5
    for name, one in asked.items():
        assert len(one.events) <= EVENTS_MAX
        assert all(name in event.seen_by for event in one.events)
        assert (name in learned) == any(isinstance(event, Learned) for event in one.events)
        assert len(one.perceives.here) == COMPANY_MAX
        assert one.perceives.crowd == 39 - COMPANY_MAX
        assert len(one.perceives.last_seen) <= ABSENT_MAX
        assert len(one.options) <= OPTIONS_MAX


def test_an_outlook_can_be_written_down_and_read_back() -> None:
    """It is fit to be put before a model."""
    table = Table(the_mill())
    asked = table.asked("Ada Lorne")
    data = msgspec.json.encode(asked.perceives)
    assert msgspec.json.decode(data, type=Outlook) == asked.perceives
    assert "mill" in asked.perceives.description or asked.perceives.description
    assert asked.schema()["anyOf"]


def test_an_outlook_does_not_change_when_the_world_does() -> None:
    table = Table(the_mill())
    asked = table.asked("Ada Lorne")
    before = plain(asked)
    table.by_rules(turns=3)
    assert plain(asked) == before


@pytest.mark.parametrize("name", ["Ada Lorne", "Hal Oakes"])
def test_the_view_of_an_agent_is_its_own_side(name: str) -> None:
    table = Table(the_mill())
    table.by_rules(turns=5)
    view = table.campaign.view(
        table.state, next(agent for agent in table.campaign.agents(table.state) if agent == name)
    )
    assert view["agent"] == name
    assert "the fever" not in plain(view), "a hidden clock"
    assert set(view["beliefs"]) == set(table.agent(name).beliefs)
    assert all(set(belief) == {"text", "source", "sure"} for belief in view["beliefs"].values())


def test_the_keepers_view_tells_everything() -> None:
    table = Table(the_mill())
    table.by_rules(turns=3)
    view = table.campaign.view(table.state, None)
    assert {"turn", "phase", "tension", "places", "clocks", "threats", "agents", "stances"} <= set(view)
    assert view["clocks"]["the fever"]["hidden"] is True
    standing = [name for place in view["places"].values() for name in place["agents"]]
    assert sorted(standing) == [name for name, agent in view["agents"].items() if agent["status"] == "active"]
    msgspec.json.encode(view)


def test_what_is_near_comes_first_in_what_one_recalls() -> None:
    rooms = tuple(Place(name=f"R{number}", description="") for number in range(3))
    table = Table(a_setting(rooms, someone("Mira", "R0"), someone("Tom", "R0")))
    asked = table.asked("Mira")
    assert [other.name for other in asked.perceives.here] == ["Tom"]
    assert the(type(asked.perceives.here[0]), asked.perceives.here).condition == "unhurt"


def test_who_is_not_where_one_thought_is_looked_for_elsewhere() -> None:
    table = Table(a_setting(HALL, someone("Mira", "Hall"), someone("Tom", "Hall"), someone("Ada", "Yard")))
    table.deed("Tom", Move(to="Yard"))
    table.turn({"Mira": Move(to="Yard"), "Tom": Move(to="Barn")})
    assert table.agent("Mira").sightings["Tom"].place == "Yard", "they passed each other"
    table.step()
    assert "Tom" not in table.agent("Mira").sightings
