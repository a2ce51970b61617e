"""The landscape: what a stretch of events changed in the land and between the sides."""

from collections.abc import Iterator

from fabula.chronicle.account import Account
from fabula.chronicle.grammar import Fact
from fabula.chronicle.names import listed
from fabula.chronicle.terms import Facts, condition, fullness, named, numbers, party, signed, stance_word
from fabula.chronicle.wording import statement
from fabula.environments.campaign import events as ev

Change = tuple[str, Facts]
"""The rule that has words for it, and its fills."""


def clock_changes(account: Account, begins: int, ends: int) -> Iterator[Change]:
    """Clocks that moved: `land.clock` with `before`, `filled`, `segments`, and `full` for those that came to their
    end.
    """
    for clock in account.clocks:
        moved = account.clocks.all(clock, begins, ends)
        if not moved or _is_hidden(account, clock):
            continue
        last, first = moved[-1], moved[0]
        before = first.value.filled - first.value.by
        net = last.value.filled - before
        if not net and last.value.filled < last.value.segments:
            continue
        facts: Facts = {"clock": named(account, clock, last.event)}
        facts |= numbers("before", before, first.event) | numbers("filled", last.value.filled, last.event)
        facts |= numbers("segments", last.value.segments, last.event)
        facts["fullness"] = Fact(fullness(last.value.filled, last.value.segments), (last.event,))
        facts |= numbers("rise", abs(net), first.event, last.event)
        if last.value.filled >= last.value.segments:
            facts["clock_full"] = condition(last.event)
        else:
            facts |= numbers("to_go", last.value.segments - last.value.filled, last.event)
            facts["clock_up" if net > 0 else "clock_down"] = condition(last.event)
        yield "land.clock", facts


CLOCKS_TOLD = 2
"""Clocks that are introduced; the others are understood when they move."""


def clocks_started(account: Account) -> Iterator[Change]:
    """The clocks that matter most of those that people know are running - what decided the end, then what moved most:
    `clock.begin` with `description` and who would have it full (`wanting`) or kept from filling (`dreading`).
    """
    known = {
        clock: begun for clock, begun in account.started.items() if begun.value.description and begun.value.seen_by
    }
    decided = account.ended.value.because if account.ended else ()
    weighed = sorted(known, key=lambda clock: (clock not in decided, -len(account.clocks.all(clock))))
    for clock in weighed[:CLOCKS_TOLD]:
        event, at = known[clock]
        facts: Facts = {
            "clock": named(account, clock, at),
            "description": Fact(statement(event.description, account.names), (at,)),
        }
        for fill, sides in (("wanting", event.good_for), ("dreading", event.bad_for)):
            if sides:
                facts[fill] = Fact(listed([account.names.full(side) for side in sides]), (at,))
        yield "clock.begin", facts


def way_changes(account: Account, begins: int, ends: int) -> Iterator[Change]:
    """Ways that were closed or opened, as they stand at the end: `land.way.open`, `land.way.closed`."""
    for way in account.ways:
        changed = account.ways.all(way, begins, ends)
        if changed:
            last = changed[-1]
            facts: Facts = {
                "one": named(account, way[0], last.event),
                "other_end": named(account, way[1], last.event),
            }
            if last.value.because:
                facts["cause"] = party(account, last.value.because, last.event)
            yield f"land.way.{'open' if last.value.open else 'closed'}", facts


def stance_changes(account: Account, begins: int, ends: int) -> Iterator[Change]:
    """Sides that stand to each other otherwise than before: `sides.warmer`, `sides.colder`."""
    for pair in account.stances:
        changed = account.stances.all(pair, begins, ends)
        if not changed:
            continue
        last, first = changed[-1], changed[0]
        before = first.value.now - first.value.by
        net = last.value.now - before
        if net == 0:
            continue
        events = tuple(change.event for change in changed)
        facts: Facts = {
            "faction": Fact(account.names.full(pair[0]), events),
            "toward": named(account, pair[1], last.event),
            "stance": Fact(stance_word(last.value.now), (last.event,)),
            "stance_n": Fact(signed(last.value.now), (last.event,)),
            "stance_before_n": Fact(signed(before), (first.event,)),
        }
        if stance_word(before) != stance_word(last.value.now):
            facts["stance_before"] = Fact(stance_word(before), (first.event,))
        if last.value.because in account.people:
            facts["mover"] = last.value.because
        yield f"sides.{'warmer' if net > 0 else 'colder'}", facts


def dangers(account: Account, moment: int) -> Iterator[Change]:
    """Dangers that are about at a moment: `land.threat`."""
    for threat in account.threats:
        at = account.threats.before(threat, moment)
        if at is not None and at.value:
            facts: Facts = {
                "threat": named(account, threat, at.event),
                "place": named(account, at.value, at.event),
            }
            left = account.vigour.before(threat, moment)
            if left is not None:
                facts |= numbers("left", left.value, left.event)
            yield "land.threat", facts


def stakes(account: Account, moment: int) -> Iterator[Change]:
    """How far each clock had come just before a moment, fullest first: `stakes`."""
    found = [(clock, account.clocks.before(clock, moment)) for clock in account.clocks]
    running = [
        (clock, at)
        for clock, at in found
        if at and 0 < at.value.filled < at.value.segments and not _is_hidden(account, clock)
    ]
    for clock, at in sorted(running, key=lambda pair: -pair[1].value.filled / pair[1].value.segments):
        yield "stakes", _clock_at(account, clock, at.event, at.value)


def _is_hidden(account: Account, clock: str) -> bool:
    """True for a clock that nobody in the campaign ever saw move."""
    return not any(known.value.seen_by for known in account.clocks.all(clock))


def _clock_at(account: Account, clock: str, event: int, moved: ev.ClockMoved) -> Facts:
    facts: Facts = {"clock": named(account, clock, event)}
    facts["fullness"] = Fact(fullness(moved.filled, moved.segments), (event,))
    facts |= numbers("filled", moved.filled, event) | numbers("segments", moved.segments, event)
    return facts | numbers("to_go", moved.segments - moved.filled, event)
