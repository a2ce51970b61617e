"""What leaves, where it may go, and how much is read of what comes back."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from typing import Any

import httpx2
import pytest
from tests.llm.raw_server import RawServer, a_raw_server, http

from fabula.llm.http import BODY_MAX, Wire, new_client, through
from fabula.llm.keys import Key
from fabula.llm.providers.addresses import Addresses, Refused, check, is_local
from fabula.llm.providers.refusal import kind_of_status, plain, refusal_of
from fabula.llm.values import Asker, FailureKind

SECRET = "sk-planted-0123456789"


def a_wire(url: str, *, key: bool = True, header: str = "Authorization") -> Wire:
    """One that a person's own address would have."""
    planted = Key(SECRET, variable="MINE") if key else None
    asker = Asker(run="r", agent="Mira / ß", step=12, number=1)
    return Wire(url=url, written=True, key=planted, key_header=header, asker=asker)


def asked(server: RawServer, *, wire: Wire | None = None, url: str = "", headers: dict[str, str] | None = None) -> Any:
    """Ask it once; what comes back, or what was raised."""

    async def once() -> httpx2.Response | httpx2.TransportError:
        async with new_client() as client:
            with through(wire or a_wire(server.url)):
                try:
                    return await client.post(url or server.url, json={}, headers=headers)
                except httpx2.TransportError as error:
                    return error

    return once()


def with_server(answer: bytes, check_it: Callable[[RawServer], Awaitable[None]]) -> None:
    """Run a test against it."""

    async def run() -> None:
        async with a_raw_server(answer) as server:
            await check_it(server)

    asyncio.run(run())


def refused(answer: bytes) -> FailureKind | None:
    """How the transport takes an answer; None: as a success."""

    async def run() -> FailureKind | None:
        async with a_raw_server(answer) as server:
            wire = a_wire(server.url)
            result = await asked(server, wire=wire)
            assert (wire.refusal is None) == isinstance(result, httpx2.Response)
            return wire.refusal.kind if wire.refusal else None

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("header", "value"), [("Authorization", f"Bearer {SECRET}"), ("x-api-key", SECRET), ("x-goog-api-key", SECRET)]
)
def test_the_key_travels_in_the_providers_header(header: str, value: str) -> None:
    async def check_it(server: RawServer) -> None:
        await asked(server, wire=a_wire(server.url, header=header))
        assert server.header(header) == value

    with_server(http(), check_it)


@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key", "x-goog-api-key", "api-key", "Cookie"])
def test_a_key_that_somebody_else_put_in_is_taken_out(header: str) -> None:
    async def check_it(server: RawServer) -> None:
        await asked(server, wire=a_wire(server.url, key=False), headers={header: SECRET})
        assert SECRET not in server.heads[-1]

    with_server(http(), check_it)


def test_a_key_goes_to_no_other_port_or_host() -> None:
    async def check_it(server: RawServer) -> None:
        for belongs_to in ("http://127.0.0.1:1", f"https://127.0.0.1:{server.port}", f"http://localhost:{server.port}"):
            wire = a_wire(belongs_to)
            result = await asked(server, wire=wire)
            # Not what was written either, and so not connected to at all.
            assert isinstance(result, httpx2.TransportError)
        assert server.heads == []

    with_server(http(), check_it)
    wire = a_wire("https://api.openai.com")
    assert wire.key_headers("https://api.openai.com:443") != []
    for other in ("http://api.openai.com:80", "https://api.openai.com:444", "https://api.openai.com.example.org:443"):
        assert wire.key_headers(other) == []


def test_a_redirect_is_not_followed_and_takes_no_key_along() -> None:
    async def run() -> None:
        async with a_raw_server(http()) as elsewhere:
            moved = http(status="307 Temporary Redirect", headers=f"Location: {elsewhere.url}/\r\n")
            async with a_raw_server(moved) as server:
                wire = a_wire(server.url)
                await asked(server, wire=wire)
                assert elsewhere.heads == []
                assert wire.refusal is not None
                assert "redirect" in wire.refusal.why

    asyncio.run(run())


def test_who_asked_is_told_to_this_machine() -> None:
    async def check_it(server: RawServer) -> None:
        await asked(server)
        assert server.header("x-fabula-asked") == "12/Mira%20%2F%20%C3%9F/1"

    with_server(http(), check_it)


