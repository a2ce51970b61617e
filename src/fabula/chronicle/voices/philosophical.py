"""The philosophical voice: one case to a chapter, looked at from both ends; what was known, what was owed, and no
hurry to conclude.
"""

from collections.abc import Iterator, Sequence

from fabula.chronicle.beats import CHANGES, HAPPENINGS, UNTOLD, Beat
from fabula.chronicle.landscape import clock_changes, stance_changes, way_changes
from fabula.chronicle.salience import heaviest
from fabula.chronicle.segments import Segment
from fabula.chronicle.sides import Side, tell_side, two_sides
from fabula.chronicle.staging import (
    aftermath,
    arrive,
    company,
    focal,
    looming,
    mourn,
    next_stroke,
    open_chapter,
    signpost,
    sketched,
    summed_up,
)
from fabula.chronicle.story import Block, Paragraph
from fabula.chronicle.telling import Passage, Telling
from fabula.chronicle.terms import Facts, condition, named
from fabula.chronicle.voices import Voice
from fabula.chronicle.words import words_of

_TASTE = {
    "talk": 1.5,
    "learn": 1.5,
    "search": 1.2,
    "persuade": 1.6,
    "threaten": 1.3,
    "aid": 1.5,
    "give": 1.4,
    "strike": 1.0,
    "fight": 0.8,
    "maul": 0.8,
}
_CASE = 6
"""Beats of a chapter's case."""
_DULL = frozenset({"move", "rest", "wait"})
"""Families that are no part of a case."""
_KNOWING = frozenset({"learn", "search.secret", "talk.told", "talk.twisted", "notice"})
_KNOWN = 3
_PARAGRAPH = 5


def _chapter(telling: Telling, segment: Segment) -> Sequence[Block]:
    case = _case(telling, segment)
    told = {beat.head for beat in case}
    blocks: list[Block | None] = [open_chapter(telling, segment, rules="muse"), *_told(telling, case)]
    blocks += _sides(telling, segment)
    knowing = heaviest(
        [beat for beat in segment.beats if beat.head not in told and _is_knowing(beat)], telling.weights, _KNOWN
    )
    blocks.append(_known(telling, knowing))
    told |= {beat.head for beat in knowing}
    rest = [beat for beat in segment.beats if beat.head not in told and beat.doer in telling.account.people]
    blocks += [_happened(telling, segment), _others(telling, rest), _conclusion(telling, segment)]
    return [block for block in blocks if block is not None]


def _is_knowing(beat: Beat) -> bool:
    return beat.key in _KNOWING or beat.family in _KNOWING


def _case(telling: Telling, segment: Segment) -> list[Beat]:
    """The chapter's weightiest deed, and the others of those who did it, suffered it, or stood where it was done."""
    acted = [beat for beat in segment.beats if beat.family not in HAPPENINGS | CHANGES | UNTOLD]
    if not acted:
        return []
    weights = telling.weights
    heart = max(acted, key=lambda beat: (weights[beat.head], -beat.head))
    involved = {heart.doer, heart.other} & telling.account.people.keys()
    related = [
        beat
        for beat in acted
        if beat.family not in _DULL and (beat.place == heart.place or involved & {beat.doer, beat.other})
    ]
    return heaviest(related or [heart], weights, _CASE)


def _told(telling: Telling, case: Sequence[Beat]) -> Iterator[Paragraph | None]:
    if not case:
        return
    passage = Passage(telling)
    _place(telling, passage, case[0])
    for beat in case:
        if len(passage) >= _PARAGRAPH:
            yield passage.done()
            passage = passage.followed()
        passage.tell(beat)
        aftermath(telling, passage, beat)
        mourn(telling, passage, beat)
    yield passage.done()


def _place(telling: Telling, passage: Passage, beat: Beat) -> None:
    there = company(telling.account, beat.place, beat.head)
    if there is not None:
        facts: Facts = {"place": named(telling.account, beat.place, beat.head), "company": there, "A": there.names[0]}
        facts |= sketched(telling, beat.place, beat.head)
        passage.say(["case.sketch", "case" if len(there.names) > 1 else "case.one"], facts, there.events)
    arrive(telling, passage, beat.place, beat.head)


def _sides(telling: Telling, segment: Segment) -> Iterator[Paragraph | None]:
    found = two_sides(telling, segment.beats)
    if found is not None:
        _, one, other = found
        yield _side(telling, one)
        yield _side(telling, other)


def _side(telling: Telling, side: Side) -> Paragraph | None:
    passage = Passage(telling)
    tell_side(passage, side)
    return passage.done()


def _known(telling: Telling, beats: Sequence[Beat]) -> Paragraph | None:
    passage = Passage(telling)
    if beats:
        passage.say(["known"], {"any": condition(beats[0].head)}, [beat.head for beat in beats])
    for beat in beats:
        passage.tell(beat)
    return passage.done()


def _happened(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling)
    for beat in segment.beats:
        if beat.family in HAPPENINGS:
            passage.tell(beat)
            aftermath(telling, passage, beat)
    return passage.done()


def _others(telling: Telling, rest: Sequence[Beat]) -> Paragraph | None:
    passage = Passage(telling)
    for name, deeds in summed_up(telling, rest, people=3, deeds=2):
        passage.say(["others"], {"A": name, "deeds": deeds})
    return passage.done()


def _conclusion(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling)
    account, begins, ends = telling.account, segment.begins, segment.ends
    clocks = [change for change in clock_changes(account, begins, ends) if telling.counts(change[1])]
    politics = list(stance_changes(account, begins, ends))
    passage.say_together([*clocks[:1], *politics[:2], *way_changes(account, begins, ends), *looming(telling, ends)[:1]])
    coming = next_stroke(telling, segment)
    if coming and telling.stream.chance(0.3):
        passage.say(["hook"], coming)
    passage.say(["close"], focal(telling, segment, segment.ends), segment.opens)
    return passage.done()


def _title(telling: Telling, segment: Segment) -> str:
    return signpost(telling, "title.theme", focal(telling, segment, segment.begins))


VOICE = Voice(
    words=words_of("philosophical"),
    taste=_TASTE,
    title=_title,
    chapter=_chapter,
    headings=("The Persons", "What Became of Them", "What Remains to Be Asked"),
)
