"""Remembering: campaigns played by rules, with the memories of all who live through them."""

from typing import Any

import msgspec
from tests.environments.campaign.table import Table

from fabula.agents.memory.memories import Memories
from fabula.agents.memory.memory import KEPT_MAX
from fabula.agents.memory.witnesses import Witnesses
from fabula.engine.values import Acted, AgentId, Event, Input
from fabula.environments.campaign import Campaign
from fabula.environments.campaign.senses import CampaignSenses
from fabula.environments.campaign.setting import Setting
from fabula.packs import find_pack


class Step(msgspec.Struct, frozen=True):
    """One step as it was recorded."""

    step: int
    inputs: tuple[Input, ...]
    events: tuple[Event, ...]


def shipped(pack: str, *, turns: int | None = None) -> Setting:
    """The setting of a pack that ships."""
    return Campaign.from_pack(find_pack(pack), turns=turns)[0].setting


def memories_of(setting: Setting, *steps: Step, only: tuple[str, ...] | None = None, kept_max: int = 0) -> Memories:
    """The memories of a campaign in this setting after these steps."""
    senses = CampaignSenses(setting)
    kept = Memories(
        senses.persona,
        senses,
        only=None if only is None else [AgentId(name) for name in only],
        kept_max=kept_max or KEPT_MAX,
        witnesses=Witnesses(),
    )
    for step in steps:
        kept.follow(step)
    return kept


def step_by_rules(table: Table) -> Step:
    """One step in which every mind is its rules."""
    number = table.state.step
    answers = {str(asked.agent): table.answer(asked) for asked in table.campaign.observe(table.state)}
    return _step(number, answers, table.step(answers))


def played(setting: Setting, *, seed: int) -> list[Step]:
    """A whole campaign by rules."""
    table = Table(setting, seed=seed)
    steps: list[Step] = []
    while table.state.ended is None:
        steps.append(step_by_rules(table))
    return steps


def _step(number: int, answers: dict[str, Any], events: list[Any]) -> Step:
    acted = tuple(Acted(agent=AgentId(agent), asked=number, action=action) for agent, action in sorted(answers.items()))
    return Step(number, acted, tuple(events))
