"""Sides: one event as two people knew it - what each had seen, what each believed, what neither had been told, and
how it left them.
"""

from collections.abc import Iterator, Sequence

import msgspec

from fabula.chronicle.account import Account
from fabula.chronicle.beats import Beat
from fabula.chronicle.grammar import Fact
from fabula.chronicle.history import recalled
from fabula.chronicle.salience import HOSTILE
from fabula.chronicle.telling import Passage, Telling
from fabula.chronicle.terms import FEELING, Facts, condition
from fabula.chronicle.wording import clause, statement
from fabula.environments.campaign import events as ev

_MEETINGS = frozenset({"strike", "threaten", "persuade", "talk", "steal", "aid", "shield", "give"})
DEPTH_MIN = 3
"""Of belief, ignorance and feeling, how much the two must bring to it between them."""
_SALIENT = 3.0
"""Deeds of less weight are nothing to wonder at when one has not seen them."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the two brought to the meeting and took from it; each part is the fills for one rule, or empty."""

    name: str
    meeting: tuple[int, ...]
    """The events of the meeting itself."""
    deed: Facts
    belief: Facts
    unseen: Facts
    feeling: Facts

    @property
    def depth(self) -> int:
        """How much there is to say of this side."""
        return sum(map(bool, (self.belief, self.unseen, self.feeling)))


def two_sides(telling: Telling, beats: Sequence[Beat]) -> tuple[Beat, Side, Side] | None:
    """The meeting among these beats that two people knew most differently, with the doer's side and the other's; None
    if there is none.
    """
    account = telling.account
    if not telling.sides_due:
        return None
    best: tuple[float, Beat, Side, Side] | None = None
    for beat in beats:
        if beat.family not in _MEETINGS or beat.doer not in account.people or beat.other not in account.people:
            continue
        if not recalled(account, beat):
            continue
        one, other = _side(telling, beat, beat.doer, beat.other), _side(telling, beat, beat.other, beat.doer)
        if not one.depth or not other.depth or one.depth + other.depth < DEPTH_MIN:
            continue
        if not _differ(beat, one, other):
            continue
        score = telling.weights[beat.head]
        if best is None or score > best[0]:
            best = (score, beat, one, other)
    if best is None:
        return None
    telling.note_sides()
    return best[1:]


def _differ(beat: Beat, one: Side, other: Side) -> bool:
    """True if one of the two was wrong about the other or about what it was over, or if they came to feel opposite
    things.
    """
    for side, against in ((one, other), (other, one)):
        tenet, secret = side.belief.get("belief"), side.belief.get("secret")
        if "untrue" not in side.belief or not isinstance(tenet, Fact) or not isinstance(secret, Fact):
            continue
        if against.name in tenet.text or secret.text.casefold() == beat.thing.casefold():
            return True
    fond = [{"warmed", "dear"} & side.feeling.keys() for side in (one, other)]
    cold = [{"soured", "hated"} & side.feeling.keys() for side in (one, other)]
    return bool((fond[0] and cold[1]) or (fond[1] and cold[0]))


def _side(telling: Telling, beat: Beat, name: str, about: str) -> Side:
    account = telling.account
    return Side(
        name=name,
        meeting=beat.events,
        deed=_deed(account, beat, name, about),
        belief=_belief(account, beat, name, about),
        unseen=_unseen(telling, beat, name, about),
        feeling=_feeling(account, beat, name, about),
    )


def _parties(name: str, about: str) -> Facts:
    return {"X": name, "Y": about}


def _deed(account: Account, beat: Beat, name: str, about: str) -> Facts:
    facts = _parties(name, about)
    facts["deed"] = Fact(recalled(account, beat, here=beat.place), beat.events)
    facts["did" if beat.doer == name else "was_done_to"] = condition(beat.head)
    facts["hostile" if beat.family in HOSTILE else "gentle"] = condition(beat.head)
    before = [past for past in account.between(name, about, beat.head) if recalled(account, past)]
    if before:
        past = before[0]
        facts["before"] = Fact(recalled(account, past, here=beat.place), past.events)
        facts["before_mine" if past.doer == name else "before_theirs"] = condition(past.head)
    return facts


def _belief(account: Account, beat: Beat, name: str, about: str) -> Facts:
    held = account.believed(name, beat.head)
    ranked = sorted(held, key=lambda known: (about not in known.value.text, known.value.true, -known.event))
    if not ranked:
        return {}
    known = ranked[0]
    learned = known.value
    facts = _parties(name, about)
    facts |= {
        "belief": Fact(clause(learned.text, account.names), (known.event,)),
        "tenet": Fact(statement(learned.text, account.names), (known.event,)),
        "secret": Fact(clause(learned.secret, account.names), (known.event,)),
        "true" if learned.true else "untrue": condition(known.event),
    }
    if learned.source in account.people:
        facts["source"] = learned.source
    else:
        facts["seen"] = condition(known.event)
    return facts


def _unseen(telling: Telling, beat: Beat, name: str, about: str) -> Facts:
    account = telling.account
    for past in reversed(account.beats):
        if past.head >= beat.head or past.doer != about or name in (past.doer, past.other):
            continue
        if name in account.events[past.head].seen_by or telling.weights[past.head] < _SALIENT:
            continue
        words = recalled(account, past)
        if words and telling.once("unseen", name, past.head):
            return _parties(name, about) | {"unseen": Fact(words, past.events)}
    return {}


def _feeling(account: Account, beat: Beat, name: str, about: str) -> Facts:
    changed = [
        at
        for at in beat.events
        if isinstance(event := account.events[at], ev.BondChanged) and (event.agent, event.toward) == (name, about)
    ]
    if changed:
        at = changed[-1]
        event = account.events[at]
        assert isinstance(event, ev.BondChanged)
        return _parties(name, about) | {"warmed" if event.by > 0 else "soured": condition(at)}
    bond = account.bonds.before((name, about), beat.head)
    if bond is None or abs(bond.value.now) < FEELING:
        return {}
    return _parties(name, about) | {"dear" if bond.value.now > 0 else "hated": condition(bond.event)}


def tell_side(passage: Passage, side: Side, more: Facts | None = None) -> None:
    """Tell what one of the two knew and felt: the deed as it was to that one, what was believed, what was not known,
    how it left things.
    """
    passage.say(["side.did" if "did" in side.deed else "side.was"], {**side.deed, **(more or {})}, side.meeting)
    if side.belief:
        passage.say(["side.belief"], side.belief, side.meeting)
    feelings = [(f"side.{feeling}", side.feeling) for feeling in _FEELINGS if feeling in side.feeling]
    unseen = [("side.unseen", side.unseen)] if side.unseen else []
    passage.say_together([*unseen, *feelings], (*side.meeting, *_rests_on(side.feeling)), last="; ")


_FEELINGS = ("soured", "warmed", "dear", "hated")


def _rests_on(facts: Facts) -> Iterator[int]:
    for fact in facts.values():
        if isinstance(fact, Fact):
            yield from fact.events
