"""A telling under way: who is known to the reader already, whom a pronoun can mean, what has been said, and the
sentences so far.
"""

from collections.abc import Iterable, Mapping, Sequence

from fabula.chronicle.account import Account
from fabula.chronicle.beats import HAPPENINGS, Beat
from fabula.chronicle.facts import facts_of
from fabula.chronicle.grammar import Draft, Fact, Fills, Grammar, finished, folded
from fabula.chronicle.lexicon import Decks
from fabula.chronicle.names import Names, Pronouns, listed, possessive, pronouns
from fabula.chronicle.salience import HOSTILE, weigh
from fabula.chronicle.story import Paragraph, Sentence
from fabula.chronicle.terms import Facts
from fabula.chronicle.wording import epithet, small
from fabula.chronicle.words import words_of
from fabula.engine.chance import Chance
from fabula.environments.campaign.setting import Style

INTRODUCE_AGAIN = 0.3
"""Chance that somebody known is given the side or the office once more when a new chapter first names them."""
SIDES_EVERY = 2
"""Chapters of which at most one tells an event from two sides."""
GOES_ON_MAX = 240
"""Letters beyond which a sentence does not go on."""
PRONOUN_FIRST = 0.7
"""Chance that a sentence about the person of the sentence before begins with a pronoun, where only one can be meant."""


class Telling:
    """What a voice tells with. It knows whom the reader has met; sentences are made by its paragraphs."""

    def __init__(
        self, account: Account, style: Style, rules: Mapping[str, Sequence[str]], taste: Mapping[str, float]
    ) -> None:
        chance = Chance(int.from_bytes(account.digest, "little")).stream
        self.account = account
        self.stream = chance("story", style)
        self.grammar = Grammar(
            {**words_of("shared"), **rules},
            Decks(account.lexicon, style, chance("lexicon", style)),
            chance("words", style),
        )
        self.weights = weigh(account, taste)
        self._pronouns = {name: pronouns(person.pronouns) for name, person in account.people.items()}
        self._met: set[str] = set()
        self._introduced: set[str] = set()
        self._in_chapter: set[str] = set()
        self._counted: set[str] = set()
        self._chapter = 0
        self._sides_told = -SIDES_EVERY
        """Clocks of which this chapter has said how far they had come."""
        self._count_told: dict[str, str] = {}
        self._facts: dict[int, Facts] = {}
        self._beliefs_told: set[str] = set()
        self._recalled: set[tuple[str | int, ...]] = set()

    def begin_chapter(self) -> None:
        """From here on people may be placed, and clocks read, anew."""
        self._in_chapter = set()
        self._counted = set()
        self._chapter += 1

    def counts(self, facts: Facts, *, exact: bool = False) -> bool:
        """True if it is time to say how far a clock has come: once a chapter, and not if the words would be those of
        the last time; exact: the words are figures.
        """
        clock, words = facts.get("clock"), facts.get("filled" if exact else "fullness")
        if not isinstance(clock, Fact) or not isinstance(words, Fact):
            return False
        if clock.text in self._counted or self._count_told.get(clock.text) == words.text:
            return False
        self._counted.add(clock.text)
        self._count_told[clock.text] = words.text
        return True

    @property
    def sides_due(self) -> bool:
        """True if no event was told from two sides lately."""
        return self._chapter - self._sides_told >= SIDES_EVERY

    def note_sides(self) -> None:
        """An event is told from two sides in this chapter."""
        self._sides_told = self._chapter

    def once(self, *what: str | int) -> bool:
        """True the first time it is asked about this; so that nothing is called to mind again and again."""
        fresh = what not in self._recalled
        self._recalled.add(what)
        return fresh

    def fresh(self, fills: Fills) -> Fills:
        """The fills, but for the words of a belief that the reader has read in full already: then it is `retold`."""
        belief = fills.get("belief")
        if not isinstance(belief, Fact) or folded(belief.text) not in self._beliefs_told:
            return fills
        return {name: fill for name, fill in fills.items() if name not in {"belief", "tenet"}} | {
            "retold": Fact("", belief.events)
        }

    def note_told(self, fills: Fills, text: str) -> None:
        """Remember which belief the reader has read in full."""
        belief = fills.get("belief")
        if isinstance(belief, Fact) and folded(belief.text) in folded(text):
            self._beliefs_told.add(folded(belief.text))

    def facts(self, beat: Beat) -> Facts:
        """The fills of a beat."""
        if beat.head not in self._facts:
            self._facts[beat.head] = facts_of(self.account, beat)
        return self._facts[beat.head]

    def people_in(self, text: str) -> list[str]:
        """Whose names stand in the text, in the order the cast joined."""
        names = self.account.names
        return [name for name in self.account.people if names.short(name) in text or names.full(name) in text]

    def called(self, name: str, form: str, draft: Draft) -> str | None:
        """See fabula.chronicle.grammar.Speaker."""
        if form in {"he", "him", "his", "self", "hewas"}:
            return self._pronoun(name, form, draft)
        said = "".join(draft.parts)
        named = self._name(name, said)
        if form == "own":
            return self._pronoun(name, "he", draft) or named
        if form == "full":
            return self.account.names.full(name)
        if form == "s":
            return possessive(named)
        if draft.at_start and self._may_be_pronoun(name, draft):
            return self._pronoun(name, "he", draft)
        if name in draft.pronouned:
            return None
        return named + ("" if form == "list" else self._introduction(name, said, draft))

    def all_called(self, names: Sequence[str], draft: Draft) -> str:
        """See fabula.chronicle.grammar.Speaker."""
        said = "".join(draft.parts)
        return listed([self._name(name, said) for name in names])

    def small(self, text: str) -> str:
        """See fabula.chronicle.grammar.Speaker."""
        return small(text, self.account.names)

    def accept(self, draft: Draft) -> None:
        """See fabula.chronicle.grammar.Speaker."""
        mentioned = self.people_in("".join(draft.parts))
        self._met.update(mentioned)
        self._in_chapter.update(mentioned)
        self._introduced.update(draft.introduced)

    def _name(self, name: str, said: str) -> str:
        names = self.account.names
        return names.short(name) if name in self._met or names.full(name) in said else names.full(name)

    def _introduction(self, name: str, said: str, draft: Draft) -> str:
        """What stands after a name that the reader may not be able to place."""
        known, person, names = name in self._introduced, self.account.people[name], self.account.names
        if draft.introduced or name in self._in_chapter or names.full(name) in said or names.short(name) in said:
            return ""
        if known and not self.stream.chance(INTRODUCE_AGAIN):
            return ""
        says_where = any(place in person.role for place in self.account.all_places)
        role = f", {epithet(person.role, names)}," if person.role and not says_where else ""
        side = f" of {names.full(person.faction)}" if person.faction else ""
        words = (side or role) if known else (role or side)
        if words:
            draft.introduced.append(name)
            draft.events.append(person.joined)
        return words

    def _pronoun(self, name: str, form: str, draft: Draft) -> str | None:
        words = self._pronouns[name]
        if words is None or not self._only_one_meant(name, words, draft):
            return None
        if name not in self.people_in("".join(draft.parts)):
            draft.pronouned.append(name)
        was = "were" if words.he == "they" else "was"
        return {
            "he": words.he,
            "him": words.him,
            "his": words.his,
            "self": words.himself,
            "hewas": f"{words.he} {was}",
        }[form]

    def _only_one_meant(self, name: str, words: Pronouns, draft: Draft) -> bool:
        pool = {*self.people_in("".join(draft.parts)), *draft.pronouned, *draft.recent}
        return name in pool and all(other == name or self._pronouns[other] not in (words, None) for other in pool)

    def _may_be_pronoun(self, name: str, draft: Draft) -> bool:
        words = self._pronouns[name]
        if words is None or words.he == "they" or draft.recent[:1] != (name,):
            return False
        return self._only_one_meant(name, words, draft) and self.stream.chance(PRONOUN_FIRST)


