"""The account: beats with their consequences, what was so at every moment, and chapters where something shifts."""

from typing import Any

from tests.chronicle.runs import SIEGE, a_run

from fabula.chronicle.account import Account, account_from_events
from fabula.chronicle.salience import weigh
from fabula.chronicle.segments import divide
from fabula.engine.values import AgentId, Event
from fabula.environments.campaign import events as ev

BOTH = (AgentId("Mira"), AgentId("Tom"))
CHECK: Any = {"roll": 15, "against": 12, "outcome": "success"}


def a_campaign(*events: Event) -> Account:
    start: list[Event] = [
        ev.Joined(agent="Mira", place="the Quay", faction="Guild", seen_by=BOTH),
        ev.Joined(agent="Tom", place="the Quay", faction="Watch", seen_by=BOTH),
        ev.TurnBegan(turn=1, tension=20, seen_by=BOTH),
    ]
    return account_from_events([*start, *events])


def attacked(agent: str, target: str, harm: int = 2) -> ev.Attacked:
    return ev.Attacked(agent=agent, target=target, place="the Quay", harm=harm, roll=15, against=12, outcome="success")


def test_a_blow_its_wound_and_its_grudge_are_one_beat() -> None:
    account = a_campaign(
        attacked("Mira", "Tom"),
        ev.BondChanged(agent="Tom", toward="Mira", by=-25, now=-25, because="attacked"),
        ev.Wounded(who="Tom", place="the Quay", by="Mira", harm=2, left=0),
        ev.Fell(who="Tom", place="the Quay", by="Mira", dead=True),
        ev.StanceChanged(faction="Watch", toward="Guild", by=-10, now=-10, because="Mira"),
    )
    assert [(beat.key, beat.events) for beat in account.beats] == [("strike.kill", (3, 4, 5, 6, 7))]


def test_the_key_of_a_beat_says_how_it_went() -> None:
    def key(*events: Event) -> str:
        return a_campaign(*events).beats[0].key

    spoke = ev.Spoke(agent="Mira", to="Tom", place="the Quay", told="the chain")
    heard: Any = {"agent": "Tom", "secret": "the chain", "text": "x", "source": "Mira", "sure": 50}
    searched = ev.Searched(agent="Mira", place="the Quay", found="the chain", **CHECK)
    assert key(spoke) == "talk.shared"
    assert key(spoke, ev.Learned(**heard)) == "talk.told"
    assert key(spoke, ev.Learned(**heard, true=False)) == "talk.twisted"
    assert key(searched) == "search.object"
    assert (
        key(searched, ev.Learned(agent="Mira", secret="the chain", text="x", source="seen", sure=9)) == "search.secret"
    )
    assert key(ev.Searched(agent="Mira", place="the Quay", found="the Quay", **CHECK)) == "search.way"
    assert key(ev.Searched(agent="Mira", place="the Quay", found="Tom", **CHECK)) == "search.person"
    assert key(attacked("the fire", "Tom")) == "maul.hit"
    assert key(attacked("Tom", "the fire", harm=0)) == "fight.glance"
    assert key(ev.Wounded(who="Tom", place="the Quay", by="the flood", harm=1, left=3)) == "hurt"
    assert key(ev.Fell(who="Tom", place="the Quay", by="the flood")) == "hurt.fell"


def test_a_blow_that_is_paid_for_keeps_its_price() -> None:
    account = a_campaign(
        attacked("Mira", "Tom"),
        ev.Wounded(who="Tom", place="the Quay", by="Mira", harm=2, left=3),
        ev.Wounded(who="Mira", place="the Quay", by="Tom", harm=1, left=4),
    )
    assert [beat.events for beat in account.beats] == [(3, 4, 5)]


def test_consequences_do_not_reach_into_another_turn() -> None:
    moved = ev.ClockMoved(clock="the tide", by=1, filled=1, segments=4, because="Mira")
    account = a_campaign(
        ev.Defended(agent="Mira", what="", place="the Quay", **CHECK), ev.TurnBegan(turn=2, tension=1), moved
    )
    assert [beat.key for beat in account.beats] == ["defend.yes", "clock.up"]


