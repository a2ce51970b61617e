"""Activation: which entries of a book go into a prompt, given what was said last.

Nothing here runs for ever, whatever a book says: the work of searching, the rounds of recursion and the time of
patterns are bounded. Loads the `regex` library, so it is imported by those who use it, not by the room.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from fabula.agents.cards.notices import CardNotices, CardWarning
from fabula.agents.lore.book import Book, Entry, Logic
from fabula.agents.lore.decorators import Decorated, Position, Role, decorated
from fabula.agents.lore.macros import Names, expand, names_in
from fabula.agents.lore.patterns import Patterns, is_pattern
from fabula.engine.chance import Stream

SCAN_DEPTH = 4
"""Messages that are searched where a book does not say."""
SCAN_DEPTH_MAX = 100
MESSAGE_CHARACTERS_MAX = 10_000
"""The last ones of each message are searched."""
ROUNDS_MAX = 10
"""Of recursion."""
WORK_CHARACTERS_MAX = 400_000_000
"""Characters that are searched for plain keys in one activation, each counted once for every key."""
KEY_CHARACTERS_MIN = 2_000
"""What one key counts at least."""
HITS_MAX = 1_000
"""Places where a key that has to be a whole word is looked at; further ones do not count."""
INSERTED_CHARACTERS_MAX = 200_000
"""Of all entries together, whatever the book's own budget."""
CHARACTERS_PER_TOKEN = 4


class Inserted(Struct, frozen=True, kw_only=True):
    """An entry that goes into the prompt."""

    number: int
    name: str
    text: str
    """Without decorators, macros put in. Untrusted."""
    position: Position
    depth: int
    """For Position.AT_DEPTH: messages from the end."""
    role: Role


class Past(Struct, frozen=True, kw_only=True):
    """What a book has to know of the story so far."""

    count: int = 0
    """Messages there have been in all."""
    greeting: int = 0
    """Which of the card's greetings began it, from 0."""
    came_up: dict[str, int] = {}
    """Number of an entry -> the count of messages when it last came up."""


class Activated(Struct, frozen=True, kw_only=True):
    """What came up."""

    entries: tuple[Inserted, ...]
    """In the order of the prompt."""
    past: Past
    """To be given back, with the new count, the next time."""
    warnings: tuple[CardWarning, ...] = ()


