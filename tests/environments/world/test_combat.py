"""Blows: who can strike, what it does, and what is noted of it."""

import numpy as np
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.environments.world.components import FULL, NOBODY, Intent
from fabula.environments.world.happenings import Cause, Happening, What
from fabula.environments.world.setting import Herd
from fabula.environments.world.systems import combat

OPEN = "\n".join(["." * 20] * 10)
TOOLS = 2


def a_fight(*, apart: int = 1, people: int = 2) -> Trial:
    """Ada means to fight Tom, who means nothing; Ida is another."""
    names = ("Ada", "Tom", "Ida")[:people]
    placed = [a_person(name, home="", work="", at=(5 + apart * number, 5)) for number, name in enumerate(names)]
    trial = Trial(a_setting(*placed, drawing=OPEN))
    lives = trial.state.lives
    lives.intent[0], lives.target[0] = Intent.FIGHT, 1
    lives.boldness[: lives.count] = 80
    return trial


def fight(trial: Trial, ticks: int = 1) -> list[Happening]:
    """Combat alone, for so many ticks; what was noted."""
    noted = []
    for _ in range(ticks):
        tick = trial.tick()
        combat.run(tick)
        noted += list(tick.happenings)
        trial.state.tick += 1
    return noted


def struck(noted: list[Happening]) -> list[Happening]:
    return [one for one in noted if one.what == What.STRUCK]


def test_three_of_five_blows_fall_and_take_a_quarter_more_or_less() -> None:
    trial = a_fight()
    harms = []
    for _ in range(500):
        trial.state.lives.health[1], trial.state.lives.intent[1] = FULL, Intent.HOLD
        harms += [one.a for one in struck(fight(trial)) if one.who == 0]
        assert trial.state.lives.intent[1] in (Intent.HOLD, Intent.FIGHT)
    assert 260 < len(harms) < 340
    assert (min(harms), max(harms)) == (45, 75)


def test_nobody_strikes_from_afar() -> None:
    assert fight(a_fight(apart=2), 20) == []


def test_two_in_one_cell_can_strike() -> None:
    assert struck(fight(a_fight(apart=0), 20))


def test_the_best_weapon_carried_adds_its_harm() -> None:
    trial = a_fight()
    trial.state.lives.goods[0, TOOLS] = 3
    trial.state.lives.asleep[1] = 1
    assert 60 <= struck(fight(trial))[0].a <= 100


def test_a_sleeper_is_always_hit_and_wakes() -> None:
    for seed in range(5):
        trial = a_fight()
        trial.seed = seed
        trial.state.lives.asleep[1] = 1
        assert [one.what for one in fight(trial)] == [What.STRUCK, What.WOKE]
        assert not trial.state.lives.asleep[1]


def test_the_bold_strike_back_and_the_timid_flee() -> None:
    for boldness, intent, whats in (
        (80, Intent.FIGHT, [What.STRUCK, What.WOKE]),
        (20, Intent.FLEE, [What.STRUCK, What.WOKE, What.FLED]),
    ):
        trial = a_fight()
        lives = trial.state.lives
        lives.boldness[1], lives.asleep[1] = boldness, 1
        assert [one.what for one in fight(trial)] == whats
        assert (lives.intent[1], lives.target[1], lives.struck_by[1]) == (intent, 0, 0)
        assert lives.until[1] > trial.state.tick


def test_only_the_first_blow_between_two_is_first() -> None:
    blows = struck(fight(a_fight(), 12))
    assert len(blows) > 5
    assert [bool(one.b) for one in blows] == [True] + [False] * (len(blows) - 1)


def test_a_blow_that_leaves_somebody_badly_hurt_is_noted_as_such() -> None:
    blows = struck(fight(a_fight(), 40))
    assert [one.other for one in blows if one.c] in ([0, 1], [1, 0], [0], [1])


def test_the_slain_are_noted_once_with_who_did_it() -> None:
    trial = a_fight(people=3)
    lives = trial.state.lives
    lives.x[2] = 7
    lives.intent[2], lives.target[2] = Intent.FIGHT, 1
    lives.health[1], lives.asleep[1] = 40, 1
    noted = fight(trial, 5)
    died = [one for one in noted if one.what == What.DIED]
    assert died == [Happening(What.DIED, 1, 0, Cause.BLOWS)]
    assert lives.health[1] == 0
    assert len(struck(noted)) == 1, "nobody strikes the dead"


def test_blows_fall_at_once_so_that_both_can_die() -> None:
    for seed in range(30):
        trial = a_fight()
        trial.seed = seed
        lives = trial.state.lives
        lives.intent[1], lives.target[1] = Intent.FIGHT, 0
        lives.health[:2] = 10
        died = [one.who for one in fight(trial) if one.what == What.DIED]
        if len(died) == 2:
            return
    raise AssertionError("never both in thirty fights")


def test_the_dead_the_sleeping_and_those_whose_target_is_gone_do_not_strike() -> None:
    for component, value in (("health", 0), ("asleep", 1), ("target", 99), ("target", NOBODY), ("target", 0)):
        trial = a_fight()
        getattr(trial.state.lives, component)[0] = value
        assert fight(trial, 10) == []


def test_a_great_battle_is_fought_whole() -> None:
    herds = [Herd(kind="villager", faction="Town", count=4_000), Herd(kind="raider", faction="Raiders", count=4_000)]
    trial = Trial(a_setting(herds=herds, drawing="\n".join(["." * 100] * 100)))
    lives, count = trial.state.lives, trial.state.lives.count
    lives.x[:count], lives.y[:count] = 1, 1
    lives.intent[:count] = Intent.FIGHT
    lives.target[:count] = (np.arange(count) + count // 2) % count
    fight(trial)
    assert 0.57 * count < (lives.health[:count] < FULL).sum() < 0.63 * count
