"""Choices: the deeds that come into question for one agent, the best of them made into options."""

from typing import NamedTuple

from msgspec.structs import replace

from fabula.engine.values import Option
from fabula.environments.world.actions import CarryOn, Deed, Plan
from fabula.environments.world.options.reasons import reason
from fabula.environments.world.options.viewpoint import Viewpoint

OPTIONS_MAX = 16
RANK_APPEAL = 0.4
"""What an appeal counts at first sight, beside worth: as to somebody middling in everything."""


class Draft(NamedTuple):
    """A deed that comes into question."""

    action: CarryOn | Plan | Deed
    appeals: dict[str, float]
    worth: float
    because: tuple[str, ...]
    """Occasion, and the words that fit into what is said on it."""

    def looks(self) -> float:
        """How it looks at first sight, whoever the agent is."""
        return self.worth + RANK_APPEAL * sum(self.appeals.values())


class Choices:
    """Collects an agent's choices."""

    def __init__(self, view: Viewpoint) -> None:
        self._view = view
        self._drafts: list[Draft] = []

    def add(
        self,
        action: CarryOn | Deed,
        *then: Deed,
        goal: str = "",
        appeals: dict[str, float],
        worth: float,
        because: tuple[str, ...],
    ) -> None:
        """A deed comes into question, or, with `then`, a plan of several, for a `goal` as it follows `to`. because: the
        occasion and its words.
        """
        whole: CarryOn | Plan | Deed = action
        if then:
            assert not isinstance(action, CarryOn)
            whole = Plan(deeds=(action, *then), goal=goal)
        self._drafts.append(Draft(whole, appeals, worth, because))

    def options(self) -> tuple[Option, ...]:
        """The best of them, in the order in which they were thought of; to carry on is never left out."""
        drafts = self._drafts
        if len(drafts) > OPTIONS_MAX:
            best = sorted(drafts, key=lambda draft: (not isinstance(draft.action, CarryOn), -draft.looks()))
            kept = {id(draft) for draft in best[:OPTIONS_MAX]}
            drafts = [draft for draft in drafts if id(draft) in kept]
        salt = self._view.salt
        return tuple(
            [
                Option(
                    action=_with_reason(draft.action, reason(draft.because, salt + number)),
                    appeals=draft.appeals,
                    worth=draft.worth,
                )
                for number, draft in enumerate(drafts)
            ]
        )


def _with_reason(action: CarryOn | Plan | Deed, why: str) -> CarryOn | Plan | Deed:
    return replace(action, reason=why)
