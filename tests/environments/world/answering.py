"""Answers of minds in tests, and what came of them."""

from typing import TypeVar

from tests.environments.world.worlds import Trial

from fabula.engine.values import Acted, Action, AgentId
from fabula.environments.world.events import PlanBroken, PlanDone, Refused

E = TypeVar("E")


def answer(trial: Trial, agent: str, action: Action) -> list[object]:
    """One tick at which somebody's mind answers; returns its events."""
    return trial.step(Acted(agent=AgentId(agent), asked=trial.state.tick, action=action))


def see_through(trial: Trial, agent: str, action: Action, *, ticks: int = 120) -> list[object]:
    """Somebody's mind answers, and the world goes on until that is done, broken or refused; returns the events."""
    events = answer(trial, agent, action)
    while ticks and not any(_ends(event, agent) for event in events):
        events += trial.step()
        ticks -= 1
    assert any(_ends(event, agent) for event in events), f"{agent} is at it still"
    return events


def the(kind: type[E], events: list[object]) -> E:
    """The only event of a kind."""
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1, f"{len(found)} of {kind.__name__} in {events}"
    return found[0]


def kinds(events: list[object], agent: str, *of: type) -> list[type]:
    """The kinds, of those given, of what an agent did, in order."""
    return [type(event) for event in events if isinstance(event, of) and getattr(event, "agent", "") == agent]


def _ends(event: object, agent: str) -> bool:
    return isinstance(event, PlanDone | PlanBroken | Refused) and event.agent == agent
