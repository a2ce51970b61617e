"""Plans: what people set out to do, why, and whether they did."""

from collections.abc import Iterator

from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.measures import counted_out, in_the_past
from fabula.chronicle.annals.moments import Moment, Slot, Who, before_hour
from fabula.environments.world import events as ev

_WEIGHTS = (
    (("steal ", "attack "), 74),
    (("accuse ", "make amends", "make up", "flee "), 68),
    (("give ", "use ", "guard "), 46),
    (("sell ", "buy "), 28),
    (("speak with",), 24),
    (("work", "go ", "rest", "sleep", "eat "), 20),
)
"""What a plan begins with -> how much it matters."""
_OVERTAKEN = ("there is no quarrel with", "there were too many eyes")
"""A plan that came to nothing because it was not wanted any more, or not dared, is no event."""
_BROKEN = 12
"""A plan that failed matters more by this much."""


_TOLD_AS_DEEDS = ("accuse ", "attack ", "flee ", "get away", "give ", "make ", "speak ", "steal ")
"""What such plans come to is told where it happens; only the thought behind it is told besides."""


_TOLD_ENOUGH = ("speak", "flee", "get away", "make ")
"""Of these not even that: the words that were spoken say it."""


def plan_moments(history: History) -> Iterator[Moment]:
    """Each plan, with what became of it where that is known by the end of the chapter."""
    open_: dict[str, tuple[int, ev.PlanMade]] = {}
    thought: set[tuple[str, str]] = set()
    for at in history.of(ev.PlanMade, ev.PlanDone, ev.PlanBroken):
        event = history.events[at]
        match event:
            case ev.PlanMade():
                if event.agent in open_:
                    yield _moment(history, *open_.pop(event.agent))
                open_[event.agent] = (at, event)
            case ev.PlanDone() | ev.PlanBroken():
                made = open_.pop(event.agent, None)
                if made is not None and isinstance(event, ev.PlanDone) and made[1].what.startswith(_TOLD_AS_DEEDS):
                    key = (made[1].agent, _reason(made[1]))
                    if made[1].why and not made[1].what.startswith(_TOLD_ENOUGH) and key not in thought:
                        thought.add(key)
                        yield _thought(*made)
                elif isinstance(event, ev.PlanBroken) and event.why.startswith(_OVERTAKEN):
                    continue
                elif made is not None:
                    yield _moment(history, *made, ended=(at, event))
                elif isinstance(event, ev.PlanBroken):
                    yield _broken(at, event)
    for made in open_.values():
        yield _moment(history, *made)


def _moment(
    history: History, at: int, made: ev.PlanMade, *, ended: tuple[int, ev.PlanDone | ev.PlanBroken] | None = None
) -> Moment:
    if ended is not None and history.chapter(ended[0]) != history.chapter(at):
        ended = None
    slots: dict[str, Slot] = {
        "a": Who(made.agent),
        "what": counted_out(made.what),
        "reason": _reason(made),
    }
    weight, rule = _weight(made.what), "plan"
    on: tuple[int, ...] = ()
    if ended is not None:
        number, event = ended
        on = (number,)
        rule = "plan.done" if isinstance(event, ev.PlanDone) else "plan.broken"
        slots["by"] = before_hour(history, number)
        if isinstance(event, ev.PlanBroken):
            slots["but"] = in_the_past(event.why)
            weight += _BROKEN
    return Moment(at=at, group=f"daily 1 plans {_kind(weight)}", weight=weight, rule=rule, slots=slots, events=on)


def _thought(at: int, made: ev.PlanMade) -> Moment:
    slots: dict[str, Slot] = {
        "a": Who(made.agent),
        "words": _reason(made),
        "what": counted_out(made.what),
    }
    return Moment(at=at, group="daily 1 plans", weight=_weight(made.what) - 8, rule="thought", slots=slots)


def _reason(made: ev.PlanMade) -> str:
    # What a reason appeals to, after the semicolon, is for the mind that gave it.
    return made.why.split("; ")[0]


def _broken(at: int, event: ev.PlanBroken) -> Moment:
    slots: dict[str, Slot] = {
        "a": Who(event.agent),
        "what": counted_out(event.what),
        "but": in_the_past(event.why),
    }
    return Moment(at=at, group="daily 1 plans", weight=40, rule="plan.given_up", slots=slots)


def _kind(weight: int) -> str:
    return "grave" if weight >= _WEIGHTS[2][1] else "small"


def _weight(what: str) -> int:
    return next((weight for beginnings, weight in _WEIGHTS if what.startswith(beginnings)), 36)
