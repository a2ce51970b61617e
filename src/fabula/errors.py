"""The errors of Fabula: one root, two branches.

    FabulaError
    ├── UsageError   fix your input: a file, a name, an option (exit code 2)
    └── RunError     the run or a check failed: a store, a lease, a log (exit code 1)

A refused action is neither: it is an event that is logged and that the agent can notice.
"""

import difflib
from collections.abc import Iterable


class FabulaError(Exception):
    """Root of everything Fabula raises on purpose; its text says what, where and what next."""


class UsageError(FabulaError):
    """The input is wrong: the message names the file, line or key and what to do."""


class RunError(FabulaError):
    """The run failed or a check did not hold: the message names the run, the record and what to do."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A trailing hint for an unknown `name`: the nearest known one, or all of them when they are few.

    Returns "" when nothing is near and the list is long; otherwise a sentence with a leading space.
    """
    names = sorted(known)
    folded = {other.casefold(): other for other in reversed(names)}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    if near:
        return f" Did you mean {folded[near[0]]!r}?"
    if names and len(names) <= 12:
        return f" Known: {', '.join(repr(other) for other in names)}."
    return ""
