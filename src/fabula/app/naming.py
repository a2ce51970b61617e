"""Naming: the agent a person means by what they typed."""

import difflib
from collections.abc import Sequence

from fabula.engine import AgentId
from fabula.errors import UsageError, did_you_mean

BEGINNING_MIN = 3
"""Letters from which on the beginning of a name stands for it."""
NEAR = 0.6
"""How like what was typed a name must be to be asked back, 0..1."""


def agent_called(name: str, agents: Sequence[AgentId]) -> AgentId:
    """The agent of that name, without regard to case, or the only one whose name has that word or begins so. Raises
    UsageError.
    """
    if (found := agent_meant(name, agents)) is not None:
        return found
    raise UsageError(f"nobody called {name!r} is in this run.{_nearest(name.strip().casefold(), agents)}")


def agent_meant(name: str, agents: Sequence[AgentId]) -> AgentId | None:
    """The same; None where nobody is meant. Raises UsageError if several could be."""
    wanted = name.strip().casefold()
    exact = [agent for agent in agents if agent.casefold() == wanted]
    partly = [agent for agent in agents if wanted in agent.casefold().split() or _begins(agent, wanted)]
    for found in (exact, partly):
        if len(found) == 1:
            return found[0]
    if len(partly) > 1:
        raise UsageError(f"{name!r} could be {' or '.join(map(repr, partly))}: give the whole name")
    return None


def _begins(agent: AgentId, wanted: str) -> bool:
    return len(wanted) >= BEGINNING_MIN and agent.casefold().startswith(wanted)


def _nearest(wanted: str, agents: Sequence[AgentId]) -> str:
    """The agent whose name, or a word of it, is most like what was typed; else all, if they are few."""
    # Sorted, and whole names last, so that they win over words and the same is asked back every time.
    whose = {word: agent for agent in sorted(agents, reverse=True) for word in agent.casefold().split()}
    whose |= {agent.casefold(): agent for agent in agents}
    near = difflib.get_close_matches(wanted, whose, n=1, cutoff=NEAR)
    return f" Did you mean {whose[near[0]]!r}?" if near else did_you_mean(wanted, agents)
