"""RemoteMind: a mind that sits behind the bus: another program, on this machine or elsewhere, is asked for the action.

The question goes as a request `decide` to the address `mind:NAME`; `serve_mind` is the other end. The same question of
the same run has the same message id, so a run that is resumed after a crash and asks again is given the answer that the
other end has kept in its inbox, and nobody pays twice.
"""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from fabula.agents.minds.human import Phrases, Question
from fabula.bus import Bus, Delivery, Inbox, Message, MessageType, NobodyThere, Subscription, Unanswerable
from fabula.engine.values import Action, Observation
from fabula.errors import FabulaError, RunError

DECIDE = "decide"
"""The action of the request."""
REPLY_S_MAX = 120.0
SENDER = "system"
WHY_CHARACTERS_MAX = 500
"""Of an exception's text so much is told."""

_OF_RUNS = uuid.UUID("f3e9a9a4-6c55-5d0f-9a0e-3c1a7f0c5f6b")

Decides = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
"""Given the parameters of a question - `run`, `agent`, `step`, `question` (lines to read), `offers` (each with `words`,
`why`, `action`), `schema` of all actions - it gives an action, such as that of an offer.
"""


def address_of(name: str) -> str:
    """Where the mind of that name is asked."""
    return f"mind:{name}"


class RemoteMind:
    """Asks the program that answers for a name on the bus."""

    repeatable = False

    def __init__(
        self, name: str, bus: Bus, phrases: Phrases, *, run: str, birth: str = "", reply_s_max: float = REPLY_S_MAX
    ) -> None:
        """run: its name. birth: what tells it from others of that name elsewhere, such as when it was begun.
        reply_s_max: seconds for which an answer is of use.
        """
        self.label = f"bus:{name}"
        self._name = name
        self._bus = bus
        self._phrases = phrases
        self._run = run
        self._space = uuid.uuid5(_OF_RUNS, f"{run} {birth}")
        self._reply_s_max = reply_s_max

    async def decide(self, observation: Observation) -> Action:
        """The action that was answered. Raises RunError if there is none, or none that was asked for."""
        try:
            response = await self._bus.request(self._request(observation))
        except NobodyThere as nobody:
            raise RunError(
                f"nobody has ever answered for {self._name!r} on this bus: start the program that does"
            ) from nobody
        except RunError:
            raise
        except FabulaError as wrong:
            raise RunError(f"{self._name!r} could not be asked: {wrong}") from wrong
        return self._action(response, observation)

    def _request(self, observation: Observation) -> Message:
        request = Message.request(
            DECIDE,
            _parameters(self._run, self._phrases.question(observation), observation),
            sender=SENDER,
            to=address_of(self._name),
            # One for each agent: what the agents of a run are asked at the same time is answered at the same time.
            session=str(uuid.uuid5(self._space, observation.agent)),
            timeout_ms=max(1, round(self._reply_s_max * 1000)),
        )
        number = str(uuid.uuid5(self._space, f"{observation.step} {observation.agent}"))
        return msgspec.structs.replace(request, message_id=number, correlation_id=number)

    def _action(self, response: Message, observation: Observation) -> Action:
        data = response.payload["data"]
        if not response.payload["success"]:
            why = str(data.get("error", "it does not say why"))[:WHY_CHARACTERS_MAX]
            lies = ", and the question lies among the dead letters (`fabula bus dead list`)" if data.get("dead") else ""
            raise RunError(f"{self._name!r} has no answer: {why}{lies}")
        if "action" not in data:
            raise RunError(f"{self._name!r} answered without an action: {', '.join(data)!s:.200}")
        try:
            action: Action = msgspec.json.decode(msgspec.json.encode(data["action"]), type=observation.accepts)
        except msgspec.DecodeError as wrong:
            raise RunError(f"{self._name!r} answered with no action that was asked for: {wrong}") from wrong
        return action


