"""A run: one life of one environment, as the log knows it - where it stands, what it committed, what it may write
next.
"""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fabula.engine.cast import Answer
from fabula.engine.chance import Chance
from fabula.engine.codec import Codec
from fabula.engine.digest import canonical, fingerprint, genesis, next_digest, next_seal
from fabula.engine.environment import Environment
from fabula.engine.values import (
    Acted,
    AgentId,
    Assign,
    Command,
    Commanded,
    Ending,
    Event,
    Input,
    Note,
    Observation,
    Release,
    Save,
    Stop,
    Take,
)
from fabula.engine.waiting import OpenQuestion, Waiting
from fabula.errors import RunError, UsageError
from fabula.store import AnswerRow, Lease, RecordRow, RunRow, SnapshotRow, Store

LEASE_S = 30.0
"""How long a run stays held by a process that fell silent; one that died on this machine is noticed at once."""

SCHEMA = 1
"""Version of the form of records."""

SEED_MAX = 2**63 - 1


_NAME = re.compile(r"\w[\w.-]{0,79}")


class RulesDiffer(RunError):
    """Today's rules do not give the recorded events; the message names the first step that differs."""


class RunEnded(UsageError):
    """The run has ended; nothing can be added to it."""


class LoopState(msgspec.Struct, frozen=True, kw_only=True):
    """The loop's own part of a snapshot."""

    questions: tuple[OpenQuestion, ...] = ()
    assigned: dict[AgentId, str] = {}
    """The minds that agents were given as their own: agent (empty: everyone else) -> name of the mind."""
    taken: dict[AgentId, str] = {}
    """Seats taken over: agent -> name of the mind."""
    commands: int = 0
    """Number of the last command that became an input."""
    stopped: str = ""
    """Why the keeper stopped the run, once that is recorded."""


