"""Tension: how much is at stake just now, 0..100, and how much there should be at this point of a story."""

from itertools import pairwise
from typing import Literal

from fabula.environments.campaign.board import Board
from fabula.environments.campaign.state import Status

Act = Literal["setup", "rising", "crisis", "climax", "falling"]

ACTS: tuple[tuple[int, Act], ...] = ((20, "setup"), (50, "rising"), (70, "crisis"), (90, "climax"), (100, "falling"))
"""How far a campaign has come, in hundredths, when an act ends."""

CURVE = ((0, 15), (20, 30), (50, 55), (70, 72), (90, 90), (100, 60))
"""(How far a campaign has come in hundredths, the tension it should have there); straight lines between."""

BASE = 6
"""What there always is."""
HARM_MOST, CLOCKS_MOST, THREATS_MOST, TIME_MOST = 24, 36, 16, 16
"""What wounds and falls, the worst clocks, threats in play, and the end drawing near can add."""
FULL_HARM, FULL_THREATS = 40, 40
"""The share of all vigour that is lost, and of all threats' strength that is in play, in hundredths, that is as bad
as it gets.
"""
TURN_HARM, TURN_HARM_MOST, FAILURES_MOST, FINDS_MOST = 3, 12, 8, 4
"""What the turn's harm (a point), its failures and its finds add."""


def act_of(turn: int, turns: int) -> Act:
    """Where on the curve a turn stands."""
    come = _come(turn, turns)
    return next(act for until, act in ACTS if come <= until)


def target(turn: int, turns: int) -> int:
    """The tension that a turn should have."""
    come = _come(turn, turns)
    for (start, low), (end, high) in pairwise(CURVE):
        if come <= end:
            return low + (high - low) * (come - start) // (end - start)
    raise AssertionError("the curve covers the whole campaign")


def measure(board: Board) -> int:
    """The tension of a state at the end of a turn."""
    parts = (BASE, _harm(board), _clocks(board), _threats(board), _time(board), _turn(board))
    return max(0, min(100, sum(parts)))


def _come(turn: int, turns: int) -> int:
    return min(100, max(0, turn * 100 // max(1, turns)))


def _harm(board: Board) -> int:
    """Wounds and falls."""
    agents = [agent for agent in board.state.agents.values() if agent.status is not Status.LEFT]
    whole = sum(agent.vigour_max for agent in agents)
    return _share(HARM_MOST, whole - sum(agent.vigour for agent in agents), whole, FULL_HARM)


def _clocks(board: Board) -> int:
    """Three parts the fullest clock that is bad for somebody, one part the fullest good one, the prize in reach."""
    worst = best = 0
    for clock in board.ground.setting.clocks:
        share = board.state.dials[clock.name].filled * 100 // clock.segments
        if clock.bad_for:
            worst = max(worst, share)
        elif clock.good_for:
            best = max(best, share)
    return CLOCKS_MOST * (3 * worst + best) // 400


def _threats(board: Board) -> int:
    """Threats in play."""
    whole = sum(threat.strength for threat in board.ground.setting.threats)
    near = sum(danger.strength for danger in board.state.dangers.values() if danger.here)
    return _share(THREATS_MOST, near, whole, FULL_THREATS)


def _time(board: Board) -> int:
    """The end drawing near: little at first, and then ever more."""
    come = _come(board.state.turn, board.ground.setting.turns)
    return TIME_MOST * come * come // 10_000


def _turn(board: Board) -> int:
    tally = board.state.now.tally
    failures = FAILURES_MOST * tally.failures // tally.deeds if tally.deeds else 0
    return min(TURN_HARM_MOST, TURN_HARM * tally.harm) + failures + min(FINDS_MOST, tally.finds)


def _share(most: int, part: int, whole: int, full: int) -> int:
    """`most` when `full` hundredths of the whole are reached, less in proportion below."""
    return min(most, most * 100 * part // (whole * full)) if whole else 0
