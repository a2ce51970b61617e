"""The outlook: an agent's side of the truth - what it perceives, remembers, wants and takes to be so.

Nothing stands in it that the agent has not perceived, been told or known from the start, and a mind gets no more.
"""

from typing import NamedTuple

import msgspec

from fabula.environments.campaign.board import Board
from fabula.environments.campaign.setting import Aim
from fabula.environments.campaign.state import Agent, Belief

COMPANY_MAX = 12
"""People whom an agent takes in one by one; the rest is a crowd to it."""
ABSENT_MAX = 16
"""Absent people and things of which it recalls where it last saw them, the latest first."""


class Someone(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Another person at the same place, as the agent sees them."""

    name: str
    faction: str = ""
    role: str = ""
    condition: str
    """`unhurt`, `hurt` or `badly hurt`."""
    bond: int
    """How the agent feels about them, -100..100."""
    carries: tuple[str, ...] = ()
    guards: str = ""


class Direction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A way out that the agent knows."""

    to: str
    how: str = ""
    blocked: bool = False


class Belonging(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An object, carried or lying here."""

    name: str
    description: str
    where: str = ""
    """The only place where it is of use, if there is one; of what one carries."""
    uses: int = 0
    """Uses left, if they are counted; of what one carries."""


class Peril(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A threat at the same place."""

    name: str
    description: str
    strength: int
    spares: bool = False
    """It leaves the agent alone."""


class Progress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A clock that everyone can see."""

    name: str
    description: str
    filled: int
    segments: int
    wanted: int = 0
    """1: the agent's faction wants it full, -1: kept from filling, 0: neither."""


class Held(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the agent takes to be so."""

    about: str
    text: str
    source: str
    """`seen`, `known` (from the start), or who told it."""
    sure: int


class LastSeen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where the agent last saw somebody or something that is not here."""

    what: str
    place: str
    turn: int
    holder: str = ""


class Outlook(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an agent perceives as it is asked what it does."""

    turn: int
    turns: int
    question: str
    name: str
    faction: str = ""
    faction_wants: str = ""
    wants: tuple[Aim, ...] = ()
    place: str
    description: str
    ways: tuple[Direction, ...] = ()
    vigour: int
    vigour_max: int
    hides: bool = False
    guards: str = ""
    cowed_by: str = ""
    """Who made it give way last turn."""
    urged_by: str = ""
    """Who won it over last turn, to what stands in `urged_to`."""
    urged_to: str = ""
    carries: tuple[Belonging, ...] = ()
    here: tuple[Someone, ...] = ()
    crowd: int = 0
    """How many more are here."""
    lies_here: tuple[Belonging, ...] = ()
    threats: tuple[Peril, ...] = ()
    clocks: tuple[Progress, ...] = ()
    believes: tuple[Held, ...] = ()
    last_seen: tuple[LastSeen, ...] = ()
    stances: dict[str, int] = {}
    """How its faction stands to the others, -100..100."""


class _Looks(NamedTuple):
    """What anybody sees of somebody."""

    faction: str
    role: str
    condition: str
    carries: tuple[str, ...]
    guards: str


class Outlooks:
    """Makes outlooks of one board, and what several of them share only once."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._clocks: dict[str, tuple[Progress, ...]] = {}
        self._lying: dict[str, tuple[Belonging, ...]] = {}
        self._looks: dict[str, _Looks] = {}
        self._stances: dict[str, dict[str, int]] = {}

    def of(self, agent: Agent, company: list[str]) -> Outlook:
        """The agent's outlook. company: the others it perceives here, those that matter most to it first."""
        board, role = self._board, self._board.role(agent.name)
        setting, place = board.ground.setting, board.ground.places[agent.place]
        faction = board.ground.factions.get(role.faction)
        return Outlook(
            turn=board.state.turn,
            turns=setting.turns,
            question=setting.question,
            name=agent.name,
            faction=role.faction,
            faction_wants=faction.aim if faction else "",
            wants=role.aims,
            place=agent.place,
            description=place.description,
            ways=tuple([Direction(to=way.to, how=way.how, blocked=way.blocked) for way in board.exits(agent)]),
            vigour=agent.vigour,
            vigour_max=agent.vigour_max,
            hides=agent.hidden,
            guards=agent.guard,
            cowed_by=agent.cowed_by,
            urged_by=agent.urged_by,
            urged_to=agent.urged_to,
            carries=tuple(self._belonging(name, own=True) for name in board.carried(agent.name)),
            here=tuple(self._someone(agent, name) for name in company[:COMPANY_MAX]),
            crowd=max(0, len(company) - COMPANY_MAX),
            lies_here=self._lies_at(agent.place),
            threats=tuple(self._peril(agent, name) for name in board.threats(agent.place)),
            clocks=self._progress(role.faction),
            believes=tuple(_held(name, agent.beliefs[name]) for name in sorted(agent.beliefs)),
            last_seen=_absent(agent, company),
            stances=self._stances_of(role.faction),
        )

    def _someone(self, agent: Agent, name: str) -> Someone:
        looks = self._looks.get(name) or self._look_at(name)
        return Someone(
            name=name,
            faction=looks.faction,
            role=looks.role,
            condition=looks.condition,
            bond=self._board.bond(agent.name, name),
            carries=looks.carries,
            guards=looks.guards,
        )

    def _look_at(self, name: str) -> "_Looks":
        other, role = self._board.state.agents[name], self._board.role(name)
        shown = tuple(self._board.shown(name))
        looks = _Looks(role.faction, role.character.persona.role, condition(other), shown, other.guard)
        self._looks[name] = looks
        return looks

    def _lies_at(self, place: str) -> tuple[Belonging, ...]:
        lying = self._lying.get(place)
        if lying is None:
            lying = self._lying[place] = tuple(self._belonging(name) for name in self._board.lying(place))
        return lying

    def _belonging(self, name: str, *, own: bool = False) -> Belonging:
        thing = self._board.ground.things[name]
        if not own:
            return Belonging(name=name, description=thing.description)
        uses = self._board.state.items[name].left if thing.uses else 0
        return Belonging(name=name, description=thing.description, where=thing.where, uses=uses)

    def _peril(self, agent: Agent, name: str) -> Peril:
        return Peril(
            name=name,
            description=self._board.ground.threats[name].description,
            strength=self._board.state.dangers[name].strength,
            spares=self._board.spared(name, agent.name),
        )

    def _progress(self, faction: str) -> tuple[Progress, ...]:
        clocks = self._clocks.get(faction)
        if clocks is None:
            clocks = self._clocks[faction] = tuple(
                Progress(
                    name=clock.name,
                    description=clock.description,
                    filled=self._board.state.dials[clock.name].filled,
                    segments=clock.segments,
                    wanted=(faction in clock.good_for) - (faction in clock.bad_for),
                )
                for clock in self._board.ground.public_clocks.values()
            )
        return clocks

    def _stances_of(self, faction: str) -> dict[str, int]:
        stances = self._stances.get(faction)
        if stances is None:
            others = (other for other in self._board.ground.factions if faction and other != faction)
            stances = self._stances[faction] = {other: self._board.stance(faction, other) for other in others}
        return stances


def condition(agent: Agent) -> str:
    """How somebody looks: `unhurt`, `hurt`, or, with two thirds of the vigour gone, `badly hurt`."""
    if agent.vigour == agent.vigour_max:
        return "unhurt"
    return "badly hurt" if agent.vigour * 3 <= agent.vigour_max else "hurt"


def _held(name: str, belief: Belief) -> Held:
    return Held(about=name, text=belief.text, source=belief.source, sure=belief.sure)


def _absent(agent: Agent, company: list[str]) -> tuple[LastSeen, ...]:
    here, own = agent.place, agent.name
    elsewhere = [
        (-seen.turn, name, seen)
        for name, seen in agent.sightings.items()
        if seen.place != here and seen.holder != own and name not in company
    ]
    elsewhere.sort()
    return tuple(
        [
            LastSeen(what=name, place=seen.place, turn=seen.turn, holder=seen.holder)
            for _, name, seen in elsewhere[:ABSENT_MAX]
        ]
    )
