"""Checking: what must be known before a service agent goes on. A thing is asked for twice at most, the second time only
when it is wanted again; after that the agent goes on with a caveat or, where it must be known, hands over.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from fabula.environments.dialogue.outlook import Line
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


def read(rules: Sequence[Rule], state: ServiceState, heard: Sequence[Line], me: str) -> None:
    """Note what was said since the last time: what is known now, and what was asked. Each line is read once.

    rules: those that check. heard: all that was said, in order. me: the agent's name.
    """
    state.answered = False
    for line in heard[state.read :]:
        if line.speaker == me:
            state.asked_last = [rule.name for rule in rules if _asks(rule, line.text)]
            for name in state.asked_last:
                state.asked[name] = state.asked.get(name, 0) + 1
            state.caveats += [
                rule.name for rule in rules if rule.name not in state.caveats and rule.otherwise in line.text
            ]
        else:
            learnt = [rule.name for rule in rules if matches(rule.known_by, line.text)]
            state.known += [name for name in learnt if name not in state.known]
            state.answered = any(name in state.asked_last for name in learnt)
    state.read = len(heard)


def check(rules: Sequence[Rule], state: ServiceState, wanted: Callable[[Rule], bool]) -> Checked | None:
    """What the first unknown thing has the agent say; None if all is known, or nothing is wanted. What was said before
    has been read.

    rules: those that check. wanted: whether the words of this turn call for what a rule asks.
    """
    unknown = [rule for rule in rules if rule.name not in state.known]
    state.open = [rule.name for rule in unknown if rule.name in state.open or wanted(rule)]
    # After one answer comes the next question, if it was wanted before and has not been put.
    due = [
        rule
        for rule in unknown
        if rule.name in state.open and (wanted(rule) or (state.answered and not _times_asked(rule, state)))
    ]
    vain = [rule for rule in due if _times_asked(rule, state) >= ASKED_MAX]
    for rule in due:
        if rule.must and rule in vain:
            return Checked(rule=rule, text=rule.otherwise, did="handed_over")
        # Whoever did not answer twice is not asked for the rest either, but for what must be known.
        if rule.must or not vain:
            return Checked(rule=rule, text=_question(rule, state), did="asked")
    unsaid = (rule for rule in vain if rule.otherwise and rule.name not in state.caveats)
    return next((Checked(rule=rule, text=rule.otherwise, did="added") for rule in unsaid), None)


def _question(rule: Rule, state: ServiceState) -> str:
    if not _times_asked(rule, state):
        return rule.text
    return rule.again or AGAIN + rule.text


def _times_asked(rule: Rule, state: ServiceState) -> int:
    return state.asked.get(rule.name, 0)


def _asks(rule: Rule, text: str) -> bool:
    return rule.text in text or bool(rule.again and rule.again in text)
