"""Models in every seat of a campaign, asked over real HTTP."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.environments.campaign.mill import the_mill
from tests.llm.providing import Provided, a_provider_here

from fabula.agents.memory.memories import Memories
from fabula.agents.minds.model import Manner, ModelMind
from fabula.agents.persona import Persona
from fabula.agents.prompts import read_template
from fabula.engine import Cast, Chance, Note, Run, VirtualClock, perform
from fabula.engine.environment import Mind
from fabula.engine.run import post
from fabula.engine.values import Acted, AgentId, Assign
from fabula.environments.campaign import DIRECTOR, Campaign
from fabula.environments.campaign.actions import AnyAction
from fabula.environments.campaign.senses import CampaignSenses
from fabula.llm.gateway import Gateway
from fabula.llm.ledger import Ledger
from fabula.llm.naming import read_models
from fabula.llm.providers import Providers
from fabula.llm.values import Role
from fabula.settings import ModelSettings
from fabula.store import SqliteStore


class Played:
    """A campaign that models played."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.actions: list[AnyAction] = []
        self.ended = False


async def play(home: Path, provider: Provided, *, turns: int = 2) -> Played:
    campaign = Campaign(the_mill(turns=turns))
    senses = CampaignSenses(campaign.setting)
    memories = Memories(lambda agent: senses.persona(agent) or Persona(name=agent), senses)
    settings, name = ModelSettings(attempts_max=1), f"openai@{provider.openai}:demo"
    providers = Providers(settings, {})
    played = Played()
    async with (
        SqliteStore.open(home) as store,
        await Run.create(store, campaign, seed=7, pack="mill") as run,
    ):
        gateway = Gateway(settings, providers, Ledger(store, settings.budget))

        def minds(name: str, agent: AgentId) -> Mind:
            template = campaign.prompt(agent)
            role = Role.DIRECTOR if agent == DIRECTOR else Role.CHARACTER
            return ModelMind(
                senses.persona(agent) or Persona(name=agent),
                gateway=gateway,
                models=read_models(name),
                template=read_template(campaign.prompts[template], where=f"{template}.j2"),
                memory=memories.of(agent),
                manner=Manner(run=run.id, role=role, reply_s_max=20.0),
            )

        async with Cast(campaign.casting(Chance(7)), minds=minds) as cast:
            await post(store, run.id, Assign(agent=AgentId(""), mind=name))
            async for moment in perform(run, campaign, cast, VirtualClock()):
                memories.follow(moment)
                played.notes += moment.notes
                played.actions += [given.action for given in moment.inputs if isinstance(given, Acted)]
        played.ended = run.ending is not None
        await providers.aclose()
    return played


def test_a_campaign_is_played_to_its_end_by_models_that_answer(tmp_path: Path) -> None:
    with a_provider_here() as provider:
        played = asyncio.run(play(tmp_path, provider))
        asked = provider.count()["asked"]
    assert played.ended
    deciders = {note.by for note in played.notes}
    assert deciders == {f"openai@{provider.openai}:demo"}, [note.why for note in played.notes if note.why][:3]
    assert all(note.spent and note.spent.output_tokens for note in played.notes)
    assert len(asked) == len(played.notes)


@pytest.mark.parametrize("manner", ["prose", "obeying"])
def test_no_manner_of_answering_keeps_a_campaign_from_its_end(manner: str, tmp_path: Path) -> None:
    with a_provider_here(manner=manner) as provider:
        played = asyncio.run(play(tmp_path, provider, turns=1))
    assert played.ended
    assert all(isinstance(action, AnyAction) for action in played.actions)


def test_where_calls_fail_rules_answer_and_the_note_says_by_what_the_model_failed(tmp_path: Path) -> None:
    with a_provider_here(faults="500=1") as provider:
        played = asyncio.run(play(tmp_path, provider, turns=1))
    assert played.ended
    assert {note.by for note in played.notes} <= {"rules", f"openai@{provider.openai}:demo"}
    by_rules: list[Any] = [note for note in played.notes if note.by == "rules"]
    assert by_rules
    assert all("demo" in note.why for note in by_rules)
