"""The dialogue: the environment in which two or more agents, and people, talk until they are done."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import msgspec

from fabula.agents.minds.human import Question
from fabula.agents.persona import Persona
from fabula.engine.chance import Chance
from fabula.engine.digest import canonical
from fabula.engine.environment import Mind
from fabula.engine.values import AgentId, Ending, Event, Input, Observation
from fabula.environments.dialogue.actions import AnyAction
from fabula.environments.dialogue.asking import observations
from fabula.environments.dialogue.briefing import question, told
from fabula.environments.dialogue.checks import check, checked_turns
from fabula.environments.dialogue.commands import DialogueCommand
from fabula.environments.dialogue.events import AnyEvent
from fabula.environments.dialogue.opening import first_state
from fabula.environments.dialogue.pack import add_cast, load_dialogue
from fabula.environments.dialogue.portrait import portrait
from fabula.environments.dialogue.prompts import DECIDING, shipped_prompts, speech_of
from fabula.environments.dialogue.prompts.speech import DialogueSpeech
from fabula.environments.dialogue.rhetoric import SpeakerRules
from fabula.environments.dialogue.scene import Scene
from fabula.environments.dialogue.senses import DialogueSenses
from fabula.environments.dialogue.setting import DialogueSetting, Speaker
from fabula.environments.dialogue.standing_in import SpeakerStandIn
from fabula.environments.dialogue.state import DialogueState
from fabula.environments.dialogue.step import take_step
from fabula.environments.dialogue.view import picture
from fabula.errors import UsageError, did_you_mean


class Dialogue:
    """The rules of a dialogue, and the setting of one run of it.

    A turn is one step in which its speaker is asked; where bids or a moderator settle whose it is, a step in which they
    are asked goes before it. A vote or a round of consensus is a step or two in which all are asked.
    """

    name = "dialogue"
    rules = "dialogue/2"
    action_type: Any = AnyAction
    command_type: Any = DialogueCommand
    event_type: Any = AnyEvent
    roles: Mapping[str, AgentId] = MappingProxyType({})
    """Every seat is a speaker's."""

    def __init__(self, setting: DialogueSetting) -> None:
        """Raises UsageError that tells all that is wrong with the setting."""
        check(setting)
        self.setting = setting

    @property
    def pack(self) -> str:
        """What its runs are called after."""
        return self.setting.pack

    @property
    def turns(self) -> int:
        """How many turns it will take at most; 0 if nobody can say."""
        return self.setting.ends.turns

    @classmethod
    def from_pack(cls, pack: Path, *, turns: int | None = None, cast: Sequence[str] = ()) -> tuple[Self, list[str]]:
        """The dialogue of a pack, and what a person should be told about it.

        turns: instead of the pack's own. cast: character sheets, `FILE` or `NAME=FILE`. Raises UsageError.
        """
        loaded = load_dialogue(pack)
        setting, notices = add_cast(loaded.setting, cast)
        if turns is not None:
            ends = msgspec.structs.replace(setting.ends, turns=checked_turns(turns))
            setting = msgspec.structs.replace(setting, ends=ends)
        dialogue = cls(setting)
        if setting.prompts:
            # Only such a pack needs the language of templates, and jinja2 with it, before a model is asked.
            from fabula.environments.dialogue.prompts.trial import try_prompts  # noqa: PLC0415 - heavy, see above

            try_prompts(setting, dialogue.prompts)
        return dialogue, [*loaded.warnings, *notices]

    @classmethod
    def from_setup(cls, data: bytes) -> Self:
        """The dialogue whose `setup()` that was. Raises UsageError if it is none."""
        try:
            return cls(msgspec.json.decode(data, type=DialogueSetting))
        except msgspec.DecodeError as wrong:
            raise UsageError(f"the setup of the dialogue cannot be read: {wrong}") from wrong

    @property
    def prompts(self) -> Mapping[str, str]:
        """The templates with which models are asked, by name: the pack's own before those that ship."""
        return {**shipped_prompts(), **self.setting.prompts}

    def prompt(self, agent: str) -> str:
        """The name of the template with which a model is asked to decide; how it is asked to speak, `speech` says."""
        return DECIDING

    def speech(self, agent: str) -> DialogueSpeech:
        """How a model in this agent's seat is asked to speak."""
        return speech_of(self.setting, agent)

    def senses(self) -> DialogueSenses:
        """How events reach the speakers' memories; new for every run."""
        return DialogueSenses(self.setting)

    def question(self, observation: Observation) -> Question:
        """The observation in words, for a person in the seat."""
        return question(observation)

    def told(self, events: Sequence[Event], *, agent: str, state: DialogueState) -> Sequence[str]:
        """What the agent perceived of these events, for a person in its seat."""
        return told([event for event in events if agent in event.seen_by], agent)

    def portrait(self, view: Mapping[str, Any]) -> Sequence[str]:
        """An agent's `view` in lines, for a person; none for the view of the whole state."""
        return portrait(view)

    def setup(self) -> bytes:
        """The setting as canonical JSON."""
        return canonical(self.setting)

    def begin(self, chance: Chance) -> DialogueState:
        """The state before step 0."""
        return first_state(self.setting, chance)

    def observe(self, state: DialogueState) -> Sequence[Observation]:
        """Whom the present phase asks."""
        return observations(self.setting, state)

    def step(self, state: DialogueState, inputs: Sequence[Input], chance: Chance) -> Sequence[Event]:
        """Play one phase. After the ending nothing happens any more."""
        if state.ended is not None:
            return ()
        scene = Scene(self.setting, state, chance)
        take_step(scene, inputs)
        return scene.events

    def ending(self, state: DialogueState) -> Ending | None:
        """How it ended, or None while it goes on."""
        return state.ended

    def agents(self, state: DialogueState) -> Sequence[AgentId]:
        """The speakers, in their order; those who took leave too, whose seats stay theirs."""
        return tuple(AgentId(name) for name in self.setting.names)

    def persona(self, state: DialogueState, agent: str) -> Persona:
        """Who a speaker is. Raises UsageError if there is no such one."""
        return self._speaker(agent).persona

    def casting(self, chance: Chance) -> Callable[[AgentId, DialogueState], tuple[Mind, Mind]]:
        """Minds by rules for every seat, and what stands in for another mind that cannot answer."""

        def seat(agent: AgentId, _: DialogueState) -> tuple[Mind, Mind]:
            speaker = self._speaker(agent)
            rules = SpeakerRules(speaker, chance)
            return rules, SpeakerStandIn(speaker, rules, ends_on_budget=self.setting.ends.budget)

        return seat

    def view(self, state: DialogueState, viewer: AgentId | None) -> Mapping[str, Any]:
        """The dialogue as plain data: all of it for the keeper, what it perceives for a speaker."""
        return picture(self.setting, state, None if viewer is None else self._speaker(viewer).persona.name)

    def snapshot(self, state: DialogueState) -> bytes:
        """The state as canonical JSON."""
        return canonical(state)

    def restore(self, data: bytes) -> DialogueState:
        """The state that `snapshot` gave."""
        return msgspec.json.decode(data, type=DialogueState)

    def _speaker(self, agent: str) -> Speaker:
        found = self.setting.speaker(agent)
        if found is None:
            raise UsageError(f"there is no speaker {agent!r} here.{did_you_mean(agent, self.setting.names)}")
        return found
