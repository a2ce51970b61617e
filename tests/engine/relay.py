"""A small environment for the engine's own tests: keepers along a coast pass a light on, and may think while the
night goes on.

Turn-based questions and thinking time, whispers that one other hears, a command of its own: one of everything the
engine knows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fabula.engine import (
    Acted,
    Action,
    AgentId,
    Cast,
    Chance,
    Command,
    Ending,
    Event,
    Input,
    KernelCommand,
    Mind,
    Observation,
    Option,
)


class Shine(Action):
    lamps: int


class Whisper(Action):
    to: str
    text: str


class Wait(Action):
    pass


class Gust(Command):
    strength: int


class Shone(Event):
    agent: str
    lamps: int


class Whispered(Event):
    agent: str
    to: str
    text: str


class Blew(Event):
    strength: int


class Coast(msgspec.Struct):
    """The state."""

    keepers: list[AgentId]
    step: int = 0
    lit: int = 0
    unseen: dict[str, list[Whispered | Shone | Blew]] = {}
    wind: int = 0


class Relay:
    """Ends after `nights` steps. Keepers are asked every third step and have `thinking` steps to answer."""

    name = "relay"
    rules = "relay/1"
    action_type: Any = Shine | Whisper | Wait
    command_type: Any = KernelCommand | Gust
    event_type: Any = Shone | Whispered | Blew
    steps_taken = 0

    def __init__(self, *, nights: int = 9, keepers: Sequence[str] = ("ada", "bo", "cy"), thinking: int = 0) -> None:
        self._nights, self._keepers, self._thinking = nights, tuple(keepers), thinking

    def setup(self) -> bytes:
        return msgspec.json.encode([self._nights, self._keepers, self._thinking])

    @classmethod
    def from_setup(cls, data: bytes) -> "Relay":
        nights, keepers, thinking = msgspec.json.decode(data)
        return cls(nights=nights, keepers=keepers, thinking=thinking)

    def begin(self, chance: Chance) -> Coast:
        keepers = [AgentId(name) for name in self._keepers]
        return Coast(keepers=keepers, wind=chance.stream("wind").integer(0, 9), unseen={name: [] for name in keepers})

    def observe(self, state: Coast) -> list[Observation]:
        asked = state.keepers if state.step % 3 == 0 else state.keepers[:1]
        return [self._observation(state, agent) for agent in asked]

    def _observation(self, state: Coast, agent: AgentId) -> Observation:
        return Observation(
            agent=agent,
            step=state.step,
            due=state.step + self._thinking,
            perceives={"wind": state.wind},
            accepts=self.action_type,
            reflex=Wait(),
            options=(Option(action=Shine(lamps=1 + state.wind % 3)), Option(action=Wait())),
            events=tuple(state.unseen[agent]),
        )

    def step(self, state: Coast, inputs: Sequence[Input], chance: Chance) -> list[Event]:
        for agent in state.keepers:
            state.unseen[agent] = []
        events: list[Whispered | Shone | Blew] = [happened for item in inputs for happened in self._apply(state, item)]
        if chance.stream("gust").chance(0.5):
            events.append(self._blow(state, chance.stream("strength").integer(1, 6)))
        for event in events:
            for agent in event.seen_by:
                state.unseen[agent].append(event)
        state.step += 1
        return list(events)

    def _apply(self, state: Coast, item: Input) -> list[Whispered | Shone | Blew]:
        everyone = tuple(state.keepers)
        if not isinstance(item, Acted):
            return [self._blow(state, item.command.strength)] if isinstance(item.command, Gust) else []
        match item.action:
            case Shine(lamps=lamps):
                state.lit += lamps
                return [Shone(agent=item.agent, lamps=lamps, seen_by=everyone)]
            case Whisper(to=to, text=text):
                return [Whispered(agent=item.agent, to=to, text=text, seen_by=tuple(sorted({item.agent, AgentId(to)})))]
            case _:
                return []

    def _blow(self, state: Coast, strength: int) -> Blew:
        state.wind = (state.wind + strength) % 10
        return Blew(strength=strength, seen_by=tuple(state.keepers))

    def ending(self, state: Coast) -> Ending | None:
        return Ending(kind="dawn", why=f"{state.lit} lamps burnt") if state.step >= self._nights else None

    def agents(self, state: Coast) -> list[AgentId]:
        return state.keepers

    def view(self, state: Coast, viewer: AgentId | None) -> Mapping[str, Any]:
        return {"lit": state.lit, "wind": state.wind}

    def snapshot(self, state: Coast) -> bytes:
        return msgspec.json.encode(state, order="deterministic")

    def restore(self, data: bytes) -> Coast:
        return msgspec.json.decode(data, type=Coast)


class Keeper:
    """Rules: shine as many lamps as the wind asks for."""

    label = "rules"
    repeatable = True

    async def decide(self, observation: Observation) -> Action:
        return observation.options[0].action


def by_rules(agent: AgentId, state: Any) -> tuple[Mind, Mind]:
    """Everybody by rules."""
    return Keeper(), Keeper()


def with_mind(mind: Mind, *, agent: str) -> Cast:
    """A cast by rules but for one seat."""
    return Cast(lambda who, state: (mind if who == agent else Keeper(), Keeper()))
