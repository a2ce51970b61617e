"""Runs on models for tests: played as `fabula play` plays them, against a provider on this machine."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fabula.app import Playable, Played, Stage, Wanted, environment_of_pack, go_on, play
from fabula.engine import Moment, Note
from fabula.settings import Settings, load_settings
from fabula.store import SqliteStore


def settings(home: Path, **flags: Any) -> Settings:
    """Settings with flags such as `models__attempts_max=2`; `__` goes one level down."""
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return load_settings({"home": str(home), **named}, environ={"FABULA_HOME": str(home)})


class Watched:
    """What came of a run, and what was seen on the way."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.notices: list[str] = []
        self.played: Played

    @property
    def notes(self) -> list[Note]:
        """Who decided what, in order."""
        return [note for moment in self.moments for note in moment.notes]


def play_on_models(
    home: Path,
    *,
    model: str,
    pack: str | Playable = "ashfall",
    turns: int = 3,
    seed: int = 7,
    by_name: dict[str, str] | None = None,
    cast: Sequence[str] = (),
    resume: str = "",
    **flags: Any,
) -> Watched:
    """Play a pack, or an environment, with a model for all (or go on with a run)."""
    watched = Watched()

    async def body() -> None:
        chosen = settings(home, **flags)
        async with SqliteStore.open(home) as store:
            stage = Stage(
                store=store,
                settings=chosen,
                out=lambda run: home / "tales" / run,
                watch=watched.moments.append,
                notice=watched.notices.append,
                wanted=Wanted(default=model, by_name=by_name or {}),
                environ={},
            )
            if resume:
                watched.played = await go_on(stage, resume)
                return
            environment = pack
            if isinstance(environment, str):
                environment, _ = environment_of_pack(environment, turns=turns, cast=list(cast))
            watched.played = await play(stage, environment, seed=seed)

    asyncio.run(body())
    return watched
