"""Theft: what lives take that is not theirs, and what it costs them."""

import msgspec
import numpy as np
import pytest
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.environments.world import property as belongings
from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.happenings import Happening, What
from fabula.environments.world.property import COIN, PILES_MAX
from fabula.environments.world.setting import Herd
from fabula.environments.world.systems import theft
from fabula.environments.world.tick import Tick

IN_MARKET = (12, 7)
IN_THE_OPEN = (7, 5)


def a_village(*, herd: str = "") -> Trial:
    """Ann and Ben, and if a kind is given, a life of it (row 2), all at noon in the market."""
    herds = [Herd(kind=herd, faction="Raiders", count=1)] if herd else []
    trial = Trial(a_setting(a_person("Ann"), a_person("Ben", home="Kiln House"), herds=herds))
    trial.state.lives.x[:3], trial.state.lives.y[:3] = IN_MARKET
    trial.state.tick = 6 * 360
    return trial


def steal(trial: Trial, row: int, *, company: int = 0) -> list[Happening]:
    """Let the life of a row steal where it stands, with so many around; what was noted."""
    trial.state.lives.intent[row] = Intent.STEAL
    tick = trial.tick()
    tick.scratch["company"] = np.full(trial.state.lives.count, company, dtype=np.int16)
    theft.run(tick)
    return list(tick.happenings)


def money(trial: Trial) -> int:
    """All coin there is."""
    state = trial.state
    lying = sum(pile.amount for pile in state.piles if pile.what == "coin")
    return int(state.lives.coin[: state.lives.count].sum()) + int(state.till.sum()) + lying


def pieces(trial: Trial) -> list[int]:
    """All goods there are, by good."""
    state = trial.state
    return [int(held) for held in state.lives.goods[: state.lives.count].sum(axis=0) + state.stock.sum(axis=0)]


def test_the_hungry_take_food_and_eat() -> None:
    trial = a_village(herd="raider")
    lives = trial.state.lives
    lives.hunger[2] = 600
    bread = trial.world.catalogue.good["bread"]
    place = trial.world.catalogue.place["the Market"]
    assert steal(trial, 2) == [Happening(What.STOLE_PLACE, int(lives.id[2]), place, bread, 2, 8)]
    assert (lives.goods[2, bread], trial.state.stock[place, bread], lives.intent[2]) == (2, 38, Intent.EAT)


def test_the_greedy_take_a_little_coin_and_make_off() -> None:
    trial = a_village(herd="raider")
    lives = trial.state.lives
    lives.hunger[2], lives.greed[2] = 0, 100
    noted = steal(trial, 2)
    assert [(one.what, one.a, one.b, one.c) for one in noted] == [(What.STOLE_PLACE, COIN, 12, 12)]
    assert lives.intent[2] == Intent.WANDER


def test_a_beast_takes_nothing_but_food() -> None:
    trial = a_village(herd="wolf")
    trial.state.stock[:, trial.world.catalogue.good["bread"]] = 0
    assert [one.what for one in steal(trial, 2)] == [What.FAILED]


def test_a_theft_moves_things_and_makes_none() -> None:
    trial = a_village(herd="raider")
    coin, goods = money(trial), pieces(trial)
    for hunger in (0, 900):
        for _ in range(20):
            trial.state.lives.hunger[2] = hunger
            steal(trial, 2)
    assert (money(trial), pieces(trial)) == (coin, goods)


def test_nobody_steals_where_they_live_or_work() -> None:
    trial = a_village()
    trial.put("Ann", 2, 9)
    assert steal(trial, trial.row("Ann")) == []


def test_nobody_steals_from_their_own_faction() -> None:
    owned = tuple(msgspec.structs.replace(place, owner="Town") for place in a_setting().places)
    trial = Trial(a_setting(a_person("Ann"), places=owned))
    trial.put("Ann", *IN_MARKET)
    assert steal(trial, 0) == []
    assert belongings.is_allowed(trial.tick(), 0, trial.world.catalogue.place["the Market"])


def test_a_thief_takes_from_the_one_it_is_after_when_next_to_them() -> None:
    trial = a_village(herd="raider")
    lives = trial.state.lives
    lives.x[:3], lives.y[:3] = IN_THE_OPEN
    lives.x[2] += 1
    lives.target[2], lives.hunger[2] = lives.id[0], 0
    coin = money(trial)
    noted = steal(trial, 2)
    assert [(one.what, one.other, one.a) for one in noted] == [(What.STOLE_LIFE, int(lives.id[0]), COIN)]
    assert (money(trial), int(lives.coin[0])) == (coin, 20 - noted[0].b)


def test_a_thief_on_its_way_does_nothing_yet() -> None:
    trial = a_village(herd="raider")
    lives = trial.state.lives
    lives.x[2], lives.y[2] = IN_THE_OPEN
    lives.target[2] = lives.id[0]
    assert steal(trial, 2) == []
    assert lives.intent[2] == Intent.STEAL