def tell_author(line: str) -> None:
    """Write a line to standard error."""
    sys.stderr.write(f"{line}\n")


async def serve_mind(
    bus: Bus,
    name: str,
    decide: Decides,
    inbox: Inbox | None = None,
    *,
    shared: bool = False,
    told: Callable[[str], None] = tell_author,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Subscription:
    """Answer for a name on the bus, until the subscription is closed.

    decide: raises Unanswerable where there is no answer. Anything else that it raises, and what it gives that is no
    action, is a fault of the program: whoever asked is told so at once, and nothing is asked again. It must be done
    within the bus's bounds (`handle_s_max`), else it is cancelled and asked again; so is a question whose answer could
    not be kept or sent. inbox: keeps answers, so that a question which comes again is answered again without `decide`.
    shared: several programs answer for the name at the same time; else one does and the others stand by. told: a line
    for the program's author about each fault. now: the clock. A question that comes later than its answer is of use is
    refused.
    """
    consumer = address_of(name)

    async def handle(delivery: Delivery) -> Mapping[str, Any]:
        message = delivery.message
        if message.message_type is not MessageType.REQUEST or message.payload["action"] != DECIDE:
            raise Unanswerable(f"{consumer} is asked to {DECIDE!r}, and nothing else")
        kept = await asyncio.to_thread(inbox.result, message, consumer=consumer) if inbox else None
        if kept is None:
            _refuse_if_late(message, now())
            kept = await _decided(decide, message, consumer, told)
            if inbox:
                kept = await _keep(inbox, message, kept, consumer)
        data: dict[str, Any] = msgspec.json.decode(kept)
        return data

    return await bus.subscribe(consumer, handle, shared=shared)


async def _decided(decide: Decides, message: Message, consumer: str, told: Callable[[str], None]) -> bytes:
    """The answer, written. Raises Unanswerable, also for whatever else `decide` raised."""
    question = message.payload["parameters"]
    asked = f"{consumer}, asked for {question.get('agent')} at step {question.get('step')} of {question.get('run')}"
    try:
        action = await decide(question)
    except Unanswerable:
        raise
    except asyncio.CancelledError:
        told(_line(f"{asked}: cancelled before it had an answer; a bus gives its handlers so many seconds and no more"))
        raise
    except Exception as fault:
        text = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
        told(_line(f"{asked}: {text}"))
        raise Unanswerable(text) from fault
    try:
        return _answer(action)
    except Unanswerable as fault:
        told(_line(f"{asked}: {fault}"))
        raise


def _line(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(plain.split())[:WHY_CHARACTERS_MAX]


async def _keep(inbox: Inbox, message: Message, answer: bytes, consumer: str) -> bytes:
    """The answer that stands: this one, or one that was given meanwhile."""
    applied = await asyncio.to_thread(inbox.apply, message, lambda _: answer, consumer=consumer)
    return applied.result


def _answer(action: Mapping[str, Any]) -> bytes:
    if not isinstance(action, Mapping):
        raise Unanswerable(f"the answer is no action but {type(action).__name__}")
    try:
        return msgspec.json.encode({"action": dict(action)})
    except (TypeError, ValueError, RecursionError) as wrong:
        raise Unanswerable(f"the answer cannot be written as JSON: {wrong}") from wrong


def _refuse_if_late(message: Message, now: datetime) -> None:
    age_s = (now - message.timestamp).total_seconds()
    if age_s * 1000 > message.metadata.timeout:
        raise Unanswerable(
            f"it was asked {age_s:.0f} s ago, and an answer was of use for {message.metadata.timeout / 1000:g} s "
            "(if it was asked just now, the clocks of the two machines differ)"
        )


def _parameters(run: str, question: Question, observation: Observation) -> dict[str, Any]:
    told = {
        "run": run,
        "agent": question.agent,
        "step": question.step,
        "question": question.lines,
        "offers": question.offers,
        "schema": observation.schema(),
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return plain
