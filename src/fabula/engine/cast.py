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
from typing import Any, Protocol, get_args, runtime_checkable

import msgspec
from msgspec.structs import replace

from fabula.engine.clock import Clock
from fabula.engine.digest import canonical
from fabula.engine.environment import Mind
from fabula.engine.values import Acted, Action, AgentId, Assign, Command, Decided, Note, Observation, Release, Take
from fabula.errors import FabulaError, RunError, UsageError

RULES = "rules"
"""The name under which the minds by rules that every seat begins with can be assigned and seated."""

REPLY_BYTES_MAX = 65_536
"""An answer longer than this, encoded, is no answer."""

WHY_CHARACTERS_MAX = 500
"""Of the reason, in a note, why somebody else had to decide."""


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


@runtime_checkable
class StandsIn(Protocol):
    """What a stand-in may offer besides: to be told why it is asked."""

    async def stand_in(self, observation: Observation, failure: Exception) -> Action | Decided:
        """The action for an agent whose own mind failed so; may be one that `observation.accepts` does not offer, as
        long as it is the environment's.
        """
        ...


class AbsentMind:
    """A mind that was seated by name and cannot be had here; asking it fails, so that the stand-in answers."""

    repeatable = True

    def __init__(self, name: str, *, why: str) -> None:
        self.label = name
        self._why = why

    async def decide(self, observation: Observation) -> Action:
        raise RunError(f"is not here: {self._why}")


def no_other_minds(name: str, agent: AgentId) -> Mind:
    """The `minds` of a cast whose seats nobody can take."""
    raise UsageError(f"no mind called {name!r} can take the seat of {agent!r} in this run")


class Seat:
    """An agent's place in the cast: its mind by rules, who sits there now, and who stands in."""

    def __init__(self, rules: Mind, stand_in: Mind) -> None:
        self.rules = rules
        self.mind = rules
        self.name = RULES
        """What the mind that sits there now is called in `Assign` and `Take`."""
        self.stand_in = stand_in


class Cast:
    """Asks minds and gathers their answers. Enter it (`async with`) before the first question; leaving cancels open
    thoughts.

    casting: gives a newcomer its mind and its stand-in: `casting(agent, state) -> (mind, stand_in)`.
    minds: finds a mind by name for an `Assign` or `Take` command: `minds(name, agent) -> Mind`; raises UsageError for a
    name it does not know. RULES, the mind of `casting`, is known always.
    reply_s_max: how long a mind may think, in seconds of real time, before the stand-in answers; a mind with a
    `reply_s_max` of its own, as a person's, is given that (None: as long as it takes).
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
        self._assigned: dict[AgentId, str] = {}
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
                self._sit(agent)

    def seat_again(self, assigned: Mapping[AgentId, str], taken: Mapping[AgentId, str]) -> None:
        """Seat those who sat there when the run was last left. assigned, taken: agent -> name of the mind."""
        self._assigned.update(assigned)
        self._taken.update(taken)
        for agent in self._seats:
            self._sit(agent)

    def heed(self, commands: Iterable[Command], archive: Archive) -> None:
        """Change seats as told by `Assign`, `Take` and `Release`; a question that is still open is asked again of
        whoever sits there now.
        """
        for command in commands:
            if isinstance(command, Assign):
                self._assigned[command.agent] = command.mind
            elif isinstance(command, Take):
                self._taken[command.agent] = command.mind
            elif isinstance(command, Release):
                self._taken.pop(command.agent, None)
            else:
                continue
            for agent in self._seats:
                if command.agent in (agent, "") and self._sit(agent):
                    self._ask_again(agent, archive)

    def is_by_rules(self, observations: Iterable[Observation]) -> bool:
        """Whether all the answers to these follow from the log: every mind asked is repeatable, nobody else thinks."""
        thinkers = (*self._thoughts, *(asked.agent for asked in observations))
        return all(self._seats[agent].mind.repeatable for agent in thinkers)

    @property
    def asked(self) -> dict[AgentId, str]:
        """Whose answer is waited for, and what their mind is called."""
        return {agent: self._seats[agent].mind.label for agent, (_, task) in self._thoughts.items() if not task.done()}

    @property
    def thinking(self) -> int:
        """How many minds think at this moment."""
        return len(self._thoughts)

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

    def _sit(self, agent: AgentId) -> bool:
        """Seat whoever is to sit there; returns whether that is somebody else than before."""
        seat = self._seats[agent]
        name = self._taken.get(agent) or self._assigned.get(agent) or self._assigned.get(AgentId("")) or RULES
        if name == seat.name:
            return False
        seat.name = name
        try:
            seat.mind = seat.rules if name == RULES else self._minds(name, agent)
        except UsageError as unknown:
            # A record may name a person or model that is not at this machine; the stand-in answers and the notes say
            # why.
            seat.mind = AbsentMind(name, why=str(unknown))
        return True

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
        why, spent, failed = "", None, None
        for mind in (seat.mind, seat.stand_in):
            limit_s = getattr(mind, "reply_s_max", self.reply_s_max)
            try:
                decided = await _decided(mind, observation, limit_s, failed)
            # Whatever a mind does, the run goes on; the note says what happened.
            except Exception as failure:  # noqa: BLE001
                failed = failed or failure
                why = why or _in_words(mind, failure, limit_s)
                spent = spent or getattr(failure, "spent", None)
                continue
            latency_ms = None if mind.repeatable and not why else round((self._stopwatch() - began_s) * 1000, 3)
            decided = replace(decided, why=why or decided.why, spent=spent or decided.spent)
            return _as_answer(observation, decided, latency_ms=latency_ms)
        return _as_answer(observation, Decided(action=observation.reflex, by="reflex", why=why, spent=spent))


async def _decided(mind: Mind, observation: Observation, limit_s: float | None, failed: Exception | None) -> Decided:
    """What the mind decides, held to what was asked for. failed: why the mind before it could not."""
    if failed is not None and isinstance(mind, StandsIn):
        return _as_decided(await mind.stand_in(observation, failed), mind)
    if mind.repeatable:
        decided = _as_decided(await mind.decide(observation), mind)
    else:
        async with asyncio.timeout(limit_s):
            decided = _as_decided(await mind.decide(observation), mind)
        decided = replace(decided, action=_checked(decided.action, observation))
    if not isinstance(decided.action, _classes(observation.accepts)):
        raise TypeError(f"{type(decided.action).__name__} is not an action that was asked for")
    return decided


def _as_decided(answer: Action | Decided, mind: Mind) -> Decided:
    return answer if isinstance(answer, Decided) else Decided(action=answer, by=mind.label)


def _as_answer(observation: Observation, decided: Decided, *, latency_ms: float | None = None) -> Answer:
    note = Note(
        agent=observation.agent,
        asked=observation.step,
        by=decided.by,
        why=decided.why,
        latency_ms=latency_ms,
        spent=decided.spent,
    )
    return Answer(action=decided.action, note=note)


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


def _in_words(mind: Mind, failure: Exception, limit_s: float | None) -> str:
    if isinstance(failure, TimeoutError):
        return f"{mind.label} did not answer" + (f" within {round(limit_s, 2):g} s" if limit_s else " in time")
    if isinstance(failure, FabulaError):
        said = str(failure)
        return (said if said.startswith(mind.label) else f"{mind.label}: {said}")[:WHY_CHARACTERS_MAX]
    return f"{mind.label} failed: {type(failure).__name__}: {failure}"[:WHY_CHARACTERS_MAX]
