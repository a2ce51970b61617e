"""The campaign: the environment in which persona agents live through a setting, turn by turn, under a director."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import msgspec

from fabula.agents.minds.human import Question
from fabula.agents.minds.rules import RulesMind
from fabula.agents.persona import Persona
from fabula.engine.chance import Chance
from fabula.engine.digest import canonical
from fabula.engine.environment import Mind
from fabula.engine.values import Acted, AgentId, Commanded, Ending, Event, Input, Observation
from fabula.environments.campaign import director, prompts, turn
from fabula.environments.campaign.actions import AnyAction
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.briefing import question, told
from fabula.environments.campaign.commands import CampaignCommand, obey
from fabula.environments.campaign.director import DIRECTOR, DirectorRules
from fabula.environments.campaign.events import AnyEvent
from fabula.environments.campaign.ground import Ground
from fabula.environments.campaign.opening import first_state
from fabula.environments.campaign.pack import add_cast, checked_turns, load_setting
from fabula.environments.campaign.portrait import portrait
from fabula.environments.campaign.prompts import shipped_prompts
from fabula.environments.campaign.questions import Questions
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.senses import CampaignSenses
from fabula.environments.campaign.setting import Setting
from fabula.environments.campaign.state import CampaignState, Phase
from fabula.environments.campaign.view import picture
from fabula.errors import UsageError


class Campaign:
    """The rules of a campaign, and the setting of one run of it.

    A turn is four steps: perceive (nobody is asked), decide (all active agents at once), adjudicate and
    consequences (the director's seat). Its agents are the characters and the seat DIRECTOR.
    """

    name = "campaign"
    rules = "campaign/1"
    action_type: Any = AnyAction
    command_type: Any = CampaignCommand
    event_type: Any = AnyEvent
    omniscient = frozenset({DIRECTOR})
    """Seats that are shown everything; what they perceive is not bound by `seen_by`."""
    roles: Mapping[str, AgentId] = MappingProxyType({"director": DIRECTOR})
    """Seats that are not characters, by their role in the settings."""

    def __init__(self, setting: Setting) -> None:
        """Raises UsageError if the setting refers to something that is not in it."""
        self.setting = setting
        self._ground = Ground(setting)
        self._questions = Questions()

    @property
    def pack(self) -> str:
        """Short name of the pack it was made from."""
        return self.setting.pack

    @property
    def turns(self) -> int:
        """How many turns it will take at most."""
        return self.setting.turns

    @classmethod
    def from_pack(cls, pack: Path, *, turns: int | None = None, cast: Sequence[str] = ()) -> tuple[Self, list[str]]:
        """The campaign of a pack, and what a person should be told about it.

        turns: instead of the pack's own. cast: character sheets, `FILE` or `NAME=FILE`. Raises UsageError.
        """
        loaded = load_setting(pack)
        setting, told = add_cast(loaded.setting, cast)
        if turns is not None:
            setting = msgspec.structs.replace(setting, turns=checked_turns(turns))
        campaign = cls(setting)
        if setting.prompts:
            # Only such a pack needs the language of templates, and jinja2 with it, before a model is asked.
            from fabula.environments.campaign.prompts.trial import try_prompts  # noqa: PLC0415 - heavy, see above

            try_prompts(campaign)
        return campaign, [*loaded.warnings, *told]

    @classmethod
    def from_setup(cls, setup: bytes) -> Self:
        """The campaign whose `setup()` that was. Raises UsageError if it is none."""
        try:
            return cls(msgspec.json.decode(setup, type=Setting))
        except msgspec.DecodeError as wrong:
            raise UsageError(f"the setup of the campaign cannot be read: {wrong}") from wrong

    @property
    def prompts(self) -> Mapping[str, str]:
        """The templates with which models are asked, by name: the pack's own before those that ship."""
        return {**shipped_prompts(), **(self.setting.prompts or {})}

    def prompt(self, agent: str) -> str:
        """The name of the template with which a model in this agent's seat is asked."""
        return prompts.DIRECTOR if agent == DIRECTOR else prompts.CHARACTER

    def senses(self) -> CampaignSenses:
        """How events reach the agents' memories; new for every run."""
        return CampaignSenses(self.setting)

    def question(self, observation: Observation) -> Question:
        """The observation in words, for a person in a character's seat. Raises UsageError for the director's."""
        if observation.agent == DIRECTOR:
            raise UsageError("the director's seat is for rules and models; a person takes a character's")
        return question(observation, self.setting)

    def told(self, events: Sequence[Event], *, agent: str, state: CampaignState) -> Sequence[str]:
        """What the agent perceived of these events, a sentence each, for a person in its seat."""
        met = [event for event in events if agent in event.seen_by]
        return told(met, agent, self.setting, turn=state.turn, step=state.step, people=state.newcomers)

    def portrait(self, view: Mapping[str, Any]) -> Sequence[str]:
        """An agent's `view` in lines, for a person; none for the view of the whole state."""
        return portrait(view, self.setting)

    def setup(self) -> bytes:
        """The setting as canonical JSON."""
        return canonical(self.setting)

    def begin(self, chance: Chance) -> CampaignState:
        """The state before step 0."""
        return first_state(self._ground)

    def observe(self, state: CampaignState) -> Sequence[Observation]:
        """Whom the present phase asks: nobody, the active agents, or the director."""
        if state.phase is Phase.PERCEIVE or state.ended is not None:
            return ()
        board = Board(self._ground, state)
        return self._questions.ask(board) if state.phase is Phase.DECIDE else (director.observation(board),)

    def step(self, state: CampaignState, inputs: Sequence[Input], chance: Chance) -> Sequence[Event]:
        """Play one phase. After the ending nothing happens any more."""
        if state.ended is not None:
            return ()
        scene = Scene(self._ground, state, chance)
        acted: list[Acted[AnyAction]] = []
        for given in inputs:
            if isinstance(given, Commanded):
                obey(scene, given)
            else:
                acted.append(given)
        if state.ended is None:
            turn.take_phase(scene, acted)
        state.news += scene.events
        state.step += 1
        return scene.events

    def ending(self, state: CampaignState) -> Ending | None:
        """How it ended, or None while it goes on."""
        return state.ended

    def agents(self, state: CampaignState) -> Sequence[AgentId]:
        """The active agents by name, then the director's seat."""
        return (*Board(self._ground, state).everyone(), DIRECTOR)

    def persona(self, state: CampaignState, agent: str) -> Persona:
        """Who an agent is. Raises UsageError if there is no such agent."""
        role = self._ground.roles(state.newcomers).get(agent)
        if role is None:
            raise UsageError(f"there is no agent {agent!r} in {self.setting.title!r}")
        return role.character.persona

    def casting(self, chance: Chance) -> Callable[[AgentId, CampaignState], tuple[Mind, Mind]]:
        """Minds by rules for every seat, each its own stand-in."""

        def seat(agent: AgentId, state: CampaignState) -> tuple[Mind, Mind]:
            mind = DirectorRules(chance) if agent == DIRECTOR else RulesMind(self.persona(state, agent), chance)
            return mind, mind

        return seat

    def view(self, state: CampaignState, viewer: AgentId | None) -> Mapping[str, Any]:
        """The whole state as plain data, for the keeper and the director; for an agent, its side of the truth."""
        return picture(Board(self._ground, state), None if viewer == DIRECTOR else viewer)

    def snapshot(self, state: CampaignState) -> bytes:
        """The state as canonical JSON."""
        return canonical(state)

    def restore(self, data: bytes) -> CampaignState:
        """The state that `snapshot` gave."""
        return msgspec.json.decode(data, type=CampaignState)
