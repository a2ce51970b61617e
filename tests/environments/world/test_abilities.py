"""Abilities: used where they are of use, at a price."""

from collections.abc import Sequence

import numpy as np
import pytest
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.environments.world.components import FULL, Intent
from fabula.environments.world.happenings import Cause, Happening, What
from fabula.environments.world.kernels.powers import FRIENDS_EVERY
from fabula.environments.world.setting import Ability, Kind
from fabula.environments.world.systems import abilities, index
from fabula.environments.world.systems.abilities import Unable, use_ability

ABILITIES = (
    Ability(name="soothe", effect="heal", power=200, reach=2, energy=300, cooldown_ticks=50),
    Ability(name="lash", effect="harm", power=600, reach=2, energy=300, cooldown_ticks=50),
    Ability(name="lull", effect="calm", power=500, reach=3, energy=300, cooldown_ticks=50),
    Ability(name="dash", effect="haste", power=500, reach=0, energy=300, cooldown_ticks=50),
    Ability(name="broth", effect="feed", power=450, reach=1, energy=300, cooldown_ticks=50),
    Ability(name="hum", effect="rest", power=900, reach=1, energy=300, cooldown_ticks=50),
)
NAMES = [one.name for one in ABILITIES]


def two(*known: str) -> Trial:
    """Ann and Ben side by side in the open, of a kind that has these abilities."""
    kinds = (Kind(name="villager", abilities=known),)
    trial = Trial(a_setting(a_person("Ann"), a_person("Ben"), kinds=kinds, abilities=ABILITIES))
    trial.put("Ann", 7, 5)
    trial.put("Ben", 8, 5)
    return trial


def work(trial: Trial, *, foes: Sequence[int] = (-1, -1)) -> list[Happening]:
    """A tick of abilities alone, with everybody's nearest foe as given; what was noted."""
    tick = trial.tick()
    index.run(tick)
    tick.scratch["foe"] = np.array(foes, dtype=np.int32)
    abilities.run(tick)
    return list(tick.happenings)


def rounds(trial: Trial) -> list[Happening]:
    """As many ticks of it as until everyone has looked for friends once."""
    noted = []
    for _ in range(FRIENDS_EVERY):
        trial.state.tick += 1
        noted += work(trial)
    return noted


def test_who_is_badly_hurt_heals_themselves_for_energy() -> None:
    trial = two("soothe")
    lives = trial.state.lives
    lives.health[0] = 300
    assert work(trial) == [Happening(What.USED_ABILITY, 0, 0, 0, 200)]
    assert (lives.health[0], lives.energy[0], lives.ready_at[0, 0]) == (500, 700, 50)


def test_nobody_uses_an_ability_without_need() -> None:
    trial = two(*NAMES)
    assert rounds(trial) == []


def test_an_ability_has_to_rest() -> None:
    trial = two("soothe")
    trial.state.lives.health[:2] = 100, FULL
    used = []
    for tick in range(60):
        trial.state.tick = tick
        trial.state.lives.health[0] = 100
        used += [tick for one in work(trial) if one.who == 0]
    assert used == [0, 50]


def test_who_has_no_energy_left_uses_nothing() -> None:
    trial = two("soothe")
    trial.state.lives.health[0], trial.state.lives.energy[:2] = 100, 299
    assert rounds(trial) == []


def test_sleepers_use_nothing() -> None:
    trial = two("soothe")
    trial.state.lives.health[0], trial.state.lives.asleep[:2] = 100, 1
    assert rounds(trial) == []


def test_a_friend_near_is_healed_by_who_has_nothing_of_their_own() -> None:
    trial = two("soothe")
    trial.state.lives.health[1], trial.state.lives.energy[1] = 100, 0
    assert [(one.who, one.other, one.b) for one in rounds(trial)] == [(0, 1, 200)]


def test_a_friend_out_of_reach_is_not() -> None:
    trial = two("soothe")
    trial.put("Ben", 10, 5)
    trial.state.lives.health[1], trial.state.lives.energy[1] = 100, 0
    assert rounds(trial) == []


def test_others_are_no_friends() -> None:
    trial = two("soothe")
    trial.state.lives.health[1], trial.state.lives.energy[1] = 100, 0
    trial.state.lives.faction[1] = 1
    assert rounds(trial) == []


def test_a_foe_within_reach_is_harmed_and_may_die_of_it() -> None:
    trial = two("lash")
    trial.state.lives.energy[1] = 0
    assert [one.what for one in work(trial, foes=(1, 0))] == [What.USED_ABILITY]
    trial.state.tick += 50
    noted = work(trial, foes=(1, 0))
    assert noted[1] == Happening(What.DIED, 1, 0, Cause.ABILITY)
    assert trial.state.lives.health[1] == 0


def test_a_foe_beyond_reach_is_not() -> None:
    trial = two("lash")
    trial.put("Ben", 10, 5)
    assert work(trial, foes=(1, 0)) == []


def test_who_is_calmed_lets_be_for_a_while() -> None:
    trial = two("lull")
    lives = trial.state.lives
    lives.intent[1], lives.target[1] = Intent.FIGHT, lives.id[0]
    work(trial, foes=(1, -1))
    assert (lives.intent[1], lives.target[1], lives.until[1]) == (Intent.HOLD, -1, 51)


def test_who_flees_over_slow_ground_makes_haste() -> None:
    trial = two("dash")
    lives = trial.state.lives
    lives.intent[0], lives.stride[0] = Intent.FLEE, 4
    work(trial)
    assert lives.stride[0] == 2


def test_the_starved_are_fed_and_the_worn_rested_within_bounds() -> None:
    trial = two("broth", "hum")
    lives = trial.state.lives
    lives.hunger[0], lives.fatigue[1] = 800, 850
    work(trial)
    assert (lives.hunger[0], lives.fatigue[1]) == (350, 0)


def test_a_person_uses_an_ability_as_they_plan() -> None:
    trial = two("soothe")
    trial.state.lives.health[1] = 900
    tick = trial.tick()
    assert use_ability(tick, 0, NAMES.index("soothe"), 1) == "healed them a little"
    assert trial.state.lives.health[1] == FULL
    assert [one.what for one in tick.happenings] == [What.USED_ABILITY]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("lash", "they do not have it"),
        ("hum", "they are too far away"),
        ("broth", "they have not the strength"),
        ("soothe", "it is too soon: 9 ticks more"),
    ],
)
def test_what_cannot_be_used_says_why(name: str, why: str) -> None:
    trial = two("soothe", "broth", "hum")
    lives = trial.state.lives
    trial.put("Ben", 9, 5)
    lives.ready_at[0, NAMES.index("soothe")] = 9
    if name == "broth":
        lives.energy[0] = 100
    with pytest.raises(Unable, match=f"^{why}$"):
        use_ability(trial.tick(), 0, NAMES.index(name), 1)
    assert list(trial.world._happenings) == []
