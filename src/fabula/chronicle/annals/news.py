"""News: how word went through the town, who told whom; and what else was said."""

import re
from collections.abc import Iterator

from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.measures import counted_out
from fabula.chronicle.annals.moments import Moment, Several, Slot, Who
from fabula.chronicle.annals.thefts import Thefts
from fabula.chronicle.names import times
from fabula.chronicle.wording import clause
from fabula.environments.world import events as ev

_IN_FEUDS = ("angry", "cold", "sorry")
_OF_GOODS = re.compile(r"^there is no \w+ left at |^\w+ is [\d,]+ pence at ")
_LETTERS_TOLD = 60
"""Words as long as this are worth more than short ones."""


def news_moments(history: History, thefts: Thefts) -> Iterator[Moment]:
    """Each piece of news: first who brought it up, then in each part of a day who else heard it."""
    told: dict[str, list[int]] = {}
    for at in history.of(ev.Said):
        event = history.events[at]
        if isinstance(event, ev.Said) and event.news and _is_of_people(history, event.news):
            told.setdefault(event.news, []).append(at)
    for news, tellings in told.items():
        group = _group(thefts, news)
        first = history.events[tellings[0]]
        assert isinstance(first, ev.Said)
        yield _first(history, tellings[0], first, news, group)
        for later in _by_part(history, tellings[1:]):
            yield _spread(history, later, tellings, news, group)


def _is_of_people(history: History, news: str) -> bool:
    """Whether it is worth telling who told it: what goods cost is told where they are sold."""
    return not _OF_GOODS.search(news) or any(name in news for name in history.people)


def talk_moments(history: History) -> Iterator[Moment]:
    """What was said besides, in so far as the words are kept."""
    for at in history.of(ev.Said):
        event = history.events[at]
        if isinstance(event, ev.Said) and event.text and not event.news and event.tone not in _IN_FEUDS:
            slots: dict[str, Slot] = {
                "a": Who(event.agent),
                "b": Who(event.to),
                "words": event.text,
                "place": event.place,
            }
            rule = f"said.{event.tone}" if event.tone in ("warm", "asking") else "said"
            weight = 22 + min(len(event.text), _LETTERS_TOLD) // 5 - (6 if event.tone == "warm" else 0)
            yield Moment(at=at, group="daily 3 talk", weight=weight, rule=rule, slots=slots)


def _group(thefts: Thefts, news: str) -> str:
    for thread in thefts.threads.values():
        if thread.thief in news and thefts.matching(thread.thief, news) is thread:
            return thread.group
    return "daily 3 talk"


def _first(history: History, at: int, event: ev.Said, news: str, group: str) -> Moment:
    slots: dict[str, Slot] = {
        "a": Who(event.agent),
        "b": Who(event.to),
        "place": event.place,
        "words": event.text,
        "news": clause(counted_out(news), history.names),
    }
    rule = "news.first" if event.text else "news.bare"
    weight = 56 if group.startswith("theft") else 46
    return Moment(at=at, group=group, weight=weight, rule=rule, slots=slots)


def _spread(history: History, later: list[int], tellings: list[int], news: str, group: str) -> Moment:
    said = [event for at in later if isinstance(event := history.events[at], ev.Said)]
    known = {event.to for at in tellings if at <= later[-1] and isinstance(event := history.events[at], ev.Said)}
    slots: dict[str, Slot] = {
        "a": Who(said[0].agent),
        "b": Who(said[0].to),
        "tellers": Several(dict.fromkeys(event.agent for event in said)),
        "hearers": Several(dict.fromkeys(event.to for event in said)),
        "how_often": times(len(said)),
        "news": clause(counted_out(news), history.names),
        "known": str(len(known)),
    }
    rule = "news.passed" if len(said) == 1 else "news.spread"
    weight = 56 if group.startswith("theft") else 46
    on = (tellings[0], *later)
    return Moment(at=later[0], group=group, weight=weight - 5, rule=rule, slots=slots, events=on)


def _by_part(history: History, tellings: list[int]) -> Iterator[list[int]]:
    parts: dict[tuple[int, int], list[int]] = {}
    for at in tellings:
        parts.setdefault((history.chapter(at), history.part(at)), []).append(at)
    yield from parts.values()
