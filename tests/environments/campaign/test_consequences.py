"""The end of a turn: clocks, threats, effects, and answers to the campaign's question."""

import pytest
from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, seen, someone, tables, the

from fabula.environments.campaign.actions import Adjudicate, Attack, Defend, Direct, Investigate, Move, Rest
from fabula.environments.campaign.events import (
    Appeared,
    Attacked,
    ClockMoved,
    Complicated,
    Refused,
    ThreatArrived,
    ThreatMoved,
    TurnEnded,
    WayChanged,
    Wounded,
)
from fabula.environments.campaign.setting import (
    Advance,
    AnyEffect,
    Appear,
    Arrive,
    Block,
    Clock,
    Complication,
    Deed,
    Harm,
    Open,
    Place,
    Sway,
    Thing,
    Threat,
    Way,
    Weaken,
)

LINE = {"Hall": "Yard", "Yard": "Barn", "Barn": ""}
MIRA, TOM = someone("Mira", "Hall", faction="the Reds"), someone("Tom", "Barn", faction="the Blues")


# --- clocks ---


def test_a_clock_moves_by_itself_and_stops_when_it_is_full() -> None:
    clock = Clock(name="dusk", description="", segments=3, filled=1, each_turn=1)
    table = Table(a_setting(LINE, MIRA, TOM, clocks=(clock,)))
    moved = [event for _ in range(4) for event in of(ClockMoved, table.turn())]
    assert [(event.filled, event.because) for event in moved] == [(2, "time"), (3, "time")]


@pytest.mark.parametrize(
    ("deed", "moves"),
    [
        (Deed(kind="rest"), True),
        (Deed(kind="rest", place="Hall"), True),
        (Deed(kind="rest", place="Yard"), False),
        (Deed(kind="rest", faction="the Blues"), False),
        (Deed(kind="rest", faction="the Reds"), True),
        (Deed(kind="wait"), False),
        (Deed(kind="rest", on="failure"), False),
        (Deed(kind="rest", on="any"), True),
        (Deed(kind="rest", target="Tom"), False),
    ],
)
def test_a_deed_moves_a_clock_when_all_that_is_set_fits(deed: Deed, moves: bool) -> None:
    clock = Clock(name="peace", description="", segments=4, moved_by=(deed,))
    table = Table(a_setting(LINE, MIRA, clocks=(clock,)))
    moved = of(ClockMoved, table.deed("Mira", Rest()))
    assert [(event.by, event.because) for event in moved] == ([(1, "Mira")] if moves else [])


def test_a_clock_may_wait_for_failure_or_for_a_target() -> None:
    failing = Deed(kind="investigate", on="failure", by=-1)
    aimed = Deed(kind="attack", target="the rats", on="any", by=2)
    clock = Clock(name="peace", description="", segments=9, filled=4, moved_by=(failing, aimed))
    rats = Threat(name="the rats", description="", place="Hall", harm=0, strength=50)
    table = Table(a_setting(LINE, MIRA, clocks=(clock,), threats=(rats,)))
    assert the(ClockMoved, table.deed("Mira", Investigate(), hard=HARD)).by == -1
    assert of(ClockMoved, table.deed("Mira", Investigate(), hard=EASY)) == []
    assert the(ClockMoved, table.deed("Mira", Attack(target="rats"))).by == 2


def test_many_hands_make_a_clock_no_faster() -> None:
    clock = Clock(
        name="peace", description="", segments=9, moved_by=(Deed(kind="rest"), Deed(kind="rest", place="Barn"))
    )
    table = Table(a_setting(LINE, MIRA, TOM, someone("Ada", "Hall"), clocks=(clock,)))
    moved = of(ClockMoved, table.turn({"Mira": Rest(), "Ada": Rest(), "Tom": Rest()}))
    assert [event.by for event in moved] == [1, 1], "each line of a clock's `moved_by` counts once a turn"


def test_a_clock_never_leaves_its_bounds() -> None:
    clock = Clock(
        name="peace", description="", segments=3, filled=1, moved_by=(Deed(kind="rest", by=-5), Deed(kind="wait", by=9))
    )
    table = Table(a_setting(LINE, MIRA, clocks=(clock,)))
    assert the(ClockMoved, table.deed("Mira", Rest())).by == -1
    assert of(ClockMoved, table.deed("Mira", Rest())) == []
    assert the(ClockMoved, table.turn()).by == 3