def test_nothing_is_told_of_us_but_our_name() -> None:
    async def check_it(server: RawServer) -> None:
        await asked(server, headers={"x-stainless-os": "Linux", "OpenAI-Organization": "org", "X-Other": "1"})
        names = {line.partition(":")[0].lower() for line in server.heads[-1].strip().split("\r\n")[1:]}
        assert names == {
            *("host", "accept", "content-type", "user-agent", "accept-encoding", "content-length"),
            *("authorization", "x-fabula-asked"),
        }
        assert server.header("user-agent") == "fabula"

    with_server(http(), check_it)


def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def check_it(server: RawServer) -> None:
        assert (await asked(server)).status_code == 200

    with_server(http(), check_it)


def test_a_cookie_is_not_kept() -> None:
    async def run() -> None:
        async with a_raw_server(http(headers="Set-Cookie: a=b\r\n")) as server, new_client() as client:
            for _ in range(2):
                with through(a_wire(server.url)):
                    await client.post(server.url)
            assert server.header("cookie") is None
            assert not client.cookies

    asyncio.run(run())


def test_a_connection_is_used_again() -> None:
    async def run() -> None:
        async with a_raw_server(http()) as server, new_client() as client:
            for _ in range(5):
                with through(a_wire(server.url)):
                    await client.post(server.url)
            assert (len(server.heads), server.connections) == (5, 1)

    asyncio.run(run())


def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(http())
        writer.close()

    async def run() -> None:
        async with a_raw_server(answer) as server, new_client() as client:
            for _ in range(3):
                with through(a_wire(server.url)):
                    assert (await client.post(server.url)).status_code == 200
                await asyncio.wait_for(server.left.wait(), 5)
            assert server.connections == 3

    asyncio.run(run())


def test_a_body_is_read_up_to_its_bound() -> None:
    assert refused(http(b" " * BODY_MAX)) is None
    assert refused(http(b" " * (BODY_MAX + 1))) is FailureKind.TOO_LARGE


def test_a_body_beyond_its_bound_closes_the_connection() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            await writer.drain()

    async def run() -> None:
        async with a_raw_server(endless) as server:
            wire = a_wire(server.url)
            await asked(server, wire=wire)
            assert wire.refusal is not None
            assert wire.refusal.kind is FailureKind.TOO_LARGE
            await asyncio.wait_for(server.left.wait(), 5)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", FailureKind.CUT_OFF),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", FailureKind.CUT_OFF),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", FailureKind.CUT_OFF),
        (b"HTTP/1.1 200 OK\r\nContent-", FailureKind.CUT_OFF),
        (b"\x00\x01\x02 what is this\r\n\r\n", FailureKind.GARBLED),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n", FailureKind.GARBLED),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000, FailureKind.GARBLED),
        (http(headers="Content-Encoding: gzip\r\n"), FailureKind.GARBLED),
    ],
)
def test_what_breaks_off_and_what_is_no_http_are_told_apart(answer: bytes, kind: FailureKind) -> None:
    async def then_close(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async def run() -> None:
        async with a_raw_server(then_close) as server:
            wire = a_wire(server.url)
            await asked(server, wire=wire)
            assert wire.refusal is not None
            assert wire.refusal.kind is kind

    asyncio.run(run())


def test_an_address_where_nobody_listens_is_unreachable() -> None:
    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        wire = a_wire(url)
        async with new_client() as client:
            with through(wire), pytest.raises(httpx2.TransportError):
                await client.post(url)
        assert wire.refusal is not None
        assert wire.refusal.kind is FailureKind.UNREACHABLE
        assert not wire.sent

    asyncio.run(run())


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "169.254.1.1", "fe80::1", "224.0.0.1", "ff02::1", "0.0.0.0", "::", "100.100.100.200"),
        *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254", "168.63.129.16", "2002:a9fe:a9fe::1"),
    ],
)
def test_some_addresses_are_refused_whoever_wrote_them(address: str) -> None:
    with pytest.raises(Refused):
        check(ip_address(address), near=True)
    with pytest.raises(Refused):
        asyncio.run(Addresses().of(address, 80, written=True))


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "::1", "fd12::1", "100.64.0.1", "::ffff:127.0.0.1"],
)
def test_addresses_near_by_are_allowed_only_where_a_person_wrote_them(address: str) -> None:
    assert asyncio.run(Addresses().of(address, 80, written=True)) == (ip_address(address),)
    with pytest.raises(Refused, match="write the address itself"):
        asyncio.run(Addresses().of(address, 80, written=False))


