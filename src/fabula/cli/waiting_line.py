"""The waiting line: who is waited for, since when, and what happens when that has taken long enough."""

from collections.abc import Mapping, Sequence

from fabula.app.attending import Awaited

QUIET_S = 2.0
"""So long nothing is said of a wait: most answers come sooner."""
NAMED_MAX = 3
"""Who wait behind these are counted."""
RULES_DECIDE = "rules decide"


def waiting_line(awaited: Sequence[Awaited], otherwise: Mapping[str, str]) -> str:
    """`waiting for Ada: 12 s; after 120 s rules decide (bus:oracle)`; empty while it is not worth a word. The minds
    stand last, since the names of some are long and a narrow terminal cuts the line off.

    otherwise: agent -> what happens when its answer does not come; who is not in it is decided for by rules.
    """
    slow = [each for each in awaited if each.for_s >= QUIET_S]
    if not slow:
        return ""
    named = slow[:NAMED_MAX]
    who = ", ".join(each.agent for each in named) + (f" and {len(slow) - NAMED_MAX} more" if slow[NAMED_MAX:] else "")
    minds = ", ".join(dict.fromkeys(each.mind for each in named))
    longest = slow[0]
    return f"waiting for {who}: {longest.for_s:.0f} s; {_limit(longest, otherwise)} ({minds})"


def _limit(awaited: Awaited, otherwise: Mapping[str, str]) -> str:
    if awaited.most_s is None:
        return "it takes as long as it takes"
    return f"after {awaited.most_s:.0f} s {otherwise.get(awaited.agent, RULES_DECIDE)}"
