"""Referring: what the matter is called just now - in full, in short, by a pronoun, or not at all.

A claim is said in full when it comes up and after a long while without it; in between as people do: `opening them`,
`it`, `we should not`. What is not to be said is no slot, and templates grow without it.
"""

from functools import lru_cache

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.english import is_plural, words_in
from fabula.environments.dialogue.rhetoric.filling import slots_of
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.phrases import head_of
from fabula.environments.dialogue.rhetoric.topic import Kind, Topic

FULL_AGAIN_AFTER = 7
"""Turns without the whole claim after which somebody may say it again."""
FULL_AGAIN = 0.5
"""How often it then does."""
IN_SHORT = 0.3
"""How often a claim is put in short where it could be left out."""
SAID_THIS = 0.5
"""How often the thing that is spoken of is `this`."""
CALLED_MINE = 0.3
"""How often what one is for, of two, is only `mine`, and what another is for `yours` or `the other`."""
CALLED_OTHER = 0.5
PRONOUN = 0.7
"""How often a deed that was named just now is `it`."""
AS_IT_IS = ("leaving things alone", "doing nothing")
"""What one does who does not do it, whatever it is."""
THING_WORDS_MAX = 5
"""What has a longer name is `this`."""
NAMED_LONG = 3
"""Words from which a name is long."""


def in_full(topic: Topic, text: str) -> bool:
    """Whether a text says the whole of the claim, or of the question."""
    said = f" {' '.join(words_in(text))} "
    return any(f" {phrase} " in said for phrase in _whole(topic))


@lru_cache(maxsize=64)
def _whole(topic: Topic) -> tuple[str, ...]:
    """What is the whole of it: the claims of either side and the question, as words are compared."""
    match topic.kind:
        case Kind.ACTION:
            wholes = [topic.view, topic.nay, topic.one, topic.other]
            # A short deed is its own short form.
            wholes = [each for each in wholes if len(each.split()) >= NAMED_LONG]
        case Kind.OPEN:
            wholes = [topic.clause] if len(topic.clause.split()) > 1 else []
        case _:
            wholes = [topic.view, topic.nay]
    if len(topic.quoted.split()) > NAMED_LONG:
        wholes.append(topic.quoted)
    return tuple(" ".join(words_in(each)) for each in wholes if each)


def _shortened(name: str, often: float) -> float:
    """How often a name is put in short: a long one oftener."""
    return min(1.0, often * (2 if len(name.split()) > NAMED_LONG else 1))


class Reference:
    """What one speaker calls the matter, sentence by sentence."""

    def __init__(self, matter: Matter, stream: Stream) -> None:
        self._matter = matter
        self._stream = stream
        self._slots = slots_of(matter)
        self._short = {slot: ways for slot, ways in zip(("view", "nay"), matter.ways(), strict=True) if ways}
        full = [at for at, each in enumerate(matter.heard) if in_full(matter.topic, each.line.text)]
        self._since = len(matter.heard) - full[-1] if full else None

    def slots(self, text: str, *, states: bool = False) -> dict[str, str]:
        """The slots of the next sentence. text: what the turn says so far; states: it says what is thought."""
        full = self._due(text)
        slots = {**self._slots, "so": self._in_short("view"), **self._thing()}
        match self._matter.topic.kind:
            case Kind.ACTION:
                slots |= self._deeds(text, full=full)
            case Kind.CHOICE:
                slots |= self._choices()
            case _ if not full:
                slots["clause"] = ""
        return slots | (self._stated(full=full) if states else self._claims(full=full))

    def _due(self, text: str) -> bool:
        """Whether the whole of the claim may be said now."""
        if in_full(self._matter.topic, text):
            return False
        if self._since is None:
            return bool(_whole(self._matter.topic)) or not self._matter.mine
        return self._since > FULL_AGAIN_AFTER and self._stream.chance(FULL_AGAIN)

    def _in_short(self, slot: str) -> str:
        ways = self._short.get(slot)
        return self._stream.choice(ways) if ways else self._slots[slot]

    def _stated(self, *, full: bool) -> dict[str, str]:
        """Of who says what they think: all that is held, in full or in short."""
        return {slot: self._slots[slot] if full else self._in_short(slot) for slot in ("view", "nay")}

    def _claims(self, *, full: bool) -> dict[str, str]:
        """Of who argues: seldom more than is needed."""
        claims = {"view": "", "nay": ""}
        for slot in claims:
            if self._stream.chance(IN_SHORT) and self._short.get(slot):
                claims[slot] = self._in_short(slot)
        if full:
            claims["view"] = self._slots["view"]
        if not self._stream.chance(IN_SHORT):
            claims["plan"] = ""
        return claims

    def _thing(self) -> dict[str, str]:
        """Of what it is about: its head, or `this`, once it has come up."""
        thing = self._slots["thing"]
        if not thing or not self._matter.heard:
            return {}
        if len(thing.split()) > THING_WORDS_MAX and self._matter.topic.kind is Kind.CHOICE:
            return {"thing": "this"}
        if self._matter.topic.kind is Kind.THESIS and self._stream.chance(SAID_THIS) and thing != "the question":
            return {"thing": "this"}
        return {"thing": head_of(thing)}

    def _deeds(self, text: str, *, full: bool) -> dict[str, str]:
        """Of what would be done, or left: `rebuilding it`, `it`, `leaving things alone`."""
        topic = self._matter.topic
        if not all(topic.short) or (full and not self._matter.heard and not text):
            return {}
        one, other = topic.short
        change, rest = (other, one) if topic.keeps else (one, other)
        if self._just_named(text, change) and self._stream.chance(PRONOUN):
            change = "it"
        doing = self._slots["doing"] if full else change
        return {"doing": doing, "leaving": self._stream.choice((rest, rest, rest, *AS_IT_IS))}

    def _just_named(self, text: str, change: str) -> bool:
        """Whether the deed was named in this turn, or in the last where this one only begins."""
        near = text or " ".join(each.line.text for each in self._matter.heard[-1:])
        said = f" {' '.join(words_in(near))} "
        return any(f" {' '.join(words_in(each))} " in said for each in (change, self._slots["doing"]))

    def _choices(self) -> dict[str, str]:
        """Of one or the other: `mine`, `yours`, `the other`, once both are known. Of several things verbs would not
        agree.
        """
        if not self._matter.heard:
            return {}
        slots = {}
        mine, theirs = self._slots["mine"], self._slots["theirs"]
        if not is_plural(mine) and len(mine.split()) > 1 and self._stream.chance(_shortened(mine, CALLED_MINE)):
            slots["mine"] = "mine"
        if not is_plural(theirs) and self._stream.chance(_shortened(theirs, CALLED_OTHER)):
            last = self._matter.last
            theirs_indeed = last is not None and self._matter.shown(last.line.speaker) == -self._matter.side
            slots["theirs"] = "yours" if theirs_indeed and self._stream.chance(0.5) else "the other"
        return slots
