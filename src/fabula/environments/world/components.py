"""The components of lives: one array each, a row a life. A component is added in one place: as a field of `Lives`.

Rows are dense (0 to count - 1) and move: the dead are taken out, and now and then all rows are put in the order of the
map, so that neighbours lie near one another in memory. What refers to a life holds its id, which never changes and is
never given again; `row_of` finds its row.
"""

from enum import IntEnum
from typing import Annotated, Any, NamedTuple, TypeAlias, get_type_hints

import numpy as np
from numpy.typing import NDArray

from fabula.errors import RunError

Int32s: TypeAlias = NDArray[np.int32]
Int16s: TypeAlias = NDArray[np.int16]
Bytes: TypeAlias = NDArray[np.uint8]

LIVES_MAX = 4_000_000
"""Lives at a time."""
FULL = 1000
"""Health, energy and every need are counted in thousandths."""
NOBODY = -1
"""Where an id, a place or a cell could stand."""


class Component(NamedTuple):
    """What a component is; see the fields of `Lives`."""

    meaning: str
    dtype: Any
    """An integer type of NumPy."""
    low: int
    high: int
    """Bounds, both included; what changes a component keeps to them."""
    unit: str = ""
    default: int = 0
    per: str = ""
    """`good`, `ability`: a row has as many numbers as the setting has of these."""


class Intent(IntEnum):
    """What a life is about to do."""

    REST = 0
    """Stay where it is."""
    WANDER = 1
    SLEEP = 2
    """At home if it has one."""
    EAT = 3
    """Of what it carries."""
    FORAGE = 4
    """Wild food, where some is near."""
    WORK = 5
    """At its place of work."""
    BUY = 6
    """Food, or what its work needs, at a market."""
    SELL = 7
    """What it has too much of, at a market."""
    MINGLE = 8
    """Go where people meet."""
    FIGHT = 9
    """Go for `target`."""
    FLEE = 10
    """Away from `target`."""
    STEAL = 11
    """Food or coin, from a place or a life at hand, out of need or greed."""
    GO = 12
    """To `goal`: a mind said so."""
    HOLD = 13
    """Stay here: a mind said so, or it is busy with somebody."""


