"""The standard table, read for a deed as it was decided: what the rules would have it roll against."""

from fabula.environments.campaign import actions, difficulty, names
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.deeds.searching import clue_of
from fabula.environments.campaign.reading import read
from fabula.environments.campaign.state import Agent

UNROLLED = 8
"""A deed that needs no roll, when it is attempted in words."""


def standard_difficulty(board: Board, doer: Agent, action: actions.CharacterAction) -> int:
    """The difficulty of a deed as things stand; of one that will be refused, or needs no roll, that of an easy one."""
    match action:
        case actions.Sneak():
            to = names.find(action.to, [way.to for way in board.exits(doer)])
            return difficulty.sneaking(board, doer, to) if to else UNROLLED
        case actions.Investigate():
            clue = clue_of(board, doer, action.what)
            return clue.difficulty if clue else difficulty.SEARCH
        case actions.Persuade():
            whom = _other(board, doer, action.whom)
            return difficulty.persuading(board, doer, whom.name) if whom else UNROLLED
        case actions.Threaten():
            whom = _other(board, doer, action.whom)
            return difficulty.threatening(board, whom) if whom else UNROLLED
        case actions.Aid():
            whom = _other(board, doer, action.whom) or doer
            return difficulty.AID_WOUNDS if whom.vigour < whom.vigour_max else difficulty.AID_DEED
        case actions.Attack():
            return _attacking(board, doer, action.target)
        case actions.Defend():
            return difficulty.defending(board, doer.place)
        case actions.Take():
            whom = _other(board, doer, action.from_whom)
            return difficulty.stealing(board, whom.name) if whom else difficulty.picking_up(board, doer)
        case actions.Attempt():
            deed = read(board, doer, action.text)
            return difficulty.ATTEMPT if deed is None else standard_difficulty(board, doer, deed) + 1
        case _:
            return UNROLLED


def _attacking(board: Board, doer: Agent, text: str) -> int:
    target = names.find(text, [*board.visible(doer), *board.threats(doer.place)])
    if target in board.ground.threats:
        return board.ground.threats[target].difficulty
    return difficulty.attacking(board, board.state.agents[target]) if target else UNROLLED


def _other(board: Board, doer: Agent, text: str) -> Agent | None:
    name = names.find(text, board.visible(doer)) if text else None
    return board.state.agents[name] if name else None
