"""Going from place to place: who may, who sees it, who does not."""

from tests.environments.campaign.table import EASY, HARD, Table, a_setting, of, seen, someone, tables, the

from fabula.environments.campaign.actions import Defend, Investigate, Move, Sneak, Wait
from fabula.environments.campaign.events import Moved, Noticed, Refused, Searched, Waited
from fabula.environments.campaign.setting import Place, Way

ROOMS = {"Hall": "Yard", "Yard": "Barn", "Barn": ""}
MIRA, TOM, ADA = someone("Mira", "Hall"), someone("Tom", "Hall"), someone("Ada", "Yard")


def test_a_move_is_seen_where_one_leaves_and_where_one_arrives() -> None:
    table = Table(a_setting(ROOMS, MIRA, TOM, ADA, someone("Ben", "Barn")))
    moved = the(Moved, table.deed("Mira", Move(to="Yard")))
    assert (moved.origin, moved.to, seen(moved)) == ("Hall", "Yard", {"Mira", "Tom", "Ada"})
    assert table.agent("Mira").place == "Yard"


def test_whoever_saw_somebody_leave_knows_where_to() -> None:
    table = Table(a_setting(ROOMS, MIRA, TOM))
    table.deed("Mira", Move(to="Yard"))
    assert table.agent("Tom").sightings["Mira"].place == "Yard"


def test_a_place_that_is_no_neighbour_is_refused_with_the_nearest_name() -> None:
    table = Table(a_setting(ROOMS, MIRA, TOM))
    refused = the(Refused, table.deed("Mira", Move(to="Yad")))
    assert "Did you mean 'Yard'?" in refused.why
    assert seen(refused) == {"Mira"}
    assert table.agent("Mira").place == "Hall"


def test_names_are_understood_without_article_case_or_ending() -> None:
    rooms = (
        Place(name="Hall", description="", ways=(Way(to="the Iron Gate"),)),
        Place(name="the Iron Gate", description=""),
    )
    for said in ("iron gate", "THE IRON GATE", "gate", "the iron", "an iron gate"):
        table = Table(a_setting(rooms, MIRA))
        table.deed("Mira", Move(to=said))
        assert table.agent("Mira").place == "the Iron Gate", said


def test_a_blocked_way_cannot_be_taken() -> None:
    rooms = (
        Place(name="Hall", description="", ways=(Way(to="Yard", blocked=True),)),
        Place(name="Yard", description=""),
    )
    table = Table(a_setting(rooms, MIRA))
    assert "blocked" in the(Refused, table.deed("Mira", Move(to="Yard"))).why


def test_a_hidden_way_can_be_taken_only_by_who_found_it() -> None:
    rooms = (
        Place(name="Hall", description="", ways=(Way(to="Cellar", hidden=True),)),
        Place(name="Cellar", description=""),
    )
    table = Table(a_setting(rooms, MIRA, TOM))
    assert "no way from Hall to 'Cellar'" in the(Refused, table.deed("Mira", Move(to="Cellar"))).why
    found = the(Searched, table.deed("Mira", Investigate(), hard=EASY))
    assert (found.found, seen(found)) == ("Cellar", {"Mira"})
    events = table.turn({"Mira": Move(to="Cellar"), "Tom": Move(to="Cellar")})
    assert [moved.agent for moved in of(Moved, events)] == ["Mira"]
    assert table.agent("Tom").place == "Hall"


def test_who_sneaks_well_is_seen_by_nobody_until_noticed() -> None:
    table = Table(a_setting(ROOMS, MIRA, TOM, ADA))
    moved = the(Moved, table.deed("Mira", Sneak(to="Yard"), hard=EASY))
    assert moved.quietly
    assert seen(moved) == {"Mira"}
    assert table.agent("Mira").hidden
    assert "Mira" not in {other.name for other in table.asked("Ada").perceives.here} or of(Noticed, table.events)


def test_who_sneaks_badly_is_seen_by_all_and_feels_it() -> None:
    table = Table(a_setting(ROOMS, MIRA, TOM, ADA))
    events = table.deed("Mira", Sneak(to="Yard"), hard=HARD)
    assert seen(the(Moved, events)) == {"Ada", "Mira", "Tom"}
    assert seen(the(Noticed, events)) == {"Ada", "Mira"}
    assert not table.agent("Mira").hidden


def test_what_a_hidden_agent_does_quietly_is_seen_only_by_who_noticed_it() -> None:
    hidden = [table for table in tables(a_setting(ROOMS, MIRA, ADA)) if _hides(table)]
    assert len(hidden) > 10
    for table in hidden:
        events = table.deed("Mira", Wait())
        waited = next(event for event in of(Waited, events) if event.agent == "Mira")
        noticed = {event.agent for event in of(Noticed, table.events)}
        assert seen(waited) == {"Mira"} | noticed
        assert ("Mira" in {other.name for other in table.asked("Ada").perceives.here}) == (
            "Ada" in noticed or bool(of(Noticed, table.events))
        )


def test_an_open_deed_ends_hiding() -> None:
    table = next(table for table in tables(a_setting(ROOMS, MIRA, ADA)) if _hides(table))
    table.deed("Mira", Defend())
    assert not table.agent("Mira").hidden


def test_nobody_speaks_to_one_who_left_a_moment_ago_for_those_who_go_go_last() -> None:
    for table in tables(a_setting(ROOMS, MIRA, TOM), seeds=12):
        events = table.turn({"Mira": Move(to="Yard"), "Tom": Investigate(what="Mira")})
        assert [type(event) for event in events if isinstance(event, Searched | Moved)] == [Searched, Moved]


def _hides(table: Table) -> bool:
    table.deed("Mira", Sneak(to="Yard"), hard=EASY)
    return table.agent("Mira").hidden and not of(Noticed, table.events)
