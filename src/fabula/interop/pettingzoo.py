"""Worlds and campaigns as PettingZoo parallel environments.

    from fabula.interop.pettingzoo import parallel_env

    env = parallel_env("hollowmere", ticks_a_step=30)
    observations, infos = env.reset(seed=7)
    while env.agents:
        actions = {agent: env.action_space(agent).sample(observations[agent]["action_mask"]) for agent in env.agents}
        observations, rewards, terminations, truncations, infos = env.step(actions)

An action is the number of one of the options that the agent has just now; 0 is always open and means its reflex (in a
world: carry on). An agent that is not asked at a step goes on by itself, and only 0 is open to it. Everyone else, such
as a campaign's director and people who come later, is led by rules. A step is a turn of a campaign, or `ticks_a_step`
ticks of a world. The same seed and the same actions give the same run.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fabula.agents.drives import Drive
from fabula.app import Live, Playable, environment_of_pack
from fabula.engine import Acted, AgentId, Chance, Event, Mind, Observation
from fabula.environments.campaign import Campaign
from fabula.errors import UsageError

try:
    from gymnasium import spaces
    from pettingzoo import ParallelEnv  # type: ignore[import-untyped]
except ImportError as missing:
    raise UsageError("fabula.interop.pettingzoo needs: pip install 'fabula[pettingzoo]'") from missing

OPTIONS_MAX = 64
"""Actions of an agent: its reflex, and the first 63 of its options."""
SELF_WIDE = 8
"""Numbers that tell how the agent is; what they are, `features` of its environment says."""

Look: TypeAlias = dict[str, NDArray[Any]]
Reward: TypeAlias = Callable[[Playable, Any, AgentId, Sequence[Event]], float]
"""What an agent is rewarded with after a step: of the environment, the state now, the agent, what it perceived."""


def parallel_env(
    pack: str, *, reward: "Reward | None" = None, ticks_a_step: int = 10, **more: Any
) -> "FabulaParallelEnv":
    """The environment of a pack, by name, folder or file. more: `turns` and `cast`, as `environment_of_pack` has them.

    Raises UsageError.
    """
    environment, _ = environment_of_pack(pack, **more)
    return FabulaParallelEnv(environment, reward=reward, ticks_a_step=ticks_a_step)


class FabulaParallelEnv(ParallelEnv):  # type: ignore[misc]  # PettingZoo has no types.
    """A world or a campaign; see the module."""

    metadata = {"name": "fabula_v0", "render_modes": ["ansi"], "is_parallelizable": True}

    def __init__(self, environment: Playable, *, reward: Reward | None = None, ticks_a_step: int = 10) -> None:
        """reward: see Reward; None: by_lot. ticks_a_step: ticks of a world that one step takes.

        Raises UsageError for less than one tick.
        """
        if ticks_a_step < 1:
            raise UsageError(f"ticks_a_step is {ticks_a_step}: a step takes one tick at least")
        self.environment = environment
        self.render_mode = "ansi"
        self._reward = reward or by_lot
        self._ticks = ticks_a_step
        roles = set(environment.roles.values())
        state = environment.begin(Chance(0))
        self.possible_agents = [agent for agent in environment.agents(state) if agent not in roles]
        self.agents: list[AgentId] = []
        self._seed = 0
        self._look_space = spaces.Dict(
            {
                "self": spaces.Box(-1.0, 1.0, (SELF_WIDE,), np.float32),
                "options": spaces.Box(-1.0, 1.0, (OPTIONS_MAX, len(Drive) + 1), np.float32),
                "action_mask": spaces.Box(0, 1, (OPTIONS_MAX,), np.int8),
            }
        )
        self._spaces = {agent: spaces.Discrete(OPTIONS_MAX) for agent in self.possible_agents}

    def observation_space(self, agent: AgentId) -> spaces.Dict:
        """The same for every agent: how it is, what speaks for each of its options by drive and worth, what is open."""
        return self._look_space

    def action_space(self, agent: AgentId) -> spaces.Discrete:
        """Numbers of options; see `action_mask`."""
        return self._spaces[agent]

    def reset(
        self, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[dict[AgentId, Look], dict[AgentId, dict[str, Any]]]:
        """Begin anew. seed: the run's; None: the one after the last."""
        self._seed = self._seed + 1 if seed is None else seed
        environment, chance = self.environment, Chance(self._seed)
        self._state = environment.begin(chance)
        self._step = 0
        self._casting = environment.casting(chance)
        self._minds: dict[AgentId, Mind] = {}
        self._asked: dict[AgentId, Observation] = {}
        self._answers: list[tuple[int, Acted[Any]]] = []
        self.agents = list(self.possible_agents)
        self._go_on_until_asked()
        return self._looks(), self._infos({})

    def step(
        self, actions: Mapping[AgentId, int]
    ) -> tuple[
        dict[AgentId, Look],
        dict[AgentId, float],
        dict[AgentId, bool],
        dict[AgentId, bool],
        dict[AgentId, dict[str, Any]],
    ]:
        """Let everyone who was asked do what was chosen, and the others go on."""
        for agent in sorted(self._asked):
            asked = self._asked[agent]
            action = _chosen(asked, int(actions.get(agent, 0)))
            self._answers.append((asked.due, Acted(agent=agent, asked=asked.step, action=action)))
        self._asked.clear()
        events = self._tick()
        events += self._go_on_until_asked()
        seen = {agent: [event for event in events if agent in event.seen_by] for agent in self.agents}
        rewards = {
            agent: float(self._reward(self.environment, self._state, agent, seen[agent])) for agent in self.agents
        }
        ending = self.environment.ending(self._state)
        here = set(self.environment.agents(self._state))
        over = ending is not None and ending.kind != "spent"
        terminations = {agent: over or agent not in here for agent in self.agents}
        truncations = {agent: ending is not None and not terminations[agent] for agent in self.agents}
        looks, infos = self._looks(), self._infos(seen)
        self.agents = [agent for agent in self.agents if not (terminations[agent] or truncations[agent])]
        return looks, rewards, terminations, truncations, infos

    def render(self) -> str:
        """Where the run stands, in a line."""
        return f"{self.environment.pack}, seed {self._seed}: step {self._step}, {len(self.agents)} agents"

    def state(self) -> NDArray[np.float32]:
        """How every possible agent is, one after the other; zeros for who is gone."""
        whole = [features(self.environment, self._state, agent) for agent in self.possible_agents]
        return np.concatenate(whole) if whole else np.zeros(0, dtype=np.float32)

    def close(self) -> None:
        """Nothing is held open."""

    def _go_on_until_asked(self) -> list[Event]:
        """Play by rules until somebody of ours is asked (a campaign), or for the ticks of a step (a world)."""
        events: list[Event] = []
        live = isinstance(self.environment, Live)
        for tick in range(self._ticks if live else 64):
            if self.environment.ending(self._state) is not None:
                break
            self._ask()
            if (live and tick == self._ticks - 1) or (self._asked and not live):
                break
            events += self._tick()
        return events

    def _ask(self) -> None:
        """Note who is asked at this step; those who are not ours answer by rules at once."""
        busy = {acted.agent for _, acted in self._answers} | set(self._asked)
        for asked in self.environment.observe(self._state):
            if asked.agent in busy:
                continue
            if asked.agent in self.agents:
                self._asked[asked.agent] = asked
            else:
                acted = Acted(agent=asked.agent, asked=asked.step, action=_now(self._mind(asked.agent), asked))
                self._answers.append((asked.due, acted))

    def _tick(self) -> list[Event]:
        """One step of the environment, with the answers that are due."""
        if self.environment.ending(self._state) is not None:
            return []
        self._ask()
        due = [acted for at, acted in self._answers if at <= self._step]
        self._answers = [(at, acted) for at, acted in self._answers if at > self._step]
        inputs = tuple(sorted(due, key=lambda acted: (acted.asked, acted.agent)))
        events = list(self.environment.step(self._state, inputs, Chance(self._seed, self._step)))
        self._step += 1
        return events

    def _mind(self, agent: AgentId) -> Mind:
        if agent not in self._minds:
            self._minds[agent], _ = self._casting(agent, self._state)
        return self._minds[agent]

    def _looks(self) -> dict[AgentId, Look]:
        return {agent: self._look(agent) for agent in self.agents}

    def _look(self, agent: AgentId) -> Look:
        options = np.zeros((OPTIONS_MAX, len(Drive) + 1), dtype=np.float32)
        mask = np.zeros(OPTIONS_MAX, dtype=np.int8)
        mask[0] = 1
        if (asked := self._asked.get(agent)) is not None:
            for number, option in enumerate(asked.options[: OPTIONS_MAX - 1], start=1):
                mask[number] = 1
                options[number] = [*(option.appeals.get(drive, 0.0) for drive in Drive), option.worth]
        own = features(self.environment, self._state, agent)
        return {"self": own, "options": np.clip(options, -1.0, 1.0), "action_mask": mask}

    def _infos(self, seen: Mapping[AgentId, Sequence[Event]]) -> dict[AgentId, dict[str, Any]]:
        """What does not fit a box: the question itself, and what was perceived since the last step."""
        return {
            agent: {"asked": self._asked.get(agent), "perceived": tuple(seen.get(agent, ()))} for agent in self.agents
        }


