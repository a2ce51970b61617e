"""The Director as a library: a campaign led from Python, turn by turn, without an event loop of one's own.

from fabula import Director

with Director("harbour", seed=7, out="tale") as director:
    director.register("sheets/maren.md")
    while not director.ended:
        print(director.run_turn().lines)
"""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from fabula.app.assigning import MIND, Wanted, assignments, check_bus, check_memory, check_seats
from fabula.app.environments import environment_of_pack
from fabula.app.seating import Seating
from fabula.app.tale import Tale, make_folder
from fabula.chronicle import feed_line
from fabula.engine import (
    Assign,
    Cast,
    Chance,
    Command,
    Ending,
    Mind,
    Moment,
    Run,
    VirtualClock,
    canonical,
    perform,
    post,
)
from fabula.environments.campaign import (
    Campaign,
    Record,
    Register,
    Remove,
    TurnEnded,
    add_cast,
    as_plain_character,
)
from fabula.errors import RunError, UsageError, did_you_mean
from fabula.settings import Settings, load_settings
from fabula.store import SqliteStore

T = TypeVar("T")

TURNS_KEPT = 100
"""Summaries that `history` holds; older turns stand in the log."""


class TurnSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one turn."""

    turn: int
    tension: int
    """0..100, at its end."""
    deeds: int
    successes: int
    harm: int
    """Points of harm done to agents."""
    lines: tuple[str, ...]
    """What a spectator saw, a line each."""
    troubles: tuple[str, ...] = ()
    """Which minds failed and were stood in for."""


class Director:
    """Leads one campaign. Use it as a context, or call `close` when done; everything done so far is durable at any
    moment.
    """

    def __init__(  # noqa: PLR0913 - a person names what they want
        self,
        pack: str | Path,
        *,
        seed: int = 1,
        turns: int | None = None,
        out: str | Path | None = None,
        style: str = "",
        model: str = "",
        minds: Mapping[str, str | Mind] | None = None,
        budget_usd: float | None = None,
        home: str | Path | None = None,
    ) -> None:
        """pack: a shipped pack's name, a folder or a file. turns: instead of the pack's own. out: folder of log and
        story. style: of the story. model: a list of models for everyone, such as `ollama:llama3, rules`.
        minds: agent (or `director`) -> a mind of your own, or the name of one. budget_usd: what models may cost in this
        run. home: where runs are kept, instead of FABULA_HOME. Raises UsageError.
        """
        settings = load_settings({"home": None if home is None else str(home), "models.budget.run_usd": budget_usd})
        environment, self.notices = environment_of_pack(str(pack), turns=turns)
        if not isinstance(environment, Campaign):
            raise UsageError(
                f"{pack}: a Director leads campaigns, and this pack is for the {environment.name} environment"
            )
        own = {name: mind for name, mind in (minds or {}).items() if not isinstance(mind, str)}
        named = {name: mind if isinstance(mind, str) else MIND + name for name, mind in (minds or {}).items()}
        seats = assignments(
            Wanted(default=model, by_name=named),
            settings.models,
            agents=environment.agents(environment.begin(Chance(seed))),
            roles=environment.roles,
        )
        self.notices += check_seats(seats, settings.models, os.environ, own=own)
        check_memory(seats, settings, os.environ)
        check_bus(seats, settings)
        if out is not None:
            make_folder(Path(out))
        self.history: deque[TurnSummary] = deque(maxlen=TURNS_KEPT)
        self._campaign = environment
        self._state: Any = environment.begin(Chance(seed))
        self._background = _Background()
        self._open = True
        self._resources = AsyncExitStack()
        try:
            self._run = self._background.do(self._begin(settings, seats, own, seed=seed))
            folder = Path(out) if out is not None else settings.home / "tales" / self._run.id
            self._tale = self._resources.enter_context(Tale(folder, self._run.row, environment, style=style))
        except BaseException:
            self._finish()
            raise
        self._moments = perform(self._run, environment, self._cast, VirtualClock())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def run_id(self) -> str:
        """The run's name, for `fabula show` and the rest."""
        return self._run.id

    @property
    def ending(self) -> Ending | None:
        """How the campaign ended, or None."""
        return self._campaign.ending(self._state)

    @property
    def ended(self) -> bool:
        """Whether the campaign's question is answered or its turns are spent."""
        return self.ending is not None

    def agents(self) -> list[str]:
        """The agents in the campaign now."""
        return [agent for agent in self._campaign.agents(self._state) if agent not in self._campaign.omniscient]

    def register(self, sheet: str | Path) -> str:
        """Bring in the character of a sheet at the beginning of the next step; returns its name. Raises UsageError."""
        setting = self._campaign.setting
        before = {character.persona.name for character in setting.characters}
        added, notices = add_cast(setting, [str(sheet)])
        self.notices += notices
        new = [character for character in added.characters if character.persona.name not in before]
        if not new or new[0].persona.name in self.agents():
            raise UsageError(f"{sheet}: someone of that name is in the campaign already")
        self._post(Register(character=as_plain_character(new[0])))
        return new[0].persona.name

    def remove(self, agent: str, *, why: str = "") -> None:
        """Take an agent out at the beginning of the next step. Raises UsageError for one who is not there."""
        if agent not in self.agents():
            raise UsageError(f"nobody called {agent!r} is in the campaign.{did_you_mean(agent, self.agents())}")
        self._post(Remove(agent=agent, why=why))

    def log_event(self, text: str) -> None:
        """Put a line of your own into the log at the next step."""
        self._post(Record(text=text))

    def run_turn(self) -> TurnSummary:
        """Play one turn to its end. Raises RunError when the campaign has ended."""
        self._check_open()
        if self.ended:
            raise RunError(f"the campaign has ended: {self.ending.why if self.ending else ''}")
        summary = self._background.do(self._turn())
        self.history.append(summary)
        return summary

    @property
    def cost(self) -> str:
        """What models have cost so far, in a few words; empty if none was asked."""
        return self._seating.models.meter() if self._seating.models else ""

    def status(self) -> dict[str, Any]:
        """Where the campaign stands, as plain data: the objective state, and figures of the run."""
        view = self._campaign.view(self._state, None)
        return {"run": self.run_id, "steps": self._run.step, "digest": self._run.digest, "ended": self.ended, **view}

    def save_world_state(self, file: str | Path) -> Path:
        """Write the objective state as JSON; returns the file. Raises UsageError if it cannot be written."""
        path = Path(file)
        try:
            path.write_bytes(msgspec.json.format(canonical(self._campaign.view(self._state, None)), indent=2) + b"\n")
        except OSError as failure:
            raise UsageError(f"{path} cannot be written: {failure.strerror or failure}") from failure
        return path

    def close_campaign_log(self) -> Path:
        """Tell the story of what happened so far and close; returns the folder of log and story."""
        self._check_open()
        self._tale.tell()
        self.close()
        return self._tale.folder

    def close(self) -> None:
        """Let go of the run; it can be resumed. Safe to call twice."""
        if self._open:
            self._finish()

    async def _begin(self, settings: Settings, seats: Sequence[Assign], minds: Mapping[str, Mind], *, seed: int) -> Run:
        store = await self._resources.enter_async_context(SqliteStore.open(settings.home))
        run = await Run.create(store, self._campaign, seed=seed, pack=self._campaign.pack)
        for seat in seats:
            await post(store, run.id, seat)
        self._store = store
        await self._resources.enter_async_context(run)
        self._seating = await self._resources.enter_async_context(
            Seating(store, settings, run.row, self._campaign, minds=minds)
        )
        self._cast = await self._resources.enter_async_context(
            Cast(self._seating.casting(), minds=self._seating.mind, reply_s_max=settings.cast.reply_s_max)
        )
        return run

    async def _turn(self) -> TurnSummary:
        moments: list[Moment] = []
        async for moment in self._moments:
            self._state = moment.state
            self._seating.follow(moment)
            self._tale.write(moment.events)
            moments.append(moment)
            if not self.ended and any(isinstance(event, TurnEnded) for event in moment.events):
                break
        return _summary(moments)

    def _post(self, command: Command) -> None:
        self._check_open()
        self._background.do(post(self._store, self._run.id, command))

    def _check_open(self) -> None:
        if not self._open:
            raise RunError(f"this Director is closed; `fabula resume {self._run.id}` goes on with its run")

    def _finish(self) -> None:
        self._open = False
        self._background.do(self._resources.aclose())
        self._background.stop()


class _Background:
    """An event loop on a thread of its own, so that it also serves where one runs already, as in a notebook."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fabula director", daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self) -> None:
        self.do(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _summary(moments: Sequence[Moment]) -> TurnSummary:
    events = [event for moment in moments for event in moment.events]
    ended = next((event for event in reversed(events) if isinstance(event, TurnEnded)), None)
    return TurnSummary(
        turn=ended.turn if ended else 0,
        tension=ended.tension if ended else 0,
        deeds=ended.deeds if ended else 0,
        successes=ended.successes if ended else 0,
        harm=ended.harm if ended else 0,
        lines=tuple(line for event in events if (line := feed_line(event))),
        troubles=tuple(f"{note.agent}: {note.why}" for moment in moments for note in moment.notes if note.why),
    )
