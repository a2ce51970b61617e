"""Fates: who came, who died, who went hungry, who gave; and what befell those without names."""

from collections.abc import Iterator

from fabula.chronicle.annals.feuds import thread_of
from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.measures import pieces
from fabula.chronicle.annals.moments import Moment, Several, Slot, Who
from fabula.chronicle.names import counted, listed
from fabula.engine.values import Event
from fabula.environments.world import events as ev

_CAUSES = {"hunger": "hunger", "age": "old age", "blows": "blows", "keeper": ""}


def fate_moments(history: History) -> Iterator[Moment]:
    """Single fates, and the tallies of each chapter."""
    for at in history.of(ev.Came, ev.Died, ev.Gave, ev.UsedAbility, ev.Used, ev.SystemFailed):
        moment = _fate(history, at, history.events[at])
        if moment is not None:
            yield moment
    yield from _hungry(history)
    yield from _hosts(history)


def _fate(history: History, at: int, event: Event) -> Moment | None:
    match event:
        case ev.Came(later=True):
            slots: dict[str, Slot] = {"a": Who(event.agent), "role": _role(event.role), "place": event.place}
            return Moment(at=at, group=f"fate {event.agent}", weight=92, rule="came", slots=slots)
        case ev.Died():
            cause = _CAUSES.get(event.cause, event.cause)
            by = Who(event.by) if event.by else ""
            slots = {"a": Who(event.agent), "b": by, "cause": cause, "place": event.place}
            rule = "died.slain" if event.by else "died.of" if cause else "died"
            group = thread_of(history, event.agent, event.by)
            return Moment(at=at, group=group, weight=100, rule=rule, slots=slots)
        case ev.Gave():
            slots = {
                "a": Who(event.agent),
                "b": Who(event.to),
                "loot": pieces(event.what, event.amount),
                "place": event.place,
            }
            return Moment(at=at, group="daily 0 gifts", weight=52, rule="gave", slots=slots)
        case ev.UsedAbility() | ev.Used() if event.on and event.on != event.agent:
            what = event.ability if isinstance(event, ev.UsedAbility) else event.what
            slots = {"a": Who(event.agent), "b": Who(event.on), "what": what, "place": event.place}
            group = "daily 0 gifts" if event.on in history.people else thread_of(history, event.agent, event.on)
            return Moment(at=at, group=group, weight=30, rule="used", slots=slots)
        case ev.SystemFailed():
            slots = {"what": event.system, "cause": event.error}
            return Moment(at=at, group="fate", weight=80, rule="failed", slots=slots)
        case _:
            return None


def _role(role: str) -> str:
    return role[:1].lower() + role[1:] if role else ""


def _hungry(history: History) -> Iterator[Moment]:
    """Who went hungry in each part of a day."""
    parts: dict[tuple[int, int], list[int]] = {}
    for at in history.of(ev.WentHungry):
        parts.setdefault((history.chapter(at), history.part(at)), []).append(at)
    for numbers in parts.values():
        names = Several(dict.fromkeys(str(getattr(history.events[at], "agent", "")) for at in numbers))
        slots: dict[str, Slot] = {
            "who": names,
        }
        rule = "hungry" if len(names) == 1 else "hungry.many"
        yield Moment(
            at=numbers[-1], group="daily 2 trade hunger", weight=58, rule=rule, slots=slots, events=tuple(numbers)
        )


def _hosts(history: History) -> Iterator[Moment]:
    """What befell those without names, by faction."""
    tallied: dict[tuple[int, str], list[int]] = {}
    for at in history.of(ev.Tallied):
        event = history.events[at]
        if isinstance(event, ev.Tallied):
            tallied.setdefault((history.chapter(at), event.faction), []).append(at)
    for (_, faction), numbers in tallied.items():
        events = [event for at in numbers if isinstance(event := history.events[at], ev.Tallied)]
        losses = [
            (sum(one.starved for one in events), "starved"),
            (sum(one.slain for one in events), "slain"),
            (sum(one.aged for one in events), "dead of old age"),
        ]
        born = sum(one.born for one in events)
        changes = [f"{number_of(count)} {what}" for count, what in losses if count]
        slots: dict[str, Slot] = {
            "host": faction,
            "lives": number_of(events[-1].lives),
            "losses": listed(changes),
            "born": f"{counted(born, 'child')}".replace("childs", "children") if born else "",
        }
        rule = "host.lost" if changes else "host.born" if born else "host.stood"
        group = "daily 5 hosts"
        yield Moment(
            at=numbers[-1], group=group, weight=78 if changes else 30, rule=rule, slots=slots, events=tuple(numbers)
        )


def number_of(count: int) -> str:
    """In digits with commas, as large numbers are read."""
    return f"{count:,}"
