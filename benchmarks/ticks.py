"""One tick of a world: needs, index, perceive within radius 5, move, fight - the world's own systems, one after the
other, as its `step` works them, without what only people or places need.

A square meadow, one life per four cells, two peoples at war and mixed. One life in eight goes for the nearest foe it
perceives and strikes it, the others stray; who is struck strikes back or flees. What everyone means to do is set
between the ticks, since choosing it is the work of another system. Nobody dies, so the last tick is as large as the
first.

Beside it, in turns with it, the same model in NumPy alone: a grid of who stands where, and for each of the 81 cells
within the radius one look at everyone's neighbour there. And in Mesa 3, up to 10,000 lives, in a process and an
environment of its own (`FABULA_BENCH_PEERS` names its Python; without it Mesa is installed for this measuring, and left
out where that fails): agents on its `SingleGrid`. Both leave out what the model does not ask for: terrain, walls,
sleep, weapons, what happens being noted. Every 64th tick puts the lives in the order of the map in memory; it is
measured by itself. Memory is that of the components and of what the systems keep between ticks.
"""

import json
import subprocess
from collections.abc import Iterator
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns, timed
from benchmarks.others import peers_python
from benchmarks.plays import SEED
from benchmarks.programs import environment
from numpy.typing import NDArray

from fabula.engine import Chance
from fabula.environments.world.catalogue import Catalogue
from fabula.environments.world.components import COMPONENTS, FULL, NOBODY, Intent
from fabula.environments.world.ground import Ground
from fabula.environments.world.happenings import Happenings
from fabula.environments.world.opening import first_state
from fabula.environments.world.setting import Faction, Herd, Kind, WorldSetting
from fabula.environments.world.systems import combat, index, movement, needs, perception
from fabula.environments.world.tick import Tick
from fabula.forge.maps import Map, Terrain

MARKS_MS = {100_000: 10.0, 1_000_000: 100.0}
GROWTH_MARK = 1.3
"""Times that a life may cost among a million what it costs among ten thousand."""
MESA_MARK = 1 / 500
MESA_LIVES_MAX = 10_000
MESA_TICKS = 3
PATIENCE_S = 300.0
CELLS_A_LIFE = 4
RADIUS = 5
FIGHTERS = 8
"""One life in so many fights."""
RATE, ENERGY, HEALS = 20, 50, 10
"""Hundredths of a thousandth a tick: of hunger, fatigue and solitude; of energy and of health that come back."""


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    python = peers_python(folder) if scale.peers else ""
    costs_us: dict[int, float] = {}
    for lives, rounds in scale.lives.items():
        meadow, plain = Meadow(lives), PlainMeadow(lives)
        ours, numpys = in_turns(rounds, meadow.seconds, plain.seconds)
        sample = Sample.of(ours, per_s=MS)
        costs_us[lives] = sample.median / lives
        mesa = _mesa(python, lives, folder) if python and lives <= MESA_LIVES_MAX else ()
        yield Figure(
            what=f"a tick of {lives:,} lives",
            unit="ms",
            sample=sample,
            mark=MARKS_MS.get(lives),
            beside=(Beside(what="NumPy alone", sample=Sample.of(numpys, per_s=MS)), *mesa),
            note=f"{sample.median / lives * 1e6:.0f} ns a life, {meadow.fighting():,} fight",
        )
        if mesa and lives == MESA_LIVES_MAX:
            share = sample.median / mesa[0].sample.median
            yield Figure(
                what=f"the same, of what {mesa[0].what} takes", unit="of it", sample=Sample.of([share]), mark=MESA_MARK
            )
    (arranged,) = in_turns(scale.plays, meadow.seconds_arranging)
    yield Figure(what=f"the 64th tick of {lives:,} lives", unit="ms", sample=Sample.of(arranged, per_s=MS))
    components, scratch = meadow.bytes_a_life()
    yield Figure(what="memory: components", unit="bytes a life", sample=Sample.of([components]))
    yield Figure(what="memory: what systems keep between ticks", unit="bytes a life", sample=Sample.of([scratch]))
    few, many = 10_000, 1_000_000
    if few in costs_us and many in costs_us:
        growth = costs_us[many] / costs_us[few]
        what = f"a life's cost among {many:,}, of that among {few:,}"
        yield Figure(what=what, unit="times", sample=Sample.of([growth]), mark=GROWTH_MARK)


