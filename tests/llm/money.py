"""A ledger on a store of its own, and a leaf that sells answers and keeps its own count."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from fabula.engine import Spent
from fabula.llm.layer import Call
from fabula.llm.ledger import Ledger
from fabula.llm.price import Price, Rate
from fabula.llm.values import (
    Asker,
    Failure,
    FailureKind,
    Message,
    ModelFailed,
    ModelName,
    Reply,
    Request,
    Role,
)
from fabula.settings import BudgetSettings
from fabula.store import SqliteStore, Store

T = TypeVar("T")

TINY = ModelName("openai", "tiny", "http://127.0.0.1:1/v1")
PRICE = Price(rates=(Rate(input=2, output=10),))  # type: ignore[arg-type]  # Whole numbers are fractions, too.


def kept(home: Path, story: Callable[[Ledger, Store], Awaitable[T]], **budget: Any) -> T:
    """What comes of a story with a ledger on the store of that home."""

    async def opened() -> T:
        async with SqliteStore.open(home) as store:
            return await story(Ledger(store, BudgetSettings(**budget)), store)

    return asyncio.run(opened())


def a_request(
    text: str = "What now?",
    *,
    run: str = "tale",
    agent: str = "mira",
    step: int = 0,
    number: int = 0,
    role: Role = Role.CHARACTER,
    tokens_max: int = 100,
) -> Request:
    asker = Asker(run=run, agent=agent, step=step, number=number, role=role)
    return Request(asker=asker, messages=(Message("user", text),), tokens_max=tokens_max)


def a_call(text: str = "What now?", *, model: ModelName = TINY, **asker: Any) -> Call:
    return Call(a_request(text, **asker), model, deadline_s=asyncio.get_running_loop().time() + 60)


def a_failure(kind: FailureKind = FailureKind.OVERLOADED, *, billed: bool = False) -> Failure:
    return Failure(kind=kind, model="openai:tiny", why=f"it was {kind}", billed=billed)


class Seller:
    """Sells answers: each uses as many tokens as it says, and it keeps its own count of what it may charge for."""

    def __init__(
        self,
        *script: Reply | ModelFailed | BaseException,
        usage: tuple[int, int] = (7, 3),
        price: Price = PRICE,
        attempts: int = 1,
    ) -> None:
        """script: what comes first; then it answers "yes" for ever. attempts: how many are billed for each answer."""
        self._script = list(script)
        self._usage = usage
        self._price = price
        self._attempts = attempts
        self.asked = 0
        self.charged_nano_usd = 0

    async def ask(self, call: Call) -> Reply:
        """The next of the script."""
        self.asked += 1
        failures = []
        for _ in range(self._attempts - 1):
            self._charge(*self._usage)
            failures.append(a_failure(FailureKind.CUT_OFF, billed=True))
            assert call.purse is not None
            if not await call.purse.again():
                raise ModelFailed(failures[-1], earlier=tuple(failures[:-1]))
        await asyncio.sleep(0)
        if self._script:
            return _told(self._script.pop(0))
        self._charge(*self._usage)
        input_tokens, output_tokens = self._usage
        spent = Spent(input_tokens=input_tokens, output_tokens=output_tokens)
        return Reply(text="yes", model=str(call.model), spent=spent, failures=tuple(failures))

    def _charge(self, input_tokens: int, output_tokens: int) -> None:
        self.charged_nano_usd += self._price.cost_nano_usd(input_tokens, output_tokens)


def _told(what: Reply | BaseException) -> Reply:
    if isinstance(what, BaseException):
        raise what
    return what
