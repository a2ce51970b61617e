"""Foresight: what a run on models will likely cost, and at most, before anything is asked.

Loads the price list and the language of prompts; import it only where a model is asked.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from fabula.agents.minds.answers import shape_of
from fabula.agents.persona import Persona
from fabula.agents.prompts import Prompter, read_template
from fabula.app.assigning import MIND, PERSON, models_of
from fabula.app.environments import Playable
from fabula.engine import RULES, Acted, AgentId, Assign, Chance, Decided, Observation
from fabula.llm.price import dollars, estimate
from fabula.llm.prices import PriceList
from fabula.llm.values import Message, ModelName, Request
from fabula.settings import Settings

REHEARSAL_STEPS_MAX = 100
"""Steps within which everybody is asked once."""
BYTES_A_TOKEN = 4
"""Of English, as the tokenisers of the large providers cut it."""
GROWTH = 1.3
"""How much longer a prompt is on average than in the first turn, with what has been lived through by then."""
ANSWER_TOKENS = 150
"""Of a decision with its reason and thoughts."""

ASKED_TWICE = 2


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a run will likely cost if all its turns are like the first."""

    models: tuple[str, ...]
    """Who is asked first in each seat."""
    questions: int
    tokens: int
    """Prompts and answers together."""
    cost_nano_usd: int
    cost_nano_usd_max: int
    """With the longest answers, every byte a token, and every question asked again."""
    unpriced: tuple[str, ...] = ()
    """Models whose price is not known; their cost is missing above."""

    def __str__(self) -> str:
        cost = f"likely {dollars(self.cost_nano_usd)}, hardly more than {dollars(self.cost_nano_usd_max)}"
        missing = f", and what {' and '.join(self.unpriced)} may charge" if self.unpriced else ""
        asked = f"About {self.questions:,} questions to {' and '.join(self.models)}"
        return f"{asked}: some {self.tokens:,} tokens, {cost}{missing}."


class _Asked(NamedTuple):
    """A question of the rehearsed turn that will go to a model."""

    model: ModelName
    observation: Observation
    persona: Persona


async def forecast(environment: Playable, seats: tuple[Assign, ...], settings: Settings, *, seed: int) -> Forecast:
    """What the run will cost, by playing its first turn by rules and keeping nothing. Raises UsageError."""
    asked = await _rehearsed(environment, {seat.agent: seat.mind for seat in seats}, seed=seed)
    prices = PriceList(settings.models.prices)
    turns = max(1, environment.turns)
    tokens = cost = cost_max = 0
    unpriced: dict[str, None] = {}
    for each in asked:
        request = _request(environment, each, settings)
        size = sum(len(message.text.encode()) for message in request.messages)
        input_tokens = int(size * GROWTH / BYTES_A_TOKEN)
        price = prices(each.model)
        tokens += input_tokens + ANSWER_TOKENS
        if price is None:
            unpriced[str(each.model)] = None
        else:
            cost += price.cost_nano_usd(input_tokens, ANSWER_TOKENS)
            cost_max += ASKED_TWICE * (estimate(request, price).cost_nano_usd or 0)
    return Forecast(
        models=tuple(dict.fromkeys(str(each.model) for each in asked)),
        questions=len(asked) * turns,
        tokens=tokens * turns,
        cost_nano_usd=cost * turns,
        cost_nano_usd_max=cost_max * turns,
        unpriced=tuple(unpriced),
    )


async def _rehearsed(environment: Playable, seats: Mapping[AgentId, str], *, seed: int) -> list[_Asked]:
    """The questions that models will get in one turn: those until somebody would be asked the same again."""
    chance = Chance(seed)
    state = environment.begin(chance)
    by_rules = environment.casting(chance)
    asked: list[_Asked] = []
    seen: set[tuple[AgentId, str]] = set()
    for step in range(REHEARSAL_STEPS_MAX):
        observations = environment.observe(state)
        kinds = {(each.agent, str(each.accepts)) for each in observations}
        if kinds & seen or environment.ending(state) is not None:
            break
        seen |= kinds
        inputs: list[Acted[Any]] = []
        for each in observations:
            if (model := _model(seats, each.agent)) is not None:
                asked.append(_Asked(model, each, _persona(environment, state, each.agent)))
            answer = await by_rules(each.agent, state)[0].decide(each)
            action = answer.action if isinstance(answer, Decided) else answer
            inputs.append(Acted(agent=each.agent, asked=each.step, action=action))
        environment.step(state, inputs, chance.at(step))
    return asked


def _model(seats: Mapping[AgentId, str], agent: AgentId) -> ModelName | None:
    """Who is asked first in an agent's seat; None if rules, a person or another mind sits there."""
    name = seats.get(agent) or seats.get(AgentId("")) or RULES
    models = () if name == RULES or name.startswith((PERSON, MIND)) else models_of(name)
    return models[0] if models else None


def _persona(environment: Playable, state: Any, agent: AgentId) -> Persona:
    return Persona(name=agent) if agent in environment.roles.values() else environment.persona(state, agent)


def _request(environment: Playable, asked: _Asked, settings: Settings) -> Request:
    name = environment.prompt(asked.observation.agent)
    template = read_template(environment.prompts[name], where=f"{name}.j2")
    prompt = Prompter(asked.persona, template).prompt(asked.observation)
    return Request(
        messages=(Message("system", prompt.system), Message("user", prompt.user)),
        shape=shape_of(asked.observation),
        tokens_max=settings.models.answer_tokens_max,
    )
