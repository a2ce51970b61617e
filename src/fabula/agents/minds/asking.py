"""Asking: how a mind puts one question to models, once more where the answer cannot be used, and what it tells of it.

What is asked and how an answer is understood is the mind's; see `fabula.agents.minds.model` and
`fabula.agents.minds.speaking`.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, Self

import msgspec

from fabula.agents.minds.unanswered import Unanswered
from fabula.agents.prompts import defused
from fabula.engine.values import Action, Decided, Observation, Spent
from fabula.llm.naming import Rules
from fabula.llm.values import Asker, Listener, Message, ModelName, Reply, Request, Role, Shape, Source
from fabula.settings import Settings

QUOTED_CHARACTERS_MAX = 1200
"""Of an answer that a model is shown again."""
MARGIN = 0.05
"""Of the time for an answer, the share kept for all that is not waiting for it."""
FIRST = 0.65
"""Of the rest, what the first question may take, so that a second can follow."""


class Asks(Protocol):
    """Whoever passes questions on to models; a fabula.llm Gateway is one."""

    async def ask(
        self,
        request: Request,
        models: Sequence[ModelName | Rules],
        *,
        deadline_s: float,
        listener: Listener | None = None,
    ) -> Reply:
        """The reply of the first of the models that answers before the running loop's `time()` is `deadline_s`; where
        none does, the reply's source is RULES.
        """
        ...


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How a mind asks."""

    run: str = ""
    """The run's name; empty: outside any run."""
    role: Role = Role.CHARACTER
    answer_tokens_max: int = 600
    temperature: float | None = None
    """None: the model's own."""
    reply_s_max: float = 120.0
    """Seconds after which the cast asks somebody else; two questions fit into it."""
    recalled_max: int = 8
    """Memories that come to mind."""
    news_steps: int = 4
    """How many steps back that reaches which just happened."""

    @classmethod
    def of(cls, settings: Settings, *, run: str, role: Role = Role.CHARACTER) -> Self:
        """As the settings have it."""
        return cls(
            run=run,
            role=role,
            answer_tokens_max=settings.models.answer_tokens_max,
            temperature=settings.models.temperature,
            reply_s_max=settings.cast.reply_s_max,
            recalled_max=settings.memory.recalled_max,
        )


class Understood(NamedTuple):
    """What a reply was understood as."""

    action: Action | None
    """None: it cannot be used."""
    wrong: str = ""
    """Why not, a sentence for people that quotes nothing of the reply."""
    correction: str = ""
    """What the model is told then, before it answers once more."""


Understands = Callable[[Reply, Sequence[Message], int], Understood]
"""What a mind makes of a reply, given what was asked and the number of the question: 0, and 1 as it is asked again."""


class _Answer(NamedTuple):
    reply: Reply
    understood: Understood


class Asking:
    """Asks the models of one mind."""

    def __init__(self, gateway: Asks, models: Sequence[ModelName | Rules], manner: Manner) -> None:
        """models: tried in order, at least one."""
        assert models, "a mind that asks nobody"
        self.label = ", ".join(map(str, models))
        self.manner = manner
        self._gateway = gateway
        self._models = tuple(models)

    async def decided(
        self,
        observation: Observation,
        messages: Sequence[Message],
        understands: Understands,
        *,
        shape: Shape | None = None,
        listener: Listener | None = None,
    ) -> Decided:
        """What the models decide, by whom and for how much. shape: None for plain words. listener: told the words as
        they are written.

        Raises Unanswered if no model gave a usable answer, RunError if what was replied cannot be kept, and whatever
        cancels it.
        """
        began_s = asyncio.get_running_loop().time()
        time_s = self.manner.reply_s_max * (1 - MARGIN)

        async def ask(said: Sequence[Message], *, number: int, by_s: float, before: _Answer | None = None) -> _Answer:
            request = self._request(observation, said, shape, number)
            reply = await self._gateway.ask(request, self._models, deadline_s=began_s + by_s, listener=listener)
            if reply.source is Source.RULES:
                raise self._unanswered(reply, before)
            return _Answer(reply, understands(reply, said, number))

        first = await ask(messages, number=0, by_s=time_s * FIRST)
        if first.understood.action is not None:
            return _decided(first.reply, first.understood.action)
        if listener is not None:
            listener.again()
        second = await ask([*messages, *_corrected(first)], number=1, by_s=time_s, before=first)
        if second.understood.action is not None:
            return _decided(second.reply, second.understood.action, before=first)
        raise Unanswered(
            f"asked twice, and the answer cannot be used: {second.understood.wrong}",
            spent=_sum(first.reply, second.reply),
            words=second.reply.text,
            model=second.reply.model,
        )

    def _request(
        self, observation: Observation, messages: Sequence[Message], shape: Shape | None, number: int
    ) -> Request:
        manner = self.manner
        return Request(
            asker=Asker(
                run=manner.run, agent=observation.agent, step=observation.step, number=number, role=manner.role
            ),
            messages=tuple(messages),
            shape=shape,
            tokens_max=manner.answer_tokens_max,
            temperature=manner.temperature,
        )

    def _unanswered(self, reply: Reply, before: _Answer | None) -> Unanswered:
        # Whoever hears this is told the mind's name first.
        why = reply.why.removeprefix(f"{self.label}: ") or "no model answered"
        wrong = f"; before that, {before.understood.wrong}" if before else ""
        spent = _sum(before.reply if before else None, reply)
        return Unanswered(
            f"{why}{wrong}",
            spent=spent,
            failures=reply.failures,
            words=before.reply.text if before else "",
            model=before.reply.model if before else "",
        )


def _corrected(answer: _Answer) -> list[Message]:
    """What is added to the conversation: the answer that cannot be used, and what is wrong with it."""
    return [Message("assistant", _quoted(answer.reply)), Message("user", answer.understood.correction)]


def _quoted(reply: Reply) -> str:
    said = reply.text or (msgspec.json.encode(reply.data).decode() if reply.data is not None else "")
    return defused(said, most=QUOTED_CHARACTERS_MAX) or "(nothing)"


def _decided(reply: Reply, action: Action, *, before: _Answer | None = None) -> Decided:
    why = [f"asked again: {before.understood.wrong}".rstrip(".") if before else "", _way(reply)]
    spent = _sum(before.reply if before else None, reply)
    return Decided(action=action, by=reply.model, why="; ".join(filter(None, why)), spent=spent)


def _way(reply: Reply) -> str:
    """How an answer came, where it did not come from the first model at the first asking."""
    if reply.source is Source.FALLBACK:
        failed = dict.fromkeys(f"{failure.model}: {failure.kind}" for failure in reply.failures)
        return f"fallback from {'; '.join(failed)}"
    return {Source.CACHE: "cache", Source.RECORD: "answered before a break"}.get(reply.source, "")


def _sum(*replies: Reply | None) -> Spent:
    """What some replies cost together; the cost is unknown as soon as that of one is."""
    spent = [reply.spent for reply in replies if reply is not None]
    costs = [each.cost_nano_usd for each in spent]
    return Spent(
        input_tokens=sum(each.input_tokens for each in spent),
        output_tokens=sum(each.output_tokens for each in spent),
        cost_nano_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
