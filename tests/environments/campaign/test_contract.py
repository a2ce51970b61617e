"""The campaign keeps the contract of every environment: replay, resume, branch, failing and slow minds, sight."""

import asyncio
from pathlib import Path

import pytest

from fabula.engine import Chance, contract
from fabula.environments.campaign import Campaign
from fabula.packs import find_pack
from fabula.store import SqliteStore


@pytest.mark.parametrize(("pack", "seed"), [("harbour", 7), ("ashfall", 3)])
def test_the_campaign_keeps_the_contract(tmp_path: Path, pack: str, seed: int) -> None:
    campaign, _ = Campaign.from_pack(find_pack(pack), turns=4)

    async def check() -> None:
        async with SqliteStore.open(tmp_path) as store:
            case = contract.Case(
                environment=lambda: Campaign.from_setup(campaign.setup()),
                casting=campaign.casting(Chance(seed)),
                seed=seed,
                omniscient=campaign.omniscient,
            )
            await contract.check_all(case, store)

    asyncio.run(check())
