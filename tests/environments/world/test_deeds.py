"""Each deed does what it says: in a village, where whoever it takes stands near."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from tests.environments.world.answering import answer, kinds, see_through, the
from tests.environments.world.worlds import ABILITIES, KINDS, PLACES, Trial, a_person, a_setting

from fabula.engine.values import Action
from fabula.environments.world.actions import (
    Accuse,
    Amend,
    Attack,
    Buy,
    Drop,
    Eat,
    Flee,
    Forgive,
    Give,
    Go,
    Guard,
    PickUp,
    Rest,
    Say,
    Sell,
    Sleep,
    Steal,
    Use,
    UseAbility,
    Work,
)
from fabula.environments.world.components import Intent
from fabula.environments.world.deeds import adopt
from fabula.environments.world.deeds.carrying import drop_plan
from fabula.environments.world.deeds.reach import ASLEEP_TICKS
from fabula.environments.world.deeds.taking import BIDE_TICKS
from fabula.environments.world.events import (
    Accused,
    Amended,
    Ate,
    Bought,
    Dropped,
    FellAsleep,
    Fled,
    Gave,
    MadeUp,
    PickedUp,
    PlanBroken,
    PlanDone,
    Said,
    Sold,
    Stole,
    Used,
    UsedAbility,
    Woke,
    Yielded,
)
from fabula.environments.world.happenings import What
from fabula.environments.world.setting import Herd
from fabula.environments.world.state import Quarrel, Wrong
from fabula.environments.world.systems import plans

MARKET = 3


def a_village(**more: Any) -> Trial:
    """Mira, Tom and Ada on the market, beside one another, at noon; they rest until told otherwise.

    more: fields of the setting.
    """
    people = [
        a_person("Mira Vale", coin=30, goods={"bread": 3}),
        a_person("Tom Reed", coin=30, goods={"bread": 2, "tools": 1}),
        a_person("Ada Hale", coin=30),
    ]
    trial = Trial(a_setting(*people, begins_h=12, **more))
    for name, y in (("Mira Vale", 7), ("Tom Reed", 8), ("Ada Hale", 6)):
        trial.put(name, 12, y)
        answer_only(trial, name, Rest(ticks=8000))
    return trial


def wealth(trial: Trial) -> tuple[int, ...]:
    """All coin there is, and all pieces of each good."""
    state, count = trial.state, trial.state.lives.count
    names = ("coin", *(good.name for good in trial.world.setting.goods))
    piled = [sum(pile.amount for pile in state.piles if pile.what == name) for name in names]
    coin = int(state.lives.coin[:count].sum()) + int(state.till.sum())
    goods = state.lives.goods[:count].sum(axis=0, dtype=np.int64) + state.stock.sum(axis=0)
    return tuple(a + b for a, b in zip((coin, *goods.tolist()), piled, strict=True))


def has(trial: Trial, name: str, what: str) -> int:
    row = trial.row(name)
    lives = trial.state.lives
    return int(lives.coin[row] if what == "coin" else lives.goods[row, trial.world.catalogue.good[what]])


def planned(trial: Trial) -> list[object]:
    """The events of the plans of one tick; nothing else is worked."""
    tick = trial.tick()
    plans.run(tick)
    trial.state.tick += 1
    return list(tick.events)


# Going, working, resting


def test_people_go_to_places_to_cells_and_to_one_another() -> None:
    for to, where in (("the Crow", range(10, 13)), ("2,11", range(2, 3)), ("Mira", range(11, 14))):
        trial = a_village()
        the(PlanDone, see_through(trial, "Tom Reed", Go(to=to)))
        assert int(trial.state.lives.x[trial.row("Tom Reed")]) in where


def test_where_there_is_no_way_the_plan_breaks() -> None:
    island = "hh.#k\nhh.#k\n....#"
    trial = Trial(a_setting(a_person("Mira", work="", at=(2, 2)), drawing=island))
    broken = the(PlanBroken, see_through(trial, "Mira", Go(to="Kiln House"), ticks=200))
    assert broken.why.startswith("there is no way")


def test_somebody_works_at_their_place_for_as_long_as_they_said() -> None:
    trial = a_village()
    trial.put("Mira Vale", 2, 9)
    events = answer(trial, "Mira Vale", Work(ticks=40))
    for _ in range(39):
        assert trial.state.lives.intent[trial.row("Mira Vale")] == Intent.WORK
        events += trial.step()
    the(PlanDone, events + trial.step())
    assert has(trial, "Mira Vale", "coin") > 30


def test_nobody_works_where_it_is_closed() -> None:
    trial = a_village()
    trial.world.catalogue.place_opens[2], trial.world.catalogue.place_closes[2] = 6, 12
    trial.put("Mira Vale", 2, 9)
    broken = the(PlanBroken, see_through(trial, "Mira Vale", Work()))
    assert broken.why == "Long Field is closed; it opens at 6"


def test_work_ends_when_it_closes() -> None:
    trial = a_village(tick_s=60)
    trial.world.catalogue.place_opens[2], trial.world.catalogue.place_closes[2] = 6, 13
    trial.put("Mira Vale", 2, 9)
    see_through(trial, "Mira Vale", Work(ticks=1000))
    assert trial.state.tick == 61


def test_rest_is_over_after_its_ticks() -> None:
    trial = a_village()
    the(PlanDone, see_through(trial, "Mira Vale", Rest(ticks=7)))
    assert trial.state.tick == 8


def test_whoever_is_not_tired_cannot_sleep() -> None:
    assert the(PlanBroken, see_through(a_village(), "Mira Vale", Sleep())).why == "one cannot sleep when not tired"


def test_somebody_sleeps_until_they_wake() -> None:
    trial = a_village()
    trial.state.lives.fatigue[trial.row("Mira Vale")] = 120
    events = see_through(trial, "Mira Vale", Sleep(), ticks=380)
    assert the(FellAsleep, events).place == "Elm House"
    assert events.index(the(FellAsleep, events)) < events.index(the(PlanDone, events))
    assert trial.state.lives.fatigue[trial.row("Mira Vale")] < 5


def test_a_sleeper_gets_up_for_what_they_mean_to_do() -> None:
    trial = a_village()
    trial.state.lives.asleep[trial.row("Mira Vale")] = 1
    events = answer(trial, "Mira Vale", Rest(ticks=5))
    assert kinds(events, "Mira Vale", Woke) == [Woke]


# Eating and using


def test_somebody_eats_what_they_carry() -> None:
    trial = a_village()
    trial.state.lives.hunger[trial.row("Mira Vale")] = 500
    ate = the(Ate, see_through(trial, "Mira Vale", Eat()))
    assert (ate.what, ate.bought, ate.place) == ("bread", False, "the Market")
    assert has(trial, "Mira Vale", "bread") == 2
    assert 100 <= trial.state.lives.hunger[trial.row("Mira Vale")] <= 200


def test_who_has_no_food_buys_some_where_it_is_sold() -> None:
    trial = a_village()
    events = see_through(trial, "Ada Hale", Eat())
    assert kinds(events, "Ada Hale", Bought, Ate) == [Bought, Ate]
    assert has(trial, "Ada Hale", "coin") == 26


def test_who_has_neither_food_nor_coin_goes_without() -> None:
    trial = a_village()
    trial.state.lives.coin[trial.row("Ada Hale")] = 1
    assert the(PlanBroken, see_through(trial, "Ada Hale", Eat())).why == "one cannot pay for food"


def test_a_remedy_heals_somebody_at_hand() -> None:
    trial = a_village()
    remedy = trial.world.catalogue.good["remedy"]
    trial.state.lives.goods[trial.row("Mira Vale"), remedy] = 1
    trial.state.lives.health[trial.row("Tom Reed")] = 500
    used = the(Used, see_through(trial, "Mira Vale", Use(what="remedy", on="Tom")))
    assert (used.on, used.effect) == ("Tom Reed", "heals")
    assert trial.state.lives.health[trial.row("Tom Reed")] >= 800
    assert has(trial, "Mira Vale", "remedy") == 0


def test_what_is_of_no_use_cannot_be_used() -> None:
    assert "cannot be used so" in the(PlanBroken, see_through(a_village(), "Tom Reed", Use(what="tools"))).why


# Trading


def test_somebody_buys_at_a_place() -> None:
    trial = a_village()
    before, stock = wealth(trial), int(trial.state.stock[MARKET, 0])
    bought = the(Bought, answer(trial, "Mira Vale", Buy(what="bread", amount=2, at="Market")))
    assert (bought.amount, bought.price, bought.seller, bought.place) == (2, 8, "the Market", "the Market")
    assert set(bought.seen_by) == {"Ada Hale", "Mira Vale", "Tom Reed"}
    assert int(trial.state.stock[MARKET, 0]) == stock - 2
    assert int(trial.state.demand[MARKET, 0]) == 2
    assert wealth(trial) == before


def test_somebody_buys_no_more_than_they_can_pay_and_carry() -> None:
    everything = Buy(what="bread", amount=1000)
    assert the(Bought, answer(a_village(), "Mira Vale", everything)).amount == 7
    trial = a_village()
    trial.state.lives.coin[trial.row("Mira Vale")] = 10_000
    trial.state.stock[MARKET, 0] = 100
    assert the(Bought, answer(trial, "Mira Vale", everything)).amount == 37
    trial.state.lives.coin[trial.row("Mira Vale")] = 10_000
    assert "cannot carry" in the(PlanBroken, answer(trial, "Mira Vale", everything)).why


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (Buy(what="remedy", amount=1), "Mira Vale cannot pay 20 pence for remedy"),
        (Buy(what="grain", at="market"), "the Market has no grain"),
        (Buy(what="bread", at="the Crow"), "the Crow does not sell bread"),
        (Buy(what="grain", at="Tom"), "Tom Reed has no grain"),
        (Buy(what="bread", at="Ada"), "Ada Hale will not deal with Mira Vale"),
        (Sell(what="tools"), "one has no tools to sell"),
        (Sell(what="bread", to="the Crow"), "the Crow does not buy bread"),
    ],
)
def test_a_deal_that_cannot_be_made_says_why(deed: Buy | Sell, why: str) -> None:
    trial = a_village()
    trial.state.lives.coin[trial.row("Mira Vale")] = 19
    trial.state.people[2].bonds["Mira Vale"] = -60
    before = wealth(trial)
    assert the(PlanBroken, see_through(trial, "Mira Vale", deed)).why == why
    assert wealth(trial) == before


def test_what_is_asked_for_in_vain_is_demand_all_the_same() -> None:
    trial = a_village()
    answer(trial, "Mira Vale", Buy(what="grain", amount=3, at="market"))
    assert int(trial.state.demand[MARKET, 1]) == 3


def test_somebody_sells_as_much_as_the_till_can_pay() -> None:
    trial = a_village()
    before = wealth(trial)
    trial.state.till[MARKET] -= 491
    sold = the(Sold, answer(trial, "Mira Vale", Sell(what="bread", amount=3)))
    assert (sold.amount, sold.price, sold.buyer) == (2, 8, "the Market")
    trial.state.till[MARKET] += 491
    assert wealth(trial) == before


def test_people_trade_with_one_another_at_the_going_rate() -> None:
    trial = a_village()
    before = wealth(trial)
    bought = the(Bought, see_through(trial, "Ada Hale", Buy(what="bread", amount=9, at="mira")))
    assert (bought.amount, bought.price, bought.seller) == (3, 12, "Mira Vale")
    sold = the(Sold, see_through(trial, "Tom Reed", Sell(what="bread", to="Mira")))
    assert (sold.price, sold.buyer) == (4, "Mira Vale")
    assert wealth(trial) == before


def test_at_a_closed_shop_one_waits_if_it_opens_soon() -> None:
    trial = Trial(a_setting(a_person("Mira", coin=30), begins_h=5, tick_s=60))
    trial.world.catalogue.place_opens[MARKET], trial.world.catalogue.place_closes[MARKET] = 6, 20
    trial.put("Mira", 12, 7)
    events = see_through(trial, "Mira", Buy(what="bread"))
    the(Bought, events)
    assert trial.state.tick == 61


def test_who_named_no_shop_tries_the_next_when_the_nearest_has_none() -> None:
    second = PLACES[4]
    places = (*PLACES[:4], type(second)(name="the Crow", kind="market", region="t", till=50, stock={"bread": 4}))
    trial = a_village(places=places)
    trial.state.stock[MARKET, 0] = 0
    assert the(Bought, see_through(trial, "Mira Vale", Buy(what="bread"))).seller == "the Crow"


# Giving and taking


def test_somebody_gives_goods_and_coin() -> None:
    trial = a_village()
    before = wealth(trial)
    gave = the(Gave, see_through(trial, "Mira Vale", Give(to="tom", what="breads", amount=9)))
    assert (gave.to, gave.what, gave.amount) == ("Tom Reed", "bread", 3)
    assert the(Gave, see_through(trial, "Mira Vale", Give(to="tom", what="money", amount=5))).what == "coin"
    assert (has(trial, "Tom Reed", "bread"), has(trial, "Tom Reed", "coin")) == (5, 35)
    assert wealth(trial) == before


def test_what_is_put_down_is_there_for_whoever_picks_it_up() -> None:
    trial = a_village()
    before = wealth(trial)
    assert the(Dropped, answer(trial, "Tom Reed", Drop(what="tools"))).amount == 1
    picked = the(PickedUp, see_through(trial, "Mira Vale", PickUp(what="tools")))
    assert (picked.what, picked.owner) == ("tools", "Tom Reed")
    assert has(trial, "Mira Vale", "tools") == 1
    assert wealth(trial) == before


def test_where_nothing_lies_nothing_is_picked_up() -> None:
    assert the(PlanBroken, answer(a_village(), "Mira Vale", PickUp())).why == "nothing lies about here"


def test_a_theft_is_told_to_the_thief_and_to_who_saw_it() -> None:
    trial = a_village()
    before = wealth(trial)
    stole = the(Stole, see_through(trial, "Mira Vale", Steal(what="tools", from_="Tom Reed")))
    assert (stole.from_whom, stole.what, stole.worth) == ("Tom Reed", "tools", 30)
    assert "Mira Vale" in stole.seen_by
    assert wealth(trial) == before
    stole = the(Stole, see_through(trial, "Ada Hale", Steal(what="coin", from_="market", amount=7)))
    assert (stole.from_whom, stole.amount) == ("the Market", 7)
    assert wealth(trial)[0] == before[0]
    assert stole.seen_by == ("Ada Hale",) or trial.state.tick >= BIDE_TICKS, "who robs a place waits for a quiet moment"


def test_what_is_not_there_cannot_be_stolen() -> None:
    trial = a_village()
    assert the(PlanBroken, answer(trial, "Mira Vale", Steal(what="grain", from_="Tom"))).why == "Tom Reed has no grain"


# Speaking


def by_mira(events: list[object]) -> Said:
    """What Mira said; the others may talk too."""
    return the(Said, [event for event in events if isinstance(event, Said) and event.agent == "Mira Vale"])


def test_words_reach_whom_they_are_for_and_whoever_is_by() -> None:
    trial = a_village()
    said = by_mira(answer(trial, "Mira Vale", Say(to="tom", text="Good day to you.", about="market", tone="warm")))
    assert (said.to, said.text, said.about, said.tone) == ("Tom Reed", "Good day to you.", "the Market", "warm")
    assert set(said.seen_by) == {"Ada Hale", "Mira Vale", "Tom Reed"}


def test_a_mind_without_words_of_its_own_is_given_some() -> None:
    said = by_mira(answer(a_village(), "Mira Vale", Say(to="tom", tone="shouting")))
    assert said.text
    assert said.tone == ""


def test_both_stay_where_they_are_while_they_talk() -> None:
    trial = a_village()
    answer(trial, "Mira Vale", Say(to="tom", text="Wait."))
    answer(trial, "Tom Reed", Go(to="Elm House"))
    lives = trial.state.lives
    assert [int(lives.intent[trial.row(name)]) for name in ("Mira Vale", "Tom Reed")] == [Intent.HOLD, Intent.HOLD]
    trial.steps(4)
    assert lives.intent[trial.row("Tom Reed")] == Intent.GO


def test_a_sleeper_is_not_talked_to() -> None:
    trial = a_village()
    drop_plan(trial.state.people[1])
    trial.state.lives.asleep[trial.row("Tom Reed")] = 1
    events: list[object] = []
    answer_only(trial, "Mira Vale", Say(to="tom"))
    for _ in range(ASLEEP_TICKS + 1):
        assert not events
        events += planned(trial)
    assert the(PlanBroken, events).why == "Tom Reed is asleep"


def test_two_who_seek_one_another_meet() -> None:
    trial = a_village()
    trial.put("Mira Vale", 10, 5)
    trial.put("Tom Reed", 14, 5)
    answer(trial, "Mira Vale", Say(to="Tom"))
    events = see_through(trial, "Tom Reed", Say(to="Mira"))
    assert kinds(events, "Tom Reed", Said) == [Said]


def test_an_honest_culprit_owns_up_when_accused() -> None:
    trial = a_village()
    wrong = Wrong(by="Tom Reed", to="Mira Vale", what="taking 3 bread", worth=12, tick=0)
    trial.state.people[0].wrongs = [wrong]
    trial.state.lives.honesty[trial.row("Tom Reed")] = 100
    accused = the(Accused, answer(trial, "Mira Vale", Accuse(whom="Tom")))
    assert (accused.of, accused.owned_up) == ("taking 3 bread", True)


def test_the_innocent_own_up_to_nothing() -> None:
    trial = a_village()
    trial.state.lives.honesty[trial.row("Tom Reed")] = 100
    assert not the(Accused, answer(trial, "Mira Vale", Accuse(whom="Tom", of="murder"))).owned_up


def test_amends_are_paid_in_coin_and_then_in_goods() -> None:
    trial = a_village()
    before = wealth(trial)
    wrong = Wrong(by="Tom Reed", to="Mira Vale", what="taking 9 bread", worth=36, tick=0)
    trial.state.people[0].wrongs = [wrong]
    amended = the(Amended, answer(trial, "Tom Reed", Amend(whom="Mira")))
    assert (amended.for_what, amended.amount) == ("taking 9 bread", 34)
    assert (has(trial, "Tom Reed", "coin"), has(trial, "Tom Reed", "bread")) == (0, 1)
    assert wealth(trial) == before


def test_a_quarrel_is_made_up() -> None:
    trial = a_village()
    trial.state.people[0].quarrels = [Quarrel(whom="Tom Reed", about="the well", since=0)]
    assert the(MadeUp, answer(trial, "Mira Vale", Forgive(whom="Tom"))).about == "the well"


def test_where_there_is_no_quarrel_there_is_nothing_to_make_up() -> None:
    assert "no quarrel" in the(PlanBroken, answer(a_village(), "Mira Vale", Forgive(whom="Tom"))).why


# Fighting


def test_somebody_goes_for_whom_they_attack_until_they_yield() -> None:
    trial = a_village()
    lives, row, other = trial.state.lives, trial.row("Mira Vale"), trial.row("Tom Reed")
    answer_only(trial, "Mira Vale", Attack(whom="tom"))
    assert not planned(trial)
    assert (lives.intent[row], lives.target[row]) == (Intent.FIGHT, lives.id[other])
    lives.health[other] = 250
    events = planned(trial)
    assert the(Yielded, events).agent == "Tom Reed"
    the(PlanDone, events)


def test_an_attack_ends_when_the_other_has_fled() -> None:
    trial = a_village()
    drop_plan(trial.state.people[1])
    answer_only(trial, "Mira Vale", Attack(whom="tom"))
    planned(trial)
    trial.state.lives.intent[trial.row("Tom Reed")] = Intent.FLEE
    assert not planned(trial)
    trial.put("Tom Reed", 17, 8)
    the(PlanDone, planned(trial))


def test_who_is_badly_hurt_yields_and_both_let_go() -> None:
    trial = a_village()
    lives, row = trial.state.lives, trial.row("Mira Vale")
    answer_only(trial, "Mira Vale", Attack(whom="tom"))
    answer_only(trial, "Tom Reed", Attack(whom="mira"))
    planned(trial)
    lives.health[row] = 200
    events = planned(trial)
    assert the(Yielded, events).to == "Tom Reed"
    assert the(PlanBroken, events).why == "one is badly hurt"
    assert lives.intent[trial.row("Tom Reed")] == Intent.HOLD
    later = [event for _ in range(8) for event in planned(trial)]
    assert the(PlanDone, later).agent == "Tom Reed"


def test_from_what_cannot_be_yielded_to_one_runs() -> None:
    trial = a_village(herds=[Herd(kind="wolf", count=1, region="m")])
    lives, row = trial.state.lives, trial.row("Mira Vale")
    trial_wolf = 3
    lives.x[trial_wolf], lives.y[trial_wolf] = 11, 7
    answer_only(trial, "Mira Vale", Attack(whom="the wolf"))
    planned(trial)
    assert (lives.intent[row], lives.target[row]) == (Intent.FIGHT, lives.id[trial_wolf])
    lives.health[row] = 200
    assert the(Fled, planned(trial)).from_whom == "a wolf"


def test_a_guard_fights_whoever_attacks_their_charge() -> None:
    trial = a_village()
    lives = trial.state.lives
    answer_only(trial, "Mira Vale", Guard(what="Tom", ticks=20))
    planned(trial)
    assert lives.intent[trial.row("Mira Vale")] == Intent.HOLD
    lives.intent[trial.row("Ada Hale")] = Intent.FIGHT
    lives.target[trial.row("Ada Hale")] = lives.id[trial.row("Tom Reed")]
    planned(trial)
    assert lives.intent[trial.row("Mira Vale")] == Intent.FIGHT
    assert lives.target[trial.row("Mira Vale")] == lives.id[trial.row("Ada Hale")]


def test_a_guard_is_over_after_its_ticks() -> None:
    trial = a_village()
    answer_only(trial, "Mira Vale", Guard(what="market", ticks=5))
    the(PlanDone, [event for _ in range(6) for event in planned(trial)])


def test_somebody_flees_until_they_are_safe() -> None:
    trial = a_village()
    answer_only(trial, "Mira Vale", Flee(from_="Tom"))
    tick = trial.tick()
    plans.run(tick)
    assert [one.what for one in tick.happenings] == [What.FLED]
    assert trial.state.lives.intent[trial.row("Mira Vale")] == Intent.FLEE
    trial.put("Mira Vale", 0, 0)
    trial.state.tick += 1
    the(PlanDone, planned(trial))


def test_where_there_is_no_danger_nobody_flees() -> None:
    assert the(PlanBroken, answer(a_village(), "Mira Vale", Flee())).why == "there is nothing to flee from"


# Abilities


def test_an_ability_is_used_on_somebody_within_its_reach() -> None:
    trial = a_village()
    trial.state.lives.health[trial.row("Tom Reed")] = 500
    used = the(UsedAbility, see_through(trial, "Mira Vale", UseAbility(ability="Soothe", on="tom")))
    assert (used.ability, used.on, used.effect) == ("soothe", "Tom Reed", "heals")
    assert trial.state.lives.health[trial.row("Tom Reed")] >= 690


def test_an_ability_that_is_not_ready_says_so() -> None:
    trial = a_village()
    trial.state.lives.energy[trial.row("Mira Vale")] = 10
    broken = the(PlanBroken, see_through(trial, "Mira Vale", UseAbility(ability="soothe")))
    assert "strength" in broken.why


def test_an_ability_that_harms_is_not_turned_on_oneself() -> None:
    bite = type(ABILITIES[0])(name="bite", effect="harm", power=100)
    kinds_ = (type(KINDS[0])(name="villager", abilities=("bite",)), *KINDS[1:])
    trial = a_village(abilities=(bite,), kinds=kinds_)
    assert "nobody to use it on" in the(PlanBroken, answer(trial, "Mira Vale", UseAbility(ability="bite"))).why


def answer_only(trial: Trial, agent: str, action: Action) -> None:
    """Somebody's mind answers; nothing is worked."""
    person = trial.state.person(agent)
    assert person is not None
    adopt(trial.tick(), person, action)


def test_a_shop_does_not_serve_whoever_wronged_its_keeper() -> None:
    places = tuple(replace(place, owner="Ada") if place.name == "the Market" else place for place in PLACES)
    trial = Trial(a_setting(a_person("Ada"), a_person("Bram", coin=50), places=places))
    trial.step()
    ada = trial.state.person("Ada")
    assert ada is not None
    ada.wrongs.append(Wrong(by="Bram", to="Ada", what="taking 3 bread from the Market", tick=0))
    trial.put("Bram", 12, 7)
    events = see_through(trial, "Bram", Buy(what="bread", at="the Market"))
    assert "does not serve" in the(PlanBroken, events).why
