"""Stakes: what clocks would have people do, where, and how much it presses just now."""

from collections.abc import Iterable
from typing import NamedTuple

from fabula.environments.campaign.board import Board
from fabula.environments.campaign.options.interests import Interests, Stake

FURTHER = 0.15
"""What further things to do at a place add to the first."""


class Call(NamedTuple):
    """What clocks would have somebody do at a place."""

    place: str
    stake: Stake
    """The strongest."""
    strength: float
    """Its own."""
    together: float
    """With the others, of which each adds a little."""

    def joined_by(self, stake: Stake, strength: float) -> "Call":
        """The call with one more stake."""
        if strength > self.strength:
            return Call(self.place, stake, strength, strength + FURTHER * self.together)
        return Call(self.place, self.stake, self.strength, self.together + FURTHER * strength)


Pressing = dict[str, list[tuple[Stake, float]]]
"""Kind of deed -> the stakes it would serve (or, negative, hurt), and how strongly."""


class Agenda:
    """What some stakes come to at this moment."""

    def __init__(self, stakes: Iterable[Stake], urgency: dict[tuple[str, bool], float]) -> None:
        self._anywhere: Pressing = {}
        self._at: dict[str, Pressing] = {}
        calls: dict[str, Call] = {}
        for stake in stakes:
            strength, place = stake.weight * urgency[stake.clock, stake.wanted], stake.deed.place
            if not strength:
                continue
            found = self._at.setdefault(place, {}) if place else self._anywhere
            found.setdefault(stake.deed.kind, []).append((stake, strength))
            if place and strength > 0:
                call = calls.get(place)
                calls[place] = call.joined_by(stake, strength) if call else Call(place, stake, strength, strength)
        self.calls = sorted(calls.values(), key=lambda call: (-call.together, call.place))
        """What calls to which place, the loudest call first."""

    def at(self, place: str) -> Pressing:
        """What would serve or hurt which stakes at a place."""
        here = self._at.get(place)
        if here is None or not self._anywhere:
            return here or self._anywhere
        return {kind: here.get(kind, []) + self._anywhere.get(kind, []) for kind in here | self._anywhere}


class Agendas:
    """The agendas of one moment; people with the same stakes share one."""

    def __init__(self, board: Board) -> None:
        self._urgency = _urgency(board)
        self._made: dict[tuple[object, ...], Agenda] = {}

    def of(self, interests: Interests) -> Agenda:
        """The agenda of somebody with these interests."""
        agenda = self._made.get(interests.side)
        if agenda is None:
            agenda = self._made[interests.side] = Agenda(interests.stakes, self._urgency)
        return agenda


def _urgency(board: Board) -> dict[tuple[str, bool], float]:
    """How pressing each clock is, 0.0 to 1.25, for who wants it full (True) and for who wants it kept from filling."""
    found: dict[tuple[str, bool], float] = {}
    for clock in board.ground.public_clocks.values():
        dial = board.state.dials[clock.name]
        share = dial.filled / clock.segments
        over = dial.done or dial.filled >= clock.segments
        found[clock.name, True] = 0.0 if over else 0.45 + 0.45 * share
        found[clock.name, False] = 0.0 if over or not dial.filled else 0.25 + share * share
    return found
