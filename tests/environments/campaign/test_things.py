"""Objects: taken, stolen, given, used."""

import pytest
from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, seen, someone, tables, the

from fabula.environments.campaign.actions import Adjudicate, Give, Take, Use
from fabula.environments.campaign.events import BondChanged, ClockMoved, Gave, Learned, Refused, Took, Used
from fabula.environments.campaign.setting import Advance, Clock, Heal, Reveal, Secret, Thing

HALL = {"Hall": "Yard", "Yard": ""}
MIRA, TOM, ADA = someone("Mira", "Hall"), someone("Tom", "Hall", carries=("the key",)), someone("Ada", "Hall")
KEY, LAMP = Thing(name="the key", description=""), Thing(name="the lamp", description="", place="Hall")
SETTING = a_setting(HALL, MIRA, TOM, ADA, things=(KEY, LAMP))


def test_what_lies_there_can_be_taken_by_one_only() -> None:
    first = set()
    for table in tables(SETTING, seeds=20):
        ruling = Adjudicate(difficulties={"Mira": EASY, "Ada": EASY})
        events = table.turn({"Mira": Take(object="lamp"), "Ada": Take(object="lamp")}, ruling=ruling)
        if of(Refused, events):
            took = the(Took, events).agent
            assert table.state.items["the lamp"].holder == took
            assert the(Refused, events).why == f"no 'lamp' lies here; {took} has it."
            first.add(took)
    assert first == {"Ada", "Mira"}, "the order of a turn is drawn"


def test_who_is_robbed_and_notices_does_not_like_it() -> None:
    table = next(
        table for table in tables(SETTING) if _take(table).outcome == "success" and table.state.items["the key"].holder
    )
    took = the(Took, table.events)
    assert (took.from_whom, seen(took)) == ("Tom", {"Mira", "Tom"})
    assert table.state.items["the key"].holder == "Mira"
    assert the(BondChanged, table.events).because == "robbed"


def test_a_masterly_theft_is_seen_by_nobody_and_resented_by_nobody() -> None:
    deft = a_setting(HALL, someone("Mira", "Hall", greed=0.9), TOM, ADA, things=(KEY, LAMP))
    table = next(table for table in tables(deft, seeds=200) if _take(table).outcome == "triumph")
    assert seen(the(Took, table.events)) == {"Mira"}
    assert of(BondChanged, table.events) == []
    assert table.state.items["the key"].holder == "Mira"


def test_a_failed_theft_is_seen_by_all_and_leaves_the_thing_where_it_was() -> None:
    table = Table(SETTING)
    took = the(Took, table.deed("Mira", Take(object="key", from_whom="Tom"), hard=HARD))
    assert seen(took) == {"Ada", "Mira", "Tom"}
    assert table.state.items["the key"].holder == "Tom"


def test_a_gift_changes_hands_and_is_liked() -> None:
    table = Table(SETTING)
    events = table.deed("Tom", Give(object="key", to="Ada"))
    assert (the(Gave, events).to, table.state.items["the key"].holder) == ("Ada", "Ada")
    assert (the(BondChanged, events).agent, the(BondChanged, events).by) == ("Ada", 10)


@pytest.mark.parametrize(
    "action", [Give(object="the lamp", to="Tom"), Use(object="the lamp"), Take(object="the key", from_whom="Ada")]
)
def test_nobody_gives_or_uses_what_they_do_not_carry_or_takes_what_is_not_there(action: Give | Use | Take) -> None:
    table = Table(SETTING)
    assert the(Refused, table.deed("Mira", action)).agent == "Mira"
    assert (table.state.items["the lamp"].place, table.state.items["the key"].holder) == ("Hall", "Tom")


def test_an_object_works_only_where_it_works_and_as_often_as_it_works() -> None:
    bell = Thing(name="the bell", description="", where="Hall", uses=2, effects=(Advance(clock="dawn"),))
    dawn = Clock(name="dawn", description="", segments=9)
    here = Table(a_setting(HALL, someone("Mira", "Hall", carries=("the bell",)), things=(bell,), clocks=(dawn,)))
    events = [event for _ in range(3) for event in here.deed("Mira", Use(object="the bell"))]
    assert [event.spent for event in of(Used, events)] == [False, True]
    assert len(of(ClockMoved, events)) == 2
    assert here.state.items["the bell"].spent
    there = Table(a_setting(HALL, someone("Mira", "Yard", carries=("the bell",)), things=(bell,), clocks=(dawn,)))
    assert the(Refused, there.deed("Mira", Use(object="the bell"))).why == "the bell is of use only at Hall"


def test_a_remedy_heals_whom_it_is_used_on_and_is_not_wasted_on_the_whole() -> None:
    salve = Thing(name="the salve", description="", uses=1, effects=(Heal(vigour=2),))
    table = Table(a_setting(HALL, someone("Mira", "Hall", carries=("the salve",)), ADA, things=(salve,)))
    assert "no wound" in the(Refused, table.deed("Mira", Use(object="salve", on="Ada"))).why
    table.agent("Ada").vigour = 1
    assert the(Used, table.deed("Mira", Use(object="salve", on="Ada"))).healed == 2
    assert table.agent("Ada").vigour == 3


def test_a_document_read_out_tells_everyone_there() -> None:
    deed = Thing(name="the deed", description="", uses=1, effects=(Reveal(secret="the heir"),))
    heir = Secret(name="the heir", truth="Ada is the heir.")
    people = (someone("Mira", "Hall", carries=("the deed",)), ADA, someone("Ben", "Yard"))
    table = Table(a_setting(HALL, *people, things=(deed,), secrets=(heir,)))
    learned = of(Learned, table.deed("Mira", Use(object="the deed")))
    assert [(event.agent, event.source, event.true) for event in learned] == [
        ("Ada", "seen", True),
        ("Mira", "seen", True),
    ]
    assert table.state.out == ["the heir"]


def test_picking_up_is_easy_unless_foes_look_on() -> None:
    calm = Table(SETTING)
    watched = Table(a_setting(HALL, MIRA, someone("Ada", "Hall", bonds={"Mira": -60}), things=(LAMP,)))
    assert the(Took, calm.deed("Mira", Take(object="lamp"))).against == EASY
    assert the(Took, watched.deed("Mira", Take(object="lamp"))).against == 10


def _take(table: Table) -> Took:
    return the(Took, table.deed("Mira", Take(object="key", from_whom="Tom")))
