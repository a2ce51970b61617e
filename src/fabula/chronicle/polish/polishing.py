"""Polishing: asks for every paragraph of a story, a few questions at once, and takes what is faithful."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from fabula.chronicle.letters import visible
from fabula.chronicle.polish.draft import Draft, Progress
from fabula.chronicle.polish.faithful import World, fault
from fabula.chronicle.polish.questions import Answer, Place, Question, answer_in, places_of, questions_of, request_of
from fabula.chronicle.polish.repetition import Told, sentences_in
from fabula.chronicle.polished import Polished, Refusal
from fabula.chronicle.story import Chapter, Paragraph, Sentence, Story
from fabula.llm.values import Listener, Reply, Request

AT_ONCE = 4
"""Questions under way at the same time."""

Where = tuple[int, int]
"""Chapter and block of a paragraph, counted from 0."""


class Ask(Protocol):
    """Whoever passes questions on to models; a Gateway with its models and deadline filled in."""

    async def __call__(self, request: Request, listener: Listener | None) -> Reply:
        """The reply; where no model answered, it names none."""
        ...


class _Judged(NamedTuple):
    """What was made of a paragraph."""

    place: Place
    text: str = ""
    """Its new words; empty: it stays as it is."""
    refused: str = ""
    """Why."""
    unanswered: str = ""
    """Why."""


async def polish(
    story: Story,
    ask: Ask,
    *,
    world: World,
    run: str = "",
    watch: Callable[[Progress], None] | None = None,
    streamed: bool = False,
) -> Polished:
    """The story with the words that a model found for it, wherever they are faithful. The chapters' paragraphs change;
    titles, headings, tables, the cast and the epigraph do not.

    world: what the story knows (`world_of`). run: under whose name questions are recorded and paid; empty: nobody's.
    watch: told how far it has come. streamed: whether it is told the draft, too, as it is written.
    What `ask` raises is passed on, once every other question was left; a reply that cannot be used is no error.
    """
    questions = questions_of(story)
    table = _Table(questions, watch, streamed=streamed)
    answers = await _answered(questions, ask, table, run=run)
    judged = _judged(story, questions, answers, world)
    return Polished(
        story=_rewritten(story, {(each.place.chapter, each.place.block): each.text for each in judged if each.text}),
        polished=sum(bool(each.text) for each in judged),
        kept=sum(not (each.text or each.refused or each.unanswered) for each in judged),
        refusals=_refusals(story, judged),
        unanswered=sum(bool(each.unanswered) for each in judged),
        failures=tuple(dict.fromkeys(each.unanswered for each in judged if each.unanswered)),
    )


class _Table:
    """Where all see how far the questions have come."""

    def __init__(
        self, questions: Sequence[Question], watch: Callable[[Progress], None] | None, *, streamed: bool
    ) -> None:
        self._open = {question.number: Draft(self._look) for question in questions}
        self._asked = len(questions)
        self._watch = watch
        self._streamed = streamed and watch is not None

    def listener(self, question: Question) -> Listener | None:
        return self._open[question.number] if self._streamed else None

    def close(self, question: Question) -> None:
        del self._open[question.number]
        self._look()

    def _look(self) -> None:
        if self._watch is not None:
            first = next(iter(self._open.values()), None)
            draft = first.told if first is not None else ""
            self._watch(Progress(asked=self._asked, answered=self._asked - len(self._open), draft=draft))


async def _answered(questions: Sequence[Question], ask: Ask, table: _Table, *, run: str) -> list[Answer]:
    """The answers, in the order of the questions."""
    room = asyncio.Semaphore(AT_ONCE)

    async def answer(question: Question) -> Answer:
        async with room:
            reply = await ask(request_of(question, run=run), table.listener(question))
        table.close(question)
        return answer_in(reply, question)

    tasks = [asyncio.create_task(answer(question)) for question in questions]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _judged(story: Story, questions: Sequence[Question], answers: Sequence[Answer], world: World) -> list[_Judged]:
    """Every paragraph, in reading order: what stands twice is refused where it comes second."""
    found = {
        (place.chapter, place.block): (answer, number)
        for question, answer in zip(questions, answers, strict=True)
        for number, place in enumerate(question.places)
    }
    places = list(places_of(story))
    told = Told(place.text for place in places)
    judged = []
    for place in places:
        answer, number = found.get((place.chapter, place.block), (None, 0))
        judged.append(_Judged(place) if answer is None else _judge(place, answer, number, told, world))
    return judged


def _judge(place: Place, answer: Answer, number: int, told: Told, world: World) -> _Judged:
    if not answer.answered:
        return _Judged(place, unanswered=answer.why)
    if not answer.texts:
        return _Judged(place, refused=answer.why)
    new = " ".join(answer.texts[number].split())
    if new == place.text:
        return _Judged(place)
    why = fault(place.text, new, world) or told.fault(place.text, new)
    if why:
        return _Judged(place, refused=why)
    told.take(place.text, new)
    return _Judged(place, text=new)


def _refusals(story: Story, judged: Sequence[_Judged]) -> tuple[Refusal, ...]:
    counts: dict[int, int] = {}
    refusals = []
    for each in judged:
        counts[each.place.chapter] = counts.get(each.place.chapter, 0) + 1
        if each.refused:
            title = visible(story.chapters[each.place.chapter].title)
            refusals.append(Refusal(chapter=title, paragraph=counts[each.place.chapter], why=each.refused))
    return tuple(refusals)


def _rewritten(story: Story, texts: Mapping[Where, str]) -> Story:
    chapters = (_chapter(chapter, number, texts) for number, chapter in enumerate(story.chapters))
    return replace(story, chapters=tuple(chapters))


def _chapter(chapter: Chapter, number: int, texts: Mapping[Where, str]) -> Chapter:
    blocks = (
        _paragraph(block, texts[number, at]) if isinstance(block, Paragraph) and (number, at) in texts else block
        for at, block in enumerate(chapter.blocks)
    )
    return replace(chapter, blocks=tuple(blocks))


def _paragraph(paragraph: Paragraph, text: str) -> Paragraph:
    """The paragraph in new words. Which of its events a new sentence tells nobody knows: each rests on all of them."""
    events = tuple(sorted({event for sentence in paragraph.sentences for event in sentence.events}))
    return replace(paragraph, sentences=tuple(Sentence(text=part, events=events) for part in sentences_in(text)))
