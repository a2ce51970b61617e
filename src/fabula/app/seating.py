"""Seating: finds the minds that a run's seats name, and keeps what they share for as long as the run is played."""

import os
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from fabula.agents.minds.human import Desk, HumanMind
from fabula.agents.persona import Persona
from fabula.app.assigning import BUS, HERE, MIND, PERSON, mind_installed, name_on_bus
from fabula.app.attending import Attendance
from fabula.app.environments import Playable
from fabula.app.mailbox import MailboxDesk
from fabula.engine import AgentId, Chance, Mind, Moment
from fabula.errors import UsageError
from fabula.llm.values import Listener
from fabula.settings import Settings
from fabula.store import RunRow, Store

if TYPE_CHECKING:
    from fabula.app.carrying import SharedBus
    from fabula.app.modelled import Modelled


class MindFactory(Protocol):
    """What an entry point of the group `fabula.minds` gives."""

    def __call__(self, persona: Persona, chance: Chance) -> Mind:
        """A mind for an agent. chance: for what it draws, so that it can be repeatable."""
        ...


class Seating:
    """Gives seats the minds they name: models, persons, minds of others. Enter it (`async with`) before the cast; tell
    it each step.

    Models, and all they need, are loaded when the first seat names one.
    """

    def __init__(  # noqa: PLR0913 - all that a run is played with
        self,
        store: Store,
        settings: Settings,
        run: RunRow,
        environment: Playable,
        *,
        desk: Desk | None = None,
        minds: Mapping[str, Mind] | None = None,
        metered: Callable[[Callable[[], str]], None] = lambda _: None,
        hearing: Callable[[AgentId], Listener | None] = lambda _: None,
        attendance: Attendance | None = None,
        persons: Collection[AgentId] = (),
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """desk: where the person is asked who plays here; None: nobody does. minds: by name, besides those installed.
        metered: given what tells what models have cost so far, once the first is seated. hearing: who listens to
        an agent as a model speaks for it; None: nobody. attendance: keeps who is asked, and can end that. persons:
        those whose seats only persons may hold, who are waited for as long as it takes. environ: holds the keys of
        providers.
        """
        self._store = store
        self._settings = settings
        self._run = run
        self._environment = environment
        self._desk = desk
        self._minds = dict(minds or {})
        self._metered = metered
        self._hearing = hearing
        self._attendance = attendance or Attendance()
        self._persons = frozenset(persons)
        self._environ = environ
        self._chance = Chance(run.seed)
        self._state: Any = None
        self._modelled: Modelled | None = None
        self._bus: SharedBus | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._modelled is not None:
            await self._modelled.aclose()
        if self._bus is not None:
            await self._bus.aclose()

    @property
    def models(self) -> "Modelled | None":
        """What asks models; None until a seat names one."""
        return self._modelled

    def casting(self) -> Callable[[AgentId, Any], tuple[Mind, Mind]]:
        """Minds by rules for every seat; a Cast's `casting`."""
        by_rules = self._environment.casting(self._chance)

        def seat(agent: AgentId, state: Any) -> tuple[Mind, Mind]:
            self._state = state
            return by_rules(agent, state)

        return seat

    def mind(self, name: str, agent: AgentId) -> Mind:
        """The mind of that name for an agent; a Cast's `minds`. Raises UsageError for one that cannot be had here."""
        return self._attendance.seat(self._mind(name, agent))

    def follow(self, moment: Moment) -> None:
        """Take note of a step, so that minds remember it."""
        if self._modelled is not None:
            self._modelled.follow(moment)

    def _mind(self, name: str, agent: AgentId) -> Mind:
        if name.startswith(PERSON):
            return self._person(name, agent)
        if name.startswith(MIND):
            return self._installed(name.removeprefix(MIND), agent)
        if name.startswith(BUS):
            return self._on_bus(name)
        return self._asks_models().mind(name, agent)

    def _asks_models(self) -> "Modelled":
        if self._modelled is None:
            # Loads the libraries that speak to providers: half a second that a run by rules does not pay.
            modelled = import_module("fabula.app.modelled").Modelled
            self._modelled = modelled(
                self._store,
                self._settings,
                self._run,
                self._environment,
                self._environ,
                self._persona,
                hearing=self._hearing,
            )
            self._metered(self._modelled.meter)
        return self._modelled

    def _person(self, name: str, agent: AgentId) -> Mind:
        who = name.removeprefix(PERSON)
        if name == HERE:
            if self._desk is None:
                raise UsageError("whoever played this character is not here")
            return HumanMind(who, self._desk, self._environment)
        desk = MailboxDesk(self._store, self._run.id, who=name)
        limit_s = None if agent in self._persons else self._settings.cast.person_s_max
        return HumanMind(who, desk, self._environment, reply_s_max=limit_s)

    def _on_bus(self, name: str) -> Mind:
        called = name_on_bus(name, self._settings)
        if self._bus is None:
            # Loads the bus, which a run that asks nobody elsewhere does not need.
            self._bus = import_module("fabula.app.carrying").SharedBus(self._settings)
        return self._bus.mind(called, self._environment, run=self._run)

    def _installed(self, name: str, agent: AgentId) -> Mind:
        point = mind_installed(name, own=self._minds)
        if point is None:
            return self._minds[name]
        make: MindFactory = point.load()
        return make(self._persona(agent) or Persona(name=agent), self._chance)

    def _persona(self, agent: AgentId) -> Persona | None:
        """Who an agent is; None for a seat that is nobody's."""
        if agent in self._environment.roles.values():
            return None
        return self._environment.persona(self._state, agent)
