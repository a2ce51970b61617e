"""The director: what it is shown, how it rules, when it lets something go wrong; and the tension that it follows."""

from itertools import pairwise
from typing import Any

import pytest
from tests.environments.campaign.mill import the_mill
from tests.environments.campaign.table import Table, a_setting, answer, of, someone, tables, the

from fabula.engine.chance import Chance
from fabula.engine.values import Action
from fabula.environments.campaign import DIRECTOR, DirectorRules
from fabula.environments.campaign.actions import (
    Adjudicate,
    Attack,
    Attempt,
    Defend,
    Direct,
    Investigate,
    Persuade,
    Rest,
)
from fabula.environments.campaign.director import Docket, Prospect, direct
from fabula.environments.campaign.events import Complicated, Refused, Searched, TurnBegan, TurnEnded
from fabula.environments.campaign.setting import Clock, Complication
from fabula.environments.campaign.state import Phase
from fabula.environments.campaign.tension import act_of, target

PEOPLE = (someone("Mira", "Hall"), someone("Tom", "Hall", bonds={"Mira": -60}))
HALL = {"Hall": "Yard", "Yard": ""}


def a_docket(**more: Any) -> Docket:
    told: dict[str, Any] = {
        "turn": 5,
        "turns": 12,
        "question": "",
        "act": "rising",
        "act_began": False,
        "tension": 50,
        "target": 50,
        "rested": 3,
    }
    return Docket(phase=Phase.CONSEQUENCES, **{**told, "prospects": (Prospect(name="a slip", tension=10),), **more})


def test_the_director_is_shown_each_deed_with_its_standard_difficulty() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    table.step()
    table.step({"Mira": Persuade(whom="Tom"), "Tom": Attempt(text="I search the hall")})
    (asked,) = table.campaign.observe(table.state)
    assert asked.agent == DIRECTOR
    mira, tom = asked.perceives.deeds
    assert (mira.agent, mira.difficulty) == ("Mira", 16)
    assert (tom.read_as, tom.target, tom.difficulty) == ("investigate", "Hall", 12)


def test_the_rules_leave_difficulties_to_the_standard_table_and_read_what_is_free() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    table.step()
    table.step({"Mira": Persuade(whom="Tom"), "Tom": Attempt(text="I search the hall")})
    (asked,) = table.campaign.observe(table.state)
    ruling = answer(DirectorRules(Chance(1)), asked)
    assert ruling == Adjudicate(readings={"Tom": "investigate"}, targets={"Tom": "Hall"})


def test_a_ruled_difficulty_counts_within_bounds() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    assert [the(Searched, table.deed("Mira", Investigate(), hard=hard)).against for hard in (-9, 5, 18, 999)] == [
        5,
        5,
        18,
        25,
    ]


def test_a_ruling_on_nobody_in_particular_is_no_matter() -> None:
    ruling = Adjudicate(difficulties={"Nobody": 7}, readings={"": "x"}, targets={"Mira": "x"})
    table = Table(a_setting(HALL, *PEOPLE))
    assert of(Refused, table.turn({"Mira": Investigate()}, ruling=ruling)) == []


def test_a_director_that_answers_nothing_leaves_all_to_the_standard_table() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    events = [*table.step(), *table.step({"Mira": Investigate()}), *table.step(), *table.step()]
    assert the(Searched, events).against == 11
    assert len(of(TurnEnded, events)) == 1


@pytest.mark.parametrize(
    ("docket", "struck"),
    [
        (a_docket(), False),
        (a_docket(tension=39), False),
        (a_docket(tension=38), True),
        (a_docket(tension=38, rested=1), False),
        (a_docket(tension=25, rested=1), True),
        (a_docket(act_began=True), True),
        (a_docket(act_began=True, rested=1), False),
        (a_docket(quiet=True, rested=0), True),
        (a_docket(tension=0, prospects=()), False),
    ],
)
def test_something_goes_wrong_when_tension_sags_or_an_act_begins_or_nothing_happened(
    docket: Docket, struck: bool
) -> None:
    chosen = direct(docket, Chance(1).stream("x"))
    assert (chosen.complication == "a slip") == struck
    assert bool(chosen.reason) == struck


def test_the_fittest_complications_are_preferred() -> None:
    prospects = tuple(Prospect(name=f"c{tension}", tension=tension) for tension in (0, 20, 40, 50))
    docket = a_docket(tension=0, prospects=prospects)
    chosen = {direct(docket, Chance(seed).stream("x")).complication for seed in range(40)}
    assert chosen == {"c40", "c50"}


