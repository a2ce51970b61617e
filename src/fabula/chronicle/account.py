"""The account: what a run's events say of people, places, factions, clocks and dangers, at every moment of it.

Everything told rests on this: each question is answered with the number of the event that answers it, so that a
sentence can say what it rests on. Moments are event numbers; "before" a moment means by events with smaller numbers.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from fabula.chronicle.beats import DONE, Beat, cut
from fabula.chronicle.letters import visible
from fabula.chronicle.names import Names
from fabula.chronicle.wording import clauses
from fabula.engine.values import Event
from fabula.environments.campaign import events as ev

TITLE_MAX = 120
_NAME_WITHIN = re.compile(r"(?<=\s)[A-Z][\w'-]*")
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|dozen|hundred)\b", re.IGNORECASE
)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Lexicon = Mapping[str, Mapping[str, Sequence[str]]]
"""Words of a setting: style (or `any`) -> slot -> phrases."""


class Known(NamedTuple, Generic[V]):
    """A fact, and the number of the event that says so."""

    value: V
    event: int


class Timeline(Generic[K, V]):
    """What was so of each key at each moment."""

    def __init__(self) -> None:
        self._moments: dict[K, list[int]] = {}
        self._values: dict[K, list[V]] = {}

    def __iter__(self) -> Iterator[K]:
        return iter(self._moments)

    def set(self, key: K, moment: int, value: V) -> None:
        self._moments.setdefault(key, []).append(moment)
        self._values.setdefault(key, []).append(value)

    def before(self, key: K, moment: int) -> Known[V] | None:
        """What was so just before the moment."""
        at = bisect_left(self._moments.get(key, ()), moment)
        return Known(self._values[key][at - 1], self._moments[key][at - 1]) if at else None

    def all(self, key: K, since: int = 0, before: int | None = None) -> list[Known[V]]:
        """Every change from `since` to before `before`."""
        moments = self._moments.get(key, [])
        low = bisect_left(moments, since)
        high = len(moments) if before is None else bisect_left(moments, before)
        return [Known(self._values[key][i], moments[i]) for i in range(low, high)]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as it entered the campaign."""

    name: str
    joined: int
    """The event that says so."""
    faction: str = ""
    role: str = ""
    origin: str = ""
    traits: tuple[str, ...] = ()
    pronouns: str = ""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One turn of the campaign."""

    number: int
    begins: int
    """Number of its first event."""
    ends: int
    """Number after its last event."""
    tension: int
    """At its end, where the log says; else at its beginning."""
    measured: int
    """Number of the event that says so."""
    act: str
    beats: tuple[Beat, ...]


class Account:
    """What happened, ready to be asked about.

    events: a run's events, in order. lexicon: the setting's own words. places: place -> its description, where known.
    """

    def __init__(
        self, events: Iterable[Event], lexicon: Lexicon | None = None, places: Mapping[str, str] | None = None
    ) -> None:
        self.events = tuple(events)
        self.lexicon: Lexicon = lexicon or {}
        self._descriptions: Mapping[str, str] = places or {}
        self.people: dict[str, Person] = {}
        self.opened: Known[ev.CampaignOpened] | None = None
        self.ended: Known[ev.CampaignEnded] | None = None
        self.places: Timeline[str, str] = Timeline()
        """Agent -> where it is; empty once it has fallen or left."""
        self.vigour: Timeline[str, int] = Timeline()
        self.bonds: Timeline[tuple[str, str], ev.BondChanged] = Timeline()
        self.beliefs: Timeline[tuple[str, str], ev.Learned] = Timeline()
        """Agent, secret -> what it takes to be so."""
        self.holders: Timeline[str, str] = Timeline()
        self.clocks: Timeline[str, ev.ClockMoved] = Timeline()
        self.stances: Timeline[tuple[str, str], ev.StanceChanged] = Timeline()
        self.ways: Timeline[tuple[str, str], ev.WayChanged] = Timeline()
        self.threats: Timeline[str, str] = Timeline()
        """Threat -> where it is; empty once it is beaten."""
        self.fates: dict[str, Known[ev.Fell | ev.Left]] = {}
        self.aims: dict[str, list[Known[ev.Aimed]]] = {}
        """Agent -> what it set its mind on."""
        self.started: dict[str, Known[ev.ClockStarted]] = {}
        """Clock -> how it was set going."""
        for number, event in enumerate(self.events):
            note = _NOTES.get(type(event))
            if note:
                note(self, number, event)
        self.beats = tuple(cut(self.events, self.people))
        self.turns = tuple(_turns(self.events, self.beats))

    @cached_property
    def digest(self) -> bytes:
        """What the words of the telling are drawn by: equal for equal events, wherever they come from."""
        digest = blake2b(digest_size=8, person=b"fabula/story")
        for event in self.events:
            digest.update(msgspec.json.encode(event) + b"\n")
        return digest.digest()

    @property
    def title(self) -> str:
        """What the campaign is called."""
        shown = visible(self.opened.value.title, letters_max=TITLE_MAX) if self.opened else ""
        return shown or "An Untitled Campaign"

    @property
    def question(self) -> str:
        """What the campaign decides; empty if the log does not say."""
        return visible(self.opened.value.question, letters_max=2 * TITLE_MAX) if self.opened else ""

    @cached_property
    def names(self) -> Names:
        """What everyone and everything is called."""
        others = {*self.factions, *self.threats, *self.holders, *self.clocks, *self.started, *self.all_places}
        return Names(list(self.people), sorted(others))

    @cached_property
    def factions(self) -> tuple[str, ...]:
        """The sides, in the order they appear."""
        sides = [person.faction for person in self.people.values()]
        sides += [side for pair in self.stances for side in pair]
        sides += [side for known in self.started.values() for side in (*known.value.good_for, *known.value.bad_for)]
        return tuple(dict.fromkeys(side for side in sides if side))

    @cached_property
    def all_places(self) -> tuple[str, ...]:
        """Every place named, in the order they appear."""
        fields = ((event, _PLACES.get(type(event), ("place",))) for event in self.events)
        named = (getattr(event, field, "") for event, names in fields for field in names)
        return tuple(dict.fromkeys(place for place in named if place))

    def sketch(self, place: str) -> str:
        """The first sentence of a place's description, as a clause; empty if there is none, or if it holds a number or
        a name that the log does not vouch for.
        """
        first, *_ = clauses(self._descriptions.get(place, ""), self.names) or [""]
        vouched = f"{self.title} {self.question} {place}"
        strange = [word for word in _NAME_WITHIN.findall(first) if word not in vouched]
        return "" if strange or _NUMBER.search(first) else first

    def present(self, place: str, moment: int) -> list[Known[str]]:
        """Who was at the place just before the moment, in the order they joined."""
        found = ((name, self.places.before(name, moment)) for name in self.people)
        return [Known(name, at.event) for name, at in found if at is not None and at.value == place]

    def believed(self, agent: str, moment: int) -> list[Known[ev.Learned]]:
        """What the agent took to be so just before the moment, latest first."""
        found = (self.beliefs.before((agent, secret), moment) for who, secret in self.beliefs if who == agent)
        return sorted((belief for belief in found if belief is not None), key=lambda belief: -belief.event)

    def between(self, one: str, other: str, moment: int) -> list[Beat]:
        """What the two did to each other before the moment, latest first."""
        pair = {one, other}
        return [beat for beat in reversed(self.beats) if beat.head < moment and {beat.doer, beat.other} == pair]

    def witnesses(self, beat: Beat) -> list[str]:
        """Who else perceived it, of the agents."""
        involved = {beat.doer, beat.other}
        return [name for name in self.events[beat.head].seen_by if name in self.people and name not in involved]


def account_from_events(
    events: Iterable[Event], lexicon: Lexicon | None = None, places: Mapping[str, str] | None = None
) -> Account:
    """The account of a run's events. lexicon: style -> slot -> phrases of the setting; places: descriptions by name."""
    return Account(events, lexicon, places)


