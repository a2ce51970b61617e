"""Composing an answer: sentences by rule, from templates that were not used while there are others, none said twice."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.chat.book import own_of, rules_of, traces
from fabula.environments.dialogue.rhetoric.chat.hearing import Words
from fabula.environments.dialogue.rhetoric.chat.holding import STRONG, rules_by_drive
from fabula.environments.dialogue.rhetoric.chat.memory import Memory
from fabula.environments.dialogue.rhetoric.chat.nearness import nearness
from fabula.environments.dialogue.rhetoric.chat.sheet import Kind, Leaf, history_of, leaves_of
from fabula.environments.dialogue.rhetoric.english import (
    contracted,
    dressed,
    folded,
    lower_first,
    sentences,
    upper_first,
    words_in,
)
from fabula.environments.dialogue.rhetoric.grammar import MARK_WORDS, Grammar, marks
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.names import short_name

BY_NAME = 0.2
"""How often somebody is called by name, where a template has room for it."""
OWN_WORDS = 0.35
"""How often a voice takes its own words before those that all share."""
TOLD_AT_ONCE = 2
"""Sentences of its history that anybody hears; each thing that is confided to it is worth another."""
HELD = ("creed", "dread", "scorn", "dear", "wish", "short")
"""What a template may be filled with that follows from the drives."""


class Reply:
    """An answer in the making."""

    def __init__(self, matter: Matter, stream: Stream, to: str, memory: Memory) -> None:
        """to: whom it answers."""
        self.matter = matter
        self.stream = stream
        self.memory = memory
        self.parts: list[str] = []
        self.did: list[str] = []
        """Why, in a few words each."""
        self.rules = rules_of(matter.voice)
        self._grammar = Grammar(self.rules, stream)
        self._mine = [each.line.text for each in matter.mine]
        self.called = matter.short_names.get(to, "") or memory.name
        named_lately = any(self.called in text for text in self._mine[-2:]) if self.called else True
        self._calls = not named_lately and stream.chance(BY_NAME)
        last = self._mine[-1].rstrip("”") if self._mine else ""
        self.asked_last = last.endswith("?")
        """Whether its own last turn ended with a question."""

    # What it has said.

    @cached_property
    def _own_words(self) -> str:
        return "\n".join(" ".join(words_in(text)) for text in self._mine)

    @cached_property
    def _own_runs(self) -> frozenset[tuple[str, ...]]:
        return frozenset(
            tuple(words[at : at + MARK_WORDS])
            for words in map(words_in, self._mine)
            for at in range(len(words) - MARK_WORDS + 1)
        )

    @cached_property
    def last_did(self) -> frozenset[str]:
        """The rules its last turn was made by."""
        return traces(self._mine[-1]) if self._mine else frozenset()

    def ever_did(self, rule: str) -> bool:
        """Whether an earlier turn of its own was made by a rule."""
        return any(rule in traces(text) for text in self._mine)

    def was_said(self, text: str) -> bool:
        """Whether it said these words before, in this turn or another."""
        words = " ".join(words_in(text))
        return words in self._own_words or words in " ".join(words_in(self.text))

    # What it can say.

    def say(self, rule: str, slots: Mapping[str, str] | None = None, *, why: str = "", asks: bool = True) -> bool:
        """Say something by a rule; False if nothing of it is new. asks: it may end in a question."""
        filled = self._slots(slots or {})
        for at in self._order(rule):
            template = self.rules[rule][at]
            if not asks and "?" in template:
                continue
            for text in self._grammar.ways(rule, filled, 2, variant=at):
                if self._take(text, why or rule):
                    return True
        return False

    def tell(self, rule: str, leaf: Leaf | None, slots: Mapping[str, str] | None = None, *, why: str = "") -> bool:
        """Say something of its own life by a rule; False without anything to tell."""
        if leaf is None:
            return False
        given = {"leaf": leaf.text, "leaf_low": self.inside(leaf.text), **(slots or {})}
        return self.say(rule, given, why=why or "something of its life")

    def held(self, part: str, *, of: str = "") -> str:
        """What follows from its drives and was not said yet: a creed, a dread; empty where all was.

        of: only what follows from one of these drives.
        """
        for rule in list(rules_by_drive(self.matter.drives, self.matter.me, part, self.rules))[:STRONG]:
            if of and rule.rpartition(".")[2] not in of.split():
                continue
            for text in self.rules[rule]:
                if not self.was_said(text):
                    return text
        return ""

    # What it has to tell.

    @property
    def leaves(self) -> list[Leaf]:
        """Everything of its life that was not told yet."""
        present = set(self.matter.names)
        persona = self.matter.speaker.persona
        later = history_of(persona)[TOLD_AT_ONCE + self.memory.confided :]
        return [
            leaf
            for leaf in leaves_of(persona)
            if leaf.who not in present and leaf not in later and not self.was_said(leaf.text)
        ]

    def nearest(self, about: str, *, least: int = 1, kinds: Iterable[Kind] = tuple(Kind)) -> Leaf | None:
        """What it has to tell that is nearest to a text; None where nothing comes so near as `least`."""
        allowed = frozenset(kinds)
        scored = [
            (nearness(about, leaf.text), -at, leaf)
            for at, leaf in enumerate(self.leaves)
            if leaf.kind in allowed and not leaf.torn
        ]
        best = max(scored, key=lambda each: each[:2], default=(0, 0, None))
        return best[2] if best[0] >= least else None

    def any_leaf(self, *kinds: Kind) -> Leaf | None:
        """Something of its life, whatever it is."""
        wanted = kinds or (Kind.TRAIT, Kind.HABIT)
        left = [leaf for leaf in self.leaves if leaf.kind in wanted and not leaf.torn]
        return self.stream.choice(left) if left else None

    def inside(self, text: str) -> str:
        """A sentence as it goes on inside another."""
        return lower_first(text, self.matter.proper)

    # How it is put together.

    @property
    def text(self) -> str:
        """What is said."""
        return " ".join(self.parts)

    @property
    def asks(self) -> bool:
        """Whether it ends with a question as it stands."""
        return self.text.rstrip("”").endswith("?")

    def _order(self, rule: str) -> list[int]:
        """A rule's templates, those not used before first, and among them now and then the voice's own."""
        ways = self.rules.get(rule, ())
        own = own_of(self.matter.voice, rule)
        order = self.stream.shuffled(range(len(ways)))
        if own and self.stream.chance(OWN_WORDS):
            order.sort(key=lambda at: at < len(ways) - own)
        return sorted(order, key=lambda at: self._used(ways[at]))

    def _used(self, template: str) -> bool:
        left = marks(template)
        return len(left & self._own_runs) >= min(2, max(1, len(left)))

    def _take(self, text: str, why: str) -> bool:
        text = dressed(contracted(text) if self.matter.voice.contracts else text)
        new = {folded(each) for each in sentences(text) if len(each.split()) > 1}
        here = {folded(each) for part in self.parts for each in sentences(part)}
        if not text or new & self.matter.said or new & here or folded(text) in self.matter.said:
            return False
        self.parts.append(text)
        self.did.append(why)
        return True

    def _slots(self, more: Mapping[str, str]) -> dict[str, str]:
        life, me = self.matter.life, self.matter.me
        trade = life.work.removeprefix("I am ")
        slots = {
            "me": me,
            "me_short": short_name(me, me, ()),
            "me_line": f"I am {me}" + (f", {trade}" if trade != life.work else f"; {life.work}" if trade else ""),
            "work": life.work,
            "work_as": trade if trade != life.work else "",
            "work_cap": upper_first(life.work),
            "origin_cap": upper_first(life.origin),
            "name": self.called if self._calls else "",
        }
        held = {part: self.held(part) for part in HELD}
        capitals = {f"{part}_cap": upper_first(text) for part, text in held.items()}
        return {**slots, **held, **capitals, "dear_short": held["short"], **more}


def slots_of(words: Words) -> dict[str, str]:
    """What somebody told, as templates take it up."""
    kin = words.who
    who = kin or ("them" if words.news in {"loss", "parting"} else "")
    return {
        "kin": kin,
        "who": who,
        "who_cap": upper_first(kin),
        "whom": kin or "you",
        "whom_self": kin or "yourself",
        "told": words.told,
        "quote": " ".join(words.statement.split()[:6]),
    }
