"""Looking closely: secrets, objects, ways and people that hide; and a detail for who finds nothing."""

from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, seen, someone, tables, the

from fabula.environments.campaign.actions import Investigate, Sneak
from fabula.environments.campaign.events import ClockMoved, Learned, Noticed, Searched
from fabula.environments.campaign.setting import Advance, Clock, Place, Secret, Thing

MIRA, TOM = someone("Mira", "Hall"), someone("Tom", "Hall")
HALL = {"Hall": "Yard", "Yard": ""}
OIL = Secret(name="the watered oil", truth="The oil is half brine.", place="Hall", twisted=("The oil is whale.",))


def test_who_finds_a_secret_knows_the_truth_and_is_sure_of_it() -> None:
    table = Table(a_setting(HALL, MIRA, TOM, secrets=(OIL,)))
    learned = the(Learned, table.deed("Mira", Investigate(), hard=EASY))
    assert (learned.text, learned.source, learned.sure, learned.true) == (OIL.truth, "seen", 100, True)
    assert seen(learned) == {"Mira"}
    assert table.agent("Tom").beliefs == {}


def test_a_secret_is_found_unnoticed_unless_at_a_price() -> None:
    outcomes = set()
    for table in tables(a_setting(HALL, MIRA, TOM, secrets=(OIL,))):
        searched = the(Searched, table.deed("Mira", Investigate()))
        outcomes.add(searched.outcome)
        if searched.found:
            assert seen(searched) == ({"Mira", "Tom"} if searched.outcome == "setback" else {"Mira"})
    assert {"triumph", "success", "setback", "failure"} <= outcomes


def test_a_secret_is_found_once_and_its_effects_happen_once() -> None:
    secret = Secret(name="the key", truth="There is a key.", place="Hall", effects=(Advance(clock="doom", by=2),))
    clock = Clock(name="doom", description="", segments=9)
    table = Table(a_setting(HALL, MIRA, TOM, secrets=(secret,), clocks=(clock,)))
    first = table.deed("Mira", Investigate(), hard=EASY)
    again = table.turn({"Mira": Investigate(), "Tom": Investigate()})
    assert [event.by for event in of(ClockMoved, first + again)] == [2]
    assert all(event.agent == "Tom" for event in of(Learned, again))


def test_a_hidden_object_lies_open_once_found() -> None:
    thing = Thing(name="the lens", description="", place="Hall", hidden=True)
    table = Table(a_setting(HALL, MIRA, TOM, things=(thing,)))
    assert table.asked("Tom").perceives.lies_here == ()
    table.step({})
    table.step({})
    table.step({})
    searched = the(Searched, table.deed("Mira", Investigate(), hard=EASY))
    assert (searched.found, seen(searched)) == ("the lens", {"Mira", "Tom"})
    assert [thing.name for thing in table.asked("Tom").perceives.lies_here] == ["the lens"]


def test_what_somebody_conceals_is_found_by_looking_at_them() -> None:
    letter = Thing(name="the letter", description="", hidden=True)
    setting = a_setting(HALL, MIRA, someone("Tom", "Hall", carries=("the letter",)), things=(letter,))
    assert Table(setting).asked("Mira").perceives.here[0].carries == ()
    table = Table(setting)
    assert the(Searched, table.deed("Mira", Investigate(what="Tom"), hard=EASY)).found == "the letter"
    assert table.asked("Mira").perceives.here[0].carries == ("the letter",)


def test_who_searches_notices_somebody_hiding() -> None:
    table = next(table for table in tables(a_setting(HALL, MIRA, someone("Ada", "Yard"))) if _ada_hides(table))
    noticed = the(Noticed, table.deed("Mira", Investigate(), hard=EASY))
    assert (noticed.agent, noticed.whom, seen(noticed)) == ("Mira", "Ada", {"Mira"})


def test_who_finds_nothing_notices_each_detail_of_a_place_once() -> None:
    hall = Place(name="Hall", description="", details=("a stain", "a draught", "a button"))
    table = Table(a_setting((hall,), MIRA, TOM))
    events = [event for _ in range(4) for event in table.turn({"Mira": Investigate(), "Tom": Investigate()})]
    details = [event.detail for event in of(Searched, events)]
    assert sorted(filter(None, details)) == ["a button", "a draught", "a stain"]


def test_what_one_is_after_is_found_before_what_is_easier() -> None:
    other = Secret(name="the easy one", truth="Easy.", place="Hall", difficulty=5)
    hard = Secret(name="the hard one", truth="Hard.", place="Hall", difficulty=20)
    table = Table(a_setting(HALL, MIRA, secrets=(other, hard)))
    searched = the(Searched, table.deed("Mira", Investigate(what="the hard one"), hard=EASY))
    assert searched.found == "the hard one"


def test_a_search_in_a_perilous_place_can_hurt() -> None:
    reef = Place(name="Reef", description="", peril=80)
    hurt = [
        table for table in tables(a_setting((reef,), someone("Mira", "Reef")), seeds=60) if _hurt_by_searching(table)
    ]
    assert 0 < len(hurt) < 60


def _ada_hides(table: Table) -> bool:
    table.deed("Ada", Sneak(to="Hall"), hard=EASY)
    table.step()
    hidden = table.agent("Ada").hidden and not of(Noticed, table.events)
    for _ in range(3):
        table.step()
    return hidden and table.agent("Ada").hidden


def _hurt_by_searching(table: Table) -> bool:
    table.deed("Mira", Investigate(), hard=HARD)
    return table.agent("Mira").vigour < table.agent("Mira").vigour_max
