"""The standard table: how hard each kind of deed is, 5 (trivial) to 25 (heroic), unless the director rules."""

from fabula.environments.campaign.board import Board
from fabula.environments.campaign.state import Agent

SEARCH = 11
"""To notice something at all where nothing is hidden."""
FIND_THING, FIND_WAY, FIND_PERSON = 12, 13, 12
PERSUADE = 12
"""Less the bond of the other, a point for every 15."""
THREATEN = 11
"""More for who does not give way easily, less for who is hurt."""
AID_WOUNDS, AID_DEED = 10, 8
ATTACK = 11
"""More for skill in defence, for a guard, for shelter behind which one holds still."""
GUARDED = 3
DEFEND = 10
"""Less a point for every 25 of shelter, more one for every threat there."""
SNEAK = 9
"""More a point for each who might see it, 6 at most; less one for every 25 of shelter where one goes."""
PICK_UP, PICK_UP_AMONG_FOES, STEAL = 5, 10, 13
ATTEMPT = 12
"""Of a deed in words that nobody could read as another kind."""

FOE = -25
"""A bond like this or worse makes a foe."""


def sneaking(board: Board, doer: Agent, to: str) -> int:
    """To go to a neighbouring place unseen."""
    watchers = len(board.here(doer.place)) - 1 + len(board.here(to))
    return SNEAK + min(6, watchers) - board.ground.places[to].shelter // 25


def persuading(board: Board, doer: Agent, whom: str) -> int:
    """To win somebody over."""
    return PERSUADE - board.bond(whom, doer.name) // 15 + max(0, board.role(whom).aptitude("resist") - 1)


def threatening(board: Board, whom: Agent) -> int:
    """To cow somebody."""
    shaken = 3 if whom.vigour * 2 <= whom.vigour_max else 0
    return THREATEN + board.role(whom.name).aptitude("resist") - shaken


def attacking(board: Board, target: Agent) -> int:
    """To hurt somebody."""
    skill = board.role(target.name).aptitude("defend")
    dug_in = board.ground.places[target.place].shelter // 25 if target.guard else 0
    return ATTACK + skill + dug_in + (GUARDED if guards_of(board, target) else 0)


def guards_of(board: Board, target: Agent) -> list[str]:
    """Who stands before somebody: those who defend it, and its friends who defend the place."""
    agents = board.state.agents
    return [
        name
        for name in board.here(target.place)
        if name != target.name
        and agents[name].guard
        and (
            agents[name].guard == target.name
            or (agents[name].guard == target.place and board.bond(name, target.name) > 0)
        )
    ]


def defending(board: Board, place: str) -> int:
    """To hold a place, or stand before somebody in it."""
    return DEFEND - board.ground.places[place].shelter // 25 + len(board.threats(place))


def picking_up(board: Board, doer: Agent) -> int:
    """To take what lies there."""
    foes = [name for name in board.here(doer.place) if board.bond(name, doer.name) <= FOE]
    return PICK_UP_AMONG_FOES if foes or board.menaces(doer) else PICK_UP


def stealing(board: Board, whom: str) -> int:
    """To take something from somebody."""
    return STEAL + board.role(whom).aptitude("notice")
