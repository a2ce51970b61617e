"""Fighting: what blows do, who resents them, who falls, and what is left behind."""

from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, seen, someone, tables, the

from fabula.environments.campaign.actions import Adjudicate, Attack, Defend, Sneak
from fabula.environments.campaign.events import Appeared, Attacked, Beaten, BondChanged, Fell, Refused, Wounded
from fabula.environments.campaign.setting import Thing, Threat
from fabula.environments.campaign.state import Status

HALL = {"Hall": "Yard", "Yard": ""}
SWORD, COAT = Thing(name="the sword", description="", harm=2), Thing(name="the coat", description="", guard=1)
MIRA = someone("Mira", "Hall", carries=("the sword",))
TOM, ADA = someone("Tom", "Hall", carries=("the coat",)), someone("Ada", "Hall", bonds={"Tom": 60})
ARMED = a_setting(HALL, MIRA, TOM, ADA, things=(SWORD, COAT))


def test_harm_is_what_the_roll_and_the_weapon_give_less_what_armour_takes() -> None:
    done: dict[str, set[int]] = {}
    for table in tables(ARMED, seeds=80):
        attacked = the(Attacked, table.deed("Mira", Attack(target="Tom")))
        done.setdefault(attacked.outcome, set()).add(attacked.harm)
        assert attacked.weapon == "the sword"
    assert done["triumph"] == {3}
    assert done["success"] == {2}
    assert done["setback"] == {1}
    assert done["failure"] == {0}


def test_a_setback_costs_the_attacker_too() -> None:
    for table in tables(ARMED, seeds=80):
        events = table.deed("Mira", Attack(target="Tom"))
        if the(Attacked, events).outcome == "setback":
            assert table.agent("Mira").vigour == 5
            return
    raise AssertionError("no setback under eighty seeds")


def test_an_attack_is_resented_by_the_victim_and_its_friends() -> None:
    events = Table(ARMED).deed("Mira", Attack(target="Tom"), hard=HARD)
    resented = {event.agent: (event.by, event.because) for event in of(BondChanged, events)}
    assert resented == {"Tom": (-25, "attacked"), "Ada": (-12, "attacked")}


def test_an_attack_on_one_who_trusted_is_a_betrayal() -> None:
    setting = a_setting(HALL, someone("Mira", "Hall"), someone("Tom", "Hall", bonds={"Mira": 40}))
    betrayed = the(BondChanged, Table(setting).deed("Mira", Attack(target="Tom"), hard=HARD))
    assert (betrayed.by, betrayed.because) == (-50, "betrayed")


def test_one_without_vigour_falls_and_what_it_carried_lies_there() -> None:
    table = _after_the_fall()
    fell = the(Fell, table.events)
    assert (fell.who, fell.by, fell.place, fell.dead) == ("Tom", "Mira", "Hall", False)
    assert seen(fell) == {"Ada", "Mira", "Tom"}
    assert table.agent("Tom").status is Status.FALLEN
    assert the(Appeared, table.events).object == "the coat"
    assert table.state.items["the coat"].place == "Hall"


def test_who_has_fallen_is_asked_no_more_and_answers_in_vain() -> None:
    table = _after_the_fall()
    table.step()
    assert "Tom" not in {asked.agent for asked in table.campaign.observe(table.state)}
    assert "Tom" not in table.campaign.agents(table.state)
    refused = the(Refused, table.step({"Tom": Attack(target="Mira")}))
    assert refused.why == "Tom has fallen"


def test_friends_of_the_fallen_do_not_forget() -> None:
    grief = [event for event in of(BondChanged, _after_the_fall().events) if event.because == "fell"]
    assert [(event.agent, event.toward, event.by) for event in grief] == [("Ada", "Mira", -35)]


def test_deaths_are_rare_and_late() -> None:
    def dead(turn: int) -> int:
        setting = a_setting(
            HALL, someone("Mira", "Hall", carries=("the sword",)), someone("Tom", "Hall", vigour=1), things=(SWORD,)
        )
        falls = []
        for table in tables(setting, seeds=120):
            table.state.turn = turn
            falls += of(Fell, table.deed("Mira", Attack(target="Tom")))
        assert len(falls) > 30
        return sum(fell.dead for fell in falls)

    assert dead(turn=3) == 0
    assert 0 < dead(turn=11) < 40


def test_a_guard_makes_it_harder() -> None:
    alone = the(Attacked, Table(ARMED).deed("Mira", Attack(target="Tom"))).against
    ruling = Adjudicate(difficulties={"Ada": EASY})
    guarded = Table(ARMED).turn({"Ada": Defend(what="Tom"), "Mira": Attack(target="Tom")}, ruling=ruling)
    assert the(Attacked, guarded).against == alone + 3


def test_a_blow_out_of_hiding_lands_better() -> None:
    def total(*, hidden: bool) -> int:
        table = Table(a_setting(HALL, someone("Mira", "Hall"), someone("Tom", "Yard")))
        table.deed("Mira", Sneak(to="Yard"), hard=EASY)
        table.agent("Mira").hidden = hidden
        table.agent("Mira").noticed_by = []
        return the(Attacked, table.deed("Mira", Attack(target="Tom"))).roll

    assert total(hidden=True) == total(hidden=False) + 3


def test_a_threat_is_worn_down_and_then_everyone_hears_of_it() -> None:
    threat = Threat(name="the rats", description="", place="Hall", strength=4, harm=0, difficulty=5)
    table = Table(a_setting(HALL, MIRA, someone("Ben", "Yard"), things=(SWORD,), threats=(threat,)))
    while not table.state.dangers["the rats"].beaten:
        table.deed("Mira", Attack(target="the rats"), hard=EASY)
    beaten = the(Beaten, table.events)
    assert (beaten.by, seen(beaten)) == ("Mira", {"Ben", "Mira"})
    assert sum(event.harm for event in of(Wounded, table.events) if event.who == "the rats") == 4
    assert "no 'rats' to attack here" in the(Refused, table.deed("Mira", Attack(target="rats"))).why


def _after_the_fall() -> Table:
    table = Table(ARMED)
    while table.agent("Tom").status is Status.ACTIVE:
        table.agent("Mira").vigour = 6
        table.deed("Mira", Attack(target="Tom"), hard=EASY)
    return table
