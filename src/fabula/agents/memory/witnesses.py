"""Witnesses: what all agents of a run met with, in order - what it takes to say how somebody came to know a thing."""

from collections.abc import Iterator
from typing import NamedTuple

from fabula.agents.memory.experience import Experience, Kind


class Met(NamedTuple):
    """An experience of one agent."""

    order: int
    """Its place among those of all agents."""
    agent: str
    lived: Experience


class Witnesses:
    """What agents met with, feelings apart."""

    def __init__(self) -> None:
        self._by_agent: dict[str, list[Met]] = {}
        self._count = 0

    def add(self, agent: str, lived: Experience) -> None:
        """The agent met with that; told in the order in which things happened."""
        if lived.kind is not Kind.BOND:
            self._by_agent.setdefault(agent, []).append(Met(self._count, agent, lived))
            self._count += 1

    @property
    def agents(self) -> tuple[str, ...]:
        """Who met with anything, by name."""
        return tuple(sorted(self._by_agent))

    def of(self, agent: str) -> tuple[Met, ...]:
        """What an agent met with, in order."""
        return tuple(self._by_agent.get(agent, ()))

    def learned(self, agent: str, about: str, *, before: int) -> Met | None:
        """How the agent last came to take something to be so about that, before `before` in the order of things."""
        return next((met for met in self._backwards(agent, before) if _is_about(met.lived, about)), None)

    def _backwards(self, agent: str, before: int) -> Iterator[Met]:
        return (met for met in reversed(self._by_agent.get(agent, ())) if met.order < before)


def _is_about(lived: Experience, about: str) -> bool:
    return lived.kind is Kind.LEARNED and lived.about == about
