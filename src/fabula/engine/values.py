"""The values a run is made of: observations, actions, commands, inputs, events, endings.

Actions, commands and events are roots that every environment extends with its own tagged structs; the tag is the class
name in snake case under the key `kind`: `OpenDoor(to="hall")` is written `{"kind":"open_door","to":"hall"}`.

Fields that have their default are left out of the encoding, and msgspec tells a default by identity. So that equal
values give equal bytes, a default must be the only one of its kind: "", (), None, a bool, an enum's member or a small
whole number. A test holds every struct to that.
"""

import re
from typing import Any, Generic, NewType, TypeVar, dataclass_transform

import msgspec

AgentId = NewType("AgentId", str)
"""The name of an agent, unique within a run: what people call it is what the log calls it."""

RunId = NewType("RunId", str)
"""The name of a run, unique within a store, such as `ashfall-3`."""

KEEPER = AgentId("keeper")
"""Who owns the run; commands without a person's name are the keeper's."""


def kind_of(class_name: str) -> str:
    """The tag of a class: `DoorOpened` is written `door_opened`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=kind_of, gc=False):
    """What a mind answers with; each environment extends it, names are imperative (`OpenDoor`)."""

    reason: str = ""
    """Why, in the agent's own words; recorded, never shown to other agents."""
    thoughts: tuple[str, ...] = ()
    """What the agent makes of it all; its memory changes by these and by what it perceives, nothing else."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=kind_of, gc=False):
    """What the keeper tells the run; recorded as an input like any action."""

    by: str = ""
    """Who gave the command; empty: the keeper."""


class Pause(Command):
    """Hold the run before its next step until `Resume` or `Stop`."""


class Resume(Command):
    """Go on after a pause."""


class Stop(Command):
    """End the run here; what happened so far stays readable, a branch can go on from it."""

    why: str = ""


class Assign(Command):
    """Make the mind called `mind` (a model, other rules) the agent's own: the one its seat begins with and is given
    back to.
    """

    agent: AgentId
    """Empty: everyone who has none assigned, newcomers too."""
    mind: str


class Take(Command):
    """Seat the mind called `mind` (a person, a model, other rules) in place of the agent's present one."""

    agent: AgentId
    mind: str


class Release(Command):
    """Give the agent's seat back to its own mind."""

    agent: AgentId


class Advance(Command):
    """Of a run that is paused: play so many steps, then hold again."""

    steps: int = 1


class Pace(Command):
    """Go so many times as fast as the clock was set to; of a run in virtual time this changes nothing."""

    factor: float
    """Above 0; 1.0 is as it was set."""


class Save(Command):
    """Keep a snapshot of the state after this step, so that resuming and looking back begin there."""


KernelCommand = Pause | Resume | Advance | Pace | Save | Stop | Assign | Take | Release
"""The commands that every run understands; an environment adds its own beside them."""

A = TypeVar("A", bound=Action)
C = TypeVar("C", bound=Command)


class Acted(msgspec.Struct, Generic[A], frozen=True, kw_only=True, tag_field="input", tag="acted"):
    """An input: the action with which `agent` answered the observation of step `asked`."""

    agent: AgentId
    asked: int
    action: A


class Commanded(msgspec.Struct, Generic[C], frozen=True, kw_only=True, tag_field="input", tag="commanded"):
    """An input: a command, in the order `number` in which the run received its commands."""

    number: int
    command: C


Input = Acted[Any] | Commanded[Any]
"""One input of a step. Within a step, commands come first (by number), then actions (step asked, then agent)."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag=kind_of, gc=False):
    """What happened; each environment extends it, names are past tense (`DoorOpened`)."""

    seen_by: tuple[AgentId, ...] = ()
    """The agents that perceived it, sorted; memories, screens and feeds are filtered by this and nothing else."""


class Option(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One action that is open to an agent, with what speaks for it, so that rules can weigh it without knowing the
    environment.
    """

    action: Action
    """Ready to be answered as it is; its `reason` says in the agent's words what speaks for it."""
    appeals: dict[str, float] = {}
    """How far it serves each drive, from -1.0 (against it) to 1.0 (all it could ask for); see fabula.agents.drives."""
    worth: float = 0.0
    """What the situation itself says for (+) or against (-) it, whoever the agent is: urgency, novelty; about -1.0 to
    1.0.
    """


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """A question to one agent: what it perceives at a step, what it may do, and by when.

    `due == step` is a turn-based question; `due > step` gives thinking time while the world goes on.
    Observations are derived from the state and never stored; after a resume they are derived again.
    """

    agent: AgentId
    step: int
    """The step at which it is asked."""
    due: int
    """The step at which the action must be there, >= step; an earlier answer is applied at `due`, a late one at the
    next step.
    """
    perceives: Any
    """The agent's side of the truth: a frozen struct of the environment's, free of anything the agent did not
    perceive.
    """
    accepts: Any
    """The action type (a struct or a union of tagged structs) that an answer must decode into."""
    reflex: Action
    """What the agent does when no answer can be had at all; always valid."""
    options: tuple[Option, ...] = ()
    """Actions open to it, in a fixed order; not a limit, the environment judges any action of `accepts`."""
    events: tuple[Event, ...] = ()
    """What it newly perceived since it was last asked; every one has the agent in `seen_by`."""

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the actions it may answer with."""
        return msgspec.json.schema(self.accepts)


class Ending(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a run ended."""

    kind: str
    """A word the environment defines (`won`, `lost`, `spent`), or `stopped`."""
    why: str
    """The reason, one sentence."""


class Spent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer was billed for."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_nano_usd: int | None = None
    """In billionths of a dollar; None: the price is not known."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """An action from a mind that tells itself who decided it: a model asked through a gateway may be another than the
    one in the seat, or a cache.
    """

    action: Action
    by: str
    """For the note: the mind or model that answered in the end."""
    why: str = ""
    """Why it was not the mind in the seat, when it was not."""
    spent: Spent | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept beside an answer, outside the digest: who really decided, why, and how long it took."""

    agent: AgentId
    asked: int
    by: str
    """Which mind answered in the end: `rules`, `reflex`, `person:ann`, `anthropic:…`, `script`."""
    why: str = ""
    """Why it was not the mind in the seat, when it was not."""
    latency_ms: float | None = None
    """Real time from question to answer; None for rules, which take none worth keeping."""
    spent: Spent | None = None
    """What the answer was billed for; None: nothing."""
