"""The price list: what each model costs, from the settings, else from the list that comes with genai-prices.

Nothing is ever fetched. Models at home are free unless the list knows them by name; of any other unknown model the
price is not known, and only its tokens can be counted. What providers take off for prompts they remember is not
counted, so money is counted on the safe side; what a few of them charge by the web search is not in sight.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlsplit

from genai_prices.data import providers
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import ModelInfo, ModelPrice, Provider, Tier, TieredPrices

from fabula.errors import UsageError
from fabula.llm.naming import read_model
from fabula.llm.price import FREE, Price, Rate
from fabula.llm.values import ModelName
from fabula.settings import PriceSettings

_NANO_USD_PER_TOKEN = 1000
"""A dollar per million tokens."""

_NANO_USD_PER_REQUEST = 10**6
"""A dollar per thousand requests."""

_USD_PER_MILLION_MAX = 1e9

_SELLERS = {
    "anthropic": "anthropic",
    "google": "google",
    "openai": "openai",
    "openrouter": "openrouter",
    "perplexity": "perplexity",
    "xai": "x-ai",
}
"""Our word for a provider -> that of genai-prices."""

_LIST = DataSnapshot(providers, from_auto_update=False)


class PriceList:
    """What models cost now. Called with a model's name, it gives the price, or None where it is not known."""

    def __init__(
        self, own: Mapping[str, PriceSettings], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """own: prices from the settings, by the model's name; they come first. now: some prices change with the hour.

        Raises UsageError for a name that names no model.
        """
        self._own = {_named(name): _own_price(price) for name, price in own.items()}
        self._now = now
        self._found: dict[ModelName, ModelInfo | None] = {}
        self._prices: dict[int, Price | None] = {}

    def __call__(self, model: ModelName) -> Price | None:
        if (own := self._own.get(str(model))) is not None:
            return own
        if model.provider == "ollama":
            return FREE
        if model not in self._found:
            self._found[model] = _in_the_list(model, self._now())
        found = self._found[model]
        listed = self._read(found.get_prices(self._now())) if found else None
        return FREE if listed is None and _is_at_home(model.url) else listed

    def _read(self, listed: ModelPrice) -> Price | None:
        # Known by its address in memory, which stays its own: the list is there as long as the process.
        if id(listed) not in self._prices:
            self._prices[id(listed)] = _as_price(listed)
        return self._prices[id(listed)]


def price(model: ModelName, own: Mapping[str, PriceSettings], *, at: datetime) -> Price | None:
    """The price of one model at one moment; see PriceList."""
    return PriceList(own, now=lambda: at)(model)


def _named(name: str) -> str:
    try:
        return str(read_model(name))
    except UsageError as error:
        raise UsageError(f"models.prices: {error}") from None


def _own_price(given: PriceSettings) -> Price:
    return Price(rates=(Rate(_per_token(given.input_usd_per_million), _per_token(given.output_usd_per_million)),))


def _per_token(usd_per_million: float) -> Fraction:
    # By way of its decimals: a price of 0.1 means a tenth.
    return Fraction(repr(min(usd_per_million, _USD_PER_MILLION_MAX))) * _NANO_USD_PER_TOKEN


def _in_the_list(model: ModelName, at: datetime) -> ModelInfo | None:
    """The model as the most fitting seller has it; where only others sell it, as the dearest of them does."""
    for seller in _fitting_sellers(model):
        if found := seller.find_model(model.model, all_providers=_LIST.providers):
            return found
    if not model.url:
        return None
    others = [found for seller in _LIST.providers if (found := seller.find_model(model.model))]
    return max(others, key=lambda found: _dearness(found, at), default=None)


def _fitting_sellers(model: ModelName) -> Iterator[Provider]:
    if model.url:
        yield from (seller for seller in _LIST.providers if re.match(seller.api_pattern, model.url))
    yield from (seller for seller in _LIST.providers if seller.id == _SELLERS[model.provider])
    if model.url:
        name = model.model.lower()
        yield from (seller for seller in _LIST.providers if seller.model_match and seller.model_match.is_match(name))


def _dearness(found: ModelInfo, at: datetime) -> int:
    listed = _as_price(found.get_prices(at))
    return listed.cost_nano_usd(1_000_000, 1_000_000) if listed else 0


def _as_price(listed: ModelPrice) -> Price | None:
    """None if it is not sold by tokens."""
    if listed.input_mtok is None and listed.output_mtok is None:
        return None
    outputs = [listed.output_mtok, listed.output_reasoning_mtok, listed.output_citation_mtok]
    starts = {0} | {tier.start for part in (listed.input_mtok, *outputs) for tier in _tiers(part)}
    rates = [
        Rate(_usd(listed.input_mtok, start), max(_usd(output, start) for output in outputs), start)
        for start in sorted(starts)
    ]
    per_request = Fraction(_base(listed.requests_kcount)) * _NANO_USD_PER_REQUEST
    return Price(rates=tuple(rates), request=per_request)


def _usd(part: Decimal | TieredPrices | None, start: int) -> Fraction:
    """Billionths per token, of prompts longer than `start`."""
    reached = [tier.price for tier in _tiers(part) if tier.start <= start]
    return Fraction(reached[-1] if reached else _base(part)) * _NANO_USD_PER_TOKEN


def _base(part: Decimal | TieredPrices | None) -> Decimal:
    return part.base if isinstance(part, TieredPrices) else part or Decimal(0)


def _tiers(part: Decimal | TieredPrices | None) -> list[Tier]:
    return part.tiers if isinstance(part, TieredPrices) else []


def _is_at_home(url: str) -> bool:
    """Whether an address is this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