def answering_with(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Names that stand for these; gives the names that were looked up."""
    asked_for: list[str] = []

    async def getaddrinfo(self: object, host: str, port: int, **hints: object) -> Sequence[Any]:
        asked_for.append(host)
        await asyncio.sleep(0)
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return asked_for


def test_a_public_name_never_leads_near_by_even_if_a_person_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answering_with(monkeypatch, "93.184.216.34", "127.0.0.1")
    for written in (True, False):
        with pytest.raises(Refused):
            asyncio.run(Addresses().of("api.example.org", 443, written=written))


def test_a_name_of_the_own_network_may_lead_near_by_where_a_person_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answering_with(monkeypatch, "192.168.1.7")
    assert asyncio.run(Addresses().of("box.lan", 80, written=True)) == (ip_address("192.168.1.7"),)
    with pytest.raises(Refused):
        asyncio.run(Addresses().of("box.lan", 80, written=False))
    assert [is_local(name) for name in ("localhost", "box", "a.local", "local.example.org")] == [
        True,
        True,
        True,
        False,
    ]


def test_a_host_is_looked_up_once_for_all_who_ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = answering_with(monkeypatch, "93.184.216.34")

    async def run() -> None:
        book = Addresses()
        found = await asyncio.gather(*(book.of("api.example.org", 443, written=False) for _ in range(100)))
        assert set(found) == {(ip_address("93.184.216.34"),)}

    asyncio.run(run())
    assert looked_up == ["api.example.org"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, FailureKind.RATE_LIMITED),
        *((status, FailureKind.OVERLOADED) for status in (408, 500, 502, 503, 504, 520, 529)),
        *((status, FailureKind.NO_KEY) for status in (401, 403)),
        *((status, FailureKind.REJECTED) for status in (301, 400, 402, 404, 413, 422)),
        (204, FailureKind.GARBLED),
    ],
)
def test_every_status_has_its_meaning(status: int, kind: FailureKind) -> None:
    assert kind_of_status(status) is kind


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "Fri, 01 Jan 2999 00:00:00 GMT"}, 86_400),
        ({"retry-after": "999999999"}, 86_400),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m2.5s"}, 62.5),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "20ms"}, 0.02),
        ({"x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "6m0s"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_in_every_usual_form(headers: dict[str, str], wait_s: float | None) -> None:
    assert refusal_of(429, headers, b"").retry_after_s == wait_s


def test_google_tells_how_long_to_wait_in_the_body() -> None:
    body = b'{"error": {"code": 429, "message": "m", "details": [{"@type": "RetryInfo", "retryDelay": "13s"}]}}'
    assert refusal_of(429, {}, body).retry_after_s == 13


def test_money_that_is_spent_does_not_come_back_by_waiting() -> None:
    body = b'{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'
    assert refusal_of(429, {}, body).kind is FailureKind.REJECTED


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error": {"code": "content_filter", "message": "filtered"}}'),
        (403, b'{"error": {"code": 403, "message": "flagged", "metadata": {"reasons": ["x"], "flagged_input": "y"}}}'),
    ],
)
def test_a_filters_refusal_is_known_from_a_rejection(status: int, body: bytes) -> None:
    assert refusal_of(status, {}, body).filtered


def test_a_wrong_key_is_known_though_google_calls_it_a_bad_request() -> None:
    body = b'{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}'
    assert refusal_of(400, {}, body).kind is FailureKind.NO_KEY


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"[1]", b"{}", b'{"error": 7}', b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"error": []}'],
)
def test_no_body_of_an_error_breaks_anything(body: bytes) -> None:
    assert refusal_of(500, {}, body).kind is FailureKind.OVERLOADED


def test_a_providers_message_is_made_short_plain_and_keyless() -> None:
    hostile = f"bad\x1b[2J\r\nkey sk-abcdefghijklmnopqrstuvwxyz and {SECRET}! " + "x" * 5000
    why = refusal_of(400, {}, httpx2.Response(400, json={"error": {"message": hostile}}).content).why
    assert why.isprintable()
    assert len(why) <= 200
    assert "abcdefgh" not in why
    assert SECRET not in why
    assert plain("Bearer abc.def-ghi") == "…"


def test_a_key_of_any_form_is_taken_out_of_a_message() -> None:
    secret = "hunter2/hunter2"

    async def run() -> None:
        body = b'{"error": {"message": "' + b"x" * 150 + b' hunter2\\/hunter2 is wrong"}}'
        async with a_raw_server(http(body, status="400 Bad Request")) as server:
            key = Key(secret, variable="MINE")
            wire = Wire(url=server.url, written=True, key=key, key_header="x-api-key", asker=Asker())
            await asked(server, wire=wire)
            assert wire.refusal is not None
            assert "hunter2" not in wire.refusal.why
            assert "xxx" in wire.refusal.why

    asyncio.run(run())
