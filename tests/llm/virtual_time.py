"""An event loop in which time passes only while everybody waits, and then at once: minutes are tested in no time."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def in_virtual_time(story: Coroutine[Any, Any, T]) -> T:
    """What comes of it."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(story)


def now_s() -> float:
    """Seconds since the story began."""
    return asyncio.get_running_loop().time()


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.now_s = 0.0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now_s


class _Selector(selectors.SelectSelector):
    def __init__(self, loop: _Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for ever"
        self._loop.now_s += max(0.0, timeout)
        return super().select(0)
