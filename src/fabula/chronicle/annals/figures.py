"""Figures: what can be counted, day by day; and those without names, by faction."""

from collections import Counter
from collections.abc import Iterator, Sequence

from fabula.chronicle.annals.history import History
from fabula.chronicle.names import capitalised
from fabula.chronicle.story import Block, Heading, Table
from fabula.environments.world import events as ev

GOODS_MAX, TALLIES_MAX, FACTIONS_MAX = 6, 12, 8
_COUNTED = {
    "meals": ev.Ate,
    "went hungry": ev.WentHungry,
    "trades": (ev.Bought, ev.Sold),
    "gifts": ev.Gave,
    "things said": ev.Said,
    "quarrels": ev.Quarrelled,
    "made up": ev.MadeUp,
    "thefts": ev.Stole,
    "accusations": ev.Accused,
    "amends": ev.Amended,
    "fights": ev.Attacked,
    "deaths": ev.Died,
}


def day_in_figures(history: History, numbers: Sequence[int]) -> Iterator[Block]:
    """A chapter's figures. numbers: of its events."""
    counts = _counts(history, numbers)
    rows = tuple((capitalised(what), f"{count:,}") for what, count in counts.items() if count)
    if rows:
        yield Heading(text="The day in figures" if history.span == 1 else "These days in figures")
        yield Table(caption="What was done", heads=("", "So often"), rows=rows, events=tuple(numbers[:1]))
        prices = _prices(history, numbers)
        if prices:
            heads = ("Good", "Place", "At first", "At last")
            caption = "Prices that moved, in pence a piece"
            yield Table(caption=caption, heads=heads, rows=prices, events=tuple(numbers[:1]))


def days_in_figures(history: History) -> Iterator[Block]:
    """All days side by side, and those without names over time."""
    by_chapter: dict[int, list[int]] = {}
    for at in range(len(history.events)):
        by_chapter.setdefault(history.chapter(at), []).append(at)
    if len(by_chapter) > 1:
        yield _days(history, by_chapter)
    yield from _hosts(history)


def _counts(history: History, numbers: Sequence[int]) -> dict[str, int]:
    events = [history.events[at] for at in numbers]
    counts = {"pieces made": sum(event.amount for event in events if isinstance(event, ev.Worked))}
    kinds = Counter(type(event) for event in events)
    for what, of in _COUNTED.items():
        counts[what] = sum(kinds[one] for one in (of if isinstance(of, tuple) else (of,)))
    counts["fights"] = sum(isinstance(event, ev.Attacked) and event.first for event in events)
    return counts


def _prices(history: History, numbers: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    moved: dict[tuple[str, str], tuple[int, int]] = {}
    for at in numbers:
        event = history.events[at]
        if isinstance(event, ev.PriceMoved):
            first = moved.get((event.what, event.place), (event.before, 0))[0]
            moved[event.what, event.place] = (first, event.now)
    ranked = sorted(moved.items(), key=lambda one: (-abs(one[1][1] - one[1][0]) * 100 // max(1, one[1][0]), one[0]))
    kept = sorted(one for one in ranked[:GOODS_MAX] if one[1][0] != one[1][1])
    return tuple((what, place, f"{first:,}", f"{last:,}") for (what, place), (first, last) in kept)


def _days(history: History, by_chapter: dict[int, list[int]]) -> Table:
    counts = {chapter: _counts(history, numbers) for chapter, numbers in by_chapter.items()}
    kept = [what for what in next(iter(counts.values())) if any(one[what] for one in counts.values())]
    rows = []
    for chapter, its in counts.items():
        first, last = history.span_days(chapter)
        rows.append((f"{first}" if first == last else f"{first}–{last}", *(f"{its[what]:,}" for what in kept)))
    return Table(caption="Day by day", heads=("Day", *map(capitalised, kept)), rows=tuple(rows), events=(0,))


def _hosts(history: History) -> Iterator[Block]:
    tallies: dict[str, list[int]] = {}
    for at, event in enumerate(history.events):
        if isinstance(event, ev.Tallied):
            tallies.setdefault(event.faction, []).append(at)
    if tallies:
        yield Heading(text="Those without names")
    for faction, numbers in list(tallies.items())[:FACTIONS_MAX]:
        size = -(-len(numbers) // TALLIES_MAX)
        rows = [_tallied(history, numbers[first : first + size]) for first in range(0, len(numbers), size)]
        heads = ("By", "Living", "Born", "Starved", "Slain", "Of age", "Ate", "Fights", "Thefts")
        yield Table(
            caption=capitalised(history.names.full(faction)), heads=heads, rows=tuple(rows), events=tuple(numbers)
        )


def _tallied(history: History, numbers: list[int]) -> tuple[str, ...]:
    events = [event for at in numbers if isinstance(event := history.events[at], ev.Tallied)]
    sums = (
        sum(getattr(one, field) for one in events)
        for field in ("born", "starved", "slain", "aged", "ate", "fights", "stole")
    )
    when = f"day {history.day[numbers[-1]]}, {history.hour[numbers[-1]]:02}:00"
    return (when, f"{events[-1].lives:,}", *(f"{count:,}" for count in sums))
