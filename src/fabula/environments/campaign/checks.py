"""Checks: a d20 plus what speaks for the doer against a difficulty, and what the margin means."""

from typing import NamedTuple

from fabula.environments.campaign.events import Outcome

DONE: tuple[Outcome, ...] = ("triumph", "success", "setback")
"""Outcomes in which the deed is done, be it at a price."""

MARGIN_TRIUMPH, MARGIN_SUCCESS, MARGIN_SETBACK, MARGIN_FAILURE = 8, 0, -3, -9


class Roll(NamedTuple):
    """A check that was made."""

    total: int
    against: int
    outcome: Outcome

    @property
    def done(self) -> bool:
        """Whether the deed was done at all."""
        return self.outcome in DONE


def outcome_of(margin: int) -> Outcome:
    """What a margin (the roll less the difficulty) means."""
    if margin >= MARGIN_TRIUMPH:
        return "triumph"
    if margin >= MARGIN_SUCCESS:
        return "success"
    if margin >= MARGIN_SETBACK:
        return "setback"
    return "failure" if margin >= MARGIN_FAILURE else "disaster"


def by_outcome(outcome: Outcome, triumph: int, success: int, setback: int, failure: int, disaster: int) -> int:
    """The number that stands for an outcome in a row of five, best first."""
    return {"triumph": triumph, "success": success, "setback": setback, "failure": failure, "disaster": disaster}[
        outcome
    ]
