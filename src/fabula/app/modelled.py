"""Modelled: minds that ask models, for one run: one gateway, one ledger, a memory for each agent.

Loads the libraries that speak to providers; import it only where a seat names a model.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from msgspec.structs import replace

from fabula.agents.memory import Memories
from fabula.agents.memory.asked import AskedEmbedder
from fabula.agents.minds.model import Manner, ModelMind
from fabula.agents.minds.speaking import Hearing, SpeakerPrompter, SpokenMind, nobody_hears
from fabula.agents.persona import Persona
from fabula.agents.prompts import Template, read_template
from fabula.agents.prompts.carded import PersonaCard
from fabula.app.assigning import models_of
from fabula.app.embedders import WAIT_S_MAX, WAIT_SHARE, embedder_of
from fabula.app.environments import Conversational, Live, Playable
from fabula.engine import Action, AgentId, Chance, Decided, Mind, Moment, Observation, moments
from fabula.llm.embedding import Embedding
from fabula.llm.gateway import Gateway, Reading
from fabula.llm.layers.breaker import CircuitState
from fabula.llm.ledger import Ledger
from fabula.llm.providers import Providers
from fabula.llm.values import Asker, Role
from fabula.settings import Settings
from fabula.store import RunRow, Store


class Modelled:
    """Gives seats minds that ask models."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        run: RunRow,
        environment: Playable,
        environ: Mapping[str, str],
        personas: Callable[[AgentId], Persona | None],
        *,
        hearing: Hearing = nobody_hears,
    ) -> None:
        """environ: holds the keys of providers. personas: who an agent is; None for a seat that is nobody, as a
        director's. hearing: who listens to an agent as it speaks; see SpokenMind. Raises UsageError if the settings
        cannot be used.
        """
        self._store = store
        self._settings = settings
        self._run = run
        self._environment = environment
        self._personas = personas
        self._hearing = hearing
        self.ledger = Ledger(store, settings.models.budget)
        providers = Providers(settings.models, environ)
        self.gateway = Gateway(settings.models, providers, self.ledger)
        self._embedder = embedder_of(settings.memory, store, lambda model: Embedding(model, self.gateway, providers))
        senses = environment.senses()
        self._memories = Memories(senses.persona, senses, kept_max=settings.memory.kept_max, embedder=self._embedder)
        self._chance = Chance(run.seed)
        self._remembered: int | None = None
        self._unremembered: list[Moment] = []
        self._remembering = asyncio.Lock()

    def mind(self, name: str, agent: AgentId) -> Mind:
        """A mind for an agent that asks the models of a list. Raises UsageError."""
        persona = self._personas(agent)
        role = Role.CHARACTER if persona else Role.DIRECTOR
        manner = Manner.of(self._settings, run=self._run.id, role=role)
        if isinstance(self._environment, Live):
            manner = replace(manner, news_steps=self._environment.news_steps)
        memory = self._memories.of(agent) if persona else None
        card = PersonaCard(persona, self._chance) if persona and persona.card else None
        mind = ModelMind(
            persona or Persona(name=agent),
            gateway=self.gateway,
            models=models_of(name),
            template=self._template(self._environment.prompt(agent)),
            memory=memory,
            manner=manner,
            card=card,
        )
        if persona is None or not isinstance(self._environment, Conversational):
            return _Remembering(mind, self._look_back)
        speech = self._environment.speech(agent)
        prompter = SpeakerPrompter(
            persona,
            speech,
            speaking=self._template(speech.speaking),
            scene=self._template(speech.scene),
            memory=memory,
            manner=manner,
            card=card,
        )
        return _Remembering(SpokenMind(prompter, mind, hearing=self._hearing), self._look_back)

    def follow(self, moment: Moment) -> None:
        """Take note of a step that was just recorded."""
        if self._remembered is None:
            self._unremembered.append(moment)
        else:
            self._take_in(moment)

    def meter(self) -> str:
        """What the run has cost so far, in a few words."""
        line = meter_line(self.gateway.meter(self._run.id))
        why = self._embedder.why if isinstance(self._embedder, AskedEmbedder) else ""
        return f"{line}; memories found by n-grams ({why})" if why else line

    async def aclose(self) -> None:
        """Close all connections."""
        await self.gateway.aclose()

    def _template(self, name: str) -> Template:
        return read_template(self._environment.prompts[name], where=f"{name}.j2")

    async def _look_back(self, mind: "_Recalls", observation: Observation) -> None:
        """Have at hand what the mind will recall as it is asked that."""
        await self._remember()
        agent, embedder = observation.agent, self._embedder
        if (
            not isinstance(embedder, AskedEmbedder)
            or not self._settings.memory.recalled_max
            or not self._personas(agent)
        ):
            return
        wait_s = min(WAIT_S_MAX, WAIT_SHARE * self._settings.cast.reply_s_max)
        await embedder.prepare(
            self._memories.of(agent),
            mind.query(observation),
            Asker(run=self._run.id, agent=agent, step=observation.step),
            deadline_s=asyncio.get_running_loop().time() + wait_s,
        )

    async def _remember(self) -> None:
        """Look at the run's past, once, before the first question to a model."""
        async with self._remembering:
            if self._remembered is not None:
                return
            await self.ledger.begin(self._run.id)
            seen = -1
            async for moment in moments(self._store, self._run.id, self._environment):
                self._memories.follow(moment)
                seen = moment.step
            # Nothing waits from here on: what was recorded meanwhile is taken in before anything else is.
            self._remembered = seen
            for moment in self._unremembered:
                self._take_in(moment)
            self._unremembered.clear()

    def _take_in(self, moment: Moment) -> None:
        assert self._remembered is not None
        if moment.step > self._remembered:
            self._memories.follow(moment)
            self._remembered = moment.step


class _Recalls(Mind, Protocol):
    """A mind that calls up memories."""

    def query(self, observation: Observation) -> str: ...


class _Remembering:
    """A model's mind that looks back over the run before it decides."""

    repeatable = False

    def __init__(self, mind: _Recalls, look_back: Callable[[_Recalls, Observation], Awaitable[None]]) -> None:
        self.label = mind.label
        self._mind = mind
        self._look_back = look_back

    async def decide(self, observation: Observation) -> Action | Decided:
        await self._look_back(self._mind, observation)
        return await self._mind.decide(observation)


def meter_line(reading: Reading) -> str:
    """The live meter: `34 questions, 51,020 tokens, $0.0123; breaker open: openai:…`."""
    total = reading.spent.total
    parts = [
        f"{total.calls:,} {'question' if total.calls == 1 else 'questions'}, {total.tokens:,} tokens, {total.cost}"
    ]
    if total.failures:
        parts.append(f"{total.failures:,} failed")
    open_ = [model for model, state in reading.circuits.items() if state is not CircuitState.CLOSED]
    if open_:
        parts.append(f"left alone for now: {', '.join(open_)}")
    return "; ".join(parts)
