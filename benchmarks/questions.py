"""Questions: those that the agents of a campaign put to a model, ready to be asked in several ways."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count, cycle, islice

from benchmarks.plays import SEED
from benchmarks.posts import Poster
from msgspec.structs import replace

from fabula.agents import Persona
from fabula.agents.memory.memories import Memories
from fabula.agents.minds.model import Asks, Manner, ModelMind, Unanswered
from fabula.agents.prompts import read_template
from fabula.engine import AgentId, Cast, Chance, Observation, Run, VirtualClock, perform
from fabula.environments.campaign import Campaign
from fabula.llm import Gateway, Ledger, Listener, ModelName, Reply, Request, Rules, Source
from fabula.llm.layer import Call
from fabula.llm.providers import Providers
from fabula.settings import Settings
from fabula.store import Store

RUN = "asked"
STEPS_BEFORE = 8
"""Two turns by rules, so that there is something to remember."""
DEADLINE_S = 60.0

Ask = Callable[[], Awaitable[object]]


class Questions:
    """A run in which agents wait to be asked, and all that is needed to ask them in each of the ways."""

    def __init__(self, store: Store, campaign: Campaign, url: str) -> None:
        self._model = ModelName("openai", "demo", f"{url}/v1")
        # Walls far away, so that money is counted and nobody is stopped.
        budget = {"run_usd": 1e6, "agent_usd": 1e6, "day_usd": 1e6}
        price = {"input_usd_per_million": 1.0, "output_usd_per_million": 1.0}
        self._settings = Settings.model_validate({"models": {"budget": budget, "prices": {str(self._model): price}}})
        self._store = store
        self._campaign = campaign
        self._providers = Providers(self._settings.models, {})
        self._leaf = self._providers.of(self._model)
        self._ledger = Ledger(store, self._settings.models.budget)
        self._gateway = Gateway(self._settings.models, self._providers, self._ledger)
        self._poster = Poster(url)
        self._steps = count(1_000)

    async def prepare(self) -> None:
        """Play to the questions, and learn what is sent for each of them."""
        self._observations, memories = await self._asked()
        self._minds = {asked.agent: self._mind(asked.agent, memories, self._gateway) for asked in self._observations}
        self._requests = [await self._request(asked, memories) for asked in self._observations]
        for request in self._requests:
            await self._ask_leaf(request)
        self._posts = await self._poster.last(len(self._requests))
        await self._ledger.begin(RUN)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._gateway.aclose()
        await self._poster.aclose()

    def bare(self, calls: int) -> list[Ask]:
        """Calls that post what the others send."""
        return [partial(self._poster.send, post) for post in islice(cycle(self._posts), calls)]

    def leaf(self, calls: int) -> list[Ask]:
        """Calls of the provider's leaf."""
        return [partial(self._ask_leaf, request) for request in islice(cycle(self._requests), calls)]

    def gateway(self, calls: int) -> list[Ask]:
        """Calls of the whole gateway, each a question that was never asked."""
        asked = [
            replace(request, asker=replace(request.asker, step=step))
            for step in islice(self._steps, -(-calls // len(self._requests)))
            for request in self._requests
        ]
        return [partial(self._ask_gateway, request) for request in asked[:calls]]

    def minds(self, calls: int) -> list[Ask]:
        """Decisions of minds, each at a step of its own."""
        asked = [
            replace(observation, step=step)
            for step in islice(self._steps, -(-calls // len(self._observations)))
            for observation in self._observations
        ]
        return [partial(self._minds[each.agent].decide, each) for each in asked[:calls]]

    async def _asked(self) -> tuple[Sequence[Observation], Memories]:
        campaign = self._campaign
        memories = Memories(self._persona, campaign.senses())
        opened = await Run.create(self._store, campaign, seed=SEED, pack=campaign.pack, name=RUN)
        async with opened as run, Cast(campaign.casting(Chance(SEED))) as cast:
            async for moment in perform(run, campaign, cast, VirtualClock()):
                memories.follow(moment)
                if moment.step >= STEPS_BEFORE and len(asked := campaign.observe(moment.state)) > 1:
                    return asked, memories
        raise AssertionError("the campaign ended before its third turn")

    def _persona(self, agent: AgentId) -> Persona | None:
        people = {character.persona.name: character.persona for character in self._campaign.setting.characters}
        return people.get(agent)

    def _mind(self, agent: AgentId, memories: Memories, gateway: Asks) -> ModelMind:
        persona = self._persona(agent)
        assert persona is not None
        name = self._campaign.prompt(agent)
        # However far the steps are counted on, what just happened stays news.
        manner = replace(Manner.of(self._settings, run=RUN), news_steps=1_000_000)
        return ModelMind(
            persona,
            gateway=gateway,
            models=(self._model,),
            template=read_template(self._campaign.prompts[name], where=f"{name}.j2"),
            memory=memories.of(agent),
            manner=manner,
        )

    async def _request(self, asked: Observation, memories: Memories) -> Request:
        overheard = _Overheard()
        with suppress(Unanswered):
            await self._mind(asked.agent, memories, overheard).decide(asked)
        return overheard.request

    async def _ask_leaf(self, request: Request) -> None:
        reply = await self._leaf.ask(Call(request, self._model, deadline_s=_deadline_s()))
        assert reply.data is not None, reply

    async def _ask_gateway(self, request: Request) -> None:
        reply = await self._gateway.ask(request, (self._model,), deadline_s=_deadline_s())
        assert reply.source is Source.MODEL, reply


class _Overheard:
    """Is asked by a mind, and keeps the question."""

    request: Request

    async def ask(
        self,
        request: Request,
        models: Sequence[ModelName | Rules],
        *,
        deadline_s: float,
        listener: Listener | None = None,
    ) -> Reply:
        """No answer."""
        self.request = request
        return Reply(source=Source.RULES)


def _deadline_s() -> float:
    return asyncio.get_running_loop().time() + DEADLINE_S
