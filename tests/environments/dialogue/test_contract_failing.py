"""Dialogues in which minds fail at all that can be asked keep the contract too, and so do words that are not plain."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.environments.dialogue.tables import a_setting, lively, with_speaker
from tests.environments.dialogue.test_contract import check_contract

from fabula.engine import Chance, Mind, Observation
from fabula.engine.values import Action, AgentId
from fabula.environments.dialogue import Dialogue, DialogueSetting, DialogueState, Ends
from fabula.environments.dialogue.actions import Cause, Consent, Falter, Pass, Speaking, Vote
from fabula.environments.dialogue.service_speakers import service_speaker
from fabula.environments.dialogue.setting import Decision, OnFailure, Policy

THREE = ("Ada", "Ben", "Cara")


class Halting:
    """Fails at every third question, in turn: its own seat and its stand-in say so alike. What it says of a vote or a
    proposal is now and then not plain.
    """

    label = "rules"
    repeatable = True

    async def decide(self, observation: Observation) -> Action:
        return halting(observation)

    async def stand_in(self, observation: Observation, _: Exception) -> Action:
        return halting(observation)


def halting(observation: Observation) -> Action:
    turn = observation.step + len(observation.agent)
    if turn % 3 == 0:
        return Falter(cause=Cause.FAILED, why="its provider is gone")
    if turn % 3 == 1 and observation.accepts is Vote:
        return Vote(choice="I will not vote for it")
    if turn % 3 == 1 and observation.accepts is Consent:
        return Consent(objection="I have my doubts")
    return Pass() if turn % 5 == 0 and observation.accepts == Speaking else lively(observation)


def halting_casting(_: AgentId, __: DialogueState) -> tuple[Mind, Mind]:
    return Halting(), Halting()


def skipping(setting: DialogueSetting) -> DialogueSetting:
    for name in setting.names:
        setting = with_speaker(setting, name, on_failure=OnFailure.SKIP)
    return setting


SETTINGS = {
    "bids and a vote": a_setting(*THREE, policy=Policy.BIDS, ends=Ends(turns=4), decision=Decision.VOTE),
    "moderator and consensus": a_setting(
        *THREE, policy=Policy.MODERATOR, moderator="Cara", ends=Ends(turns=4), decision=Decision.CONSENSUS
    ),
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_minds_that_fail_keep_the_contract(tmp_path: Path, setting: DialogueSetting) -> None:
    check_contract(tmp_path, skipping(setting), halting_casting)


def test_a_service_agent_that_leads_and_proposes_keeps_the_contract(tmp_path: Path) -> None:
    adviser, _ = service_speaker("financial_adviser")
    setting = a_setting("Ben", "Cara", policy=Policy.MODERATOR, decision=Decision.CONSENSUS, ends=Ends(turns=3))
    setting = replace(setting, speakers=(adviser, *setting.speakers), moderator=adviser.persona.name)
    check_contract(tmp_path, setting, Dialogue(setting).casting(Chance(7)))
