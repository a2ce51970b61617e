"""Choices: the deeds that come into question for one agent, weighed as they are put together, the best of them made
into options.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from fabula.engine.values import Option, kind_of
from fabula.environments.campaign import actions
from fabula.environments.campaign.actions import CharacterAction
from fabula.environments.campaign.options.interests import Stake
from fabula.environments.campaign.options.reasons import reason
from fabula.environments.campaign.options.viewpoint import Viewpoint

OPTIONS_MAX = 20

STAKE_APPEAL, STAKE_WORTH = 0.85, 0.45
"""What a deed that moves a clock gains in appeal, and in worth to whoever it is, for a stake of 1.0."""

STAKE_LOUD = 0.25
"""From here on a stake is the reason given."""
RANK_APPEAL = 0.5
"""What an appeal counts at first sight, beside worth."""

AGAIN, AGAIN_AT_ONCE, SAME_KIND = -0.30, -0.25, -0.09
"""What it takes from a deed that it was done lately, that it was the last thing done, that one of its kind was."""
PERSISTENT: dict[str, float] = {"attack": 0.3, "defend": 0.35, "aid": 0.5, "move": 0.6, "rest": 0.4}
"""Kinds of deeds that want doing more than once, and the share of all that which it takes from them."""

Make = Callable[..., CharacterAction]

KINDS: dict[Make, str] = {
    action: kind_of(action.__name__)
    for action in (
        actions.Move,
        actions.Sneak,
        actions.Investigate,
        actions.Talk,
        actions.Persuade,
        actions.Threaten,
        actions.Aid,
        actions.Attack,
        actions.Defend,
        actions.Take,
        actions.Give,
        actions.Use,
        actions.Rest,
        actions.Wait,
    )
}


class Draft(NamedTuple):
    """A deed that comes into question."""

    make: Make
    fields: dict[str, str]
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
        self._recent = view.agent.recent
        self._kinds = [deed.partition(" ")[0] for deed in self._recent]

    def add(
        self,
        make: Make,
        fields: dict[str, str],
        *,
        target: str,
        appeals: dict[str, float],
        worth: float,
        because: tuple[str, ...],
    ) -> None:
        """A deed comes into question. target: whom or what it is aimed at, as clocks see it; because: occasion and its
        words. Keeps `appeals` and adds to it.
        """
        kind = KINDS[make]
        if stakes := self._view.stakes.get(kind):
            worth, because = self._with_stakes(stakes, target, appeals, worth, because)
        if kind in self._kinds:
            worth += self._novelty(kind, target)
        self._drafts.append(Draft(make, fields, appeals, worth, because))

    def options(self) -> tuple[Option, ...]:
        """The best of them, in the order in which they were thought of."""
        salt = self._view.salt
        return tuple(
            [
                Option(
                    action=draft.make(reason=reason(draft.because, salt + number), **draft.fields),
                    appeals=draft.appeals,
                    worth=draft.worth,
                )
                for number, draft in self._best()
            ]
        )

    def _best(self) -> Iterable[tuple[int, Draft]]:
        numbered = enumerate(self._drafts)
        if len(self._drafts) <= OPTIONS_MAX:
            return numbered
        # Sorting is stable: of two that look alike, the one that was thought of first stays.
        return sorted(sorted(numbered, key=lambda pair: -pair[1].looks())[:OPTIONS_MAX], key=lambda pair: pair[0])

    def _novelty(self, kind: str, target: str) -> float:
        deed = f"{kind} {target}" if target else kind
        worth = SAME_KIND * self._kinds.count(kind) + AGAIN * self._recent.count(deed)
        if self._recent[-1] == deed:
            worth += AGAIN_AT_ONCE
        return worth * PERSISTENT.get(kind, 1.0)

    def _with_stakes(
        self,
        stakes: list[tuple[Stake, float]],
        target: str,
        appeals: dict[str, float],
        worth: float,
        because: tuple[str, ...],
    ) -> tuple[float, tuple[str, ...]]:
        """What clocks add to a deed: to its appeals, its worth, and, where that speaks loudest, to its reason."""
        loudest, helping = STAKE_LOUD, self._view.helping
        for stake, strength in stakes:
            if stake.deed.target and stake.deed.target != target:
                continue
            part = strength / helping if strength > 0 else strength
            appeals[stake.drive] = appeals.get(stake.drive, 0.0) + STAKE_APPEAL * part
            worth += STAKE_WORTH * part
            if part > loudest:
                loudest = part
                because = "stake_fill" if stake.wanted else "stake_stem", stake.clock
        return worth, because
