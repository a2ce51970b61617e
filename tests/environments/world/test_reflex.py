"""What lives do of themselves: one by one, and a whole town through a day."""

from collections import Counter
from collections.abc import Iterator

import pytest
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.environments.world.actions import Rest
from fabula.environments.world.components import Intent
from fabula.environments.world.happenings import What
from fabula.environments.world.setting import Herd, Kind, PlaceKind, Resident
from fabula.environments.world.systems import index, livelihood, movement, needs, perception, prices, reflex

BREAD = 0
HOME, FARM, MARKET, TAVERN = 0, 2, 3, 4
LAZY, DILIGENT = {"duty": 0.0, "ambition": 0.0}, {"duty": 1.0, "ambition": 1.0}
COLD, WARM = {"affection": 0.0, "compassion": 0.0}, {"affection": 1.0, "compassion": 1.0}
NIGHT, MORNING, NOON, EVENING = 2, 7, 12, 21


def a_trial(*people: Resident, hour: int = NOON, **more: object) -> Trial:
    """A village at an hour of its second day."""
    trial = Trial(a_setting(*people, ticks=100_000, **more))  # type: ignore[arg-type]
    trial.state.tick = (24 - 6 + hour) * 360
    return trial


def choice(trial: Trial, name: str = "Ada", **components: int) -> Intent:
    """What somebody turns to now."""
    row = trial.row(name)
    for component, value in components.items():
        getattr(trial.state.lives, component)[row] = value
    trial.state.lives.until[row] = 0
    tick = trial.tick()
    for system in (index, perception, reflex):
        system.run(tick)
    return Intent(trial.state.lives.intent[trial.row(name)])


def place(trial: Trial, name: str = "Ada") -> int:
    return int(trial.state.lives.field[trial.row(name)])


def with_bread(name: str = "Ada", pieces: int = 8, **more: object) -> Resident:
    return a_person(name, goods={"bread": pieces}, **more)  # type: ignore[arg-type]


def test_at_night_people_go_home_to_sleep() -> None:
    trial = a_trial(with_bread(), hour=NIGHT)
    assert choice(trial, fatigue=800, hunger=100) is Intent.SLEEP
    assert place(trial) == HOME


def test_nobody_goes_to_bed_hungry_who_has_something_to_eat() -> None:
    assert choice(a_trial(with_bread(), hour=NIGHT), fatigue=800, hunger=250) is Intent.EAT


def test_sleepers_sleep_on_until_morning() -> None:
    assert choice(a_trial(with_bread(), hour=NIGHT), fatigue=50, hunger=500, asleep=1) is Intent.SLEEP
    assert choice(a_trial(with_bread(), hour=8), fatigue=50, hunger=100, asleep=1) is Intent.WORK


def test_by_day_people_work_where_they_work() -> None:
    trial = a_trial(with_bread())
    assert choice(trial, hunger=100) is Intent.WORK
    assert place(trial) == FARM


def test_the_diligent_are_at_work_before_the_lazy() -> None:
    people = with_bread("Ada", weights=DILIGENT), with_bread("Tom", weights=LAZY)
    trial = a_trial(*people, hour=6)
    trial.state.tick += 100
    assert choice(trial, "Ada", hunger=0) is Intent.WORK
    assert choice(trial, "Tom", hunger=0) is not Intent.WORK


def test_the_hungry_eat_what_they_carry() -> None:
    assert choice(a_trial(with_bread()), hunger=600) is Intent.EAT


def test_who_carries_nothing_goes_and_buys() -> None:
    trial = a_trial(a_person("Ada", coin=20))
    assert choice(trial, hunger=400) is Intent.BUY
    assert place(trial) == MARKET


def test_who_cannot_buy_goes_and_looks_for_wild_food() -> None:
    assert choice(a_trial(a_person("Ada", coin=0)), hunger=700, honesty=100) is Intent.FORAGE


def test_where_all_is_sold_out_the_hungry_still_ask() -> None:
    trial = a_trial(a_person("Ada", coin=20, work=""), kinds=(Kind(name="villager", hungers=30, forages=False),))
    trial.state.stock[MARKET] = 0
    assert choice(trial, hunger=800, honesty=100) is Intent.BUY


def test_who_has_too_much_sells_it() -> None:
    trial = a_trial(a_person("Ada", work="", goods={"bread": 30}))
    assert choice(trial, hunger=0) is Intent.SELL
    assert place(trial) == MARKET


