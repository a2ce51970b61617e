"""Naming: who and what a text speaks of, and in which order."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from fabula.chronicle.account import Account
from fabula.chronicle.polish.claims import words_in
from fabula.chronicle.story import Story
from fabula.environments.campaign.events import Complicated

_CAPITALISED = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE_STARTS = re.compile(r"(?:^|[.!?…:“‘\"(–—])[\s“‘\"'(]*$")
_SMALL = re.compile(r"(?<![\w'’-])[a-z][a-z'’]*")
_ENDINGS = ("ing", "ed", "ly", "es", "s", "d", "er", "est")
_STEM_MIN = 3
_BEFORE = 12
_ALWAYS = frozenset({"I", "I'm", "I'll", "I've", "I'd"})
_NEVER = re.compile(r"(?!)")


class World:
    """All that a story knows by name, and the ordinary words it is told in."""

    def __init__(self, things: Iterable[Sequence[str]], text: str = "") -> None:
        """things: for each person, place or thing the forms of its name, such as (`Ottoline Brask`, `Ottoline`).
        text: the story's own, whose small words are ordinary.
        """
        self._things: dict[str, int] = {}
        self._words: list[frozenset[str]] = []
        """Thing -> all words of its names."""
        for number, forms in enumerate(things):
            shown = [form.removeprefix("the ").strip() for form in forms]
            for form in filter(None, shown):
                self._things.setdefault(form, number)
            self._words.append(frozenset(_bare(word) for form in shown for word in _CAPITALISED.findall(form)))
        self._pattern = _any_of(self._things)
        self._folded = {form.casefold(): number for form, number in reversed(self._things.items())}
        self._ordinary = frozenset(_SMALL.findall(text))

    def named(self, text: str) -> list[int]:
        """The things that a text names, in the order it does."""
        return [self._folded[found[0].casefold()] for found in self._pattern.finditer(text)]

    def words_of(self, things: Iterable[int]) -> frozenset[str]:
        """The words of all names of these things."""
        return frozenset(word for thing in things for word in self._words[thing])

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is no name, as far as the story and the stock of phrases know words."""
        small = word.casefold()
        stems = {small, *(small.removesuffix(ending) for ending in _ENDINGS)}
        stems |= {f"{stem}e" for stem in stems}
        return any(len(stem) >= _STEM_MIN or stem == small for stem in stems & (self._ordinary | _stock()))


def world_of(story: Story, account: Account) -> World:
    """What a story and the account it is told from know."""
    things = [
        *account.people,
        *account.all_places,
        *account.factions,
        *account.threats,
        *account.clocks,
        *account.started,
        *account.holders,
        *(secret for _, secret in account.beliefs),
        *(event.complication for event in account.events if isinstance(event, Complicated)),
    ]
    names = account.names
    forms = ((names.full(thing), names.short(thing)) for thing in dict.fromkeys(things))
    return World(forms, " ".join(sentence.text for sentence in story.sentences()))


def names(original: str, new: str, world: World) -> str:
    """The same names in the same order, and no other word that may be a name. Names may be left away where others stand
    between, as pronouns are enough there, but none altogether.
    """
    was, is_now = world.named(original), world.named(new)
    if set(is_now) - set(was):
        return "it names somebody or something new"
    if set(was) - set(is_now):
        return "it leaves out a name"
    if list(dict.fromkeys(was)) != list(dict.fromkeys(is_now)) or not _within(_runs(is_now), _runs(was)):
        return "its names are in another order"
    return _strange_capitals(original, new, world, was)


def _strange_capitals(original: str, new: str, world: World, things: Iterable[int]) -> str:
    known = {_bare(word) for word in _CAPITALISED.findall(original) if word[0].isupper()} | world.words_of(things)
    for found in _CAPITALISED.finditer(new):
        word = _bare(found[0])
        if not word[0].isupper() or word in known or word in _ALWAYS:
            continue
        begins = _SENTENCE_STARTS.search(new[max(0, found.start() - _BEFORE) : found.start()]) is not None
        small = word.casefold() in map(str.casefold, words_in(original))
        if not (begins and word[1:] == word[1:].casefold() and (small or world.is_ordinary(word))):
            return "it holds what may be a new name"
    return ""


def _runs(things: Sequence[int]) -> list[int]:
    """The things without repetitions that follow one another."""
    return [thing for thing, _ in groupby(things)]


def _within(some: Sequence[int], all_: Sequence[int]) -> bool:
    """Whether `some` is left of `all_` where items are taken out."""
    rest = iter(all_)
    return all(thing in rest for thing in some)


def _bare(word: str) -> str:
    """A word without what grammar adds to it."""
    return word.replace("’", "'").removesuffix("'s").rstrip("'-")


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the names, the longest first; those with a capital only where they have it."""
    longest = sorted(forms, key=lambda form: (-len(form), form))
    written = (re.escape(form) if form[:1].isupper() else f"(?i:{re.escape(form)})" for form in longest)
    body = "|".join(written)
    return re.compile(rf"(?<!\w)(?:{body})(?!\w)") if body else _NEVER


@cache
def _stock() -> frozenset[str]:
    """The small words of the templates and phrases that all stories are told in."""
    room = files("fabula.chronicle")
    shelves = (("voices", ".txt"), ("lexicon", ".yaml"))
    texts = (
        file.read_text(encoding="utf-8")
        for shelf, suffix in shelves
        for file in room.joinpath(shelf).iterdir()
        if file.name.endswith(suffix)
    )
    return frozenset(word for text in texts for word in _SMALL.findall(text))