class Run:
    """A run opened for writing. Get one from `create`, `open` or `branch`; leave it with `close` or `async with`."""

    def __init__(self, store: Store, row: RunRow, lease: Lease, *, snapshot_every: int) -> None:
        self._store = store
        self._row = row
        self._lease = lease
        self.snapshot_every = snapshot_every
        """Steps between two snapshots; may be changed at any time."""
        self._codec: Codec
        self._answers: dict[tuple[AgentId, int], Answer] = {}
        self._commands_heard = 0
        self.step = row.steps
        """The number of the next step."""
        self.digest = row.digest
        """Of everything so far (hex)."""
        self._seal = row.seal
        self.waiting = Waiting()
        """The questions that are open."""
        self.assigned: dict[AgentId, str] = {}
        """The minds that agents were given as their own: agent (empty: everyone else) -> name of the mind."""
        self.taken: dict[AgentId, str] = {}
        """Seats taken over: agent -> name of the mind."""
        self.stopped = ""
        """Why the keeper stopped the run, once that is recorded."""
        self._recorded: list[RecordRow] = []
        self._snapshot: SnapshotRow | None = None
        self._holding: asyncio.Task[None] | None = None

    @classmethod
    async def create(
        cls,
        store: Store,
        environment: Environment[Any],
        *,
        seed: int,
        pack: str,
        name: str = "",
        snapshot_every: int = 50,
    ) -> "Run":
        """Begin a new run and hold it. name: its id; empty: the pack's name with the next free number."""
        if not -SEED_MAX <= seed <= SEED_MAX:
            raise UsageError(f"seed {seed}: give a whole number between -{SEED_MAX} and {SEED_MAX}")
        for called in filter(None, (name, pack)):
            if not is_run_name(called):
                raise UsageError(f"{called[:80]!r} is no name for a run: use letters, digits, '-', '_' and '.'")
        setup = environment.setup()
        setup_digest = fingerprint(setup)
        start = genesis(environment=environment.name, rules=environment.rules, seed=seed, setup_digest=setup_digest)
        row = await store.create_run(
            RunRow(
                id=name or f"{pack}-*",
                environment=environment.name,
                rules=environment.rules,
                pack=pack,
                seed=seed,
                setup_digest=setup_digest,
                digest=start,
                seal=start,
            ),
            setup,
        )
        return await cls.open(store, row.id, snapshot_every=snapshot_every)

    @classmethod
    async def open(cls, store: Store, run: str, *, snapshot_every: int = 50) -> "Run":
        """Hold an existing run. Raises NoSuchRun, RunIsOpen."""
        lease = await store.acquire(run, ttl_s=LEASE_S)
        # Read after the lease is ours: until then its former holder may have gone on.
        return cls(store, await store.run(run), lease, snapshot_every=snapshot_every)

    async def __aenter__(self) -> "Run":
        self._holding = asyncio.create_task(self._hold(), name=f"lease of {self.id}")
        return self

    async def __aexit__(self, *failure: object) -> None:
        if self._holding is not None:
            self._holding.cancel()
            # Had it been taken over, the next append would have said so; what counts now is to give it back.
            await asyncio.gather(self._holding, return_exceptions=True)
        await self._store.release(self._lease)

    @property
    def id(self) -> str:
        return self._row.id

    @property
    def row(self) -> RunRow:
        """As it was when the run was opened."""
        return self._row

    @property
    def ending(self) -> Ending | None:
        """How it ended, if it was closed."""
        return None if self._row.ending is None else msgspec.json.decode(self._row.ending, type=Ending)

    def chance(self) -> Chance:
        """The chance of the next step."""
        return Chance(self._row.seed, self.step)

    async def resume(self, environment: Environment[Any]) -> Any:
        """The state before the next step: the latest usable snapshot, and the recorded inputs after it.

        Raises RulesDiffer if the rules give other events than were recorded.
        """
        self._codec = Codec(environment)
        for step in await self._store.snapshots(self.id, at_most=self.step):
            found = await self._from_snapshot(environment, step)
            # Thoughts that began before the snapshot and still go on can only be derived from an earlier one.
            if found is not None and not self.waiting.underived():
                break
        else:
            found = await self._rerun(environment, environment.begin(Chance(self._row.seed)), LoopState(), start=0)
        oldest = min((question.asked for question in self.waiting.as_questions()), default=self.step)
        for kept in await self._store.answers(self.id, since=oldest):
            action, note = self._codec.action(kept.action), msgspec.json.decode(kept.note, type=Note)
            self._answers[AgentId(kept.agent), kept.asked] = Answer(action=action, note=note)
        return found

    def kept(self, observation: Observation) -> Answer | None:
        """The stored answer to an observation, if its mind was asked before a break."""
        return self._answers.get((observation.agent, observation.step))

    async def keep(self, answer: Answer) -> None:
        """Store an answer the moment it arrived; returns when it is durable."""
        note = answer.note
        row = AnswerRow(
            agent=note.agent, asked=note.asked, action=self._codec.encode(answer.action), note=canonical(note)
        )
        await self._store.keep_answer(self._lease, row)
        self._answers[note.agent, note.asked] = answer

    async def commands(self) -> list[Commanded[Any]]:
        """Commands received since the last call, in order; each is an input of the next step."""
        rows = await self._store.commands(self.id, after=self._commands_heard)
        if rows:
            self._commands_heard = rows[-1].number
        return [Commanded(number=row.number, command=self._codec.command(row.command)) for row in rows]

    def record(
        self,
        inputs: Sequence[Input],
        events: Sequence[Event],
        notes: Sequence[Note],
        *,
        environment: Environment[Any],
        state: Any,
    ) -> None:
        """Chain one step to those before it; `commit` makes it durable. `state` is as it left it, for a snapshot: every
        so many steps, and where a `Save` asks for one.
        """
        encoded_inputs, encoded_events = self._codec.encode(inputs), self._codec.encode(events)
        encoded_notes = self._codec.encode(notes)
        digest = next_digest(self.digest, self.step, encoded_inputs, encoded_events)
        seal = next_seal(self._seal, digest, encoded_notes, SCHEMA)
        record = RecordRow(
            step=self.step,
            inputs=encoded_inputs,
            events=encoded_events,
            digest=digest,
            notes=encoded_notes,
            seal=seal,
            schema=SCHEMA,
        )
        self._settle(inputs, step=self.step)
        self._recorded.append(record)
        self.step, self.digest, self._seal = self.step + 1, digest, seal
        if self.step % self.snapshot_every == 0 or any(_is_save(item) for item in inputs):
            self._snapshot = self._a_snapshot(environment.snapshot(state))

    async def commit(self, *, ending: Ending | None = None) -> None:
        """Keep what was recorded since the last time, and how the run ended if it did, in one transaction; returns when
        it is durable.
        """
        ended = None if ending is None else canonical(ending)
        await self._store.append(self._lease, self._recorded, snapshot=self._snapshot, ending=ended)
        self._recorded, self._snapshot = [], None
        self._row = msgspec.structs.replace(self._row, ending=ended)

    async def _hold(self) -> None:
        """Keep the lease while nothing is appended."""
        while True:
            await asyncio.sleep(LEASE_S / 3)
            self._lease = await self._store.renew(self._lease, ttl_s=LEASE_S)

    async def _from_snapshot(self, environment: Environment[Any], step: int) -> Any | None:
        snapshot = await self._store.snapshot(self.id, step)
        if snapshot is None or snapshot.check != fingerprint(snapshot.state + snapshot.pending):
            return None
        if snapshot.digest != await digest_before(self._store, self._row, step):
            return None
        loop_state = msgspec.json.decode(snapshot.pending, type=LoopState)
        return await self._rerun(environment, environment.restore(snapshot.state), loop_state, start=step)

    async def _rerun(self, environment: Environment[Any], state: Any, loop_state: LoopState, *, start: int) -> Any:
        self.waiting = Waiting(loop_state.questions)
        self.assigned = dict(loop_state.assigned)
        self.taken = dict(loop_state.taken)
        self._commands_heard = loop_state.commands if start > self._row.parent_step else 0
        self.stopped = loop_state.stopped
        async for record in self._store.records(self.id, start=start, stop=self.step):
            self.waiting.ask(environment.observe(state))
            inputs = self._codec.inputs(record.inputs)
            events = environment.step(state, inputs, Chance(self._row.seed, record.step))
            if self._codec.encode(events) != record.events:
                raise RulesDiffer(_rules_differ(self._row, environment, record.step))
            self._settle(inputs, step=record.step)
        return state

    def _settle(self, inputs: Sequence[Input], *, step: int) -> None:
        self.waiting.settle(inputs)
        for item in inputs:
            if isinstance(item, Acted):
                self._answers.pop((item.agent, item.asked), None)
                continue
            # A branch numbers its commands anew; those of the shared past are not among them.
            if step >= self._row.parent_step:
                self._commands_heard = max(self._commands_heard, item.number)
            if isinstance(item.command, Assign):
                self.assigned[item.command.agent] = item.command.mind
            elif isinstance(item.command, Take):
                self.taken[item.command.agent] = item.command.mind
            elif isinstance(item.command, Release):
                self.taken.pop(item.command.agent, None)
            elif isinstance(item.command, Stop):
                self.stopped = item.command.why or "stopped by its keeper"

    def _a_snapshot(self, state: bytes) -> SnapshotRow:
        pending = canonical(
            LoopState(
                questions=self.waiting.as_questions(),
                assigned=self.assigned,
                taken=self.taken,
                commands=self._commands_heard,
                stopped=self.stopped,
            )
        )
        check = fingerprint(state + pending)
        return SnapshotRow(step=self.step, state=state, pending=pending, digest=self.digest, check=check)


