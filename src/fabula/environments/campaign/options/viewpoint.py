"""The viewpoint: what an agent has before its eyes when it looks for something to do, gathered once."""

from fabula.environments.campaign.atlas import Route
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.difficulty import FOE
from fabula.environments.campaign.options.interests import Interests
from fabula.environments.campaign.options.stakes import Agenda
from fabula.environments.campaign.state import Agent

NEAR_MAX = 5
"""People at hand for whom options are thought of: those that matter most."""
FRIEND = 25
"""A bond from which on somebody is a friend."""
SHARED = 0.30
"""By how much each friend at hand divides what there is to do."""

_MATTERS_AIM, _MATTERS_WANTED, _MATTERS_NEWLY = 80, 40, 15
"""What an aim about them, a wanted object in their hands, and not having dealt with them lately add to how much
people matter.
"""


class Viewpoint:
    """One agent's position."""

    def __init__(self, board: Board, agent: Agent, interests: Interests, agenda: Agenda) -> None:
        self.board = board
        self.agent = agent
        self.interests = interests
        self.role = interests.role
        self.place = agent.place
        self.turn = board.state.turn
        self.salt = self.turn * 7 + len(agent.name) * 3
        self.bonds = board.bonds_to(agent, board.visible(agent))
        """Toward the others it perceives here."""
        self.company = self._by_matter()
        """The others it perceives, those that matter most first."""
        self.near = self.company[:NEAR_MAX]
        self.threats = board.threats(agent.place)
        self.menaces = [name for name in self.threats if not board.spared(name, agent.name)]
        self.carried = board.carried(agent.name)
        self.lying = board.lying(agent.place)
        self.hurt = (agent.vigour_max - agent.vigour) / agent.vigour_max
        """Share of its vigour that is gone."""
        self._threatened = self._known_threats()
        self.stakes = agenda.at(agent.place)
        """Kind of deed -> the stakes it would serve (or, negative, hurt) here, and how strongly."""
        self.calls = agenda.calls
        """What clocks would have done, and where, the loudest call first."""
        self.helping = 1 + SHARED * sum(1 for name in self.near if self.bonds[name] >= FRIEND)
        """With friends at hand, one's own part in what there is to do is divided by this."""

    def routes(self) -> dict[str, Route]:
        """The way to each place it knows how to reach."""
        return self.board.routes(self.agent)

    def is_foe(self, name: str) -> bool:
        """Whether somebody here is a foe."""
        return self.bonds[name] <= FOE

    def is_kin(self, name: str) -> bool:
        """Whether somebody is of the same faction."""
        return self.board.are_kin(self.agent.name, name)

    def is_out(self, secret: str) -> bool:
        """Whether a secret it holds has come out as far as it knows: somebody of another faction has it."""
        roles, faction = self.board.roles, self.role.faction
        return any(name in roles and roles[name].faction != faction for name in self.agent.beliefs[secret].told)

    def danger(self, place: str) -> float:
        """How dangerous a place looks, 0.0 to about 1.5: its peril, and the threats the agent knows to be there."""
        threats = len(self.menaces) if place == self.place else self._threatened.get(place, 0)
        return self.board.ground.places[place].peril / 250 + 0.5 * threats

    def _known_threats(self) -> dict[str, int]:
        """Place -> how many threats to the agent it last saw there."""
        found: dict[str, int] = {}
        for name in self.board.ground.threats:
            seen = self.agent.sightings.get(name)
            if seen is not None and not self.board.spared(name, self.agent.name):
                found[seen.place] = found.get(seen.place, 0) + 1
        return found

    def _by_matter(self) -> list[str]:
        """The others it perceives: first those whom an aim is about, whom it feels most for or against, who hold what
        it wants, with whom it has not dealt lately.
        """
        aims, wanted = self.role.aims_about, self.interests.wanted
        dealt_with = {deed.partition(" ")[2] for deed in self.agent.recent}
        ranked = []
        for name, bond in self.bonds.items():
            matter = abs(bond) + (_MATTERS_AIM if name in aims else 0) + (0 if name in dealt_with else _MATTERS_NEWLY)
            if wanted and not wanted.isdisjoint(self.board.shown(name)):
                matter += _MATTERS_WANTED
            ranked.append((-matter, name))
        ranked.sort()
        return [name for _, name in ranked]
