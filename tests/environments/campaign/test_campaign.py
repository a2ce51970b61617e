"""The campaign as an environment: repeatable, whole at every step, and never thrown by what it is told."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.environments.campaign.mill import the_mill
from tests.environments.campaign.table import Table, a_setting, of, seen, someone, the

from fabula.agents.persona import Persona
from fabula.engine.digest import canonical
from fabula.engine.values import Acted, AgentId
from fabula.environments.campaign import DIRECTOR, Campaign, actions
from fabula.environments.campaign.actions import Adjudicate, Attempt, Direct, Investigate, Move, Talk, Wait
from fabula.environments.campaign.events import Joined, Learned, Refused, Waited
from fabula.environments.campaign.setting import Character, Setting
from fabula.environments.campaign.state import Phase, Status
from fabula.errors import UsageError

HALL = {"Hall": "Yard", "Yard": ""}
MIRA, TOM = someone("Mira", "Hall"), someone("Tom", "Hall")


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    def played(seed: int) -> bytes:
        return canonical(Table(the_mill(), seed=seed).by_rules())

    assert played(3) == played(3)
    assert played(3) != played(4)


def test_one_campaign_plays_many_runs_without_mixing_them_up() -> None:
    """What it remembers of one run (routes, roles) must not show in another one."""
    table, other = Table(the_mill(), seed=5), Table(the_mill(), seed=6)
    other.campaign = table.campaign
    expected = [canonical(Table(the_mill(), seed=seed).by_rules()) for seed in (5, 6)]
    while table.state.ended is None or other.state.ended is None:
        table.by_rules(turns=1)
        other.by_rules(turns=1)
    assert [canonical(table.events), canonical(other.events)] == expected


def test_a_state_restored_at_any_step_plays_on_like_the_one_it_was_taken_from() -> None:
    straight = Table(the_mill(), seed=9)
    straight.by_rules()
    broken = Table(the_mill(), seed=9)
    while broken.state.ended is None:
        data = broken.campaign.snapshot(broken.state)
        # Another campaign, made from what a run keeps: nothing may live outside the state.
        broken.campaign = Campaign.from_setup(broken.campaign.setup())
        broken.state = broken.campaign.restore(data)
        assert broken.campaign.snapshot(broken.state) == data
        broken.step_by_rules()
    assert canonical(broken.events) == canonical(straight.events)
    assert broken.campaign.snapshot(broken.state) == straight.campaign.snapshot(straight.state)


def test_the_setup_gives_an_equal_campaign() -> None:
    campaign = Campaign(the_mill())
    again = Campaign.from_setup(campaign.setup())
    assert again.setting == campaign.setting
    assert again.setup() == campaign.setup()
    with pytest.raises(UsageError, match="cannot be read"):
        Campaign.from_setup(b"{}")


def test_a_setting_that_refers_to_nothing_does_not_start() -> None:
    with pytest.raises(UsageError, match=r"character 'Mira': no place 'Hal'\. Did you mean 'Hall'\?"):
        Campaign(a_setting(HALL, someone("Mira", "Hal")))


def test_a_turn_is_four_steps_that_ask_nobody_everybody_and_twice_the_director() -> None:
    table = Table(a_setting(HALL, MIRA, TOM))
    asked = []
    for _ in range(8):
        asked.append([one.agent for one in table.campaign.observe(table.state)])
        table.step_by_rules()
    assert asked == [[], ["Mira", "Tom"], [DIRECTOR], [DIRECTOR]] * 2
    assert table.state.phase is Phase.PERCEIVE
    assert table.campaign.agents(table.state) == ("Mira", "Tom", DIRECTOR)


def test_who_answers_a_step_late_is_still_in_time_and_two_steps_late_is_refused() -> None:
    table = Table(a_setting(HALL, MIRA, TOM))
    table.step()
    table.step({"Tom": Wait()})
    events = _late(table, "Mira", Investigate(), asked=1)
    assert [event.agent for event in of(Waited, events)] == ["Tom"]
    refused = the(Refused, _late(table, "Mira", Investigate(), asked=1))
    assert "nobody was asked" in refused.why
    assert seen(refused) == {"Mira"}


def test_who_was_not_asked_or_is_unknown_is_refused() -> None:
    table = Table(a_setting(HALL, MIRA, TOM))
    events = table.step({"Mira": Wait(), "Zoë": Wait(), DIRECTOR: Direct()})
    assert [(event.agent, seen(event)) for event in of(Refused, events)] == [
        ("Mira", {"Mira"}),
        ("Zoë", set()),
        ("director", set()),
    ]


def test_everyone_joins_at_the_start_and_is_seen_by_those_who_are_there() -> None:
    she = Character(persona=Persona(name="Ada", history="She was here before her brother; she stayed."), place="Yard")
    joined = of(Joined, Table(a_setting(HALL, MIRA, TOM, she)).step())
    assert {event.agent: seen(event) for event in joined} == {
        "Ada": {"Ada"},
        "Mira": {"Mira", "Tom"},
        "Tom": {"Mira", "Tom"},
    }
    assert joined[0].pronouns == "she/her"


def test_what_stands_in_an_event_is_fit_for_a_log() -> None:
    table = Table(a_setting(HALL, MIRA, TOM))
    table.deed("Mira", Talk(to="Tom", about="\x07\u202e" * 3 + "w" * 9_000, text="a\x00b\n" + "t" * 99_999))
    table.deed("Mira", Move(to="\x1b[2J" + "m" * 9_000))
    for event in table.events:
        for text in (value for value in _texts(event) if value):
            assert text.isprintable()
            assert len(text) <= 2_000


def _late(table: Table, name: str, action: Any, *, asked: int) -> list[Any]:
    given = Acted(agent=AgentId(name), asked=asked, action=action)
    return list(table.campaign.step(table.state, [given], table.chance.at(table.state.step)))


def _texts(event: Any) -> list[str]:
    return [getattr(event, field) for field in event.__struct_fields__ if isinstance(getattr(event, field), str)]


# --- whatever it is told ---

MILL = the_mill()
NAMES = sorted(
    {character.persona.name for character in MILL.characters}
    | {place.name for place in MILL.places}
    | {thing.name for thing in MILL.things}
    | {secret.name for secret in MILL.secrets}
    | {threat.name for threat in MILL.threats}
    | {clock.name for clock in MILL.clocks}
    | {faction.name for faction in MILL.factions}
)
WORDS = st.one_of(
    st.sampled_from(NAMES), st.text(max_size=12), st.sampled_from(["", "the", "x" * 5_000, "\x00\x1b[31m", "a b"])
)
DEEDS = st.one_of(
    *(
        st.builds(
            make, **{field: WORDS for field in make.__struct_fields__ if field not in ("reason", "thoughts", "aloud")}
        )
        for make in (
            actions.Move,
            actions.Sneak,
            actions.Investigate,
            actions.Talk,
            actions.Persuade,
            actions.Threaten,
            actions.Aid,
            actions.Attack,
            actions.Defend,
            actions.Take,
            actions.Give,
            actions.Use,
            actions.Rest,
            actions.Wait,
            actions.Attempt,
            actions.Direct,
        )
    ),
    st.builds(
        Adjudicate,
        difficulties=st.dictionaries(WORDS, st.integers(-(10**6), 10**6), max_size=3),
        readings=st.dictionaries(WORDS, WORDS, max_size=3),
        targets=st.dictionaries(WORDS, WORDS, max_size=3),
    ),
)
SEATS = [*(character.persona.name for character in MILL.characters), DIRECTOR, "Nobody"]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32),
    steps=st.lists(st.dictionaries(st.sampled_from(SEATS), DEEDS, max_size=9), min_size=4, max_size=16),
    commands=st.lists(
        st.one_of(
            st.builds(actions.Remove, agent=WORDS, why=WORDS),
            st.builds(actions.Record, text=WORDS),
            st.builds(actions.Register, character=st.dictionaries(WORDS, WORDS, max_size=3)),
        ),
        max_size=2,
    ),
)
def test_nothing_it_is_told_throws_it_and_the_world_stays_whole(
    seed: int, steps: list[dict[str, Any]], commands: list[Any]
) -> None:
    table = Table(MILL, seed=seed)
    for number, answers in enumerate(steps):
        known = set(table.state.agents)
        happened = table.step(answers, *(commands if number == 2 else ()))
        _check_events(happened, known | set(table.state.agents))
        _check_whole(table)
        canonical(happened)


def _check_events(happened: list[Any], known: set[str]) -> None:
    for event in happened:
        assert list(event.seen_by) == sorted(set(event.seen_by))
        assert set(event.seen_by) <= known
        if isinstance(event, Learned):
            assert event.seen_by == (event.agent,)


def _check_whole(table: Table) -> None:
    state, setting = table.state, table.campaign.setting
    places = {place.name for place in setting.places}
    assert list(state.agents) == sorted(state.agents)
    for agent in state.agents.values():
        assert agent.place in places
        assert 0 <= agent.vigour <= agent.vigour_max
        assert (agent.vigour == 0) <= (agent.status is not Status.ACTIVE)
        assert all(-100 <= bond <= 100 for bond in agent.bonds.values())
        assert all(0 <= belief.sure <= 100 for belief in agent.beliefs.values())
    for thing in setting.things:
        item = state.items[thing.name]
        assert bool(item.place) + bool(item.holder) <= 1
        assert not item.holder or state.agents[item.holder].status is Status.ACTIVE
    for clock in setting.clocks:
        assert 0 <= state.dials[clock.name].filled <= clock.segments
    for threat in setting.threats:
        danger = state.dangers[threat.name]
        assert 0 <= danger.strength <= threat.strength
        assert not (danger.here and danger.beaten)


def test_a_name_may_be_anything_a_persona_may_be_called() -> None:
    odd = [someone(name, "Hall") for name in ("Ö", "a|b", "it's", 'The "Cat"', "the Who", "名前", "x" * 200)]
    setting: Setting = a_setting(HALL, *odd)
    table = Table(setting)
    table.turn({"Ö": Talk(to="名前"), "a|b": Attempt(text="beg the Who")})
    assert table.by_rules(turns=3)
