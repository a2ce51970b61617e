"""The world: the environment in which lives go about a map, tick by tick, and those with a seat think."""

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
from fabula.engine.values import AgentId, Commanded, Ending, Event, Input, Observation
from fabula.environments.world import minding, prompts
from fabula.environments.world.actions import WorldAction
from fabula.environments.world.briefing import question, told
from fabula.environments.world.catalogue import Catalogue
from fabula.environments.world.commands import WorldCommand
from fabula.environments.world.events import AnyEvent, StateDigested, SystemFailed, WorldEnded, WorldOpened
from fabula.environments.world.ground import Ground
from fabula.environments.world.happenings import Happenings
from fabula.environments.world.inspection import look
from fabula.environments.world.keeping import obey
from fabula.environments.world.opening import first_state
from fabula.environments.world.orders import ORDERS
from fabula.environments.world.pack import add_cast, checked_ticks, load_world
from fabula.environments.world.portrait import portrait
from fabula.environments.world.questions import ask
from fabula.environments.world.saving import as_bytes, digest, from_bytes
from fabula.environments.world.senses import WorldSenses
from fabula.environments.world.setting import WorldSetting
from fabula.environments.world.state import WorldState
from fabula.environments.world.systems import births, theft
from fabula.environments.world.systems.movement import fields_of
from fabula.environments.world.systems.order import OURS, System, systems_named
from fabula.environments.world.tick import Tick
from fabula.environments.world.view import picture
from fabula.errors import UsageError
from fabula.forge.maps import Map, faults, make_map


