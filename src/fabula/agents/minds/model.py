"""ModelMind: a mind that asks a language model, and reads in its answer one of the actions that are open.

What the model is told is the agent's own side of the truth: the observation, and what its own memory holds. What it
answers is an action or nothing; the environment judges that action as it judges anyone's. Words that repeat what it was
told of its part are not taken.

Loads jinja2 and the reading of replies: import it only where a model is asked.
"""

from collections.abc import Sequence

from fabula.agents.minds.answers import read_action, shape_of
from fabula.agents.minds.asking import Asking, Asks, Manner, Understood
from fabula.agents.minds.discretion import Told, discreet
from fabula.agents.minds.unanswered import Unanswered
from fabula.agents.persona import Persona
from fabula.agents.prompts import Card, Prompt, Prompter, Remembers, Template
from fabula.engine.values import Decided, Observation
from fabula.llm.naming import Rules
from fabula.llm.replies import ask_again, read_reply
from fabula.llm.values import Message, ModelName, Reply

__all__ = ["Asks", "Manner", "ModelMind", "Unanswered"]


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
        manner = manner or Manner()
        self.asking = Asking(gateway, models, manner)
        self.label = self.asking.label
        self._prompter = Prompter(
            persona,
            template,
            memory=memory,
            card=card,
            recalled_max=manner.recalled_max,
            news_steps=manner.news_steps,
        )

    def query(self, observation: Observation) -> str:
        """What it will call memories up by as it is asked that."""
        return self._prompter.query(observation)

    async def decide(self, observation: Observation) -> Decided:
        """What the model decides, by whom and for how much. Raises RunError if no model gave a usable answer, and
        whatever cancels it.
        """
        shape = shape_of(observation)

        def understands(reply: Reply, asked: Sequence[Message], _: int) -> Understood:
            reading = read_reply(reply.text, reply.data, shape=shape, finish=reply.finish)
            read = discreet(read_action(reading, observation), _told(asked), observation.options)
            return Understood(read.action, read.why or reading.why, ask_again(reading, read.why))

        messages = _conversation(self._prompter.prompt(observation))
        return await self.asking.decided(observation, messages, understands, shape=shape)


def _conversation(prompt: Prompt) -> list[Message]:
    system = [Message("system", prompt.system)] if prompt.system else []
    return [*system, Message("user", prompt.user)]


def _told(messages: Sequence[Message]) -> Told:
    system = "\n".join(message.text for message in messages if message.role == "system")
    return Told(system, "\n".join(message.text for message in messages if message.role == "user"))
