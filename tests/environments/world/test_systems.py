"""Systems from outside: found by their entry point, worked after ours, left out when they fail."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.environments.world.worlds import Trial, a_person, a_setting

from fabula.engine import Chance
from fabula.environments.world import World
from fabula.environments.world.events import SystemFailed, Used
from fabula.environments.world.systems.order import OURS
from fabula.errors import UsageError

MARSH = '''
"""A marsh that makes people ill."""

from fabula.environments.world.events import Used


def fever(tick):
    lives = tick.lives
    lives.health[: lives.count] -= 1
    tick.tell(Used(agent="Ada", what="bad air", seen_by=tick.everyone()))


def broken(tick):
    if tick.now == 3:
        raise ValueError(f"at {id(tick)}")
    tick.lives.energy[: tick.lives.count] //= 2
'''


@pytest.fixture
def _marsh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with two systems, installed."""
    (tmp_path / "marsh_systems.py").write_text(MARSH)
    info = tmp_path / "marsh_systems-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: marsh-systems\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[fabula.systems]\nfever = marsh_systems:fever\nbroken = marsh_systems:broken\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("marsh_systems", None)


def a_trial(*systems: str) -> Trial:
    return Trial(a_setting(a_person("Ada"), a_person("Bram"), systems=systems))


@pytest.mark.usefixtures("_marsh")
def test_a_system_from_outside_is_worked_after_ours_every_tick() -> None:
    trial = a_trial("fever")
    assert [name for name, _ in trial.world.systems][len(OURS) :] == ["fever"]
    events = trial.steps(5)
    assert len([event for event in events if isinstance(event, Used)]) == 5
    assert trial.state.lives.health[0] <= 995


@pytest.mark.usefixtures("_marsh")
def test_one_that_raises_is_told_of_and_left_out_and_the_world_goes_on() -> None:
    trial = a_trial("broken", "fever")
    events = trial.steps(8)
    assert [event for event in events if isinstance(event, SystemFailed)] == [
        SystemFailed(system="broken", error="ValueError")
    ]
    assert trial.state.failed == ["broken"]
    assert len([event for event in events if isinstance(event, Used)]) == 8
    assert trial.state.tick == 8


@pytest.mark.usefixtures("_marsh")
def test_a_failed_system_stays_left_out_after_a_break() -> None:
    trial = a_trial("broken")
    trial.steps(5)
    restored = trial.world.restore(trial.world.snapshot(trial.state))
    events = World.from_setup(trial.world.setup()).step(restored, (), Chance(7, restored.tick))
    assert not [event for event in events if isinstance(event, SystemFailed)]
    assert restored.failed == ["broken"]


def test_a_system_that_is_not_installed_is_named() -> None:
    with pytest.raises(UsageError, match="no system 'plague' is installed"):
        World(a_setting(a_person("Ada"), systems=("plague",)))
