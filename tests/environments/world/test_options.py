"""Options: what comes to somebody's mind, all of it doable, in character, and mostly to carry on."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace
from tests.environments.world.worlds import PLACES, Trial, a_person, a_setting

from fabula.agents.minds.rules import RulesMind
from fabula.agents.persona import Persona, Weight
from fabula.engine.chance import Chance
from fabula.engine.digest import canonical
from fabula.engine.values import Action, AgentId, Observation, Option
from fabula.environments.world import events as happened
from fabula.environments.world.actions import (
    Accuse,
    Amend,
    Attack,
    Buy,
    CarryOn,
    Eat,
    Flee,
    Forgive,
    Give,
    Go,
    Guard,
    Plan,
    Say,
    Steal,
    UseAbility,
    WorldAction,
)
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.hearsay import loss
from fabula.environments.world.options import OPTIONS_MAX
from fabula.environments.world.outlook import Outlook
from fabula.environments.world.setting import Herd, Resident
from fabula.environments.world.state import Person, Quarrel, Wrong

ADA, TOM, EVE = AgentId("Ada"), AgentId("Tom"), AgentId("Eve")
A = TypeVar("A", bound=Action)

TOOK_BREAD = Wrong(by="Tom", to="Ada", what="taking 3 bread", worth=12, tick=0)


def a_village(ada: Resident | None = None, *others: Resident, wolves: int = 0) -> Trial:
    """Ada, Tom and Eve in the open, in sight of one another; Ada has cause to think."""
    people = (ada or a_person("Ada"), a_person("Tom"), a_person("Eve"), *others)
    herds = [Herd(kind="wolf", faction="Raiders", count=wolves)] if wolves else []
    trial = Trial(a_setting(*people, herds=herds, begins_h=9))
    for number, person in enumerate(trial.state.people):
        trial.put(person.name, 10 + 2 * number, 5)
        person.doing["up"] = 1
    trial.state.opened = True
    someone(trial, "Ada").occasions = ["nothing much has happened for a while"]
    return trial


def someone(trial: Trial, name: str) -> Person:
    person = trial.state.person(name)
    assert person is not None
    return person


def alone(trial: Trial) -> Trial:
    """The others are far away."""
    for number, person in enumerate(trial.state.people[1:]):
        trial.put(person.name, 22 - number, 12)
    return trial


def asked(trial: Trial, *news: AnyEvent) -> Observation:
    """The question to Ada after she perceived that."""
    someone(trial, "Ada").news = list(news)
    return next(one for one in trial.world.observe(trial.state) if one.agent == "Ada")


def actions(trial: Trial, *news: AnyEvent) -> list[Action]:
    return [option.action for option in asked(trial, *news).options]


def of(kind: type[A], actions: Sequence[Action]) -> list[A]:
    return [action for action in actions if isinstance(action, kind)]


def deeds(actions: Sequence[Action]) -> list[Action]:
    """All deeds, those of plans too."""
    return [deed for action in actions for deed in (action.deeds if isinstance(action, Plan) else (action,))]


def choice(observation: Observation, *, seeds: int = 100, **weights: float) -> Counter[str]:
    """What so many people with these drives choose."""
    persona = Persona(name="Ada", weights=tuple(Weight(name=name, value=by) for name, by in weights.items()))
    chosen = (asyncio.run(RulesMind(persona, Chance(seed)).decide(observation)) for seed in range(seeds))
    return Counter(type(action).__name__ for action in chosen)


def test_to_carry_on_always_comes_to_mind_and_mostly_wins() -> None:
    observation = asked(a_village())
    assert of(CarryOn, [option.action for option in observation.options])
    assert choice(observation)["CarryOn"] >= 60


def test_every_option_can_be_answered_with() -> None:
    ada = a_person("Ada", coin=50, goods={"bread": 9, "remedy": 1}, bonds={"Eve": 50, "Tom": 30})
    trial = a_village(ada, wolves=2)
    lives, row = trial.state.lives, trial.row("Ada")
    lives.health[row], lives.hunger[row], lives.fatigue[row], lives.solitude[row] = 500, 700, 800, 700
    lives.health[trial.row("Eve")] = 200
    person = someone(trial, "Ada")
    person.wrongs = [TOOK_BREAD, Wrong(by="Ada", to="Eve", what="taking 1 bread", worth=4, tick=0)]
    person.quarrels = [Quarrel(whom="Tom", about="the well", since=0, heat=20)]
    person.spoken = {"Tom": -500, "Eve": -500}
    options = asked(
        trial,
        happened.Attacked(agent="Tom", target="Ada", harm=60, seen_by=(ADA,)),
        happened.Accused(agent="Eve", whom="Ada", of="theft", seen_by=(ADA,)),
        happened.WentHungry(agent="Eve", seen_by=(ADA,)),
        happened.Said(agent="Tom", to="Ada", text="Well?", tone="asking", seen_by=(ADA,)),
    ).options
    assert len(options) == OPTIONS_MAX
    assert of(CarryOn, [option.action for option in options])
    for option in options:
        assert msgspec.json.decode(canonical(option.action), type=WorldAction) == option.action
        assert option.action.reason
        assert "{" not in option.action.reason


def test_who_was_robbed_and_saw_it_may_accuse_ask_or_let_it_be() -> None:
    trial = a_village()
    someone(trial, "Ada").wrongs = [TOOK_BREAD]

    options = asked(trial).options
    offered = [option.action for option in options]

    assert [(one.whom, one.of) for one in of(Accuse, offered)] == [("Tom", "taking 3 bread")]
    assert [(one.to, one.tone) for one in of(Say, offered)] == [("Tom", "asking")]
    assert [one.whom for one in of(Attack, offered)] == ["Tom"]
    assert len(of(CarryOn, offered)) == 2


def test_the_angry_accuse_and_the_kind_let_it_be() -> None:
    trial = a_village()
    someone(trial, "Ada").wrongs = [TOOK_BREAD]
    observation = asked(trial)
    angry, kind = choice(observation, anger=0.9), choice(observation, anger=0.1, compassion=0.9)
    assert angry["Accuse"] >= 60
    assert kind["Accuse"] <= 20
    assert choice(observation)["Attack"] <= 3


def test_a_wrong_that_is_settled_or_old_is_let_rest() -> None:
    trial = a_village()
    settled = msgspec.structs.replace(TOOK_BREAD, settled=True)
    old = msgspec.structs.replace(TOOK_BREAD, tick=-30_000)
    someone(trial, "Ada").wrongs = [settled, old]
    assert not of(Accuse, actions(trial))


def test_a_thief_out_of_sight_is_thought_of_when_it_is_news_or_a_day_begins() -> None:
    trial = alone(a_village())
    someone(trial, "Ada").wrongs = [TOOK_BREAD]
    assert not of(Accuse, actions(trial))
    theft = happened.Stole(agent="Tom", from_whom="Ada", what="bread", amount=3, worth=12, seen_by=(ADA, TOM))
    assert of(Accuse, actions(trial, theft))
    someone(trial, "Ada").occasions = ["a new day"]
    assert of(Accuse, actions(trial))


def test_the_constable_is_told() -> None:
    warden = Resident(persona=Persona(name="Odo", role="constable"), kind="villager", faction="Town")
    trial = a_village(None, warden)
    someone(trial, "Ada").wrongs = [TOOK_BREAD]
    assert ("Odo", "Tom") in [(one.to, one.about) for one in of(Say, actions(trial))]


def test_who_saw_another_robbed_may_tell_them() -> None:
    trial = a_village()
    someone(trial, "Ada").wrongs = [msgspec.structs.replace(TOOK_BREAD, to="Eve")]
    assert ("Eve", "Tom") in [(one.to, one.about) for one in of(Say, actions(trial))]


def test_hearsay_is_passed_on_to_friends_but_nobody_is_accused_of_it() -> None:
    trial = a_village(a_person("Ada", bonds={"Eve": 50}))
    heard = msgspec.structs.replace(TOOK_BREAD, to="Odo", told_by="Eve")
    someone(trial, "Ada").wrongs = [heard]
    offered = actions(trial)
    assert ("Eve", "Tom") in [(one.to, one.about) for one in of(Say, offered)]
    assert not of(Accuse, offered)


def test_who_did_wrong_may_make_amends_and_does_so_when_found_out() -> None:
    trial = a_village()
    someone(trial, "Ada").wrongs = [Wrong(by="Ada", to="Tom", what="taking 1 bread", worth=4, tick=0)]
    conscience = asked(trial)
    found_out = asked(trial, happened.Accused(agent="Tom", whom="Ada", of="taking 1 bread", seen_by=(ADA, TOM)))
    assert [one.whom for one in of(Amend, [option.action for option in conscience.options])] == ["Tom"]
    assert choice(conscience)["Amend"] < choice(found_out)["Amend"]


def test_who_is_innocent_has_nothing_to_amend_and_says_so() -> None:
    offered = actions(a_village(), happened.Accused(agent="Tom", whom="Ada", of="theft", seen_by=(ADA, TOM)))
    assert not of(Amend, offered)
    assert [(one.to, one.tone) for one in of(Say, offered)] == [("Tom", "angry")]


def test_a_quarrel_is_made_up_when_it_has_cooled_or_the_other_makes_a_step() -> None:
    trial = a_village()
    ada = someone(trial, "Ada")
    ada.quarrels = [Quarrel(whom="Tom", about="the well", since=0, heat=90)]
    sorry = happened.Said(agent="Tom", to="Ada", text="I was wrong.", tone="sorry", seen_by=(ADA, TOM))
    assert not of(Forgive, actions(trial))
    assert of(Forgive, actions(trial, sorry))
    ada.quarrels = [Quarrel(whom="Tom", about="the well", since=0, heat=20)]
    assert [one.whom for one in of(Forgive, actions(trial))] == ["Tom"]


def test_the_lonely_talk_to_friends_with_whom_they_have_not_just_spoken() -> None:
    trial = a_village(a_person("Ada", bonds={"Eve": 50}))
    trial.state.lives.solitude[trial.row("Ada")] = 900
    assert [(one.to, one.tone) for one in of(Say, actions(trial))] == [("Eve", "warm")]
    someone(trial, "Ada").spoken = {"Eve": trial.state.tick - 5}
    assert not of(Say, actions(trial))


def test_the_hungry_are_fed_from_ones_own_bag_or_by_way_of_the_market() -> None:
    hungry = happened.WentHungry(agent="Eve", seen_by=(ADA, EVE))
    with_bread = actions(a_village(a_person("Ada", goods={"bread": 2})), hungry)
    with_coin = actions(a_village(a_person("Ada", coin=20)), hungry)
    with_nothing = actions(a_village(a_person("Ada", coin=0)), hungry)
    assert [(one.to, one.what) for one in of(Give, with_bread)] == [("Eve", "bread")]
    assert any([type(deed) for deed in plan.deeds] == [Buy, Give] for plan in of(Plan, with_coin))
    assert not of(Give, deeds(with_nothing))


def test_the_hurt_are_tended() -> None:
    trial = a_village()
    trial.state.lives.health[trial.row("Eve")] = 200
    assert ("soothe", "Eve") in [(one.ability, one.on) for one in of(UseAbility, actions(trial))]


def test_hunger_makes_one_eat_or_buy() -> None:
    fed = a_village(a_person("Ada", goods={"bread": 1}))
    rich = a_village(a_person("Ada", coin=20))
    poor = a_village(a_person("Ada", coin=0))
    for trial in (fed, rich, poor):
        trial.state.lives.hunger[trial.row("Ada")] = 800
    assert of(Eat, actions(fed))
    assert any([type(deed) for deed in plan.deeds] == [Buy, Eat] for plan in of(Plan, actions(rich)))
    assert not of(Eat, deeds(actions(poor)))


def a_stall(*, honesty: int, hunger: int, watched: bool = False) -> Trial:
    """Ada stands at the market, without a penny."""
    trial = alone(a_village(a_person("Ada", coin=0)))
    trial.put("Ada", 12, 7)
    if watched:
        trial.put("Tom", 13, 7)
    lives, row = trial.state.lives, trial.row("Ada")
    lives.honesty[row], lives.hunger[row], lives.greed[row] = honesty, hunger, 40
    return trial


def test_only_need_and_few_scruples_make_a_thief_and_only_unwatched() -> None:
    assert [(one.from_, one.what) for one in of(Steal, actions(a_stall(honesty=20, hunger=800)))] == [
        ("the Market", "bread")
    ]
    assert not of(Steal, actions(a_stall(honesty=80, hunger=800)))
    assert not of(Steal, actions(a_stall(honesty=20, hunger=800, watched=True)))


def test_nobody_steals_where_they_work() -> None:
    trial = alone(a_village(a_person("Ada", coin=0, work="the Market")))
    trial.put("Ada", 12, 7)
    trial.state.lives.honesty[trial.row("Ada")] = 0
    assert not of(Steal, actions(trial))


def test_to_steal_is_out_of_character_for_most() -> None:
    observation = asked(a_stall(honesty=20, hunger=300))
    assert choice(observation)["Steal"] <= 10
    assert choice(observation, greed=0.95, cunning=0.95, duty=0.05)["Steal"] >= 50


def a_thiefs_evening(*, hour: int = 17, stole_ago: int = 0) -> Trial:
    """Ada, greedy and without scruples, in the open at an hour; Eve owns a stall."""
    stalls = tuple(replace(place, owner="Eve") if place.name == "the Market" else place for place in PLACES)
    trial = Trial(a_setting(a_person("Ada"), a_person("Tom"), a_person("Eve"), places=stalls, begins_h=hour))
    trial.put("Ada", 2, 2)
    trial.state.opened, trial.state.tick = True, 10_000 // 8640 * 8640
    ada, row = someone(trial, "Ada"), trial.row("Ada")
    ada.doing["up"], ada.occasions = 2, ["nothing much has happened for a while"]
    trial.state.lives.honesty[row], trial.state.lives.greed[row] = 10, 90
    if stole_ago:
        tick = trial.state.tick - stole_ago
        ada.wrongs = [Wrong(by="Ada", to="Eve", what="taking 3 bread from the Market", worth=12, tick=tick)]
    return trial


def plans_to_steal(trial: Trial) -> list[Plan]:
    return [one for one in of(Plan, actions(trial)) if isinstance(one.deeds[-1], Steal)]


def test_who_has_no_scruples_thinks_of_where_it_is_quiet_once_work_is_over() -> None:
    (plan,) = plans_to_steal(a_thiefs_evening())
    assert plan.deeds[0] == Go(to="the Market")
    assert not plans_to_steal(a_thiefs_evening(hour=9))


def test_after_a_theft_one_lies_low() -> None:
    assert not plans_to_steal(a_thiefs_evening(stole_ago=1000))
    assert plans_to_steal(a_thiefs_evening(stole_ago=5000))


def test_whoever_misses_something_may_charge_whom_they_suspect() -> None:
    missed = happened.Missed(agent="Ada", what="bread", amount=3, suspect="Tom", place="the Market", seen_by=(ADA,))
    trial = a_village()
    someone(trial, "Ada").heard = [loss("3 bread", "the Market", "Ada", "Tom")]
    offered = [option.action for option in asked(trial, missed).options]
    assert [(one.whom, one.of) for one in of(Accuse, offered)] == [("Tom", "taking 3 bread from the Market")]


def test_whoever_is_struck_may_flee_or_strike_back() -> None:
    observation = asked(a_village(), happened.Attacked(agent="Tom", target="Ada", harm=90, seen_by=(ADA, TOM)))
    offered = [option.action for option in observation.options]
    assert [one.from_ for one in of(Flee, offered)] == ["Tom"]
    assert [one.whom for one in of(Attack, offered)] == ["Tom"]
    assert choice(observation, courage=0.1)["Flee"] > choice(observation, courage=0.9, anger=0.9)["Flee"]


def test_a_foe_that_comes_near_is_a_danger_and_one_far_off_is_none() -> None:
    trial = alone(a_village(wolves=1))
    lives = trial.state.lives
    wolf = trial.state.people[-1].life + 1
    lives.x[wolf], lives.y[wolf] = 12, 5
    assert [one.from_ for one in of(Flee, actions(trial))] == ["wolf"]
    lives.x[wolf] = 23
    assert not of(Flee, actions(trial))


def test_a_friend_who_is_struck_is_guarded_and_a_stranger_is_not() -> None:
    blow = happened.Attacked(agent="Tom", target="Eve", harm=90, seen_by=(ADA, EVE, TOM))
    assert [one.what for one in of(Guard, actions(a_village(a_person("Ada", bonds={"Eve": 50})), blow))] == ["Eve"]
    assert not of(Guard, actions(a_village(), blow))


def test_a_plan_under_way_is_kept_more_often_than_habit() -> None:
    trial = a_village()
    without = next(option for option in asked(trial).options if isinstance(option.action, CarryOn))
    someone(trial, "Ada").plan = (Eat(),)
    with_plan = next(option for option in asked(trial).options if isinstance(option.action, CarryOn))
    assert with_plan.worth > without.worth


def test_nobody_thinks_of_people_out_of_sight_by_their_state() -> None:
    """What an agent may do follows from its outlook and news alone."""
    trial = alone(a_village(a_person("Ada", bonds={"Eve": 50})))
    before = asked(trial).options
    trial.state.lives.health[trial.row("Eve")] = 1
    trial.put("Eve", 20, 12)
    assert asked(trial).options == before


def test_options_come_in_a_fixed_order() -> None:
    def made() -> tuple[Option, ...]:
        trial = a_village(a_person("Ada", bonds={"Eve": 50, "Tom": 40}))
        someone(trial, "Ada").wrongs = [TOOK_BREAD]
        return asked(trial).options

    assert made() == made()


def test_the_observation_names_what_may_be_answered() -> None:
    observation = asked(a_village())
    assert observation.accepts is WorldAction
    assert observation.reflex == CarryOn()
    assert isinstance(observation.perceives, Outlook)
    assert observation.due == observation.step + 3