class World:
    """The rules of a world, and the setting of one run of it. A step is a tick; its agents are the people."""

    name = "world"
    rules = "world/1"
    action_type: Any = WorldAction
    command_type: Any = WorldCommand
    event_type: Any = AnyEvent
    roles: Mapping[str, AgentId] = MappingProxyType({})
    """Seats that are not characters: none."""
    prompts: Mapping[str, str]
    """The templates with which models are asked, by name: the pack's own before those that ship."""

    def __init__(self, setting: WorldSetting) -> None:
        """Raises UsageError if the setting refers to something that is not in it."""
        self.setting = setting
        self.catalogue = Catalogue(setting)
        self.ground = Ground(setting, _map_of(setting))
        self.systems: tuple[tuple[str, System], ...] = (*OURS, *systems_named(setting.systems))
        self._happenings = Happenings()
        self._scratch: dict[str, Any] = {}
        self.prompts = {**prompts.shipped_prompts(), **setting.prompts}

    @property
    def pack(self) -> str:
        """Short name of the pack it was made from."""
        return self.setting.pack

    @property
    def turns(self) -> int:
        """How many ticks it will live at most."""
        return self.setting.ticks

    @property
    def tick_s(self) -> int:
        """Seconds of the world's own time that a tick takes."""
        return self.setting.tick_s

    @property
    def news_steps(self) -> int:
        """How many ticks back that reaches which just happened, as somebody is asked."""
        return self.setting.ponder_ticks + self.setting.thinking_ticks

    @classmethod
    def from_pack(cls, pack: Path, *, turns: int | None = None, cast: Sequence[str] = ()) -> tuple[Self, list[str]]:
        """The world of a pack, and what a person should be told about it.

        turns: ticks, instead of the pack's own. cast: character sheets, `FILE` or `NAME=FILE`. Raises UsageError.
        """
        loaded = load_world(pack)
        setting, said = add_cast(loaded.setting, cast)
        if turns is not None:
            setting = msgspec.structs.replace(setting, ticks=checked_ticks(turns))
        world = cls(setting)
        if setting.prompts:
            # Only such a pack needs the language of templates, and jinja2 with it, before a model is asked.
            from fabula.environments.world.prompts.trial import try_prompts  # noqa: PLC0415 - heavy, see above

            try_prompts(world)
        return world, [*loaded.warnings, *said]

    @classmethod
    def from_setup(cls, setup: bytes) -> Self:
        """The world whose `setup()` that was. Raises UsageError if it is none."""
        try:
            return cls(msgspec.json.decode(setup, type=WorldSetting))
        except msgspec.DecodeError as wrong:
            raise UsageError(f"the setup of the world cannot be read: {wrong}") from wrong

    def setup(self) -> bytes:
        """The setting as canonical JSON."""
        return canonical(self.setting)

    def begin(self, chance: Chance) -> WorldState:
        """The state before tick 0."""
        return first_state(self.setting, self.catalogue, self.ground, chance)

    def observe(self, state: WorldState) -> Sequence[Observation]:
        """Those for whom something worth thinking about happened, and who do not think already, by name."""
        if state.ended is not None or not state.opened:
            return ()
        return ask(self, state)

    def step(self, state: WorldState, inputs: Sequence[Input], chance: Chance) -> Sequence[Event]:
        """One tick. After the ending nothing happens any more."""
        if state.ended is not None:
            return ()
        tick = self.tick(state, chance)
        if not state.opened:
            self._open(tick)
        else:
            minding.begin_thoughts(tick)
        for given in inputs:
            if isinstance(given, Commanded):
                obey(tick, given)
            else:
                minding.answer(tick, given)
        self._work(tick)
        self._close(tick)
        return tick.events

    def tick(self, state: WorldState, chance: Chance) -> Tick:
        """What the systems are given at this tick."""
        self._happenings.clear()
        return Tick(
            setting=self.setting,
            catalogue=self.catalogue,
            ground=self.ground,
            state=state,
            chance=chance,
            happenings=self._happenings,
            scratch=self._scratch,
        )

    def warm_up(self) -> None:
        """Have at hand what a tick in real time would otherwise wait for: the ways to every place, and what is compiled
        at its first use and rarely used. Nothing follows from it.
        """
        setting, ground = self.setting, self.ground
        nobody = WorldState(
            goods=len(setting.goods),
            abilities=len(setting.abilities),
            places=len(setting.places),
            factions=len(setting.factions),
            cells=ground.width * ground.height,
        )
        tick = self.tick(nobody, Chance(0))
        fields_of(tick).look_at_places()
        births.warm_up(tick)
        theft.warm_up(tick)
        digest(nobody)

    def ending(self, state: WorldState) -> Ending | None:
        """How it ended, or None while it goes on."""
        return state.ended

    def agents(self, state: WorldState) -> Sequence[AgentId]:
        """The living people, by seat."""
        return [AgentId(person.name) for person in state.living()]

    def persona(self, state: WorldState, agent: str) -> Persona:
        """Who an agent is. Raises UsageError if there is no such agent."""
        return minding.persona(self.setting, state, agent)

    def prompt(self, agent: str) -> str:
        """The name of the template with which a model in this agent's seat is asked."""
        return prompts.CHARACTER

    def senses(self) -> WorldSenses:
        """How events reach the agents' memories; new for every run."""
        return WorldSenses(self.setting)

    def question(self, observation: Observation) -> Question:
        """The observation in words, for a person in the seat."""
        return question(observation, self.setting)

    def told(self, events: Sequence[Event], *, agent: str, state: WorldState) -> Sequence[str]:
        """What the agent perceived of these events, a sentence each, for a person in its seat."""
        return told([event for event in events if agent in event.seen_by], agent, self.setting)

    def portrait(self, view: Mapping[str, Any]) -> Sequence[str]:
        """An agent's `view` in lines, for a person; none for the view of the whole state."""
        return portrait(view, self.setting)

    def casting(self, chance: Chance) -> Callable[[AgentId, WorldState], tuple[Mind, Mind]]:
        """Minds by rules for everyone, each its own stand-in."""

        def seat(agent: AgentId, state: WorldState) -> tuple[Mind, Mind]:
            mind = RulesMind(self.persona(state, agent), chance)
            return mind, mind

        return seat

    def counts(self, state: WorldState) -> Mapping[str, int]:
        """How many live in it, and how many of them have names."""
        return {"lives": state.lives.count, "people": len(state.living())}

    orders = ORDERS

    def look(self, state: WorldState, what: str, about: str) -> Sequence[str]:
        """What the console's `debug`, `why` and `find` show, in lines. Raises UsageError for a name that nobody has."""
        return look(self, state, what, about)

    def view(self, state: WorldState, viewer: AgentId | None) -> Mapping[str, Any]:
        """The world in numbers and people, for the keeper; for an agent, its side of the truth."""
        return picture(self, state, viewer)

    def snapshot(self, state: WorldState) -> bytes:
        """The state, whole."""
        return as_bytes(state)

    def restore(self, data: bytes) -> WorldState:
        """The state that `snapshot` gave."""
        return from_bytes(data)

    def _open(self, tick: Tick) -> None:
        tick.state.opened = True
        setting, lives = self.setting, tick.lives.count
        tick.tell(
            WorldOpened(
                title=setting.title,
                about=setting.about,
                people=len(tick.state.people),
                lives=lives,
                tick_s=setting.tick_s,
                begins_h=setting.begins_h,
                seen_by=tick.everyone(),
            )
        )
        for person in tick.state.people:
            tick.tell(minding.coming(tick, person))

    def _work(self, tick: Tick) -> None:
        for _, run in self.systems[: len(OURS)]:
            run(tick)
        for name, run in self.systems[len(OURS) :]:
            if name in tick.state.failed:
                continue
            try:
                run(tick)
            # Whatever a system from outside does, the world goes on.
            except Exception as failure:  # noqa: BLE001
                tick.state.failed.append(name)
                tick.tell(SystemFailed(system=name, error=type(failure).__name__))

    def _close(self, tick: Tick) -> None:
        state = tick.state
        if (tick.now + 1) % self.setting.digest_every == 0:
            tick.tell(StateDigested(digest=digest(state)))
        state.tick += 1
        if state.tick >= self.setting.ticks:
            state.ended = Ending(kind="spent", why=f"its {self.setting.ticks:,} ticks are over")
        elif not state.lives.count:
            state.ended = Ending(kind="empty", why="nobody is left alive")
        if state.ended is not None:
            tick.tell(WorldEnded(how=state.ended.kind, why=state.ended.why, seen_by=tick.everyone()))


def _map_of(setting: WorldSetting) -> Map:
    made = setting.map
    if not isinstance(made, Map):
        made = make_map(made.form, made.width, made.height, made.seed)
    if wrong := faults(made):
        raise UsageError(f"the map of {setting.title!r}: {'; '.join(wrong[:5])}")
    return made
