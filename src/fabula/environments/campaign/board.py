"""The board: a state as questions are asked of it - who is where, what lies where, how one stands to another."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from fabula.engine.values import AgentId
from fabula.environments.campaign.atlas import Exit, Layout, Route
from fabula.environments.campaign.ground import Ground
from fabula.environments.campaign.roles import Role
from fabula.environments.campaign.state import Agent, CampaignState, Status

KIN = 20
"""The bond between people of one faction who have no other."""


class Board:
    """A state and its setting, indexed by place. Made once a step, since most rules ask for what is at hand."""

    def __init__(self, ground: Ground, state: CampaignState) -> None:
        self.ground = ground
        self.state = state
        self.roles = ground.roles(state.newcomers)
        self._here: defaultdict[str, list[str]] = defaultdict(list)
        for name, agent in state.agents.items():
            if agent.status is Status.ACTIVE:
                self._here[agent.place].append(name)
        self._lying: defaultdict[str, list[str]] = defaultdict(list)
        self._carried: defaultdict[str, list[str]] = defaultdict(list)
        for name, item in state.items.items():
            if item.holder:
                self._carried[item.holder].append(name)
            elif item.place:
                self._lying[item.place].append(name)
        self._ids: dict[str, tuple[AgentId, ...]] = {}
        self._everyone: tuple[AgentId, ...] | None = None
        self._layout: Layout | None = None
        self._kin: dict[tuple[str, str], int] = {}

    @property
    def layout(self) -> Layout:
        """The map as it is now."""
        if self._layout is None:
            self._layout = self.ground.atlas.layout(self.state.marks)
        return self._layout

    def here(self, place: str) -> Sequence[str]:
        """The active agents at a place, by name."""
        return self._here.get(place, ())

    def at(self, place: str) -> tuple[AgentId, ...]:
        """The same as ids: whoever would see what happens openly there."""
        ids = self._ids.get(place)
        if ids is None:
            ids = self._ids[place] = tuple(AgentId(name) for name in self.here(place))
        return ids

    def everyone(self) -> tuple[AgentId, ...]:
        """All active agents, by name."""
        if self._everyone is None:
            active = (name for name, agent in self.state.agents.items() if agent.status is Status.ACTIVE)
            self._everyone = tuple(AgentId(name) for name in active)
        return self._everyone

    def only(self, *names: str) -> tuple[AgentId, ...]:
        """These agents as ids in order of name, each once."""
        return tuple(AgentId(name) for name in sorted(set(names)))

    def witnesses(self, agent: Agent) -> tuple[AgentId, ...]:
        """Who sees what an agent does where it is: all who are there, or, if it hides, those who noticed it."""
        if not agent.hidden:
            return self.at(agent.place)
        return self.only(agent.name, *(name for name in agent.noticed_by if name in self.here(agent.place)))

    def sees(self, watcher: str, other: Agent) -> bool:
        """Whether one agent perceives another who is at its place."""
        return not other.hidden or watcher in other.noticed_by

    def visible(self, watcher: Agent) -> list[str]:
        """The others an agent perceives where it is, by name."""
        agents, own = self.state.agents, watcher.name
        return [
            name
            for name in self.here(watcher.place)
            if name != own and (not agents[name].hidden or own in agents[name].noticed_by)
        ]

    def lying(self, place: str) -> list[str]:
        """The objects that lie open at a place, by name."""
        return [name for name in self._lying.get(place, ()) if not self.state.items[name].hidden]

    def concealed(self, place: str) -> list[str]:
        """The objects that lie hidden at a place, by name."""
        return [name for name in self._lying.get(place, ()) if self.state.items[name].hidden]

    def carried(self, holder: str) -> Sequence[str]:
        """What an agent carries, by name."""
        return self._carried.get(holder, ())

    def shown(self, holder: str) -> list[str]:
        """What others can see an agent carry, by name."""
        return [name for name in self.carried(holder) if not self.state.items[name].hidden]

    def threats(self, place: str) -> list[str]:
        """The threats in play at a place, in the setting's order."""
        dangers = self.state.dangers
        return [name for name in self.ground.threats if dangers[name].here and dangers[name].place == place]

    def dangers_known(self) -> list[str]:
        """The threats that have been in play, in the setting's order."""
        dangers = self.state.dangers
        return [name for name in self.ground.threats if dangers[name].here or dangers[name].beaten]

    def bond(self, one: str, toward: str) -> int:
        """How one agent feels about another, -100..100: its own bond, or what the factions make of it."""
        own = self.state.agents[one].bonds.get(toward)
        return own if own is not None else self._kinship(self.roles[one].faction, self.roles[toward].faction)

    def bonds_to(self, agent: Agent, others: Iterable[str]) -> dict[str, int]:
        """How an agent feels about several others."""
        own, roles, faction = agent.bonds, self.roles, self.roles[agent.name].faction
        return {name: own[name] if name in own else self._kinship(faction, roles[name].faction) for name in others}

    def are_kin(self, one: str, other: str) -> bool:
        """Whether two agents act for the same faction."""
        faction = self.roles[one].faction
        return bool(faction) and faction == self.roles[other].faction

    def stance(self, faction: str, toward: str) -> int:
        """How a faction stands to another, -100..100."""
        return self.state.stances.get(faction, {}).get(toward, 0)

    def _kinship(self, faction: str, other: str) -> int:
        key = faction, other
        bond = self._kin.get(key)
        if bond is None:
            bond = 0
            if faction and other:
                bond = KIN if faction == other else int(self.stance(faction, other) / 2)
            self._kin[key] = bond
        return bond

    def exits(self, agent: Agent) -> tuple[Exit, ...]:
        """The ways out of its place that an agent knows of, blocked ones too."""
        return self.layout.known(agent.place, agent.ways)

    def routes(self, agent: Agent) -> dict[str, Route]:
        """How the agent would get to each place it can reach by ways it knows."""
        return self.layout.routes(agent.place, agent.ways)

    def role(self, name: str) -> Role:
        return self.roles[name]

    def spared(self, threat: str, agent: str) -> bool:
        """Whether a threat leaves an agent alone because it serves that agent's faction."""
        faction = self.ground.threats[threat].faction
        return bool(faction) and faction == self.roles[agent].faction

    def menaces(self, agent: Agent) -> list[str]:
        """The threats at an agent's place that would strike it."""
        return [name for name in self.threats(agent.place) if not self.spared(name, agent.name)]

    def standing(self, names: Iterable[str]) -> list[str]:
        """Those of the names that are active agents."""
        agents = self.state.agents
        return [name for name in names if name in agents and agents[name].status is Status.ACTIVE]
