"""Composing a turn: sentences by rule, none of them said before, each joined to what leads into it."""

import re
from collections.abc import Mapping

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.english import contracted, dressed, folded, lower_first, sentences, words_in
from fabula.environments.dialogue.rhetoric.grammar import Grammar
from fabula.environments.dialogue.rhetoric.grounds import Ground
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reading import runs_of
from fabula.environments.dialogue.rhetoric.sides import STATING
from fabula.environments.dialogue.rhetoric.topic import Kind
from fabula.environments.dialogue.rhetoric.wordfiles import words_of

SHORT_WORDS = 10
"""A sentence of so many words is drawn into the one beside it."""
SHORT_QUESTION_WORDS = 5
_QUOTED = re.compile(r"“[^”]*”")
_INNER_END = re.compile(r"([.?] )(?=[a-z]|I\b)")
VOCATIVE = 0.3
"""How often somebody is called by name where there is nobody else."""


SAID_THIS = 0.6
"""How often a thing that was just named is called `this`."""
KNOWN_AFTER = 3
"""Turns after which the topic need not be named in full."""


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
        self._topic_slots = matter.slots_of_topic()
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
            book: Grammar({**voices, **words_of(book)} if book != "voices" else voices, stream)
            for book in ("action", "choice", "thesis", "shared", "moves", "talk", "trades", "conditions", "voices")
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
        if rule.startswith(STATING):
            slots = {"view": self._topic_slots["view"], "nay": self._topic_slots["nay"], **(slots or {})}
        for text in self._books[book].ways(rule, self.slots(slots), variant=variant):
            worn = self._worn(text)
            if (best is None or worn < best[0]) and self._is_new(self.joined(lead, text)):
                best = (worn, text)
            if best is not None and best[0] == 0:
                break
        if best is not None and self._take(self.joined(lead, best[1]), why or rule):
            return True
        return bool(lead) and self.say(book, rule, slots, why=why, variant=variant)

    def _worn(self, text: str) -> int:
        """How many runs of its words were heard before, but for those of the topic and what is quoted."""
        about = self._about
        runs = [run for part in _QUOTED.split(text) for run in runs_of(part)]
        return sum(run in self.matter.runs and len(about.intersection(run)) < 3 for run in runs)

    def _dressed(self, text: str) -> str:
        """With short sentences drawn together, as the voice does it: what is short stands in many turns, and sounds
        canned.
        """
        text = _drawn_together(text, " – " if self.matter.voice.name in {"curt", "blunt"} else "; ")
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
        return f"{before} {lower_first(text, self.matter.proper) if goes_on else text}".strip()

    def lead(self, book: str, rule: str, slots: Mapping[str, str] | None = None) -> str:
        """What leads into a sentence, in words that were not heard before; empty if there is nothing."""
        return next((text for text in self._books[book].ways(rule, self.slots(slots)) if not self._worn(text)), "")

    def opener(self, rule: str) -> str:
        """How this voice leads into what it says; empty once it has said it in every way."""
        ways = self._voice.ways(rule, self.slots(), 2)
        return next((text for text in ways if not self._opened_so(text)), "")

    def _opened_so(self, text: str) -> bool:
        words = " ".join(words_in(text)[:3])
        return bool(words) and any(words in " ".join(words_in(each.line.text)) for each in self.matter.mine)

    def label(self, ground: Ground) -> str:
        """What a ground is called."""
        return self._books["shared"].one(f"{ground}.label", self._topic_slots)

    def words(self, book: str, rule: str, slots: Mapping[str, str] | None = None) -> str:
        """Words by a rule, to become part of a sentence."""
        return self._books[book].one(rule, self.slots(slots))

    def fresh_words(self, book: str, rule: str) -> str:
        """Words by a rule that nobody has said here; empty if all were."""
        said = " ".join(folded(each.line.text) for each in self.matter.heard) + folded(self.text)
        return next((text for text in self._books[book].ways(rule, self.slots(), 2) if folded(text) not in said), "")

    def slots(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What templates are filled with."""
        called = self.matter.short_names.get(self.to, "")
        # A name more than once in a turn, or in every turn, is an ornament that grates.
        name = (
            called
            if called and not self._named and self.stream.chance(VOCATIVE if len(self.matter.names) == 1 else 0.8)
            else ""
        )
        return {**self._topic_slots, **self._short_forms(), **self._other_words(), "other": name, **(more or {})}

    def _other_words(self) -> dict[str, str]:
        """Of what one holds, and what is held against it: other words, where the whole was said a moment ago."""
        if not self.matter.heard and not self.parts:
            return {}
        said = " ".join(words_in(self.text))
        found = {}
        for slot, ways in zip(("view", "nay"), self.matter.ways(), strict=True):
            fresh = " ".join(words_in(self._topic_slots[slot])) not in said
            whole = 0.2 if self.matter.topic.kind is Kind.OPEN else 0.55
            if ways and not self.stream.chance(whole if fresh else 0.05):
                found[slot] = self.stream.choice(ways)
        return found

    def _short_forms(self) -> dict[str, str]:
        """Of what would be done, or left: `rebuilding it`, where everybody knows what `it` is."""
        topic = self.matter.topic
        if topic.kind is Kind.THESIS and topic.thing not in {"", "the question"}:
            near = " ".join((self.text, *(each.line.text for each in self.matter.heard[-2:])))
            return {"thing": "this"} if topic.thing in near and self.stream.chance(SAID_THIS) else {}
        if topic.kind is not Kind.ACTION or not all(topic.short):
            return {}
        named = topic.thing in self.text or (len(self.matter.heard) > KNOWN_AFTER and self.stream.chance(0.4))
        if not named:
            return {}
        one, other = topic.short
        change, rest = (other, one) if topic.keeps else (one, other)
        return {"doing": change, "leaving": rest}

    def points_left(self) -> list[str]:
        """What the speaker was given to say and has not said, in this turn either."""
        said = " ".join(words_in(self.text))
        return [point for point in self.matter.unsaid_points if " ".join(words_in(point)) not in said]

    @property
    def length(self) -> int:
        """Sentences so far, as moves count."""
        return len(self.parts)

    @property
    def text(self) -> str:
        """What is said."""
        return " ".join(self.parts)

    @property
    def reason(self) -> str:
        """Why it is said so."""
        return "; ".join(self.did)


def _drawn_together(text: str, link: str) -> str:
    parts = _INNER_END.split(text)
    whole = parts[0]
    for end, part in zip(parts[1::2], parts[2::2], strict=True):
        short = min(len(whole.rpartition(". ")[2].split()), len(part.split())) <= SHORT_WORDS
        if end == "? ":
            whole += f": {part}" if len(whole.rpartition(". ")[2].split()) <= SHORT_QUESTION_WORDS else f"? {part}"
        elif short:
            whole += f"{', ' if part.split()[0] in {'and', 'but', 'so', 'then'} else link}{part}"
        else:
            whole += f". {part}"
    return whole
