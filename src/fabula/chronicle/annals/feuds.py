"""Feuds: hard words, blows and peace between two; one thread for each pair."""

from collections.abc import Iterator

from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.measures import counted_out
from fabula.chronicle.annals.moments import Moment, Slot, Who
from fabula.chronicle.annals.thefts import Thefts
from fabula.environments.world import events as ev

_KINDS = (ev.Accused, ev.Quarrelled, ev.MadeUp, ev.Said, ev.Attacked, ev.Fled, ev.Yielded)
_COLD_AGAIN = 4
"""Cold words of a day from which on they are summed up: an answer is one too."""
_HARD_TONES = {"angry": 66, "cold": 34, "sorry": 60}


class Feuds:
    """All threads of a history: pair -> the events of their quarrel."""

    def __init__(self, history: History, thefts: Thefts) -> None:
        self._history = history
        self._thefts = thefts
        self.quarrels: dict[tuple[str, str], list[int]] = {}
        self.open: dict[tuple[str, str], int] = {}
        """Those that were not made up -> their last quarrel."""
        self._made: dict[tuple[str, str], int] = {}
        """Pair -> the chapter in which they last made it up."""
        self._themes: dict[tuple[str, str], str] = {}
        """Pair -> the thread of the theft that stands between them."""
        self._told: set[tuple[str, str, str, int, int]] = set()
        self._blows: dict[tuple[str, str], int] = {}
        self._cold: dict[tuple[tuple[str, str], int], list[int]] = {}
        """Pair and chapter -> the cold words between them."""
        self.moments = [moment for at in history.of(*_KINDS) for moment in self._tell(at)]
        self.moments += [moment for (pair, _), words in self._cold.items() for moment in self._coldness(pair, words)]

    def _tell(self, at: int) -> Iterator[Moment]:
        match self._history.events[at]:
            case ev.Accused() as event:
                self._called(event.agent, event.whom, event.of)
            case ev.Quarrelled() as event:
                yield self._quarrelled(at, event)
            case ev.MadeUp() as event:
                yield self._made_up(at, event)
            case ev.Said(tone="cold", news="") as event if event.text and not self._is_of_a_theft(event):
                pair = pair_of(event.agent, event.to)
                self._cold.setdefault((pair, self._history.chapter(at)), []).append(at)
            case ev.Said() as event if event.tone in _HARD_TONES and not event.news and event.text:
                yield self._words(at, event)
            case ev.Attacked() as event if event.first or event.wounds:
                yield from self._struck(at, event)
            case ev.Fled() as event if self._is_news(at, "fled", event.agent, event.from_whom):
                yield self._pair(at, event.agent, event.from_whom, 62, "fled", event.place)
            case ev.Yielded() as event:
                yield self._pair(at, event.agent, event.to, 84, "yielded", event.place)

    def _quarrelled(self, at: int, event: ev.Quarrelled) -> Moment:
        pair = pair_of(event.agent, event.whom)
        earlier = self.quarrels.setdefault(pair, [])
        rule = "quarrel.again" if earlier else "quarrel"
        on = earlier[-1:]
        earlier.append(at)
        self.open[pair] = at
        slots = {"about": self._called(event.agent, event.whom, event.about)}
        return self._pair(at, event.agent, event.whom, 82 if on else 88, rule, event.place, slots, *on)

    def _made_up(self, at: int, event: ev.MadeUp) -> Moment:
        pair, chapter = pair_of(event.agent, event.whom), self._history.chapter(at)
        once = self._made.get(pair) == chapter and pair not in self.open
        self._made[pair] = chapter
        on = (since,) if (since := self.open.pop(pair_of(event.agent, event.whom), None)) is not None else ()
        slots = {"about": self._called(event.agent, event.whom, event.about), "words": event.how}
        rule = "made_up.too" if once else "made_up"
        return self._pair(at, event.agent, event.whom, 60 if once else 90, rule, event.place, slots, *on)

    def _called(self, one: str, other: str, about: str) -> str:
        """What two speak of, in short where it is a theft that was told; it then stands between them."""
        for thief in (one, other):
            thread = self._thefts.matching(thief, about)
            if thread is not None:
                self._themes[pair_of(one, other)] = thread.group
                return self._thefts.called(thief, about)
        return counted_out(about)

    def _words(self, at: int, event: ev.Said) -> Moment:
        slots = {"words": event.text}
        return self._pair(at, event.agent, event.to, _HARD_TONES[event.tone], f"said.{event.tone}", event.place, slots)

    def _is_of_a_theft(self, event: ev.Said) -> bool:
        """Whether cold words belong to the thread of a theft."""
        return pair_of(event.agent, event.to) in self._themes

    def _coldness(self, pair: tuple[str, str], words: list[int]) -> Iterator[Moment]:
        """Cold words of a day: the first are told, of the others there is no more than that there were some."""
        first, last = self._history.events[words[0]], self._history.events[words[-1]]
        assert isinstance(first, ev.Said)
        assert isinstance(last, ev.Said)
        slots: dict[str, Slot] = {"a": Who(first.agent), "b": Who(first.to), "place": first.place, "words": first.text}
        group = "daily 0 coldness"
        yield Moment(at=words[0], group=group, weight=_HARD_TONES["cold"], rule="said.cold", slots=slots)
        if len(words) >= _COLD_AGAIN:
            slots = {"a": Who(last.agent), "b": Who(last.to), "place": last.place}
            on = tuple(words[1:])
            yield Moment(at=words[0], group=group, weight=33, rule="said.cold.again", slots=slots, events=on)

    def _struck(self, at: int, event: ev.Attacked) -> Iterator[Moment]:
        pair = pair_of(event.agent, event.target)
        before = self._blows.get(pair)
        self._blows[pair] = at
        # Of several without a name nobody can say that it was the same one again.
        if before is not None and not event.wounds and not {*pair} <= self._history.people.keys():
            return
        if not self._is_news(at, "wounds" if event.wounds else "blows", *pair):
            return
        rule = "wounded" if event.wounds else "struck.again" if before is not None else "struck"
        on = () if before is None else (before,)
        weight = 86 if event.wounds else 60 if on else 85
        yield self._pair(at, event.agent, event.target, weight, rule, event.place, {}, *on)

    def _is_news(self, at: int, what: str, one: str, other: str) -> bool:
        """Whether such a thing was not yet told of these two in this part of the day."""
        key = (what, one, other, self._history.chapter(at), self._history.part(at))
        told = key in self._told
        self._told.add(key)
        return not told

    def _pair(
        self,
        at: int,
        one: str,
        other: str,
        weight: int,
        rule: str,
        place: str,
        more: dict[str, str] | None = None,
        *on: int,
    ) -> Moment:
        slots: dict[str, Slot] = {
            "a": Who(one),
            "b": Who(other),
            "place": place,
        }
        group = self._themes.get(pair_of(one, other)) or thread_of(self._history, one, other)
        return Moment(at=at, group=group, weight=weight, rule=rule, slots={**slots, **(more or {})}, events=on)


def thread_of(history: History, one: str, other: str) -> str:
    """The thread of what happens between two: their own, or the war of the one who has a name."""
    named = [name for name in pair_of(one, other) if name in history.people]
    return f"feud {'/'.join(pair_of(one, other))}" if len(named) > 1 else f"war {''.join(named)}"


def pair_of(one: str, other: str) -> tuple[str, str]:
    """The two in an order of their own."""
    return (one, other) if one <= other else (other, one)