def test_in_the_evening_the_warm_seek_company_and_the_cold_go_home() -> None:
    people = with_bread("Ada", weights=WARM), with_bread("Tom", weights=COLD)
    trial = a_trial(*people, hour=20)
    trial.put("Tom", 8, 4)
    assert choice(trial, "Ada", hunger=0, fatigue=500) is Intent.MINGLE
    assert place(trial, "Ada") == TAVERN
    assert choice(trial, "Tom", hunger=0, fatigue=500) is Intent.GO
    assert place(trial, "Tom") == HOME


@pytest.mark.parametrize(("honesty", "steals"), [(100, False), (20, True)])
def test_out_of_need_the_dishonest_steal_what_is_at_hand(honesty: int, steals: bool) -> None:
    trial = a_trial(a_person("Ada", coin=0))
    trial.put("Ada", 12, 7)
    assert (choice(trial, hunger=800, honesty=honesty) is Intent.STEAL) == steals
    assert place(trial) == (MARKET if steals else -1)


def test_or_from_who_is_next_to_them() -> None:
    trial = a_trial(a_person("Ada", coin=0), a_person("Tom", coin=5))
    trial.put("Ada", 8, 4)
    trial.put("Tom", 9, 5)
    assert choice(trial, hunger=900, honesty=0) is Intent.STEAL
    assert trial.state.lives.target[trial.row("Ada")] == trial.state.lives.id[trial.row("Tom")]


@pytest.mark.parametrize(("boldness", "intent"), [(100, Intent.FIGHT), (0, Intent.FLEE)])
def test_the_bold_fight_a_foe_and_the_timid_flee(boldness: int, intent: Intent) -> None:
    raider = Resident(persona=a_person("Rolf").persona, kind="raider", faction="Raiders", at=(8, 5))
    trial = a_trial(with_bread(), raider)
    trial.put("Ada", 8, 4)
    trial.state.lives.until[:2] = 1_000_000
    assert choice(trial, boldness=boldness) is intent
    assert trial.state.lives.target[trial.row("Ada")] == trial.state.lives.id[trial.row("Rolf")]


def test_who_is_attacked_wakes_up_to_it() -> None:
    trial = a_trial(with_bread(), with_bread("Tom"), hour=NIGHT)
    lives, (ada, tom) = trial.state.lives, (trial.row("Ada"), trial.row("Tom"))
    trial.put("Ada", 8, 4)
    trial.put("Tom", 8, 5)
    lives.intent[tom], lives.target[tom], lives.until[:2] = Intent.FIGHT, lives.id[ada], 1_000_000
    lives.asleep[ada], lives.intent[ada] = 1, Intent.SLEEP
    tick = trial.tick()
    for system in (index, perception, reflex):
        system.run(tick)
    assert lives.intent[ada] in (Intent.FIGHT, Intent.FLEE)


def test_a_hungry_beast_hunts_and_a_sated_one_does_not() -> None:
    kinds = (Kind(name="villager"), Kind(name="raider"), Kind(name="wolf", mind=False, forages=False, boldness=80))
    wolf = Resident(persona=a_person("Grey").persona, kind="wolf", faction="Raiders", at=(8, 5))
    trial = a_trial(with_bread(), wolf, kinds=kinds)
    trial.put("Ada", 8, 4)
    ada = trial.row("Ada")
    trial.state.lives.asleep[ada], trial.state.lives.until[ada] = 1, 1_000_000
    assert choice(trial, "Grey", hunger=800, boldness=80) is Intent.FIGHT
    assert choice(trial, "Grey", hunger=0, boldness=80) in (Intent.REST, Intent.WANDER)


def test_who_has_a_plan_is_left_alone() -> None:
    trial = a_trial(with_bread())
    trial.state.people[0].plan = (Rest(),)
    assert choice(trial, hunger=900, intent=int(Intent.HOLD)) is Intent.HOLD


def test_decisions_are_spread_over_the_ticks() -> None:
    trial = Trial(a_setting(herds=(Herd(kind="villager", faction="Town", count=150, home="home", work="farm"),)))
    lives = trial.state.lives
    tick = trial.tick()
    for system in (index, perception, reflex):
        system.run(tick)
    busiest = Counter(lives.until[: lives.count].tolist()).most_common(1)[0][1]
    assert busiest < 30


