"""Choices: the deeds that come into question for one agent, weighed as they are put together, the best of them made
into options.
"""

from collections.abc import Callable
from typing import NamedTuple

from fabula.engine.values import Option, kind_of
from fabula.environments.campaign import actions
from fabula.environments.campaign.actions import CharacterAction
from fabula.environments.campaign.options.reasons import reason
from fabula.environments.campaign.options.viewpoint import Viewpoint

OPTIONS_MAX = 24

STAKE_APPEAL, STAKE_WORTH = 0.85, 0.45
"""What a deed that moves a clock gains in appeal, and in worth to whoever it is, for a stake of 1.0."""

AGAIN, AGAIN_AT_ONCE, SAME_KIND = -0.30, -0.25, -0.06
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

    rank: float
    """How it looks at first sight, whoever the agent is."""
    number: int
    make: Make
    fields: dict[str, str]
    appeals: dict[str, float]
    worth: float
    occasion: str
    words: tuple[str, ...]


class Choices:
    """Collects an agent's choices."""

    def __init__(self, view: Viewpoint) -> None:
        self.view = view
        self._drafts: list[Draft] = []
        recent = view.agent.recent
        self._recent = recent
        self._kinds = [deed.partition(" ")[0] for deed in recent]

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
        """A deed comes into question. target: whom or what it is aimed at, as clocks see it; because: occasion and
        its words.
        """
        kind = KINDS[make]
        strongest = 0.25
        for stake, strength in self.view.stakes.get(kind, ()):
            if stake.deed.target and stake.deed.target != target:
                continue
            appeals[stake.drive] = appeals.get(stake.drive, 0.0) + STAKE_APPEAL * strength
            worth += STAKE_WORTH * strength
            if strength > strongest:
                strongest = strength
                because = "stake_fill" if stake.wanted else "stake_stem", stake.clock
        worth += self._novelty(kind, target)
        rank = worth + 0.4 * sum(appeals.values()) + 0.3 * max(appeals.values(), default=0.0)
        draft = Draft(rank, len(self._drafts), make, fields, appeals, worth, because[0], because[1:])
        self._drafts.append(draft)

    def options(self) -> tuple[Option, ...]:
        """The best of them, in the order in which they were thought of."""
        best = sorted(self._drafts, reverse=True)[:OPTIONS_MAX] if len(self._drafts) > OPTIONS_MAX else self._drafts
        salt = self.view.salt
        return tuple(
            Option(
                action=draft.make(reason=reason(draft.occasion, draft.words, salt + draft.number), **draft.fields),
                appeals=draft.appeals,
                worth=draft.worth,
            )
            for draft in sorted(best, key=lambda draft: draft.number)
        )

    def _novelty(self, kind: str, target: str) -> float:
        times = self._kinds.count(kind)
        if not times:
            return 0.0
        deed = f"{kind} {target}" if target else kind
        worth = SAME_KIND * times + AGAIN * self._recent.count(deed)
        if self._recent[-1] == deed:
            worth += AGAIN_AT_ONCE
        return worth * PERSISTENT.get(kind, 1.0)
