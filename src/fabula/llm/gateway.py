"""The gateway: the one way to ask a model, through every layer, and on to the next model of a list where one fails.

What a question meets, from the outside in:

    record      answered before a break: found again, not paid again
    the list    one model after the other; each through
        budget      money is set aside, or nobody is asked
        cache       the same question is answered once
        limits      it waits its turn
        breaker     a model that keeps failing is left alone
        retry       what passes is tried again
        provider    one attempt
    rules       no model answered: whoever asks decides by rules
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec.structs import replace

from fabula.llm.layer import Call, Layer
from fabula.llm.layers.breaker import Breaker, Circuit, CircuitState
from fabula.llm.layers.budget import Budget
from fabula.llm.layers.cache import Cache, Shelf
from fabula.llm.layers.limits import Gate, Limit
from fabula.llm.layers.record import Record
from fabula.llm.layers.retry import Retry
from fabula.llm.ledger import Ledger, Meter
from fabula.llm.naming import Rules
from fabula.llm.prices import PriceList
from fabula.llm.values import Failure, Listener, ModelFailed, ModelName, Reply, Request, Source
from fabula.settings import LimitSettings, ModelSettings

SHARE = 2 / 3
"""Of the time that is left, what a model gets while others stand behind it in the list; the last one gets all."""


class Leaves(Protocol):
    """The providers: where every way ends."""

    def of(self, model: ModelName) -> Layer:
        """One attempt at that model."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What the live meter shows."""

    spent: Meter
    cache_hits: int
    cache_misses: int
    circuits: dict[str, CircuitState]
    """By model, of those asked so far."""


class Gateway:
    """Asks models. One for all runs of a process, so that limits, breakers and the cache are shared."""

    def __init__(self, settings: ModelSettings, providers: Leaves, ledger: Ledger) -> None:
        """ledger: keeps the money and the replies of runs.

        Raises UsageError if the settings price what is no model.
        """
        self._settings = settings
        self._providers = providers
        self._ledger = ledger
        self._record = Record(ledger)
        self._prices = PriceList(settings.prices)
        self._shelf = Shelf()
        self._ways: dict[ModelName, Layer] = {}
        self._circuits: dict[ModelName, Circuit] = {}
        self._gates: dict[tuple[str, str], Gate] = {}

    async def ask(
        self,
        request: Request,
        models: Sequence[ModelName | Rules],
        *,
        deadline_s: float,
        listener: Listener | None = None,
    ) -> Reply:
        """The reply of the first model that answers, with all that failed on the way; of source RULES if none did.

        models: first choice first; what stands behind `Rules` is not asked.
        deadline_s: the running loop's `time()` at which an answer is of no more use; no model is waited for beyond it.
        listener: told the text as it is written.
        An answer that is refused, truncated or empty is a reply like any other. Raises RunError if what was spent or
        replied cannot be kept, and nothing else; cancellation closes the connection to the provider.
        """
        known = await self._record.find(request)
        if known is not None:
            if listener is not None and known.text:
                listener.text(known.text)
            return known
        reply = await self._first_answer(request, models, deadline_s, listener)
        return await self._record.keep(request, reply)

    def guarded(self, leaf: Layer, model: ModelName) -> Layer:
        """A way to ask a model through that leaf for something that is no answer (vectors of texts), behind the same
        walls, limits, breaker and retries as questions; nothing is cached or recorded, and no other model is tried.
        """
        gate, settings = self._gate(model), self._settings
        circuit = self._circuits[model] = self._circuit()
        retry = Retry(leaf, attempts_max=settings.attempts_max, watches=[circuit, gate])
        return Budget(Limit(Breaker(retry, circuit), gate), self._ledger, self._prices)

    def meter(self, run: str = "") -> Reading:
        """What a run has come to, and how cache and models fare, without asking the store."""
        return Reading(
            spent=self._ledger.meter(run),
            cache_hits=self._shelf.hits,
            cache_misses=self._shelf.misses,
            circuits={str(model): circuit.state for model, circuit in self._circuits.items()},
        )

    async def aclose(self) -> None:
        """Close all connections to providers."""
        await self._providers.aclose()

    async def _first_answer(
        self,
        request: Request,
        models: Sequence[ModelName | Rules],
        deadline_s: float,
        listener: Listener | None,
    ) -> Reply:
        asked = _until_rules(models)
        failures: list[Failure] = []
        for place, model in enumerate(asked):
            call = Call(request, model, deadline_s=deadline_s, listener=listener)
            if place < len(asked) - 1:
                call.deadline_s -= call.remaining_s * (1 - SHARE)
            try:
                reply = await self._way_to(model).ask(call)
            except ModelFailed as error:
                failures += error.failures
            else:
                return _told(reply, model, place, failures)
        return Reply(source=Source.RULES, failures=tuple(failures))

    def _way_to(self, model: ModelName) -> Layer:
        if model not in self._ways:
            self._ways[model] = self._laid(model)
        return self._ways[model]

    def _laid(self, model: ModelName) -> Layer:
        """The layers of one model, in their order. Limits, breaker and cache hold what they share across calls."""
        settings, gate = self._settings, self._gate(model)
        circuit = self._circuits[model] = self._circuit()
        return Budget(
            Cache(
                Limit(
                    Breaker(
                        Retry(self._providers.of(model), attempts_max=settings.attempts_max, watches=[circuit, gate]),
                        circuit,
                    ),
                    gate,
                ),
                self._shelf,
                decisions=settings.cache,
            ),
            self._ledger,
            self._prices,
        )

    def _circuit(self) -> Circuit:
        return Circuit(failures_max=self._settings.breaker_failures, open_s=self._settings.breaker_s)

    def _gate(self, model: ModelName) -> Gate:
        key = (model.provider, model.url)
        if key not in self._gates:
            limits = self._settings.limits
            named = limits.get(model.provider) or limits.get("default") or LimitSettings()
            self._gates[key] = Gate(named)
        return self._gates[key]


def _until_rules(models: Sequence[ModelName | Rules]) -> list[ModelName]:
    asked = list[ModelName]()
    for model in models:
        if isinstance(model, Rules):
            break
        asked.append(model)
    return asked


def _told(reply: Reply, model: ModelName, place: int, failures: Sequence[Failure]) -> Reply:
    """The reply as whoever asked gets it: with its source and all failures."""
    fallback = place > 0 and reply.source is Source.MODEL
    return replace(
        reply,
        source=Source.FALLBACK if fallback else reply.source,
        model=reply.model or str(model),
        failures=(*failures, *reply.failures),
    )