_PLACES: Mapping[type[Event], tuple[str, ...]] = {ev.Moved: ("origin", "to"), ev.ThreatMoved: ("origin", "to")}
"""Fields that name places, of events where that is not `place` (somebody's `origin` is no place of the setting)."""


def _turns(events: Sequence[Event], beats: Sequence[Beat]) -> Iterator[Turn]:
    starts = [number for number, event in enumerate(events) if isinstance(event, ev.TurnBegan)]
    for start, end in pairwise([*starts, len(events)]):
        begun = events[start]
        assert isinstance(begun, ev.TurnBegan)
        measured = next((number for number in range(start, end) if isinstance(events[number], ev.TurnEnded)), start)
        said_by = events[measured]
        assert isinstance(said_by, ev.TurnBegan | ev.TurnEnded)
        yield Turn(
            number=begun.turn,
            begins=start,
            ends=end,
            tension=said_by.tension,
            measured=measured,
            act=begun.act,
            beats=tuple(beat for beat in beats if start <= beat.head < end),
        )


def _joined(account: Account, number: int, event: Any) -> None:
    account.people[event.agent] = Person(
        name=event.agent,
        joined=number,
        faction=event.faction,
        role=event.role,
        origin=event.origin,
        traits=event.traits,
        pronouns=event.pronouns,
    )
    account.places.set(event.agent, number, event.place)
    account.fates.pop(event.agent, None)


