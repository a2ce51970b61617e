"""Rows to keep: plain, made from a few words, different where the words differ."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from hashlib import sha256
from typing import Any

from fabula.store import AnswerRow, CallRow, Lease, RecordRow, ReplyRow, RunRow, SnapshotRow, Store

OpenStore = Callable[..., AbstractAsyncContextManager[Store]]
"""Opens a further handle on the same data each time it is called, as another process would; takes `now=`."""

SETUP = b'{"places":["hall","attic"]}'


def hex_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def a_run(id_: str = "tale-*", **changes: Any) -> RunRow:
    row: dict[str, Any] = {
        "id": id_,
        "environment": "campaign",
        "rules": "campaign/1",
        "pack": "tale",
        "seed": 7,
        "setup_digest": sha256(SETUP).hexdigest(),
        "digest": hex_of("genesis"),
        "seal": hex_of("genesis"),
    }
    return RunRow(**(row | changes))


def a_branch(parent: str, at: int, id_: str = "branch-*") -> RunRow:
    return a_run(id_, parent=parent, parent_step=at, digest=hex_of(f"before {at}"), seal=hex_of(f"before {at}"))


def a_record(step: int, what: str = "") -> RecordRow:
    return RecordRow(
        step=step,
        inputs=f'[{{"input":"acted","asked":{step}}}]'.encode(),
        events=f'[{{"kind":"door_opened","to":"{what}"}}]'.encode(),
        digest=hex_of(f"digest {step} {what}"),
        notes=b'[{"by":"rules"}]',
        seal=hex_of(f"seal {step} {what}"),
    )


def some_records(start: int, stop: int, what: str = "") -> list[RecordRow]:
    return [a_record(step, what) for step in range(start, stop)]


def an_answer(agent: str, asked: int, what: str = "wait") -> AnswerRow:
    return AnswerRow(agent=agent, asked=asked, action=f'{{"kind":"{what}"}}'.encode(), note=b'{"by":"model"}')


def a_snapshot(step: int, state: bytes = b"state") -> SnapshotRow:
    return SnapshotRow(step=step, state=state, pending=b"{}", digest=hex_of("d"), check=hex_of("c"))


def a_call(*, tokens: int = 100, nano_usd: int | None = 1000, **changes: Any) -> CallRow:
    row: dict[str, Any] = {
        "run": "tale",
        "agent": "mira",
        "role": "character",
        "model": "openai:tiny",
        "reserved_tokens": tokens,
        "reserved_nano_usd": nano_usd,
    }
    return CallRow(**(row | changes))


def a_reply(reply: bytes = b'{"text":"yes"}', *, number: int = 0) -> ReplyRow:
    return ReplyRow(run="tale", agent="mira", step=3, number=number, digest=hex_of("prompt"), reply=reply)


async def a_held_run(store: Store, id_: str = "tale-*", *, ttl_s: float = 30.0, **changes: Any) -> Lease:
    return await store.acquire((await store.create_run(a_run(id_, **changes), SETUP)).id, ttl_s=ttl_s)


async def a_run_of(store: Store, steps: int, id_: str = "tale-*") -> str:
    """The id of a run with that many records, held by nobody."""
    lease = await a_held_run(store, id_)
    await store.append(lease, some_records(0, steps, lease.run))
    await store.release(lease)
    return lease.run


async def a_branch_of(store: Store, parent: str, at: int, steps: int = 0) -> str:
    """The id of a branch that leaves its parent at a step and has some records of its own, held by nobody."""
    lease = await store.acquire((await store.create_run(a_branch(parent, at), SETUP)).id, ttl_s=30)
    await store.append(lease, some_records(at, at + steps, lease.run))
    await store.release(lease)
    return lease.run


async def records_of(store: Store, run: str, **range_: Any) -> list[RecordRow]:
    return [record async for record in store.records(run, **range_)]


class Wall:
    """A clock on the wall that moves when it is told to."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
