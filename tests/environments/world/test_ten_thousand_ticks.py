"""A world is the same on every machine: two processes that hash and thread otherwise live through the same states."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.environments.world.worlds import VILLAGE, a_person, a_setting

from fabula.engine import Cast, Chance, Run, VirtualClock, perform
from fabula.engine.digest import fingerprint
from fabula.environments.world import World
from fabula.environments.world.events import StateDigested
from fabula.environments.world.setting import Herd
from fabula.store import SqliteStore

ROOT = Path(__file__).resolve().parents[3]
SEED = 7
DIGEST_EVERY = 20
LIVES_MIN = 300
UNTOLD_S_MAX = 0.05

_LIVE = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.environments.world.test_ten_thousand_ticks import live
live(sys.argv[2], ticks=int(sys.argv[3]))
"""


class Lived(msgspec.Struct, frozen=True):
    """What a process says of the world that it lived."""

    digests: list[str]
    """Of the states, now and then."""
    last: str
    """Of the last state's bytes."""
    run: str
    """The chain over all inputs and events."""
    lives: int
    """At the beginning."""


def a_country(*, ticks: int) -> World:
    """The village in wide meadows, with a dozen people and hundreds of lives about it."""
    rows = [row.ljust(64, ".") for row in VILLAGE.split()]
    drawing = "\n".join([*rows, *["." * 64] * 40])
    homes = ("Elm House", "Kiln House")
    people = [
        a_person(
            name, home=homes[number % 2], work="" if number % 5 == 4 else "Long Field", coin=number, weights=drives
        )
        for number, (name, drives) in enumerate(
            (
                ("Ada", {"Courage": 0.8}),
                ("Bram", {"Greed": 0.9, "Honesty": 0.1}),
                ("Cora", {"Compassion": 0.9}),
                ("Dunstan", {"Ambition": 0.8}),
                ("Edda", {"Curiosity": 0.7}),
                ("Fitch", {"Greed": 0.8}),
                ("Gerta", {"Courage": 0.2}),
                ("Hob", {"Aggression": 0.9}),
                ("Isolde", {"Loyalty": 0.9}),
                ("Jory", {"Cunning": 0.9}),
                ("Kit", {}),
                ("Lorne", {"Courage": 0.5, "Compassion": 0.6}),
            )
        )
    ]
    herds = [
        Herd(kind="villager", faction="Town", count=260, home="home", work="farm", coin=10, goods={"bread": 2}),
        Herd(kind="raider", faction="Raiders", count=40),
        Herd(kind="wolf", faction="Raiders", count=20),
    ]
    return World(a_setting(*people, herds=herds, drawing=drawing, ticks=ticks, digest_every=DIGEST_EVERY))


def live(home: str, *, ticks: int) -> None:
    """Live the whole of it, and say so on standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(_lived(Path(home), a_country(ticks=ticks)))))


async def _lived(home: Path, world: World) -> Lived:
    digests = []
    async with SqliteStore.open(home) as store:
        opened = await Run.create(store, world, seed=SEED, pack=world.pack, snapshot_every=1000)
        async with opened as run, Cast(world.casting(Chance(SEED))) as cast:
            lives = world.begin(Chance(SEED)).lives.count
            async for moment in perform(run, world, cast, VirtualClock(), untold_s_max=UNTOLD_S_MAX):
                digests += [event.digest for event in moment.events if isinstance(event, StateDigested)]
            last = fingerprint(world.snapshot(moment.state))
    return Lived(digests, last, run.digest, lives)


def processes(tmp_path: Path, *, ticks: int) -> list[Lived]:
    """Of two at a time, each with its own order of sets and its own number of threads."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _LIVE, str(ROOT), str(tmp_path / seed), str(ticks)],
            env={**os.environ, "PYTHONHASHSEED": seed, "NUMBA_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            stdout=subprocess.PIPE,
        )
        for seed, threads in (("1", "1"), ("4242", "2"))
    ]
    said = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return [msgspec.json.decode(one, type=Lived) for one in said]


@pytest.mark.parametrize("ticks", [300, pytest.param(10_000, marks=pytest.mark.nightly)])
def test_two_processes_that_hash_and_thread_otherwise_live_the_same_world(tmp_path: Path, ticks: int) -> None:
    one, other = processes(tmp_path, ticks=ticks)
    assert one.lives >= LIVES_MIN
    assert len(one.digests) == ticks // DIGEST_EVERY
    assert len(set(one.digests)) == len(one.digests)
    assert one == other
