"""Questions: which paragraphs of a story are asked for together, how, and what an answer says."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import msgspec

from fabula.agents.prompts.language import Section
from fabula.chronicle.letters import visible
from fabula.chronicle.story import Paragraph, Story
from fabula.environments.campaign.setting import Style
from fabula.llm.replies import read_reply
from fabula.llm.values import Asker, Message, Reply, Request, Role, Shape

AGENT = "chronicler"
"""Who asks, in records and bills."""
PARAGRAPHS_MAX = 6
"""In one question."""
CHARACTERS_MAX = 2400
"""Of the paragraphs of one question, unless one alone is longer."""
PARAGRAPH_CHARACTERS_MAX = 1800
"""A longer one is not asked for: a prompt would hold it cut."""
QUESTIONS_MAX = 500
"""Of one story; what comes after them stays as it is."""
PROMPT_CHARACTERS_MAX = 16_384
TOKENS_BESIDE = 1000
"""What an answer may have beyond its paragraphs: signs around them, and a model's reasoning."""
TOKENS_A_CHARACTER = 0.75
"""A generous count: English has four characters to a token, and a polished text may be longer than it was."""

SHAPE = Shape(
    name="polished",
    schema={
        "type": "object",
        "properties": {
            "paragraphs": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The polished paragraphs, as many as there were, in their order.",
            }
        },
        "required": ["paragraphs"],
        "additionalProperties": False,
    },
)

_STYLES: dict[Style, str] = {
    "grimdark_dramatic": "dark and solemn, with a dry wit: war as bookkeeping, images that are concrete and cold",
    "philosophical": "thoughtful: calm sentences that ask what the deeds mean",
    "plain": "plain: a quiet, exact narrator who lets the deeds speak",
    "tactical": "terse: a report of movements, contacts and results, without ornament",
}


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph and where it stands."""

    chapter: int
    block: int
    text: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Paragraphs of one chapter that are polished together."""

    number: int
    """Counted from 0 through the story."""
    style: Style
    places: tuple[Place, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a question."""

    texts: tuple[str, ...] = ()
    """As many as there were paragraphs, or none."""
    why: str = ""
    """Why there are none."""
    answered: bool = True
    """False: no model answered."""


def text_of(paragraph: Paragraph) -> str:
    """The words of a paragraph, its label left out."""
    return visible(" ".join(sentence.text for sentence in paragraph.sentences))


def places_of(story: Story) -> Iterator[Place]:
    """Every paragraph of the chapters, in reading order."""
    for chapter, part in enumerate(story.chapters):
        for block, paragraph in enumerate(part.blocks):
            if isinstance(paragraph, Paragraph):
                yield Place(chapter=chapter, block=block, text=text_of(paragraph))


def questions_of(story: Story) -> list[Question]:
    """What is asked about a story."""
    groups: list[list[Place]] = []
    for place in places_of(story):
        if not place.text or len(place.text) > PARAGRAPH_CHARACTERS_MAX:
            continue
        if not groups or not _joins(groups[-1], place):
            groups.append([])
        groups[-1].append(place)
    return [
        Question(number=number, style=story.style, places=tuple(group))
        for number, group in enumerate(groups[:QUESTIONS_MAX])
    ]


def request_of(question: Question, *, run: str) -> Request:
    """How a model is asked. run: the run's name; empty: outside any run."""
    texts = [place.text for place in question.places]
    prompt = _template().render(
        {"style": _STYLES[question.style], "paragraphs": texts}, characters_max=PROMPT_CHARACTERS_MAX
    )
    return Request(
        asker=Asker(run=run, agent=AGENT, step=question.number, role=Role.CHRONICLER),
        messages=(Message("user", prompt),),
        shape=SHAPE,
        tokens_max=TOKENS_BESIDE + int(sum(map(len, texts)) * TOKENS_A_CHARACTER),
    )


def answer_in(reply: Reply, question: Question) -> Answer:
    """What a reply says."""
    if not reply.model:
        return Answer(answered=False, why=reply.why or "no model was asked.")
    reading = read_reply(reply.text, reply.data, shape=SHAPE, finish=reply.finish)
    value = reading.value.get("paragraphs") if isinstance(reading.value, dict) else reading.value
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        return Answer(why="no list of paragraphs came")
    if len(value) != len(question.places):
        return Answer(why="another number of paragraphs came")
    return Answer(texts=tuple(value))


def _joins(group: Sequence[Place], place: Place) -> bool:
    return (
        group[0].chapter == place.chapter
        and len(group) < PARAGRAPHS_MAX
        and sum(len(other.text) for other in group) + len(place.text) <= CHARACTERS_MAX
    )


@cache
def _template() -> Section:
    source = files("fabula.chronicle").joinpath("prompts", "polish.j2").read_text(encoding="utf-8")
    return Section(source, names=("style", "paragraphs"))