@pytest.mark.parametrize("hour", [0, 6])
def test_a_theft_that_nobody_notices_costs_no_reputation(hour: int) -> None:
    trial = a_village(herd="raider")
    trial.state.tick = hour * 360
    for _ in range(30):
        steal(trial, 2, company=0)
    assert trial.state.lives.reputation[2] == 0


def test_a_theft_that_is_noticed_costs_a_nameless_thief_reputation() -> None:
    trial = a_village(herd="raider")
    for _ in range(30):
        trial.state.tick += 1
        steal(trial, 2, company=20)
    assert -1000 <= trial.state.lives.reputation[2] < 0


def test_what_a_persons_theft_costs_them_is_not_decided_here() -> None:
    trial = a_village()
    for _ in range(30):
        steal(trial, trial.row("Ann"), company=20)
    assert trial.state.lives.reputation[trial.row("Ann")] == 0


def test_sleepers_do_not_steal() -> None:
    trial = a_village(herd="raider")
    trial.state.lives.asleep[2] = 1
    assert steal(trial, 2) == []


def a_tick() -> tuple[Trial, Tick, int]:
    """A village, a tick of it, and the row of Ann, in the market, with nothing but 20 pence."""
    trial = a_village()
    return trial, trial.tick(), trial.row("Ann")


def test_what_is_taken_from_a_place_is_noted_unless_it_is_ones_own() -> None:
    trial, tick, ann = a_tick()
    market, home = trial.world.catalogue.place["the Market"], trial.world.catalogue.place["Elm House"]
    trial.state.stock[home, 0] = 3
    coin, goods = money(trial), pieces(trial)
    assert belongings.take_from_place(tick, ann, home, 0, 5) == 3
    assert not list(tick.happenings)
    assert belongings.take_from_place(tick, ann, market, 0, 2) == 2
    assert belongings.take_from_place(tick, ann, market, COIN, 5) == 5
    noted = [(one.what, one.other, one.a, one.b, one.c) for one in tick.happenings]
    assert noted == [(What.STOLE_PLACE, market, 0, 2, 8), (What.STOLE_PLACE, market, COIN, 5, 5)]
    assert (money(trial), pieces(trial)) == (coin, goods)


def test_what_is_taken_from_a_life_is_what_it_has_and_what_can_be_carried() -> None:
    trial, tick, ann = a_tick()
    ben = trial.row("Ben")
    trial.state.lives.goods[ben, 0] = 60
    assert belongings.take_from_life(tick, ann, ben, COIN, 500) == 20
    assert belongings.take_from_life(tick, ann, ben, 0, 500) == 40
    assert belongings.take_from_life(tick, ann, ben, 0, 500) == 0
    assert belongings.take_from_life(tick, ann, ann, COIN, 5) == 0


def test_a_good_is_worth_its_price_there_or_the_going_rate() -> None:
    trial, tick, _ = a_tick()
    market = trial.world.catalogue.place["the Market"]
    trial.state.price[market, 0] = 9
    assert belongings.worth(tick, market, 0, 3) == 27
    assert belongings.worth(tick, NOBODY, 0, 3) == 27
    assert belongings.worth(tick, trial.world.catalogue.place["Elm House"], 0, 3) == 12
    assert belongings.worth(tick, market, COIN, 7) == 7


def test_what_is_put_down_can_be_picked_up_by_those_near() -> None:
    trial, tick, ann = a_tick()
    lives = trial.state.lives
    coin, lives.goods[ann, 0] = money(trial), 6
    assert belongings.drop(tick, ann, 0, 4, owner="Ann") == 4
    assert belongings.drop(tick, ann, COIN, 50) == 20
    ben = trial.row("Ben")
    lives.x[ben] += 1
    taken = belongings.pick_up(tick, ben, "Bread")
    assert taken is not None
    assert (taken.what, taken.amount, taken.owner, int(lives.goods[ben, 0])) == ("bread", 4, "Ann", 4)
    assert money(trial) == coin
    lives.x[ben] += 1
    assert belongings.pick_up(tick, ben) is None
    assert len(trial.state.piles) == 1


def test_one_picks_up_as_much_as_one_can_carry() -> None:
    trial, tick, ann = a_tick()
    belongings.lay(tick, belongings.cell_of(tick, ann), 0, 100)
    taken = belongings.pick_up(tick, ann)
    assert taken is not None
    assert (taken.amount, trial.state.piles[0].amount) == (40, 60)
    assert belongings.pick_up(tick, ann) is None


def test_piles_are_bounded_and_coin_is_never_lost() -> None:
    trial, tick, _ = a_tick()
    belongings.lay(tick, 0, 0, 3)
    for number in range(PILES_MAX + 30):
        belongings.lay(tick, number % 200, COIN, 1, owner=str(number))
    coin = sum(pile.amount for pile in trial.state.piles if pile.what == "coin")
    assert (len(trial.state.piles), coin) == (PILES_MAX, PILES_MAX + 30)
    assert all(pile.what == "coin" for pile in trial.state.piles)
