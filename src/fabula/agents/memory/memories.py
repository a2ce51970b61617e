"""Memories: those of all agents of a run, fed with its steps as they are recorded."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from fabula.agents.memory.embedding import Embedder, NgramEmbedder
from fabula.agents.memory.experience import Senses
from fabula.agents.memory.memory import KEPT_MAX, Memory
from fabula.agents.memory.witnesses import Witnesses
from fabula.agents.persona import Persona
from fabula.engine.values import Acted, AgentId, Event, Input
from fabula.errors import UsageError, did_you_mean


class Happened(Protocol):
    """One recorded step; a fabula.engine Moment is one."""

    @property
    def step(self) -> int: ...

    @property
    def inputs(self) -> Sequence[Input]: ...

    @property
    def events(self) -> Sequence[Event]: ...


class Memories:
    """The memories of a run's agents. Shown every step of a run from the first on, they are the same each time."""

    def __init__(
        self,
        personas: Callable[[AgentId], Persona | None],
        senses: Senses,
        *,
        only: Collection[AgentId] | None = None,
        kept_max: int = KEPT_MAX,
        embedder: Embedder | None = None,
        witnesses: Witnesses | None = None,
    ) -> None:
        """personas: who an agent is; None for a seat that remembers nothing, as a director's. only: whose memories to
        keep; None: everyone's. witnesses: are told what all agents perceive, so that `explain` can say why somebody
        knows a thing.
        """
        self._personas = personas
        self._senses = senses
        self._only = only
        self._kept_max = kept_max
        self._embedder = embedder or NgramEmbedder()
        self._memories: dict[AgentId, Memory] = {}
        self.witnesses = witnesses

    @property
    def agents(self) -> tuple[AgentId, ...]:
        """Whose memories there are, by name."""
        return tuple(sorted(self._memories))

    def of(self, agent: AgentId) -> Memory:
        """The agent's memory; an empty one if it has perceived nothing yet. Raises UsageError if there is no such
        agent, or its memory is not kept.
        """
        memory = self._memory(agent) if self._keeps(agent) else None
        if memory is None:
            raise UsageError(f"no memory is kept of {agent!r}.{did_you_mean(agent, self._memories)}")
        return memory

    def _memory(self, agent: AgentId) -> Memory | None:
        memory = self._memories.get(agent)
        if memory is None and (persona := self._personas(agent)) is not None:
            memory = self._memories[agent] = Memory(persona, kept_max=self._kept_max, embedder=self._embedder)
        return memory

    def follow(self, moment: Happened) -> None:
        """Take in the next step: first what agents thought as they decided, then what they perceived of it."""
        self._senses.open_step(moment.inputs)
        for given in moment.inputs:
            if isinstance(given, Acted) and given.action.thoughts:
                self._think(given, moment.step)
        for event in moment.events:
            self._senses.notice(event)
            self._perceive(event, moment.step)

    def _think(self, acted: Acted[Any], step: int) -> None:
        memory = self._memory(acted.agent) if self._keeps(acted.agent) else None
        if memory is not None:
            memory.think(acted.action.thoughts, step=step, turn=self._senses.turn)

    def _perceive(self, event: Event, step: int) -> None:
        for agent in event.seen_by:
            memory = self._memory(agent) if self._keeps(agent) else None
            if memory is None and self.witnesses is None:
                continue
            for lived in self._senses.experiences(event, agent, step):
                if memory is not None:
                    memory.perceive(lived)
                if self.witnesses is not None:
                    self.witnesses.add(agent, lived)

    def _keeps(self, agent: AgentId) -> bool:
        return self._only is None or agent in self._only
