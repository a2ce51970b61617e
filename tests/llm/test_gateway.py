"""The gateway: every way to ask, to fail and to go on with the next model, through hand-written leaves."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.llm.leaves import Heard, Leaf, a_failure, a_reply, a_request

from fabula import llm as room
from fabula.engine import Spent
from fabula.llm.gateway import Gateway
from fabula.llm.layer import Layer
from fabula.llm.layers.breaker import CircuitState
from fabula.llm.ledger import Ledger
from fabula.llm.naming import Rules, read_models
from fabula.llm.values import Asker, Failure, FailureKind, Finish, ModelName, Reply, Request, Role, Source
from fabula.settings import BudgetSettings, LimitSettings, ModelSettings
from fabula.store import SqliteStore

FIRST, SECOND = read_models("openai:first, openai:second")
BOTH = (FIRST, SECOND, Rules())


class Providers:
    """A leaf for each model, by its name; a model without one always answers."""

    def __init__(self, **leaves: Leaf) -> None:
        self.leaves = leaves
        self.closed = False

    def of(self, model: ModelName) -> Layer:
        return self.leaves.setdefault(model.model, Leaf())

    async def aclose(self) -> None:
        self.closed = True

    @property
    def asked(self) -> dict[str, int]:
        return {name: len(leaf.asked_s) for name, leaf in self.leaves.items()}


@asynccontextmanager
async def a_gateway(
    home: Path, providers: Providers, *, budget: BudgetSettings | None = None, **settings: Any
) -> AsyncIterator[Gateway]:
    async with SqliteStore.open(home) as store:
        yield Gateway(ModelSettings(**settings), providers, Ledger(store, budget or BudgetSettings()))


async def ask(
    gateway: Gateway,
    models: tuple[ModelName | Rules, ...] = BOTH,
    *,
    within_s: float = 30.0,
    request: Request | None = None,
    listener: Heard | None = None,
) -> Reply:
    deadline_s = asyncio.get_running_loop().time() + within_s
    return await gateway.ask(request or a_request(), models, deadline_s=deadline_s, listener=listener)


def kinds(failures: tuple[Failure, ...]) -> list[FailureKind]:
    return [failure.kind for failure in failures]


def test_the_first_model_of_the_list_answers(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf("north"))
        async with a_gateway(tmp_path, providers) as gateway:
            reply = await ask(gateway)
        assert (reply.text, reply.source, reply.failures) == ("north", Source.MODEL, ())
        assert providers.asked == {"first": 1}

    asyncio.run(story())


def test_where_one_fails_the_next_answers_and_the_reply_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(FailureKind.REJECTED), second=Leaf(Reply(text="south")))
        async with a_gateway(tmp_path, providers) as gateway:
            reply = await ask(gateway)
        assert (reply.text, reply.source, reply.model) == ("south", Source.FALLBACK, "openai:second")
        assert kinds(reply.failures) == [FailureKind.REJECTED]
        assert "it was rejected" in reply.why

    asyncio.run(story())


def test_where_all_fail_rules_decide_and_every_failure_is_told(tmp_path: Path) -> None:
    async def story() -> None:
        overloaded = [FailureKind.OVERLOADED] * 2
        providers = Providers(first=Leaf(*overloaded), second=Leaf(FailureKind.NO_KEY))
        async with a_gateway(tmp_path, providers, attempts_max=2) as gateway:
            reply = await ask(gateway)
        assert (reply.source, reply.model, reply.text) == (Source.RULES, "", "")
        assert kinds(reply.failures) == [*overloaded, FailureKind.NO_KEY]

    asyncio.run(story())


def test_what_stands_behind_rules_is_not_asked(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(FailureKind.REJECTED))
        async with a_gateway(tmp_path, providers) as gateway:
            assert (await ask(gateway, (FIRST, Rules(), SECOND))).source is Source.RULES
            assert await ask(gateway, (Rules(),)) == Reply(source=Source.RULES)
        assert providers.asked == {"first": 1}

    asyncio.run(story())


@pytest.mark.parametrize("reply", [Reply(text="I will not", finish=Finish.REFUSED), Reply(), Reply(text=" ")])
def test_an_answer_that_is_of_no_use_is_a_reply_all_the_same(tmp_path: Path, reply: Reply) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(reply))
        async with a_gateway(tmp_path, providers) as gateway:
            answer = await ask(gateway)
        assert (answer.text, answer.finish, answer.source) == (reply.text, reply.finish, Source.MODEL)

    asyncio.run(story())


def test_a_model_that_hangs_leaves_time_for_the_next(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(takes_s=1000.0), second=Leaf("south"))
        async with a_gateway(tmp_path, providers) as gateway:
            reply = await ask(gateway, within_s=0.3)
        assert (reply.text, kinds(reply.failures)) == ("south", [FailureKind.TIMED_OUT])

    asyncio.run(story())


def test_no_model_is_waited_for_beyond_the_deadline(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(takes_s=1000.0), second=Leaf(takes_s=1000.0))
        async with a_gateway(tmp_path, providers) as gateway:
            reply = await ask(gateway, within_s=0.2)
        assert kinds(reply.failures) == [FailureKind.TIMED_OUT, FailureKind.TIMED_OUT]
        assert [leaf.cancelled for leaf in providers.leaves.values()] == [1, 1]

    asyncio.run(story())


def test_a_model_that_keeps_failing_is_left_alone_and_tried_again_later(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(*[FailureKind.OVERLOADED] * 5))
        async with a_gateway(tmp_path, providers, breaker_s=0.2, attempts_max=1) as gateway:
            for _ in range(8):
                assert (await ask(gateway)).source is Source.FALLBACK
            assert providers.asked == {"first": 5, "second": 8}
            assert gateway.meter().circuits["openai:first"] is CircuitState.OPEN
            await asyncio.sleep(0.2)
            assert (await ask(gateway)).source is Source.MODEL
            assert gateway.meter().circuits["openai:first"] is CircuitState.CLOSED

    asyncio.run(story())


def test_within_five_failures_in_a_row_the_breaker_opens_even_while_attempts_are_left(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(*[FailureKind.CUT_OFF] * 50))
        async with a_gateway(tmp_path, providers, attempts_max=3) as gateway:
            for _ in range(4):
                await ask(gateway)
        assert providers.asked["first"] == 5

    asyncio.run(story())


def test_models_of_one_provider_share_its_limits(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(takes_s=0.01), second=Leaf(takes_s=0.01))
        limits = {"openai": LimitSettings(requests_per_minute=3)}
        async with a_gateway(tmp_path, providers, limits=limits) as gateway:
            replies = await asyncio.gather(*(ask(gateway, within_s=5.0) for _ in range(5)))
        assert sorted(reply.source for reply in replies) == [Source.MODEL] * 3 + [Source.RULES] * 2
        assert kinds(replies[4].failures) == [FailureKind.LIMITED, FailureKind.LIMITED]

    asyncio.run(story())


def test_one_that_is_told_to_wait_makes_all_wait(tmp_path: Path) -> None:
    async def story() -> None:
        told = a_failure(FailureKind.RATE_LIMITED, retry_after_s=0.3)
        providers = Providers(first=Leaf(told))
        async with a_gateway(tmp_path, providers) as gateway:
            first = asyncio.create_task(ask(gateway))
            await asyncio.sleep(0.1)
            await ask(gateway)
            await first
        began_s, *others_s = providers.leaves["first"].asked_s
        assert len(others_s) == 2
        assert all(at_s - began_s >= 0.29 for at_s in others_s)

    asyncio.run(story())


def test_what_could_cost_more_than_is_left_goes_to_the_cheaper_model_and_then_to_rules(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(a_reply("dear")), second=Leaf(a_reply("cheap")))
        prices = {
            "openai:first": {"input_usd_per_million": 0, "output_usd_per_million": 1000.0},
            "openai:second": {"input_usd_per_million": 0, "output_usd_per_million": 100.0},
        }
        budget = BudgetSettings(day_usd=0.05)  # An answer of 100 tokens costs up to 0.10, or 0.01 in the second.
        async with a_gateway(tmp_path, providers, budget=budget, prices=prices) as gateway:
            reply = await ask(gateway)
        assert (reply.text, reply.source) == ("cheap", Source.FALLBACK)
        assert kinds(reply.failures) == [FailureKind.OVER_BUDGET]
        assert providers.asked == {"second": 1, "first": 0}

    asyncio.run(story())


def test_what_is_written_for_the_story_is_cached_and_decisions_are_not(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers()
        async with a_gateway(tmp_path, providers) as gateway:
            for role in (Role.CHRONICLER, Role.CHRONICLER, Role.CHARACTER, Role.CHARACTER):
                reply = await ask(gateway, request=a_request(role=role))
                assert reply.source is Source.MODEL or reply.spent == Spent(), "what is cached costs nothing"
            assert providers.asked == {"first": 3}
            assert (gateway.meter().cache_hits, gateway.meter().cache_misses) == (1, 1)

    asyncio.run(story())


def test_what_was_answered_before_a_break_is_neither_asked_nor_paid_again(tmp_path: Path) -> None:
    question = replace(a_request(), asker=Asker(run="ashfall-1", agent="Mira", step=3))

    async def life(providers: Providers) -> tuple[Reply, str]:
        heard = Heard()
        async with a_gateway(tmp_path, providers) as gateway:
            return await ask(gateway, request=question, listener=heard), heard.all

    first, _ = asyncio.run(life(Providers(first=Leaf(a_reply("north")))))
    after = Providers(first=Leaf("south"))
    again, heard = asyncio.run(life(after))
    assert (first.text, first.source) == ("north", Source.MODEL)
    assert (again.text, again.source, again.spent, heard) == ("north", Source.RECORD, Spent(), "north")
    assert after.asked == {"first": 0}


def test_whoever_listens_hears_one_answer_whatever_failed_on_the_way(tmp_path: Path) -> None:
    async def story() -> None:
        heard = Heard()
        providers = Providers(first=Leaf(FailureKind.TOO_LARGE, says="nor"), second=Leaf("south", says="south"))
        async with a_gateway(tmp_path, providers) as gateway:
            await ask(gateway, listener=heard)
        assert heard.all == "nor|south"

    asyncio.run(story())


def test_one_hundred_questions_at_once_are_asked_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(takes_s=0.2))
        async with a_gateway(tmp_path, providers) as gateway:
            replies = await asyncio.gather(*(ask(gateway, request=a_request(str(n))) for n in range(100)))
        assert {reply.source for reply in replies} == {Source.MODEL}
        assert providers.leaves["first"].under_way_max == 100

    asyncio.run(story())


def test_cancelling_reaches_the_provider_and_asks_nobody_else(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers(first=Leaf(takes_s=1000.0))
        async with a_gateway(tmp_path, providers) as gateway:
            task = asyncio.create_task(ask(gateway))
            while not providers.asked.get("first"):  # noqa: ASYNC110  # The leaf is asked after a write to the disk.
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (providers.leaves["first"].cancelled, providers.asked) == (1, {"first": 1})
            assert gateway.meter().circuits["openai:first"] is CircuitState.CLOSED

    asyncio.run(story())


def test_closing_the_gateway_closes_the_providers(tmp_path: Path) -> None:
    async def story() -> None:
        providers = Providers()
        async with a_gateway(tmp_path, providers) as gateway:
            await gateway.aclose()
        assert providers.closed

    asyncio.run(story())


def test_the_room_loads_nothing_heavy_before_a_gateway_is_wanted() -> None:
    heavy = "anthropic genai_prices h11 httpx2 jinja2 json_repair numpy openai pydantic_ai regex tenacity"
    code = (
        "import sys; import fabula.llm; before = set(sys.modules); fabula.llm.Gateway; "
        f"print(sorted(before & set({heavy.split()!r})), 'tenacity' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


def test_every_public_name_of_the_room_is_there() -> None:
    assert [name for name in room.__all__ if not hasattr(room, name)] == []
    with pytest.raises(AttributeError, match="no attribute 'gateways'"):
        _ = room.gateways
