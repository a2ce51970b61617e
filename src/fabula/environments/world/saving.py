"""Saving: a whole state as bytes and back, and the fingerprint of it."""

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from fabula.engine.digest import canonical
from fabula.engine.values import Ending
from fabula.environments.world.components import COMPONENTS
from fabula.environments.world.kernels.sums import fingerprint
from fabula.environments.world.state import Person, Pile, WorldState
from fabula.errors import RunError

ARRAYS = ("stock", "price", "told_price", "demand", "ran_out", "till", "food", "stance", "tallies")
"""The arrays of a state besides the components of its lives."""
_HEAD = 8


class _Loose(msgspec.Struct, frozen=True, kw_only=True):
    """What of a state is not an array."""

    tick: int
    count: int
    born: int
    goods: int
    abilities: int
    shapes: tuple[tuple[int, ...], ...]
    people: list[Person]
    piles: list[Pile]
    failed: list[str]
    opened: bool
    ended: Ending | None


def as_bytes(state: WorldState) -> bytes:
    """The state, whole: equal states give equal bytes."""
    loose = canonical(_loose(state))
    return b"".join([len(loose).to_bytes(_HEAD, "little"), loose, *(array.tobytes() for array in _arrays(state))])


def from_bytes(data: bytes) -> WorldState:
    """The state that `as_bytes` gave. Raises RunError if the bytes are none."""
    end = _HEAD + int.from_bytes(data[:_HEAD], "little")
    try:
        loose = msgspec.json.decode(data[_HEAD:end], type=_Loose)
    except msgspec.DecodeError as wrong:
        raise RunError(f"the snapshot of a world cannot be read: {wrong}") from wrong
    shapes = dict(zip(ARRAYS, loose.shapes, strict=True))
    (places, goods), (cells,), (factions, _) = shapes["stock"], shapes["food"], shapes["stance"]
    state = WorldState(goods=goods, abilities=loose.abilities, places=places, factions=factions, cells=cells)
    state.tick, state.people, state.piles = loose.tick, loose.people, loose.piles
    state.failed, state.opened, state.ended = loose.failed, loose.opened, loose.ended
    _restore_lives(state, loose)
    for array in _arrays(state):
        size = array.nbytes
        if end + size > len(data):
            raise RunError("the snapshot of a world is cut short")
        array.reshape(-1)[:] = np.frombuffer(data, dtype=array.dtype, count=array.size, offset=end)
        end += size
    return state


def digest(state: WorldState) -> str:
    """16 hex digits that differ where two states do."""
    sum_ = np.uint64(0)
    for array in (np.frombuffer(canonical(_loose(state)), dtype=np.uint8), *_arrays(state)):
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        whole = len(flat) // 8 * 8
        sum_ = np.uint64(fingerprint(flat[:whole].view(np.uint64), sum_))
        rest = np.frombuffer(flat[whole:].tobytes().ljust(8, b"\0"), dtype=np.uint64)
        sum_ = np.uint64(fingerprint(rest, sum_))
    return f"{int(sum_):016x}"


def _loose(state: WorldState) -> _Loose:
    return _Loose(
        tick=state.tick,
        count=state.lives.count,
        born=state.lives.born,
        goods=state.lives.goods.shape[1],
        abilities=state.lives.ready_at.shape[1],
        shapes=tuple(getattr(state, name).shape for name in ARRAYS),
        people=state.people,
        piles=state.piles,
        failed=state.failed,
        opened=state.opened,
        ended=state.ended,
    )


def _arrays(state: WorldState) -> Iterator[NDArray[Any]]:
    """Every array, in a fixed order; of the lives, the rows in use."""
    for name in ARRAYS:
        yield getattr(state, name)
    for name in COMPONENTS:
        yield getattr(state.lives, name)[: state.lives.count]
    yield state.lives.row_of[: state.lives.born]


def _restore_lives(state: WorldState, loose: _Loose) -> None:
    """Make room for as many rows and ids as there were."""
    lives = state.lives
    lives.reserve(rows=loose.count, ids=loose.born)
    lives.count, lives.born = loose.count, loose.born
