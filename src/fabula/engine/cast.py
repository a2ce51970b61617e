"""The cast: which mind sits in which seat, and how an answer is got from it whatever happens.

A mind may be slow, raise, or answer nonsense; the agent's stand-in (its rules) then answers, and if even that fails,
its
reflex. The note beside the record says who really decided.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Protocol, get_args

import msgspec

from fabula.engine.clock import Clock
from fabula.engine.digest import canonical
from fabula.engine.environment import Mind
from fabula.engine.values import Acted, Action, AgentId, Command, Note, Observation, Release, Take
from fabula.errors import RunError, UsageError

REPLY_BYTES_MAX = 65_536
"""An answer longer than this, encoded, is no answer."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a seat answered, and the note about it."""

    action: Action
    note: Note


class Archive(Protocol):
    """Where the answers of minds that cannot be asked twice are kept; a Run is one."""

    def kept(self, observation: Observation) -> Answer | None:
        """The answer to this observation if one was kept before a break."""
        ...

    async def keep(self, answer: Answer) -> None:
        """Return when the answer is durable."""
        ...


class AbsentMind:
    """A mind that was seated by name and cannot be had here; asking it fails, so that the stand-in answers."""

    repeatable = True

    def __init__(self, name: str, *, why: str) -> None:
        self.label = name
        self._why = why

    async def decide(self, observation: Observation) -> Action:
        raise RunError(f"{self.label!r} is not here: {self._why}")


def no_other_minds(name: str, agent: AgentId) -> Mind:
    """The `minds` of a cast whose seats nobody can take."""
    raise UsageError(f"no mind called {name!r} can take the seat of {agent!r} in this run")


class Seat:
    """An agent's place in the cast: the mind it began with, who sits there now, and who stands in."""

    def __init__(self, mind: Mind, stand_in: Mind) -> None:
        self.own = mind
        self.mind = mind
        self.stand_in = stand_in


