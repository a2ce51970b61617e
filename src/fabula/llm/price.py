"""The price of a model, and the most a request can cost. Money is counted in billionths of a dollar, rounded up."""

import math
from decimal import Decimal
from fractions import Fraction

import msgspec

from fabula.llm.digest import encoded
from fabula.llm.values import Request

NANO_USD = 10**9
"""Billionths in a dollar."""

CALL_NANO_USD_MAX = 10**6 * NANO_USD
"""No call counts more than this, a million dollars, so that sums stay numbers a database can hold."""

WALL_NANO_USD_MAX = 2**62

MESSAGE_TOKENS = 16
"""What a provider may add to each message: whose it is, where it begins and ends."""

REQUEST_TOKENS = 64
"""What it may add to every request."""

SHAPE_TOKENS = 1024
"""What it may add for structured output: Anthropic's documentation counts up to 530 tokens for the use of a tool."""

SHAPE_TIMES = 2
"""How often a schema may be told: to the provider, and in words where it does not hold the model to it."""

_ZERO = Fraction(0)


class Rate(msgspec.Struct, frozen=True):
    """Billionths of a dollar per token."""

    input: Fraction
    output: Fraction
    above_tokens: int = 0
    """For requests whose prompt has more tokens than this; then for all of the tokens."""


class Price(msgspec.Struct, frozen=True):
    """What a model charges."""

    rates: tuple[Rate, ...]
    """At least one; `above_tokens` rises from 0."""
    request: Fraction = _ZERO
    """Billionths of a dollar for each request, whatever its length."""

    def cost_nano_usd(self, input_tokens: int, output_tokens: int) -> int:
        """What so many tokens cost, at most CALL_NANO_USD_MAX."""
        reached = [rate for rate in self.rates if rate.above_tokens < input_tokens]
        return self._cost(reached[-1] if reached else self.rates[0], input_tokens, output_tokens)

    def cost_nano_usd_max(self, input_tokens_max: int, output_tokens_max: int) -> int:
        """The most that up to so many tokens can cost."""
        rates = [rate for rate in self.rates if rate.above_tokens < max(1, input_tokens_max)]
        return max(self._cost(rate, input_tokens_max, output_tokens_max) for rate in rates)

    def _cost(self, rate: Rate, input_tokens: int, output_tokens: int) -> int:
        cost = self.request + rate.input * input_tokens + rate.output * output_tokens
        return min(math.ceil(cost), CALL_NANO_USD_MAX)


FREE = Price(rates=(Rate(_ZERO, _ZERO),))


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """The most that asking once can use and cost."""

    input_tokens: int
    output_tokens: int
    cost_nano_usd: int | None
    """None: the price is not known."""

    @property
    def tokens(self) -> int:
        """Of prompt and answer together."""
        return self.input_tokens + self.output_tokens


def estimate(request: Request, price: Price | None) -> Estimate:
    """The most that a request can use and cost. A token stands for at least one byte, so there are no more tokens in a
    text than it has bytes in UTF-8; what providers add of their own is allowed for.
    """
    input_tokens = REQUEST_TOKENS + sum(MESSAGE_TOKENS + _size_bytes(message.text) for message in request.messages)
    if request.shape is not None:
        shape_bytes = len(encoded(request.shape.schema)) + _size_bytes(request.shape.name)
        input_tokens += SHAPE_TOKENS + SHAPE_TIMES * shape_bytes
    cost = price.cost_nano_usd_max(input_tokens, request.tokens_max) if price else None
    return Estimate(input_tokens=input_tokens, output_tokens=request.tokens_max, cost_nano_usd=cost)


def nano_usd(usd: float) -> int:
    """Dollars as people write them, in billionths; at most WALL_NANO_USD_MAX."""
    billionths = Decimal(repr(usd)) * NANO_USD
    return WALL_NANO_USD_MAX if billionths > WALL_NANO_USD_MAX else int(billionths)


def dollars(nano: int) -> str:
    """An amount for people: `$0.50`, `$12.00`, `$0.000042`. Cents at least; of less than that, two digits more."""
    amount = Decimal(nano) / NANO_USD
    places = 2 if not amount else max(2, min(9, 1 - amount.adjusted()))
    return f"${amount:,.{places}f}"


def _size_bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
