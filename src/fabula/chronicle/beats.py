"""Beats: a deed together with what came of it at once, cut out of the stream of events.

A blow, the wound, the fall and the grudge are four events and one beat. The key of a beat says what kind of thing it
is, `strike.hit`, `search.secret`, `talk.twisted`: voices have words, and salience has a weight, for every key.
"""

from collections.abc import Callable, Container, Sequence
from typing import Any

import msgspec

from fabula.engine.values import Event
from fabula.environments.campaign import events as ev

UNTOLD = frozenset({"refused"})
"""Families that a story leaves out: what could not be done did not happen."""
HAPPENINGS = frozenset({"trouble", "arrive", "left", "noted"})
"""Families that nobody in the cast does, and that are always told."""
CHANGES = frozenset({"clock", "way", "stance", "bond"})
"""Families told by what they add up to in a chapter, not one by one."""
DONE: frozenset[str] = frozenset({"triumph", "success", "setback"})
"""Outcomes of a check by which the deed was done."""


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """A deed and its consequences."""

    key: str
    head: int
    """Number of the event that began it, counted from 0."""
    events: tuple[int, ...]
    """All its events, the head first."""
    turn: int
    place: str = ""
    doer: str = ""
    """The agent, threat or faction that did it."""
    other: str = ""
    """Whom or what it was done to."""
    thing: str = ""
    """Object, secret, clock or person spoken of."""

    @property
    def family(self) -> str:
        """The kind of deed, however it went: `strike`, `search`."""
        return self.key.partition(".")[0]


class _Head(msgspec.Struct):
    """What the first event of a beat says by itself."""

    family: str
    doer: str = ""
    other: str = ""
    place: str = ""
    thing: str = ""


def cut(events: Sequence[Event], people: Container[str]) -> list[Beat]:
    """The beats of a run, in order. `people` are the names of agents, as against threats and things."""
    drafts: list[tuple[_Head, int, list[int]]] = []
    places = {event.place for event in events if isinstance(event, ev.Joined | ev.Searched | ev.Spoke)}
    places |= {event.to for event in events if isinstance(event, ev.Moved)}
    turn = turn_begins = 0
    turns: list[int] = []
    for number, event in enumerate(events):
        if isinstance(event, ev.TurnBegan):
            turn, turn_begins = event.turn, len(drafts)
            continue
        cause = _cause(event, events, drafts[turn_begins:])
        if cause is not None:
            cause.append(number)
        elif (head := _head(event, people)) is not None:
            drafts.append((head, number, []))
            turns.append(turn)
    return [
        _beat(head, number, after, turn, events, places)
        for (head, number, after), turn in zip(drafts, turns, strict=True)
    ]


def _beat(
    head: _Head, number: int, after: list[int], turn: int, events: Sequence[Event], places: Container[str]
) -> Beat:
    end = _ENDS.get(head.family)
    manner = end(events[number], [events[i] for i in after]) if end else ""
    if manner == "object" and (head.other or head.thing in places):
        manner = "person" if head.other else "way"
    return Beat(
        key=f"{head.family}.{manner}" if manner else head.family,
        head=number,
        events=(number, *after),
        turn=turn,
        place=head.place,
        doer=head.doer,
        other=head.other,
        thing=head.thing,
    )


def _head(event: Event, people: Container[str]) -> _Head | None:
    make = _HEADS.get(type(event))
    return make(event, people) if make else None


def _cause(event: Event, events: Sequence[Event], drafts: Sequence[tuple[_Head, int, list[int]]]) -> list[int] | None:
    """The consequences of the latest beat of this turn that the event follows from."""
    follows = _FOLLOWS.get(type(event))
    if follows is not None:
        for head, number, after in reversed(drafts):
            if follows(event, head, events[number]):
                return after
    return None


def _attack(event: Any, people: Container[str]) -> _Head:
    family = "maul" if event.agent not in people else "strike" if event.target in people else "fight"
    return _Head(family, event.agent, event.target, event.place, event.weapon)


