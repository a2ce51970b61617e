"""Vectors of texts from a provider: asked for in batches, as carefully as any question, and never an exception."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.llm.providing import Provided, a_provider_here
from tests.llm.raw_server import a_raw_server, http

from fabula.errors import UsageError
from fabula.llm.embedding import BATCH_MAX, Embedded, Embedding, read_embedder
from fabula.llm.gateway import Gateway
from fabula.llm.ledger import Ledger
from fabula.llm.process.vectors import vector_of
from fabula.llm.providers import Providers
from fabula.llm.values import Asker, FailureKind, Role
from fabula.settings import BudgetSettings, ModelSettings
from fabula.store import CallRow, SqliteStore

ASKER = Asker(run="tale", agent="Mira", step=3)
TEXTS = ["The ship sank.", "A wedding in the chapel.", "Powder under the mill."]


class Asking(NamedTuple):
    """Somebody who asks, and the store that keeps what it costs."""

    embedding: Embedding
    store: SqliteStore

    async def ask(self, texts: Sequence[str] = TEXTS, *, within_s: float = 20.0) -> Embedded:
        deadline_s = asyncio.get_running_loop().time() + within_s
        return await self.embedding.embed(texts, ASKER, deadline_s=deadline_s)


@asynccontextmanager
async def asking(
    home: Path, url: str, *, environ: Mapping[str, str] | None = None, budget: Any = None, **settings: Any
) -> AsyncIterator[Asking]:
    given = ModelSettings(**settings)
    model = read_embedder(f"openai@{url}:small")
    async with SqliteStore.open(home) as store:
        providers = Providers(given, environ or {})
        gateway = Gateway(given, providers, Ledger(store, BudgetSettings(**(budget or {}))))
        try:
            yield Asking(Embedding(model, gateway, providers), store)
        finally:
            await gateway.aclose()


def asked(home: Path, url: str, texts: Sequence[str] = TEXTS, *, within_s: float = 20.0, **rest: Any) -> Embedded:
    async def story() -> Embedded:
        async with asking(home, url, **rest) as who:
            return await who.ask(texts, within_s=within_s)

    return asyncio.run(story())


def calls(home: Path) -> list[CallRow]:
    async def story() -> list[CallRow]:
        async with SqliteStore.open(home) as store:
            return list(await store.calls("tale"))

    return asyncio.run(story())


def kinds(embedded: Embedded) -> list[FailureKind]:
    return [failure.kind for failure in embedded.failures]


def bodies(provider: Provided) -> list[dict[str, Any]]:
    return [json.loads(request["body"]) for request in provider.requests()]


def test_every_text_gets_its_vector_in_order(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        embedded = asked(tmp_path, provider.openai)
    assert embedded.failures == ()
    assert [list(vector) for vector in embedded.vectors] == [vector_of(text, 256) for text in TEXTS]


def test_many_texts_are_asked_for_in_batches(tmp_path: Path) -> None:
    texts = [f"It rained on day {day}." for day in range(2 * BATCH_MAX + 3)]
    with a_provider_here() as provider:
        embedded = asked(tmp_path, provider.openai, texts)
        assert [len(body["input"]) for body in bodies(provider)] == [BATCH_MAX, BATCH_MAX, 3]
        assert set(provider.count()["asked"].values()) == {1}, "each call has a number of its own"
    assert len(embedded.vectors) == len(texts)


def test_no_texts_ask_nobody(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        assert asked(tmp_path, provider.openai, []) == Embedded([])
        assert provider.count()["requests"] == 0


def test_what_is_spent_stands_in_the_ledger_under_its_own_role(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        asked(tmp_path, provider.openai)
        tokens = provider.count()["tokens_in"]
    (row,) = calls(tmp_path)
    assert (row.role, row.agent, row.step, row.outcome) == (Role.EMBEDDER, "Mira", 3, "answered")
    assert (row.input_tokens, row.output_tokens) == (tokens, 0)
    assert 0 < tokens <= row.reserved_tokens


def test_nothing_is_asked_beyond_the_budget(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        embedded = asked(tmp_path, provider.openai, budget={"run_tokens": 100})
        assert kinds(embedded) == [FailureKind.OVER_BUDGET]
        assert provider.count()["requests"] == 0


def test_what_could_be_had_before_the_budget_was_spent_is_not_lost(tmp_path: Path) -> None:
    texts = [f"It rained on day {day}." for day in range(2 * BATCH_MAX)]
    with a_provider_here() as provider:
        embedded = asked(tmp_path, provider.openai, texts, budget={"run_tokens": 700})
    assert kinds(embedded) == [FailureKind.OVER_BUDGET]
    assert len(embedded.vectors) == BATCH_MAX


@pytest.mark.parametrize("fault", ["429x1", "500x1", "503x1", "resetx1", "halfx1", "garbagex1"])
def test_what_passes_is_tried_again(tmp_path: Path, fault: str) -> None:
    with a_provider_here(faults=fault) as provider:
        embedded = asked(tmp_path, provider.openai)
    assert len(embedded.vectors) == len(TEXTS), embedded.failures


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("400", FailureKind.REJECTED),
        ("401", FailureKind.NO_KEY),
        ("500", FailureKind.OVERLOADED),
        ("garbage", FailureKind.GARBLED),
        ("half", FailureKind.CUT_OFF),
        ("reset", FailureKind.CUT_OFF),
    ],
)
def test_what_does_not_pass_is_a_failure_and_no_exception(tmp_path: Path, fault: str, kind: FailureKind) -> None:
    with a_provider_here(faults=f"{fault}=1") as provider:
        embedded = asked(tmp_path, provider.openai, attempts_max=2)
    assert list(embedded.vectors) == []
    assert set(kinds(embedded)) == {kind}


def test_nobody_waits_beyond_the_deadline(tmp_path: Path) -> None:
    with a_provider_here(faults="timeout=1") as provider:
        embedded = asked(tmp_path, provider.openai, within_s=0.3)
    assert set(kinds(embedded)) == {FailureKind.TIMED_OUT}


def test_nobody_there_is_a_failure(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        gone = provider.openai
    assert set(kinds(asked(tmp_path, gone, attempts_max=1))) == {FailureKind.UNREACHABLE}


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    embedded = asked(tmp_path, "https://models.invalid/v1", keys={"https://models.invalid": "MINE"})
    assert kinds(embedded) == [FailureKind.NO_KEY]
    assert "MINE" in embedded.failures[0].why


def test_a_key_goes_in_its_header_to_its_origin_and_stands_in_no_failure(tmp_path: Path) -> None:
    secret = "mine-Bw6tZk38XcLp91VnJsRd07"
    with a_provider_here() as provider:
        embedded = asked(tmp_path, provider.openai, environ={"MINE": secret}, keys={provider.url: "MINE"})
        assert provider.requests()[-1]["headers"]["authorization"] == f"Bearer {secret}"
        provider.faults("401")
        refused = asked(tmp_path, provider.openai, environ={"MINE": secret}, keys={provider.url: "MINE"})
    assert embedded.vectors
    assert "MINE was refused" in refused.failures[0].why
    assert secret not in repr(refused)


def answer(*items: Any, **rest: Any) -> bytes:
    return http(json.dumps({"data": list(items), **rest}).encode())


def test_vectors_are_put_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    items = [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0]}]
    assert list(raw(tmp_path, answer(*items), ["one", "two"]).vectors) == [[1, 0], [0, 1]]


@pytest.mark.parametrize("usage", [None, 3, {"prompt_tokens": "many"}, {"prompt_tokens": -5}, {}])
def test_whoever_tells_no_sensible_use_is_counted_at_the_most_it_can_be(tmp_path: Path, usage: Any) -> None:
    assert raw(tmp_path, answer({"embedding": [1.5]}, usage=usage), ["one"]).vectors
    (row,) = calls(tmp_path)
    assert row.input_tokens == row.reserved_tokens


@pytest.mark.parametrize(
    "bad",
    [
        http(b""),
        http(b"[]"),
        http(b"{}"),
        http(b"\xff\xfe"),
        http(b"[" * 100_000),
        http(b'{"data": [{"embedding": [NaN, 1]}, {"embedding": [1, 1]}]}'),
        http(b'{"data": [{"embedding": [1e999]}, {"embedding": [1]}]}'),
        http(b'{"data": [{"embedding": [' + b"9" * 5000 + b"]}, {" + b'"embedding": [1]}]}'),
        answer(),
        answer({"embedding": [1]}),
        answer({"embedding": [1]}, {"embedding": [1, 2]}),
        answer({"embedding": []}, {"embedding": []}),
        answer({"embedding": "AACAPw=="}, {"embedding": "AACAPw=="}),
        answer({"embedding": [1e30]}, {"embedding": [1]}),
        answer({"embedding": ["1"]}, {"embedding": ["2"]}),
        answer({"embedding": [1], "index": 0}, {"embedding": [1], "index": 0}),
        answer({"embedding": [1], "index": 0}, {"embedding": [1], "index": 7}),
        answer({"embedding": [0.5] * 5000}, {"embedding": [0.5] * 5000}),
    ],
)
def test_an_answer_that_is_not_a_vector_for_each_text_is_garbled(tmp_path: Path, bad: bytes) -> None:
    embedded = raw(tmp_path, bad, ["one", "two"])
    assert list(embedded.vectors) == []
    assert set(kinds(embedded)) == {FailureKind.GARBLED}


def test_an_answer_without_end_is_read_no_further_than_to_its_bound(tmp_path: Path) -> None:
    embedded = raw(tmp_path, http(b'{"data": [' + b" " * (3 * 2**20)), ["one"])
    assert kinds(embedded) == [FailureKind.TOO_LARGE]


def raw(home: Path, said: bytes, texts: Sequence[str]) -> Embedded:
    async def story() -> Embedded:
        async with a_raw_server(said) as server, asking(home, f"{server.url}/v1", attempts_max=2) as who:
            return await who.ask(texts)

    return asyncio.run(story())


def test_halves_of_characters_do_no_harm(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        assert len(asked(tmp_path, provider.openai, ["\ud800 and \x00", "two"]).vectors) == 2


@pytest.mark.parametrize(
    "name", ["openai:text-embedding-3-small", "ollama:nomic-embed-text", "openai@http://127.0.0.1:9/v1:m"]
)
def test_embedders_are_named_as_models_are(name: str) -> None:
    assert str(read_embedder(name)) == name


@pytest.mark.parametrize("name", ["anthropic:claude", "google:embed", "openai:", "nobody:x", "openai@ftp://x:y", ":"])
def test_whoever_cannot_be_asked_for_vectors_is_told_where_that_is_set(name: str) -> None:
    with pytest.raises(UsageError, match=r"memory\.embedder: "):
        read_embedder(name)
