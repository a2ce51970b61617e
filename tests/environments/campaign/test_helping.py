"""Guarding, aiding, resting and waiting."""

from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, someone, the

from fabula.environments.campaign.actions import Adjudicate, Aid, Defend, Investigate, Rest
from fabula.environments.campaign.events import Aided, BondChanged, Defended, Refused, Rested, Searched, Waited
from fabula.environments.campaign.setting import Place, Threat

HALL = {"Hall": "Yard", "Yard": ""}
PEOPLE = (someone("Mira", "Hall"), someone("Tom", "Hall"))


def test_aid_mends_wounds_and_makes_friends() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    table.agent("Tom").vigour = 1
    events = table.deed("Mira", Aid(whom="Tom"), hard=EASY)
    aided = the(Aided, events)
    assert aided.healed == table.agent("Tom").vigour - 1 > 0
    assert the(BondChanged, events).because == "aided"


def test_one_can_bind_ones_own_wounds() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    table.agent("Mira").vigour = 2
    assert the(Aided, table.deed("Mira", Aid(whom="Mira"), hard=EASY)).healed > 0


def test_aid_to_one_who_is_whole_helps_with_what_it_does_this_turn_whatever_the_order() -> None:
    def total(*, aided: bool) -> int:
        table = Table(a_setting(HALL, *PEOPLE))
        deeds = {"Tom": Investigate(), "Mira": Aid(whom="Tom") if aided else Rest()}
        return the(Searched, table.turn(deeds, ruling=Adjudicate(difficulties={"Mira": EASY}))).roll

    assert total(aided=True) in (total(aided=False) + 3, total(aided=False) + 4)


def test_a_guard_stands_until_the_next_turn() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    assert the(Defended, table.deed("Mira", Defend(), hard=EASY)).what == "Hall"
    assert table.agent("Mira").guard == "Hall"
    table.deed("Tom", Rest())
    assert table.agent("Mira").guard == ""


def test_a_guard_that_fails_guards_nothing() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    table.deed("Mira", Defend(what="Tom"), hard=HARD)
    assert table.agent("Mira").guard == ""


def test_one_cannot_defend_what_is_elsewhere() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    assert "no 'Yard' here to defend" in the(Refused, table.deed("Mira", Defend(what="Yard"))).why


def test_rest_mends_more_under_shelter_and_nothing_beside_a_threat() -> None:
    def recovered(shelter: int, *threats: Threat) -> int:
        hall = Place(name="Hall", description="", shelter=shelter)
        table = Table(a_setting((hall,), someone("Mira", "Hall"), threats=threats))
        table.agent("Mira").vigour = 1
        return the(Rested, table.deed("Mira", Rest())).recovered

    assert (recovered(10), recovered(80)) == (1, 2)
    assert recovered(80, Threat(name="the fire", description="", place="Hall", harm=0)) == 0


def test_who_decides_nothing_waits() -> None:
    table = Table(a_setting(HALL, *PEOPLE))
    assert [event.agent for event in of(Waited, table.turn({"Mira": Rest()}))] == ["Tom"]
