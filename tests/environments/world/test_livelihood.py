"""Eating, foraging, working, buying, selling, and the carts."""

import numpy as np
import pytest
from tests.environments.world.worlds import GOODS, PLACE_KINDS, PLACES, Trial, a_person, a_setting

from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.happenings import Happening, Hitch, What
from fabula.environments.world.kernels.living import FORAGE_TICKS, STORE_MAX, WILD_FOOD
from fabula.environments.world.opening import FOOD_MAX
from fabula.environments.world.setting import Good, Kind, Place, PlaceKind, Resident
from fabula.environments.world.systems import growth, livelihood

BREAD, GRAIN, TOOLS = 0, 1, 2
FARM, MARKET = 2, 3
FIELD, STALL, WOOD, GRASS = (2, 9), (12, 7), (20, 8), (0, 0)
MILL = PlaceKind(name="mill", use="work", makes="bread", of="grain", ticks_a_piece=5, opens_h=0, closes_h=0)


def a_trial(*people: Resident, **more: object) -> Trial:
    return Trial(a_setting(*(people or (a_person("Ada", coin=50),)), **more))  # type: ignore[arg-type]


def doing(trial: Trial, intent: Intent, at: tuple[int, int], **components: int) -> int:
    """Have Ada stand somewhere, about to do something; returns her row."""
    row, lives = trial.row("Ada"), trial.state.lives
    trial.put("Ada", *at)
    lives.intent[row], lives.until[row] = intent, 1_000_000
    for name, value in components.items():
        getattr(lives, name)[row] = value
    return row


def lived(trial: Trial, ticks: int = 1) -> list[Happening]:
    """Nothing but livelihood, for so many ticks."""
    happened: list[Happening] = []
    for _ in range(ticks):
        tick = trial.tick()
        livelihood.run(tick)
        happened += tick.happenings
        trial.state.tick += 1
    return happened


def only(happened: list[Happening], what: What) -> Happening:
    (found,) = [one for one in happened if one.what == what]
    return found


def wealth(trial: Trial) -> int:
    state = trial.state
    return int(state.till.sum()) + int(state.lives.coin[: state.lives.count].sum())


def test_who_eats_takes_what_wastes_least() -> None:
    goods = (*GOODS, Good(name="berries", food=100), Good(name="roast", food=900))
    trial = a_trial(a_person("Ada", goods={"bread": 1, "berries": 1, "roast": 1}), goods=goods)
    row = doing(trial, Intent.EAT, GRASS, hunger=400)
    assert only(lived(trial), What.ATE)[3:5] == (BREAD, 1)
    assert trial.state.lives.hunger[row] == 50
    assert trial.state.lives.goods[row].tolist() == [0, 0, 0, 0, 1, 1]


def test_who_has_nothing_to_eat_thinks_again() -> None:
    trial = a_trial()
    row = doing(trial, Intent.EAT, GRASS, hunger=400)
    assert only(lived(trial), What.FAILED)[3:5] == (Intent.EAT, Hitch.GONE)
    assert trial.state.lives.until[row] == 1


def test_a_worker_ends_a_piece_every_so_many_ticks_and_is_paid_for_it() -> None:
    trial = a_trial()
    row = doing(trial, Intent.WORK, FIELD, field=FARM)
    happened = lived(trial, 30)
    assert only(happened, What.WORKED)[2:6] == (FARM, BREAD, 1, 2)
    assert trial.state.stock[FARM, BREAD] + trial.state.stock[MARKET, BREAD] == 41
    assert trial.state.lives.coin[row] == 52


def test_nobody_works_where_they_do_not_stand_or_while_it_is_closed() -> None:
    trial = a_trial()
    doing(trial, Intent.WORK, GRASS, field=FARM)
    assert not lived(trial, 30)
    row = doing(trial, Intent.WORK, FIELD, field=FARM)
    trial.state.tick = 6 * 360 * 3
    assert trial.tick().hour == 0
    assert not lived(trial, 30)
    assert trial.state.lives.until[row] <= trial.state.tick


def test_an_empty_till_pays_nobody_and_a_full_one_shares() -> None:
    for till, pay in ((0, 0), (1, 1), (100, 2), (400 + 2560, 12)):
        trial = a_trial()
        trial.state.till[FARM] = till
        doing(trial, Intent.WORK, FIELD, field=FARM)
        assert only(lived(trial, 30), What.WORKED).c == pay


