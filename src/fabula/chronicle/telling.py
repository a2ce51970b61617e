"""A telling under way: who is known to the reader already, whom a pronoun can mean, what has been said, and the sentences so far."""

from collections.abc import Iterable, Mapping, Sequence

from fabula.chronicle.account import Account
from fabula.chronicle.beats import Beat
from fabula.chronicle.clauses import SUMMED_UP
from fabula.chronicle.facts import Facts, facts_of
from fabula.chronicle.grammar import Draft, Fact, Fills, Grammar
from fabula.chronicle.lexicon import Decks
from fabula.chronicle.names import Names, Pronouns, listed, possessive, pronouns
from fabula.chronicle.salience import HOSTILE, weigh
from fabula.chronicle.story import Paragraph, Sentence
from fabula.chronicle.wording import noun, small
from fabula.engine.chance import Chance
from fabula.environments.campaign.setting import Style

INTRODUCE_AGAIN = 0.3
"""Chance that somebody known is given the side or the office once more when a new chapter first names them."""
PRONOUN_FIRST = 0.7
"""Chance that a sentence about the person of the sentence before begins with a pronoun, where only one can be meant."""


class Telling:
    """What a voice tells with. It knows whom the reader has met; sentences are made by its paragraphs."""

    def __init__(self, account: Account, style: Style, rules: Mapping[str, Sequence[str]], taste: Mapping[str, float]) -> None:
        chance = Chance(int.from_bytes(account.digest, "little")).stream
        self.account = account
        self.stream = chance("story", style)
        self.grammar = Grammar({**SUMMED_UP, **rules}, Decks(account.lexicon, style, chance("lexicon", style)), chance("words", style))
        self.weights = weigh(account, taste)
        self._pronouns = {name: pronouns(person.pronouns) for name, person in account.people.items()}
        self._met: set[str] = set()
        self._introduced: set[str] = set()
        self._in_chapter: set[str] = set()
        self._facts: dict[int, Facts] = {}
        self._recalled: set[tuple[str | int, ...]] = set()

    def begin_chapter(self) -> None:
        """From here on people may be placed anew."""
        self._in_chapter = set()

    def once(self, *what: str | int) -> bool:
        """True the first time it is asked about this; so that nothing is called to mind again and again."""
        fresh = what not in self._recalled
        self._recalled.add(what)
        return fresh

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
        if form in {"he", "him", "his", "self"}:
            return self._pronoun(name, form, draft)
        said = "".join(draft.parts)
        named = self._name(name, said)
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
        role = f", {noun(person.role, names)}," if person.role else ""
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
        return {"he": words.he, "him": words.him, "his": words.his, "self": words.himself}[form]

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
        draft = self._telling.grammar.compose(rules, fills, self._telling, lead=lead, recent=self._recent, after=self._last)
        if draft is None:
            return False
        text = draft.text()
        self._sentences.append(Sentence(text=text, events=tuple(sorted({*draft.events, *events}))))
        self._last = text
        self._recent = self._order(draft)
        return True

    def tell(self, beat: Beat, *prefixes: str) -> bool:
        """Add a sentence about a beat: by `prefix.key` for the prefixes in turn, then by its key and the key's family."""
        rules = [f"{prefix}.{key}" for prefix in prefixes for key in (beat.key, beat.family)]
        facts = self._telling.facts(beat)
        here = not beat.place or beat.place == self._place
        at = Fact("" if here else f" at {self._telling.account.names.full(beat.place)}", (beat.head,))
        told = self.say([*rules, beat.key, beat.family], {**facts, "at": at}, beat.events, lead=self._lead(beat))
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
        if before is None:
            return ""
        if before.turn != beat.turn:
            tie = "lead.later"
        elif beat.family in HOSTILE and (before.doer, before.other) == (beat.other, beat.doer) and before.family in HOSTILE:
            tie = "lead.answer"
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
        mentioned.sort(key=lambda name: min(at for form in (names.short(name), names.full(name)) if (at := text.find(form)) >= 0))
        return tuple(dict.fromkeys([*draft.pronouned, *mentioned]))


_LEADS = {"lead.later": 0.85, "lead.answer": 0.8, "lead.rescue": 0.7, "lead.same": 0.25, "lead.then": 0.2}
"""Chance that a tie is put into words."""
