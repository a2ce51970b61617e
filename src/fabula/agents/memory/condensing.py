"""Condensing: many small memories become one, by rules: `Edda has helped Tom three times, last at the Mill.`

What is least goes first, by importance and recency; what happened lately, and what weighs most, stays as it is. What is
summed up keeps the steps it rests on.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence

from fabula.agents.memory.entries import Entry, EntryKind, Tally

KEPT_SHARE = 75
"""In hundredths of the most there may be: down to here a memory is condensed once it is full."""
RECENT_TURNS = 2
"""What happened in these turns, the present one too, is not condensed as long as older memories will do."""
UNFORGETTABLE, UNFORGETTABLE_SHARE = 850, 25
"""Nor is what weighs this much, up to this share of all there may be, in hundredths: the weightiest."""

_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()

Grouping = Callable[[Tally], Hashable]


def _finely(tally: Tally) -> Hashable:
    return tally


def _by_person(tally: Tally) -> Hashable:
    return (tally.who, tally.tone) if tally.who else tally.about


def _roughly(tally: Tally) -> Hashable:
    return bool(tally.who), tally.tone


def _together(_: Tally) -> Hashable:
    return None


GROUPINGS: tuple[Grouping, ...] = (_finely, _by_person, _roughly, _together)
"""From fine to coarse; the next is tried when the one before leaves too much."""


def condensed(
    entries: Sequence[Entry],
    *,
    most: int,
    turn: int,
    rank: Callable[[Entry], int],
    me: str,
    number: int,
) -> list[Entry]:
    """The entries with enough of the least of them summed up that `KEPT_SHARE` of `most` are left, if there are more
    than `most`. What sums up comes after all else; so the entries stay in the order of their numbers.

    rank: what an entry is worth keeping. number: of the first new entry.
    """
    if len(entries) <= most:
        return list(entries)
    target = max(1, most * KEPT_SHARE // 100)
    stay = _weightiest(entries, most) | {entry.number for entry in entries if entry.turn > turn - RECENT_TURNS}
    least = sorted(entries, key=lambda entry: (entry.number in stay, rank(entry), entry.number))
    fewest = len(entries) - target + 1
    # Rather a coarser sum than one that takes in what should stay.
    for limit in (len(entries) - len(stay), len(entries)):
        for grouping in GROUPINGS:
            for count in _counts(fewest, limit):
                result = _summed(entries, {entry.number for entry in least[:count]}, grouping, me, number)
                if len(result) <= target:
                    return result
    raise AssertionError("all entries together make one")


def _counts(fewest: int, limit: int) -> Iterator[int]:
    """How many of the least to sum up: first as few as could do, then more, at last as many as may be."""
    count = fewest
    while count < limit:
        yield count
        count += max(1, count // 4)
    yield limit


def _weightiest(entries: Sequence[Entry], most: int) -> set[int]:
    """The numbers of those that nobody forgets."""
    heavy = [entry for entry in entries if entry.importance >= UNFORGETTABLE and entry.count == 1]
    heavy.sort(key=lambda entry: (-entry.importance, -entry.number))
    return {entry.number for entry in heavy[: most * UNFORGETTABLE_SHARE // 100]}


def _summed(entries: Sequence[Entry], chosen: set[int], grouping: Grouping, me: str, number: int) -> list[Entry]:
    groups: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        if entry.number in chosen:
            apart = entry.kind is EntryKind.THOUGHT and grouping is not _together
            groups.setdefault((grouping(entry.tally), apart), []).append(entry)
    alone = {group[0].number for group in groups.values() if len(group) == 1}
    kept = [entry for entry in entries if entry.number not in chosen or entry.number in alone]
    many = [group for group in groups.values() if len(group) > 1]
    many.sort(key=lambda group: (group[-1].step, group[-1].number))
    return [*kept, *(_sum(group, me, number + at) for at, group in enumerate(many))]


def _sum(group: Sequence[Entry], me: str, number: int) -> Entry:
    last = max(group, key=lambda entry: (entry.turn, entry.step, entry.number))
    tally = _common(group)
    count = sum(entry.count for entry in group)
    steps = {step for entry in group for step in (entry.steps or (entry.step,))}
    text = _told(tally, count, last, me)
    return Entry(
        number=number,
        kind=EntryKind.REFLECTION,
        step=last.step,
        turn=last.turn,
        text=text,
        plain=text,
        place=last.place,
        people=tuple(dict.fromkeys(name for name in (tally.who, tally.to) if name)),
        # It weighs what the weightiest of them does: the sum must not be forgotten before its parts would have been.
        importance=max(entry.importance for entry in group),
        tally=tally,
        count=count,
        steps=tuple(sorted(steps)),
    )


def _common(group: Sequence[Entry]) -> Tally:
    """What they have in common."""
    tallies = [entry.tally for entry in group]
    first = tallies[0]
    return Tally(
        who=first.who if all(each.who == first.who for each in tallies) else "",
        tone=first.tone if all(each.tone == first.tone for each in tallies) else 0,
        to=first.to if all(each.to == first.to for each in tallies) else "",
        words=first.words and all(each.words for each in tallies),
        about=first.about if all(each.about == first.about for each in tallies) else "",
    )


def _told(tally: Tally, count: int, last: Entry, me: str) -> str:
    where = f", last at {last.place}" if last.place else ""
    times = _times(count)
    if tally.who:
        return f"{tally.who} {_done(tally, times, me)}{where}."
    if last.kind is EntryKind.THOUGHT:
        return f"{me} has thought things over {times}, the last time so: {last.text}"
    if tally.tone:
        return f"People have {'done each other good' if tally.tone > 0 else 'harmed each other'} {times}{where}."
    if tally.to:
        return f"{tally.to} had to bear something {times}{where}."
    return f"There was news of {tally.about or 'this and that'} {times}{where}."


def _done(tally: Tally, times: str, me: str) -> str:
    to = tally.to or "others"
    if tally.tone:
        did = "helped" if tally.tone > 0 else "gone against" if tally.who == me else "wronged"
        return f"has {did} {to} {times}"
    if tally.words:
        about = f" about {tally.about}" if tally.about else ""
        return f"has spoken to {to}{about} {times}"
    if tally.about:
        return f"had to do with {tally.about} {times}"
    return f"went about things of no great weight {times}" if tally.who == me else f"was about, {times} that {me} saw"


def _times(count: int) -> str:
    if count < len(_NUMBERS):
        return {1: "once", 2: "twice"}.get(count) or f"{_NUMBERS[count]} times"
    return f"{count} times"
