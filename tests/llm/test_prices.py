"""Prices: what the list says, what the settings say instead, and the most that a request can cost."""

import json
import math
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from genai_prices.data import providers
from genai_prices.types import ModelInfo, Provider, StartDateConstraint, Usage
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.llm.money import a_request

from fabula.errors import UsageError
from fabula.llm.naming import read_model
from fabula.llm.price import (
    CALL_NANO_USD_MAX,
    FREE,
    WALL_NANO_USD_MAX,
    Price,
    Rate,
    dollars,
    estimate,
    nano_usd,
)
from fabula.llm.prices import PriceList, price
from fabula.llm.process.tokens import tokens_of
from fabula.llm.values import Message, ModelName, Shape
from fabula.settings import PriceSettings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def priced(name: str, own: dict[str, PriceSettings] | None = None) -> Price | None:
    return price(read_model(name), own or {}, at=NOW)


def as_told(usd_in: float, usd_out: float) -> PriceSettings:
    return PriceSettings(input_usd_per_million=usd_in, output_usd_per_million=usd_out)


# --- the list ---


@pytest.mark.parametrize("seller", ["anthropic", "google", "openai", "openrouter", "perplexity", "xai"])
def test_what_a_provider_sells_costs_as_much_as_the_list_says_or_a_little_more(seller: str) -> None:
    listed_as = {"xai": "x-ai"}.get(seller, seller)
    [provider] = [provider for provider in providers if provider.id == listed_as]
    prices = PriceList({}, now=lambda: NOW)
    compared = 0
    for model in provider.models:
        found = provider.find_model(model.id)
        ours = prices(ModelName(seller, model.id))
        if found is None or ours is None:
            assert ours is None
            assert found is None or found.get_prices(NOW).input_mtok is None
            continue
        for used in ((1, 1), (1000, 500), (150_000, 8000), (900_000, 60_000)):
            usage = Usage(input_tokens=used[0], output_tokens=used[1])
            told = found.calc_price(usage, provider, genai_request_timestamp=NOW).total_price * 10**9
            assert math.ceil(told) <= ours.cost_nano_usd(*used)
            compared += math.ceil(told) == ours.cost_nano_usd(*used)
    assert compared > 10


def test_a_longer_prompt_may_have_another_rate_for_all_of_its_tokens() -> None:
    found = priced("anthropic:claude-sonnet-4-5")
    assert found is not None
    assert found.cost_nano_usd(200_000, 10) == 200_000 * 3000 + 10 * 15_000
    assert found.cost_nano_usd(200_001, 10) == 200_001 * 6000 + 10 * 22_500


def test_what_is_charged_for_each_request_is_counted() -> None:
    found = priced("perplexity:sonar-pro")
    assert found is not None
    assert found.cost_nano_usd(0, 0) == 14_000_000


def told_nano_usd(provider: Provider, model: ModelInfo, at: datetime) -> int:
    """What a thousand tokens and an answer of five hundred cost as the list tells it."""
    used = Usage(input_tokens=1000, output_tokens=500)
    return math.ceil(model.calc_price(used, provider, genai_request_timestamp=at).total_price * 10**9)


def test_a_price_is_that_of_the_moment() -> None:
    """A list may say from which day on a price holds."""
    changes = [
        (provider, model, datetime.combine(part.constraint.start_date, time(12), UTC))
        for provider in providers
        if provider.id in ("anthropic", "google", "openai", "openrouter", "perplexity")
        for model in provider.models
        if isinstance(model.prices, list) and provider.find_model(model.id) is model
        for part in model.prices
        if isinstance(part.constraint, StartDateConstraint)
    ]
    differences = 0
    for provider, model, then in changes:
        costs = [told_nano_usd(provider, model, at) for at in (then - timedelta(days=1), then)]
        clock = iter([then - timedelta(days=1)] * 2 + [then])  # One look to find the model.
        prices = PriceList({}, now=clock.__next__)
        found = [prices(ModelName(provider.id, model.id)) for _ in costs]
        assert [one and one.cost_nano_usd(1000, 500) for one in found] == costs
        differences += costs[0] != costs[1]
    assert differences


def test_nothing_is_fetched_to_know_a_price() -> None:
    script = """
import sys
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise AssertionError(event)
sys.addaudithook(hook)
from fabula.llm.naming import read_model
from fabula.llm.prices import PriceList
assert PriceList({})(read_model("openai:gpt-4o"))
assert PriceList({})(read_model("openai@https://example.org/v1:nobody-sells-this")) is None
"""
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, timeout=60)


# --- models of one's own ---


@pytest.mark.parametrize(
    "name",
    [
        "ollama:llama3",
        "ollama@http://192.168.1.7:11434:llama3",
        "openai@http://127.0.0.1:1234/v1:my-model",
        "openai@http://localhost:1234/v1:my-model",
        "openai@http://[::1]:1234/v1:my-model",
    ],
)
def test_models_at_home_are_free(name: str) -> None:
    assert priced(name) == FREE


@pytest.mark.parametrize(
    "name",
    [
        "openai:nobody-sells-this",
        "anthropic:gpt-4o",
        "openai@https://models.example.org/v1:my-model",
        "openai@http://192.168.1.7:1234/v1:my-model",
        "openai@http://localhost.example.org/v1:my-model",
        "openai@http://127.0.0.1.example.org/v1:my-model",
        "openrouter:nobody/sells-this",
    ],
)
def test_of_a_model_nobody_knows_the_price_is_not_known(name: str) -> None:
    assert priced(name) is None


