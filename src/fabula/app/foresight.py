"""Foresight: what a run on models will likely cost, and at most, before anything is asked.

Loads the price list and the language of prompts; import it only where a model is asked.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from fabula.agents.minds.answers import shape_of
from fabula.agents.minds.speaking import SpeakerPrompter
from fabula.agents.persona import Persona
from fabula.agents.prompts import Prompter, Template, read_template
from fabula.app.assigning import BUS, MIND, PERSON, models_of
from fabula.app.environments import Conversational, Live, Playable
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

SPOKEN_TOKENS = 90
"""Of a few sentences, as a speaker is asked for; the provider for trials writes 35."""
TALK_TURNS = 24
"""Of a talk that may go on for as long as they like."""

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
    """A question of the rehearsal that will go to a model."""

    model: ModelName
    observation: Observation
    persona: Persona


class _Rehearsal(NamedTuple):
    """What was played by rules to see what will be asked."""

    asked: tuple[_Asked, ...]
    spoken: int
    """How often anybody was asked to speak."""

    def times(self, environment: Playable) -> float:
        """How many times as long as this the run is."""
        if isinstance(environment, Conversational):
            return max(1.0, (environment.turns or TALK_TURNS) / max(1, self.spoken))
        return max(1, environment.turns // (LIVE_ROUND_TICKS if isinstance(environment, Live) else 1))


class _Prompt(NamedTuple):
    """A question as a model will get it, as far as that can be foreseen."""

    request: Request
    growth: float
    """How much longer its texts will be on average."""
    answer_tokens: int
    said_bytes: tuple[int, ...] = ()
    """Of each utterance in it that a model will make in the place of the rules that made it here."""

    @property
    def input_tokens(self) -> int:
        """Likely, its schema included."""
        size = sum(len(message.text.encode()) for message in self.request.messages) * self.growth
        size += sum(max(0, SPOKEN_TOKENS * BYTES_A_TOKEN - said) for said in self.said_bytes)
        if self.request.shape is not None:
            size += len(encoded(self.request.shape.schema))
        return int(size / BYTES_A_TOKEN)

    def cost_nano_usd_max(self, price: Price) -> int:
        """With every byte a token, and each utterance in it as long as an answer may be."""
        longer = price.cost_nano_usd(self.request.tokens_max * len(self.said_bytes), 0)
        return (estimate(self.request, price).cost_nano_usd or 0) + longer


async def forecast(environment: Playable, seats: tuple[Assign, ...], settings: Settings, *, seed: int) -> Forecast:
    """What the run will cost, by playing its first turn by rules, of a talk all of it, and keeping nothing. Raises
    UsageError, also where a budget in dollars would keep somebody's models from being asked at all.
    """
    prices = PriceList(settings.models.prices)
    walled = is_walled(settings.models.budget)
    left_alone = check_priced(seats, prices) if walled else ()
    minds = {seat.agent: seat.mind for seat in seats}
    rehearsal = await _rehearsed(environment, minds, left_alone, seed=seed)
    tokens = cost = cost_max = 0
    unpriced: dict[str, None] = {}
    for each in rehearsal.asked:
        prompt = _prompt(environment, each, settings, lambda name: _model(minds, AgentId(name), left_alone) is not None)
        price = prices(each.model)
        tokens += prompt.input_tokens + prompt.answer_tokens
        if price is None:
            unpriced[str(each.model)] = None
        else:
            cost += price.cost_nano_usd(prompt.input_tokens, prompt.answer_tokens)
            cost_max += ASKED_TWICE * prompt.cost_nano_usd_max(price)
    times = rehearsal.times(environment)
    return Forecast(
        models=tuple(dict.fromkeys(str(each.model) for each in rehearsal.asked)),
        questions=round(len(rehearsal.asked) * times),
        tokens=round(tokens * times),
        cost_nano_usd=round(cost * times),
        cost_nano_usd_max=round(cost_max * times),
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


async def _rehearsed(
    environment: Playable, seats: Mapping[AgentId, str], left_alone: Collection[str], *, seed: int
) -> _Rehearsal:
    """The questions that models will get in one turn: those until somebody would be asked the same again. A talk, whose
    questions grow with it, is gone through to its end.
    """
    chance = Chance(seed)
    state = environment.begin(chance)
    by_rules = environment.casting(chance)
    talk = environment if isinstance(environment, Conversational) else None
    asked: list[_Asked] = []
    seen: set[tuple[AgentId, str]] = set()
    spoken = 0
    for step in range(REHEARSAL_STEPS_MAX):
        observations = environment.observe(state)
        kinds = {(each.agent, str(each.accepts)) for each in observations}
        if (kinds & seen and talk is None) or environment.ending(state) is not None:
            break
        seen |= kinds
        inputs: list[Acted[Any]] = []
        for each in observations:
            spoken += talk is not None and talk.speech(each.agent).turn(each) is not None
            if (model := _model(seats, each.agent, left_alone)) is not None:
                asked.append(_Asked(model, each, _persona(environment, state, each.agent)))
            answer = await by_rules(each.agent, state)[0].decide(each)
            action = answer.action if isinstance(answer, Decided) else answer
            inputs.append(Acted(agent=each.agent, asked=each.step, action=action))
        environment.step(state, inputs, chance.at(step))
    return _Rehearsal(tuple(asked), spoken)


def _model(seats: Mapping[AgentId, str], agent: AgentId, left_alone: Collection[str]) -> ModelName | None:
    """Who is asked first in an agent's seat; None if rules, a person or another mind sits there."""
    models = _models(seats.get(agent) or seats.get(AgentId("")) or RULES)
    return next((model for model in models if str(model) not in left_alone), None)


def _models(mind: str) -> tuple[ModelName, ...]:
    return () if mind == RULES or mind.startswith((PERSON, MIND, BUS)) else models_of(mind)


def _persona(environment: Playable, state: Any, agent: AgentId) -> Persona:
    return Persona(name=agent) if agent in environment.roles.values() else environment.persona(state, agent)


def _prompt(environment: Playable, asked: _Asked, settings: Settings, asks_model: Callable[[str], bool]) -> _Prompt:
    """asks_model: whether a model sits in the seat of that name."""
    observation, tokens_max = asked.observation, settings.models.answer_tokens_max
    growth = GROWTH
    if isinstance(environment, Conversational):
        speech = environment.speech(observation.agent)
        if (turn := speech.turn(observation)) is not None:
            prompter = SpeakerPrompter(
                asked.persona,
                speech,
                speaking=_template(environment, speech.speaking),
                scene=_template(environment, speech.scene),
            )
            said = tuple(len(line.text.encode()) for line in turn.lines if asks_model(line.speaker))
            request = Request(messages=prompter.prompted(observation, turn).messages, tokens_max=tokens_max)
            return _Prompt(request, growth=1.0, answer_tokens=min(SPOKEN_TOKENS, tokens_max), said_bytes=said)
        observation, growth = speech.told(observation), 1.0
    prompt = Prompter(asked.persona, _template(environment, environment.prompt(observation.agent))).prompt(observation)
    messages = (Message("system", prompt.system), Message("user", prompt.user))
    request = Request(messages=messages, shape=shape_of(observation), tokens_max=tokens_max)
    return _Prompt(request, growth, ANSWER_TOKENS)


def _template(environment: Playable, name: str) -> Template:
    return read_template(environment.prompts[name], where=f"{name}.j2")