def test_a_world_without_places_and_goods_has_choices() -> None:
    kinds = (Kind(name="villager", eats=()),)
    trial = a_trial(drawing="...... ...... ......", goods=(), place_kinds=(), kinds=kinds, abilities=(),
                    herds=(Herd(kind="villager", count=3),))  # fmt: skip
    tick = trial.tick()
    for system in (index, perception, reflex, livelihood):
        system.run(tick)
    assert set(trial.state.lives.intent[:3].tolist()) <= {Intent.REST, Intent.WANDER, Intent.FORAGE}


MINUTE = Kind(name="villager", hungers=180, tires=100, lonely=120)
"""A villager whose ticks are minutes: full hunger after nine hours and a quarter."""
HOURLY = 60


class Town:
    """Twelve people, of whom one has no work, and one day of theirs with nothing but what bodies and habits do."""

    def __init__(self) -> None:
        people = [
            a_person(
                f"P{number}",
                home="Elm House" if number % 2 else "Kiln House",
                work="Long Field" if number else "",
                coin=30,
                weights={"affection": number / 12, "duty": (number * 5 % 12) / 12, "compassion": 0.9, "greed": 0.1},
            )
            for number in range(12)
        ]
        kinds = (MINUTE, Kind(name="raider"), Kind(name="wolf"))
        field = PlaceKind(name="farm", use="work", makes="bread", ticks_a_piece=60, wage=2, opens_h=6, closes_h=19)
        kinds_of_place = (*(kind for kind in a_setting().place_kinds if kind.name != "farm"), field)
        self.trial = Trial(a_setting(*people, tick_s=60, ticks=10_000, kinds=kinds, place_kinds=kinds_of_place))
        self.count: Counter[int] = Counter()
        self.eaters: set[int] = set()
        self.made = self.eaten = 0

    def wealth(self) -> int:
        state = self.trial.state
        return int(state.till.sum()) + int(state.lives.coin[: state.lives.count].sum())

    def bread(self) -> int:
        state = self.trial.state
        return int(state.stock[:, BREAD].sum()) + int(state.lives.goods[: state.lives.count, BREAD].sum())

    def hours(self, count: int) -> Iterator[tuple[int, dict[Intent, float], float]]:
        """Hour of the day, the share of its time that people spent on each intent, and asleep."""
        lives = self.trial.state.lives
        for _ in range(count):
            hour, doing, asleep = self.trial.tick().hour, Counter[Intent](), 0
            for _ in range(HOURLY):
                self.tick()
                doing.update(Intent(one) for one in lives.intent[: lives.count].tolist())
                asleep += int(lives.asleep[: lives.count].sum())
            whole = HOURLY * lives.count
            yield hour, {intent: doing[intent] / whole for intent in Intent}, asleep / whole

    def tick(self) -> None:
        tick = self.trial.tick()
        for system in (needs, index, perception, reflex, movement, livelihood, prices):
            system.run(tick)
        for one in tick.happenings:
            self.count[one.what] += 1
            if one.what == What.ATE:
                self.eaters.add(one.who)
                self.eaten += one.b if one.a == BREAD else 0
            self.made += one.b if one.what == What.WORKED else 0
        self.trial.state.tick += 1


def test_a_town_lives_through_a_day_by_reflex() -> None:
    town = Town()
    lives = town.trial.state.lives
    coin, bread = town.wealth(), town.bread()
    doing, asleep = {}, {}
    for hour, share, sleeping in town.hours(24):
        doing[hour], asleep[hour] = share, sleeping
    assert asleep[3] > 0.8
    assert asleep[12] < 0.1
    # Eleven of twelve have work.
    assert min(doing[hour][Intent.WORK] for hour in (9, 10, 11, 14)) > 0.7
    assert max(doing[hour][Intent.MINGLE] for hour in (18, 19, 20, 21)) > 0.15
    assert len(town.eaters) == 12
    assert lives.health[: lives.count].min() > 900
    assert lives.hunger[: lives.count].max() < 1000
    assert town.count[What.BOUGHT] > 0
    assert town.wealth() == coin
    assert town.bread() == bread + town.made - town.eaten
    assert (town.trial.state.stock >= 0).all()
    assert (town.trial.state.till >= 0).all()
