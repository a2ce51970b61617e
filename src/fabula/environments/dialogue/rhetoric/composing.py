"""Composing a turn: sentences by rule, none of them said before, each joined to what leads into it."""

import re
from collections.abc import Mapping

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.english import contracted, dressed, folded, lower_first, sentences, words_in
from fabula.environments.dialogue.rhetoric.filling import slots_of
from fabula.environments.dialogue.rhetoric.grammar import Grammar
from fabula.environments.dialogue.rhetoric.grounds import Ground
from fabula.environments.dialogue.rhetoric.marks import BOOKS
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reading import runs_of
from fabula.environments.dialogue.rhetoric.referring import Reference
from fabula.environments.dialogue.rhetoric.sides import STATING
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

TOO_LONG = 3
"""What a sentence too many counts, in runs of words that were heard before."""
OPENED: Mapping[str, float] = {"no": 0.55, "yes": 0.5, "hm": 0.3, "ask": 0.35, "answer": 0.25}
"""How often something is led into, by what it is; mostly people just say it."""
SHORT_QUESTION_WORDS = 0
_TO_SOMEBODY = re.compile(r"\b(?:you|your|yours)\b", re.IGNORECASE)
ANSWERS_NOBODY = 20
"""What it counts, in the same, to speak to somebody who has said nothing yet."""
_QUOTED = re.compile(r"“[^”]*”")
TURN_SENTENCES_MAX = 4
VOCATIVE = 0.2
"""How often somebody is called by name where there is nobody else."""