class Sign:
    """Speaks as titles do: short names, no pronouns, nobody introduced."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def called(self, name: str, form: str, draft: Draft) -> str | None:
        """See fabula.chronicle.grammar.Speaker."""
        return {"": self._names.short(name), "s": possessive(self._names.short(name))}.get(form)

    def all_called(self, names: Sequence[str], draft: Draft) -> str:
        """See fabula.chronicle.grammar.Speaker."""
        return listed([self._names.short(name) for name in names])

    def small(self, text: str) -> str:
        """See fabula.chronicle.grammar.Speaker."""
        return small(text, self._names)

    def accept(self, draft: Draft) -> None:
        """A title makes nobody known."""


class Passage:
    """A paragraph in the making."""

    def __init__(self, telling: Telling, *, label: str = "", aside: bool = False, place: str = "") -> None:
        """place: where the reader knows it to happen, so that it need not be said with every deed."""
        self._telling = telling
        self._label = label
        self._aside = aside
        self._place = place
        self._sentences: list[Sentence] = []
        self._recent: tuple[str, ...] = ()
        self._last = ""
        self._beat: Beat | None = None

    def __len__(self) -> int:
        return len(self._sentences)

    def say(self, rules: Iterable[str], fills: Fills, events: Iterable[int] = (), *, lead: str = "") -> bool:
        """Add a sentence by the first rule that gives one; False if none does.

        events: what it rests on besides its fills. lead: the rule of the words that tie it to what was said before.
        """
        telling = self._telling
        fills = telling.fresh(fills)
        draft = telling.grammar.compose(rules, fills, telling, lead=lead, recent=self._recent, after=self._last)
        if draft is None:
            return False
        text = draft.text()
        telling.note_told(fills, text)
        self._sentences.append(Sentence(text=text, events=tuple(sorted({*draft.events, *events}))))
        self._last = text
        self._recent = self._order(draft)
        return True

    def say_together(
        self,
        clauses: Iterable[tuple[str, Fills]],
        events: Iterable[int] = (),
        *,
        joint: str = "; ",
        last: str = "; and ",
    ) -> bool:
        """Add one sentence of several clauses, each by its rule; False if none of them can be said.

        events: what it rests on besides the fills.
        """
        said = [phrase for rule, fills in clauses if (phrase := self._clause(rule, fills)) is not None]
        words = [phrase.text for phrase in said]
        if not words:
            return False
        together = joint.join(words[:-1]) + last + words[-1] if len(words) > 1 else words[0]
        return self._add(finished(together), [*events, *(event for phrase in said for event in phrase.events)])

    def go_on(self, rule: str, fills: Fills, events: Iterable[int] = ()) -> bool:
        """Let the last sentence go on with one more clause; False if it has no room for one, or nothing can be said."""
        if not self._sentences or len(self._last) > GOES_ON_MAX or not self._last.endswith(".") or ":" in self._last:
            return False
        phrase = self._clause(rule, fills)
        if phrase is None:
            return False
        last = self._sentences[-1]
        gone_on = self._add(finished(f"{last.text[:-1]}; {phrase.text}"), [*last.events, *phrase.events, *events])
        if gone_on:
            self._sentences.remove(last)
        return gone_on

    def _clause(self, rule: str, fills: Fills) -> Fact | None:
        telling = self._telling
        fills = telling.fresh(fills)
        phrase = telling.grammar.phrase(rule, fills, telling)
        if phrase is not None:
            telling.note_told(fills, phrase.text)
        return phrase

    def _add(self, text: str, events: Iterable[int]) -> bool:
        if not self._telling.grammar.claim(text):
            return False
        self._sentences.append(Sentence(text=text, events=tuple(sorted(set(events)))))
        self._last = text
        # Several people may have been spoken of in as many clauses: none of them is the one that a pronoun would mean.
        self._recent = ()
        return True

    def tell(self, beat: Beat) -> bool:
        """Add a sentence about a beat: by its key, else by the key's family."""
        facts = self._telling.facts(beat)
        here = not beat.place or beat.place == self._place
        at = Fact("" if here else f" at {self._telling.account.names.full(beat.place)}", (beat.head,))
        told = self.say([beat.key, beat.family], {**facts, "at": at}, beat.events, lead=self._lead(beat))
        if told:
            self._beat = beat
            self._place = beat.place or self._place
        return told

    def followed(self) -> "Passage":
        """The paragraph after this one, in the same place and about the same thing."""
        following = Passage(self._telling, aside=self._aside, place=self._place)
        following._beat = self._beat
        return following

    def done(self) -> Paragraph | None:
        """The paragraph; None if nothing was said."""
        if not self._sentences:
            return None
        return Paragraph(sentences=tuple(self._sentences), label=self._label, aside=self._aside)

    def _lead(self, beat: Beat) -> str:
        """The rule of what ties the beat to the one told before it."""
        before = self._beat
        if before is None or beat.family in HAPPENINGS:
            return ""
        if before.turn != beat.turn:
            tie = "lead.later"
        elif (
            beat.family in HOSTILE
            and (before.doer, before.other) == (beat.other, beat.doer)
            and before.family in HOSTILE
        ):
            tie = "lead.answer"
        elif (
            beat.family == "talk" and (before.doer, before.other) == (beat.other, beat.doer) and before.family == "talk"
        ):
            tie = "lead.reply"
        elif beat.family == "aid" and before.other == beat.other and before.key.endswith(".hit"):
            tie = "lead.rescue"
        else:
            tie = "lead.same" if before.doer == beat.doer else "lead.then"
        return tie if self._telling.grammar.knows(tie) and self._telling.stream.chance(_LEADS[tie]) else ""

    def _order(self, draft: Draft) -> tuple[str, ...]:
        """Who was mentioned, whoever came first first."""
        text = "".join(draft.parts)
        names = self._telling.account.names
        mentioned = self._telling.people_in(text)
        mentioned.sort(
            key=lambda name: min(at for form in (names.short(name), names.full(name)) if (at := text.find(form)) >= 0)
        )
        return tuple(dict.fromkeys([*draft.pronouned, *mentioned]))


_LEADS = {
    "lead.later": 0.85,
    "lead.answer": 0.8,
    "lead.reply": 0.9,
    "lead.rescue": 0.7,
    "lead.same": 0.25,
    "lead.then": 0.2,
}
"""Chance that a tie is put into words."""
