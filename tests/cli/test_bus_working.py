"""Working through many dead letters: alone for as long as it takes, and what was done is told whatever happens."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

import pytest
from tests.bus.prefixed import SERVER, a_corner_of_redis
from tests.bus.rabbitmq_corner import a_corner_of_rabbitmq
from tests.cli.program import Program

from fabula.bus import Bounds, Message, open_bus
from fabula.bus.redis import RedisBus
from fabula.cli.bus import dead_letters, working
from fabula.cli.bus.working import Deed, Work
from fabula.cli.context import Call
from fabula.errors import FabulaError, RunError
from fabula.store.sessions import Lost, Taken

SESSION = "00000000-0000-4000-8000-000000000001"
NAMED = ["1-0", "2-0", "3-0", "4-0", "5-0", "6-0"]


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bus of one's own, which is the program's as well, with sessions beside it."""
    with a_corner_of_redis() as prefix:
        address = f"{SERVER}?prefix={prefix}"
        monkeypatch.setenv("FABULA_BUS__URL", address)
        monkeypatch.setenv("FABULA_SESSIONS__URL", f"{SERVER}?prefix={prefix}-sessions")
        yield address


def with_dead_letters(url: str, count: int) -> list[str]:
    """Let so many be given up; returns their ids, the oldest first."""

    async def fail(_: object) -> None:
        raise ValueError("it broke")

    async def body() -> list[str]:
        async with open_bus(url, bounds=Bounds(tries_max=1)) as open_, asyncio.timeout(20):
            await open_.subscribe("player", fail)
            for number in range(count):
                await open_.publish(Message.event("fell", {"n": number}, sender="dm", to="player", session=SESSION))
            while len(letters := await open_.dead_letters()) < count:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.02)
        return [letter.id for letter in reversed(letters)]

    return asyncio.run(body())


def taking(seconds: float) -> Deed:
    """One that goes well after so long."""

    async def deed(letters: Sequence[str]) -> Mapping[str, FabulaError]:
        await asyncio.sleep(seconds)
        return {}

    return deed


def test_what_is_worked_through_together_is_told_letter_by_letter() -> None:
    chunks = list[Sequence[str]]()

    async def deed(letters: Sequence[str]) -> Mapping[str, FabulaError]:
        chunks.append(letters)
        return {letter: RunError("no room") for letter in letters if letter == "3-0"}

    work = Work(Call(), "redriven")
    asyncio.run(work.do(NAMED, deed, at_once=4))
    assert chunks == [NAMED[:4], NAMED[4:]]
    assert (work.failed, work.is_over) == ({"3-0": "no room"}, True)
    assert work.well == [letter for letter in NAMED if letter != "3-0"]


def test_all_dead_letters_of_rabbitmq_are_dropped_at_once(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_corner_of_rabbitmq() as corner:
        url = f"amqp://guest:guest@127.0.0.1:5672/?prefix={corner.names.prefix}"
        monkeypatch.setenv("FABULA_BUS__URL", url)
        letters = with_dead_letters(url, 3)
        assert fabula("bus", "dead", "drop", letters[1], "--json").last["dropped"] == [letters[1]]
        assert fabula("bus", "dead", "drop", "--all", "--json").last["dropped"] == [letters[0], letters[2]]
        assert fabula("bus", "dead", "drop", letters[1]).code == 2
        corner.groups.add(corner.names.group("player", "main"))


def test_whoever_works_long_stays_alone_and_says_how_far_it_is(
    servers: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(working, "HELD_S", 0.4)
    monkeypatch.setattr(working, "TELL_S", 0.25)
    work, kept_out = Work(Call(), "dropped"), list[str]()

    async def drop(letters: Sequence[str]) -> Mapping[str, FabulaError]:
        await asyncio.sleep(0.15)
        with pytest.raises(Taken):
            await Work(Call(), "dropped").do(letters, drop)
        kept_out.extend(letters)
        return {}

    asyncio.run(work.do([*NAMED, "1-0"], drop))
    assert (work.well, work.failed, work.is_over) == (NAMED, {}, True)
    assert kept_out == NAMED
    assert "2 of 6 …" in capfd.readouterr().out
    asyncio.run(Work(Call(), "dropped").do(["7-0"], taking(0.0)))


def test_whoever_is_not_alone_any_more_stops_and_knows_what_was_done(
    servers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "HELD_S", 0.05)
    work = Work(Call(), "dropped")
    with pytest.raises(Lost):
        asyncio.run(work.do(NAMED, taking(0.1)))
    assert (work.well, work.is_over) == (["1-0"], False)


def test_what_was_done_is_told_though_the_rest_was_not(
    fabula: Program, servers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second, third = with_dead_letters(servers, 3)
    drop = RedisBus.drop

    async def drop_slowly(bus: RedisBus, letter: str) -> None:
        await drop(bus, letter)
        await asyncio.sleep(0.05)

    monkeypatch.setattr(RedisBus, "drop", drop_slowly)
    monkeypatch.setattr(working, "HELD_S", 0.02)
    partly = fabula("bus", "dead", "drop", "--all")
    assert partly.code == 1
    assert "1 dead letter dropped of 3; the others were not tried." in partly.out
    assert "is not held any more" in partly.out
    partly = fabula("bus", "dead", "drop", "--all", "--json")
    assert partly.code == 1
    assert (partly.last["dropped"], partly.last["failed"]) == ([second], {})
    assert "is not held any more" in partly.last["stopped"]
    last = fabula("bus", "dead", "drop", third)
    assert (last.code, "1 dead letter dropped." in last.out) == (0, True), last.out + last.err


def test_whoever_leaves_is_told_what_was_done(fabula: Program, servers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_dead_letters(servers, 2)
    drop = RedisBus.drop
    dropped: list[str] = []

    async def drop_one(bus: RedisBus, letter: str) -> None:
        if dropped:
            raise KeyboardInterrupt
        await drop(bus, letter)
        dropped.append(letter)

    monkeypatch.setattr(RedisBus, "drop", drop_one)
    left = fabula("bus", "dead", "drop", "--all")
    assert (left.code, "1 dead letter dropped of 2; the others were not tried." in left.out) == (130, True), left.err


def test_all_are_known_without_what_they_hold(fabula: Program, servers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = with_dead_letters(servers, 3)
    read: list[int] = []
    latest = RedisBus.dead_letters

    async def noted(bus: RedisBus, *, most: int = 100) -> object:
        read.append(most)
        return await latest(bus, most=most)

    monkeypatch.setattr(RedisBus, "dead_letters", noted)
    assert issubclass(RedisBus, dead_letters.NamesLetters)
    assert fabula("bus", "dead", "redrive", "--all", "--json").last["redriven"] == letters
    assert read == [1]


def test_sessions_that_are_away_keep_from_working(servers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABULA_SESSIONS__URL", "redis://127.0.0.1:1/0")
    work = Work(Call(), "dropped")
    with pytest.raises(RunError, match=r"127\.0\.0\.1:1"):
        asyncio.run(work.do(NAMED, taking(0.0)))
    assert (work.well, work.failed) == ([], {})