class Cast:
    """Asks minds and gathers their answers. Enter it (`async with`) before the first question; leaving cancels open
    thoughts.

    casting: gives a newcomer its mind and its stand-in: `casting(agent, state) -> (mind, stand_in)`.
    minds: finds a mind by name for a `Take` command: `minds(name, agent) -> Mind`; raises UsageError for a name it
    does not know.
    reply_s_max: how long a mind may think, in seconds of real time, before the stand-in answers.
    """

    def __init__(
        self,
        casting: Callable[[AgentId, Any], tuple[Mind, Mind]],
        *,
        minds: Callable[[str, AgentId], Mind] = no_other_minds,
        reply_s_max: float = 120.0,
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._casting = casting
        self._minds = minds
        self.reply_s_max = reply_s_max
        self._stopwatch = stopwatch
        self._seats: dict[AgentId, Seat] = {}
        self._taken: dict[AgentId, str] = {}
        self._thoughts: dict[AgentId, tuple[Observation, asyncio.Task[Answer]]] = {}

    async def __aenter__(self) -> "Cast":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [task for _, task in self._thoughts.values()]
        self._thoughts.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def welcome(self, agents: Iterable[AgentId], state: Any) -> None:
        """Seat those who have no seat yet."""
        for agent in agents:
            if agent not in self._seats:
                self._seats[agent] = Seat(*self._casting(agent, state))
                if agent in self._taken:
                    self._sit(agent, self._taken[agent])

    def seat_again(self, taken: Mapping[AgentId, str]) -> None:
        """Seat those who had taken seats when the run was last left: agent -> name of the mind."""
        for agent, name in taken.items():
            self._taken[agent] = name
            if agent in self._seats:
                self._sit(agent, name)

    def heed(self, commands: Iterable[Command], archive: Archive) -> None:
        """Change seats as told by `Take` and `Release`; a question that is still open is asked again of whoever sits
        there now.
        """
        for command in commands:
            if isinstance(command, Take):
                self._taken[command.agent] = command.mind
            elif isinstance(command, Release):
                self._taken.pop(command.agent, None)
            else:
                continue
            if command.agent in self._seats:
                self._sit(command.agent, self._taken.get(command.agent))
                self._ask_again(command.agent, archive)

    def is_by_rules(self, observations: Iterable[Observation]) -> bool:
        """Whether all the answers to these follow from the log: every mind asked is repeatable, nobody else thinks."""
        return not self._thoughts and all(self._seats[asked.agent].mind.repeatable for asked in observations)

    async def gather(
        self, observations: Sequence[Observation], *, step: int, clock: Clock, archive: Archive
    ) -> tuple[list[Acted[Any]], list[Note]]:
        """Ask the new questions and return the answers that are due at `step`, ordered by (asked, agent), with their
        notes.

        How long it waits is the clock's to say; what is not there then comes at a later step.
        """
        ready: list[tuple[Observation, Answer]] = []
        for observation in observations:
            seat = self._seats[observation.agent]
            if seat.mind.repeatable and observation.due <= step:
                ready.append((observation, await self._answer(seat, observation)))
            else:
                self._think(observation, archive)
        due = {agent: task for agent, (observation, task) in self._thoughts.items() if observation.due <= step}
        if due:
            await clock.wait(due.values())
        for agent, task in due.items():
            if task.done():
                observation, _ = self._thoughts.pop(agent)
                ready.append((observation, task.result()))
        ready.sort(key=lambda pair: (pair[0].step, pair[0].agent))
        acted = [Acted(agent=asked.agent, asked=asked.step, action=answer.action) for asked, answer in ready]
        return acted, [answer.note for _, answer in ready]

    def _sit(self, agent: AgentId, name: str | None) -> None:
        seat = self._seats[agent]
        if name is None:
            seat.mind = seat.own
            return
        try:
            seat.mind = self._minds(name, agent)
        except UsageError as unknown:
            # A record may name a person or model that is not at this machine; the stand-in answers and the notes say
            # why.
            seat.mind = AbsentMind(name, why=str(unknown))

    def _think(self, observation: Observation, archive: Archive) -> None:
        task = asyncio.create_task(self._kept_answer(observation, archive), name=f"thought of {observation.agent}")
        self._thoughts[observation.agent] = observation, task

    def _ask_again(self, agent: AgentId, archive: Archive) -> None:
        observation, task = self._thoughts.get(agent, (None, None))
        if observation is None or task is None or task.done() or archive.kept(observation):
            return
        task.cancel()
        self._think(observation, archive)

    async def _kept_answer(self, observation: Observation, archive: Archive) -> Answer:
        if (kept := archive.kept(observation)) is not None:
            return kept
        seat = self._seats[observation.agent]
        answer = await self._answer(seat, observation)
        if not seat.mind.repeatable:
            # Shielded: once it is being written it counts, even if someone takes the seat meanwhile.
            await asyncio.shield(archive.keep(answer))
        return answer

    async def _answer(self, seat: Seat, observation: Observation) -> Answer:
        """The mind's answer, or the stand-in's, or the reflex; never an exception."""
        began_s = self._stopwatch()
        why = ""
        for mind in (seat.mind, seat.stand_in):
            try:
                if mind.repeatable:
                    action = await mind.decide(observation)
                else:
                    async with asyncio.timeout(self.reply_s_max):
                        action = _checked(await mind.decide(observation), observation)
                if not isinstance(action, _classes(observation.accepts)):
                    raise TypeError(f"{type(action).__name__} is not an action that was asked for")
            # Whatever a mind does, the run goes on; the note says what happened.
            except Exception as failure:  # noqa: BLE001
                why = why or _in_words(mind, failure, self.reply_s_max)
                continue
            latency_ms = None if mind.repeatable and not why else round((self._stopwatch() - began_s) * 1000, 3)
            return _as_answer(observation, action, by=mind.label, why=why, latency_ms=latency_ms)
        return _as_answer(observation, observation.reflex, by="reflex", why=why)


def _as_answer(
    observation: Observation, action: Action, *, by: str, why: str, latency_ms: float | None = None
) -> Answer:
    note = Note(agent=observation.agent, asked=observation.step, by=by, why=why, latency_ms=latency_ms)
    return Answer(action=action, note=note)


def _checked(action: Any, observation: Observation) -> Action:
    """The action as it will be read back from the log. Raises ValueError or msgspec.ValidationError if it cannot be."""
    data = canonical(action)
    if len(data) > REPLY_BYTES_MAX:
        raise ValueError(f"the answer is {len(data):,} bytes long, more than {REPLY_BYTES_MAX:,}")
    checked: Action = msgspec.json.decode(data, type=observation.accepts)
    return checked


@cache
def _classes(accepts: Any) -> tuple[type, ...]:
    return get_args(accepts) or (accepts,)


def _in_words(mind: Mind, failure: Exception, reply_s_max: float) -> str:
    if isinstance(failure, TimeoutError):
        return f"{mind.label} did not answer within {reply_s_max:g} s"
    return f"{mind.label} failed: {type(failure).__name__}: {failure}"[:500]