class Lives:
    """All lives, as arrays of `capacity` rows of which the first `count` are in use."""

    id: Annotated[Int32s, Component("who: never changes, never given again", np.int32, 0, 2**31 - 1)]
    x: Annotated[Int16s, Component("column", np.int16, 0, 32_767, "cells")]
    y: Annotated[Int16s, Component("row of the map", np.int16, 0, 32_767, "cells")]
    kind: Annotated[Bytes, Component("what it is: index into the setting's kinds", np.uint8, 0, 255)]
    faction: Annotated[Bytes, Component("whose it is: index into the setting's factions", np.uint8, 0, 255)]
    health: Annotated[Int16s, Component("0: dead", np.int16, 0, FULL, "thousandths", FULL)]
    energy: Annotated[Int16s, Component("what abilities cost", np.int16, 0, FULL, "thousandths", FULL)]
    hunger: Annotated[Int16s, Component("need of food", np.int16, 0, FULL, "thousandths")]
    fatigue: Annotated[Int16s, Component("need of sleep", np.int16, 0, FULL, "thousandths")]
    solitude: Annotated[Int16s, Component("need of company", np.int16, 0, FULL, "thousandths")]
    age: Annotated[Int32s, Component("since it was born or came", np.int32, 0, 2**31 - 1, "ticks")]
    coin: Annotated[Int32s, Component("money carried", np.int32, 0, 2**31 - 1, "pence")]
    goods: Annotated[Int16s, Component("what it carries of each good", np.int16, 0, 32_767, "pieces", 0, "good")]
    reputation: Annotated[Int16s, Component("what people say of it", np.int16, -FULL, FULL, "thousandths")]
    home: Annotated[Int16s, Component("where it sleeps: index of a place", np.int16, -1, 32_767, "", NOBODY)]
    work: Annotated[Int16s, Component("where it works: index of a place", np.int16, -1, 32_767, "", NOBODY)]
    boldness: Annotated[Bytes, Component("reflex: fights rather than flees", np.uint8, 0, 100, "percent", 50)]
    diligence: Annotated[Bytes, Component("reflex: works rather than rests", np.uint8, 0, 100, "percent", 50)]
    warmth: Annotated[Bytes, Component("reflex: seeks company", np.uint8, 0, 100, "percent", 50)]
    greed: Annotated[Bytes, Component("reflex: trades, and takes", np.uint8, 0, 100, "percent", 50)]
    honesty: Annotated[Bytes, Component("reflex: does not steal", np.uint8, 0, 100, "percent", 80)]
    intent: Annotated[Bytes, Component("what it is about to do (Intent)", np.uint8, 0, max(Intent))]
    target: Annotated[Int32s, Component("whom its intent is about: an id", np.int32, -1, 2**31 - 1, "", NOBODY)]
    goal: Annotated[Int32s, Component("the cell it is bound for: y * width + x", np.int32, -1, 2**31 - 1, "", NOBODY)]
    field: Annotated[Int16s, Component("flow field it follows: index of a place", np.int16, -1, 32_767, "", NOBODY)]
    until: Annotated[Int32s, Component("the tick at which it thinks again what to do", np.int32, 0, 2**31 - 1, "tick")]
    stride: Annotated[Bytes, Component("until its next step, on slow ground", np.uint8, 0, 255, "ticks")]
    struck_by: Annotated[Int32s, Component("who struck it last: an id", np.int32, -1, 2**31 - 1, "", NOBODY)]
    asleep: Annotated[Bytes, Component("1: sleeps, and perceives nothing", np.uint8, 0, 1)]
    seat: Annotated[Int16s, Component("mind seat: index of a person in the state", np.int16, -1, 32_767, "", NOBODY)]
    thinking: Annotated[Int32s, Component("since when its mind thinks", np.int32, -1, 2**31 - 1, "tick", NOBODY)]
    ready_at: Annotated[
        Int32s, Component("when it can use each ability again", np.int32, 0, 2**31 - 1, "tick", 0, "ability")
    ]

    def __init__(self, *, goods: int, abilities: int, capacity: int = 64) -> None:
        self.count = 0
        self.born = 0
        """How many there have ever been: the next id."""
        self._wide = {"good": goods, "ability": abilities, "": 0}
        for name, component in COMPONENTS.items():
            setattr(self, name, _empty(component, capacity, self._wide[component.per]))
        self.row_of: Int32s = np.full(capacity, NOBODY, dtype=np.int32)
        """Id -> row; NOBODY for who is gone."""

    @property
    def capacity(self) -> int:
        return len(self.id)

    def add(self, count: int = 1) -> slice:
        """Rows for newcomers, with new ids and every component at its default; returns which. Raises RunError beyond
        LIVES_MAX.
        """
        rows = slice(self.count, self.count + count)
        if rows.stop > LIVES_MAX:
            raise RunError(f"{rows.stop:,} lives: a world holds {LIVES_MAX:,} at most")
        self.reserve(rows=rows.stop, ids=self.born + count)
        for name, component in COMPONENTS.items():
            getattr(self, name)[rows] = component.default
        self.id[rows] = np.arange(self.born, self.born + count, dtype=np.int32)
        self.row_of[self.born : self.born + count] = np.arange(rows.start, rows.stop, dtype=np.int32)
        self.count, self.born = rows.stop, self.born + count
        return rows

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Take out the rows that are not to be kept; the others close up in their order. kept: shape (count,)."""
        self.row_of[self.id[: self.count][~kept]] = NOBODY
        self.arrange(np.flatnonzero(kept))

    def take_out(self, rows: NDArray[np.intp]) -> None:
        """Take out a few rows, ascending. The last rows move into the gaps: it costs as little as they are few."""
        self.row_of[self.id[rows]] = NOBODY
        left = self.count - len(rows)
        gaps = rows[rows < left]
        movers = np.setdiff1d(np.arange(left, self.count), rows)
        for name in COMPONENTS:
            array = getattr(self, name)
            array[gaps] = array[movers]
        self.count = left
        self.row_of[self.id[gaps]] = gaps

    def arrange(self, order: NDArray[np.intp]) -> None:
        """Put the rows in another order: row i is from now on what row order[i] was; who is not in it is gone (its
        `row_of` must say so already).
        """
        for name in COMPONENTS:
            array = getattr(self, name)
            array[: len(order)] = array[order]
        self.count = len(order)
        self.row_of[self.id[: self.count]] = np.arange(self.count, dtype=np.int32)

    def row(self, life: int) -> int:
        """The row of an id; NOBODY if there is none."""
        return int(self.row_of[life]) if 0 <= life < self.born else NOBODY

    def reserve(self, *, rows: int, ids: int) -> None:
        """Have room for so many rows, and ids below `ids`."""
        if rows > self.capacity:
            more = max(rows, 2 * self.capacity)
            for name, component in COMPONENTS.items():
                array = getattr(self, name)
                grown = _empty(component, more, self._wide[component.per])
                grown[: self.count] = array[: self.count]
                setattr(self, name, grown)
        if ids > len(self.row_of):
            grown_rows = np.full(max(ids, 2 * len(self.row_of)), NOBODY, dtype=np.int32)
            grown_rows[: self.born] = self.row_of[: self.born]
            self.row_of = grown_rows


def _empty(component: Component, rows: int, wide: int) -> NDArray[Any]:
    shape = (rows, wide) if component.per else (rows,)
    return np.full(shape, component.default, dtype=component.dtype)


COMPONENTS: dict[str, Component] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(Lives, include_extras=True).items()
    if hasattr(hint, "__metadata__")
}
"""Every component by name, in the order of the fields of Lives."""
