"""The trial of a pack's own templates: each is put to use once, so that a slip in it is told before a run begins.

Loads jinja2: only a pack with prompts of its own needs it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from fabula.agents.persona import Persona
from fabula.agents.prompts import Prompter, read_template
from fabula.engine.chance import Chance
from fabula.engine.values import AgentId, Event, Input, Observation
from fabula.environments.campaign.director import DIRECTOR
from fabula.environments.campaign.prompts import FOLDER, SUFFIX
from fabula.errors import RunError, UsageError

PHASES = 4
"""Steps of the trial: those of a turn."""


class Prompted(Protocol):
    """What is tried; a Campaign is one."""

    @property
    def prompts(self) -> Mapping[str, str]: ...

    def prompt(self, agent: str) -> str: ...

    def begin(self, chance: Chance) -> Any: ...

    def observe(self, state: Any) -> Sequence[Observation]: ...

    def step(self, state: Any, inputs: Sequence[Input], chance: Chance) -> Sequence[Event]: ...

    def persona(self, state: Any, agent: str) -> Persona: ...


def try_prompts(campaign: Prompted) -> None:
    """Write the prompts of a first turn in which nobody does anything. Raises UsageError with file and line."""
    chance = Chance(0)
    state = campaign.begin(chance)
    for step in range(PHASES):
        for asked in campaign.observe(state):
            name = campaign.prompt(asked.agent)
            template = read_template(campaign.prompts[name], where=f"{FOLDER}/{name}{SUFFIX}")
            try:
                Prompter(_persona(campaign, state, asked.agent), template).prompt(asked)
            except RunError as wrong:
                raise UsageError(str(wrong)) from wrong
        campaign.step(state, (), chance.at(step))


def _persona(campaign: Prompted, state: Any, agent: AgentId) -> Persona:
    return Persona(name=DIRECTOR) if agent == DIRECTOR else campaign.persona(state, agent)