def _hurt(event: Any, people: Container[str]) -> _Head:
    """A wound whose cause is no deed of this turn."""
    return _Head("hurt" if event.who in people else "weaken", event.by, event.who, event.place)


def _looked(event: Any, people: Container[str]) -> _Head:
    found = event.found if event.found in people else ""
    return _Head("search", event.agent, found, event.place, event.found or event.what)


def _take(event: Any, _: Container[str]) -> _Head:
    return _Head("steal" if event.from_whom else "take", event.agent, event.from_whom, event.place, event.object)


def _defend(event: Any, people: Container[str]) -> _Head:
    other = event.what if event.what in people else ""
    return _Head("shield" if other else "defend", event.agent, other, event.place, event.what or event.place)


_HEADS: dict[type[Event], Callable[[Any, Container[str]], _Head]] = {
    ev.Left: lambda e, _: _Head("left", e.agent, place=e.place),
    ev.Moved: lambda e, _: _Head("sneak" if e.quietly else "move", e.agent, place=e.to, thing=e.origin),
    ev.Searched: _looked,
    ev.Learned: lambda e, _: _Head("learn", e.source, e.agent, thing=e.secret),
    ev.Spoke: lambda e, _: _Head("talk", e.agent, e.to, e.place, e.told or e.about),
    ev.Persuaded: lambda e, _: _Head("persuade", e.agent, e.whom, e.place, e.to_what),
    ev.Threatened: lambda e, _: _Head("threaten", e.agent, e.whom, e.place, e.demand),
    ev.Aided: lambda e, _: _Head("aid", e.agent, e.whom, e.place),
    ev.Attacked: _attack,
    ev.Wounded: _hurt,
    ev.Fell: _hurt,
    ev.Beaten: lambda e, _: _Head("beaten", e.by, e.threat, e.place),
    ev.Defended: _defend,
    ev.Took: _take,
    ev.Gave: lambda e, _: _Head("give", e.agent, e.to, e.place, e.object),
    ev.Used: lambda e, _: _Head("use", e.agent, e.on, e.place, e.object),
    ev.Rested: lambda e, _: _Head("rest", e.agent, place=e.place),
    ev.Waited: lambda e, _: _Head("wait", e.agent, place=e.place),
    ev.Attempted: lambda e, _: _Head("attempt", e.agent, place=e.place),
    ev.Refused: lambda e, _: _Head("refused", e.agent),
    ev.Noticed: lambda e, _: _Head("notice", e.agent, e.whom, e.place),
    ev.ClockMoved: lambda e, _: _Head("clock", e.because, thing=e.clock),
    ev.ThreatArrived: lambda e, _: _Head("arrive", e.threat, place=e.place),
    ev.ThreatMoved: lambda e, _: _Head("prowl", e.threat, place=e.to, thing=e.origin),
    ev.WayChanged: lambda e, _: _Head("way", e.because, e.between[1], e.between[0]),
    ev.Appeared: lambda e, _: _Head("appear", e.because, place=e.place, thing=e.object),
    ev.Complicated: lambda e, _: _Head("trouble", place=e.place, thing=e.complication),
    ev.BondChanged: lambda e, _: _Head("bond", e.agent, e.toward),
    ev.StanceChanged: lambda e, _: _Head("stance", e.faction, e.toward),
    ev.Noted: lambda _, __: _Head("noted"),
}


def _done(event: Any, _: Sequence[Event]) -> str:
    return "yes" if event.outcome in DONE else "no"


def _blow(event: Any, after: Sequence[Event]) -> str:
    if any(isinstance(e, ev.Beaten) and e.threat == event.target for e in after):
        return "beaten"
    fall = next((e for e in after if isinstance(e, ev.Fell) and e.who == event.target), None)
    if fall is not None:
        return "kill" if fall.dead else "fell"
    if event.harm > 0:
        return "hit"
    return "glance" if event.outcome in DONE else "miss"


