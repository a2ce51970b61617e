"""The close: how things stood when the record ends - what was settled, what was not."""

from collections.abc import Iterator

from fabula.chronicle.annals.feuds import Feuds
from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.measures import pence
from fabula.chronicle.annals.moments import Moment, Several, Slot, Who
from fabula.chronicle.annals.thefts import Thefts, Thread
from fabula.chronicle.names import counted
from fabula.environments.world import events as ev

_TOLD_MAX = 6
"""Of each sort."""
_BOND_STEP, _BONDS_TOLD = 25, 4
_REPUTE_STEP = 100
"""Thousandths by which a name must have moved."""


def closing_moments(history: History, thefts: Thefts, feuds: Feuds) -> Iterator[Moment]:
    """What came of all of it."""
    dead = history.of(ev.Died)
    if dead:
        names = Several(dict.fromkeys(str(getattr(history.events[at], "agent", "")) for at in dead))
        yield Moment(at=dead[-1], group="", weight=0, rule="close.dead", slots={"who": names}, events=tuple(dead))
    threads = sorted(thefts.threads.values(), key=lambda one: (-one.worth, one.thefts[0]))[:_TOLD_MAX]
    for thread in threads:
        yield _theft(history, thread)
    for (one, other), at in list(feuds.open.items())[-_TOLD_MAX:]:
        yield Moment(at=at, group="", weight=0, rule="close.feud", slots={"a": Who(one), "b": Who(other)})
    yield from _names(history)
    yield from _bonds(history)


def _theft(history: History, thread: Thread) -> Moment:
    unknown = not thread.missed and not thread.accused and not any(
        set(history.events[at].seen_by) - {thread.thief} for at in thread.thefts
    )  # fmt: skip
    rule = "close.settled" if thread.is_settled else "close.secret" if unknown else "close.open"
    if rule == "close.open" and thread.amended:
        rule = "close.settled" if thread.is_settled else "close.partly"
    slots: dict[str, Slot] = {
        "a": Who(thread.thief),
        "b": Who(thread.victim),
        "worth": pence(thread.worth),
        "deeds": counted(len(thread.thefts), "theft"),
    }
    return Moment(
        at=thread.thefts[-1], group="", weight=0, rule=rule, slots=slots, events=(*thread.thefts, *thread.amended)
    )


def _names(history: History) -> Iterator[Moment]:
    moved: dict[str, list[int]] = {}
    for at in history.of(ev.ReputationMoved):
        event = history.events[at]
        if isinstance(event, ev.ReputationMoved):
            moved.setdefault(event.agent, []).append(at)
    totals = {name: sum(int(getattr(history.events[at], "by", 0)) for at in numbers) for name, numbers in moved.items()}
    for name in sorted(totals, key=lambda one: (-abs(totals[one]), one))[:_TOLD_MAX]:
        if abs(totals[name]) >= _REPUTE_STEP:
            rule = "close.repute_up" if totals[name] > 0 else "close.repute_down"
            numbers = moved[name]
            yield Moment(at=numbers[-1], group="", weight=0, rule=rule, slots={"a": Who(name)}, events=tuple(numbers))


def _bonds(history: History) -> Iterator[Moment]:
    """Whose feeling for whom changed most."""
    moved: dict[tuple[str, str], list[int]] = {}
    for at in history.of(ev.BondMoved):
        event = history.events[at]
        if isinstance(event, ev.BondMoved):
            moved.setdefault((event.agent, event.toward), []).append(at)
    totals = {pair: sum(int(getattr(history.events[at], "by", 0)) for at in its) for pair, its in moved.items()}
    for (one, other), by in sorted(totals.items(), key=lambda tie: (-abs(tie[1]), tie[0]))[:_BONDS_TOLD]:
        if abs(by) >= _BOND_STEP:
            rule = "close.bond_up" if by > 0 else "close.bond_down"
            numbers = moved[one, other]
            slots: dict[str, Slot] = {"a": Who(one), "b": Who(other)}
            yield Moment(at=numbers[-1], group="", weight=0, rule=rule, slots=slots, events=tuple(numbers))
