"""Checking: what must be known before a service agent goes on. A thing is asked for twice at most, the second time only
when it is wanted again; after that the agent goes on with a caveat or, where it must be known, hands over.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from fabula.environments.dialogue.service.form import Rule
from fabula.environments.dialogue.service.patterns import matches
from fabula.environments.dialogue.state import ServiceState

ASKED_MAX = 2
"""How often the same is asked for; what comes after says `Rule.otherwise`."""
AGAIN = "I do need that before I can go on. "
"""Before a question that is put for the second time, where the rule has no words for it."""


class Checked(Struct, frozen=True, kw_only=True):
    """What is said because something is not known."""

    rule: Rule
    text: str
    did: str
    """`asked`; `handed_over`; or `added`: the text stands before what the agent says."""


def check(
    rules: Sequence[Rule], state: ServiceState, wanted: Callable[[Rule], bool], told: Sequence[str], own: Sequence[str]
) -> Checked | None:
    """What the first unknown thing has the agent say; None if all is known, or nothing is wanted.

    rules: those that check. wanted: whether the words of this turn call for what a rule asks. told: all that was said
    to the agent, own: all that it said itself, in order.
    """
    unknown = [rule for rule in rules if not any(matches(rule.known_by, text) for text in told)]
    state.open = [rule.name for rule in unknown if rule.name in state.open or wanted(rule)]
    # After one answer comes the next question, if it was wanted before and has not been put.
    answered = _answered(rules, told, own)
    due = [
        rule for rule in unknown if rule.name in state.open and (wanted(rule) or (answered and not _asked(rule, own)))
    ]
    vain = [rule for rule in due if _asked(rule, own) >= ASKED_MAX]
    for rule in due:
        if rule.must and rule in vain:
            return Checked(rule=rule, text=rule.otherwise, did="handed_over")
        # Whoever did not answer twice is not asked for the rest either, but for what must be known.
        if rule.must or not vain:
            return Checked(rule=rule, text=_question(rule, own), did="asked")
    unsaid = (rule for rule in vain if rule.otherwise and not any(rule.otherwise in each for each in own))
    return next((Checked(rule=rule, text=rule.otherwise, did="added") for rule in unsaid), None)


def _question(rule: Rule, own: Sequence[str]) -> str:
    if not _asked(rule, own):
        return rule.text
    return rule.again or AGAIN + rule.text


def _asked(rule: Rule, own: Sequence[str]) -> int:
    return sum(rule.text in each or bool(rule.again and rule.again in each) for each in own)


def _answered(rules: Sequence[Rule], told: Sequence[str], own: Sequence[str]) -> bool:
    """Whether the agent last asked for something, and the answer says it."""
    return bool(own and told) and any(_asked(rule, own[-1:]) and matches(rule.known_by, told[-1]) for rule in rules)
