"""Messages through each bus, beside the bare client doing the same, and beside FastStream.

The same messages go through all: events of about 600 bytes with every field of the envelope, of 16 sessions in turns,
made beforehand. What is timed is to write each, send it, and have it read and handled by a handler that only counts it.
A bare client sends the very same bytes, written and read by Python's json. One process with one event loop sends and
handles; the servers are those of this machine, as they are configured.

Each round takes a way with new connections through this: all messages sent while they are handled (the figure with the
mark, from the first sent to the last acknowledged); all sent while nobody handles them; those handled, set-up included;
and then, at 200 a second, the time from before a message is sent until its handler has it, its median and its 99th
percentile. Where it takes waiting to be sure that a message is kept, 256 are on their way at any time.

In-process: `MemoryBus`, beside an asyncio.Queue with the same bound, one who puts and one who gets. Redis: `RedisBus`,
beside redis.asyncio with pipelines of 256 XADD, XREADGROUP of up to 256, and one XACK for what it gave; nothing is ever
deleted there, while ours leaves nothing behind. RabbitMQ: `RabbitBus`, beside aio-pika with a quorum queue, publisher
confirms, a prefetch of 256, and an acknowledgement for each message. FastStream comes with its own brokers for Redis
(a stream with a consumer group; sent by pipelines of 256, each message acknowledged by itself) and RabbitMQ (quorum
queue, confirms, the same prefetch), as they are, in an interpreter of its own (`FABULA_BENCH_PEERS`), and is left out
where it cannot be had.
"""

import asyncio
import json
import math
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from benchmarks.bus_memory import InProcess
from benchmarks.bus_ours import events
from benchmarks.measuring import MS, Absent, Beside, Figure, Sample, Scale, in_turns
from benchmarks.others import peers_python
from benchmarks.peers.bus_load import Carried, Way, carried
from benchmarks.programs import output

from fabula.bus import Message, encode

RATE_HZ = 200.0

_SCRIPT = Path(__file__).with_name("peers") / "bus.py"
_VERSION = "from importlib.metadata import version; print(version('faststream'))"
_CLIENTS = {"redis": ("benchmarks.bus_redis", "Redis"), "aio_pika": ("benchmarks.bus_rabbitmq", "RabbitMQ")}
"""What has to be installed for a class of a module of this folder."""

Opens = Callable[[Sequence[Message], str], AbstractAsyncContextManager[Way]]
"""As Side.ours and Side.raw."""


class Side(Protocol):
    """One bus, and what stands beside it."""

    label: str
    raw_label: str
    """What the bare client is called."""
    mark: float
    """What share of the bare client's rate ours has to reach."""

    def ours(self, messages: Sequence[Message], name: str, /) -> AbstractAsyncContextManager[Way]:
        """Opens our bus as a way of carrying these messages; what it keeps on a server begins with that name."""
        ...

    def raw(self, messages: Sequence[Message], name: str, /) -> AbstractAsyncContextManager[Way]:
        """The same by the bare client."""
        ...

    def peer(self, name: str) -> Sequence[str]:
        """The broker, the server's address and a stream or queue, as `peers/bus.py` wants them; nothing if FastStream
        has no such broker.
        """
        ...

    def server(self) -> str:
        """Which server there is. Raises Absent."""
        ...

    def clean(self, name: str) -> None:
        """Remove all that begins with that name."""
        ...


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    sides: list[Side] = [InProcess(), *(_with_client(library, *named) for library, named in _CLIENTS.items())]
    servers = [side.server() for side in sides]
    messages = events(max(scale.messages, scale.steady_messages))
    file = folder / "messages.jsonl"
    file.write_bytes(b"".join(encode(message) + b"\n" for message in messages))
    python = peers_python(folder) if scale.peers else ""
    for side, server in zip(sides, servers, strict=True):
        yield from _figures(side, server, messages, file, python, scale)


