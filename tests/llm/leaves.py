"""Leaves for the layers' tests: they answer, fail and dawdle as told, and keep what they saw."""

import asyncio
import contextlib
from collections.abc import Iterator

from tests.llm.virtual_time import now_s

from fabula.engine import Spent
from fabula.llm.layer import Call
from fabula.llm.values import (
    Asker,
    Failure,
    FailureKind,
    Listener,
    Message,
    ModelFailed,
    ModelName,
    Reply,
    Request,
    Role,
)

MODEL = ModelName("openai", "tiny", "http://127.0.0.1:1/v1")


def a_request(text: str = "What now?", *, role: Role = Role.CHARACTER, tokens_max: int = 100) -> Request:
    return Request(asker=Asker(agent="Mira", role=role), messages=(Message("user", text),), tokens_max=tokens_max)


def a_call(
    text: str = "What now?",
    *,
    within_s: float = 30.0,
    role: Role = Role.CHARACTER,
    listener: Listener | None = None,
    tokens_max: int = 100,
) -> Call:
    request = a_request(text, role=role, tokens_max=tokens_max)
    return Call(request, MODEL, deadline_s=now_s() + within_s, listener=listener)


def a_failure(kind: FailureKind, *, retry_after_s: float | None = None, billed: bool = False) -> Failure:
    return Failure(kind=kind, model="openai:tiny", why=f"it was {kind}", retry_after_s=retry_after_s, billed=billed)


class Leaf:
    """Does what each part of its script says, once each, then answers "yes" for ever.

    A text or a Reply is answered, a kind or a Failure raised.
    """

    def __init__(self, *script: str | Reply | FailureKind | Failure, takes_s: float = 0.0, says: str = "") -> None:
        """says: what is told to a listener, in one piece, before anything else."""
        self._script = list(script)
        self._takes_s = takes_s
        self._says = says
        self.asked_s: list[float] = []
        """When it was asked."""
        self.texts: list[str] = []
        """What it was asked."""
        self.under_way = 0
        self.under_way_max = 0
        self.cancelled = 0

    async def ask(self, call: Call) -> Reply:
        self.asked_s.append(now_s())
        self.texts.append(call.request.messages[-1].text)
        turn = self._script.pop(0) if self._script else "yes"
        if call.listener is not None and self._says:
            call.listener.text(self._says)
        with self._counted():
            await asyncio.sleep(self._takes_s)
        if isinstance(turn, FailureKind):
            raise ModelFailed(a_failure(turn))
        if isinstance(turn, Failure):
            raise ModelFailed(turn)
        return turn if isinstance(turn, Reply) else a_reply(turn)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        self.under_way += 1
        self.under_way_max = max(self.under_way, self.under_way_max)
        try:
            yield
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.under_way -= 1


def a_reply(text: str) -> Reply:
    return Reply(text=text, model=str(MODEL), spent=Spent(input_tokens=10, output_tokens=2, cost_nano_usd=500))


class Purse:
    """So many further attempts can be paid for."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    async def again(self) -> bool:
        self.attempts -= 1
        return self.attempts >= 0


class Heard:
    """A listener that writes down what it hears; `|` for what was taken back."""

    def __init__(self) -> None:
        self.all = ""

    def text(self, delta: str) -> None:
        self.all += delta

    def again(self) -> None:
        self.all += "|"
