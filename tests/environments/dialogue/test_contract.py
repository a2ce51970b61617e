"""The dialogue keeps the contract of every environment: replay, resume, branch, failing and slow minds, sight."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.environments.dialogue.tables import Table, a_setting, lively, with_speaker

from fabula.engine import Chance, Mind, Observation, contract
from fabula.engine.values import Action, AgentId
from fabula.environments.dialogue import Dialogue, DialogueSetting, DialogueState, Ends
from fabula.environments.dialogue.service_speakers import service_speaker
from fabula.environments.dialogue.setting import Decision, Policy
from fabula.store import SqliteStore

SHORT = Ends(turns=4)
THREE = ("Ada", "Ben", "Cara")


class LivelyMind:
    """A mind by rules for the contract: what it says depends on what it is asked alone."""

    label = "rules"
    repeatable = True

    async def decide(self, observation: Observation) -> Action:
        return lively(observation)


def lively_casting(_: AgentId, __: DialogueState) -> tuple[Mind, Mind]:
    return LivelyMind(), LivelyMind()


SETTINGS = {
    "alternate": a_setting(ends=SHORT),
    "round robin, greeted": a_setting(*THREE, policy=Policy.ROUND_ROBIN, ends=SHORT, greeting="Good evening."),
    "bids and a vote": a_setting(*THREE, policy=Policy.BIDS, ends=Ends(turns=2), decision=Decision.VOTE),
    "moderator": a_setting(*THREE, policy=Policy.MODERATOR, moderator="Cara", ends=Ends(turns=3)),
    "free and consensus": a_setting(*THREE, policy=Policy.FREE, ends=Ends(turns=2), decision=Decision.CONSENSUS),
    "a person": with_speaker(a_setting(ends=SHORT), "Ben", person=True),
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_the_dialogue_keeps_the_contract(tmp_path: Path, setting: DialogueSetting) -> None:
    check_contract(tmp_path, setting, lively_casting)


def check_contract(home: Path, setting: DialogueSetting, casting: contract.Casting, *, seed: int = 7) -> None:
    dialogue = Dialogue(setting)

    async def check() -> None:
        async with SqliteStore.open(home) as store:
            case = contract.Case(environment=lambda: Dialogue.from_setup(dialogue.setup()), casting=casting, seed=seed)
            await contract.check_all(case, store)

    asyncio.run(check())


@pytest.mark.parametrize("name", ["bids and a vote", "moderator"])
def test_minds_by_rules_keep_the_contract(tmp_path: Path, name: str) -> None:
    setting = replace(SETTINGS[name], ends=Ends(turns=2))
    check_contract(tmp_path, setting, Dialogue(setting).casting(Chance(7)))


def test_a_service_agent_keeps_the_contract(tmp_path: Path) -> None:
    agent, _ = service_speaker("technical_supporter")
    customer = with_speaker(a_setting(), "Ben", person=True).speaker("Ben")
    assert customer is not None
    setting = DialogueSetting(speakers=(agent, customer), ends=Ends(turns=3), first="Ben")
    check_contract(tmp_path, setting, Dialogue(setting).casting(Chance(7)))


def test_the_order_of_sets_and_mappings_changes_nothing() -> None:
    """The same dialogue under two hash seeds, in interpreters of their own."""
    program = (
        "from tests.environments.dialogue.test_contract import SETTINGS, Table, lively\n"
        "print([Table(setting, lively).play().digest for setting in SETTINGS.values()])"
    )
    root = Path(__file__).parents[3]
    printed = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "4242")
    ]
    assert printed[0] == printed[1] == f"{[Table(setting, lively).play().digest for setting in SETTINGS.values()]}\n"
