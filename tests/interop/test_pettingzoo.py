"""Worlds and campaigns keep PettingZoo's own contract."""

import contextlib
import io
import warnings
from collections.abc import Callable

import pytest
from pettingzoo.test import parallel_api_test, parallel_seed_test  # type: ignore[import-untyped]
from tests.environments.world.worlds import a_person, a_setting

from fabula.app import environment_of_pack
from fabula.environments.world import World
from fabula.errors import UsageError
from fabula.interop.pettingzoo import OPTIONS_MAX, FabulaParallelEnv, parallel_env


def a_world() -> FabulaParallelEnv:
    people = [a_person("Ada"), a_person("Bram", home="Kiln House"), a_person("Cora")]
    return FabulaParallelEnv(World(a_setting(*people, ticks=200)), ticks_a_step=5)


def a_campaign() -> FabulaParallelEnv:
    return parallel_env("ashfall", turns=4)


BOTH = pytest.mark.parametrize("make", [a_world, a_campaign])


@BOTH
def test_pettingzoos_own_tests_pass(make: Callable[[], FabulaParallelEnv]) -> None:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        # They warn of names and shapes that they have not seen before, not of faults.
        warnings.simplefilter("ignore")
        parallel_api_test(make(), num_cycles=60)
        parallel_seed_test(make, num_cycles=12)


@BOTH
def test_the_same_seed_and_actions_give_the_same_run(make: Callable[[], FabulaParallelEnv]) -> None:
    def played(seed: int) -> list[str]:
        env = make()
        env.reset(seed=seed)
        told: list[str] = []
        while env.agents and len(told) < 40:
            _, rewards, _, _, infos = env.step(dict.fromkeys(env.agents, 1))
            told.append(repr((rewards, [info["perceived"] for info in infos.values()])))
        return told

    assert played(7) == played(7)
    assert played(7) != played(8)


@BOTH
def test_an_agent_is_asked_and_what_it_chooses_is_done(make: Callable[[], FabulaParallelEnv]) -> None:
    env = make()
    looks, infos = env.reset(seed=3)
    for _ in range(60):
        asked = [agent for agent in env.agents if infos[agent]["asked"] is not None]
        assert all(looks[agent]["action_mask"].sum() >= 1 for agent in env.agents)
        if any(looks[agent]["action_mask"].sum() > 1 for agent in asked):
            return
        looks, _, _, _, infos = env.step(dict.fromkeys(env.agents, 0))
    raise AssertionError("nobody was ever given a choice")


def test_a_number_beyond_the_options_is_the_reflex() -> None:
    env = a_campaign()
    env.reset(seed=3)
    env.step(dict.fromkeys(env.agents, OPTIONS_MAX - 1))


def test_less_than_a_tick_is_no_step() -> None:
    environment, _ = environment_of_pack("ashfall")
    with pytest.raises(UsageError, match="ticks_a_step"):
        FabulaParallelEnv(environment, ticks_a_step=0)