class Meadow:
    """The model in the world's own systems."""

    def __init__(self, lives: int) -> None:
        side = isqrt(CELLS_A_LIFE * lives)
        made = Map(width=side, height=side, terrains=(Terrain(name="grass"),), ground=bytes(side * side))
        names = ("North", "South")
        self._setting = WorldSetting(
            pack="meadow",
            title="A Meadow",
            map=made,
            factions=tuple(
                Faction(name=name, stances={other: -80 for other in names if other != name}) for name in names
            ),
            kinds=(Kind(name="soldier", strike=1, hungers=RATE, tires=RATE, lonely=RATE),),
            herds=tuple(Herd(kind="soldier", faction=name, count=lives // 2) for name in names),
            wary=RADIUS,
        )
        self._catalogue, self._ground = Catalogue(self._setting), Ground(self._setting, made)
        self._state = first_state(self._setting, self._catalogue, self._ground, Chance(SEED))
        self._happenings, self._scratch = Happenings(), dict[str, Any]()
        # The first perceives, so that there is a foe to go for; it also puts everyone in the order of the map.
        self.seconds()

    def seconds(self) -> float:
        """Seconds of a tick."""
        self._mean()
        state = self._state
        self._happenings.clear()
        tick = Tick(
            setting=self._setting,
            catalogue=self._catalogue,
            ground=self._ground,
            state=state,
            chance=Chance(SEED, state.tick),
            happenings=self._happenings,
            scratch=self._scratch,
        )
        took_s = timed(_work, tick)()
        state.tick += 1
        return took_s

    def seconds_arranging(self) -> float:
        """Seconds of the next tick that puts everyone in the order of the map, after all those before it."""
        while self._state.tick % index.ARRANGE_EVERY:
            self.seconds()
        return self.seconds()

    def fighting(self) -> int:
        """How many mean to fight."""
        return int((self._state.lives.intent[: self._state.lives.count] == Intent.FIGHT).sum())

    def bytes_a_life(self) -> tuple[float, float]:
        """Of the components; of the scratch."""
        lives = self._state.lives
        components = sum(getattr(lives, name)[: lives.count].nbytes for name in COMPONENTS)
        scratch = sum(kept.nbytes for name, kept in self._scratch.items() if name.endswith("(room)"))
        return components / lives.count, scratch / lives.count

    def _mean(self) -> None:
        """Set what everyone means to do, in good health."""
        lives = self._state.lives
        count = lives.count
        foe = self._scratch.get("foe", np.full(count, NOBODY, dtype=np.int32))
        fights = (foe != NOBODY) & (lives.id[:count] % FIGHTERS == 0)
        lives.intent[:count] = np.where(fights, Intent.FIGHT, Intent.WANDER)
        lives.target[:count] = np.where(fights, lives.id[np.maximum(foe, 0)], NOBODY)
        lives.health[:count] = np.maximum(lives.health[:count], FULL // 2)


def _work(tick: Tick) -> None:
    for system in (needs, index, perception, movement, combat):
        system.run(tick)


class PlainMeadow:
    """The same model in NumPy alone."""

    def __init__(self, lives: int) -> None:
        self._draw = np.random.default_rng(SEED)
        self._side = isqrt(CELLS_A_LIFE * lives)
        self._wide = self._side + 2 * RADIUS
        """Of the grid, which has a margin that nobody enters."""
        cells = np.sort(self._draw.permutation(self._side**2)[:lives])
        self._cell = ((cells // self._side + RADIUS) * self._wide + cells % self._side + RADIUS).astype(np.int32)
        self._faction = self._draw.integers(0, 2, lives).astype(np.int8)
        self._fights = np.arange(lives) % FIGHTERS == 0
        self._health = np.full(lives, FULL, dtype=np.int16)
        self._energy, self._hunger = self._health.copy(), np.zeros(lives, dtype=np.int16)
        self._fatigue, self._solitude = self._hunger.copy(), self._hunger.copy()
        self._grid = np.full(self._wide**2, NOBODY, dtype=np.int32)
        inside = np.zeros((self._wide, self._wide), dtype=np.bool_)
        inside[RADIUS:-RADIUS, RADIUS:-RADIUS] = True
        self._inside = inside.reshape(-1)
        reach = range(-RADIUS, RADIUS + 1)
        near = sorted((x * x + y * y, y, x) for y in reach for x in reach if 0 < x * x + y * y <= RADIUS * RADIUS)
        self._near = [y * self._wide + x for _, y, x in near]
        self._now = 0

    def seconds(self) -> float:
        """Seconds of a tick."""
        return timed(self._tick)()

    def _tick(self) -> None:
        self._live()
        foe = self._perceive()
        hunting = self._fights & (foe != NOBODY)
        self._move(foe, hunting)
        self._fight(foe, hunting)
        self._now += 1

    def _due(self, rate: int) -> int:
        return (self._now + 1) * rate // 100 - self._now * rate // 100

    def _live(self) -> None:
        self._hunger = np.minimum(self._hunger + np.int16(self._due(RATE)), FULL)
        self._fatigue = np.minimum(self._fatigue + np.int16(self._due(RATE)), FULL)
        self._energy = np.minimum(self._energy + np.int16(self._due(ENERGY)), FULL)
        healed = np.minimum(self._health + np.int16(self._due(HEALS)), FULL)
        self._health = np.where(self._hunger < FULL // 2, healed, self._health)

    def _perceive(self) -> NDArray[np.int32]:
        """The nearest foe of each."""
        count = len(self._cell)
        self._grid[:] = NOBODY
        self._grid[self._cell] = np.arange(count, dtype=np.int32)
        # One more for NOBODY, which is -1: of neither side.
        sides = np.append(self._faction, np.int8(2))
        foe = np.full(count, NOBODY, dtype=np.int32)
        foes, company = np.zeros(count, dtype=np.int16), np.zeros(count, dtype=np.int16)
        for offset in self._near:
            other = self._grid[self._cell + offset]
            side = sides[other]
            hostile = side == 1 - self._faction
            foes += hostile
            company += side == self._faction
            foe = np.where(hostile & (foe == NOBODY), other, foe)
        grows = np.int16(self._due(RATE))
        eased = np.maximum(self._solitude - 2 * grows, 0)
        self._solitude = np.where(company + foes > 0, eased, np.minimum(self._solitude + grows, FULL))
        return foe

    def _move(self, foe: NDArray[np.int32], hunting: NDArray[np.bool_]) -> None:
        count = len(self._cell)
        across, down = self._draw.integers(-1, 2, count), self._draw.integers(-1, 2, count)
        theirs = self._cell[foe]
        apart_x = theirs % self._wide - self._cell % self._wide
        apart_y = theirs // self._wide - self._cell // self._wide
        near = np.maximum(abs(apart_x), abs(apart_y)) <= 1
        across = np.where(hunting, np.where(near, 0, np.sign(apart_x)), across)
        down = np.where(hunting, np.where(near, 0, np.sign(apart_y)), down)
        to = self._cell + down * self._wide + across
        free = self._inside[to] & (self._grid[to] == NOBODY)
        movers = np.flatnonzero(free)
        # Of those who want a cell the first gets it.
        _, first = np.unique(to[movers], return_index=True)
        moved = movers[first]
        self._cell[moved] = to[moved]

    def _fight(self, foe: NDArray[np.int32], hunting: NDArray[np.bool_]) -> None:
        strikers = np.flatnonzero(hunting)
        own, theirs = self._cell[strikers], self._cell[foe[strikers]]
        apart = np.maximum(abs(own % self._wide - theirs % self._wide), abs(own // self._wide - theirs // self._wide))
        hits = strikers[(apart <= 1) & (self._draw.random(len(strikers)) < 0.6)]
        np.subtract.at(self._health, foe[hits], 1)


def _mesa(python: str, lives: int, folder: Path) -> tuple[Beside, ...]:
    """Ticks of Mesa; none if that Python has no Mesa."""
    script = Path(__file__).with_name("peers") / "mesa_tick.py"
    try:
        said = subprocess.run(
            [python, str(script), str(lives), str(MESA_TICKS)],
            env=environment(folder),
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    answer = json.loads(said)
    return (Beside(what=f"Mesa {answer['version']}", sample=Sample.of(answer["seconds"], per_s=MS)),)
