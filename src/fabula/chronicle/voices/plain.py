"""The plain voice: turn by turn, who did what and why, fair to everyone; at the end of a chapter, how things stood."""

from collections.abc import Iterator, Sequence

from fabula.chronicle.account import Turn
from fabula.chronicle.beats import CHANGES, HAPPENINGS, UNTOLD, Beat
from fabula.chronicle.grammar import Fact
from fabula.chronicle.landscape import clock_changes, stance_changes, way_changes
from fabula.chronicle.names import ordinal
from fabula.chronicle.salience import heaviest
from fabula.chronicle.segments import Segment, focus
from fabula.chronicle.sides import Side, tell_side, two_sides
from fabula.chronicle.staging import (
    aftermath,
    arrive,
    begin_story,
    company,
    focal,
    foremost,
    lead,
    looming,
    mourn,
    next_stroke,
    signpost,
    sketched,
    summed_up,
)
from fabula.chronicle.story import Block, Paragraph
from fabula.chronicle.telling import Passage, Sign, Telling
from fabula.chronicle.terms import Facts
from fabula.chronicle.voices import Voice
from fabula.chronicle.words import words_of

_TASTE = {"move": 0.8, "talk": 1.2, "aid": 1.2, "give": 1.2, "persuade": 1.1, "rest": 0.8}
_BEATS_A_TURN = 4
"""Deeds of one turn that get a sentence of their own."""


def _chapter(telling: Telling, segment: Segment) -> Sequence[Block]:
    blocks = [_opening(telling, segment)]
    for turn in segment.turns:
        blocks += [_turn(telling, turn), _others(telling, turn)]
    blocks += [*_sides(telling, segment), _standing(telling, segment)]
    return [block for block in blocks if block is not None]


def _opening(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling)
    if segment.turns[0] == telling.account.turns[0]:
        begin_story(telling, passage, segment)
    elif past := foremost(telling, segment.begins):
        passage.say(["recap"], past)
    return passage.done()


def _shown(telling: Telling, turn: Turn) -> list[Beat]:
    acted = [beat for beat in turn.beats if beat.family not in HAPPENINGS | CHANGES | UNTOLD]
    happened = [beat for beat in turn.beats if beat.family in HAPPENINGS]
    return sorted([*happened, *heaviest(acted, telling.weights, _BEATS_A_TURN)], key=lambda beat: beat.head)


def _turn(telling: Telling, turn: Turn) -> Paragraph | None:
    shown = _shown(telling, turn)
    place = focus(shown, telling.weights)
    passage = Passage(telling, place=place)
    _begin_turn(telling, passage, turn, place)
    # What happened where the turn began is told first, so that the reader need not run to and fro.
    for beat in sorted(shown, key=lambda beat: beat.place != place):
        passage.tell(beat)
        aftermath(telling, passage, beat)
        mourn(telling, passage, beat)
    return passage.done()


def _begin_turn(telling: Telling, passage: Passage, turn: Turn, place: str) -> None:
    account = telling.account
    facts: Facts = {"turn": Fact(ordinal(turn.number), (turn.begins,))}
    there = company(account, place, turn.begins) if place else None
    if there is not None:
        facts |= {"place": Fact(account.names.full(place), there.events), "company": there, "A": there.names[0]}
        facts |= sketched(telling, place, turn.begins)
    rule = "turn.plain" if there is None else "turn.busy" if len(there.names) > 1 else "turn.one"
    passage.say([f"{rule}.sketch", rule, "turn.plain"], facts)
    if place:
        arrive(telling, passage, place, turn.begins)


def _others(telling: Telling, turn: Turn) -> Paragraph | None:
    shown = {beat.head for beat in _shown(telling, turn)}
    rest = [
        beat
        for beat in turn.beats
        if beat.head not in shown and beat.doer in telling.account.people and beat.family not in CHANGES | UNTOLD
    ]
    passage = Passage(telling)
    pending = list(summed_up(telling, rest, people=4, deeds=1))
    while pending:
        name, deeds = pending.pop(0)
        if pending:
            other, more = pending.pop(0)
            passage.say(["others.pair"], {"A": name, "deeds": deeds, "C": other, "more_deeds": more})
        else:
            passage.say(["others"], {"A": name, "deeds": deeds})
    return passage.done()


def _sides(telling: Telling, segment: Segment) -> Iterator[Paragraph | None]:
    found = two_sides(telling, segment.beats)
    if found is not None:
        beat, one, other = found
        yield _side(telling, beat, one)
        yield _side(telling, beat, other)


def _side(telling: Telling, beat: Beat, side: Side) -> Paragraph | None:
    passage = Passage(telling, aside=True)
    tell_side(passage, side, {"place": Fact(telling.account.names.full(beat.place), (beat.head,))})
    return passage.done()


def _standing(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling)
    account, begins, ends = telling.account, segment.begins, segment.ends
    clocks = [change for change in clock_changes(account, begins, ends) if telling.counts(change[1])][:3]
    others = [*list(stance_changes(account, begins, ends))[:2], *way_changes(account, begins, ends)]
    others += looming(telling, ends)[:1]
    if len(clocks) > 1 and len(others) > 1:
        passage.say_together(clocks, joint=", ", last=", and ")
        passage.say_together(others)
    else:
        passage.say_together([*clocks, *others])
    coming = next_stroke(telling, segment)
    if coming and telling.stream.chance(0.4):
        passage.say(["hook"], coming)
    else:
        passage.say(["close"], focal(telling, segment, segment.ends), segment.opens)
    return passage.done()


def _title(telling: Telling, segment: Segment) -> str:
    facts: Facts = dict(focal(telling, segment, segment.begins))
    name = lead(telling, segment.beats)
    own = [beat for beat in segment.beats if beat.doer == name]
    if own:
        beat = max(own, key=lambda beat: (telling.weights[beat.head], -beat.head))
        did = telling.grammar.phrase(f"sum.{beat.key}", telling.facts(beat), Sign(telling.account.names))
        if did is not None:
            facts["did"] = did
    return signpost(telling, "title.deed", facts)


VOICE = Voice(
    words=words_of("plain"),
    taste=_TASTE,
    title=_title,
    chapter=_chapter,
    headings=("Who Was There", "What Became of Them", "What Nobody Knows"),
)
