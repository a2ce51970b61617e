"""Senses: what of a world's events people keep in mind, and what is never remembered."""

import pytest
from msgspec.structs import replace
from tests.environments.world.remembering import Life
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.agents.memory.experience import KNOWN, SEEN, Experience, Kind
from fabula.engine.values import AgentId
from fabula.environments.world import events as happened
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.senses import WorldSenses
from fabula.environments.world.setting import Ability

ADA, TOM, EVE = AgentId("Ada"), AgentId("Tom"), AgentId("Eve")
ALL = (ADA, EVE, TOM)


def senses(*gifts: Ability) -> WorldSenses:
    """Those of a village of three, whom everybody has met."""
    people = [
        a_person("Ada", bonds={"Tom": -40}, grudge="Tom: the well that ran dry"),
        a_person("Tom"),
        a_person("Eve"),
    ]
    made = WorldSenses(a_setting(*people, abilities=gifts))
    for name in ALL:
        event = happened.Came(agent=name, faction="Town", seen_by=ALL)
        made.notice(event)
        for viewer in ALL:
            made.experiences(event, viewer, 0)
    return made


def lived(event: AnyEvent, viewer: AgentId, made: WorldSenses | None = None) -> list[Experience]:
    """What somebody makes of an event, besides meeting people."""
    made = made or senses()
    made.notice(event)
    return [one for one in made.experiences(event, viewer, 9) if one.kind is not Kind.BOND or one.feels]


def kept(event: AnyEvent, viewer: AgentId) -> Experience:
    (one,) = lived(event, viewer)
    return one


def test_nobody_remembers_what_they_did_not_perceive() -> None:
    event = happened.Quarrelled(agent="Tom", whom="Eve", about="the well", bond=-20, seen_by=(EVE, TOM))
    with pytest.raises(AssertionError, match="did not perceive"):
        senses().experiences(event, ADA, 3)


