"""A worker takes what waits as one group, keeps a bound on what waits, and answers everyone."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from fabula.errors import RunError
from fabula.store.worker import GROUP_MAX, WAITING_MAX, Job, Outcome, Worker


class Clerk:
    """Serves each group when it is told to, and remembers the sizes of the groups."""

    def __init__(self) -> None:
        self.may_serve = threading.Event()
        self.groups: list[int] = []
        self.closed = False

    def serve(self, jobs: Sequence[Job[Any]]) -> Sequence[Outcome]:
        self.may_serve.wait()
        self.groups.append(len(jobs))
        with sqlite3.connect(":memory:") as connection:
            outcomes = [Outcome(value=job(connection)) for job in jobs]
        connection.close()
        return outcomes

    def tidy(self) -> None:
        self.groups.append(0)

    def close(self) -> None:
        self.closed = True


def saying(number: int) -> Callable[[sqlite3.Connection], int]:
    return lambda _: number


async def queued(worker: Worker, jobs: int) -> list["asyncio.Task[int]"]:
    """That many callers, each as far as it gets."""
    tasks = [asyncio.create_task(worker.do(saying(number))) for number in range(jobs)]
    await asyncio.sleep(0.01)
    return tasks


async def test_what_waits_is_served_in_order_and_in_groups_with_a_bound() -> None:
    clerk = Clerk()
    worker = Worker(clerk, name="clerk")
    tasks = await queued(worker, 2 * GROUP_MAX)
    clerk.may_serve.set()
    assert await asyncio.gather(*tasks) == list(range(2 * GROUP_MAX))
    await worker.close()
    sizes = [size for size in clerk.groups if size]
    assert sum(sizes) == 2 * GROUP_MAX
    assert max(sizes) == GROUP_MAX
    assert clerk.groups[1::2] == [0] * len(sizes)


async def test_at_the_bound_callers_wait_and_are_served_in_the_end() -> None:
    clerk = Clerk()
    worker = Worker(clerk, name="clerk")
    too_many = WAITING_MAX + 3 * GROUP_MAX
    tasks = await queued(worker, too_many)
    assert 0 < worker._queue.qsize() <= WAITING_MAX
    for task in tasks[:GROUP_MAX]:
        task.cancel()  # A job keeps its place until it is done, whether or not somebody waits for it.
    await asyncio.sleep(0)
    assert 0 < worker._queue.qsize() <= WAITING_MAX
    clerk.may_serve.set()
    assert await asyncio.gather(*tasks[GROUP_MAX:]) == list(range(GROUP_MAX, too_many))
    await worker.close()


async def test_a_cancelled_caller_leaves_the_others_their_answers() -> None:
    clerk = Clerk()
    worker = Worker(clerk, name="clerk")
    tasks = await queued(worker, 3)
    tasks[1].cancel()
    clerk.may_serve.set()
    assert [await tasks[0], await tasks[2]] == [0, 2]
    await worker.close()
    assert tasks[1].cancelled()


async def test_closing_serves_what_was_accepted_and_refuses_the_rest() -> None:
    clerk = Clerk()
    worker = Worker(clerk, name="the clerk")
    tasks = await queued(worker, 1)  # Being served, so that the others and the end wait together.
    tasks += await queued(worker, 3)
    worker.stop()
    worker.stop()
    with pytest.raises(RunError, match="the clerk was closed"):
        await worker.do(saying(4))
    clerk.may_serve.set()
    await worker.close()
    assert [task.result() for task in tasks] == [0, 0, 1, 2]
    assert clerk.closed


async def test_a_job_that_is_left_keeps_its_place_in_the_order() -> None:
    clerk = Clerk()
    clerk.may_serve.set()
    worker = Worker(clerk, name="clerk")
    done: list[str] = []
    assert worker.leave(lambda _: done.append("left"))
    await worker.do(lambda _: done.append("asked"))
    assert done == ["left", "asked"]
    assert [size for size in clerk.groups if size] == [2]
    await worker.close()


async def test_a_job_that_is_left_is_done_before_the_end_and_none_after_it() -> None:
    clerk = Clerk()
    clerk.may_serve.set()
    worker = Worker(clerk, name="clerk")
    done: list[int] = []
    for number in range(3):
        worker.leave(lambda _, number=number: done.append(number))  # type: ignore[misc]  # A lambda's default.
    await worker.close()
    assert done == [0, 1, 2]
    assert not worker.leave(lambda _: done.append(4))
    assert done == [0, 1, 2]


async def test_jobs_that_are_left_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fabula.store.worker.SHARE_S", 3600.0)
    clerk = Clerk()
    clerk.may_serve.set()
    worker = Worker(clerk, name="clerk")
    for _ in range(3):
        worker.leave(saying(0))
        async with asyncio.timeout(60):
            assert await worker.do(saying(7)) == 7
    worker.leave(saying(0))
    await worker.close()