def test_complications_that_want_more_tension_are_not_shown() -> None:
    calm = Complication(name="calm", texts=("Rain.",))
    wild = Complication(name="wild", texts=("Fire.",), tension=80)
    table = Table(a_setting(HALL, *PEOPLE, complications=(calm, wild)))
    for _ in range(3):
        table.step()
    (asked,) = table.campaign.observe(table.state)
    assert [prospect.name for prospect in asked.perceives.prospects] == ["calm"]


def test_no_complication_strikes_twice_and_a_run_sees_several() -> None:
    several = 0
    for table in tables(the_mill(), seeds=12):
        struck = [event.complication for event in of(Complicated, table.by_rules())]
        assert len(struck) == len(set(struck))
        several += len(struck) >= 2
    assert several >= 8


def test_a_run_in_which_nobody_does_anything_is_not_left_alone() -> None:
    nothing = tuple(Complication(name=f"c{number}", texts=("It happened.",)) for number in range(20))
    table = Table(a_setting(HALL, *PEOPLE, complications=nothing))
    rules = DirectorRules(table.chance)
    while table.state.ended is None:
        asked = table.campaign.observe(table.state)
        table.step({one.agent: answer(rules, one) for one in asked if one.agent == DIRECTOR})
    assert len(of(Complicated, table.events)) == 12


# --- tension ---


def test_the_acts_follow_one_another() -> None:
    acts = [act_of(turn, 12) for turn in range(1, 13)]
    assert list(dict.fromkeys(acts)) == ["setup", "rising", "crisis", "climax", "falling"]
    assert act_of(1, 1) == "falling"


@pytest.mark.parametrize("turns", [1, 2, 5, 12, 100])
def test_the_curve_rises_to_its_height_and_falls_from_there(turns: int) -> None:
    curve = [target(turn, turns) for turn in range(1, turns + 1)]
    height = curve.index(max(curve))
    assert all(low <= high for low, high in pairwise(curve[: height + 1]))
    assert all(high >= low for high, low in pairwise(curve[height:]))
    assert all(0 <= each <= 100 for each in curve)


def test_wounds_threats_and_clocks_make_tension() -> None:
    def tension(*, wounded: bool = False, filled: int = 0) -> int:
        clock = Clock(name="doom", description="", segments=10, filled=filled, bad_for=("the Reds",))
        table = Table(a_setting(HALL, *PEOPLE, clocks=(clock,)))
        if wounded:
            table.agent("Tom").vigour = 1
        return the(TurnEnded, table.turn({"Mira": Rest(), "Tom": Rest()})).tension

    assert tension() < tension(wounded=True)
    assert tension() < tension(filled=5) < tension(filled=9)


def test_tension_follows_the_curve_over_many_runs() -> None:
    """In the mill's flood, under many seeds, the mean of the last third is well above that of the first."""
    first, last = [], []
    for table in tables(the_mill(), seeds=16):
        began = of(TurnBegan, table.by_rules())
        third = max(1, len(began) // 3)
        first += [event.tension for event in began[:third]]
        last += [event.tension for event in began[-third:]]
    assert sum(last) / len(last) > sum(first) / len(first) + 20


def test_the_director_brings_tension_nearer_to_the_curve_than_none_would() -> None:
    def miss(*, directed: bool) -> float:
        missed = []
        for seed in range(16):
            table = Table(the_mill(), seed=seed)
            while table.state.ended is None:
                ended = of(TurnEnded, _step(table, directed=directed))
                missed += [max(0, target(event.turn, table.campaign.turns) - event.tension) for event in ended]
        return sum(missed) / len(missed)

    assert miss(directed=True) < miss(directed=False)


def _step(table: Table, *, directed: bool) -> list[object]:
    """A step in which everyone rests, so that only the director, if there is one, stirs anything."""
    answers: dict[str, Action] = {}
    for asked in table.campaign.observe(table.state):
        if asked.agent != DIRECTOR:
            answers[asked.agent] = Rest()
        elif directed:
            answers[asked.agent] = answer(DirectorRules(table.chance), asked)
    return table.step(answers)


def test_only_the_director_rules_and_directs() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    table.step()
    refused = of(Refused, table.step({"Mira": Direct(complication="x"), "Tom": Adjudicate(), DIRECTOR: Defend()}))
    assert [(event.agent, event.why) for event in refused] == [
        ("Mira", "that is not for this seat to decide"),
        ("Tom", "that is not for this seat to decide"),
        ("director", "that is not for this seat to decide"),
    ]
    assert of(Refused, table.step({DIRECTOR: Attack(target="Tom")}))
