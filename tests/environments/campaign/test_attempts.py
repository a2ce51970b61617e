"""Free text: read as a deed, rolled for, and done as that if it goes well."""

import pytest
from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, someone, the

from fabula.environments.campaign.actions import Adjudicate, Attempt
from fabula.environments.campaign.events import Attempted, Moved, Persuaded, Refused, Took, Waited
from fabula.environments.campaign.reading import kind_in
from fabula.environments.campaign.setting import Thing

HALL = {"Hall": "Yard", "Yard": ""}
LAMP = Thing(name="the brass lamp", description="", place="Hall")
SETTING = a_setting(HALL, someone("Mira", "Hall"), someone("Tom Ferrier", "Hall"), things=(LAMP,))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I beg Tom to come with me", "persuade"),
        ("creep past the guards", "sneak"),
        ("Grab the lamp and hold it up", "take"),
        ("bandage his arm", "aid"),
        ("stabs at the nearest one", "attack"),
        ("barricading the door", "defend"),
        ("examine the ledger", "investigate"),
        ("whisper to Ada", "talk"),
        ("run to the yard", "move"),
        ("menaces the clerk", "threaten"),
        ("recite the alphabet backwards", "attempt"),
        ("", "attempt"),
    ],
)
def test_a_text_is_read_by_its_telling_word(text: str, kind: str) -> None:
    assert kind_in(text) == kind


def test_a_text_that_goes_well_is_done_as_what_it_was_read_as_with_the_same_roll() -> None:
    table = Table(SETTING)
    events = table.deed("Mira", Attempt(text="I grab the brass lamp before anyone looks"), hard=EASY)
    attempted, took = the(Attempted, events), the(Took, events)
    assert attempted.read_as == "take"
    assert (attempted.roll, attempted.against, attempted.outcome) == (took.roll, took.against, took.outcome)
    assert table.state.items["the brass lamp"].holder == "Mira"


def test_a_text_that_goes_badly_does_nothing() -> None:
    table = Table(SETTING)
    events = table.deed("Mira", Attempt(text="I grab the brass lamp"), hard=HARD)
    assert of(Took, events) == []
    assert table.state.items["the brass lamp"].place == "Hall"


def test_a_name_in_a_text_may_be_one_word_of_it() -> None:
    events = Table(SETTING).deed("Mira", Attempt(text="beg Ferrier for mercy"), hard=EASY)
    assert the(Persuaded, events).whom == "Tom Ferrier"


def test_the_directors_reading_comes_before_the_words() -> None:
    ruling = Adjudicate(difficulties={"Mira": EASY}, readings={"Mira": "move"}, targets={"Mira": "the yard"})
    events = Table(SETTING).turn({"Mira": Attempt(text="I grab my coat, whistle, and am off")}, ruling=ruling)
    assert the(Attempted, events).read_as == "move"
    assert the(Moved, events).to == "Yard"


def test_a_reading_that_is_no_kind_of_deed_is_overruled_by_the_words() -> None:
    ruling = Adjudicate(difficulties={"Mira": EASY}, readings={"Mira": "win the game"})
    events = Table(SETTING).turn({"Mira": Attempt(text="take the brass lamp")}, ruling=ruling)
    assert the(Attempted, events).read_as == "take"


def test_a_text_that_means_nothing_known_is_still_rolled_and_told() -> None:
    events = Table(SETTING).deed("Mira", Attempt(text="juggle"))
    assert (the(Attempted, events).read_as, of(Refused, events)) == ("attempt", [])
    assert [event.agent for event in of(Waited, events)] == ["Tom Ferrier"]


def test_a_text_is_made_fit_for_the_log() -> None:
    events = Table(SETTING).deed("Mira", Attempt(text="look\x1b[31m \u202egnp\u202c\n\n here" + "x" * 5_000))
    text = the(Attempted, events).text
    assert text.startswith("look[31m gnp here")
    assert len(text) == 2_000
    assert text.endswith("…")