class Turn:
    """A turn in the making."""

    def __init__(self, matter: Matter, stream: Stream, to: str = "") -> None:
        """to: whom it is said to; several may hear it."""
        self.matter = matter
        self.stream = stream
        self.to = to
        self.parts: list[str] = []
        self.did: list[str] = []
        """Why, in a few words each."""
        self.room = TURN_SENTENCES_MAX
        """Sentences that it means to say."""
        self._topic_slots = slots_of(matter)
        self._reference = Reference(matter, stream)
        self._new: set[str] = set()
        self._argued: set[str] = set()
        self._about = frozenset(
            word
            for name in ("doing", "leaving", "mine", "theirs", "view", "nay", "thing")
            for word in words_in(self._topic_slots[name])
        )
        voice = matter.voice.name
        voices = {
            rule.removeprefix(f"{voice}."): ways
            for rule, ways in words_of("voices").items()
            if rule.startswith(f"{voice}.")
        }
        self._voice = Grammar(voices, stream)
        self._books = {
            book: Grammar({**voices, **words_of(book)} if book != "voices" else voices, stream) for book in BOOKS
        }
        self._named = False

    def argue(self, ground: Ground, part: str, *, lead: str = "", why: str = "", variant: int | None = None) -> bool:
        """Say something on a ground, in the words of this topic; variant: by which of the templates, of an answer."""
        rule = self.matter.rule(ground, part)
        if rule in self._argued:
            return False  # Twice in one turn is the same argument again.
        said = self.say(self.matter.book, rule, lead=lead, why=why or f"{part} on {ground}", variant=variant)
        self._argued |= {rule} if said else set()
        return said

    def say(
        self,
        book: str,
        rule: str,
        slots: Mapping[str, str] | None = None,
        *,
        lead: str = "",
        why: str = "",
        variant: int | None = None,
    ) -> bool:
        """Say something by a rule that was not said before in these words; False if there is nothing."""
        best: tuple[int, str] | None = None
        filled = self.slots(slots, states=rule.startswith(STATING))
        for text in self._books[book].ways(rule, filled, variant=variant):
            worn = self._worn(text) + TOO_LONG * self._too_many(self.joined(lead, text))
            if not self.matter.others and _TO_SOMEBODY.search(text):
                worn += ANSWERS_NOBODY
            if (best is None or worn < best[0]) and self._is_new(self.joined(lead, text)):
                best = (worn, text)
            if best is not None and best[0] == 0:
                break
        if best is not None and self._is_echo(best[1], rule):
            best = None
        if best is not None and self._take(self.joined(lead, best[1]), why or rule):
            return True
        return bool(lead) and self.say(book, rule, slots, why=why, variant=variant)

    def _is_echo(self, text: str, rule: str) -> bool:
        """Whether most of it was heard before; what one holds, and a farewell, is said all the same."""
        runs = len([run for part in _QUOTED.split(text) for run in runs_of(part)])
        must = rule.startswith(STATING) or rule.endswith((".part", ".bye", ".answer"))
        return not must and 2 * self._worn(text) > runs > 0

    def is_worn(self, text: str) -> bool:
        """Whether a run of its words was heard before."""
        return self._worn(text) > 0

    def _too_many(self, text: str) -> int:
        """Sentences by which a text is longer than there is room for."""
        return max(0, len(sentences(self._dressed(text))) - max(1, self.room - self.length))

    def _worn(self, text: str) -> int:
        """How many runs of its words were heard before, but for those of the topic and what is quoted."""
        about = self._about
        runs = [run for part in _QUOTED.split(text) for run in runs_of(part)]
        return sum(run in self.matter.runs and len(about.intersection(run)) < 3 for run in runs)

    def _dressed(self, text: str) -> str:
        return dressed(contracted(text) if self.matter.voice.contracts else text)

    def _is_new(self, text: str) -> bool:
        new = {folded(sentence) for sentence in sentences(self._dressed(text))}
        return bool(new) and not new & self._new and not new & self.matter.said

    def _take(self, text: str, why: str) -> bool:
        text = self._dressed(text)
        if not self._is_new(text):
            return False
        self._new |= {folded(sentence) for sentence in sentences(text)}
        self.parts.append(text)
        self.did.append(why)
        called = self.matter.short_names.get(self.to, "")
        self._named = self._named or bool(called and called in text)
        return True

    def say_given(self, text: str, *, lead: str = "", why: str = "") -> bool:
        """Say something word for word."""
        return self._take(self.joined(lead, text), why) or self._take(text, why)

    def joined(self, lead: str, text: str) -> str:
        """A lead and what it leads to: `~` stands for the rest of the sentence."""
        if not lead or "~" not in lead:
            return f"{lead} {text}".strip()
        before = lead.split("~", 1)[0].rstrip()
        goes_on = bool(before) and before[-1] not in ".!?"
        text = text.removeprefix("and ") if goes_on and text.endswith("?") else text
        return f"{before} {lower_first(text, self.matter.proper) if goes_on else text}".strip()

    def lead(self, book: str, rule: str, slots: Mapping[str, str] | None = None) -> str:
        """What leads into a sentence, in words that were not heard before; empty if there is nothing."""
        return next((text for text in self._books[book].ways(rule, self.slots(slots)) if not self._worn(text)), "")

    def opener(self, rule: str) -> str:
        """How this voice leads into what it says; mostly not at all, and never as anybody here did before."""
        if not self.stream.chance(OPENED.get(rule, 1.0)):
            return ""
        ways = self._voice.ways(rule, self.slots(), 2)
        return next((text for text in ways if not self._opened_so(text)), "")

    def _opened_so(self, text: str) -> bool:
        words = " ".join(words_in(text)[:3])
        said = [*(each.line.text for each in self.matter.heard), *self.parts]
        return bool(words) and any(words in " ".join(words_in(each)) for each in said)

    def label(self, ground: Ground) -> str:
        """What a ground is called."""
        own = self._books[self.matter.book]
        book = own if own.knows(f"{ground}.label") else self._books["shared"]
        return book.one(f"{ground}.label", self._topic_slots)

    def concede(self, ground: Ground, *, lead: str = "") -> bool:
        """Give way on a ground."""
        own = self._books[self.matter.book]
        book = self.matter.book if own.knows(f"{ground}.concede") else "shared"
        return self.say(book, f"{ground}.concede", lead=lead, why=f"gives way on {ground}")

    def words(self, book: str, rule: str, slots: Mapping[str, str] | None = None) -> str:
        """Words by a rule, to become part of a sentence."""
        return self._books[book].one(rule, self.slots(slots))

    def fresh_words(self, book: str, rule: str) -> str:
        """Words by a rule that nobody has said here; empty if all were."""
        said = " ".join(folded(each.line.text) for each in self.matter.heard) + folded(self.text)
        return next((text for text in self._books[book].ways(rule, self.slots(), 2) if folded(text) not in said), "")

    def slots(self, more: Mapping[str, str] | None = None, *, states: bool = False) -> dict[str, str]:
        """What templates are filled with. states: it says what is thought, and not only argues."""
        called = self.matter.short_names.get(self.to, "")
        # A name more than once in a turn, or in every turn, is an ornament that grates.
        name = (
            called
            if called and not self._named and self.stream.chance(VOCATIVE if len(self.matter.names) == 1 else 0.8)
            else ""
        )
        return {**self._reference.slots(self.text, states=states), "other": name, **(more or {})}

    def points_left(self) -> list[str]:
        """What the speaker was given to say and has not said, in this turn either."""
        said = " ".join(words_in(self.text))
        return [point for point in self.matter.unsaid_points if " ".join(words_in(point)) not in said]

    @property
    def length(self) -> int:
        """Sentences so far."""
        return len(sentences(self.text))

    @property
    def has_room(self) -> bool:
        """Whether another sentence is wanted."""
        return self.length < self.room

    @property
    def asks(self) -> bool:
        """Whether it ends with a question so far."""
        return self.text.endswith("?")

    @property
    def text(self) -> str:
        """What is said."""
        return " ".join(self.parts)

    @property
    def reason(self) -> str:
        """Why it is said so."""
        return "; ".join(self.did)
