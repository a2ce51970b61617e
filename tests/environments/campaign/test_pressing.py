"""Pressing: winning over and cowing, and what either gets out of people."""

from typing import Any

from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, seen, someone, tables, the

from fabula.environments.campaign.actions import Adjudicate, Defend, Persuade, Threaten
from fabula.environments.campaign.events import BondChanged, Gave, Learned, Persuaded, Spoke, StanceChanged, Threatened
from fabula.environments.campaign.setting import Secret, Thing

HALL = {"Hall": "Yard", "Yard": ""}
KEY = Thing(name="the key", description="")
SHIP = Secret(name="the ship", truth="It was sunk.")
MIRA = someone("Mira", "Hall", faction="the Reds")


def a_table(*, bond: int = 0, seed: int = 1) -> Table:
    tom = someone("Tom", "Hall", faction="the Blues", carries=("the key",), knows=("the ship",), bonds={"Mira": bond})
    ada = someone("Ada", "Hall", faction="the Blues", bonds={"Tom": 60})
    return Table(a_setting(HALL, MIRA, tom, ada, things=(KEY,), secrets=(SHIP,)), seed=seed)


def test_persuading_moves_a_bond_up_or_down_with_the_roll() -> None:
    moved: dict[str, int] = {}
    for seed in range(60):
        events = a_table(seed=seed).deed("Mira", Persuade(whom="Tom"))
        bond = next(event for event in of(BondChanged, events) if event.agent == "Tom")
        moved[the(Persuaded, events).outcome] = bond.by
        assert seen(bond) == {"Tom"}
    assert moved["triumph"] > moved["success"] > moved["setback"] > 0 > moved["failure"]


def test_it_is_easier_to_persuade_a_friend() -> None:
    friend, foe = a_table(bond=60), a_table(bond=-60)
    assert (
        the(Persuaded, friend.deed("Mira", Persuade(whom="Tom"))).against
        < the(Persuaded, foe.deed("Mira", Persuade(whom="Tom"))).against
    )


def test_who_is_won_over_hands_over_what_was_asked_for() -> None:
    table = a_table(bond=30)
    gave = the(Gave, table.deed("Mira", Persuade(whom="Tom", to_what="the key"), hard=EASY))
    assert (gave.agent, gave.object, gave.to) == ("Tom", "the key", "Mira")
    assert table.state.items["the key"].holder == "Mira"


def test_who_is_won_over_tells_what_was_asked_about_to_nobody_else() -> None:
    table = a_table(bond=30)
    events = table.deed("Mira", Persuade(whom="Tom", to_what="the ship"), hard=EASY)
    assert seen(the(Spoke, events)) == {"Mira", "Tom"}
    assert the(Learned, events).agent == "Mira"


def test_who_is_won_over_to_a_place_thinks_of_going_there() -> None:
    table = a_table(bond=30)
    table.deed("Mira", Persuade(whom="Tom", to_what="the yard"), hard=EASY)
    assert (table.agent("Tom").urged_by, table.agent("Tom").urged_to) == ("Mira", "Yard")
    outlook = table.asked("Tom").perceives
    assert (outlook.urged_by, outlook.urged_to) == ("Mira", "Yard")


def test_a_friend_won_from_another_faction_brings_the_factions_nearer() -> None:
    events = a_table(bond=35).deed("Mira", Persuade(whom="Tom"), hard=EASY)
    stance = the(StanceChanged, events)
    assert (stance.faction, stance.toward, stance.by) == ("the Blues", "the Reds", 5)


def test_who_is_cowed_lets_go_of_what_it_guards_and_resents_it() -> None:
    table = a_table()
    ruling = Adjudicate(difficulties={"Mira": EASY, "Tom": EASY})
    events = table.turn({"Tom": Defend(), "Mira": Threaten(whom="Tom", demand="the key")}, ruling=ruling)
    assert the(Threatened, events).demand == "the key"
    assert (table.agent("Tom").cowed_by, table.agent("Tom").guard) == ("Mira", "")
    assert table.state.items["the key"].holder == "Mira"
    assert {event.agent for event in of(BondChanged, events) if event.because == "threatened"} == {"Tom", "Ada"}


def test_who_stands_up_to_a_threat_resents_it_more_and_gives_nothing() -> None:
    table = a_table()
    events = table.deed("Mira", Threaten(whom="Tom", demand="the key"), hard=HARD)
    assert table.state.items["the key"].holder == "Tom"
    assert next(event.by for event in of(BondChanged, events) if event.agent == "Tom") == -16
    assert table.agent("Tom").cowed_by == ""


def test_a_threat_goes_better_against_who_is_hurt() -> None:
    def against(vigour: int) -> int:
        table = a_table()
        table.agent("Tom").vigour = vigour
        return the(Threatened, table.deed("Mira", Threaten(whom="Tom"))).against

    assert against(2) < against(6)


def test_aptitude_tells_in_the_long_run() -> None:
    def won(**more: Any) -> int:
        setting = a_setting(HALL, someone("Mira", "Hall", **more), someone("Tom", "Hall"))
        rolls = (
            the(Persuaded, table.deed("Mira", Persuade(whom="Tom"))).outcome for table in tables(setting, seeds=80)
        )
        return sum(outcome in ("triumph", "success") for outcome in rolls)

    assert won(affection=0.9) > won(affection=0.1)