def test_a_hidden_clock_is_seen_by_nobody_and_a_public_one_by_all() -> None:
    clocks = (
        Clock(name="dusk", description="", segments=3, each_turn=1),
        Clock(name="the sap", description="", segments=3, each_turn=1, hidden=True),
    )
    moved = of(ClockMoved, Table(a_setting(LINE, MIRA, TOM, clocks=clocks)).turn())
    assert {event.clock: seen(event) for event in moved} == {"dusk": {"Mira", "Tom"}, "the sap": set()}


def test_a_full_clock_has_its_effects_once_and_may_fill_another() -> None:
    clocks = (
        Clock(name="one", description="", segments=1, each_turn=1, effects=(Advance(clock="two", by=9),)),
        Clock(name="two", description="", segments=2, effects=(Harm(harm=1, place="Hall"),)),
    )
    table = Table(a_setting(LINE, MIRA, TOM, clocks=clocks))
    first, second = table.turn(), table.turn()
    assert [(event.clock, event.because) for event in of(ClockMoved, first)] == [("one", "time"), ("two", "one")]
    assert the(Wounded, first).by == "two"
    assert of(Wounded, second) == []


# --- effects ---


def happening(*effects: AnyEffect, **more: object) -> tuple[Table, list[object]]:
    """A turn at whose end these effects happen."""
    clock = Clock(name="doom", description="", segments=1, each_turn=1, effects=effects)
    table = Table(a_setting(LINE, MIRA, TOM, clocks=(clock,), **more))
    return table, table.turn()


def test_a_way_can_be_closed_and_opened_and_those_at_its_ends_see_it() -> None:
    table, events = happening(Block(between=("Yard", "Hall")))
    changed = the(WayChanged, events)
    assert (changed.between, changed.open, seen(changed)) == (("Hall", "Yard"), False, {"Mira"})
    assert of(Refused, table.deed("Mira", Move(to="Yard")))


def test_an_effect_can_make_a_way_where_there_was_none() -> None:
    table, events = happening(Open(between=("Hall", "Barn")))
    assert seen(the(WayChanged, events)) == {"Mira", "Tom"}
    table.deed("Mira", Move(to="Barn"))
    assert table.agent("Mira").place == "Barn"


def test_opening_a_hidden_way_makes_it_known_to_everyone() -> None:
    rooms = (
        Place(name="Hall", description="", ways=(Way(to="Crypt", hidden=True),)),
        Place(name="Crypt", description=""),
    )
    clock = Clock(name="doom", description="", segments=1, each_turn=1, effects=(Open(between=("Crypt", "Hall")),))
    table = Table(a_setting(rooms, someone("Mira", "Hall"), clocks=(clock,)))
    assert table.asked("Mira").perceives.ways == ()
    for _ in range(3):
        table.step()
    assert [way.to for way in table.asked("Mira").perceives.ways] == ["Crypt"]


def test_an_object_appears_once_and_not_if_somebody_has_it() -> None:
    lamp = Thing(name="the lamp", description="")
    table, events = happening(
        Appear(object="the lamp", place="Barn"), Appear(object="the lamp", place="Hall"), things=(lamp,)
    )
    assert (the(Appeared, events).place, table.state.items["the lamp"].place) == ("Barn", "Barn")


def test_harm_strikes_no_more_than_it_says_and_only_where_it_says() -> None:
    table, events = happening(Harm(harm=9, place="Hall", most=1))
    assert [event.who for event in of(Wounded, events)] == ["Mira"]
    assert table.agent("Tom").vigour == table.agent("Tom").vigour_max


def test_a_stance_stays_within_its_scale() -> None:
    table, _ = happening(
        Sway(faction="the Reds", toward="the Blues", by=-90), Sway(faction="the Reds", toward="the Blues", by=-90)
    )
    assert table.state.stances["the Reds"]["the Blues"] == -100


# --- threats ---


def test_a_threat_comes_in_its_turn_and_everyone_hears_of_it() -> None:
    fire = Threat(name="the fire", description="Hot.", place="Yard", arrives=2)
    table = Table(a_setting(LINE, MIRA, TOM, threats=(fire,)))
    assert of(ThreatArrived, table.turn()) == []
    arrived = the(ThreatArrived, table.turn())
    assert (arrived.place, seen(arrived)) == ("Yard", {"Mira", "Tom"})