def features(environment: Playable, state: Any, agent: AgentId) -> NDArray[np.float32]:
    """How an agent is, in SELF_WIDE numbers from -1.0 to 1.0; all zero for who is not there.

    In a world: health, energy, hunger, fatigue, solitude, reputation, share of the day, asleep. In a campaign: alive,
    health, share of the turns, tension; the rest is zero.
    """
    own = np.zeros(SELF_WIDE, dtype=np.float32)
    if agent not in set(environment.agents(state)):
        return own
    if isinstance(environment, Campaign):
        view = environment.view(state, None)
        own[0] = 1.0
        own[1] = state.agents[agent].health / 10 if hasattr(state.agents[agent], "health") else 1.0
        own[2] = view["turn"] / max(1, view["turns"])
        own[3] = view["tension"] / 100
    elif (person := state.person(agent)) is not None:
        lives, row = state.lives, state.lives.row(person.life)
        names = ("health", "energy", "hunger", "fatigue", "solitude", "reputation")
        own[:6] = [int(getattr(lives, name)[row]) / 1000 for name in names]
        setting = environment.setting  # type: ignore[attr-defined]  # A world's state has people, so it is a world.
        own[6] = (setting.begins_h * 3600 + state.tick * setting.tick_s) % 86_400 / 86_400
        own[7] = int(lives.asleep[row])
    clipped: NDArray[np.float32] = np.clip(own, -1.0, 1.0)
    return clipped


def by_lot(environment: Playable, state: Any, agent: AgentId, _perceived: Sequence[Event]) -> float:
    """The reward unless another is given: in a world how well one fares (fed, rested, in company, in health, -1.0 to
    1.0); in a campaign 1.0 when it is won, -1.0 when it is lost.
    """
    if isinstance(environment, Campaign):
        ending = environment.ending(state)
        return {"won": 1.0, "lost": -1.0}.get(ending.kind, 0.0) if ending else 0.0
    own = features(environment, state, agent)
    return float(own[0] - (own[2] + own[3] + own[4]) / 3)


def _chosen(asked: Observation, number: int) -> Any:
    return asked.options[number - 1].action if 0 < number <= len(asked.options[: OPTIONS_MAX - 1]) else asked.reflex


def _now(mind: Mind, asked: Observation) -> Any:
    """The answer of a mind by rules, which never really waits."""
    answering = mind.decide(asked)
    try:
        answering.send(None)
    except StopIteration as answered:
        return answered.value
    raise UsageError(f"{mind.label} waits for something: only minds by rules play beside the trained ones")
