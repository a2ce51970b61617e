"""Golden histories: today's rules give what they gave. Where one differs, the rules have changed, and old runs will not
replay: give `World.rules` a new version, say so in CHANGELOG.md, and write the new digest here.
"""

import asyncio
from pathlib import Path

import pytest
from tests.environments.world.worlds import a_person, a_setting

from fabula.engine import Cast, Chance, Run, VirtualClock, perform
from fabula.environments.world import World
from fabula.environments.world.setting import Herd
from fabula.packs import find_pack
from fabula.store import SqliteStore

VILLAGE = "ff8d9a26bb651beeef363328e928a4099572e409e96df8f79d084009ba6d0c1b"
HOLLOWMERE = "89469c29f56aa7552ebe4e7983f3a52dbb356cd3bbc57779c1008fa5fd254cc8"


def a_village() -> World:
    people = [a_person("Ada"), a_person("Bram", home="Kiln House", weights={"Greed": 0.9}), a_person("Cora")]
    herds = [
        Herd(kind="villager", faction="Town", count=30, home="home", work="farm", coin=10),
        Herd(kind="raider", faction="Raiders", count=12),
        Herd(kind="wolf", faction="Raiders", count=4),
    ]
    return World(a_setting(*people, herds=herds, ticks=400, begins_h=7))


def hollowmere() -> World:
    return World.from_pack(find_pack("hollowmere"), turns=400)[0]


@pytest.mark.parametrize(
    ("world", "golden"), [(a_village(), VILLAGE), (hollowmere(), HOLLOWMERE)], ids=["village", "hollowmere"]
)
def test_a_golden_history_happens_again(tmp_path: Path, world: World, golden: str) -> None:
    async def played() -> str:
        async with (
            SqliteStore.open(tmp_path) as store,
            await Run.create(store, world, seed=7, pack="golden") as run,
            Cast(world.casting(Chance(7))) as cast,
        ):
            async for _ in perform(run, world, cast, VirtualClock(), untold_s_max=0.05):
                pass
        return run.digest

    assert asyncio.run(played()) == golden


def test_nothing_follows_from_warming_up(tmp_path: Path) -> None:
    world = a_village()
    world.warm_up()
    test_a_golden_history_happens_again(tmp_path, world, VILLAGE)
