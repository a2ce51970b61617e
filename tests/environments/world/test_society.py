"""Society: what people see and are told moves how they feel, what they know and what is said of them - nothing else."""

from collections.abc import Sequence
from time import process_time
from typing import TypeVar

import pytest
from tests.environments.world.worlds import PLACES, Trial, a_person, a_setting

from fabula.environments.world import events as happened
from fabula.environments.world.components import Intent
from fabula.environments.world.events import (
    Accused,
    Amended,
    AnyEvent,
    Attacked,
    BondMoved,
    Gave,
    MadeUp,
    Missed,
    Quarrelled,
    ReputationMoved,
    Said,
    Stole,
    Yielded,
)
from fabula.environments.world.saving import as_bytes
from fabula.environments.world.society.quarrels import COOL_TICKS, FEUD_FLOOR, FEUD_HEAT, QUARRELS_MAX, fall_out
from fabula.environments.world.society.refusal import is_refused
from fabula.environments.world.society.repute import TOLD_STEP
from fabula.environments.world.society.wrongs import WRONGS_MAX, learn
from fabula.environments.world.state import HEARD_MAX, Person, Quarrel, Wrong
from fabula.environments.world.systems import society

MARKET = 3
STALL = tuple(
    type(place)(name=place.name, kind=place.kind, region=place.region, owner="Ada", stock=place.stock, till=place.till)
    if place.name == "the Market"
    else place
    for place in PLACES
)
"""The village, with Ada for the owner of the market."""

E = TypeVar("E")


def a_village(*people: object, **more: object) -> Trial:
    """Ada and Tom, Eve, who stand together in the market, awake."""
    given = people or (a_person("Ada"), a_person("Tom"), a_person("Eve"))
    trial = Trial(a_setting(*given, places=STALL, **more))  # type: ignore[arg-type]
    for number, person in enumerate(trial.state.people):
        trial.put(person.name, 11 + number % 3, 7)
    trial.state.tick = 1
    return trial


def person(trial: Trial, name: str) -> Person:
    found = trial.state.person(name)
    assert found is not None
    return found


def sinks_in(trial: Trial, *events: AnyEvent) -> list[AnyEvent]:
    """What comes of these events; the tick is over then."""
    tick = trial.tick()
    tick.events += events
    society.run(tick)
    trial.state.tick += 1
    return tick.events[len(events) :]


