"""Hearsay: wrong by mistake or on purpose, believed as far as the teller is trusted, and put right."""

from tests.environments.campaign.table import EASY, Table, a_setting, of, someone, tables, the

from fabula.environments.campaign.actions import Investigate, Talk
from fabula.environments.campaign.events import BondChanged, Learned
from fabula.environments.campaign.setting import Secret

HALL = {"Hall": ""}
WELL = Secret(
    name="the well", truth="The well is poisoned.", place="Hall", twisted=("The well is holy.", "The well is dry.")
)
TELL = Talk(to="Tom", about="the well")


def a_telling(*, trust: int = 0, bond: int = 0, cunning: float = 0.5) -> list[Learned]:
    """What Tom learned under forty seeds from Mira, whom he trusts so far, and who so likes him and is so cunning."""
    setting = a_setting(
        HALL,
        someone("Mira", "Hall", knows=("the well",), bonds={"Tom": bond}, cunning=cunning),
        someone("Tom", "Hall", bonds={"Mira": trust}),
        secrets=(WELL,),
    )
    return [the(Learned, table.deed("Mira", TELL)) for table in tables(setting)]


def test_hearsay_is_mostly_right_and_sometimes_wrong() -> None:
    wrong = [learned for learned in a_telling() if not learned.true]
    assert 0 < len(wrong) < 15
    assert {learned.text for learned in wrong} <= set(WELL.twisted)


def test_the_less_a_teller_is_trusted_the_more_gets_lost() -> None:
    friend, foe = a_telling(trust=80), a_telling(trust=-90)
    assert sum(not learned.true for learned in friend) < sum(not learned.true for learned in foe)


def test_one_is_as_sure_as_one_trusts_the_teller() -> None:
    assert {learned.sure for learned in a_telling(trust=80)} == {90}
    assert {learned.sure for learned in a_telling(trust=0)} == {50}
    assert {learned.sure for learned in a_telling(trust=-60)} == {20}
    assert {learned.source for learned in a_telling()} == {"Mira"}


def test_a_cunning_teller_misleads_its_enemy_every_time_and_its_friend_hardly() -> None:
    assert all(not learned.true for learned in a_telling(bond=-50, cunning=0.9))
    assert sum(not learned.true for learned in a_telling(bond=50, cunning=0.9)) < 15
    assert sum(not learned.true for learned in a_telling(bond=-50, cunning=0.3)) < 15


def test_what_was_seen_corrects_what_was_heard_and_the_liar_is_found_out() -> None:
    table = _deceived()
    events = table.deed("Tom", Investigate(), hard=EASY)
    learned = the(Learned, events)
    assert (learned.true, learned.sure, learned.source) == (True, 100, "seen")
    resented = next(event for event in of(BondChanged, events) if event.because == "deceived")
    assert (resented.agent, resented.toward, resented.by) == ("Tom", "Mira", -25)


def test_what_was_seen_is_never_given_up_for_what_is_said() -> None:
    table = _deceived()
    table.deed("Tom", Investigate(), hard=EASY)
    table.deed("Mira", TELL)
    belief = table.agent("Tom").beliefs["the well"]
    assert (belief.text, belief.source) == (WELL.truth, "seen")


def test_a_surer_telling_takes_the_place_of_one_less_sure() -> None:
    setting = a_setting(
        HALL,
        someone("Mira", "Hall", knows=("the well",), bonds={"Tom": -50}, cunning=0.9),
        someone("Tom", "Hall", bonds={"Mira": -20, "Ada": 90}),
        someone("Ada", "Hall", knows=("the well",), bonds={"Tom": 90}),
        secrets=(WELL,),
    )
    corrected = 0
    for table in tables(setting):
        table.deed("Mira", TELL)
        assert not table.agent("Tom").beliefs["the well"].true
        table.deed("Ada", TELL)
        corrected += table.agent("Tom").beliefs["the well"].true
    assert corrected > 30


def test_a_telling_less_sure_leaves_a_doubt_but_not_another_belief() -> None:
    setting = a_setting(
        HALL,
        someone("Mira", "Hall", knows=("the well",), bonds={"Tom": -50}, cunning=0.9),
        someone("Tom", "Hall", bonds={"Mira": -60, "Ada": 60}),
        someone("Ada", "Hall", knows=("the well",)),
        secrets=(Secret(name="the well", truth=WELL.truth, twisted=WELL.twisted),),
    )
    table = next(table for table in tables(setting) if the(Learned, table.deed("Ada", TELL)).true)
    before = table.agent("Tom").beliefs["the well"].sure
    assert of(Learned, table.deed("Mira", TELL)) == []
    after = table.agent("Tom").beliefs["the well"]
    assert (after.true, after.sure) == (True, before - 10)


def test_what_one_believes_wrongly_one_passes_on_wrongly() -> None:
    setting = a_setting(
        HALL,
        someone("Mira", "Hall", knows=("the well",), bonds={"Tom": -50}, cunning=0.9),
        someone("Tom", "Hall"),
        someone("Ada", "Hall", bonds={"Tom": 90}),
        secrets=(Secret(name="the well", truth=WELL.truth, twisted=("The well is dry.",)),),
    )
    for table in tables(setting, seeds=10):
        table.deed("Mira", TELL)
        learned = the(Learned, table.deed("Tom", Talk(to="Ada", about="the well")))
        assert (learned.agent, learned.text, learned.true) == ("Ada", "The well is dry.", False)
    assert table.state.out == [], "a falsehood brings nothing out"


def _deceived() -> Table:
    """Mira has told Tom something false."""
    setting = a_setting(
        HALL,
        someone("Mira", "Hall", knows=("the well",), bonds={"Tom": -50}, cunning=0.9),
        someone("Tom", "Hall"),
        secrets=(WELL,),
    )
    table = Table(setting)
    assert not the(Learned, table.deed("Mira", TELL)).true
    return table
