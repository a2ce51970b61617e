"""What the keeper of a run may tell it, and what becomes of that."""

import msgspec
from tests.environments.campaign.table import Table, a_setting, of, seen, someone, the

from fabula.engine.values import Pause, Release, Resume, Stop, Take
from fabula.environments.campaign import DIRECTOR
from fabula.environments.campaign.actions import Investigate, Record, Register, Remove, Wait
from fabula.environments.campaign.commands import as_plain_character
from fabula.environments.campaign.events import (
    Appeared,
    CampaignEnded,
    Joined,
    Left,
    Noted,
    Refused,
    Searched,
    TurnEnded,
)
from fabula.environments.campaign.setting import Thing

HALL = {"Hall": "Yard", "Yard": ""}
MIRA, TOM = someone("Mira", "Hall"), someone("Tom", "Hall", carries=("the key",))
KEY, BELL = Thing(name="the key", description=""), Thing(name="the bell", description="")
SETTING = a_setting(HALL, MIRA, TOM, things=(KEY, BELL))


def test_a_registered_agent_joins_is_asked_and_acts() -> None:
    table = Table(SETTING)
    newcomer = someone("Ada", "Yard", faction="the Reds", carries=("the bell",))
    joined = the(Joined, table.step(None, Register(character=as_plain_character(newcomer)))[:1])
    assert (joined.agent, joined.place, joined.faction) == ("Ada", "Yard", "the Reds")
    assert list(table.state.agents) == ["Ada", "Mira", "Tom"]
    assert table.asked("Ada").perceives.carries[0].name == "the bell"
    table.step({"Ada": Investigate()})
    assert the(Searched, table.step()).agent == "Ada"
    assert table.campaign.persona(table.state, "Ada").name == "Ada"
    restored = table.campaign.restore(table.campaign.snapshot(table.state))
    assert table.campaign.agents(restored) == ("Ada", "Mira", "Tom", DIRECTOR)


def test_who_cannot_join_is_refused_with_the_reason() -> None:
    def why(command: Register) -> str:
        refused = the(Refused, Table(SETTING).step(None, command))
        assert seen(refused) == set()
        return refused.why

    def plain(**more: object) -> Register:
        return Register(character={**as_plain_character(someone("Ada", "Hall")), **more})

    assert "called 'Mira' already" in why(Register(character=as_plain_character(MIRA)))
    assert "no place 'Hal'. Did you mean 'Hall'?" in why(plain(place="Hal"))
    assert "no faction 'Red'" in why(plain(faction="Red"))
    assert "'the key' is elsewhere" in why(plain(carries=["the key"]))
    assert "cannot be called that" in why(Register(character=as_plain_character(someone("Director", "Hall"))))
    assert "Expected `object`, got `int` - at `$.persona`" in why(Register(character={"persona": 7, "place": 1}))
    assert "persona" in why(Register(character={}))
    assert "vigour 0" in why(plain(vigour=0))


def test_who_is_removed_leaves_its_things_and_is_asked_no_more() -> None:
    table = Table(SETTING)
    table.step()
    events = table.step({"Tom": Wait()}, Remove(agent="tom", why="called away"))
    left = the(Left, events)
    assert (left.agent, left.why, seen(left)) == ("Tom", "called away", {"Mira", "Tom"})
    assert the(Appeared, events).object == "the key"
    assert the(Refused, events).why == "Tom has left"
    assert table.campaign.agents(table.state) == ("Mira", DIRECTOR)


def test_nobody_unknown_is_removed() -> None:
    refused = the(Refused, Table(SETTING).step(None, Remove(agent="Mirra")))
    assert refused.why == "no such agent takes part. Did you mean 'Mira'?"


def test_a_line_of_the_keepers_is_noted_and_perceived_by_nobody() -> None:
    noted = the(Noted, Table(SETTING).step(None, Record(text="Second\nsession.", by="ann")))
    assert (noted.text, noted.by, seen(noted)) == ("Second session.", "ann", set())


def test_stopping_ends_the_campaign_at_once() -> None:
    table = Table(SETTING)
    table.step()
    events = table.step({"Mira": Investigate()}, Stop(why="supper"))
    ended = the(CampaignEnded, events)
    assert (ended.outcome, ended.text) == ("stopped", "supper")
    assert not of(Searched, events)
    assert not of(TurnEnded, events)
    ending = table.campaign.ending(table.state)
    assert ending is not None
    assert (ending.kind, ending.why) == ("stopped", "supper")


def test_seats_are_not_the_campaigns_affair() -> None:
    table, other = Table(SETTING), Table(SETTING)
    commands = (Pause(), Resume(), Take(agent=DIRECTOR, mind="person:ann"), Release(agent=DIRECTOR))
    assert table.step(None, *commands) == other.step()
    assert msgspec.json.encode(table.state) == msgspec.json.encode(other.state)


def test_a_campaign_without_characters_waits_for_some() -> None:
    table = Table(a_setting(HALL))
    table.turn()
    table.turn(commands=(Register(character=as_plain_character(MIRA)),))
    assert table.state.ended is None
    assert [event.agent for event in of(Joined, table.events)] == ["Mira"]
