"""The scribe: writes moments down, from templates, so that no sentence stands twice.

A template has slots (`{a}`, `{a}'s`, and of a person `{a.he}`, `{a.him}`, `{a.his}`, `{a.himself}`), passages that are
left out where a slot in them is empty (`[ at {place}]`), and choices (`<took|helped himself to>`). What fills a slot is
never read as a template.
"""

import re
from collections import Counter
from collections.abc import Mapping

from fabula.chronicle.annals.history import History
from fabula.chronicle.annals.moments import Moment, Several, Slot, Who, at_hour, times_of_day
from fabula.chronicle.annals.phrases import PHRASES
from fabula.chronicle.letters import visible
from fabula.chronicle.names import capitalised, listed, number, possessive
from fabula.chronicle.story import Sentence
from fabula.chronicle.wording import TEXT_MAX, quotation, quotation_before
from fabula.engine.chance import Stream

_CHOICE = re.compile(r"<([^<>]*)>")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}('s)?")
_SPACES = re.compile(r" {2,}")
_ENDS = (".", "!", "?", "…", ".”", "!”", "?”", "…”")
_TIMES = ("{when}", "{after}", "{by}")
_SAME_DAY = ("the same day", "that day", "on that day")
_SAME_HOUR = ("in the same hour", "within the hour", "at about that time", "about then")
NAMES_MAX = 6
"""Of several people so many are named; the others are counted."""


class Scribe:
    """Writes one story."""

    def __init__(self, history: History, draw: Stream) -> None:
        self._history = history
        self._draw = draw
        self._known: set[str] = set()
        self._hour = ""
        """The hour that was last said in this paragraph."""
        self._written: set[str] = set()
        self._used: Counter[str] = Counter()

    def begin_chapter(self) -> None:
        """From here on everybody is called by their whole name again, once."""
        self._known = set()

    def begin_paragraph(self) -> None:
        """From here on the hour is said again."""
        self._hour = ""

    def write(self, moment: Moment) -> Sentence | None:
        """The sentence of a moment; None if nothing new can be said of it."""
        slots, is_said = self._timed({**times_of_day(self._history, moment.at), **moment.slots})
        fitting = [one for one in PHRASES[moment.rule] if self._fits(one, slots)]
        order = sorted(self._draw.shuffled(fitting), key=lambda one: (is_said and _says_when(one), self._used[one]))
        for template in order:
            text, named = self._filled(template, slots)
            if self.is_new(text):
                self._used[template] += 1
                self._known |= named
                if _says_when(template):
                    self._hour = at_hour(self._history, moment.at)
                return Sentence(text=text, events=tuple(sorted({moment.at, *moment.events})))
        return None

    def is_new(self, text: str) -> bool:
        """Whether a sentence stands nowhere yet; from now on it does."""
        if text in self._written:
            return False
        self._written.add(text)
        return True

    def _timed(self, slots: Mapping[str, Slot]) -> tuple[Mapping[str, Slot], bool]:
        """The slots with other words for an hour that was just said, and whether it was."""
        if not self._hour or slots.get("when") != self._hour:
            return slots, False
        then = self._draw.choice(_SAME_HOUR if self._history.span == 1 else _SAME_DAY)
        return {**slots, "when": then, "after": then, "by": "by then"}, True

    def _fits(self, template: str, slots: Mapping[str, Slot]) -> bool:
        return all(slots.get(_raw(slot)) for slot, _, _ in _SLOT.findall(_OPTIONAL.sub("", template)))

    def _filled(self, template: str, slots: Mapping[str, Slot]) -> tuple[str, set[str]]:
        chosen = _CHOICE.sub(lambda found: self._draw.choice(found[1].split("|")), template)
        kept = _OPTIONAL.sub(
            lambda found: found[1] if all(slots.get(_raw(one[0])) for one in _SLOT.findall(found[1])) else "", chosen
        )
        named: set[str] = set()
        text = _SLOT.sub(
            lambda found: self._slot(_quoted(found[1], slots), small_word=found[2], of=bool(found[3]), named=named),
            kept,
        )
        text = capitalised(_SPACES.sub(" ", text).strip())
        return (text if text.endswith(_ENDS) else f"{text}."), named

    def _slot(self, value: Slot, *, small_word: str | None, of: bool, named: set[str]) -> str:
        if isinstance(value, Several):
            shown = [self._name(name, named) for name in value[:NAMES_MAX]]
            more = len(value) - len(shown)
            text = listed([*shown, f"{number(more)} more"] if more else shown)
            return f"{text}'s" if of else text
        if not isinstance(value, Who):
            text = self._shortened(visible(value, letters_max=TEXT_MAX))
            return possessive(text) if of else text
        if small_word:
            person = self._history.people.get(value)
            words = person.small_words if person else None
            if words is not None:
                return str(getattr(words, small_word))
            name = self._name(value, named)
            return possessive(name) if small_word == "his" else name
        name = self._name(value, named)
        return possessive(name) if of else name

    def _shortened(self, text: str) -> str:
        """A clause of the events with those who were named already called shortly; nobody's own words are changed."""
        if text.startswith("“"):
            return text
        for name in self._history.people:
            if name in self._known and name in text:
                text = text.replace(name, self._history.names.short(name))
        return text

    def _name(self, name: str, named: set[str]) -> str:
        names = self._history.names
        if name in self._known or name in named:
            return names.short(name)
        named.add(name)
        return names.full(name)


def _says_when(template: str) -> bool:
    return any(slot in template for slot in _TIMES)


def _raw(slot: str) -> str:
    """The slot whose words another one quotes."""
    return "words" if slot == "said" else slot


def _quoted(slot: str, slots: Mapping[str, Slot]) -> Slot:
    """What fills a slot: `words` and `reason` as quotations, `said` as one that goes on to who said it."""
    value = slots[_raw(slot)]
    if slot == "said":
        return quotation_before(str(value))
    return quotation(str(value)) if slot in ("words", "reason") else value
