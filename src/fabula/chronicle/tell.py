"""Telling: an account becomes a story in one of the styles."""

from collections.abc import Iterator

from fabula.chronicle.account import Account, Person
from fabula.chronicle.endings import decided, fates, left_open, outcome, question
from fabula.chronicle.grammar import Fact
from fabula.chronicle.landscape import clocks_started
from fabula.chronicle.names import capitalised, counted
from fabula.chronicle.segments import divide
from fabula.chronicle.staging import prologue
from fabula.chronicle.story import Block, Break, Chapter, Entry, Heading, Listing, Sentence, Story
from fabula.chronicle.telling import Passage, Telling
from fabula.chronicle.terms import Facts, named
from fabula.chronicle.voices import Voice, voice_of
from fabula.chronicle.wording import clause, epithet
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
        subtitle=account.question,
        style=style,
        epigraph=epigraph,
        cast_heading=voice.headings[0],
        cast=cast,
        chapters=(*_opening_alone(telling), *chapters, *_back(telling, voice)),
        colophon=f"Told from {counted(len(account.events), 'event')} in {counted(len(account.turns), 'turn')}.",
    )


def _epigraph(telling: Telling) -> tuple[Sentence, ...]:
    passage = Passage(telling)
    account = telling.account
    stages = [beat for beat in account.beats if beat.place]
    beat = telling.stream.choice(stages) if stages else None
    passage.say(["epigraph"], {"place": named(account, beat.place, beat.head)} if beat else {})
    paragraph = passage.done()
    return paragraph.sentences if paragraph else ()


def _cast(telling: Telling) -> Listing:
    entries = [_entry(telling, person) for person in telling.account.people.values()]
    return Listing(entries=tuple(entry for entry in entries if entry is not None))


def _entry(telling: Telling, person: Person) -> Entry | None:
    passage = Passage(telling)
    passage.say(["cast.entry", "cast.entry.there", "cast.entry.bare"], _person_facts(telling, person))
    _aims(telling, passage, person)
    paragraph = passage.done()
    sentences = paragraph.sentences if paragraph else ()
    return Entry(term=capitalised(telling.account.names.full(person.name)), sentences=sentences)


def _aims(telling: Telling, passage: Passage, person: Person) -> None:
    """Say what somebody wants, in the same breath as who that is."""
    aims = telling.account.aims.get(person.name, [])
    if not aims:
        return
    words = [Fact(clause(aim.value.aim, telling.account.names), (aim.event,)) for aim in aims]
    facts: Facts = {"A": person.name, "aim": words[0]}
    if len(words) > 1:
        facts["also"] = words[1]
    if not passage.go_on("cast.aim", facts):
        passage.say(["cast.aim.alone"], facts)


def _person_facts(telling: Telling, person: Person) -> Facts:
    account, at = telling.account, (person.joined,)
    joined = account.places.before(person.name, person.joined + 1)
    facts: Facts = {}
    if person.role:
        facts["role"] = Fact(epithet(person.role, account.names), at)
    if person.faction:
        facts["faction"] = Fact(account.names.full(person.faction), at)
    if person.origin:
        facts["origin"] = Fact(epithet(person.origin, account.names), at)
    if joined is not None and joined.value and joined.value not in person.role:
        facts["place"] = Fact(account.names.full(joined.value), at)
    traits = [epithet(trait, account.names) for trait in telling.stream.shuffled(person.traits)[:2]]
    if traits:
        facts |= {"traits": Fact(" and ".join(traits), at), "trait": Fact(traits[0], at)}
    return facts


def _chapters(telling: Telling, voice: Voice) -> Iterator[Chapter]:
    stakes = list(_part(None, _stakes(telling)))
    for number, segment in enumerate(divide(telling.account, telling.weights), start=1):
        telling.begin_chapter()
        title = voice.title(telling, segment)
        turns = (segment.turns[0].number, segment.turns[-1].number)
        blocks = list(voice.chapter(telling, segment))
        if number == 1:
            blocks[1:1] = stakes
        yield Chapter(title=title, blocks=tuple(blocks), number=number, ordinal=f"{number}.", turns=turns)


def _stakes(telling: Telling) -> Passage:
    """What is running, before anything moves it."""
    passage = Passage(telling)
    for rule, facts in telling.stream.shuffled(list(clocks_started(telling.account))):
        passage.say([rule], facts, _rests_on(facts))
    return passage


def _opening_alone(telling: Telling) -> Iterator[Chapter]:
    """The words a campaign opened with, where nothing came of it."""
    passage = Passage(telling)
    passage.say_together(prologue(telling.account))
    paragraph = passage.done()
    if paragraph is not None and not telling.account.turns:
        yield Chapter(title=telling.account.title, blocks=(paragraph,))


def _back(telling: Telling, voice: Voice) -> Iterator[Chapter]:
    telling.begin_chapter()
    _, fates_heading, open_heading = voice.headings
    parts = (
        _part(None, _outcome(telling)),
        _part(Heading(text=fates_heading), _fates(telling)),
        _part(Heading(text=open_heading), _questions(telling)),
        _part(Break(), _last_words(telling)),
    )
    yield Chapter(title="The End", blocks=tuple(block for part in parts for block in part))


def _part(before: Block | None, passage: Passage) -> Iterator[Block]:
    """A paragraph with what stands before it; nothing if it has no sentence."""
    paragraph = passage.done()
    if paragraph is not None:
        yield from (block for block in (before, paragraph) if block is not None)


def _outcome(telling: Telling) -> Passage:
    passage = Passage(telling)
    rule, facts = outcome(telling.account)
    for cause, acts in decided(telling.account):
        passage.say([cause], acts, _rests_on(acts))
    passage.say([rule], facts)
    return passage


def _rests_on(facts: Facts) -> list[int]:
    return [event for fact in facts.values() if isinstance(fact, Fact) for event in fact.events]


def _fates(telling: Telling) -> Passage:
    passage = Passage(telling)
    for rule, facts in fates(telling):
        passage.say([rule, "fate.bare"], facts)
    return passage


def _questions(telling: Telling) -> Passage:
    """What was left open, two questions to a sentence."""
    passage = Passage(telling)
    asked = list(left_open(telling.account))
    for first in range(0, len(asked), 2):
        passage.say_together(asked[first : first + 2])
    return passage


def _last_words(telling: Telling) -> Passage:
    """The last sentence, at the place where it began."""
    passage, account = Passage(telling), telling.account
    first = next((beat for beat in account.beats if beat.place), None)
    if first is not None:
        passage.say(["end.last"], {**question(account), "place": named(account, first.place, first.head)})
    return passage
