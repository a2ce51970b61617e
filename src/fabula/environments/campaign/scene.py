"""The scene: one step as it unfolds. It collects the events in the order they happen and keeps the board in line
with the state.
"""

from bisect import insort

from fabula.engine.chance import Chance
from fabula.engine.values import AgentId
from fabula.environments.campaign.actions import Adjudicate
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.checks import Roll, outcome_of
from fabula.environments.campaign.events import AnyEvent, BondChanged, Noticed, Refused
from fabula.environments.campaign.ground import Ground
from fabula.environments.campaign.state import Agent, CampaignState, Status, WayMark

DIFFICULTY_MIN, DIFFICULTY_MAX = 5, 25


class Refusal(Exception):
    """A deed cannot be done; its text says why, and the agent is told so by a `Refused` event."""


class Scene(Board):
    """A board on which things happen."""

    def __init__(self, ground: Ground, state: CampaignState, chance: Chance) -> None:
        super().__init__(ground, state)
        self.chance = chance
        self.events: list[AnyEvent] = []
        self.rulings = Adjudicate()
        """The director's, on the deeds of this turn."""
        self.helped: dict[str, int] = {}
        """What others' aid adds to an agent's roll."""
        self.rules_met: set[tuple[str, int]] = set()
        """Lines of clocks' `moved_by` that have had their effect this turn."""
        self._made: dict[str, Roll] = {}

    def add(self, event: AnyEvent) -> None:
        """It happened."""
        self.events.append(event)

    def refuse(self, agent: str, tried: str, why: str) -> None:
        """Something was tried that cannot be; only the agent learns of it, if there is one."""
        seen_by = (AgentId(agent),) if agent in self.state.agents else ()
        self.add(Refused(agent=agent, tried=tried, why=why, seen_by=seen_by))

    def roll(self, doer: Agent, kind: str, difficulty: int, *, bonus: int = 0) -> Roll:
        """A d20, the doer's aptitude, what wounds take and helping hands add, against the difficulty (or the
        director's).

        A roll that was already made for what the doer does this turn stands.
        """
        if (made := self._made.pop(doer.name, None)) is not None:
            return made
        against = self.rulings.difficulties.get(doer.name, difficulty)
        against = max(DIFFICULTY_MIN, min(DIFFICULTY_MAX, against))
        die = self.chance.stream(kind, doer.name).integer(1, 20)
        total = die + self.roles[doer.name].aptitude(kind) + self.helped.get(doer.name, 0) + _hindrance(doer) + bonus
        return Roll(total, against, outcome_of(total - against))

    def stand_by(self, doer: Agent, roll: Roll) -> None:
        """Let a roll count for what the doer does next; one that nothing asks for lapses with the scene."""
        self._made[doer.name] = roll

    def reveal(self, agent: Agent) -> None:
        """The agent steps out of hiding."""
        agent.hidden = False
        agent.noticed_by = []

    def notice(self, watcher: str, agent: Agent, doing: str, *, felt: bool = False) -> None:
        """Someone becomes aware of an agent that hides. felt: the agent knows it was seen."""
        if watcher not in agent.noticed_by:
            agent.noticed_by = sorted([*agent.noticed_by, watcher])
        seen_by = self.only(watcher, agent.name) if felt else (AgentId(watcher),)
        self.add(Noticed(agent=watcher, whom=agent.name, place=agent.place, doing=doing, seen_by=seen_by))

    def place(self, agent: Agent, place: str) -> None:
        """Put an active agent into a place."""
        self._leave(agent)
        agent.came_from = agent.place
        agent.place = place
        agent.came = self.state.turn
        agent.noticed_by = []
        self._arrive(agent)

    def enter(self, agent: Agent) -> None:
        """Take a new agent in, keeping the agents in order of name."""
        agents = self.state.agents
        agents[agent.name] = agent
        self.state.agents = {name: agents[name] for name in sorted(agents)}
        self.roles = self.ground.roles(self.state.newcomers)
        self._everyone = None
        self._arrive(agent)

    def withdraw(self, agent: Agent, status: Status) -> None:
        """Take an agent out of play."""
        agent.status = status
        agent.guard = ""
        self.reveal(agent)
        self._everyone = None
        self._leave(agent)

    def hand_over(self, thing: str, holder: str) -> None:
        """Put an object into somebody's hands."""
        self._pick(thing)
        item = self.state.items[thing]
        item.place, item.holder, item.hidden = "", holder, False
        insort(self._carried[holder], thing)

    def lay(self, thing: str, place: str) -> None:
        """Lay an object down in the open."""
        self._pick(thing)
        item = self.state.items[thing]
        item.place, item.holder, item.hidden = place, "", False
        insort(self._lying[place], thing)

    def use_up(self, thing: str) -> None:
        """Take an object out of play."""
        self._pick(thing)
        item = self.state.items[thing]
        item.place, item.holder, item.spent = "", "", True

    def feel(self, one: str, toward: str, by: int, because: str) -> None:
        """Change how an agent feels about another; nothing happens at the ends of the scale."""
        if one == toward or one not in self.state.agents or toward not in self.state.agents:
            return
        before = self.bond(one, toward)
        now = max(-100, min(100, before + by))
        if now == before:
            return
        agent = self.state.agents[one]
        agent.bonds[toward] = now
        self.add(
            BondChanged(agent=one, toward=toward, by=now - before, now=now, because=because, seen_by=(AgentId(one),))
        )

    def hold_up(self, threat: str) -> None:
        """Keep a threat from going on or getting its way this turn."""
        held = self.state.now.held
        if threat not in held:
            insort(held, threat)

    def set_stance(self, faction: str, toward: str, now: int) -> None:
        """Let a faction stand to another as given."""
        self.state.stances.setdefault(faction, {})[toward] = now
        self._kin.clear()

    def set_marks(self, marks: list[WayMark]) -> None:
        """Let the ways be as these changes have made them."""
        self.state.marks = marks
        self._layout = None

    def _pick(self, thing: str) -> None:
        item = self.state.items[thing]
        if item.holder:
            self._carried[item.holder].remove(thing)
        elif item.place:
            self._lying[item.place].remove(thing)

    def _leave(self, agent: Agent) -> None:
        self._here[agent.place].remove(agent.name)
        self._ids.pop(agent.place, None)

    def _arrive(self, agent: Agent) -> None:
        insort(self._here[agent.place], agent.name)
        self._ids.pop(agent.place, None)


def _hindrance(doer: Agent) -> int:
    """What wounds take from a roll: 2 once two thirds of the vigour are gone."""
    return -2 if doer.vigour * 3 <= doer.vigour_max else 0