def of(kind: type[E], events: Sequence[object]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def a_theft(*seen_by: str, thief: str = "Tom", worth: int = 12) -> Stole:
    return Stole(
        agent=thief,
        place="the Market",
        from_whom="the Market",
        what="bread",
        amount=3,
        worth=worth,
        owner="Ada",
        seen_by=tuple(sorted({thief, *seen_by})),  # type: ignore[arg-type]
    )


def test_a_theft_that_is_seen_is_a_wrong_to_the_victim_and_the_witness() -> None:
    trial = a_village()

    events = sinks_in(trial, a_theft("Ada", "Eve"))

    for name in ("Ada", "Eve", "Tom"):
        (wrong,) = person(trial, name).wrongs
        assert (wrong.by, wrong.to, wrong.what) == ("Tom", "Ada", "taking 3 bread from the Market")
        assert not wrong.told_by
        assert not wrong.settled
    moved = {event.agent: event.by for event in of(BondMoved, events)}
    assert moved["Ada"] < moved["Eve"] < 0
    assert trial.state.lives.reputation[trial.row("Tom")] < 0


def test_a_theft_that_nobody_sees_moves_nobody() -> None:
    trial = a_village()

    events = sinks_in(trial, a_theft())

    assert events == []
    assert not person(trial, "Ada").wrongs
    assert trial.state.lives.reputation[trial.row("Tom")] == 0


def test_only_who_feels_it_perceives_how_a_bond_moves() -> None:
    events = sinks_in(a_village(), a_theft("Ada", "Eve"))

    assert all(event.seen_by == (event.agent,) for event in of(BondMoved, events))


def test_a_bond_is_bounded() -> None:
    trial = a_village(a_person("Ada", bonds={"Tom": -95}), a_person("Tom"), a_person("Eve"))

    for _ in range(3):
        sinks_in(trial, a_theft("Ada"))

    assert person(trial, "Ada").bonds["Tom"] == -100


def test_a_reputation_is_told_when_it_moved_enough() -> None:
    trial = a_village()

    gifts = [sinks_in(trial, a_gift()) for _ in range(12)]

    told = [event for events in gifts for event in of(ReputationMoved, events)]
    assert 0 < len(told) < 3
    assert all(abs(event.by) >= TOLD_STEP for event in told)


def a_gift(giver: str = "Tom", taker: str = "Ada") -> Gave:
    return Gave(agent=giver, to=taker, what="bread", amount=2, seen_by=("Ada", "Eve", "Tom"))  # type: ignore[arg-type]


def test_a_gift_is_felt_and_cools_a_quarrel() -> None:
    trial = a_village()
    person(trial, "Ada").quarrels = [Quarrel(whom="Tom", about="a hat", since=0, heat=60)]

    sinks_in(trial, a_gift())

    assert person(trial, "Ada").bonds["Tom"] > 0
    assert person(trial, "Ada").quarrels[0].heat < 60


def test_news_reaches_whom_it_is_told_and_nobody_else() -> None:
    trial = a_village()
    sinks_in(trial, a_theft("Eve"))

    sinks_in(trial, said("Eve", "Ada", about="Tom"))

    (wrong,) = person(trial, "Ada").wrongs
    assert wrong.told_by == "Eve"
    assert person(trial, "Ada").bonds["Tom"] < 0


def said(speaker: str, hearer: str, *, about: str = "", tone: str = "") -> Said:
    names = ("Ada", "Eve", "Tom")
    return Said(agent=speaker, to=hearer, text="…", about=about, tone=tone, seen_by=names)  # type: ignore[arg-type]


def test_what_somebody_says_plainly_of_another_carries_what_they_know() -> None:
    trial = a_village()
    sinks_in(trial, a_theft("Eve"))
    tick = trial.tick()
    tick.tell(said("Eve", "Ada", about="Tom"))

    society.run(tick)

    (event,) = of(Said, tick.events)
    assert event.news == "Tom was seen taking 3 bread from the Market"


def test_the_owner_misses_what_was_taken_unseen_when_they_come_to_it() -> None:
    trial = a_village()
    sinks_in(trial, a_theft())
    trial.put("Ada", 0, 0)
    trial.state.tick = 30
    assert not of(Missed, sinks_in(trial))

    trial.put("Ada", 11, 7)
    trial.state.tick = 60
    events = sinks_in(trial)

    (missed,) = of(Missed, events)
    assert (missed.agent, missed.what, missed.amount) == ("Ada", "bread", 3)
    trial.state.tick = 90
    assert not of(Missed, sinks_in(trial)), "it is missed once"


def test_an_owner_suspects_somebody_they_saw_and_do_not_trust() -> None:
    trial = a_village(a_person("Ada", bonds={"Eve": -20}), a_person("Tom"), a_person("Eve"))
    sinks_in(trial, a_theft())
    person(trial, "Ada").seen |= {"Eve": 1, "Tom": 1}
    trial.state.tick = 30

    (missed,) = of(Missed, sinks_in(trial))

    assert missed.suspect == "Eve"
    assert not person(trial, "Ada").wrongs, "a suspicion is not knowledge"


def an_accusation(*, owned_up: bool, accuser: str = "Ada") -> Accused:
    return Accused(
        agent=accuser,
        whom="Tom",
        of="taking 3 bread from the Market",
        owned_up=owned_up,
        seen_by=("Ada", "Eve", "Tom"),  # type: ignore[arg-type]
    )


def test_who_owns_up_pays_and_it_is_settled_for_all_who_see_it() -> None:
    trial = a_village()
    sinks_in(trial, a_theft("Ada", "Eve"))
    lives = trial.state.lives
    before = int(lives.coin[trial.row("Ada")])

    events = sinks_in(trial, an_accusation(owned_up=True))

    (amended,) = of(Amended, events)
    assert (amended.agent, amended.whom, amended.amount) == ("Tom", "Ada", 12)
    assert lives.coin[trial.row("Ada")] == before + 12
    assert all(wrong.settled for name in ("Ada", "Eve", "Tom") for wrong in person(trial, name).wrongs)


def test_who_denies_it_answers_and_has_bad_blood() -> None:
    trial = a_village(*[a_person(name, weights={"aggression": 1.0}) for name in ("Ada", "Tom", "Eve")])
    sinks_in(trial, a_theft("Ada"))

    events = sinks_in(trial, an_accusation(owned_up=False))

    assert of(Said, events)[0].agent == "Tom"
    assert of(Quarrelled, events)
    assert [one.whom for one in person(trial, "Tom").quarrels] == ["Ada"]


def test_to_be_wrongly_accused_hurts_more_than_to_be_found_out() -> None:
    innocent, guilty = a_village(), a_village()
    sinks_in(guilty, a_theft("Ada"))

    for trial in (innocent, guilty):
        sinks_in(trial, an_accusation(owned_up=False))

    assert person(innocent, "Tom").bonds["Ada"] < person(guilty, "Tom").bonds["Ada"]


def test_who_has_paid_says_so_and_is_believed() -> None:
    trial = a_village()
    sinks_in(trial, a_theft("Eve"))
    person(trial, "Tom").wrongs[0].settled = True

    events = sinks_in(trial, an_accusation(owned_up=False, accuser="Eve"))

    assert not of(Quarrelled, events)
    assert person(trial, "Eve").wrongs[0].settled


def test_a_constable_who_knows_of_a_theft_makes_the_thief_pay() -> None:
    keeper = a_person("Eve")
    keeper = type(keeper)(
        persona=type(keeper.persona)(name="Eve", role="Constable"), kind="villager", faction="Town", home="Elm House"
    )
    trial = a_village(a_person("Ada"), a_person("Tom"), keeper)
    sinks_in(trial, a_theft("Eve"))
    trial.state.tick = 6

    events = sinks_in(trial)

    assert [event.agent for event in of(Accused, events)] == ["Eve"]
    assert [(event.agent, event.whom, event.amount) for event in of(Amended, events)] == [("Tom", "Ada", 12)]


def test_who_cannot_pay_owes_it_still() -> None:
    trial = a_village(a_person("Ada"), a_person("Tom", coin=0), a_person("Eve"))
    sinks_in(trial, a_theft("Ada"))

    events = sinks_in(trial, an_accusation(owned_up=True))

    assert not of(Amended, events)
    assert not person(trial, "Ada").wrongs[0].settled


def test_the_wronged_do_not_serve_who_wronged_them() -> None:
    trial = a_village()
    tick = trial.tick()
    assert not is_refused(tick, MARKET, trial.row("Tom"))

    sinks_in(trial, a_theft("Ada"))

    assert is_refused(tick, MARKET, trial.row("Tom"))
    assert not is_refused(tick, MARKET, trial.row("Eve"))


def test_who_is_struck_first_is_wronged_and_who_strikes_back_does_no_wrong() -> None:
    trial = a_village()

    sinks_in(trial, a_blow("Tom", "Ada"))
    sinks_in(trial, a_blow("Ada", "Tom"))

    assert {wrong.by for wrong in person(trial, "Eve").wrongs} == {"Tom"}


def a_blow(agent: str, target: str) -> Attacked:
    return Attacked(agent=agent, target=target, harm=50, first=True, seen_by=("Ada", "Eve", "Tom"))  # type: ignore[arg-type]


def test_angry_words_to_somebody_with_a_temper_are_a_quarrel() -> None:
    trial = a_village(*[a_person(name, weights={"aggression": 1.0}) for name in ("Ada", "Tom")], a_person("Eve"))

    events = sinks_in(trial, said("Ada", "Tom", about="a hat", tone="angry"))

    (event,) = of(Quarrelled, events)
    assert (event.agent, event.whom, event.about) == ("Ada", "Tom", "a hat")
    assert "Ada quarrelled with Tom over a hat" in person(trial, "Eve").heard
    assert not of(Quarrelled, sinks_in(trial, said("Tom", "Ada", about="a hat", tone="angry"))), "once is enough"


def test_friends_take_sides() -> None:
    trial = a_village(a_person("Ada"), a_person("Tom"), a_person("Eve", bonds={"Ada": 60}))

    sinks_in(trial, Quarrelled(agent="Ada", whom="Tom", about="a hat", bond=0, seen_by=("Ada", "Eve", "Tom")))  # type: ignore[arg-type]

    assert person(trial, "Eve").bonds["Tom"] < 0


def test_a_quarrel_cools_and_a_feud_only_so_far() -> None:
    trial = a_village()
    person(trial, "Ada").quarrels = [
        Quarrel(whom="Tom", about="a hat", since=1, heat=60),
        Quarrel(whom="Eve", about="the well", since=-1000, heat=60),
    ]

    for number in range(40):
        trial.state.tick = (number + 1) * COOL_TICKS
        sinks_in(trial)

    hat, well = person(trial, "Ada").quarrels
    assert hat.heat == 20
    assert well.heat == FEUD_FLOOR


def test_to_make_up_ends_a_quarrel_for_both() -> None:
    trial = a_village()
    for one, other in (("Ada", "Tom"), ("Tom", "Ada")):
        person(trial, one).quarrels = [Quarrel(whom=other, about="a hat", since=1, heat=40)]

    sinks_in(trial, MadeUp(agent="Ada", whom="Tom", bond=0, about="a hat", seen_by=("Ada", "Eve", "Tom")))  # type: ignore[arg-type]

    assert not person(trial, "Ada").quarrels
    assert not person(trial, "Tom").quarrels
    assert all(person(trial, name).bonds[other] > 0 for name, other in (("Ada", "Tom"), ("Tom", "Ada")))
    assert "Ada made up with Tom over a hat" in person(trial, "Eve").heard


def test_an_old_feud_outlives_a_hand_held_out_while_it_is_hot() -> None:
    trial = a_village(a_person("Ada"), a_person("Tom", grudge="Ada: the well that ran dry"), a_person("Eve"))
    trial.state.tick = 0
    sinks_in(trial)
    (feud,) = person(trial, "Tom").quarrels
    assert (feud.whom, feud.about) == ("Ada", "the well that ran dry")
    assert FEUD_FLOOR <= feud.heat <= FEUD_HEAT

    sinks_in(trial, MadeUp(agent="Ada", whom="Tom", bond=0, seen_by=("Ada", "Tom")))  # type: ignore[arg-type]

    (feud,) = person(trial, "Tom").quarrels
    assert feud.heat < FEUD_FLOOR


def test_a_brawl_ends_before_it_is_earnest() -> None:
    bold = {"aggression": 1.0, "courage": 1.0}
    trial = a_village(a_person("Ada", weights=bold), a_person("Tom", weights=bold))
    for one, other in (("Ada", "Tom"), ("Tom", "Ada")):
        person(trial, one).quarrels = [Quarrel(whom=other, about="a hat", since=1, heat=100)]
    lives = trial.state.lives
    for _ in range(40):
        sinks_in(trial, Quarrelled(agent="Ada", whom="Tom", about="a hat", bond=0, seen_by=("Ada", "Tom")))  # type: ignore[arg-type]
        if lives.intent[trial.row("Ada")] == Intent.FIGHT:
            break
    assert lives.intent[trial.row("Tom")] == Intent.FIGHT

    trial.state.opened = True
    events = trial.steps(25)

    assert len(of(Yielded, events)) == 1
    assert min(lives.health[trial.row(name)] for name in ("Ada", "Tom")) > 600
    assert not of(happened.Died, events)


def test_neighbours_spare_who_is_spent_and_foes_do_not() -> None:
    trial = a_village(a_person("Ada"), a_person("Tom"), a_person("Eve"))
    lives = trial.state.lives
    ada, tom, eve = (trial.row(name) for name in ("Ada", "Tom", "Eve"))
    lives.faction[eve] = 1
    lives.health[tom] = 200
    for row in (ada, eve):
        lives.intent[row], lives.target[row] = Intent.FIGHT, lives.id[tom]

    sinks_in(trial)

    assert lives.intent[ada] == Intent.HOLD
    assert lives.intent[eve] == Intent.FIGHT


def test_who_defends_a_friend_does_no_wrong() -> None:
    trial = a_village(a_person("Ada"), a_person("Tom"), a_person("Eve", bonds={"Ada": 60}))
    lives = trial.state.lives
    lives.intent[trial.row("Tom")], lives.target[trial.row("Tom")] = Intent.FIGHT, person(trial, "Ada").life

    sinks_in(trial, a_blow("Eve", "Tom"))

    assert not person(trial, "Eve").wrongs


def test_memories_are_bounded_and_settled_wrongs_go_first() -> None:
    who = Person(name="Ada")  # type: ignore[arg-type]
    for number in range(WRONGS_MAX + 5):
        learn(who, Wrong(by="Tom", to="Eve", what=f"taking {number} bread", tick=number, settled=number % 2 == 1))
        fall_out(a_village().tick(), who, f"Bob {number}", "a hat") if number < QUARRELS_MAX + 2 else None

    assert len(who.wrongs) == WRONGS_MAX
    assert len(who.quarrels) == QUARRELS_MAX
    assert len(who.heard) == HEARD_MAX
    assert {wrong.tick for wrong in who.wrongs} >= {0, 2, 4, 6, 8, 10}


def test_the_same_seed_makes_the_same_society() -> None:
    first, second = (a_day_of_a_village() for _ in range(2))

    assert first == second


def a_day_of_a_village() -> bytes:
    trial = Trial(a_setting(*[a_person(name, bonds={"Ada": -40}) for name in ("Ada", "Tom", "Eve", "Bob")]))
    trial.steps(300)
    return as_bytes(trial.state)


@pytest.mark.parametrize("people", [200])
def test_two_hundred_people_cost_less_than_five_milliseconds_a_tick(people: int) -> None:
    trial = Trial(a_setting(*[a_person(f"P{number} Q{number}") for number in range(people)]))
    trial.state.tick = 1
    rounds = 30
    begun = process_time()
    for _ in range(rounds):
        sinks_in(trial, a_theft_at_home())
    assert (process_time() - begun) / rounds < 0.025


def a_theft_at_home() -> Stole:
    names = tuple(sorted(f"P{number} Q{number}" for number in range(30)))
    return Stole(agent="P0 Q0", from_whom="P1 Q1", what="coin", amount=2, worth=2, seen_by=names)  # type: ignore[arg-type]