def about_tokens(text: str) -> int:
    """About how many tokens a text is."""
    return -(-len(text.encode("utf-8", "replace")) // CHARACTERS_PER_TOKEN)


def activate(
    book: Book,
    texts: Sequence[str],
    *,
    names: Names,
    stream: Stream,
    past: Past | None = None,
    seed: int = 0,
    tokens: Callable[[str], int] = about_tokens,
) -> Activated:
    """Which entries of `book` go into the prompt after these messages.

    texts: the messages, the latest last. stream: what probabilities and macros are drawn from. past: None where `texts`
    are all there has been. seed: the run's, for `{{pick}}`. tokens: counts a text's tokens.
    """
    past = past or Past(count=len(texts))
    search = _Search(book, texts, names, stream, past)
    search.run()
    written = _written(search, names, stream, seed)
    kept = _within_budget(written, book.token_budget, tokens, search.notices)
    for pattern, why in search.patterns.faults.items():
        search.notices.add(f"key {pattern[:60]!r}", f"it never matches: {why}")
    return Activated(
        entries=tuple(_inserted(found, text) for found, text in kept),
        past=replace(past, came_up=search.came_up),
        warnings=search.notices.warnings(),
    )


class _Candidate(Struct, frozen=True):
    entry: Entry
    asked: Decorated


class _Search:
    """One activation on its way."""

    def __init__(self, book: Book, texts: Sequence[str], names: Names, stream: Stream, past: Past) -> None:
        self.active: dict[int, _Candidate] = {}
        self.patterns = Patterns()
        self.notices = CardNotices()
        # What came up later than now came up in a past that has been taken back.
        self.came_up = {number: at for number, at in past.came_up.items() if at <= past.count}
        self._book = book
        self._messages = [text[-MESSAGE_CHARACTERS_MAX:] for text in texts[-SCAN_DEPTH_MAX:]]
        self._stream = stream
        self._names = names
        self._count = past.count
        self._greeting = past.greeting
        self._work = WORK_CHARACTERS_MAX
        self._scanned: dict[int, _Scanned] = {}
        self._unlucky: set[int] = set()

    def run(self) -> None:
        """Find all that comes up: by the messages, then by the texts of what came up, round by round."""
        waiting = [
            _Candidate(entry, asked)
            for entry in self._book.entries
            if entry.enabled and self._may(entry, asked := decorated(entry.content))
        ]
        found = [one for one in waiting if not one.entry.only_recursed and self._comes_up(one, None)]
        self._add(found)
        for _ in range(ROUNDS_MAX if self._book.recursive else 0):
            told = [one.asked.text for one in found if not one.entry.never_recurses]
            if not told:
                break
            text = _Scanned("\n".join(told))
            waiting = [one for one in waiting if one.entry.number not in self.active and not one.entry.never_recursed]
            found = [one for one in waiting if self._matches(one, text) and self._lucky(one.entry)]
            self._add(found)

    def _add(self, found: Sequence[_Candidate]) -> None:
        for one in found:
            self.active[one.entry.number] = one
            if not self._stays(one):
                self.came_up[str(one.entry.number)] = self._count

    # When it may.

    def _may(self, entry: Entry, asked: Decorated) -> bool:
        """Whether an entry can come up at this point of the story at all."""
        if asked.dont_activate or self._count < max(entry.delay, asked.only_after):
            return False
        if asked.is_greeting is not None and asked.is_greeting != self._greeting:
            return False
        if asked.only_every and self._count % asked.only_every:
            return False
        at = self.came_up.get(str(entry.number))
        if at is None or at == self._count:
            return True
        if asked.dont_after_match:
            return False
        sticky_until = at + entry.sticky
        return asked.keep_after_match or not sticky_until < self._count <= sticky_until + entry.cooldown

    def _stays(self, one: _Candidate) -> bool:
        """Whether an entry is there because it came up before."""
        at = self.came_up.get(str(one.entry.number))
        if at is None or at == self._count:
            return False
        return one.asked.keep_after_match or self._count <= at + one.entry.sticky

    def _comes_up(self, one: _Candidate, text: "_Scanned | None") -> bool:
        if self._stays(one):
            return True
        is_constant = one.entry.constant and not one.entry.use_regex
        return (is_constant or one.asked.activate or self._matches(one, text)) and self._lucky(one.entry)

    def _lucky(self, entry: Entry) -> bool:
        """One draw for each entry that would come up; the one it was drawn against does not try again."""
        if entry.probability >= 100:
            return True
        if entry.number in self._unlucky:
            return False
        lucky = self._stream.integer(1, 100) <= entry.probability
        if not lucky:
            self._unlucky.add(entry.number)
        return lucky

    # What is found.

    def _matches(self, one: _Candidate, text: "_Scanned | None") -> bool:
        entry, asked = one.entry, one.asked
        if self._work < 0:
            return False
        text = text or self._last(asked.scan_depth if asked.scan_depth is not None else entry.scan_depth)
        if not any(self._found(key, entry, text) for key in (*entry.keys, *asked.additional_keys)):
            return False
        if any(self._found(key, entry, text) for key in asked.exclude_keys):
            return False
        return entry.use_regex or not entry.secondary_keys or self._agrees(entry, text)

    def _agrees(self, entry: Entry, text: "_Scanned") -> bool:
        found = (self._found(key, entry, text) for key in entry.secondary_keys)
        match entry.logic:
            case Logic.AND_ANY:
                return any(found)
            case Logic.AND_ALL:
                return all(found)
            case Logic.NOT_ANY:
                return not any(found)
            case Logic.NOT_ALL:
                return not all(found)

    def _found(self, key: str, entry: Entry, text: "_Scanned") -> bool:
        if is_pattern(key, entry):
            return self.patterns.found(key, text.whole)
        self._work -= max(len(text.whole), KEY_CHARACTERS_MIN)
        if self._work < 0:
            self.notices.add("entries", "the book has more keys than can be looked for; the last ones are left out")
            return False
        if "{{" in key or "<" in key:
            key = names_in(key, self._names)
        cased = entry.case_sensitive is True
        return _stands(key.strip() if cased else key.strip().casefold(), text, cased=cased, whole=entry.whole_words)

    def _last(self, depth: int | None) -> "_Scanned":
        """The last messages as one text."""
        wanted = next((number for number in (depth, self._book.scan_depth) if number is not None), SCAN_DEPTH)
        depth = min(max(wanted, 0), SCAN_DEPTH_MAX)
        if depth not in self._scanned:
            self._scanned[depth] = _Scanned("\n".join(self._messages[-depth:] if depth else []))
        return self._scanned[depth]


class _Scanned:
    """A text that is searched."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.folded = whole.casefold()


def _stands(key: str, text: _Scanned, *, cased: bool, whole: bool | None) -> bool:
    place = text.whole if cased else text.folded
    if not key:
        return False
    # Several words are their own boundary, as in the program this comes from.
    if not whole or " " in key:
        return key in place
    at = -1
    for _ in range(HITS_MAX):
        at = place.find(key, at + 1)
        if at < 0:
            return False
        end = at + len(key)
        if not (place[max(at - 1, 0) : at].isalnum() or place[end : end + 1].isalnum()):
            return True
    return False


def _written(search: _Search, names: Names, stream: Stream, seed: int) -> list[tuple[_Candidate, str]]:
    """What came up, in the order of the prompt, each with its text; at most INSERTED_CHARACTERS_MAX in all."""
    texts: dict[int, str] = {}
    left = INSERTED_CHARACTERS_MAX
    for found in sorted(search.active.values(), key=_worth, reverse=True):
        text = expand(found.asked.text, names=names, stream=stream, seed=seed).strip()
        left -= len(text)
        if left < 0:
            search.notices.add("entries", f"those beyond {INSERTED_CHARACTERS_MAX:,} characters are left out")
            break
        texts[found.entry.number] = text
    chosen = sorted(search.active.values(), key=lambda found: (found.entry.order, found.entry.number))
    return [(found, kept) for found in chosen if (kept := texts.get(found.entry.number))]


def _within_budget(
    found: list[tuple[_Candidate, str]],
    budget: int | None,
    tokens: Callable[[str], int],
    notices: CardNotices,
) -> list[tuple[_Candidate, str]]:
    """What fits; the lowest priority goes first, and among equals what stands earlier."""
    if budget is None:
        return found
    sizes = {one.entry.number: tokens(text) for one, text in found if not one.entry.outside_budget}
    too_large = {number for number, size in sizes.items() if size > budget}
    left, dropped = sum(size for number, size in sizes.items() if number not in too_large), set(too_large)
    for one, _ in sorted(found, key=lambda pair: _worth(pair[0])):
        number = one.entry.number
        if left > budget and number in sizes and number not in too_large:
            left -= sizes[number]
            dropped.add(number)
    if dropped:
        notices.add("token_budget", f"{len(dropped)} of {len(found)} entries do not fit into {budget:,} tokens")
    return [pair for pair in found if pair[0].entry.number not in dropped]


def _worth(found: _Candidate) -> tuple[int, int, int]:
    entry = found.entry
    return (entry.priority or 0, entry.order, entry.number)


def _inserted(found: _Candidate, text: str) -> Inserted:
    entry, asked = found.entry, found.asked
    return Inserted(
        number=entry.number,
        name=entry.name,
        text=text,
        position=asked.position or entry.position,
        depth=entry.depth if asked.depth is None else asked.depth,
        role=asked.role or entry.role,
    )
