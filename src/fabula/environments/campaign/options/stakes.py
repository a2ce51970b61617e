"""Stakes: what clocks would have people do, where, and how much it presses just now."""

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


Pressing = dict[str, list[tuple[Stake, float]]]
"""Kind of deed -> the stakes it would serve (or, negative, hurt), and how strongly."""


class Agenda:
    """What somebody's stakes come to at this moment."""

    def __init__(self, interests: Interests, urgency: dict[str, tuple[float, float]]) -> None:
        """urgency: clock -> how pressing it is for who wants it kept from filling, and for who wants it full."""
        self._stakes = interests.stakes
        self._urgency = {clock: urgency[clock][wish > 0] for clock, wish in interests.wishes.items()}
        self.calls = self._calls()
        """What calls to which place, the loudest call first."""

    def at(self, place: str) -> Pressing:
        """What would serve or hurt which stakes at a place."""
        found: Pressing = {}
        for stake in (*self._stakes.get(place, ()), *self._stakes.get("", ())):
            if strength := stake.weight * self._urgency[stake.clock]:
                found.setdefault(stake.deed.kind, []).append((stake, strength))
        return found

    def _calls(self) -> list[Call]:
        calls = []
        for place, stakes in self._stakes.items():
            strengths = [stake.weight * self._urgency[stake.clock] for stake in stakes]
            loudest = max(strengths)
            if place and loudest > 0:
                others = sum(strength for strength in strengths if strength > 0) - loudest
                stake = stakes[strengths.index(loudest)]
                calls.append(Call(place, stake, loudest, loudest + FURTHER * others))
        return sorted(calls, key=lambda call: (-call.together, call.place))


class Agendas:
    """The agendas of one moment; people of the same side share one."""

    def __init__(self, board: Board) -> None:
        self._urgency = _urgency(board)
        self._made: dict[tuple[object, ...], Agenda] = {}

    def of(self, interests: Interests) -> Agenda:
        """The agenda of somebody with these interests."""
        agenda = self._made.get(interests.side)
        if agenda is None:
            agenda = self._made[interests.side] = Agenda(interests, self._urgency)
        return agenda


def _urgency(board: Board) -> dict[str, tuple[float, float]]:
    """How pressing each clock is, 0.0 to 1.25: for who wants it kept from filling, and for who wants it full."""
    found: dict[str, tuple[float, float]] = {}
    for clock in board.ground.public_clocks.values():
        dial = board.state.dials[clock.name]
        share = dial.filled / clock.segments
        over = dial.done or dial.filled >= clock.segments
        found[clock.name] = (0.0, 0.0) if over else (0.25 + share * share if dial.filled else 0.0, 0.45 + 0.45 * share)
    return found
