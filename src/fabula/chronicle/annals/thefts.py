"""Thefts: from the deed to its discovery, the accusation and the amends; a thread for each thief and whom they rob."""

from collections.abc import Iterator

from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.measures import counted_out, pence, pieces
from fabula.chronicle.annals.moments import Moment, Several, Slot, Who
from fabula.environments.world import events as ev

_KINDS = (ev.Stole, ev.Missed, ev.Accused, ev.Amended)
_LOOKS_BACK = 12
"""Of a thread with more thefts, words can mean one of the last so many."""


class Thread:
    """What one person took from another, and what came of it."""

    def __init__(self, thief: str, victim: str) -> None:
        self.thief, self.victim = thief, victim
        self.thefts: list[int] = []
        self.worth = 0
        self.missed: list[int] = []
        self.accused: list[int] = []
        self.amended: list[int] = []
        self.when, self.lately = (-1, -1), 0
        """The chapter and part of the last of them, and how many came before it there."""
        self.mentions = -1
        """How often it was spoken of."""

    @property
    def group(self) -> str:
        return f"theft {self.thief} from {self.victim}"

    @property
    def is_settled(self) -> bool:
        """Whether amends came after the last of it."""
        return bool(self.amended) and self.amended[-1] > self.thefts[-1]


class Thefts:
    """All threads of a history; `moments` is what there is to tell of them."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.threads: dict[tuple[str, str], Thread] = {}
        self.moments = [moment for at in history.of(*_KINDS) for moment in self._tell(at)]

    def matching(self, thief: str, of: str) -> Thread | None:
        """The thread that words like `taking 3 bread from the Bakery` mean, where that person was the thief."""
        own = [thread for (who, _), thread in self.threads.items() if who == thief]
        return next((one for one in reversed(own) if self._is_meant(one, of)), None)

    def called(self, thief: str, of: str) -> str:
        """A wrong as it is spoken of once the theft was told: `the twelve pence`, not `taking 12 pence from …`."""
        thread = self.matching(thief, of)
        if thread is None:
            return counted_out(of)
        named = [one for one in self._latest(thread) if _names_it(one, of)]
        event = next((one for one in named if f"{one.amount:,} " in of), named[-1])
        loot = pieces(event.what, event.amount)
        loot = loot.removeprefix("a ") if event.amount == 1 else loot
        thread.mentions += 1
        forms = (f"the {loot}", f"the {loot} from {event.from_whom}", "the theft")
        return forms[thread.mentions % len(forms)]

    def _is_meant(self, thread: Thread, of: str) -> bool:
        return any(_names_it(event, of) for event in self._latest(thread))

    def _latest(self, thread: Thread) -> list[ev.Stole]:
        events = (self._history.events[at] for at in thread.thefts[-_LOOKS_BACK:])
        return [event for event in events if isinstance(event, ev.Stole)]

    def _tell(self, at: int) -> Iterator[Moment]:
        match self._history.events[at]:
            case ev.Stole() as event:
                yield self._stole(at, event)
            case ev.Missed() as event:
                yield self._missed(at, event)
            case ev.Accused() as event:
                yield from self._accused(at, event)
            case ev.Amended() as event:
                yield from self._amended(at, event)

    def _stole(self, at: int, event: ev.Stole) -> Moment:
        victim = event.owner or event.from_whom
        thread = self.threads.setdefault((event.agent, victim), Thread(event.agent, victim))
        before = thread.thefts[-1:]
        thread.thefts.append(at)
        thread.worth += event.worth
        seen_by = tuple(name for name in event.seen_by if name != event.agent)
        noticed = victim in seen_by
        slots: dict[str, Slot] = {
            "a": Who(event.agent),
            "b": Who(victim),
            "loot": pieces(event.what, event.amount),
            "place": event.place,
            "seen": Several(seen_by),
            "all": pence(thread.worth),
        }
        sight = "caught" if noticed else "seen" if seen_by else "unseen"
        if before and noticed and victim in self._history.events[before[0]].seen_by:
            sight = "caught.once_more"
        rule = f"theft.{'again.' if before else ''}{sight}"
        together = (self._history.chapter(at), self._history.part(at))
        thread.lately = thread.lately + 1 if together == thread.when else 0
        thread.when = together
        weight = (84 if before else 96) - 12 * min(thread.lately, 6)
        return self._moment(at, thread.group, weight, rule, slots, *before)

    def _missed(self, at: int, event: ev.Missed) -> Moment:
        own = [one for one in self.threads.values() if one.victim == event.agent and not one.is_settled]
        meant = next((one for one in reversed(own) if self._took(one, event.what)), None)
        if meant is not None:
            meant.missed.append(at)
        truth = meant.thief if meant is not None else ""
        slots: dict[str, Slot] = {
            "a": Who(event.agent),
            "loot": pieces(event.what, event.amount),
            "place": event.place,
            "b": Who(event.suspect) if event.suspect else "",
            "c": Who(truth) if truth and truth != event.suspect else "",
        }
        rule = (
            "missed.rightly"
            if event.suspect and truth == event.suspect
            else "missed.wrongly"
            if event.suspect
            else "missed"
        )
        if rule == "missed.wrongly" and not truth:
            rule = "missed.suspects"
        group = meant.group if meant is not None else f"missed {event.agent}"
        return self._moment(at, group, 90, rule, slots, *(meant.thefts[-1:] if meant else ()))

    def _took(self, thread: Thread, what: str) -> bool:
        return any(getattr(self._history.events[at], "what", "") == what for at in thread.thefts[-_LOOKS_BACK:])

    def _accused(self, at: int, event: ev.Accused) -> Iterator[Moment]:
        thread = self.matching(event.whom, event.of)
        group = f"accused {event.whom}"
        known: tuple[int, ...] = ()
        if thread is not None:
            thread.accused.append(at)
            group, known = thread.group, tuple(thread.thefts[-1:])
        slots: dict[str, Slot] = {
            "a": Who(event.agent),
            "b": Who(event.whom),
            "of": self.called(event.whom, event.of),
            "place": event.place,
            "words": event.text,
        }
        yield self._moment(at, group, 94, "accused", slots)
        if event.owned_up:
            yield self._moment(at, group, 93, "accused.owned", slots)
        else:
            yield self._moment(at, group, 93, "accused.lied" if thread else "accused.denied", slots, *known)

    def _amended(self, at: int, event: ev.Amended) -> Iterator[Moment]:
        thread = self.threads.get((event.agent, event.whom)) or self.matching(event.agent, event.for_what)
        if thread is not None:
            thread.amended.append(at)
        slots: dict[str, Slot] = {
            "a": Who(event.agent),
            "b": Who(event.whom),
            "for": self.called(event.agent, event.for_what),
            "paid": pence(event.amount) if event.amount else "",
            "place": event.place,
            "words": event.text,
        }
        yield self._moment(
            at, thread.group if thread else f"feud {'/'.join(sorted((event.agent, event.whom)))}", 92, "amended", slots
        )

    def _moment(self, at: int, group: str, weight: int, rule: str, slots: dict[str, Slot], *on: int) -> Moment:
        return Moment(at=at, group=group, weight=weight, rule=rule, slots={**slots}, events=on)


def _names_it(event: ev.Stole, of: str) -> bool:
    what = ("pence", "penny") if event.what == "coin" else (event.what,)
    whose = [name for name in (event.from_whom, event.owner) if name]
    return any(word in of for word in what) and any(name in of for name in whose)
