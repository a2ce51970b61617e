"""The grimdark voice: scene by scene and place by place, close to one person, from dread to worse."""

from collections.abc import Iterator, Sequence

from fabula.chronicle.beats import Beat
from fabula.chronicle.landscape import stance_changes, way_changes
from fabula.chronicle.segments import Segment
from fabula.chronicle.sides import Side, tell_side, two_sides
from fabula.chronicle.staging import (
    Scene,
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
    stage,
    summed_up,
    tone,
)
from fabula.chronicle.story import Block, Break, Paragraph
from fabula.chronicle.telling import Passage, Telling
from fabula.chronicle.terms import Facts, named, party
from fabula.chronicle.voices import Voice
from fabula.chronicle.words import words_of

_TASTE = {"strike": 1.2, "maul": 1.2, "fight": 1.1, "threaten": 1.2, "move": 0.6, "rest": 0.6, "use": 0.9}


def _chapter(telling: Telling, segment: Segment) -> Sequence[Block]:
    plan = stage(telling, segment, scenes=3, beats=11)
    blocks: list[Block | None] = [open_chapter(telling, segment, rules="open")]
    pending = list(plan.happenings)
    for scene in plan.scenes:
        early = [beat for beat in pending if beat.head < scene.begins]
        pending = [beat for beat in pending if beat not in early]
        blocks += [*_happenings(telling, early), Break(), *_scene(telling, scene)]
    blocks += [*_happenings(telling, pending), *_sides(telling, segment), Break()]
    blocks += [_meanwhile(telling, plan.rest), _land(telling, segment), _closing(telling, segment)]
    return [block for block in blocks if block is not None]


def _happenings(telling: Telling, beats: Sequence[Beat]) -> Iterator[Block | None]:
    for beat in beats:
        passage = Passage(telling)
        passage.tell(beat)
        aftermath(telling, passage, beat)
        yield passage.done()


def _scene(telling: Telling, scene: Scene) -> Iterator[Block | None]:
    passage = Passage(telling, place=scene.place)
    _set(telling, passage, scene)
    for number, beat in enumerate(scene.beats):
        if number and len(passage) >= 5:
            yield passage.done()
            passage = passage.followed()
        passage.tell(beat)
        aftermath(telling, passage, beat)
        mourn(telling, passage, beat)
    if len(scene.beats) > 2 and telling.stream.chance(0.5):
        passage.say(["scene.end"], {"place": named(telling.account, scene.place, scene.begins)})
    yield passage.done()


def _set(telling: Telling, passage: Passage, scene: Scene) -> None:
    account = telling.account
    there = company(account, scene.place, scene.begins)
    facts: Facts = {"place": named(account, scene.place, scene.begins)}
    if there is None:
        passage.say(["scene.crowd"], {**facts, "A": party(account, scene.beats[0].doer, scene.begins)})
    elif len(there.names) > 1:
        facts |= sketched(telling, scene.place, scene.begins)
        passage.say(["scene.sketch", "scene"], {**facts, "company": there})
    else:
        passage.say(["scene.one"], {**facts, "A": there.names[0]}, there.events)
    arrive(telling, passage, scene.place, scene.begins)


def _sides(telling: Telling, segment: Segment) -> Iterator[Block | None]:
    found = two_sides(telling, segment.beats)
    if found is not None:
        _, one, other = found
        yield Break()
        yield _side(telling, one)
        yield _side(telling, other)


def _side(telling: Telling, side: Side) -> Paragraph | None:
    passage = Passage(telling, aside=True)
    tell_side(passage, side)
    return passage.done()


def _meanwhile(telling: Telling, beats: Sequence[Beat]) -> Paragraph | None:
    passage = Passage(telling)
    for name, deeds in summed_up(telling, beats, people=3, deeds=2):
        passage.say(["meanwhile"], {"A": name, "deeds": deeds})
    return passage.done()


def _land(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling)
    account, begins, ends = telling.account, segment.begins, segment.ends
    politics = list(stance_changes(account, begins, ends))[:2]
    passage.say_together(way_changes(account, begins, ends))
    passage.say_together([*politics, *looming(telling, ends)[:1]])
    return passage.done()


def _closing(telling: Telling, segment: Segment) -> Paragraph | None:
    passage = Passage(telling)
    coming = next_stroke(telling, segment)
    if coming and telling.stream.chance(0.5):
        passage.say(["hook"], coming)
    else:
        passage.say([f"close.{tone(segment)}", "close.level"], focal(telling, segment, segment.ends), segment.opens)
    return passage.done()


def _title(telling: Telling, segment: Segment) -> str:
    return signpost(telling, "title.chapter", focal(telling, segment, segment.begins))


VOICE = Voice(
    words=words_of("grimdark"),
    taste=_TASTE,
    title=_title,
    chapter=_chapter,
    headings=("The Living", "What Became of Them", "What Was Left Open"),
)
