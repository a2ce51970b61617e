"""Foresight: what a run on models will likely cost, and at most, before anything is asked.

Loads the price list and the language of prompts; import it only where a model is asked.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from fabula.agents.minds.answers import shape_of
from fabula.agents.persona import Persona
from fabula.agents.prompts import Prompter, read_template
from fabula.app.assigning import MIND, PERSON, models_of
from fabula.app.environments import Live, Playable
from fabula.engine import RULES, Acted, AgentId, Assign, Chance, Decided, Observation
from fabula.errors import UsageError
from fabula.llm.digest import encoded
from fabula.llm.price import Price, dollars, estimate
from fabula.llm.prices import PriceList
from fabula.llm.values import Message, ModelName, Request
from fabula.settings import BudgetSettings, Settings

LIVE_ROUND_TICKS = 400
"""How often, about, a person of a living world is asked: 21 times in a day of 8,640 ticks of hollowmere."""
REHEARSAL_STEPS_MAX = 100
"""Steps within which everybody is asked once."""
BYTES_A_TOKEN = 4
"""Of English, as the tokenisers of the large providers cut it."""
GROWTH = 1.5
"""How much longer the texts of a prompt are on average than when nothing has been lived through. Counted by the
provider for trials over whole runs: in ashfall (15 turns, seed 7) 1.48 for characters and 1.28 for the director, in
harbour (10 turns, seed 5) 1.62 and 1.43; over the first five turns of ashfall 1.3.
"""
ANSWER_TOKENS = 150
"""Of a decision with its reason and thoughts; the provider for trials, which is brief, writes 72."""

ASKED_TWICE = 2

PRICED = (
    "Say what a model costs under models.prices in fabula.yaml (input_usd_per_million, output_usd_per_million), or "
    "give the budget in tokens: --budget-tokens."
)


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
    left_alone: tuple[str, ...] = ()
    """Models that are not asked, since their price is not known and a budget is in dollars."""

    def __str__(self) -> str:
        many = "question" if self.questions == 1 else "questions"
        asked = f"About {self.questions:,} {many} to {' and '.join(self.models)}"
        told = f"{asked}: some {self.tokens:,} tokens, {self._cost()}."
        if self.left_alone:
            told += (
                f" {' and '.join(self.left_alone)} will not be asked: what that costs is not known, and the budget is "
                f"in dollars. {PRICED}"
            )
        return told

    def _cost(self) -> str:
        missing = f"what {' and '.join(self.unpriced)} may charge" if self.unpriced else ""
        if not self.cost_nano_usd_max:
            free = set(self.models) > set(self.unpriced)
            return f"free but for {missing}" if missing and free else missing or "free"
        known = f"likely {dollars(self.cost_nano_usd)}, hardly more than {dollars(self.cost_nano_usd_max)}"
        return f"{known}, and {missing}" if missing else known


class _Asked(NamedTuple):
    """A question of the rehearsed turn that will go to a model."""

    model: ModelName
    observation: Observation
    persona: Persona


async def forecast(environment: Playable, seats: tuple[Assign, ...], settings: Settings, *, seed: int) -> Forecast:
    """What the run will cost, by playing its first turn by rules and keeping nothing. Raises UsageError, also where a
    budget in dollars would keep somebody's models from being asked at all.
    """
    prices = PriceList(settings.models.prices)
    walled = is_walled(settings.models.budget)
    left_alone = check_priced(seats, prices) if walled else ()
    asked = await _rehearsed(environment, {seat.agent: seat.mind for seat in seats}, left_alone, seed=seed)
    turns = max(1, environment.turns // (LIVE_ROUND_TICKS if isinstance(environment, Live) else 1))
    tokens = cost = cost_max = 0
    unpriced: dict[str, None] = {}
    for each in asked:
        request = _request(environment, each, settings)
        input_tokens = _input_tokens(request)
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
        left_alone=left_alone,
    )


def is_walled(budget: BudgetSettings) -> bool:
    """Whether some budget is in dollars."""
    return any(wall is not None for wall in (budget.run_usd, budget.agent_usd, budget.day_usd))


def check_priced(seats: Iterable[Assign], prices: Callable[[ModelName], Price | None]) -> tuple[str, ...]:
    """The models of these seats whose price is not known. Raises UsageError if nobody else can be asked in a seat."""
    unknown: dict[str, None] = {}
    for seat in seats:
        models = _models(seat.mind)
        unpriced = [str(model) for model in models if prices(model) is None]
        if models and len(unpriced) == len(models):
            raise UsageError(
                f"the budget is in dollars, and what {' and '.join(unpriced)} costs is not known: nothing would be "
                f"asked.\n{PRICED}"
            )
        unknown |= dict.fromkeys(unpriced)
    return tuple(unknown)


def _input_tokens(request: Request) -> int:
    """How many tokens a prompt such as this one has on average over a run, its schema included."""
    size = sum(len(message.text.encode()) for message in request.messages) * GROWTH
    if request.shape is not None:
        size += len(encoded(request.shape.schema))
    return int(size / BYTES_A_TOKEN)


async def _rehearsed(
    environment: Playable, seats: Mapping[AgentId, str], left_alone: Collection[str], *, seed: int
) -> list[_Asked]:
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
            if (model := _model(seats, each.agent, left_alone)) is not None:
                asked.append(_Asked(model, each, _persona(environment, state, each.agent)))
            answer = await by_rules(each.agent, state)[0].decide(each)
            action = answer.action if isinstance(answer, Decided) else answer
            inputs.append(Acted(agent=each.agent, asked=each.step, action=action))
        environment.step(state, inputs, chance.at(step))
    return asked


def _model(seats: Mapping[AgentId, str], agent: AgentId, left_alone: Collection[str]) -> ModelName | None:
    """Who is asked first in an agent's seat; None if rules, a person or another mind sits there."""
    models = _models(seats.get(agent) or seats.get(AgentId("")) or RULES)
    return next((model for model in models if str(model) not in left_alone), None)


def _models(mind: str) -> tuple[ModelName, ...]:
    return () if mind == RULES or mind.startswith((PERSON, MIND)) else models_of(mind)


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
