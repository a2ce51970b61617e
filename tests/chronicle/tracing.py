"""Tracing a sentence to the log: the names, numbers and wounds in it must stand in the events it says it rests on."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from fabula.chronicle.account import Account
from fabula.chronicle.lexicon import stock
from fabula.chronicle.names import number, ordinal, times
from fabula.chronicle.story import Sentence, Table
from fabula.engine.values import Event
from fabula.environments.campaign import events as ev
from fabula.environments.campaign.pack import SLOTS

_NUMBER_WORDS = {number(count): count for count in range(2, 100)}
_NUMBER_WORDS |= {ordinal(count): count for count in range(2, 21)}
_NUMBER_WORDS |= {times(count): count for count in range(2, 20)}
_NUMBERS = re.compile(
    r"(?<![\w-])(?:\d+|" + "|".join(sorted(map(re.escape, _NUMBER_WORDS), key=len, reverse=True)) + r")(?![\w-])"
)
_CAPITALS = re.compile(r"(?<![.!?…:“‘(–] )(?<!^)(?<![“‘(/–-])\b[A-Z][\w'’-]*")
_HURT = re.compile(r"\b(bleed\w*|bled|blood\w*|wound\w*|hurt\w*|bandage\w*|harm)\b", re.IGNORECASE)
_DEAD = re.compile(r"\b(dead|died|killed|lay dead)\b", re.IGNORECASE)
_NO_HURT = re.compile(
    r"no blood|not bleed|unhurt|no harm|harm taken 0|0 points of harm|(meant|tried) to hurt|meant harm|kept \w+ blood",
    re.IGNORECASE,
)


def faults(account: Account, sentence: Sentence) -> list[str]:
    """What stands in a sentence and not in the events it rests on."""
    events = [account.events[at] for at in sentence.events]
    told = without_phrases(sentence.text)
    source = _words_of(account, events)
    found = [f"name {name!r}" for name in _names(account, told) if not _stands(account, name, source)]
    found += [
        f"word {word!r}" for word in _CAPITALS.findall(told) if word not in _FIRST_PERSON and bare(word) not in source
    ]
    allowed = _numbers(events)
    found += [
        f"number {word!r}" for word in _NUMBERS.findall(told) if _value(word) not in allowed and word not in source
    ]
    if _HURT.search(_NO_HURT.sub("", told)) and not any(map(_hurts, events)) and not _HURT.search(source):
        found.append("a wound")
    if (
        _DEAD.search(told)
        and not any(isinstance(event, ev.Fell) and event.dead for event in events)
        and not _DEAD.search(source)
    ):
        found.append("a death")
    return found


def table_faults(account: Account, table: Table) -> list[str]:
    """Rows of a table of engagements that are no attack of the log."""
    attacks = {
        (
            account.names.full(e.place),
            account.names.short(e.agent),
            account.names.short(e.target),
            f"{e.roll} / {e.against}",
            str(e.harm),
        )
        for e in (account.events[at] for at in table.events)
        if isinstance(e, ev.Attacked)
    }
    return [str(row) for row in table.rows if row[1:6] not in attacks]


def bare(word: str) -> str:
    """The word without what grammar adds to it."""
    return word.removesuffix("'s").removesuffix("'").rstrip("-–")


def without_phrases(text: str) -> str:
    """The text without what comes from the stock lexicon: a figure of speech is no claim."""
    for phrase in _PHRASES:
        if phrase in text:
            text = text.replace(phrase, "~")
    return text


def _phrases() -> Iterator[str]:
    for style in ("any", "grimdark_dramatic", "philosophical", "plain", "tactical"):
        for slot in SLOTS:
            for phrase in stock(style)[slot]:
                yield phrase
                yield phrase[0].upper() + phrase[1:]


_PHRASES = sorted(set(_phrases()), key=len, reverse=True)
_FIRST_PERSON = {"I", "I'm", "I'll"}


def _words_of(account: Account, events: Iterable[Event]) -> str:
    """All words of the events, and of the campaign's title and question."""
    return " ".join([account.title, account.question, *_texts(msgspec.to_builtins(list(events)))])


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _names(account: Account, text: str) -> Iterator[str]:
    known = [
        *account.people,
        *account.all_places,
        *account.factions,
        *account.threats,
        *account.holders,
        *account.clocks,
    ]
    for name in known:
        for form in {account.names.short(name), account.names.full(name)}:
            if re.search(rf"\b{re.escape(form.removeprefix('the '))}\b", text):
                yield name
                break


def _stands(account: Account, name: str, source: str) -> bool:
    short = re.escape(account.names.short(name))
    return name.casefold() in source.casefold() or re.search(rf"\b{short}\b", source) is not None


def _value(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBER_WORDS[word.casefold()]


def _numbers(events: list[Event]) -> set[int]:
    """Numbers that the events say, or that follow from them by counting, subtracting or adding up."""
    said = {abs(value) for event in events for value in _plain_numbers(event)}
    said |= set(Counter(type(event) for event in events).values())
    said |= set(Counter(event.who for event in events if isinstance(event, ev.Wounded)).values())
    said |= {len(events), len(events) + 1}
    said |= {abs(e.roll - e.against) for e in events if isinstance(e, ev.Check)}
    clocks = [e for e in events if isinstance(e, ev.ClockMoved)]
    said |= {abs(e.segments - e.filled) for e in clocks} | {abs(e.filled - e.by) for e in clocks}
    said |= {abs(a.filled - b.filled + b.by) for a in clocks for b in clocks}
    said |= {abs(e.now - e.by) for e in events if isinstance(e, ev.StanceChanged)}
    ended = [e for e in events if isinstance(e, ev.TurnEnded)]
    return said | {sum(getattr(e, field) for e in ended) for field in ("deeds", "successes", "harm")}


def _plain_numbers(event: Event) -> Iterator[int]:
    for field in event.__struct_fields__:
        value = getattr(event, field)
        if isinstance(value, int) and not isinstance(value, bool):
            yield value


def _hurts(event: Event) -> bool:
    harm = isinstance(event, ev.Wounded | ev.Fell | ev.Beaten) or (
        isinstance(event, ev.Attacked | ev.TurnEnded) and event.harm > 0
    )
    return harm or isinstance(event, ev.Aided) or (isinstance(event, ev.Used) and event.healed > 0)
