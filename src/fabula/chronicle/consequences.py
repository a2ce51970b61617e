"""Consequences: what came of a beat at once - wounds, knowledge, clocks, ways, feelings - as fills for templates."""

from collections.abc import Callable, Iterator
from typing import Any

from fabula.chronicle.account import Account
from fabula.chronicle.beats import Beat
from fabula.chronicle.grammar import Fact, Fill, People
from fabula.chronicle.terms import Facts, condition, fullness, named, numbers, party, signed, stance_word
from fabula.chronicle.wording import clause, statement
from fabula.engine.values import Event
from fabula.environments.campaign import events as ev

HEAVY, LOW = 3, 2
"""Points from which a wound is called deep; points left at which somebody has few to spare."""
UNSURE = 50
"""A belief less sure than this is doubted."""


def consequence_facts(account: Account, beat: Beat) -> Facts:
    """What templates may say of what came of a beat."""
    facts: Facts = {}
    for at in beat.events[1:] if beat.family not in _SPEAK_FOR_THEMSELVES else beat.events:
        event = account.events[at]
        if isinstance(event, ev.Wounded | ev.Fell) and event.who == beat.doer != beat.other:
            facts |= _recoil(at, event)
        elif make := _CONSEQUENCES.get(type(event)):
            facts.update(make(account, at, event))
    believers = [known.agent for at in beat.events if isinstance(known := account.events[at], ev.Learned)]
    if len(believers) > 1:
        facts["believer"] = People(tuple(believers), beat.events)
    return facts


_SPEAK_FOR_THEMSELVES = frozenset({"clock", "stance", "learn", "hurt", "weaken"})
"""Families whose first event is of a kind that elsewhere is a consequence."""


def _recoil(at: int, event: ev.Wounded | ev.Fell) -> Facts:
    """What a blow cost whoever dealt it."""
    if isinstance(event, ev.Fell):
        return {"recoil_killed" if event.dead else "recoil_felled": condition(at)}
    return {"recoil": condition(at)} | numbers("recoil_harm", event.harm, at) | numbers("recoil_left", event.left, at)


def _clock_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "clock", named(account, event.clock, at)
    yield "fullness", Fact(fullness(event.filled, event.segments), (at,))
    yield from numbers("filled", event.filled, at).items()
    yield from numbers("segments", event.segments, at).items()
    full = event.filled >= event.segments
    if not full:
        yield from numbers("to_go", event.segments - event.filled, at).items()
    yield "clock_full" if full else "clock_up" if event.by > 0 else "clock_down", condition(at)
    if event.because in account.people:
        yield "mover", event.because
    elif event.because not in {"", "time"}:
        yield "cause", named(account, event.because, at)


def _stance_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "faction", named(account, event.faction, at)
    yield "toward", named(account, event.toward, at)
    yield "stance", Fact(stance_word(event.now), (at,))
    yield "stance_n", Fact(signed(event.now), (at,))
    yield "colder" if event.by < 0 else "warmer", condition(at)
    if event.because in account.people:
        yield "mover", event.because


def _wound_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    """Of the wound that a beat dealt; not of one its doer got in return."""
    yield from numbers("harm", event.harm, at).items()
    yield from numbers("left", event.left, at).items()
    if event.left <= LOW:
        yield "low", condition(at)
    if event.harm >= HEAVY:
        yield "heavy", condition(at)
    yield from _cause_facts(account, at, event)


def _cause_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    if event.by:
        yield "cause", party(account, event.by, at)


def _belief_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "belief", Fact(clause(event.text, account.names), (at,))
    yield "tenet", Fact(statement(event.text, account.names), (at,))
    yield "secret", Fact(clause(event.secret, account.names), (at,))
    yield "believer", party(account, event.agent, at)
    yield "true" if event.true else "untrue", condition(at)
    if event.sure < UNSURE:
        yield "unsure", condition(at)


def _bond_facts(_: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "warmed" if event.by > 0 else "soured", condition(at)


def _way_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "one", named(account, event.between[0], at)
    yield "other_end", named(account, event.between[1], at)
    yield "opened" if event.open else "closed", condition(at)


_CONSEQUENCES: dict[type[Event], Callable[[Account, int, Any], Iterator[tuple[str, Fill]]]] = {
    ev.ClockMoved: _clock_facts,
    ev.StanceChanged: _stance_facts,
    ev.Wounded: _wound_facts,
    ev.Fell: _cause_facts,
    ev.Learned: _belief_facts,
    ev.BondChanged: _bond_facts,
    ev.WayChanged: _way_facts,
    ev.Appeared: lambda a, at, e: iter([("object_left", named(a, e.object, at))]),
    ev.Noticed: lambda _, __, e: iter([("spy", e.agent)]),
}