def _attacked(account: Account, number: int, event: Any) -> None:
    """A danger that was there from the start is first heard of when it strikes or is struck."""
    for name in (event.agent, event.target):
        if name not in account.people:
            account.threats.set(name, number, event.place)


def _took(account: Account, number: int, event: Any) -> None:
    if event.outcome in DONE:
        account.holders.set(event.object, number, event.agent)


def _fate(account: Account, number: int, event: Any) -> None:
    name = event.agent if isinstance(event, ev.Left) else event.who
    account.fates[name] = Known(event, number)
    account.places.set(name, number, "")


def _opened(account: Account, number: int, event: Any) -> None:
    account.opened = account.opened or Known(event, number)


def _started(account: Account, number: int, event: Any) -> None:
    account.started.setdefault(event.clock, Known(event, number))


def _ended(account: Account, number: int, event: Any) -> None:
    account.ended = Known(event, number)


_NOTES: dict[type[Event], Callable[[Account, int, Any], None]] = {
    ev.CampaignOpened: _opened,
    ev.CampaignEnded: _ended,
    ev.Joined: _joined,
    ev.Left: _fate,
    ev.Fell: _fate,
    ev.Moved: lambda a, n, e: a.places.set(e.agent, n, e.to),
    ev.Wounded: lambda a, n, e: a.vigour.set(e.who, n, e.left),
    ev.BondChanged: lambda a, n, e: a.bonds.set((e.agent, e.toward), n, e),
    ev.Learned: lambda a, n, e: a.beliefs.set((e.agent, e.secret), n, e),
    ev.Attacked: _attacked,
    ev.Took: _took,
    ev.Gave: lambda a, n, e: a.holders.set(e.object, n, e.to),
    ev.Used: lambda a, n, e: a.holders.set(e.object, n, "" if e.spent else e.agent),
    ev.Appeared: lambda a, n, e: a.holders.set(e.object, n, ""),
    ev.Aimed: lambda a, n, e: a.aims.setdefault(e.agent, []).append(Known(e, n)),
    ev.ClockStarted: _started,
    ev.ClockMoved: lambda a, n, e: a.clocks.set(e.clock, n, e),
    ev.StanceChanged: lambda a, n, e: a.stances.set((e.faction, e.toward), n, e),
    ev.WayChanged: lambda a, n, e: a.ways.set(e.between, n, e),
    ev.ThreatArrived: lambda a, n, e: a.threats.set(e.threat, n, e.place),
    ev.ThreatMoved: lambda a, n, e: a.threats.set(e.threat, n, e.to),
    ev.Beaten: lambda a, n, e: a.threats.set(e.threat, n, ""),
}
