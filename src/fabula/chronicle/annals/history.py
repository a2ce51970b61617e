"""History: the events of a world with the day and the hour of each, and who is who."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from fabula.chronicle.names import Names, Pronouns, pronouns
from fabula.engine.values import Event
from fabula.environments.world import events as ev
from fabula.environments.world.setting import WorldSetting

PARTS = ("Before dawn", "Morning", "Noon", "Afternoon", "Evening", "Night", "Until dawn")
_PART_BEGINS_H = (0, 5, 11, 13, 17, 21)
UNTIL_DAWN = 6
"""The part of a day's telling that is already the next day's small hours."""
CHAPTERS_MAX = 30
"""Longer runs are told several days to a chapter."""
_TAIL_H = 7
"""A last day that ends before this hour is told with the day before."""


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the telling knows them."""

    name: str
    came: int
    """Number of the event that brought them; the first event they stand in, where nothing says that they came."""
    role: str = ""
    faction: str = ""
    home: str = ""
    work: str = ""
    small_words: Pronouns | None = None
    wants: str = ""


class History:
    """All that happened, in order."""

    def __init__(self, events: Sequence[Event], setting: WorldSetting | None) -> None:
        self.events = events
        self.setting = setting
        self.title, self.about = _head(events, setting)
        self._of: dict[type[Event], list[int]] = {}
        for at, event in enumerate(events):
            self._of.setdefault(type(event), []).append(at)
        self._date()
        self._divide()
        self.people = _people(events, setting)
        places = setting.places if setting else ()
        others = {*(place.name for place in places), *(one.home for one in self.people.values())}
        self.names = Names(list(self.people), sorted(others - {""}))

    def of(self, *kinds: type[Event]) -> list[int]:
        """The numbers of the events of some kinds, ascending."""
        found = [self._of.get(kind, []) for kind in kinds]
        return found[0] if len(found) == 1 else sorted(at for its in found for at in its)

    def chapter(self, at: int) -> int:
        """Which chapter tells an event, from 0."""
        return self._chapter_of_day[self.day[at]]

    def part(self, at: int) -> int:
        """Which of PARTS an event falls into; 0 throughout where a chapter tells several days."""
        if self.span > 1:
            return 0
        if self.day[at] == self._tail:
            return UNTIL_DAWN
        return sum(self.hour[at] >= begins for begins in _PART_BEGINS_H) - 1

    def span_days(self, chapter: int) -> tuple[int, int]:
        """The first and the last day that a chapter tells."""
        days = [day for day, its in self._chapter_of_day.items() if its == chapter and day != self._tail]
        return (days[0], days[-1]) if days else (self.day[0], self.day[0])

    @property
    def has_tail(self) -> bool:
        """Whether the small hours of one day more are told with the last."""
        return self._tail != -1

    def _date(self) -> None:
        day, hour = 1, 0
        self.day: list[int] = []
        self.hour: list[int] = []
        for event in self.events:
            match event:
                case ev.WorldOpened():
                    hour = event.begins_h % 24
                case ev.DayBegan():
                    hour = hour if event.day <= 1 else 0
                    day = event.day
                case ev.HourStruck():
                    day, hour = event.day, event.hour % 24
            self.day.append(day)
            self.hour.append(hour)

    def _divide(self) -> None:
        days = list(dict.fromkeys(self.day))
        last_hour = (
            max((hour for day, hour in zip(self.day, self.hour, strict=True) if day == days[-1]), default=0)
            if days
            else 0
        )
        self._tail = days.pop() if len(days) > 1 and last_hour < _TAIL_H else -1
        self.span = -(-len(days) // CHAPTERS_MAX) or 1
        """Days to a chapter."""
        self._chapter_of_day = {day: number // self.span for number, day in enumerate(days)}
        self.chapters = len(set(self._chapter_of_day.values()))
        if self._tail != -1:
            self._chapter_of_day[self._tail] = self.chapters - 1


def _head(events: Sequence[Event], setting: WorldSetting | None) -> tuple[str, str]:
    opened = next((event for event in events if isinstance(event, ev.WorldOpened)), None)
    if opened is not None:
        return opened.title or "A world without a name", opened.about
    return (setting.title, setting.about) if setting else ("A world without a name", "")


def _people(events: Sequence[Event], setting: WorldSetting | None) -> dict[str, Character]:
    personas = {one.persona.name: one.persona for one in setting.people} if setting else {}
    people: dict[str, Character] = {}
    for at, event in enumerate(events):
        if isinstance(event, ev.Came) and event.agent not in people:
            persona = personas.get(event.agent)
            fields = {field.label.casefold(): field.text for field in persona.identity} if persona else {}
            people[event.agent] = Character(
                name=event.agent,
                came=at,
                role=event.role,
                faction=event.faction,
                home=event.home,
                work=event.work,
                small_words=pronouns(event.pronouns or fields.get("pronouns", "")),
                wants=fields.get("wants", ""),
            )
    return people


def busiest(history: History, most: int) -> list[str]:
    """The people of whom there is most to tell, in the order they came."""
    counted = Counter(agent for event in history.events if isinstance(agent := getattr(event, "agent", None), str))
    ranked = sorted(history.people, key=lambda name: (-counted[name], history.people[name].came))
    return sorted(ranked[:most], key=lambda name: history.people[name].came)