def test_a_known_model_has_its_price_at_whatever_address() -> None:
    for address in ("https://models.example.org/v1", "http://127.0.0.1:1234/v1"):
        assert priced(f"openai@{address}:gpt-4o") == priced("openai:gpt-4o")
        assert priced(f"anthropic@{address}:claude-haiku-4-5") == priced("anthropic:claude-haiku-4-5")
        assert priced(f"openai@{address}:claude-haiku-4-5") == priced("anthropic:claude-haiku-4-5")


def test_the_settings_go_before_the_list() -> None:
    own = {
        "openai:gpt-4o": as_told(0.1, 0.2),
        "ollama:llama3": as_told(1, 1),
        "openai@HTTP://Models.example.org:80/v1/:mine": as_told(1, 2),
    }
    prices = PriceList(own, now=lambda: NOW)
    cheap = prices(read_model("openai:gpt-4o"))
    assert cheap is not None
    assert cheap.cost_nano_usd(10, 10) == 1000 + 2000
    assert prices(read_model("ollama:llama3")) != FREE
    assert prices(read_model("openai@http://models.example.org:80/v1:mine")) is not None
    assert prices(read_model("openai:gpt-4o-mini")) == priced("openai:gpt-4o-mini")


def test_a_price_for_what_is_no_model_is_refused() -> None:
    with pytest.raises(UsageError, match=r"models\.prices: .*'gpt-4o'"):
        PriceList({"gpt-4o": as_told(1, 1)})


def test_an_absurd_price_stays_a_number() -> None:
    found = priced("openai:gpt-4o", {"openai:gpt-4o": as_told(math.inf, 1e300)})
    assert found is not None
    assert found.cost_nano_usd(10**6, 10**6) == CALL_NANO_USD_MAX


# --- the most a request can cost ---

TEXTS = st.text(max_size=200) | st.text(alphabet="語😀\u0301é \n\ud83d", max_size=50)


@given(TEXTS, TEXTS, st.integers(0, 5000))
def test_no_request_has_more_tokens_than_its_estimate(told: str, asked: str, tokens_max: int) -> None:
    shape = Shape(name="action", schema={"type": "object", "description": asked})
    request = replace(
        a_request(tokens_max=tokens_max), messages=(Message("system", told), Message("user", asked)), shape=shape
    )
    most = estimate(request, None)
    sent = "".join(message.text for message in request.messages).encode(errors="surrogatepass")
    assert most.input_tokens >= len(sent) + len(json.dumps(shape.schema, ensure_ascii=False).encode("utf-8", "ignore"))
    assert most.input_tokens >= sum(tokens_of(text) for text in (told, asked) if "\ud83d" not in text)
    assert most.output_tokens == tokens_max
    assert most.cost_nano_usd is None


@given(
    rates=st.lists(st.tuples(st.fractions(0, 100), st.fractions(0, 100), st.integers(0, 5000)), min_size=1, max_size=4),
    used=st.tuples(st.integers(0, 6000), st.integers(0, 6000)),
    spare=st.tuples(st.integers(0, 3000), st.integers(0, 3000)),
    request=st.fractions(0, 1000),
)
def test_no_use_within_an_estimate_costs_more_than_it(
    rates: list[tuple[object, object, int]], used: tuple[int, int], spare: tuple[int, int], request: object
) -> None:
    """Whether longer prompts are dearer or cheaper."""
    starts = sorted(start for _, _, start in rates)
    starts[0] = 0
    parts = tuple(Rate(rate[0], rate[1], start) for rate, start in zip(rates, starts, strict=True))  # type: ignore[arg-type]
    asked = Price(rates=parts, request=request)  # type: ignore[arg-type]  # Fractions, says the strategy.
    most = asked.cost_nano_usd_max(used[0] + spare[0], used[1] + spare[1])
    assert asked.cost_nano_usd(*used) <= most


@given(st.fractions(0, 1000), st.integers(0, 10_000))
def test_fractions_of_a_billionth_are_rounded_up(rate: object, tokens: int) -> None:
    cost = Price(rates=(Rate(rate, rate),)).cost_nano_usd(tokens, 0)  # type: ignore[arg-type]  # As above.
    assert cost - 1 < rate * tokens <= cost  # type: ignore[operator]


# --- money for people ---


@pytest.mark.parametrize(
    ("nano", "text"),
    [
        (0, "$0.00"),
        (500_000_000, "$0.50"),
        (12_000_000_000, "$12.00"),
        (1_234_567_890_000_000, "$1,234,567.89"),
        (31_200_000, "$0.031"),
        (42_000, "$0.000042"),
        (1, "$0.000000001"),
    ],
)
def test_amounts_are_told_in_dollars(nano: int, text: str) -> None:
    assert dollars(nano) == text


@pytest.mark.parametrize(
    ("usd", "nano"), [(0, 0), (0.5, 500_000_000), (0.1, 100_000_000), (1e-9, 1), (1e300, WALL_NANO_USD_MAX)]
)
def test_dollars_are_read_to_the_billionth(usd: float, nano: int) -> None:
    assert nano_usd(usd) == nano
    assert nano_usd(math.inf) == WALL_NANO_USD_MAX
    assert Decimal(nano_usd(0.3)) == 300_000_000
