"""Ticks of many lives in Mesa, for the interpreter that has it: `mesa_tick.py LIVES TICKS`.

It prints a line of JSON: Mesa's version, and the seconds of as many ticks; one more goes before that is not counted.
The model is the one of `benchmarks/ticks.py`. It imports nothing of Fabula: it runs in an environment of its own.
"""

import json
import sys
import time
from importlib.metadata import version
from math import isqrt

from mesa import Agent, Model
from mesa.space import SingleGrid

CELLS_A_LIFE = 4
RADIUS = 5
FULL = 1000


class Life(Agent):
    """One of two peoples at war."""

    def __init__(self, model: "Meadow", faction: int, *, fights: bool) -> None:
        super().__init__(model)
        self.faction = faction
        self.fights = fights
        self.health = self.energy = FULL
        self.hunger = self.fatigue = self.solitude = 0
        self.foe: Life | None = None
        self.foes = self.company = 0

    def live(self) -> None:
        self.hunger = min(self.hunger + self.model.due(20), FULL)
        self.fatigue = min(self.fatigue + self.model.due(20), FULL)
        self.energy = min(self.energy + self.model.due(50), FULL)
        if self.hunger < FULL // 2:
            self.health = min(self.health + self.model.due(10), FULL)

    def perceive(self) -> None:
        x, y = self.pos
        self.foe, self.foes, self.company, nearest = None, 0, 0, RADIUS * RADIUS + 1
        for other in self.model.grid.get_neighbors(self.pos, moore=True, include_center=False, radius=RADIUS):
            square = (other.pos[0] - x) ** 2 + (other.pos[1] - y) ** 2
            if square > RADIUS * RADIUS:
                continue
            if other.faction == self.faction:
                self.company += 1
                continue
            self.foes += 1
            if square < nearest:
                self.foe, nearest = other, square
        grows = self.model.due(20)
        self.solitude = max(self.solitude - 2 * grows, 0) if self.company + self.foes else self.solitude + grows

    def move(self) -> None:
        x, y = self.pos
        grid, random = self.model.grid, self.model.random
        if self.fights and self.foe is not None:
            across, down = self.foe.pos[0] - x, self.foe.pos[1] - y
            if max(abs(across), abs(down)) <= 1:
                return
            to = (x + (across > 0) - (across < 0), y + (down > 0) - (down < 0))
        else:
            to = (x + random.randint(-1, 1), y + random.randint(-1, 1))
        if not grid.out_of_bounds(to) and grid.is_cell_empty(to):
            grid.move_agent(self, to)

    def fight(self) -> None:
        if self.fights and self.foe is not None and self.model.random.random() < 0.6:
            x, y = self.foe.pos
            if max(abs(x - self.pos[0]), abs(y - self.pos[1])) <= 1:
                self.foe.health -= 1


class Meadow(Model):
    """A square without walls, one life per four cells."""

    def __init__(self, lives: int) -> None:
        super().__init__(seed=7)
        side = isqrt(CELLS_A_LIFE * lives)
        self.now = 0
        self.grid = SingleGrid(side, side, torus=False)
        for number, cell in enumerate(self.random.sample(range(side * side), lives)):
            self.grid.place_agent(Life(self, number & 1, fights=number % 8 == 0), (cell % side, cell // side))

    def due(self, rate: int) -> int:
        return (self.now + 1) * rate // 100 - self.now * rate // 100

    def step(self) -> None:
        for deed in ("live", "perceive", "move", "fight"):
            self.agents.do(deed)
        self.now += 1


if __name__ == "__main__":
    lives, ticks = map(int, sys.argv[1:])
    meadow = Meadow(lives)
    seconds = []
    for _ in range(1 + ticks):
        began_s = time.perf_counter()
        meadow.step()
        seconds.append(time.perf_counter() - began_s)
    print(json.dumps({"version": version("mesa"), "seconds": seconds[1:]}))
