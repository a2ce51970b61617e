"""Tables to talk at: settings, minds and runs for the tests of the dialogue."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from fabula.agents.persona import Persona
from fabula.engine.chance import Chance
from fabula.engine.codec import Codec
from fabula.engine.digest import fingerprint
from fabula.engine.values import Acted, Action, AgentId, Event, Observation
from fabula.environments.dialogue import Dialogue, DialogueSetting, DialogueState, Speaker
from fabula.environments.dialogue.actions import Bid, Call, Consent, Falter, Leading, Propose, Say, Speaking, Vote
from fabula.environments.dialogue.outlook import Outlook

Deciding = Callable[[Observation], Action]
"""A mind of the tests: what it answers."""

SUBJECTS = (
    "the mill race silts up every winter and the miller digs it out alone",
    "two barges waited at the weir until Thursday with a cargo of lime",
    "my grandmother counted forty herons where the culvert stands today",
    "a paddle of oak costs eleven crowns and outlives its carpenter",
    "whoever holds the windlass at night hears the town before the river",
    "in the dry year we walked across and nobody remembers being afraid",
    "the surveyor drew a straight line through somebody's orchard",
    "eels come up in May and no gate of iron ever asked them why",
    "the chapel ledger lists three drowned children and one goat",
    "salt ruins the meadow slowly, the way a debt ruins a kitchen",
    "there is a map in the vestry with the old bed drawn in green",
    "four men lifted the gate in a gale because one of them sang",
)
"""Sentences that have next to nothing in common."""


def a_setting(*names: str, **fields: Any) -> DialogueSetting:
    """Ada, Ben and whoever else is named, who talk about a sluice."""
    speakers = tuple(Speaker(persona=Persona(name=name)) for name in names or ("Ada", "Ben"))
    return DialogueSetting(**{"topic": "the sluice", "speakers": speakers} | fields)


def with_speaker(setting: DialogueSetting, name: str, **fields: Any) -> DialogueSetting:
    """The setting, one of its speakers otherwise."""
    speakers = tuple(replace(each, **fields) if each.persona.name == name else each for each in setting.speakers)
    return replace(setting, speakers=speakers)


class Table:
    """A dialogue that is played step by step, each speaker by a function of what it is asked."""

    def __init__(self, setting: DialogueSetting, minds: Mapping[str, Deciding] | Deciding, *, seed: int = 7) -> None:
        self.dialogue = Dialogue(setting)
        self.state: DialogueState = self.dialogue.begin(Chance(seed))
        self.events: list[Event] = []
        self.asked: list[Observation] = []
        self._minds = minds
        self._seed = seed
        self._digest = ""

    def step(self, *more: Any) -> Sequence[Event]:
        """One step: all who are asked answer; `more` inputs come besides, first the commands."""
        observations = self.dialogue.observe(self.state)
        self.asked += observations
        acted = [Acted(agent=each.agent, asked=each.step, action=self._answer(each)) for each in observations]
        inputs = [*more, *sorted(acted, key=lambda each: each.agent)]
        return self.take(*inputs)

    def take(self, *inputs: Any) -> Sequence[Event]:
        """One step with these inputs and no others."""
        events = self.dialogue.step(self.state, inputs, Chance(self._seed, self.state.step))
        self.events += events
        self._digest = fingerprint(self._digest.encode() + Codec(self.dialogue).encode(events))
        return events

    def play(self, steps_max: int = 400) -> "Table":
        """To its end."""
        for _ in range(steps_max):
            if self.state.ended is not None:
                return self
            self.step()
        raise AssertionError(f"no end in {steps_max} steps")

    @property
    def how(self) -> str:
        """The kind of its ending; empty while it goes on."""
        return self.state.ended.kind if self.state.ended else ""

    @property
    def why(self) -> str:
        return self.state.ended.why if self.state.ended else ""

    @property
    def digest(self) -> str:
        """Of all that happened so far."""
        return self._digest

    def of(self, *kinds: type) -> list[Any]:
        """What happened, of these kinds."""
        return [event for event in self.events if isinstance(event, kinds)]

    def _answer(self, observation: Observation) -> Action:
        if callable(self._minds):
            return self._minds(observation)
        return self._minds.get(observation.agent, lively)(observation)


def lively(observation: Observation) -> Action:
    """Says something new each time, and answers every other question sensibly."""
    seen: Outlook = observation.perceives
    name = str(observation.agent)
    if observation.accepts == Speaking:
        subject = SUBJECTS[(seen.turn - 1) % len(SUBJECTS)]
        return Say(text=f"{subject}, item {seen.turn} as {name} sees it")
    if observation.accepts is Bid:
        return Bid(wish=(seen.turn * 37 + len(name) * 11 + ord(name[0])) % 90 + 5)
    if observation.accepts == Leading:
        return Call(speaker=seen.silent[0], text=f"{seen.silent[0]}, {SUBJECTS[seen.turn % len(SUBJECTS)]}?")
    if observation.accepts is Vote:
        return Vote(choice=seen.options[ord(name[0]) % len(seen.options)])
    if observation.accepts is Propose:
        return Propose(text=f"do as {name} says")
    assert observation.accepts is Consent
    return Consent(objects_to=tuple(each.number for each in seen.proposals if each.speaker > name))


def always(action: Action) -> Deciding:
    """Speaks but that; what is no speech it answers as anybody."""
    return lambda observation: action if observation.accepts == Speaking else lively(observation)


def in_turn(*actions: Action, then: Deciding = lively) -> Deciding:
    """Speaks these one after the other, then as another mind."""
    left = iter(actions)

    def decide(observation: Observation) -> Action:
        return next(left, None) or then(observation) if observation.accepts == Speaking else then(observation)

    return decide


def failing(falter: Falter) -> Deciding:
    """A mind that cannot answer whatever it is asked."""
    return lambda _: falter


def says(*texts: str) -> Deciding:
    """Says these one after the other, then something new each time."""
    return in_turn(*(Say(text=text) for text in texts))


def agent(name: str) -> AgentId:
    return AgentId(name)
