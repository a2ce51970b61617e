"""Prices follow what is there and what is asked for."""

import numpy as np
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.environments.world.events import PriceMoved, RanOut
from fabula.environments.world.systems import prices

TICKS_AN_HOUR = 360
BASE = 4


def a_market() -> Trial:
    """The village, with a market that opened with 40 bread at 4 pence."""
    return Trial(a_setting(a_person("Ann"), a_person("Ben")))


def hours(trial: Trial, count: int, *, asked: int = 0) -> list[object]:
    """So many hours of prices alone, in each of which so much bread is asked for at the market; what was told."""
    place, good = market(trial)
    told: list[object] = []
    for _ in range(count):
        trial.state.tick += TICKS_AN_HOUR
        trial.state.demand[place, good] += asked
        tick = trial.tick()
        prices.run(tick)
        told += tick.events
    return told


def market(trial: Trial) -> tuple[int, int]:
    return trial.world.catalogue.place["the Market"], trial.world.catalogue.good["bread"]


def test_a_price_rises_while_more_is_asked_for_than_there_is_and_falls_back() -> None:
    trial = a_market()
    place, good = market(trial)
    trial.state.stock[place, good] = 0
    hours(trial, 20, asked=10)
    high = int(trial.state.price[place, good])
    trial.state.stock[place, good] = 40
    hours(trial, 20)
    assert (high > BASE, int(trial.state.price[place, good])) == (True, BASE)


def test_a_price_falls_where_there_is_more_than_wanted() -> None:
    trial = a_market()
    place, good = market(trial)
    trial.state.stock[place, good] = 160
    hours(trial, 10)
    assert trial.state.price[place, good] == 1


def test_a_price_keeps_within_a_penny_and_five_times_its_base() -> None:
    trial = a_market()
    place, good = market(trial)
    trial.state.stock[place, good] = 0
    hours(trial, 60, asked=10_000)
    high = int(trial.state.price[place, good])
    trial.state.stock[place, good] = 100_000
    hours(trial, 60)
    assert (high, int(trial.state.price[place, good])) == (5 * BASE, 1)


def test_a_price_moves_by_a_tenth_an_hour_or_a_penny() -> None:
    trial = a_market()
    place = market(trial)[0]
    tools = trial.world.catalogue.good["tools"]
    trial.state.stock[place] = 0
    hours(trial, 1)
    assert trial.state.price[place].tolist()[tools] == 33
    assert trial.state.price[market(trial)] == BASE + 1


def test_prices_move_only_when_an_hour_begins() -> None:
    trial = a_market()
    trial.state.stock[:] = 0
    trial.state.demand[:] = 5
    trial.state.tick = TICKS_AN_HOUR + 1
    prices.run(trial.tick())
    assert np.array_equal(trial.state.price, trial.state.told_price)
    assert (trial.state.demand == 5).all()


def test_demand_begins_anew_every_hour() -> None:
    trial = a_market()
    hours(trial, 1, asked=9)
    assert not trial.state.demand.any()


def test_a_place_that_does_not_trade_keeps_its_prices() -> None:
    trial = a_market()
    home = trial.world.catalogue.place["Elm House"]
    before = trial.state.price[home].tolist()
    trial.state.demand[home] = 100
    hours(trial, 3)
    assert trial.state.price[home].tolist() == before


def test_a_price_is_told_of_when_it_moved_by_a_tenth_to_those_who_are_there() -> None:
    trial = a_market()
    trial.put("Ann", 11, 7)
    trial.put("Ben", 1, 1)
    place, good = market(trial)
    trial.state.stock[place, good] = 10
    told = [one for one in hours(trial, 1, asked=5) if isinstance(one, PriceMoved) and one.what == "bread"]
    assert [(one.before, one.now, one.why, one.seen_by) for one in told] == [(4, 5, "scarce", ("Ann",))]


def test_a_price_that_came_back_is_told_of_as_plentiful_or_with_no_reason() -> None:
    trial = a_market()
    place, good = market(trial)
    trial.state.stock[place, good] = 0
    hours(trial, 5, asked=10)
    trial.state.stock[place, good] = 60
    told = [one for one in hours(trial, 8) if isinstance(one, PriceMoved) and one.what == "bread"]
    assert told
    assert all(one.why == "plentiful" and one.now < one.before for one in told)


def test_what_is_asked_for_and_gone_is_told_once_until_it_is_there_again() -> None:
    trial = a_market()
    place, good = market(trial)

    def ran_out() -> int:
        """How often an hour tells of it, and the tick after."""
        events = hours(trial, 1, asked=3)
        trial.state.demand[place, good] = 3
        tick = trial.tick()
        tick.hour_began = False
        prices.run(tick)
        return sum(isinstance(event, RanOut) for event in [*events, *tick.events])

    assert ran_out() == 0
    trial.state.stock[place, good] = 0
    first, again = ran_out(), ran_out()
    trial.state.stock[place, good] = 5
    restocked = ran_out()
    trial.state.stock[place, good] = 0
    assert (first, again, restocked, ran_out()) == (1, 0, 0, 1)