def _is_save(item: Input) -> bool:
    return isinstance(item, Commanded) and isinstance(item.command, Save)


def is_run_name(name: str) -> bool:
    """Whether a run or a pack may be called that: letters, digits, `_`, `-` and `.`, at most 80 of them."""
    return _NAME.fullmatch(name) is not None


async def digest_before(store: Store, row: RunRow, step: int) -> str:
    """The digest that a run had before a step: that of the record before, or of its genesis."""
    if step == 0:
        return genesis(environment=row.environment, rules=row.rules, seed=row.seed, setup_digest=row.setup_digest)
    async for record in store.records(row.id, start=step - 1, stop=step):
        return record.digest
    raise RunError(f"run {row.id!r}: record {step - 1} is missing; `fabula verify {row.id}` tells more")


async def post(store: Store, run: str, command: Command) -> int:
    """Leave a command for a run, whether or not it is being played now; returns its number."""
    return await store.post_command(run, canonical(command))


def _rules_differ(row: RunRow, environment: Environment[Any], step: int) -> str:
    return (
        f"run {row.id!r} was made by the rules {row.rules!r}; today's ({environment.rules!r}) give other events at "
        f"step {step}. It can be read (`fabula log {row.id}`, `fabula story {row.id}`) and branched before that step "
        f"(`fabula branch {row.id} --at {step}`)."
    )