def test_no_place_makes_more_than_it_can_store() -> None:
    trial = a_trial()
    trial.state.stock[FARM, BREAD] = STORE_MAX
    trial.state.stock[MARKET, BREAD] = STORE_MAX
    doing(trial, Intent.WORK, FIELD, field=FARM)
    assert not lived(trial, 60)
    assert trial.state.stock[FARM, BREAD] == STORE_MAX


def a_mill(**stock: int) -> Trial:
    places = (*PLACES[:2], Place(name="the Mill", kind="mill", region="f", stock=stock), *PLACES[3:])
    return a_trial(place_kinds=(*PLACE_KINDS, MILL), places=places)


def test_a_piece_uses_up_what_it_is_made_of() -> None:
    trial = a_mill(grain=2)
    row = doing(trial, Intent.WORK, FIELD, field=FARM)
    happened = lived(trial, 15)
    assert [one.what for one in happened] == [What.WORKED, What.WORKED, What.FAILED]
    assert happened[-1][3:5] == (Intent.WORK, Hitch.NOTHING_TO_WORK_WITH)
    assert trial.state.stock[FARM, GRAIN] == 0
    assert trial.state.demand[FARM, GRAIN] == 3
    # Nobody is paid a wage there: they keep what they make.
    assert trial.state.lives.goods[row, BREAD] == 2


def test_nobody_carries_more_than_they_can() -> None:
    trial = a_mill(grain=9)
    row = doing(trial, Intent.WORK, FIELD, field=FARM)
    trial.state.lives.goods[row, TOOLS] = trial.world.setting.kinds[0].carries - 1
    lived(trial, 15)
    assert trial.state.lives.goods[row, BREAD] == 1
    assert trial.state.stock[FARM, BREAD] == 2
    trial.state.lives.coin[row] = 1000
    doing(trial, Intent.BUY, STALL, field=MARKET)
    lived(trial)
    assert trial.state.lives.goods[row, BREAD] == 1


