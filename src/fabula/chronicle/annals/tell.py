"""Telling: a world's events become a story, a chapter to a day."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import msgspec

from fabula.chronicle.annals.closing import closing_moments
from fabula.chronicle.annals.fates import fate_moments
from fabula.chronicle.annals.feuds import Feuds
from fabula.chronicle.annals.figures import day_in_figures, days_in_figures
from fabula.chronicle.annals.history import PARTS, History
from fabula.chronicle.annals.moments import Moment
from fabula.chronicle.annals.news import news_moments, talk_moments
from fabula.chronicle.annals.opening import cast, opening
from fabula.chronicle.annals.plans import plan_moments
from fabula.chronicle.annals.scribe import Scribe
from fabula.chronicle.annals.thefts import Thefts
from fabula.chronicle.annals.trade import trade_moments
from fabula.chronicle.names import counted, ordinal, titled
from fabula.chronicle.story import Block, Chapter, Heading, Paragraph, Story
from fabula.engine.chance import Chance
from fabula.engine.values import Event
from fabula.environments.world.setting import WorldSetting

SENTENCES_A_DAY_MAX = 100
SENTENCES_MAX = 420
"""In all days together."""
_OF_A_KIND_MAX = {"daily 0": 6, "daily 1": 6, "daily 2": 14, "daily 3": 14, "daily 4": 12, "daily 5": 8, "thread": 60}
"""Of what is daily so many sentences a day, so that it crowds out nothing."""
_THEFTS = ("theft ", "missed ", "accused ")
_PARAGRAPH_MAX = 7
"""Sentences of a paragraph."""
_TABLES_MAX = 3
"""Runs of more chapters have their figures in one table at the end."""


def tell_annals(events: Sequence[Event], setting: WorldSetting | None = None) -> Story:
    """The chronicle of a world. Equal events and settings give an equal story.

    setting: what the world began with; None: not known, and the opening is told from events alone.
    """
    history = History(events, setting)
    scribe = Scribe(history, Chance(_seed(events)).stream("annals"))
    thefts = Thefts(history)
    feuds = Feuds(history, thefts)
    listing = cast(history, scribe)
    first = opening(history, scribe, 1)
    found = [*thefts.moments, *feuds.moments, *news_moments(history, thefts), *talk_moments(history)]
    found += [*plan_moments(history), *fate_moments(history), *trade_moments(history)]
    days = list(_days(history, scribe, found))
    last = _last(history, scribe, thefts, feuds)
    return Story(
        title=history.title,
        subtitle=_subtitle(history),
        style="plain",
        epigraph=(),
        cast_heading="Who Lived There",
        cast=listing,
        chapters=tuple(chapter for chapter in (first, *days, last) if chapter.blocks),
        colophon=f"Told from {len(events):,} {'event' if len(events) == 1 else 'events'}.",
    )


def _seed(events: Sequence[Event]) -> int:
    """A number that is the same for equal events."""
    digest = blake2b(digest_size=8)
    for event in events:
        digest.update(msgspec.msgpack.encode(event))
    return int.from_bytes(digest.digest(), "big")


def _subtitle(history: History) -> str:
    days = len(set(history.day)) - history.has_tail
    return f"A chronicle of {counted(days, 'day')}" if history.events else "A chronicle of nothing yet"


def _days(history: History, scribe: Scribe, found: list[Moment]) -> Iterator[Chapter]:
    moments: dict[int, list[Moment]] = {}
    for moment in found:
        moments.setdefault(history.chapter(moment.at), []).append(moment)
    numbers: dict[int, list[int]] = {}
    for at in range(len(history.events)):
        numbers.setdefault(history.chapter(at), []).append(at)
    room = min(SENTENCES_A_DAY_MAX, max(8, SENTENCES_MAX // max(1, history.chapters)))
    for chapter in range(history.chapters):
        scribe.begin_chapter()
        blocks = list(_parts(history, scribe, _weighed(moments.get(chapter, []), room)))
        if history.chapters <= _TABLES_MAX:
            blocks += day_in_figures(history, numbers[chapter])
        yield Chapter(title=_title(history, chapter), blocks=tuple(blocks), number=chapter + 2)


def _title(history: History, chapter: int) -> str:
    first, last = history.span_days(chapter)
    return titled(f"the {ordinal(first)} day") if first == last else f"Days {first} to {last}"


def _weighed(moments: list[Moment], room: int) -> list[Moment]:
    """What there is room for: what matters most, and of the daily round only so much."""
    kept: list[Moment] = []
    counts: dict[str, int] = {}
    for moment in sorted(moments, key=lambda one: (-one.weight, one.at)):
        kind = _kind(moment) if moment.group.startswith("daily") else "thread"
        most = max(1, _OF_A_KIND_MAX[kind] * room // SENTENCES_A_DAY_MAX)
        if counts.get(kind, 0) < most and len(kept) < room:
            counts[kind] = counts.get(kind, 0) + 1
            kept.append(moment)
    return sorted(kept, key=lambda one: one.at)


def _kind(moment: Moment) -> str:
    """The paragraph that a moment stands in: its thread, or the part of the daily round."""
    return moment.group[: len("daily 0")] if moment.group.startswith("daily") else moment.group


def _parts(history: History, scribe: Scribe, moments: list[Moment]) -> Iterator[Block]:
    for number, name in enumerate(PARTS):
        paragraphs = list(_paragraphs(scribe, [one for one in moments if history.part(one.at) == number]))
        if paragraphs:
            if history.span == 1:
                yield Heading(text=name)
            yield from paragraphs


def _paragraphs(scribe: Scribe, moments: list[Moment]) -> Iterator[Paragraph]:
    """The threads, what matters most first, then the daily round."""
    threads: dict[str, list[Moment]] = {}
    for moment in moments:
        threads.setdefault(_kind(moment), []).append(moment)
    for group in sorted(threads, key=lambda one: _rank(one, threads[one])):
        scribe.begin_paragraph()
        sentences = [sentence for moment in threads[group] if (sentence := scribe.write(moment))]
        # In equal lengths, so that no last sentence stands alone.
        pieces = -(-len(sentences) // _PARAGRAPH_MAX)
        for piece in range(pieces):
            first, end = piece * len(sentences) // pieces, (piece + 1) * len(sentences) // pieces
            yield Paragraph(sentences=tuple(sentences[first:end]))


def _rank(group: str, moments: list[Moment]) -> tuple[int, int, str]:
    """Where a thread stands in its part of the day: thefts first, then what weighs most; the daily round comes last."""
    if group.startswith("daily"):
        return (2, 0, group)
    return (0 if group.startswith(_THEFTS) else 1, -max(moment.weight for moment in moments), "")


def _last(history: History, scribe: Scribe, thefts: Thefts, feuds: Feuds) -> Chapter:
    scribe.begin_chapter()
    scribe.begin_paragraph()
    written = (scribe.write(moment) for moment in closing_moments(history, thefts, feuds))
    sentences = tuple(sentence for sentence in written if sentence)
    blocks: list[Block] = [Paragraph(sentences=sentences)] if sentences else []
    return Chapter(title="What Came of It", blocks=(*blocks, *days_in_figures(history)))
