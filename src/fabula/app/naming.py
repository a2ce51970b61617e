"""Naming: the agent a person means by what they typed."""

from collections.abc import Sequence

from fabula.engine import AgentId
from fabula.errors import UsageError, did_you_mean


def agent_called(name: str, agents: Sequence[AgentId]) -> AgentId:
    """The agent of that name, without regard to case, or the only one with that word in its name. Raises UsageError."""
    wanted = name.strip().casefold()
    exact = [agent for agent in agents if agent.casefold() == wanted]
    partly = [agent for agent in agents if wanted in agent.casefold().split() or agent.casefold().startswith(wanted)]
    for found in (exact, partly):
        if len(found) == 1:
            return found[0]
    if len(partly) > 1:
        raise UsageError(f"{name!r} could be {' or '.join(map(repr, partly))}: give the whole name")
    raise UsageError(f"nobody called {name!r} is in this run.{did_you_mean(name, agents)}")
