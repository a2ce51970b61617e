"""What nobody should send to the provider process: it says no, and lives."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.llm.providing import Provided, a_provider_here
from tests.llm.wire_talk import PATHS, Line, body, post

from fabula.errors import RunError, UsageError
from fabula.llm.process import Conduct, Provider, serving
from fabula.llm.process.connection import BODY_MAX


@pytest.fixture(scope="module")
def provider() -> Iterator[Provided]:
    with a_provider_here() as here:
        yield here
        assert post(here).status_code == 200


def sent(provider: Provided, path: str, content: bytes, **headers: str) -> httpx2.Response:
    with httpx2.Client(trust_env=False, timeout=20) as client:
        return client.post(provider.url + path, content=content, headers=headers)


@pytest.mark.parametrize("path", [*PATHS.values(), "/v1/embeddings", "/v1beta/models/demo:batchEmbedContents"])
@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff\xfe", b'{"model": 7}', b"[" * 100_000]
)
def test_a_body_that_is_no_request_is_refused(provider: Provided, path: str, content: bytes) -> None:
    response = sent(provider, path, content)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("wire", "change"),
    [
        ("openai", {"messages": "hello"}),
        ("openai", {"messages": []}),
        ("openai", {"messages": [7]}),
        ("openai", {"messages": [{"role": "king", "content": "x"}]}),
        ("openai", {"messages": [{"role": "user", "content": 7}]}),
        ("openai", {"max_tokens": 0}),
        ("openai", {"max_tokens": "many"}),
        ("openai", {"tools": {}}),
        ("openai", {"tools": [{"function": {}}]}),
        ("openai", {"tool_choice": 7}),
        ("openai", {"response_format": "json"}),
        ("openai", {"response_format": {"type": "json_schema"}}),
        ("openai", {"response_format": {"type": "yaml"}}),
        ("anthropic", {"max_tokens": None}),
        ("anthropic", {"messages": [{"role": "king", "content": "x"}]}),
        ("anthropic", {"messages": []}),
        ("anthropic", {"system": [7]}),
        ("anthropic", {"tool_choice": {"type": "some"}}),
        ("anthropic", {"output_config": {"format": {"type": "xml"}}}),
        ("google", {"contents": []}),
        ("google", {"contents": [{"role": "king", "parts": []}]}),
        ("google", {"contents": [{"parts": "x"}]}),
        ("google", {"generationConfig": 7}),
        ("google", {"tools": [{"functionDeclarations": [{}]}]}),
    ],
)
def test_a_field_that_does_not_fit_is_named(provider: Provided, wire: str, change: dict[str, Any]) -> None:
    with httpx2.Client(trust_env=False) as client:
        response = client.post(provider.url + PATHS[wire], json={**body(wire), **change})
    assert response.status_code == 400
    assert response.json()["error"]["message"]


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(PATHS)),
    st.dictionaries(
        st.sampled_from("messages contents system tools tool_choice response_format max_tokens stop model".split()),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
            max_leaves=8,
        ),
    ),
)
def test_no_body_whatever_breaks_it(provider: Provided, wire: str, change: dict[str, Any]) -> None:
    with httpx2.Client(trust_env=False) as client:
        response = client.post(provider.url + PATHS[wire], json={**body(wire), **change})
    assert response.status_code in {200, 400}


def test_an_address_that_is_not_there_is_told_so(provider: Provided) -> None:
    with httpx2.Client(trust_env=False) as client:
        assert client.get(provider.url + "/").status_code == 404
        assert client.post(provider.url + "/v1/responses", json={}).status_code == 404
        assert client.get(provider.openai + "/chat/completions").status_code == 405
        assert client.get(provider.url + "/_/nothing").status_code == 404
        assert client.post(provider.url + "/_/faults", json={"faults": "sour"}).status_code == 400
        assert client.post(provider.url + "/_/script", content=b"{oops").status_code == 400
        assert client.get(provider.url + "/_/requests?last=many").status_code == 400


def test_any_prefix_may_stand_before_an_address(provider: Provided) -> None:
    with httpx2.Client(trust_env=False) as client:
        for path in PATHS.values():
            wire = next(name for name in PATHS if PATHS[name] == path)
            assert client.post(f"{provider.url}/some/where{path}", json=body(wire)).status_code == 200
        assert "demo" in client.get(provider.openai + "/models").text


def test_a_giant_body_is_refused_before_it_is_read(provider: Provided) -> None:
    assert sent(provider, PATHS["openai"], bytes(BODY_MAX + 1)).status_code == 413


def test_giant_headers_are_refused(provider: Provided) -> None:
    with Line(provider) as line:
        line.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200_000)
        line.socket.shutdown(1)
        assert b" 431 " in line.rest()


@pytest.mark.parametrize("raw", [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"GET\r\n\r\n", b"\x00" * 100 + b"\r\n\r\n"])
def test_what_is_no_http_is_refused(provider: Provided, raw: bytes) -> None:
    with Line(provider) as line:
        line.send(raw)
        assert b" 400 " in line.rest()


def test_requests_sent_ahead_are_answered_in_turn(provider: Provided) -> None:
    with Line(provider) as line:
        line.ask()
        line.ask()
        line.ask(fault="500")
        line.send(b"GET /_/count HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        told = line.rest()
    assert [part[:3] for part in told.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"500", b"200"]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}])
def test_a_foreign_page_or_name_is_not_answered(provider: Provided, headers: dict[str, str]) -> None:
    with httpx2.Client(trust_env=False) as client:
        assert client.get(provider.url + "/_/requests", headers=headers).status_code == 403


async def listens(*, host: str = "127.0.0.1", port: int = 0) -> None:
    async with serving(Provider(Conduct()).answer, host=host, port=port):
        pass


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org", ""])
def test_it_listens_on_this_machine_only(host: str) -> None:
    with pytest.raises(UsageError, match=re.escape("127.0.0.1")):
        asyncio.run(listens(host=host))


def test_a_port_that_is_taken_is_told_so(provider: Provided) -> None:
    with pytest.raises(RunError, match="leave --port out"):
        asyncio.run(listens(port=int(provider.url.rpartition(":")[2])))
