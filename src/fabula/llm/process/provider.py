"""The provider: the life of one request, from its bytes to what it is answered and how it is counted."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from fabula.engine import Chance, Stream
from fabula.errors import UsageError
from fabula.llm.process.answering import answer_of
from fabula.llm.process.conduct import Conduct
from fabula.llm.process.control import ROOT, controlled
from fabula.llm.process.counts import Visit
from fabula.llm.process.delivery import DRIP_S, Delivery, send_failure
from fabula.llm.process.faults import Fault, fault_named
from fabula.llm.process.http import Exchange, HttpRequest
from fabula.llm.process.malformed import spoiled
from fabula.llm.process.manners import MANNERS, Manner
from fabula.llm.process.manners.script import Line
from fabula.llm.process.routes import Route, route_of
from fabula.llm.process.state import State
from fabula.llm.process.values import Question, Said, Unfit
from fabula.llm.process.wires import ANTHROPIC, Wire
from fabula.llm.values import Finish

FAULT_HEADER, MANNER_HEADER = "x-provider-fault", "x-provider-manner"
GIANT_MB = 8.0
GIANT_MB_MAX = 64.0
MODELS = ("demo", "echo", "agree", "obeying", "prose")
"""Those it says it has; it answers to any name. A model called like a manner has that manner."""

_INSTEAD = {"reset", "timeout"}
_OWN_HOSTS = {"127.0.0.1", "::1", "localhost"}


class Provider:
    """A provider of models that answers by rules, for tests and demos."""

    def __init__(self, conduct: Conduct, *, told: Callable[[str], None] | None = None) -> None:
        """told: hears a line about each request, in which anything may stand that a client sent.

        Raises UsageError if the conduct names a manner that is none.
        """
        self.state = State(conduct)
        self._told = told

    async def answer(self, request: HttpRequest, exchange: Exchange) -> None:
        """Answer one request."""
        if not _is_from_here(request):
            await _refuse(exchange, 403, "Only programs on this machine are answered.")
        elif request.path.startswith(ROOT):
            await controlled(request, exchange, self.state)
        else:
            await self._visited(request, exchange)

    async def _visited(self, request: HttpRequest, exchange: Exchange) -> None:
        """Answer and count."""
        visit = self.state.counts.begin(request)
        self.state.requests.keep(request)
        try:
            await self._routed(request, exchange, visit)
        except asyncio.CancelledError:
            visit.cancel()
            raise
        finally:
            visit.end()
            if self._told is not None:
                self._told(" ".join(filter(None, (request.method, request.path, visit.asked, visit.outcome))))

    async def _routed(self, request: HttpRequest, exchange: Exchange, visit: Visit) -> None:
        route = route_of(request)
        if route is None or route.method != request.method:
            visit.fail("rejected")
            status, message = (404, "No such address.") if route is None else (405, f"Only {route.method} is answered.")
            await _refuse(exchange, status, f"{message} There are …/chat/completions, …/messages, …:generateContent.")
            return
        try:
            await self._served(route, request, exchange, visit)
        except Unfit as failure:
            visit.fail("rejected")
            await exchange.reply(failure.status, route.wire.error(failure.status, str(failure)))

    async def _served(self, route: Route, request: HttpRequest, exchange: Exchange, visit: Visit) -> None:
        if route.lists_models:
            visit.outcome = "models"
            wire = ANTHROPIC if request.header("anthropic-version") else route.wire
            await exchange.reply(200, wire.models(MODELS))
            return
        question = route.wire.read(request)
        visit.of_model(question.model)
        await _Asking(self.state, route.wire, request, question, visit).answer(exchange)


class _Asking:
    """One question, once it is understood."""

    def __init__(self, state: State, wire: Wire, request: HttpRequest, question: Question, visit: Visit) -> None:
        """Raises Unfit if the request asks for a fault or a manner that there is not."""
        self._state = state
        self._wire = wire
        self._question = question
        self._visit = visit
        wants = (request.header(FAULT_HEADER), request.header(MANNER_HEADER), *question.wants)
        self._manner = self._manner_of([want for want in wants if want])
        self._fault = _fault_among([want for want in wants if want])
        self._line: Line | None = None
        if self._fault is None:
            self._line = state.script.take(asked=visit.asked, model=question.model)
            self._fault = self._fault_due()

    def _manner_of(self, wants: list[str]) -> Manner:
        named = [want for want in (*wants, self._question.model) if want in MANNERS]
        if named:
            return MANNERS[named[0]]
        return self._state.manners.get(self._question.model) or self._state.manners[""]

    def _fault_due(self) -> Fault | None:
        """What the script says, or the plan."""
        if self._line is not None:
            return self._line.fault
        question = self._question
        return self._state.draws.draw(model=question.model, asked=self._visit.asked, prompt=question.prompt)

    async def answer(self, exchange: Exchange) -> None:
        """Wait as long as it takes, then answer or fail."""
        if self._state.conduct.latency_ms:
            await asyncio.sleep(self._state.conduct.latency_s(self._chance("latency")))
        fault = self._fault
        if fault is not None:
            self._visit.fail(fault.name)
            if fault.name == "late_error" and not self._question.stream:
                fault = Fault("500")
            if fault.name in _INSTEAD or fault.status is not None:
                await send_failure(self._wire, exchange, fault)
                return
        answer = answer_of(self._question, self._said(fault))
        self._visit.pay(answer.tokens_in, answer.tokens_out)
        delivery = Delivery(self._wire, self._question, answer, exchange, pause_s=self._state.conduct.pause_s)
        await self._deliver(delivery, fault)

    async def _deliver(self, delivery: Delivery, fault: Fault | None) -> None:
        match fault.name if fault is not None else "":
            case "half":
                await delivery.send_half(_amount(fault, 0.5))
            case "drip":
                await delivery.send_drops(_amount(fault, DRIP_S))
            case "late_error":
                await delivery.send_error_late()
            case "garbage":
                await delivery.send_garbage(self._chance("garbage"))
            case "wrong_json":
                await delivery.send_wrong_json(self._chance("wrong_json"))
            case _:
                await delivery.send()

    def _said(self, fault: Fault | None) -> Said:
        """What the model says, spoiled if the fault is one of words."""
        if self._question.vectors is not None:
            return Said()
        match fault.name if fault is not None else "":
            case "refusal":
                return Said(text="I'm sorry, but I can't help with that.", finish=Finish.REFUSED)
            case "empty":
                return Said()
            case "giant":
                return Said(text="la " * int(min(_amount(fault, GIANT_MB), GIANT_MB_MAX) * 2**20 / 3), uncut=True)
            case "bad_text":
                return Said(text=spoiled(self._well_said().text, self._chance("bad_text")))
            case _:
                return self._well_said()

    def _well_said(self) -> Said:
        if self._line is not None and self._line.said is not None:
            return self._line.said
        return self._manner.answer(self._question, self._state.conduct.seed)

    def _chance(self, what: str) -> Stream:
        return Chance(self._state.conduct.seed).stream(what, self._visit.asked, self._question.prompt)


def _fault_among(wants: list[str]) -> Fault | None:
    """The fault that a request itself asks for. Raises Unfit if there is none of that name."""
    for want in wants:
        if want not in MANNERS:
            try:
                return fault_named(want)
            except UsageError as failure:
                raise Unfit(str(failure)) from None
    return None


def _amount(fault: Fault | None, usual: float) -> float:
    return usual if fault is None or fault.amount is None else fault.amount


def _is_from_here(request: HttpRequest) -> bool:
    """Whether neither a foreign page nor a foreign name leads here; a browser would tell in these headers."""
    host, origin = request.header("host"), request.header("origin")
    return all(_host_of(address) in _OWN_HOSTS for address in (f"//{host}", origin) if address)


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return address


async def _refuse(exchange: Exchange, status: int, message: str) -> None:
    await exchange.reply(status, msgspec.json.encode({"error": {"message": message, "type": "invalid_request_error"}}))
