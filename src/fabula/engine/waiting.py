"""Waiting: the questions that are open. Live loop, resume and replay keep the same account of them."""

from collections.abc import Iterable, Sequence

import msgspec

from fabula.engine.values import Acted, AgentId, Input, Observation


class OpenQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question asked and not yet answered, as a snapshot keeps it: enough to know that it must be derived again."""

    agent: AgentId
    asked: int


class Waiting:
    """An agent thinks one thought at a time: while its question is open it gets no new one."""

    def __init__(self, carried: Iterable[OpenQuestion] = ()) -> None:
        """carried: questions from before a snapshot, known by name only until they are derived again."""
        self._open: dict[AgentId, Observation | OpenQuestion] = {question.agent: question for question in carried}

    def ask(self, observations: Iterable[Observation]) -> list[Observation]:
        """Note the questions to agents that are free to think; returns those, in the order given."""
        asked = [observation for observation in observations if observation.agent not in self._open]
        self._open.update((observation.agent, observation) for observation in asked)
        return asked

    def settle(self, inputs: Sequence[Input]) -> None:
        """Strike off what the inputs answer. An overdue question stays open until its late answer comes."""
        for item in inputs:
            if isinstance(item, Acted):
                self._open.pop(item.agent, None)

    def observations(self) -> list[Observation]:
        """The open questions in full, by agent. Only right once every carried one is answered (see `underived`)."""
        return [question for _, question in sorted(self._open.items()) if isinstance(question, Observation)]

    def underived(self) -> bool:
        """True while a question from before the snapshot is open whose observation is not at hand."""
        return any(isinstance(question, OpenQuestion) for question in self._open.values())

    def as_questions(self) -> tuple[OpenQuestion, ...]:
        """The open questions as a snapshot keeps them, by agent."""
        return tuple(
            question if isinstance(question, OpenQuestion) else OpenQuestion(agent=agent, asked=question.step)
            for agent, question in sorted(self._open.items())
        )