def _wound(event: Any, after: Sequence[Event]) -> str:
    fall = next((e for e in (event, *after) if isinstance(e, ev.Fell)), None)
    return "" if fall is None else "kill" if fall.dead else "fell"


def _search(event: Any, after: Sequence[Event]) -> str:
    if event.found:
        if any(isinstance(e, ev.Learned) and e.secret == event.found for e in after):
            return "secret"
        return "object"
    return "detail" if event.detail else "nothing"


def _talk(event: Any, after: Sequence[Event]) -> str:
    heard = [e for e in after if isinstance(e, ev.Learned)]
    if event.told:
        return "shared" if not heard else "twisted" if any(not e.true for e in heard) else "told"
    return "words" if event.text else "about" if event.about else "small"


def _aid(event: Any, _: Sequence[Event]) -> str:
    if event.agent == event.whom:
        return "self" if event.healed else "vain"
    return "no" if event.outcome not in DONE else "heal" if event.healed else "help"


def _clock(event: Any, _: Sequence[Event]) -> str:
    return "full" if event.filled >= event.segments else "up" if event.by > 0 else "down"


_ENDS: dict[str, Callable[[Any, Sequence[Event]], str]] = {
    **dict.fromkeys(("persuade", "threaten", "defend", "shield", "take", "steal", "attempt"), _done),
    **dict.fromkeys(("strike", "fight", "maul"), _blow),
    "hurt": _wound,
    "search": _search,
    "talk": _talk,
    "learn": lambda e, _: "true" if e.true else "false",
    "aid": _aid,
    "use": lambda e, _: "heal" if e.healed else "",
    "sneak": lambda _, after: "seen" if any(isinstance(e, ev.Noticed) for e in after) else "",
    "clock": _clock,
    "way": lambda e, _: "open" if e.open else "closed",
    **dict.fromkeys(("bond", "stance"), lambda e, _: "up" if e.by > 0 else "down"),
}


def _learned_from(event: Any, head: _Head, cause: Any) -> bool:
    """Told by the one who spoke, found by the one who searched, or come out to several at once."""
    if head.family == "learn":
        return bool((event.secret, event.text) == (cause.secret, cause.text))
    if head.family == "talk":
        return bool(event.source == head.doer and event.secret == cause.told)
    return head.family == "search" and event.agent == head.doer and event.secret == head.thing


def _same_blow(event: Any, head: _Head, _: Any) -> bool:
    """The wound that was dealt, or the one that whoever dealt it got in return."""
    return head.family in _BLOWS and (event.who, event.by) in ((head.other, head.doer), (head.doer, head.other))


def _between(event: Any, head: _Head, _: Any) -> bool:
    return {event.agent, event.toward} == {head.doer, head.other}


def _because(event: Any, head: _Head, _: Any) -> bool:
    return bool(event.because) and event.because in (head.doer, head.thing) and head.family not in _IDLE


_BLOWS = frozenset({"strike", "fight", "maul", "use", "hurt", "weaken", "attempt"})
_IDLE = frozenset({"rest", "wait", "bond", "stance", "clock", "noted", "way", "appear"})
"""Beats that nothing follows from."""

_FOLLOWS: dict[type[Event], Callable[[Any, _Head, Any], bool]] = {
    ev.Learned: _learned_from,
    ev.Wounded: _same_blow,
    ev.Fell: _same_blow,
    ev.Beaten: lambda e, head, _: head.family in {"fight", "use", "attempt", "weaken"} and head.doer == e.by,
    ev.BondChanged: _between,
    ev.StanceChanged: _because,
    ev.ClockMoved: _because,
    ev.WayChanged: lambda e, head, cause: (
        _because(e, head, cause) or (head.family == "search" and head.thing in e.between)
    ),
    ev.Appeared: lambda e, head, cause: _because(e, head, cause) or (head.family in _BLOWS and head.other == e.because),
    ev.Noticed: lambda e, head, _: head.family == "sneak" and head.doer == e.whom,
}
