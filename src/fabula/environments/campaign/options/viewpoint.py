"""The viewpoint: what an agent has before its eyes when it looks for something to do, gathered once for all its
options.
"""

from typing import NamedTuple

from fabula.environments.campaign.atlas import Route
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.difficulty import FOE
from fabula.environments.campaign.options.interests import Interests, Stake
from fabula.environments.campaign.state import Agent

NEAR_MAX = 6
"""People at hand for whom options are thought of: those that matter most."""
FRIEND = 25
"""A bond from which on somebody is a friend."""
SHARED = 0.30
"""By how much each friend at hand divides what there is to do."""
FURTHER = 0.15
"""What further things to do at a place add to the first."""

_MATTERS_AIM, _MATTERS_WANTED, _MATTERS_NEWLY = 80, 40, 15
"""What an aim about them, a wanted object in their hands, and not having dealt with them lately add to how much
people matter.
"""


class Call(NamedTuple):
    """What clocks would have an agent do at another place."""

    stake: Stake
    """The strongest."""
    strength: float
    """Its own."""
    together: float
    """With the others, of which each adds a little."""

    def joined_by(self, stake: Stake, strength: float) -> "Call":
        """The call with one more stake."""
        if strength > self.strength:
            return Call(stake, strength, strength + FURTHER * self.together)
        return Call(self.stake, self.strength, self.together + FURTHER * strength)


class Viewpoint:
    """One agent's position."""

    def __init__(self, board: Board, agent: Agent, interests: Interests, urgency: dict[str, float]) -> None:
        """urgency: clock -> how pressing it is, for who wants it full (`+` before its name) or kept from filling
        (`-`).
        """
        self.board = board
        self.agent = agent
        self.interests = interests
        self.role = interests.role
        self.place = agent.place
        self.turn = board.state.turn
        self.salt = self.turn * 7 + len(agent.name) * 3
        self.bonds = {name: board.bond(agent.name, name) for name in board.visible(agent)}
        """Toward the others it perceives here."""
        self.company = sorted(self.bonds, key=self._matters)
        """The others it perceives, those that matter most first."""
        self.near = self.company[:NEAR_MAX]
        self.threats = board.threats(agent.place)
        self.menaces = [name for name in self.threats if not board.spared(name, agent.name)]
        self.carried = board.carried(agent.name)
        self.lying = board.lying(agent.place)
        self.hurt = (agent.vigour_max - agent.vigour) / agent.vigour_max
        """Share of its vigour that is gone."""
        self.stakes: dict[str, list[tuple[Stake, float]]] = {}
        """Kind of deed -> the stakes it would serve (or, negative, hurt) here, and how strongly."""
        self.calls: dict[str, Call] = {}
        """Place -> what clocks would have done there, elsewhere than here."""
        self._weigh_stakes(urgency)

    def routes(self) -> dict[str, Route]:
        """The way to each place it knows how to reach."""
        return self.board.routes(self.agent)

    def is_foe(self, name: str) -> bool:
        """Whether somebody here is a foe."""
        return self.bonds[name] <= FOE

    def is_kin(self, name: str) -> bool:
        """Whether somebody is of the same faction."""
        return self.board.are_kin(self.agent.name, name)

    def danger(self, place: str) -> float:
        """How dangerous a place looks, 0.0 to about 1.5: its peril, and the threats the agent knows to be there."""
        peril = self.board.ground.places[place].peril / 250
        if place == self.place:
            threats = len(self.menaces)
        else:
            sightings = self.agent.sightings
            known = (name for name in self.board.ground.threats if name in sightings and sightings[name].place == place)
            threats = sum(1 for name in known if not self.board.spared(name, self.agent.name))
        return peril + 0.5 * threats

    def _weigh_stakes(self, urgency: dict[str, float]) -> None:
        """Sort what clocks would have done into here and elsewhere; with friends at hand, one's own part is
        smaller.
        """
        helping = 1 + SHARED * sum(1 for name in self.near if self.bonds[name] >= FRIEND)
        for stake in self.interests.stakes:
            strength = stake.weight * urgency[stake.urgency]
            place = stake.deed.place
            if not strength:
                continue
            if place in ("", self.place):
                strength = strength / helping if strength > 0 else strength
                self.stakes.setdefault(stake.deed.kind, []).append((stake, strength))
            elif strength > 0:
                call = self.calls.get(place)
                self.calls[place] = Call(stake, strength, strength) if call is None else call.joined_by(stake, strength)

    def _matters(self, name: str) -> tuple[int, str]:
        """For sorting: the more somebody matters, the smaller."""
        about = _MATTERS_AIM if name in self.role.aims_about else 0
        wanted = self.interests.wanted
        holds = _MATTERS_WANTED if wanted and not wanted.isdisjoint(self.board.shown(name)) else 0
        newly = 0 if any(deed.endswith(name) for deed in self.agent.recent) else _MATTERS_NEWLY
        return -(abs(self.bonds[name]) + about + holds + newly), name


def urgencies(board: Board) -> dict[str, float]:
    """How pressing each clock is, 0.0 to 1.0: `+` and its name for who wants it full, `-` and its name for who does
    not.
    """
    found: dict[str, float] = {}
    for clock in board.ground.public_clocks.values():
        dial = board.state.dials[clock.name]
        share = dial.filled / clock.segments
        over = dial.done or dial.filled >= clock.segments
        found["+" + clock.name] = 0.0 if over else 0.45 + 0.45 * share
        found["-" + clock.name] = 0.0 if over or not dial.filled else 0.25 + share * share
    return found