@pytest.mark.parametrize(
    "event",
    [
        happened.Ate(agent="Ada", what="bread", place="Elm House", seen_by=ALL),
        happened.Bought(agent="Ada", what="bread", amount=2, price=8, seller="the Market", seen_by=ALL),
        happened.Worked(agent="Ada", made="grain", amount=3, wage=6, place="Long Field", seen_by=ALL),
        happened.Arrived(agent="Ada", place="the Market", seen_by=ALL),
        happened.Woke(agent="Ada", seen_by=ALL),
        happened.HourStruck(day=1, hour=9, seen_by=ALL),
        happened.PlanMade(agent="Ada", what="go to the Market", seen_by=ALL),
        happened.PlanDone(agent="Ada", what="go to the Market", seen_by=ALL),
        happened.PriceMoved(place="the Market", what="bread", before=20, now=22, why="scarce", seen_by=ALL),
        happened.Tallied(faction="Town", lives=9, seen_by=ALL),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_every_day_is_made_of_is_not_remembered(event: AnyEvent) -> None:
    assert [lived(event, viewer) for viewer in ALL] == [[], [], []]


def test_a_greeting_is_remembered_by_nobody_but_whom_it_was_for() -> None:
    hello = happened.Said(agent="Tom", to="Ada", text="Good day.", seen_by=ALL)
    assert lived(hello, TOM) == lived(hello, EVE) == []
    assert kept(hello, ADA).importance <= 0.1


def test_news_is_words_with_a_claim() -> None:
    told = "Eve took 3 bread from the Market."
    said = kept(happened.Said(agent="Tom", to="Ada", text="Eve did it.", about="Eve", news=told, seen_by=ALL), ADA)
    assert (said.kind, said.claim, said.about, said.doer) == (Kind.WORDS, told, "Eve", "Tom")


def test_a_theft_that_one_sees_is_learned_and_ones_own_is_a_deed() -> None:
    theft = happened.Stole(
        agent="Tom", from_whom="the Market", owner="Eve", what="bread", amount=3, worth=12, seen_by=ALL
    )
    witness, owner, thief = (kept(theft, viewer) for viewer in (ADA, EVE, TOM))
    assert (witness.kind, witness.source) == (Kind.LEARNED, SEEN)
    assert witness.claim == "Tom stole 3 bread from the Market, which belonged to Eve."
    assert owner.importance > witness.importance
    assert (thief.kind, thief.deed) == (Kind.DEED, "steal 3 bread from the Market, which belonged to Eve")


def test_what_one_misses_is_learned() -> None:
    gone = happened.Missed(agent="Eve", what="bread", amount=2, suspect="Tom", place="the Market", seen_by=(EVE,))
    assert kept(gone, EVE).claim == "Eve found 2 bread gone at the Market, and suspected Tom."


def test_a_bond_that_moves_is_felt_by_its_owner_alone() -> None:
    moved = happened.BondMoved(agent="Ada", toward="Tom", by=-20, now=-60, why="the theft", seen_by=(ADA, TOM))
    felt = kept(moved, ADA)
    assert (felt.kind, felt.to, felt.feels, felt.now) == (Kind.BOND, "Tom", -0.2, -0.6)
    assert felt.text == "Ada came to think worse of Tom: the theft."
    assert lived(moved, TOM) == []


def test_death_weighs_most_then_wounds_then_quarrels_then_words() -> None:
    weights = [
        kept(event, ADA).importance
        for event in (
            happened.Died(agent="Tom", cause="blows", by="Eve", seen_by=ALL),
            happened.Attacked(agent="Tom", target="Ada", harm=400, wounds=True, seen_by=ALL),
            happened.Quarrelled(agent="Tom", whom="Ada", about="the well", bond=-30, seen_by=ALL),
            happened.Said(agent="Tom", to="Ada", text="A fine day.", tone="warm", seen_by=ALL),
            happened.Said(agent="Tom", to="Ada", text="Good day.", seen_by=ALL),
        )
    ]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(weights)


def test_what_a_beast_does_befalls_one_and_is_nobodys_deed() -> None:
    bitten = kept(happened.Attacked(agent="a wolf", target="Ada", harm=80, first=True, seen_by=ALL), ADA)
    assert (bitten.kind, bitten.to, bitten.doer) == (Kind.WORLD, "Ada", "")
    assert bitten.text == "A wolf struck Ada."


def test_a_harmful_gift_is_a_harm_and_another_a_kindness() -> None:
    gifts = (Ability(name="curse", effect="harm", power=100), Ability(name="soothe", effect="heal", power=100))
    made = senses(*gifts)
    for ability, sign in (("curse", -1), ("soothe", 1)):
        (felt,) = lived(happened.UsedAbility(agent="Tom", ability=ability, on="Ada", seen_by=ALL), ADA, made)
        assert felt.kindness * sign > 0


def test_people_bring_along_how_they_feel_and_what_they_hold_against_somebody() -> None:
    made = WorldSenses(a_setting(a_person("Ada", bonds={"Tom": -40}, grudge="Tom: the well"), a_person("Tom")))
    came = happened.Came(agent="Ada", faction="Town", seen_by=(ADA, TOM))
    made.notice(came)
    own, tom, grudge = made.experiences(came, ADA, 0)
    assert (own.to, own.side) == ("Ada", "Town")
    assert (tom.to, tom.now, tom.side) == ("Tom", -0.4, "Town")
    assert (grudge.source, grudge.claim) == (KNOWN, "Ada had an old grudge against Tom over the well.")
    assert made.experiences(came, TOM, 0) == ()


def test_the_turn_is_the_day() -> None:
    made = senses()
    assert made.turn == 1
    made.notice(happened.DayBegan(day=3))
    assert made.turn == 3
    assert kept(happened.Died(agent="Tom", cause="age", seen_by=ALL), ADA).turn == 1


def test_everybody_has_a_persona_one_who_came_later_too() -> None:
    ada = senses().persona(ADA)
    stranger = senses().persona(AgentId("Odo"))
    assert ada is not None
    assert stranger is not None
    assert (ada.name, stranger.name) == ("Ada", "Odo")


def test_memories_stay_small_and_are_the_same_each_time() -> None:
    people = [a_person(name, home="Kiln House", goods={"bread": 9}) for name in ("Ada", "Tom", "Eve")]

    def a_day() -> list[dict[str, object]]:
        life = Life(Trial(a_setting(*people, ticks=500)))
        life.by_rules(400)
        return [life.memory(name).view() for name in ALL]

    first = a_day()
    assert first == a_day()
    assert all(len(memory["entries"]) < 60 for memory in first)  # type: ignore[arg-type]


def test_a_memory_that_was_shown_less_holds_nothing_more() -> None:
    """Who is taken out of `seen_by` never learns of it."""
    theft = happened.Stole(agent="Tom", from_whom="Eve", what="bread", amount=1, worth=4, seen_by=ALL)
    unseen = replace(theft, seen_by=(TOM,))
    assert lived(theft, ADA)
    with pytest.raises(AssertionError):
        lived(unseen, ADA)
