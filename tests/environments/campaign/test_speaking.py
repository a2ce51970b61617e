"""Speaking: who hears what, what is answered, and what it does to a bond."""

from tests.environments.campaign.table import Table, a_setting, of, seen, someone, tables, the

from fabula.environments.campaign.actions import Move, Talk
from fabula.environments.campaign.events import BondChanged, ClockMoved, Learned, Refused, Spoke, StanceChanged
from fabula.environments.campaign.setting import Advance, Clock, Secret, Sway

HALL = {"Hall": "Yard", "Yard": ""}
SHIP = Secret(name="the sunk ship", truth="The ship was sunk on purpose.", about="Ada")
MIRA = someone("Mira", "Hall", knows=("the sunk ship",))
TOM, ADA = someone("Tom", "Hall"), someone("Ada", "Hall")


def test_a_whisper_reaches_only_the_listener() -> None:
    table = Table(a_setting(HALL, MIRA, TOM, ADA, secrets=(SHIP,)))
    events = table.deed("Mira", Talk(to="Tom", about="the sunk ship", text="Listen."))
    spoke = the(Spoke, events)
    assert (spoke.told, spoke.text, seen(spoke)) == ("the sunk ship", "Listen.", {"Mira", "Tom"})
    assert [event.agent for event in of(Learned, events)] == ["Tom"]
    assert table.agent("Ada").beliefs == {}


def test_what_is_said_aloud_everyone_in_the_place_hears_and_nobody_else() -> None:
    table = Table(a_setting(HALL, MIRA, TOM, ADA, someone("Ben", "Yard"), secrets=(SHIP,)))
    events = table.deed("Mira", Talk(to="Tom", about="the sunk ship", aloud=True))
    assert seen(the(Spoke, events)) == {"Ada", "Mira", "Tom"}
    assert {event.agent for event in of(Learned, events)} == {"Ada", "Tom"}
    assert len({event.text for event in of(Learned, events)}) == 1, "they all heard the same words"


def test_nobody_tells_what_they_do_not_know() -> None:
    table = Table(a_setting(HALL, MIRA, TOM, secrets=(SHIP,)))
    events = table.deed("Tom", Talk(to="Mira", about="the sunk ship"))
    assert next(event for event in of(Spoke, events) if event.agent == "Tom").told == ""


def test_one_who_is_asked_may_tell_the_more_readily_the_better_the_bond() -> None:
    def told(bond: int) -> int:
        setting = a_setting(
            HALL, someone("Mira", "Hall", knows=("the sunk ship",), bonds={"Tom": bond}), TOM, secrets=(SHIP,)
        )
        asked = (table.deed("Tom", Talk(to="Mira", about="the sunk ship")) for table in tables(setting, seeds=60))
        return sum(any(event.told for event in of(Spoke, events)) for events in asked)

    assert told(-80) == 0
    assert told(-80) < told(0) < told(60)


def test_a_truth_about_oneself_is_not_told_for_the_asking() -> None:
    setting = a_setting(HALL, someone("Ada", "Hall", knows=("the sunk ship",)), TOM, secrets=(SHIP,))
    asked = (table.deed("Tom", Talk(to="Ada", about="the sunk ship")) for table in tables(setting))
    assert not any(event.told for events in asked for event in of(Spoke, events))


def test_one_who_is_asked_after_somebody_says_where_they_were_last_seen() -> None:
    table = Table(a_setting(HALL, someone("Ben", "Hall"), TOM, ADA))
    table.deed("Ada", Move(to="Yard"))
    table.agent("Tom").sightings.pop("Ada")
    table.deed("Tom", Talk(to="Ben", about="Ada"))
    assert table.agent("Tom").sightings["Ada"].place == "Yard"


def test_talk_makes_friends_slowly_and_never_of_enemies() -> None:
    table = Table(a_setting(HALL, MIRA, TOM, someone("Ben", "Hall", bonds={"Mira": -80}), secrets=(SHIP,)))
    changed = of(BondChanged, table.deed("Mira", Talk(to="Tom", about="the weather")))
    assert [(event.agent, event.toward, event.because) for event in changed] == [("Tom", "Mira", "talked")]
    assert seen(changed[0]) == {"Tom"}
    assert of(BondChanged, table.deed("Mira", Talk(to="Ben", about="the weather"))) == []


def test_a_secret_comes_out_when_it_is_told_truly_to_another_faction_and_only_then() -> None:
    secret = Secret(
        name="the debt",
        truth="The debt is paid.",
        effects=(Advance(clock="peace", by=1), Sway(faction="the Reds", toward="the Blues", by=20)),
    )
    people = (
        someone("Mira", "Hall", faction="the Reds", knows=("the debt",)),
        someone("Rob", "Hall", faction="the Reds"),
        someone("Bea", "Hall", faction="the Blues"),
    )
    clock = Clock(name="peace", description="", segments=4)
    table = Table(a_setting(HALL, *people, secrets=(secret,), clocks=(clock,)))
    assert of(ClockMoved, table.deed("Mira", Talk(to="Rob", about="the debt"))) == []
    events = table.deed("Mira", Talk(to="Bea", about="the debt"))
    assert the(ClockMoved, events).by == 1
    assert the(StanceChanged, events).now == 20
    assert table.state.out == ["the debt"]
    assert of(ClockMoved, table.deed("Rob", Talk(to="Bea", about="the debt"))) == []


def test_someone_who_is_not_here_cannot_be_spoken_to() -> None:
    table = Table(a_setting(HALL, MIRA, someone("Tom", "Yard"), ADA, secrets=(SHIP,)))
    events = table.deed("Mira", Talk(to="Tom"))
    assert the(Refused, events).why == "nobody called 'Tom' is here. Known: 'Ada'."
    assert not of(Spoke, events)


def test_a_guess_does_not_bring_a_secrets_name_to_light() -> None:
    table = Table(a_setting(HALL, TOM, ADA, secrets=(SHIP,)))
    assert the(Spoke, table.deed("Tom", Talk(to="Ada", about="the sunk"))).about == "the sunk"
