"""Talks on models for tests: a dialogue played with real seats, and what was seen of it."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.app.model_runs import settings

from fabula.agents.persona import Persona
from fabula.app.seating import Seating
from fabula.engine import (
    Acted,
    AgentId,
    Assign,
    Cast,
    Ending,
    Event,
    Moment,
    Note,
    Run,
    VirtualClock,
    perform,
    post,
    replay,
)
from fabula.environments.dialogue import Dialogue, DialogueSetting, Ends, Speaker
from fabula.environments.dialogue.events import Said
from fabula.llm.values import Listener
from fabula.store import SqliteStore

Hearing = Callable[[AgentId], Listener | None]


class Audience:
    """Hears what one speaker says while it says it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.said: list[str] = []
        """What was heard of each turn, once the next began."""

    def text(self, delta: str) -> None:
        self.pieces.append(delta)

    def again(self) -> None:
        self.pieces.clear()

    def next_turn(self) -> None:
        self.said.append("".join(self.pieces))
        self.pieces.clear()


class Talk:
    """What came of a dialogue."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self.run = ""
        self.digest = ""
        self.ending: Ending | None = None
        self.replays = False
        """Whether the records alone give the same run."""

    @property
    def notes(self) -> list[Note]:
        return [note for moment in self.moments for note in moment.notes]

    @property
    def events(self) -> list[Event]:
        return [event for moment in self.moments for event in moment.events]

    @property
    def actions(self) -> list[Any]:
        return [given.action for moment in self.moments for given in moment.inputs if isinstance(given, Acted)]

    @property
    def said(self) -> list[Said]:
        return [event for event in self.events if isinstance(event, Said)]

    def decided_by(self, agent: str) -> list[str]:
        """Who decided for an agent, question by question, by the last word of its name."""
        return [note.by.rpartition(":")[2] for note in self.notes if note.agent == agent]


def a_dialogue(*speakers: Speaker | str, **more: Any) -> Dialogue:
    """A dialogue of these; `ends` and others as the setting has them."""
    seated = tuple(Speaker(persona=Persona(name=each)) if isinstance(each, str) else each for each in speakers)
    more = {"topic": "whether the light is put out", "first": seated[0].persona.name, **more}
    return Dialogue(DialogueSetting(speakers=seated, **more))


def turns(count: int, **more: Any) -> Ends:
    """Ends after so many turns, and by nothing that is said."""
    return Ends(**{"turns": count, "similarity": 0, "agreement": 0, **more})


class Left(Exception):
    """Whoever watched had seen enough."""


def talk(
    home: Path,
    dialogue: Dialogue,
    models: str | Mapping[str, str],
    *,
    hearing: Hearing = lambda _: None,
    watch: Callable[[Moment], None] = lambda _: None,
    resume: str = "",
    **flags: Any,
) -> Talk:
    """Play a dialogue with these models, by speaker or for all. watch: may raise Left; then the run is left there.
    resume: go on with that run.
    """
    seen = Talk()
    seats = {AgentId(""): models} if isinstance(models, str) else {AgentId(who): each for who, each in models.items()}

    async def body() -> None:
        async with SqliteStore.open(home) as store:
            opened = await (Run.open(store, resume) if resume else Run.create(store, dialogue, seed=7, pack="talk"))
            for agent, mind in seats.items() if not resume else ():
                await post(store, opened.id, Assign(agent=agent, mind=mind))
            seen.run = opened.id
            try:
                async with opened as run:
                    await play_out(store, run)
            except Left:
                return
            replayed = await replay(store, run.id, dialogue)
            seen.digest, seen.ending = run.digest, run.ending
            seen.replays = replayed.identical and replayed.digest == run.digest

    async def play_out(store: SqliteStore, run: Run) -> None:
        chosen = settings(home, **{"models__attempts_max": 1, **flags})
        async with (
            Seating(store, chosen, run.row, dialogue, hearing=hearing, environ={}) as seating,
            Cast(seating.casting(), minds=seating.mind, reply_s_max=chosen.cast.reply_s_max) as cast,
        ):
            async for moment in perform(run, dialogue, cast, VirtualClock()):
                seating.follow(moment)
                seen.moments.append(moment)
                watch(moment)

    asyncio.run(body())
    return seen