def test_a_buyer_takes_food_for_a_day() -> None:
    trial = a_trial()
    before = wealth(trial)
    row = doing(trial, Intent.BUY, STALL, field=MARKET, hunger=0)
    pieces = -(-30 * 8640 // 100 // 350)
    assert only(lived(trial), What.BOUGHT)[2:6] == (MARKET, BREAD, pieces, 4 * pieces)
    assert trial.state.lives.goods[row, BREAD] == pieces
    assert trial.state.stock[MARKET, BREAD] == 40 - pieces
    assert trial.state.demand[MARKET, BREAD] == pieces
    assert wealth(trial) == before


def test_a_buyer_spends_no_more_than_they_have() -> None:
    trial = a_trial()
    row = doing(trial, Intent.BUY, STALL, field=MARKET, coin=9)
    assert only(lived(trial), What.BOUGHT).b == 2
    assert trial.state.lives.coin[row] == 1
    doing(trial, Intent.BUY, STALL, field=MARKET)
    assert only(lived(trial), What.FAILED)[3:5] == (Intent.BUY, Hitch.NO_COIN)


def test_what_is_sold_out_is_asked_for_all_the_same() -> None:
    trial = a_trial()
    trial.state.stock[MARKET, BREAD] = 0
    row = doing(trial, Intent.BUY, STALL, field=MARKET)
    assert only(lived(trial), What.FAILED)[3:5] == (Intent.BUY, Hitch.SOLD_OUT)
    assert trial.state.demand[MARKET, BREAD] == 8
    assert trial.state.lives.intent[row] == Intent.REST


def test_a_seller_keeps_food_for_a_day() -> None:
    trial = a_trial()
    before = wealth(trial)
    row = doing(trial, Intent.SELL, STALL, field=MARKET)
    trial.state.lives.goods[row, [BREAD, GRAIN]] = 20, 3
    happened = lived(trial, 3)
    assert [one[2:6] for one in happened] == [(MARKET, BREAD, 12, 48), (MARKET, GRAIN, 3, 6)]
    assert trial.state.lives.goods[row].tolist() == [8, 0, 0, 0]
    assert wealth(trial) == before


def test_nobody_buys_from_a_market_without_coin() -> None:
    trial = a_trial()
    trial.state.till[MARKET] = 3
    row = doing(trial, Intent.SELL, STALL, field=MARKET)
    trial.state.lives.goods[row, BREAD] = 20
    assert only(lived(trial), What.FAILED)[3:5] == (Intent.SELL, Hitch.NO_COIN)


def test_a_hungry_forager_eats_what_grows_where_it_stands() -> None:
    trial = a_trial()
    row = doing(trial, Intent.FORAGE, WOOD, hunger=500)
    cell = trial.world.ground.cell(*WOOD)
    before = int(trial.state.food[cell])
    happened = lived(trial, FORAGE_TICKS)
    assert [one.what for one in happened] == [What.FORAGED, What.ATE]
    assert trial.state.food[cell] == before - 1
    assert trial.state.lives.hunger[row] == 500 - WILD_FOOD


def test_what_a_sated_forager_finds_it_keeps_if_there_is_a_good_for_it() -> None:
    trial = a_trial(goods=(*GOODS, Good(name="berries", food=100)))
    row = doing(trial, Intent.FORAGE, WOOD, hunger=0)
    lived(trial, FORAGE_TICKS)
    assert trial.state.lives.goods[row, 4] == 1


def test_a_forager_moves_on_to_where_food_is() -> None:
    trial = a_trial()
    trial.state.food[:] = 0
    trial.state.food[trial.world.ground.cell(2, 1)] = 1
    trial.state.food[trial.world.ground.cell(3, 0)] = 2
    row = doing(trial, Intent.FORAGE, GRASS, hunger=500)
    lived(trial)
    assert trial.state.lives.goal[row] == trial.world.ground.cell(3, 0)


def test_a_forager_who_sees_no_food_goes_somewhere_else() -> None:
    trial = a_trial()
    trial.state.food[:] = 0
    row = doing(trial, Intent.FORAGE, GRASS, hunger=500)
    lived(trial, 5)
    goal = int(trial.state.lives.goal[row])
    assert goal != NOBODY
    assert trial.world.ground.cost[goal]


def test_carts_bring_what_was_made_to_where_it_is_sold() -> None:
    trial = a_trial()
    trial.state.stock[FARM, BREAD], trial.state.stock[MARKET, BREAD] = 30, 10
    before = wealth(trial)
    lived(trial)
    assert trial.state.stock[[FARM, MARKET], BREAD].tolist() == [15, 25]
    assert trial.state.till[[FARM, MARKET]].tolist() == [560, 440]
    assert wealth(trial) == before


@pytest.mark.parametrize(("owner", "delivered"), [("Town", 15), ("Raiders", 0)])
def test_no_cart_goes_to_the_enemy(owner: str, delivered: int) -> None:
    def owned(place: Place) -> Place:
        by = {"Long Field": "Town", "the Market": owner}.get(place.name, "")
        return Place(**{**{name: getattr(place, name) for name in place.__struct_fields__}, "owner": by})

    trial = a_trial(places=tuple(owned(place) for place in PLACES))
    trial.state.stock[FARM, BREAD], trial.state.stock[MARKET, BREAD] = 30, 0
    lived(trial)
    assert trial.state.stock[MARKET, BREAD] == delivered


def test_beasts_that_forage_do_not_need_coin() -> None:
    trial = a_trial(kinds=(Kind(name="villager", mind=False, forages=True),))
    row = doing(trial, Intent.FORAGE, WOOD, hunger=900)
    lived(trial, 6 * FORAGE_TICKS)
    assert trial.state.lives.hunger[row] < 500


def test_wild_food_comes_back_slowly_and_not_beyond_what_the_ground_bears() -> None:
    trial = a_trial()
    fertility = trial.world.ground.fertility.astype(np.int64)
    trial.state.food[:] = 0
    sweep = growth.sweep_ticks(trial.world.setting.tick_s)

    def grown(sweeps: int) -> int:
        for now in range(sweeps * sweep):
            trial.state.tick = now
            growth.run(trial.tick())
        return int(trial.state.food.sum())

    once = grown(1)
    assert fertility.sum() * 0.7 < 100 * once < fertility.sum() * 1.3
    trial.state.food[:] = fertility * FOOD_MAX // 100
    full = int(trial.state.food.sum())
    assert grown(1) == full