def _with_client(library: str, module: str, name: str) -> Side:
    if find_spec(library) is None:
        raise Absent(f"{library} is not installed")
    side: Side = getattr(import_module(module), name)()
    return side


def _figures(
    side: Side, server: str, messages: Sequence[Message], file: Path, python: str, scale: Scale
) -> Iterator[Figure]:
    name = f"bench-{uuid.uuid4().hex[:12]}"
    peer = _peer(side, name, file, python, scale)
    with asyncio.Runner() as runner:

        def through(opened: Opens) -> Callable[[], Carried]:
            return lambda: runner.run(_carried(opened, messages, name, scale))

        ways = [through(side.ours), through(side.raw), *((peer[1],) if peer else ())]
        try:
            ours, raw, *others = in_turns(scale.plays, *ways)
        finally:
            side.clean(name)
    beside = [(side.raw_label, raw), *((peer[0], other) for other in others if peer)]
    size = sum(len(encode(message)) for message in messages) / len(messages)
    notes = [server, f"{scale.messages:,} messages of {size:.0f} bytes"]
    if scale.peers and side.peer(name) and not peer:
        notes.append("FastStream could not be had")
    yield from _rates(side, ours, beside, scale.messages, "; ".join(filter(None, notes)))
    yield from _latencies(side, ours, beside)


async def _carried(opened: Opens, messages: Sequence[Message], name: str, scale: Scale) -> Carried:
    async with opened(messages, name) as way:
        return await carried(way, messages=scale.messages, steady=scale.steady_messages, rate_hz=RATE_HZ)


def _peer(side: Side, name: str, file: Path, python: str, scale: Scale) -> tuple[str, Callable[[], Carried]] | None:
    """FastStream's name and version, and how it is measured; None if it cannot be had."""
    told = side.peer(name)
    if not told or not python:
        return None
    try:
        version = output([python, "-c", _VERSION], file.parent).strip()
    except (OSError, RuntimeError):
        return None
    command = [python, str(_SCRIPT), *told, str(file), str(scale.messages), str(scale.steady_messages), str(RATE_HZ)]
    return f"FastStream {version}", lambda: Carried(*json.loads(output(command, file.parent)))


def _rates(
    side: Side, ours: Sequence[Carried], beside: Sequence[tuple[str, Sequence[Carried]]], count: int, note: str
) -> Iterator[Figure]:
    kinds: tuple[tuple[str, Callable[[Carried], float]], ...] = (
        ("sent and handled", lambda one: one.both_s),
        ("sent", lambda one: one.sent_s),
        ("handled", lambda one: one.handled_s),
    )
    for number, (what, seconds) in enumerate(kinds):

        def rates(taken: Sequence[Carried], seconds: Callable[[Carried], float] = seconds) -> Sample:
            return Sample.of(count / seconds(one) for one in taken)

        others = [
            Beside(what=other, sample=rates(taken), mark=side.mark if not number and other == side.raw_label else None)
            for other, taken in beside
        ]
        yield Figure(
            what=f"{side.label}: {what}",
            unit="/s",
            sample=rates(ours),
            beside=tuple(others),
            note="" if number else note,
        )


def _latencies(
    side: Side, ours: Sequence[Carried], beside: Sequence[tuple[str, Sequence[Carried]]]
) -> Iterator[Figure]:
    for what, share in (("p50", 0.5), ("p99", 0.99)):

        def within(taken: Sequence[Carried], share: float = share) -> Sample:
            return Sample.of((_within_s(one.latencies_s, share) for one in taken), per_s=MS)

        yield Figure(
            what=f"{side.label}: from sent to handled at {RATE_HZ:.0f}/s, {what}",
            unit="ms",
            sample=within(ours),
            beside=tuple(Beside(what=other, sample=within(taken)) for other, taken in beside),
        )


def _within_s(latencies_s: Sequence[float], share: float) -> float:
    """Within what time that share of them lies."""
    return sorted(latencies_s)[math.ceil(share * len(latencies_s)) - 1]