def test_a_threat_that_waits_for_an_effect_comes_only_by_it() -> None:
    fire = Threat(name="the fire", description="", place="Yard", arrives=-1)
    table, events = happening(Arrive(threat="the fire", place="Barn"), threats=(fire,))
    assert the(ThreatArrived, events).place == "Barn"
    assert of(ThreatArrived, table.turn()) == []


def test_a_threat_makes_its_way_and_then_has_its_way() -> None:
    mob = Threat(name="the mob", description="", place="Hall", toward="Barn", advances="ruin", harm=0)
    ruin = Clock(name="ruin", description="", segments=9)
    table = Table(a_setting(LINE, someone("Ada", "Yard"), threats=(mob,), clocks=(ruin,)))
    events = [event for _ in range(4) for event in table.turn()]
    assert [(event.origin, event.to) for event in of(ThreatMoved, events)] == [("Hall", "Yard"), ("Yard", "Barn")]
    assert [event.because for event in of(ClockMoved, events)] == ["the mob", "the mob"]


def test_a_defence_or_a_blow_holds_a_threat_up() -> None:
    mob = Threat(name="the mob", description="", place="Hall", toward="Barn", harm=0, strength=99)
    for deed in (Defend(), Attack(target="the mob")):
        table = Table(a_setting(LINE, MIRA, threats=(mob,)))
        assert of(ThreatMoved, table.deed("Mira", deed, hard=EASY)) == []
        assert len(of(ThreatMoved, table.deed("Mira", deed, hard=HARD))) == 1


def test_a_threat_strikes_one_who_is_there_and_spares_those_it_serves() -> None:
    mob = Threat(name="the mob", description="", place="Hall", faction="the Reds", difficulty=20)
    people = (MIRA, someone("Ben", "Hall", faction="the Blues"), TOM)
    for table in tables(a_setting(LINE, *people, threats=(mob,)), seeds=10):
        assert the(Attacked, table.turn()).target == "Ben"
    alone = Table(a_setting(LINE, MIRA, threats=(mob,)))
    assert of(Attacked, alone.turn()) == []


def test_a_guard_draws_a_threats_blow_upon_itself() -> None:
    mob = Threat(name="the mob", description="", place="Hall")
    table = Table(a_setting(LINE, MIRA, someone("Ben", "Hall"), threats=(mob,)))
    for _ in range(4):
        struck = the(Attacked, table.deed("Ben", Defend(), hard=EASY)).target
        assert struck == "Ben" or not table.agent("Ben").guard


def test_a_threat_can_be_weakened_before_it_comes() -> None:
    mob = Threat(name="the mob", description="", place="Hall", arrives=3, strength=2)
    table, _ = happening(Weaken(threat="the mob", strength=5), threats=(mob,))
    assert table.state.dangers["the mob"].beaten
    assert not [event for _ in range(4) for event in of(ThreatArrived, table.turn())]


# --- the turn's close ---


def test_a_turns_figures_are_what_happened_in_it() -> None:
    mob = Threat(name="the mob", description="", place="Hall", harm=0, strength=99)
    table = Table(a_setting(LINE, MIRA, TOM, threats=(mob,)))
    ruling = Adjudicate(difficulties={"Mira": EASY})
    ended = the(TurnEnded, table.turn({"Mira": Attack(target="mob"), "Tom": Move(to="Nowhere")}, ruling=ruling))
    assert (ended.turn, ended.deeds, ended.successes, ended.harm) == (1, 2, 1, 0)
    assert seen(ended) == {"Mira", "Tom"}


def test_a_complication_strikes_once_and_where_it_is_told_to() -> None:
    slip = Complication(name="a slip", texts=("The bank slid.",), place="Barn", effects=(Harm(harm=1),))
    table = Table(a_setting(LINE, MIRA, TOM, complications=(slip,)))
    events = table.turn(direct=Direct(complication="a slip", place="Hall"))
    assert (the(Complicated, events).text, the(Complicated, events).place) == ("The bank slid.", "Hall")
    assert the(Wounded, events).who == "Mira"
    again = table.turn(direct=Direct(complication="a slip"))
    assert of(Complicated, again) == []
    assert the(Refused, again).why == "it has struck already"
    unknown = the(Refused, table.turn(direct=Direct(complication="a slop")))
    assert "no such complication" in unknown.why
    assert seen(unknown) == set()
