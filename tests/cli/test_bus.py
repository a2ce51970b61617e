"""`fabula bus`: dead letters are seen, sent again and thrown away; conversations are told with their times."""

import asyncio
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from tests.bus.prefixed import SERVER, a_corner_of_redis
from tests.cli.program import Program

from fabula.bus import Bounds, Bus, Delivery, Message, SqliteJournal, Unanswerable, open_bus
from fabula.cli.bus import dead_letters

SESSION = str(uuid.UUID(int=7))
HASTY = Bounds(tries_max=2, backoff_s=0.01, backoff_s_max=0.02)


@pytest.fixture
def fabula(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Program:
    return Program(monkeypatch, capfd)


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a bus of one's own, which is the program's as well."""
    with a_corner_of_redis() as prefix:
        address = f"{SERVER}?prefix={prefix}"
        monkeypatch.setenv("FABULA_BUS__URL", address)
        yield address


async def handle(delivery: Delivery) -> Mapping[str, Any] | None:
    """Answers requests; of events, does what their data say."""
    payload = delivery.message.payload
    if "action" in payload:
        return {"answered": payload["action"]}
    if payload["data"].get("hopeless"):
        raise Unanswerable("nobody will ever understand \x1b[31mthis")
    raise ValueError(f"the {payload['data']['thing']} broke")


def an_event(thing: str, **data: object) -> Message:
    return Message.event(f"{thing}_fell", {"thing": thing, **data}, sender="dm", to="player", session=SESSION)


async def letters_on(open_: Bus, count: int) -> None:
    """Wait until there are so many dead letters."""
    async with asyncio.timeout(20):
        while len(await open_.dead_letters()) < count:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.02)


def with_dead_letters(url: str, *events: Message, waiting: int = 0) -> list[str]:
    """Publish events that will never be handled; returns the ids of their dead letters, the latest first.

    waiting: how many wait there already that will not be handled either.
    """

    async def body() -> list[str]:
        async with open_bus(url, bounds=HASTY) as open_:
            await open_.subscribe("player", handle)
            for number, event in enumerate(events, start=1 + waiting):
                await open_.publish(event)
                await letters_on(open_, number)
            return [letter.id for letter in await open_.dead_letters()]

    return asyncio.run(body())


def a_conversation(url: str) -> tuple[Message, Message]:
    """A request with its response, and an event that follows from it, noted as any program of this home would."""

    async def body() -> tuple[Message, Message]:
        with SqliteJournal.open(Path(os.environ["FABULA_HOME"]) / "bus.db", most=1_000) as journal:
            async with open_bus(url, bounds=HASTY, journal=journal) as open_:
                await open_.subscribe("player", handle)
                request = Message.request("look", sender="dm", to="player", session=SESSION)
                await open_.request(request, deadline_s=20)
                event = Message.event(
                    "lamp_fell", {"thing": "lamp"}, sender="dm", to="player", session=SESSION, follows=request
                )
                await open_.publish(event)
                await letters_on(open_, 1)
        return request, event

    return asyncio.run(body())


def test_dead_letters_are_listed_with_their_causes(fabula: Program, url: str) -> None:
    lamp, mist = with_dead_letters(url, an_event("mist", hopeless=True), an_event("lamp"))
    listed = fabula("bus", "dead", "list")
    assert listed.code == 0, listed.err
    lines = listed.out.splitlines()
    assert lines[0].split() == ["id", "when", "to", "about", "tries", "cause"]
    assert lamp in lines[1]
    assert "player  event lamp_fell      2  ValueError: the lamp broke" in lines[1]
    assert mist in lines[2]
    assert "nobody will ever understand [31mthis" in lines[2]
    assert "\x1b" not in listed.out
    told = fabula("bus", "dead", "list", "--most", "1", "--json").last["dead"]
    assert [(letter["id"], letter["address"], letter["tries"]) for letter in told] == [(lamp, "player", 2)]


def test_one_dead_letter_is_shown_whole(fabula: Program, url: str) -> None:
    event = an_event("lamp")
    (letter,) = with_dead_letters(url, event)
    shown = fabula("bus", "dead", "show", letter)
    assert shown.code == 0, shown.err
    assert f"{letter}, for player" in shown.out
    assert "after 2 tries: ValueError: the lamp broke" in shown.out
    assert f'"messageId":"{event.message_id}"' in shown.out
    assert f"fabula bus trace {event.message_id}" in shown.out
    assert fabula("bus", "dead", "show", letter, "--json").last["message"]["payload"]["eventType"] == "lamp_fell"


def test_dead_letters_are_sent_again_or_thrown_away(fabula: Program, url: str) -> None:
    first, second, _ = reversed(with_dead_letters(url, *(an_event(thing) for thing in ("cup", "lamp", "jug"))))
    assert fabula("bus", "dead", "drop", second, "--json").last["dropped"] == [second]
    partly = fabula("bus", "dead", "redrive", first, second, "--json")
    assert partly.code == 1
    assert partly.last["redriven"] == [first]
    assert list(partly.last["failed"]) == [second]
    everything = fabula("bus", "dead", "redrive", "--all")
    assert everything.code == 0, everything.err
    assert "1 dead letter redriven." in everything.out
    assert "No dead letters" in fabula("bus", "dead", "list").out
    assert "There are no dead letters." in fabula("bus", "dead", "drop", "--all").out
    # What was sent again waits for whoever handles it next, and breaks there as before.
    assert len(with_dead_letters(url, an_event("plate"), waiting=2)) == 3


def test_what_others_put_among_the_dead_letters_is_shown_and_dropped(fabula: Program, url: str) -> None:
    (lamp,) = with_dead_letters(url, an_event("lamp"))
    with closing(Redis.from_url(SERVER)) as server:
        foreign = server.xadd(f"{url.rpartition('=')[2]}:dead", {"tries": "many", "hello": "\x1b[31mworld"})
    assert isinstance(foreign, bytes)
    listed = fabula("bus", "dead", "list")
    assert (listed.code, "another program put this here" in listed.out, lamp in listed.out) == (0, True, True)
    shown = fabula("bus", "dead", "show", foreign.decode())
    assert (shown.code, "tries many hello" in shown.out, "\x1b" in shown.out) == (0, True, False)
    assert fabula("bus", "dead", "drop", foreign.decode(), "--json").last["dropped"] == [foreign.decode()]


def test_what_names_no_dead_letter_is_a_wrong_call(fabula: Program, url: str) -> None:
    for call in (["show", "17-0"], ["redrive", "17-0"], ["drop", "nonsense"], ["show", "99999999999999999999-0"]):
        refused = fabula("bus", "dead", *call)
        assert (refused.code, call[1] in refused.err) == (2, True), refused.err
    for call in (["redrive"], ["drop"], ["redrive", "17-0", "--all"]):
        refused = fabula("bus", "dead", *call)
        assert (refused.code, "name dead letters, or give --all" in refused.err) == (2, True), refused.err


def test_a_bus_within_a_program_has_nothing_to_be_seen_from_outside(fabula: Program) -> None:
    for call in (["list"], ["show", "1"], ["redrive", "--all"], ["drop", "--all"]):
        refused = fabula("bus", "dead", *call)
        assert (refused.code, "Set FABULA_BUS__URL" in refused.err) == (2, True), refused.err


def test_a_whole_conversation_is_told_with_its_times(fabula: Program, url: str) -> None:
    request, event = a_conversation(url)
    told = fabula("bus", "trace", request.message_id)
    assert told.code == 0, told.err
    head, columns, *lines = told.out.splitlines()
    assert head.endswith("UTC, 3 messages")
    assert columns.split() == ["time", "+ms", "from", "→", "to", "what", "about", "took", "why"]
    assert "dm → player" in lines[0]
    assert " 0.0 " in lines[0]
    assert "published  request look" in lines[0]
    assert any("handled    request look" in line for line in lines)
    assert "ValueError: the lamp broke" in told.out
    hops = fabula("bus", "trace", event.message_id[:8], "--json").last["hops"]
    steps = [hop["what"] for hop in hops if hop["message"] == event.message_id]
    assert steps == ["published", "failed", "failed", "dead"]
    assert {"published", "handled", "replied", "answered"} <= {hop["what"] for hop in hops}
    assert [hop["at"] for hop in hops] == sorted(hop["at"] for hop in hops)


def test_the_last_steps_and_the_figures_of_each_agent_are_told(fabula: Program, url: str) -> None:
    _, event = a_conversation(url)
    last = fabula("bus", "journal", "--most", "2")
    assert last.code == 0, last.err
    assert last.out.splitlines()[2].startswith(event.message_id[:8])
    assert len(fabula("bus", "journal", "--most", "2", "--json").last["hops"]) == 2
    figures = fabula("bus", "figures")
    assert figures.out.splitlines()[0].split() == ["agent", "processed", "errors", "dead", "mean", "p99"]
    player = fabula("bus", "figures", "--json").last["figures"]["player"]
    assert (player["processed"], player["errors"], player["dead"]) == (1, 2, 1)
    assert player["mean_ms"] > 0


def test_a_conversation_that_nobody_knows_is_a_wrong_call(fabula: Program) -> None:
    refused = fabula("bus", "trace", "7871faf3")
    assert (refused.code, "the journal knows no message '7871faf3'" in refused.err) == (2, True)
    assert fabula("bus", "trace", "").code == 2
    refused = fabula("bus", "trace", "\udcff")
    assert (refused.code, "the journal knows no message '\\udcff'" in refused.err) == (2, True), refused.err


def test_an_empty_journal_says_what_would_be_in_it(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nothing was noted by a program that keeps a journal in this FABULA_HOME." in fabula("bus", "journal").out
    assert "Nothing was handled by a program that keeps a journal in this FABULA_HOME." in fabula("bus", "figures").out
    assert fabula("bus", "figures", "--json").last["figures"] == {}
    monkeypatch.setenv("FABULA_BUS__JOURNAL_MAX", "0")
    assert "bus.journal_max is 0" in fabula("bus", "journal").out


def test_a_journal_that_is_damaged_is_moved_aside_with_a_word(fabula: Program) -> None:
    file = Path(os.environ["FABULA_HOME"]) / "bus.db"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"no journal " * 1_000)
    told = fabula("bus", "journal")
    assert told.code == 0
    assert "moved to bus.db.damaged" in told.out


def test_an_address_that_is_none_is_told_without_its_password(fabula: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABULA_BUS__URL", "redis://:s3cr3t@127.0.0.1:port/0")
    refused = fabula("bus", "dead", "list")
    assert refused.code == 2
    assert "s3cr3t" not in refused.err + refused.out


def test_a_bus_that_is_away_is_told_soon_and_without_its_password(
    fabula: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "ANSWER_S_MAX", 0.2)
    monkeypatch.setenv("FABULA_BUS__URL", "redis://:s3cr3t@127.0.0.1:1/0")
    failed = fabula("bus", "dead", "redrive", "--all")
    assert failed.code == 1
    assert "redis://:***@127.0.0.1:1/0: no bus answered within 0.2 s" in failed.err
    assert "s3cr3t" not in failed.err + failed.out


@pytest.mark.parametrize("server", ["redis://nobody:s3cr3t@127.0.0.1:6379/0", "amqp://guest:s3cr3t@127.0.0.1:5672/"])
def test_a_password_that_is_wrong_is_told_as_such(
    fabula: Program, url: str, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    monkeypatch.setenv("FABULA_BUS__URL", server)
    failed = fabula("bus", "dead", "list")
    if "no bus answered" in failed.err and server.startswith("amqp"):
        assert "CI" not in os.environ
        pytest.skip("no RabbitMQ answers at 127.0.0.1:5672")
    assert (failed.code, "the server refused the name or password" in failed.err) == (1, True), failed.err
    assert "s3cr3t" not in failed.err + failed.out


def test_the_help_teaches(fabula: Program) -> None:
    for call in (["bus"], ["bus", "dead"], ["bus", "trace", "--help"], ["bus", "dead", "redrive", "--help"]):
        shown = fabula(*call)
        assert "Usage:" in shown.out + shown.err, call
    assert "dead letters" in fabula("bus", "--help").out
