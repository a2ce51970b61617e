"""The keeper: carries out what is typed at the console of a run that is played here."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from fabula.app import Live, Observer, agent_called
from fabula.app.console import USAGES, Look, meant
from fabula.engine import Command, Moment, Pause, Release, Resume, Stop, Take, post
from fabula.errors import FabulaError, UsageError
from fabula.store import Store


class Keeper:
    """Understands lines, leaves commands for the run, and looks at its state."""

    def __init__(
        self, environment: Live, tell: Callable[[str], None], *, show: Callable[[Sequence[str]], None] | None = None
    ) -> None:
        """tell: shows a line to whoever typed. show: shows what was looked at; None: line by line."""
        self._environment = environment
        self._tell = tell
        self._show = show or self._tell_all
        self.is_paused = False
        """Whether the last that was ordered here was to hold the run."""
        self._store: Store | None = None
        self._run = ""
        self._moment: Moment | None = None
        self._observer: Observer | None = None
        self._posting: set[asyncio.Task[None]] = set()

    def begin(self, store: Store, run: str) -> None:
        """The run is called that, and commands for it are left in that store."""
        self._store, self._run = store, run

    def observe(self, observer: Observer) -> None:
        """What keeps the figures of the run."""
        self._observer = observer

    def follow(self, moment: Moment) -> None:
        """This is how the run stands."""
        self._moment = moment

    def hear(self, line: str) -> None:
        """Do what a line says; whatever is wrong with it is told."""
        if not line.strip():
            return
        try:
            said = meant(line, own=self._environment.orders)
            if isinstance(said, Look):
                self._show(self._look(said))
                return
            self._post(self._named(said.command))
            self.is_paused = isinstance(said.command, Pause) or (
                self.is_paused and not isinstance(said.command, Resume | Stop)
            )
            self._tell(said.said)
        except FabulaError as wrong:
            self._tell(str(wrong))

    def _look(self, look: Look) -> Sequence[str]:
        if look.what == "help":
            return [f"{usage.form:<48} {usage.help}" for usage in USAGES.values()]
        if look.what == "figures":
            return [self._observer.figures().line() if self._observer else "nothing was measured yet"]
        if self._moment is None:
            raise UsageError("the run has not begun yet")
        return self._environment.look(self._moment.state, look.what, look.about)

    def _tell_all(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._tell(line)

    def _named(self, command: Command) -> Command:
        """The command with the agent's whole name, where it seats somebody. Raises UsageError."""
        environment = self._environment
        if not isinstance(command, Take | Release) or self._moment is None:
            return command
        agents = environment.agents(self._moment.state)
        return msgspec.structs.replace(command, agent=agent_called(command.agent, agents))

    def _post(self, command: Command) -> None:
        if self._store is None:
            raise UsageError("the run has not begun yet")
        task = asyncio.get_running_loop().create_task(self._left(self._store, command))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _left(self, store: Store, command: Command) -> None:
        try:
            await post(store, self._run, command)
        except FabulaError as failure:
            self._tell(str(failure))
