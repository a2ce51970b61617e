"""The Environment protocol: what anything that can be run promises, and the Mind protocol: what anything that decides
promises.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from fabula.engine.chance import Chance
from fabula.engine.values import Action, AgentId, Decided, Ending, Event, Input, Observation

S = TypeVar("S")


class Environment(Protocol[S]):
    """The rules of one kind of place, and the setting of one run in it.

    Everything here computes and nothing else: no clock, no file, no network, no randomness but `chance`, no order
    taken from a set. `S` is the state; only `step` changes it, and may do so in place.
    """

    name: str
    """The word of the vocabulary: `campaign`, `world`, `table`, `dialogue`, `workshop`, or an outsider's own."""
    rules: str
    """Version of the rules, such as `campaign/1`; a run keeps the version that made it."""
    action_type: Any
    """The union of all actions that any agent may answer with."""
    command_type: Any
    """The union of all commands understood, KernelCommand among them."""
    event_type: Any
    """The union of all events that can happen."""

    def setup(self) -> bytes:
        """All that the first state follows from besides the seed, as canonical JSON; kept with the run, so that it
        plays anywhere. `type(environment).from_setup(bytes)` gives an equal environment.
        """
        ...

    def begin(self, chance: Chance) -> S:
        """The state before step 0."""
        ...

    def observe(self, state: S) -> Sequence[Observation]:
        """Who is asked at this step, in a fixed order, at most one question an agent. Must not change the state."""
        ...

    def step(self, state: S, inputs: Sequence[Input], chance: Chance) -> Sequence[Event]:
        """Apply the inputs, in their order, and move on by one step. Any input of the right type is answered with
        events,
        never with an exception: what cannot be done is refused by an event.
        """
        ...

    def ending(self, state: S) -> Ending | None:
        """How it ended, or None while it goes on."""
        ...

    def agents(self, state: S) -> Sequence[AgentId]:
        """The agents in it now, in a fixed order."""
        ...

    def view(self, state: S, viewer: AgentId | None) -> Mapping[str, Any]:
        """The picture of the state for one pair of eyes, as plain data; `None` sees everything (the keeper)."""
        ...

    def snapshot(self, state: S) -> bytes:
        """The whole state as bytes; equal states give equal bytes."""
        ...

    def restore(self, data: bytes) -> S:
        """The state that `snapshot` gave, bit for bit as good."""
        ...


class Mind(Protocol):
    """What decides for an agent."""

    @property
    def label(self) -> str:
        """What the record says of who decided: `rules`, `script`, `person:ann`, `anthropic:…`."""
        ...

    @property
    def repeatable(self) -> bool:
        """True if the same observation always gives the same answer for nothing, as rules do. The answers of any other
        mind are stored the moment they arrive, so that they are never asked for twice.
        """
        ...

    async def decide(self, observation: Observation) -> Action | Decided:
        """The action with which the agent answers, or that and who really decided. May take its time, may raise: then
        the agent's rules answer instead; an exception's `spent`, if it has one, is what the attempt was billed for.
        """
        ...
