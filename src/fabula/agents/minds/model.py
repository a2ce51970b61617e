"""ModelMind: a mind that asks a language model, and reads in its answer one of the actions that are open.

What the model is told is the agent's own side of the truth: the observation, and what its own memory holds. What it
answers is an action or nothing; the environment judges that action as it judges anyone's. Words that repeat what it was
told of its part are not taken.

Loads jinja2 and the reading of replies: import it only where a model is asked.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, Protocol, Self

import msgspec

from fabula.agents.minds.answers import ActionRead, read_action, shape_of
from fabula.agents.minds.discretion import Told, discreet
from fabula.agents.persona import Persona
from fabula.agents.prompts import Card, Prompt, Prompter, Remembers, Template, defused
from fabula.engine.values import Action, Decided, Observation, Spent
from fabula.errors import RunError
from fabula.llm.naming import Rules
from fabula.llm.replies import Reading, ask_again, read_reply
from fabula.llm.values import Asker, Listener, Message, ModelName, Reply, Request, Role, Source
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


class Unanswered(RunError):
    """No model gave an answer that could be used; what was spent on the attempt is not lost."""

    def __init__(self, why: str, *, spent: Spent) -> None:
        super().__init__(why)
        self.spent = spent


class _Heard(NamedTuple):
    """A reply and what could be made of it."""

    reply: Reply
    reading: Reading
    read: ActionRead


class ModelMind:
    """Asks a model, once more if the answer cannot be used, and then gives up, so that rules answer."""

    repeatable = False

    def __init__(
        self,
        persona: Persona,
        *,
        gateway: Asks,
        models: Sequence[ModelName | Rules],
        template: Template,
        memory: Remembers | None = None,
        manner: Manner | None = None,
        card: Card | None = None,
    ) -> None:
        """models: tried in order, at least one; the mind is named like their list. memory: the agent's own; None: it
        remembers nothing.
        """
        assert models, "a mind that asks nobody"
        self.label = ", ".join(map(str, models))
        self._gateway = gateway
        self._models = tuple(models)
        self._manner = manner = manner or Manner()
        self.prompter = Prompter(
            persona,
            template,
            memory=memory,
            card=card,
            recalled_max=manner.recalled_max,
            news_steps=manner.news_steps,
        )

    async def decide(self, observation: Observation) -> Decided:
        """What the model decides, by whom and for how much. Raises RunError if no model gave a usable answer, and
        whatever cancels it.
        """
        began_s = asyncio.get_running_loop().time()
        time_s = self._manner.reply_s_max * (1 - MARGIN)
        messages = _conversation(self.prompter.prompt(observation))
        first = await self._ask(messages, observation, number=0, deadline_s=began_s + time_s * FIRST)
        if first.read.action is not None:
            return _decided(first, first.read.action)
        again = [*messages, *_correction(first)]
        second = await self._ask(again, observation, number=1, deadline_s=began_s + time_s, before=first)
        if second.read.action is not None:
            return _decided(second, second.read.action, before=first)
        raise Unanswered(
            f"asked twice, and the answer cannot be used: {_wrong(second)}", spent=_sum(first.reply, second.reply)
        )

    async def _ask(
        self,
        messages: Sequence[Message],
        observation: Observation,
        *,
        number: int,
        deadline_s: float,
        before: _Heard | None = None,
    ) -> _Heard:
        manner = self._manner
        shape = shape_of(observation)
        asker = Asker(run=manner.run, agent=observation.agent, step=observation.step, number=number, role=manner.role)
        request = Request(
            asker=asker,
            messages=tuple(messages),
            shape=shape,
            tokens_max=manner.answer_tokens_max,
            temperature=manner.temperature,
        )
        reply = await self._gateway.ask(request, self._models, deadline_s=deadline_s)
        if reply.source is Source.RULES:
            # Whoever hears this is told the mind's name first.
            why = reply.why.removeprefix(f"{self.label}: ") or "no model answered"
            wrong = f"; before that, {_wrong(before)}" if before else ""
            raise Unanswered(f"{why}{wrong}", spent=_sum(before.reply if before else None, reply))
        reading = read_reply(reply.text, reply.data, shape=shape, finish=reply.finish)
        read = discreet(read_action(reading, observation), _told(messages), observation.options)
        return _Heard(reply, reading, read)


def _conversation(prompt: Prompt) -> list[Message]:
    system = [Message("system", prompt.system)] if prompt.system else []
    return [*system, Message("user", prompt.user)]


def _told(messages: Sequence[Message]) -> Told:
    system = "\n".join(message.text for message in messages if message.role == "system")
    return Told(system, "\n".join(message.text for message in messages if message.role == "user"))


def _correction(heard: _Heard) -> list[Message]:
    """What is added to the conversation: the answer that cannot be used, and what is wrong with it."""
    return [Message("assistant", _quoted(heard.reply)), Message("user", ask_again(heard.reading, heard.read.why))]


def _quoted(reply: Reply) -> str:
    said = reply.text or (msgspec.json.encode(reply.data).decode() if reply.data is not None else "")
    return defused(said, most=QUOTED_CHARACTERS_MAX) or "(nothing)"


def _wrong(heard: _Heard) -> str:
    return heard.read.why or heard.reading.why


def _decided(heard: _Heard, action: Action, *, before: _Heard | None = None) -> Decided:
    why = [_asked_again(before), _way(heard.reply)]
    spent = _sum(before.reply if before else None, heard.reply)
    return Decided(action=action, by=heard.reply.model, why="; ".join(filter(None, why)), spent=spent)


def _asked_again(before: _Heard | None) -> str:
    return f"asked again: {_wrong(before)}".rstrip(".") if before else ""


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
