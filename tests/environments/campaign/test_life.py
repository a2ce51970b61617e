"""Life: what campaigns by rules are like over many seeds: people differ, much happens, it ends in different ways."""

from collections import Counter
from functools import cache
from typing import Any

from tests.environments.campaign.mill import persona, the_mill
from tests.environments.campaign.table import Table, a_setting, of, tables

from fabula.environments.campaign.actions import Attack, Defend, Investigate, Move, Rest, Sneak
from fabula.environments.campaign.events import (
    Attacked,
    CampaignEnded,
    ClockMoved,
    Complicated,
    Fell,
    Learned,
    Moved,
    Persuaded,
    Searched,
    Spoke,
    Took,
    TurnBegan,
    Wounded,
)
from fabula.environments.campaign.setting import Character, Clock, Deed, Place, Setting, Threat, Way

SEEDS = 30


@cache
def lives() -> tuple[Table, ...]:
    """The mill's flood under many seeds, to the end."""
    played = tuple(tables(the_mill(), seeds=SEEDS))
    for table in played:
        table.by_rules()
    return played


def test_it_ends_in_every_way_it_can() -> None:
    kinds = Counter(event.outcome for table in lives() for event in of(CampaignEnded, table.events))
    assert sum(kinds.values()) == SEEDS
    assert {"won", "lost", "spent"} <= set(kinds), kinds


def test_much_happens_in_every_run() -> None:
    for table in lives():
        turns = len(of(TurnBegan, table.events))
        assert turns >= 6
        happened = Counter(type(event) for event in table.events)
        for kind, least in (
            (Moved, 1),
            (Searched, 0.3),
            (Spoke, 0.3),
            (Persuaded, 0.3),
            (ClockMoved, 2),
            (Learned, 0.1),
        ):
            assert happened[kind] >= least * turns, f"{kind.__name__} in {turns} turns: {happened[kind]}"


def test_there_are_fights_with_wounds_and_a_few_falls_but_no_massacre() -> None:
    falls = [len(of(Fell, table.events)) for table in lives()]
    assert 0.3 <= sum(falls) / SEEDS <= 3
    assert max(falls) <= 5
    assert all(of(Wounded, table.events) for table in lives())
    dead = sum(fell.dead for table in lives() for fell in of(Fell, table.events))
    assert dead <= sum(falls) / 3
    between_people = [
        event for table in lives() for event in of(Attacked, table.events) if event.target in table.state.agents
    ]
    assert sum(event.agent in the_names() for event in between_people) >= SEEDS / 3


def test_secrets_travel_and_sometimes_turn_false_on_the_way() -> None:
    heard = [event for table in lives() for event in of(Learned, table.events) if event.source != "seen"]
    assert len(heard) >= 2 * SEEDS
    assert 0.05 < sum(not event.true for event in heard) / len(heard) < 0.5


def test_things_change_hands_and_things_go_wrong() -> None:
    assert sum(len(of(Took, table.events)) for table in lives()) >= SEEDS / 2
    assert all(of(Complicated, table.events) for table in lives())


def test_no_two_runs_are_alike() -> None:
    tales = {tuple(type(event).__name__ for event in table.events) for table in lives()}
    assert len(tales) == SEEDS


def the_names() -> set[str]:
    return {character.persona.name for character in the_mill().characters}


# --- people differ ---


def deeds_of(who: Character, others: tuple[Character, ...] = (), *, turns: int = 4, **more: Any) -> Counter[type]:
    """What somebody decides to do in the same place under many seeds."""
    decided: Counter[type] = Counter()
    for table in tables(_the_post(who, others, **more), seeds=40):
        while table.state.ended is None and table.state.turn <= turns:
            for asked in table.campaign.observe(table.state):
                if asked.agent == "Kim":
                    decided[type(table.answer(asked))] += 1
            table.step_by_rules()
    return decided


def _the_post(who: Character, others: tuple[Character, ...], **more: Any) -> Setting:
    """A post under attack, with a quiet yard behind it."""
    post = Place(name="the Post", description="", ways=(Way(to="the Yard"),), peril=60, details=("a hole",))
    yard = Place(name="the Yard", description="", shelter=60, details=("a well",))
    raiders = Threat(name="the raiders", description="", place="the Post", strength=30, harm=1, advances="the fall")
    fall = Clock(
        name="the fall",
        description="",
        segments=20,
        filled=6,
        moved_by=(Deed(kind="defend", place="the Post", by=-1), Deed(kind="attack", place="the Post", by=-1)),
        bad_for=("the Reds",),
    )
    return a_setting((post, yard), who, *others, threats=(raiders,), clocks=(fall,), **more)


def kim(**weights: Any) -> Character:
    return Character(persona=persona("Kim", **weights), place="the Post", faction="the Reds", vigour=9)


def withdrawn(deeds: Counter[type]) -> int:
    return deeds[Move] + deeds[Sneak]


def test_the_cautious_withdraw_more_than_the_reckless() -> None:
    cautious, reckless = deeds_of(kim(self_preservation=0.95)), deeds_of(kim(self_preservation=0.05))
    assert withdrawn(cautious) > 2 * withdrawn(reckless), (cautious, reckless)


def test_the_loyal_help_their_faction_more() -> None:
    def help_given(deeds: Counter[type]) -> int:
        return deeds[Defend] + deeds[Attack]

    loyal, disloyal = deeds_of(kim(loyalty=0.95, duty=0.8)), deeds_of(kim(loyalty=0.05, duty=0.2))
    assert help_given(loyal) > 1.5 * help_given(disloyal), (loyal, disloyal)


def test_the_curious_search_more_and_the_aggressive_strike_more() -> None:
    curious, aggressive = deeds_of(kim(curiosity=0.95, aggression=0.1)), deeds_of(kim(aggression=0.95, curiosity=0.1))
    assert curious[Investigate] > aggressive[Investigate], (curious, aggressive)
    assert aggressive[Attack] > curious[Attack], (curious, aggressive)


def test_the_wounded_look_to_themselves() -> None:
    def resting(vigour: int) -> int:
        rested = 0
        for table in tables(_the_post(kim(), ()), seeds=40):
            table.agent("Kim").vigour = vigour
            table.step_by_rules()
            rested += isinstance(table.answer(table.asked("Kim")), Move | Sneak | Rest)
        return rested

    assert resting(2) > resting(9)


def test_everybody_at_the_mill_is_somebody() -> None:
    """Each of the eight does something markedly more than the eight do in the mean."""
    done: dict[str, Counter[str]] = {}
    for seed in range(10):
        table = Table(the_mill(), seed=seed)
        while table.state.ended is None:
            for name, deed in _decided(table):
                done.setdefault(name, Counter())[deed] += 1
    together = sum(done.values(), Counter[str]())
    mean = {deed: count / together.total() for deed, count in together.items()}
    for name, deeds in done.items():
        shares = {deed: count / deeds.total() for deed, count in deeds.items()}
        assert any(shares[deed] > 1.5 * mean[deed] and shares[deed] > 0.08 for deed in shares), (name, deeds)


def _decided(table: Table) -> list[tuple[str, str]]:
    asked = table.campaign.observe(table.state)
    decided = [(str(one.agent), type(table.answer(one)).__name__) for one in asked if one.agent in table.state.agents]
    table.step_by_rules()
    return decided
