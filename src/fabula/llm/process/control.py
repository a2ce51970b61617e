"""Control: what tests and demos ask of the provider itself, under `/_/`."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from fabula.errors import UsageError
from fabula.llm.process.faults import plan_of
from fabula.llm.process.http import Exchange, HttpRequest
from fabula.llm.process.manners import manner_named
from fabula.llm.process.manners.script import lines_of, script_in
from fabula.llm.process.state import State
from fabula.llm.process.values import Unfit
from fabula.llm.process.wires.wire import body_of

ROOT = "/_/"
LAST_DEFAULT = 20

Deed = Callable[[HttpRequest, State], Any]


def _count(_: HttpRequest, state: State) -> Any:
    return state.counts.told()


def _requests(request: HttpRequest, state: State) -> Any:
    last = request.asked("last")
    if last and not (last.isascii() and last.isdigit() and len(last) < 10):
        raise Unfit("last: a whole number is required")
    return state.requests.last(int(last or LAST_DEFAULT))


def _faults(request: HttpRequest, state: State) -> Any:
    body = body_of(request)
    state.draws.put(plan_of(body.get("faults")), model=_model(body))
    return {"ok": True}


def _manner(request: HttpRequest, state: State) -> Any:
    body = body_of(request)
    state.manners[_model(body)] = manner_named(str(body.get("manner")))
    return {"ok": True}


def _script(request: HttpRequest, state: State) -> Any:
    """JSON Lines as in a script file, or `{"lines": […]}`; they take the place of what was left."""
    try:
        lines = body_of(request).get("lines")
    except Unfit:
        lines = None
    if isinstance(lines, list):
        state.follow(lines_of(lines))
    else:
        state.follow(script_in(request.body, where="script"))
    return {"ok": True}


def _reset(_: HttpRequest, state: State) -> Any:
    state.restart()
    return {"ok": True}


_DEEDS: dict[tuple[str, str], Deed] = {
    ("GET", "count"): _count,
    ("GET", "requests"): _requests,
    ("POST", "faults"): _faults,
    ("POST", "manner"): _manner,
    ("POST", "reset"): _reset,
    ("POST", "script"): _script,
}


async def controlled(request: HttpRequest, exchange: Exchange, state: State) -> None:
    """Do what is asked and answer with JSON."""
    name = request.path.removeprefix(ROOT).strip("/")
    deed = _DEEDS.get((request.method, name))
    if deed is None:
        known = ", ".join(f"{method} {ROOT}{path}" for method, path in _DEEDS)
        await _tell(exchange, 404, {"error": {"message": f"There is: {known}"}})
        return
    try:
        told = deed(request, state)
    except (UsageError, Unfit) as failure:
        await _tell(exchange, 400, {"error": {"message": str(failure)}})
    else:
        await _tell(exchange, 200, told)


async def _tell(exchange: Exchange, status: int, told: Any) -> None:
    await exchange.reply(status, msgspec.json.encode(told))


def _model(body: Mapping[str, Any]) -> str:
    model = body.get("model", "")
    if not isinstance(model, str):
        raise Unfit("model: a text is required")
    return model
