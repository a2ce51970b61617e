"""People of a small world who remember, for tests of what they are told."""

import asyncio
from typing import NamedTuple

from tests.environments.world.worlds import Trial

from fabula.agents.memory.memories import Memories
from fabula.agents.memory.memory import Memory
from fabula.agents.prompts import Prompt, Prompter, read_template
from fabula.engine.chance import Chance
from fabula.engine.environment import Mind
from fabula.engine.values import Acted, Action, AgentId, Decided, Event, Input, Observation
from fabula.environments.world.prompts import CHARACTER
from fabula.environments.world.questions import question_to


class Step(NamedTuple):
    """A step as memories follow it."""

    step: int
    inputs: list[Input]
    events: list[Event]


class Life:
    """A world by rules, whose people remember, and whose prompts can be read."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.senses = trial.world.senses()
        self.memories = Memories(self.senses.persona, self.senses)
        self._seat = trial.world.casting(Chance(trial.seed))
        self._waiting: list[tuple[Observation, Acted[Action]]] = []

    def step(self, *inputs: Input) -> list[Event]:
        """One tick, whose events everybody remembers."""
        tick = self.trial.state.tick
        events: list[Event] = self.trial.step(*inputs)  # type: ignore[assignment]
        self.memories.follow(Step(tick, list(inputs), events))
        return events

    def by_rules(self, ticks: int) -> None:
        """So many ticks in which rules decide."""
        for _ in range(ticks):
            state = self.trial.state
            self._waiting += [(asked, self._answered(asked)) for asked in self.trial.world.observe(state)]
            due = [acted for asked, acted in self._waiting if asked.due <= state.tick]
            self._waiting = [(asked, acted) for asked, acted in self._waiting if asked.due > state.tick]
            self.step(*due)

    def asked(self, name: str) -> Observation:
        """What somebody would be asked now."""
        person = self.trial.state.person(name)
        assert person is not None
        return question_to(self.trial.world, self.trial.state, person)

    def memory(self, name: str) -> Memory:
        return self.memories.of(AgentId(name))

    def prompt(self, name: str) -> Prompt:
        """What a model in somebody's seat would be told now."""
        world, asked = self.trial.world, self.asked(name)
        template = read_template(world.prompts[CHARACTER], where="character.j2")
        persona = world.persona(self.trial.state, name)
        steps = world.news_steps
        return Prompter(persona, template, memory=self.memory(name), news_steps=steps).prompt(asked)

    def _answered(self, asked: Observation) -> Acted[Action]:
        mind, _ = self._seat(asked.agent, self.trial.state)
        action = asyncio.run(_decided(mind, asked))
        return Acted(agent=asked.agent, asked=asked.step, action=action)


async def _decided(mind: Mind, asked: Observation) -> Action:
    answer = await mind.decide(asked)
    return answer.action if isinstance(answer, Decided) else answer
