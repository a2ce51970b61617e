"""The whole gateway over real HTTP, against the provider that ships."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.llm.leaves import Heard, a_request
from tests.llm.providing import Provided, a_provider_here

from fabula.llm.gateway import Gateway
from fabula.llm.layers.breaker import CircuitState
from fabula.llm.ledger import Ledger
from fabula.llm.naming import Rules, read_models
from fabula.llm.providers import Providers
from fabula.llm.values import FailureKind, Finish, ModelName, Reply, Source
from fabula.settings import BudgetSettings, ModelSettings
from fabula.store import SqliteStore

Models = tuple[ModelName | Rules, ...]


def models_at(provider: Provided, *names: str) -> Models:
    """Models of that provider, then rules."""
    return read_models(", ".join([*(f"openai@{provider.openai}:{name}" for name in names), "rules"]))


@asynccontextmanager
async def a_gateway(home: Path, **settings: Any) -> AsyncIterator[Gateway]:
    given = ModelSettings(**settings)
    async with SqliteStore.open(home) as store:
        gateway = Gateway(given, Providers(given, {}), Ledger(store, BudgetSettings()))
        try:
            yield gateway
        finally:
            await gateway.aclose()


async def ask(
    gateway: Gateway, models: Models, *, text: str = "What now?", within_s: float = 30.0, heard: Heard | None = None
) -> Reply:
    deadline_s = asyncio.get_running_loop().time() + within_s
    return await gateway.ask(a_request(text), models, deadline_s=deadline_s, listener=heard)


def kinds(reply: Reply) -> list[FailureKind]:
    return [failure.kind for failure in reply.failures]


@pytest.mark.parametrize(
    "way", ["openai@{0.openai}:m", "ollama@{0.openai}:m", "anthropic@{0.url}:m", "google@{0.url}:m"]
)
@pytest.mark.parametrize("watched", [False, True], ids=["whole", "streamed"])
def test_every_way_of_speaking_comes_to_a_reply(tmp_path: Path, way: str, watched: bool) -> None:
    async def story(provider: Provided) -> None:
        heard = Heard()
        async with a_gateway(tmp_path) as gateway:
            reply = await ask(gateway, read_models(way.format(provider)), heard=heard if watched else None)
        assert (reply.source, reply.text, reply.finish) == (Source.MODEL, "I wait.", Finish.STOP), reply.why
        assert reply.spent.input_tokens > 0
        assert reply.spent.output_tokens > 0
        assert heard.all == ("I wait." if watched else "")

    with a_provider_here(script=["I wait."]) as provider:
        asyncio.run(story(provider))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("429x1", FailureKind.RATE_LIMITED),
        ("429_after:0", FailureKind.RATE_LIMITED),
        ("500x1", FailureKind.OVERLOADED),
        ("503x1", FailureKind.OVERLOADED),
        ("529x1", FailureKind.OVERLOADED),
        ("reset", FailureKind.CUT_OFF),
        ("half", FailureKind.CUT_OFF),
        ("garbage", FailureKind.GARBLED),
        ("wrong_json", FailureKind.GARBLED),
    ],
)
def test_a_fault_that_passes_costs_one_more_attempt(tmp_path: Path, fault: str, kind: FailureKind) -> None:
    async def story(provider: Provided) -> None:
        async with a_gateway(tmp_path) as gateway:
            reply = await ask(gateway, models_at(provider, "m"))
        assert (reply.source, kinds(reply)) == (Source.MODEL, [kind])
        assert provider.count()["requests"] == 2

    with a_provider_here(faults=fault) as provider:
        asyncio.run(story(provider))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("400", FailureKind.REJECTED),
        ("404", FailureKind.REJECTED),
        ("401", FailureKind.NO_KEY),
        ("giant:3", FailureKind.TOO_LARGE),
    ],
)
def test_a_fault_that_stays_leads_to_the_next_model_at_once(tmp_path: Path, fault: str, kind: FailureKind) -> None:
    async def story(provider: Provided) -> None:
        provider.faults(f"{fault}x9", model="first")
        async with a_gateway(tmp_path) as gateway:
            reply = await ask(gateway, models_at(provider, "first", "second"))
        assert (reply.source, reply.model[-7:], kinds(reply)) == (Source.FALLBACK, ":second", [kind])

    with a_provider_here() as provider:
        asyncio.run(story(provider))


@pytest.mark.parametrize(("fault", "finish"), [("refusal", Finish.REFUSED), ("empty", Finish.STOP)])
def test_an_answer_of_no_use_is_a_reply(tmp_path: Path, fault: str, finish: Finish) -> None:
    async def story(provider: Provided) -> None:
        async with a_gateway(tmp_path) as gateway:
            reply = await ask(gateway, models_at(provider, "m"))
        assert (reply.source, reply.finish, reply.failures) == (Source.MODEL, finish, ())

    with a_provider_here(faults=fault) as provider:
        asyncio.run(story(provider))


@pytest.mark.parametrize("fault", ["timeout", "drip:1"])
def test_nobody_waits_beyond_the_deadline(tmp_path: Path, fault: str) -> None:
    async def story(provider: Provided) -> None:
        async with a_gateway(tmp_path) as gateway:
            await ask(gateway, models_at(provider, "other"))  # Its SDK is there now.
            reply = await ask(gateway, models_at(provider, "m"), within_s=0.3)
        assert (reply.source, kinds(reply)) == (Source.RULES, [FailureKind.TIMED_OUT])

    with a_provider_here(faults=f"ok,{fault}") as provider:
        asyncio.run(story(provider))


def test_a_model_that_never_answers_leaves_time_for_the_next(tmp_path: Path) -> None:
    async def story(provider: Provided) -> None:
        provider.faults("timeoutx9", model="first")
        async with a_gateway(tmp_path) as gateway:
            await ask(gateway, models_at(provider, "other"))
            reply = await ask(gateway, models_at(provider, "first", "second"), within_s=1.5)
        assert (reply.source, kinds(reply)) == (Source.FALLBACK, [FailureKind.TIMED_OUT])

    with a_provider_here() as provider:
        asyncio.run(story(provider))


def test_where_nobody_listens_rules_decide(tmp_path: Path) -> None:
    async def story() -> None:
        with socket.socket() as taken:  # Bound, never listening: nobody else can be there.
            taken.bind(("127.0.0.1", 0))
            models = read_models(f"openai@http://127.0.0.1:{taken.getsockname()[1]}/v1:m, rules")
            async with a_gateway(tmp_path, attempts_max=2) as gateway:
                reply = await ask(gateway, models)
        assert (reply.source, kinds(reply)) == (Source.RULES, [FailureKind.UNREACHABLE] * 2)

    asyncio.run(story())


def test_the_breaker_opens_within_five_failures_and_closes_when_the_provider_is_back(tmp_path: Path) -> None:
    async def story(provider: Provided) -> None:
        models = models_at(provider, "m")
        async with a_gateway(tmp_path, breaker_failures=5, breaker_s=0.5) as gateway:
            replies = [await ask(gateway, models) for _ in range(6)]
            assert {reply.source for reply in replies} == {Source.RULES}
            assert kinds(replies[-1]) == [FailureKind.BREAKER_OPEN]
            assert provider.count()["requests"] == 5
            await asyncio.sleep(0.5)
            replies = await asyncio.gather(*(ask(gateway, models, text=str(number)) for number in range(20)))
            assert provider.count()["requests"] == 6, "one alone tries"
            assert sum(reply.source is Source.MODEL for reply in replies) == 1
            assert gateway.meter().circuits[str(models[0])] is CircuitState.CLOSED
            assert (await ask(gateway, models)).source is Source.MODEL

    with a_provider_here(faults="500x5") as provider:
        asyncio.run(story(provider))


def test_one_hundred_are_answered_at_once_each_with_its_own_answer(tmp_path: Path) -> None:
    async def story(provider: Provided) -> None:
        models = models_at(provider, "m")
        async with a_gateway(tmp_path) as gateway:
            replies = await asyncio.gather(*(ask(gateway, models, text=f"Question {n}") for n in range(100)))
        assert {reply.source for reply in replies} == {Source.MODEL}
        assert provider.count()["open_max"] >= 50

    with a_provider_here(latency_ms=500) as provider:
        asyncio.run(story(provider))


def test_with_four_in_ten_failing_in_every_way_each_question_still_comes_to_a_reply(tmp_path: Path) -> None:
    async def story(provider: Provided) -> None:
        models = models_at(provider, "first", "second")
        async with a_gateway(tmp_path, breaker_s=0.2) as gateway:
            asked = (ask(gateway, models, text=f"Question {n}", within_s=3.0) for n in range(60))
            replies = await asyncio.gather(*asked)
        sources = {reply.source for reply in replies}
        assert sources <= {Source.MODEL, Source.FALLBACK, Source.RULES}
        assert Source.MODEL in sources
        assert all(reply.failures for reply in replies if reply.source is not Source.MODEL)

    with a_provider_here(faults="0.4", seed=7) as provider:
        asyncio.run(story(provider))


def test_cancelling_closes_the_connection(tmp_path: Path) -> None:
    async def story(provider: Provided) -> None:
        async with a_gateway(tmp_path) as gateway:
            task = asyncio.create_task(ask(gateway, models_at(provider, "m")))
            while provider.count()["open"] == 0:  # noqa: ASYNC110  # It is another thread's count.
                await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            while provider.count()["open"] > 0:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert provider.count()["cancelled"] == 1

    with a_provider_here(faults="timeout") as provider:
        asyncio.run(story(provider))


def test_a_stream_that_breaks_off_is_taken_back_and_written_anew(tmp_path: Path) -> None:
    async def story(provider: Provided) -> None:
        heard = Heard()
        async with a_gateway(tmp_path) as gateway:
            reply = await ask(gateway, models_at(provider, "m"), heard=heard)
        before, _, after = heard.all.partition("|")
        assert (bool(before), after) == (True, reply.text)

    with a_provider_here(faults="half", manner="prose") as provider:
        asyncio.run(story(provider))