def test_what_was_so_is_known_for_every_moment() -> None:
    account = a_campaign(
        ev.Moved(agent="Tom", origin="the Quay", to="the Stair"),
        ev.Took(agent="Tom", object="the key", place="the Stair", **CHECK),
        ev.Learned(agent="Tom", secret="the chain", text="It was cut.", source="Mira", sure=40, true=False),
        ev.Gave(agent="Tom", object="the key", to="Mira", place="the Stair"),
        ev.ThreatArrived(threat="the fire", place="the Stair"),
        ev.Beaten(threat="the fire", place="the Stair", by="Tom"),
        ev.Fell(who="Tom", place="the Stair", by="the fire"),
    )
    assert [known.value for known in account.present("the Quay", 3)] == ["Mira", "Tom"]
    assert [known.value for known in account.present("the Stair", 4)] == ["Tom"]
    assert account.present("the Stair", 99) == []
    assert [(known.value, known.event) for known in account.holders.all("the key")] == [("Tom", 4), ("Mira", 6)]
    assert account.believed("Tom", 5) == []
    assert account.believed("Tom", 6)[0].value.text == "It was cut."
    assert account.threats.before("the fire", 8) == ("the Stair", 7)
    assert account.threats.before("the fire", 9) == ("", 8)
    assert account.fates["Tom"].event == 9
    assert account.all_places == ("the Quay", "the Stair")


def test_somebody_who_comes_back_has_no_fate_yet() -> None:
    account = a_campaign(ev.Left(agent="Tom", place="the Quay"), ev.Joined(agent="Tom", place="the Stair"))
    assert account.fates == {}
    assert [known.value for known in account.present("the Stair", 99)] == ["Tom"]


def test_the_digest_is_of_the_events_and_nothing_else() -> None:
    events = a_run(1)
    digest = account_from_events(events).digest
    assert account_from_events(iter(events), lexicon={"any": {"light": ("x",)}}, places={"a": "b"}).digest == digest
    assert account_from_events(events[:-1]).digest != digest


def test_what_comes_out_to_several_at_once_is_one_beat() -> None:
    out: Any = {"secret": "the chain", "text": "It was cut.", "source": "seen", "sure": 100}
    account = a_campaign(ev.Learned(agent="Mira", **out), ev.Learned(agent="Tom", **out))
    assert [(beat.key, beat.events) for beat in account.beats] == [("learn.true", (3, 4))]


def test_a_place_is_sketched_in_words_that_the_log_vouches_for() -> None:
    places = {
        "the Quay": "A long wall, and the Quay on it. It has two ends.",
        "the Stair": "Forty steps.",
        "the Inn": "A house that Old Harry built.",
    }
    account = account_from_events(a_run(1), places=places)
    assert account.sketch("the Quay") == "a long wall, and the Quay on it"
    assert [account.sketch(place) for place in ("the Stair", "the Inn", "elsewhere")] == ["", "", ""]


def test_chapters_hold_every_turn_once_and_break_where_tension_shifts() -> None:
    calm = [ev.TurnBegan(turn=number, tension=10, act="setup") for number in range(1, 7)]
    storm = [ev.TurnBegan(turn=number, tension=80, act="crisis") for number in range(7, 11)]
    account = account_from_events([*calm, *storm])
    chapters = divide(account, {})
    assert [turn.number for chapter in chapters for turn in chapter.turns] == list(range(1, 11))
    assert any(chapter.turns[0].number == 7 for chapter in chapters)
    for seed in range(4):
        account = account_from_events(a_run(seed, where=SIEGE, turns=17))
        chapters = divide(account, weigh(account, {}))
        assert [turn for chapter in chapters for turn in chapter.turns] == list(account.turns)
        assert 4 <= len(chapters) <= 9


def test_a_turn_of_heart_weighs_more_than_the_deed_alone() -> None:
    aided = ev.Aided(agent="Tom", whom="Mira", place="the Quay", healed=1, **CHECK)
    cold, warm = a_campaign(attacked("Mira", "Tom")), a_campaign(aided, attacked("Mira", "Tom"))
    assert weigh(warm, {})[4] > weigh(cold, {})[3]
