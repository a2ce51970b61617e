"""What other processes do in these tests: `python children.py WHAT HOME ...`, reporting on standard output."""

import asyncio
import json
import resource
import sys
from pathlib import Path

from tests.store.samples import a_call, a_held_run, a_record, a_run, some_records

from fabula.errors import FabulaError
from fabula.store import RunIsOpen, Settled, SqliteStore, StoreBroken, commit


def tell(what: object) -> None:
    """A line for the parent, at once."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def wait_for_the_word() -> None:
    """Until the parent says a line."""
    tell("ready")
    sys.stdin.readline()


async def append_for_ever(home: Path, run: str) -> None:
    """Tell each step once it is acknowledged."""
    async with SqliteStore.open(home) as store:
        lease = await store.acquire(run, ttl_s=3600)
        for step in range((await store.run(run)).steps, 10**9):
            await store.append(lease, [a_record(step)])
            tell(step)


async def try_to_open(home: Path) -> None:
    """Tell how opening a home failed, or the empty string."""
    try:
        await SqliteStore.open(home).close()
        tell("")
    except FabulaError as error:
        tell(f"{type(error).__name__}: {error}")


async def race_for(home: Path, run: str) -> None:
    """Tell whether the lease was ours, and keep it until the word."""
    async with SqliteStore.open(home) as store:
        wait_for_the_word()
        try:
            tell((await store.acquire(run, ttl_s=3600)).fence)
        except RunIsOpen as error:
            tell(str(error))
        sys.stdin.readline()


async def open_at_once(*homes: Path) -> None:
    """Open homes that nobody has used yet, at the same moment as others; tell the names of the runs made there."""
    wait_for_the_word()
    names = []
    for home in homes:
        async with SqliteStore.open(home) as store:
            names.append((await a_held_run(store)).run)
    tell(names)


async def write_much(home: Path, steps: str) -> None:
    """Play a run of one's own, copying the log back all the time."""
    commit.CHECKPOINT_BYTES = 50_000
    async with SqliteStore.open(home) as store:
        wait_for_the_word()
        lease = await a_held_run(store)
        for step in range(int(steps)):
            await store.append(lease, [a_record(step, lease.run)])
        tell(lease.run)


async def spend(home: Path, times: str) -> None:
    """Reserve again and again, a few at a time, whatever becomes of it; tell how often it was allowed."""
    async with SqliteStore.open(home) as store:
        wait_for_the_word()
        results = []
        for _ in range(int(times) // 10):
            results += await asyncio.gather(*(store.reserve(a_call(nano_usd=7)) for _ in range(10)))
        tell(sum(isinstance(result, int) for result in results))


async def spend_for_ever(home: Path) -> None:
    """Reserve and settle at a tenth, and tell each reservation; every third one stays open."""
    async with SqliteStore.open(home) as store:
        for number in range(10**9):
            call = await store.reserve(a_call(nano_usd=100))
            assert isinstance(call, int)
            tell(call)
            if number % 3:
                store.settle(call, Settled(outcome="answered", cost_nano_usd=10))


async def answer_all(home: Path, run: str) -> None:
    """Answer whoever is asked something in a run; tell how many were."""
    async with SqliteStore.open(home) as store:
        questions = await store.questions(run)
        for question in questions:
            await store.answer_question(run, question.agent, question.asked, b"to " + question.question)
        tell(len(questions))


async def fill_up(home: Path, file_bytes_max: str = "") -> None:
    """Append until it fails; tell how many steps were acknowledged and what was said then, each time it was asked."""
    async with SqliteStore.open(home) as store:
        lease = await a_held_run(store, "tale")
        if file_bytes_max:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(file_bytes_max), resource.RLIM_INFINITY))
        step = 0
        said: list[str] = []
        while not said:
            try:
                await store.append(lease, some_records(step, step + 20))
                step += 20
            except StoreBroken as error:
                said.append(str(error))
        for call in (store.append(lease, []), store.create_run(a_run(), b""), store.run("tale"), store.release(lease)):
            try:
                await call
            except StoreBroken as error:
                said.append(str(error))
    tell({"acknowledged": step, "said": said})


async def fill_a_disk(home: Path) -> None:
    """As above on a disk that is full but for a file that goes away, then go on where it stopped."""
    filler = home / "filler"
    with filler.open("wb") as file:
        file.write(bytes(600_000))
    await fill_up(home)
    await try_to_open(home / "another")
    filler.unlink()
    async with SqliteStore.open(home) as store:
        lease = await store.acquire("tale", ttl_s=30)
        kept = [record async for record in store.records("tale")]
        assert kept == some_records(0, len(kept))
        await store.append(lease, some_records(len(kept), len(kept) + 10))
        tell({"kept": len(kept), "steps": (await store.run("tale")).steps})


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    asyncio.run(globals()[what](*(Path(argument) if "/" in argument else argument for argument in arguments)))
