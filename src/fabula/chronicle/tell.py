"""Telling: an account becomes a story in one of the styles."""

from collections.abc import Iterator

from fabula.chronicle.account import Account, Person
from fabula.chronicle.endings import fates, left_open, outcome, question
from fabula.chronicle.facts import Facts
from fabula.chronicle.grammar import Fact
from fabula.chronicle.names import capitalised
from fabula.chronicle.segments import divide
from fabula.chronicle.story import Block, Chapter, Entry, Heading, Listing, Sentence, Story
from fabula.chronicle.telling import Passage, Telling
from fabula.chronicle.voices import Voice, voice_of
from fabula.chronicle.wording import noun
from fabula.environments.campaign.setting import Style


def tell(account: Account, *, style: Style) -> Story:
    """The run as a story. Equal events give the same story, wherever they were read from."""
    voice = voice_of(style)
    telling = Telling(account, style, voice.words, voice.taste)
    epigraph = _epigraph(telling)
    cast = _cast(telling)
    chapters = list(_chapters(telling, voice))
    return Story(
        title=account.title,
        subtitle="",
        style=style,
        epigraph=epigraph,
        cast=cast,
        chapters=(*chapters, *_back(telling, voice)),
        turns=len(account.turns),
        events=len(account.events),
    )


def _epigraph(telling: Telling) -> tuple[Sentence, ...]:
    passage = Passage(telling)
    passage.say(["epigraph"], question(telling.account))
    paragraph = passage.done()
    return paragraph.sentences if paragraph else ()


def _cast(telling: Telling) -> Listing:
    entries = [_entry(telling, person) for person in telling.account.people.values()]
    return Listing(entries=tuple(entry for entry in entries if entry is not None))


def _entry(telling: Telling, person: Person) -> Entry | None:
    passage = Passage(telling)
    passage.say(["cast.entry", "cast.entry.bare"], _person_facts(telling, person))
    paragraph = passage.done()
    sentences = paragraph.sentences if paragraph else ()
    return Entry(term=capitalised(telling.account.names.full(person.name)), sentences=sentences)


def _person_facts(telling: Telling, person: Person) -> Facts:
    account, at = telling.account, (person.joined,)
    joined = account.places.before(person.name, person.joined + 1)
    facts: Facts = {}
    if person.role:
        facts["role"] = Fact(noun(person.role, account.names), at)
    if person.faction:
        facts["faction"] = Fact(account.names.full(person.faction), at)
    if person.origin:
        facts["origin"] = Fact(noun(person.origin, account.names), at)
    if joined is not None and joined.value:
        facts["place"] = Fact(account.names.full(joined.value), at)
    traits = [noun(trait, account.names) for trait in telling.stream.shuffled(person.traits)[:2]]
    if traits:
        facts |= {"traits": Fact(" and ".join(traits), at), "trait": Fact(traits[0], at)}
    return facts


def _chapters(telling: Telling, voice: Voice) -> Iterator[Chapter]:
    for number, segment in enumerate(divide(telling.account, telling.weights), start=1):
        telling.begin_chapter()
        title = voice.title(telling, segment)
        turns = (segment.turns[0].number, segment.turns[-1].number)
        yield Chapter(title=title, blocks=tuple(voice.chapter(telling, segment)), number=number, turns=turns)


def _back(telling: Telling, voice: Voice) -> Iterator[Chapter]:
    telling.begin_chapter()
    passage = Passage(telling)
    rule, facts = outcome(telling.account)
    passage.say([rule], facts)
    blocks: list[Block | None] = [passage.done()]
    ends = Passage(telling)
    for _, (fate, found) in fates(telling):
        ends.say([fate, "fate.bare"], found)
    blocks += [Heading(text=voice.headings[1]), ends.done()]
    questions = Passage(telling)
    for rule, found in left_open(telling.account):
        questions.say([rule], found)
    blocks += [Heading(text=voice.headings[2]), questions.done()]
    yield Chapter(title="The End", blocks=tuple(block for block in blocks if block is not None))
