"""Facts of a beat as fills for templates: who, whom, where, with what, how it went, what came of it, and what lay between the two before.

| fill | what |
|---|---|
| A, B | doer and other: an agent's name, or a fact where it is a threat, a faction or a thing |
| place, origin, how, weapon, thing, detail, about, to_do, object, reason, doing, description | words of the event |
| harm, left, roll, against, healed, filled, segments, to_go | numbers in words; with `_n` in digits |
| triumph … disaster, alone, crowd, aloud, spent, dead | conditions |
| witnesses | up to three names of those who perceived it besides A and B |
| claim, quote, quote_on | the event's text as a clause, as a quotation, as a quotation that goes on |
| believer, secret, belief, true, untrue, unsure | who came to believe what about what |
| wrong_AB, wrong_BA, kind_AB, kind_BA | the latest deed of that kind between the two before, as `struck at Tom at the Quay` in the participle |
| dear_AB, hated_AB, hurt_A, hurt_B, heavy, low | conditions: feelings past a third of the scale, wounds that leave little, or are deep |
| clock, faction, toward, stance, one, other_end, object_left, recoil | what came of it |
| turn, times, nth | the turn's ordinal; how often the doer has done this by now, from two on |
"""

from collections.abc import Callable, Iterator
from typing import Any

from fabula.chronicle.account import Account
from fabula.chronicle.beats import DONE, Beat
from fabula.chronicle.clauses import DEEDS
from fabula.chronicle.grammar import Fact, Fill
from fabula.chronicle.names import number, ordinal, possessive, times
from fabula.chronicle.salience import HOSTILE, KIND
from fabula.chronicle.wording import clause, noun, quotation, quotation_before, statement
from fabula.engine.values import Event
from fabula.environments.campaign import events as ev

WITNESSES_MAX = 3
KEPT_SOON = 2
"""Turns within which going somewhere is doing what one was asked."""
HEAVY = 3
"""Points from which a wound is called deep."""
FEELING = 33
"""A bond beyond this, either way, is love or hatred to a storyteller."""
BADLY_HURT = 3

Facts = dict[str, Fill]


def facts_of(account: Account, beat: Beat) -> Facts:
    """Everything that templates may say of a beat."""
    facts: Facts = {}
    for found in (_event_facts, _outcome_facts, _party_facts, _consequence_facts, _history_facts, _turn_facts):
        facts.update(found(account, beat))
    return facts


def party(account: Account, name: str, event: int) -> Fill:
    """An agent as somebody who can be called by name, anything else as words."""
    return name if name in account.people else Fact(account.names.full(name), (event,))


def numbers(name: str, value: int, event: int) -> Facts:
    """A number in words, in digits, and as points."""
    points = f"{value} point" if value == 1 else f"{value} points"
    return {name: Fact(number(value) if value else "nothing", (event,)), f"{name}_pts": Fact(points, (event,)), f"{name}_n": Fact(str(value), (event,))}


def condition(*events: int) -> Fact:
    """A fact without words of its own: what it rests on."""
    return Fact("", events)


def _event_facts(account: Account, beat: Beat) -> Facts:
    event, names, at = account.events[beat.head], account.names, (beat.head,)
    facts: Facts = {}
    for field in event.__struct_fields__:
        value = getattr(event, field)
        if value and (make := _FIELDS.get(field)):
            words = make(value, account)
            facts[_RENAMED.get(field, field)] = Fact(words, at)
        elif isinstance(value, int) and not isinstance(value, bool) and field in _NUMBERS:
            facts |= numbers(field, value, beat.head)
        elif value is True:
            facts[field] = condition(*at)
    if beat.place:
        facts["place"] = Fact(names.full(beat.place), at)
    if beat.thing:
        facts["thing"] = Fact(noun(beat.thing, names) if beat.thing not in account.people else names.short(beat.thing), at)
    if wish := getattr(event, "to_what", "") or getattr(event, "demand", ""):
        facts |= _wish(account, wish, beat)
    if "text" in event.__struct_fields__ and (text := getattr(event, "text", "")):
        facts |= {"quote": Fact(quotation(text), at), "quote_on": Fact(quotation_before(text), at)}
        facts |= {"claim": Fact(clause(text, names), at), "statement": Fact(statement(text, names), at)}
    return facts


def _wish(account: Account, wish: str, beat: Beat) -> Facts:
    """What was asked of somebody, as it follows `agreed`: `to go to the Moot Hall`."""
    name, secrets = account.names.full(wish), {secret for _, secret in account.beliefs}
    kept: Facts = {}
    if wish in account.all_places:
        words = f"to stay at {name}" if wish == beat.place else f"to go to {name}"
        went = next((later for later in account.beats if _went(later, beat, wish)), None)
        kept = {"kept": condition(went.head)} if went else {}
    elif wish in account.holders:
        words = f"to give up {name}"
    elif wish in secrets:
        words = f"to speak of {name}"
    else:
        return {}
    return {"to_do": Fact(words, (beat.head,)), **kept}


def _went(later: Beat, asked: Beat, place: str) -> bool:
    """True for the move by which somebody did soon what was asked."""
    soon = asked.head < later.head and later.turn - asked.turn <= KEPT_SOON
    return soon and later.family in {"move", "sneak"} and later.doer == asked.other and later.place == place


_FIELDS: dict[str, Callable[[Any, Account], str]] = {
    **dict.fromkeys(
        ("place", "origin", "to", "weapon", "object", "clock", "faction", "toward", "threat", "complication", "found", "what"),
        lambda value, account: account.names.full(value),
    ),
    **dict.fromkeys(
        ("how", "detail", "about", "why", "secret"),
        lambda value, account: clause(value, account.names),
    ),
    "description": lambda value, account: statement(value, account.names),
    "doing": lambda value, account: _DOINGS.get(value) or clause(value, account.names),
}
_RENAMED = {"why": "reason"}
_DOINGS = {"sneak": "slipping in quietly", "hide": "trying not to be seen", "take": "reaching for what was not to be had"}
"""Kinds of deeds, as one is caught at them."""
_NUMBERS = frozenset({"harm", "left", "roll", "against", "healed", "filled", "segments", "recovered", "sure", "turn"})


def _outcome_facts(account: Account, beat: Beat) -> Facts:
    event = account.events[beat.head]
    if not isinstance(event, ev.Check):
        return {}
    facts: Facts = {event.outcome: condition(beat.head)}
    margin = event.roll - event.against
    facts |= numbers("margin", abs(margin), beat.head)
    if event.outcome in DONE and margin <= 1:
        facts["barely"] = condition(beat.head)
    return facts


def _party_facts(account: Account, beat: Beat) -> Facts:
    facts: Facts = {}
    if beat.doer:
        facts["A"] = party(account, beat.doer, beat.head)
    if beat.other:
        facts["B"] = party(account, beat.other, beat.head)
    witnesses = account.witnesses(beat)
    if not witnesses:
        facts["alone"] = condition(beat.head)
    elif len(witnesses) <= WITNESSES_MAX:
        facts["witnesses"] = tuple(witnesses)
        if len(witnesses) == 1:
            facts["witness"] = witnesses[0]
    else:
        facts["crowd"] = condition(beat.head)
    return facts


def _consequence_facts(account: Account, beat: Beat) -> Facts:
    facts: Facts = {}
    for at in beat.events[1:] if beat.family not in _SPEAK_FOR_THEMSELVES else beat.events:
        event = account.events[at]
        if isinstance(event, ev.Wounded | ev.Fell) and event.who == beat.doer != beat.other:
            facts |= _recoil(at, event)
        elif make := _CONSEQUENCES.get(type(event)):
            facts.update(make(account, at, event))
    return facts


_SPEAK_FOR_THEMSELVES = frozenset({"clock", "stance", "learn", "hurt", "weaken"})
"""Families whose first event is of a kind that elsewhere is a consequence."""


def _recoil(at: int, event: ev.Wounded | ev.Fell) -> Facts:
    """What a blow cost whoever dealt it."""
    if isinstance(event, ev.Fell):
        return {"recoil_killed" if event.dead else "recoil_felled": condition(at)}
    return {"recoil": condition(at)} | numbers("recoil_harm", event.harm, at) | numbers("recoil_left", event.left, at)


def _clock_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "clock", Fact(account.names.full(event.clock), (at,))
    yield from numbers("filled", event.filled, at).items()
    yield from numbers("segments", event.segments, at).items()
    full = event.filled >= event.segments
    if not full:
        yield from numbers("to_go", event.segments - event.filled, at).items()
    yield "clock_full" if full else "clock_up" if event.by > 0 else "clock_down", condition(at)
    if event.because in account.people:
        yield "mover", event.because
    elif event.because not in {"", "time"}:
        yield "cause", Fact(account.names.full(event.because), (at,))


def stance_word(points: int) -> str:
    """How a side stands to another, in a word that follows `was`."""
    marks = ((-75, "at daggers drawn"), (-40, "hostile"), (-10, "cold"), (9, "indifferent"), (39, "civil"), (74, "friendly"))
    return next((word for most, word in marks if points <= most), "devoted")


def _stance_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "faction", Fact(account.names.full(event.faction), (at,))
    yield "toward", Fact(account.names.full(event.toward), (at,))
    yield "stance", Fact(stance_word(event.now), (at,))
    yield "stance_n", Fact(f"{event.now:+d}".replace("-", "−"), (at,))
    yield "colder" if event.by < 0 else "warmer", condition(at)
    if event.because in account.people:
        yield "mover", event.because


def _wound_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    """Of the wound that a beat dealt; not of one its doer got in return."""
    yield from numbers("harm", event.harm, at).items()
    yield from numbers("left", event.left, at).items()
    if event.left <= 2:
        yield "low", condition(at)
    if event.harm >= HEAVY:
        yield "heavy", condition(at)
    if event.by and event.by not in account.people:
        yield "cause", Fact(account.names.full(event.by), (at,))


def _belief_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "belief", Fact(clause(event.text, account.names), (at,))
    yield "tenet", Fact(statement(event.text, account.names), (at,))
    yield "secret", Fact(clause(event.secret, account.names), (at,))
    yield "believer", event.agent if event.agent in account.people else Fact(account.names.full(event.agent), (at,))
    yield "true" if event.true else "untrue", condition(at)
    if event.sure < 50:
        yield "unsure", condition(at)


def _bond_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "warmed" if event.by > 0 else "soured", condition(at)


def _way_facts(account: Account, at: int, event: Any) -> Iterator[tuple[str, Fill]]:
    yield "one", Fact(account.names.full(event.between[0]), (at,))
    yield "other_end", Fact(account.names.full(event.between[1]), (at,))
    yield "opened" if event.open else "closed", condition(at)


_CONSEQUENCES: dict[type[Event], Callable[[Account, int, Any], Iterator[tuple[str, Fill]]]] = {
    ev.ClockMoved: _clock_facts,
    ev.StanceChanged: _stance_facts,
    ev.Wounded: _wound_facts,
    ev.Learned: _belief_facts,
    ev.BondChanged: _bond_facts,
    ev.WayChanged: _way_facts,
    ev.Appeared: lambda a, at, e: iter([("object_left", Fact(a.names.full(e.object), (at,)))]),
    ev.Noticed: lambda a, at, e: iter([("spy", e.agent), ("doing", Fact(clause(e.doing, a.names), (at,)))]),
}


def _history_facts(account: Account, beat: Beat) -> Facts:
    facts: Facts = {}
    if beat.doer not in account.people:
        return facts
    for who, fill in ((beat.doer, "hurt_A"), (beat.other, "hurt_B")):
        left = account.vigour.before(who, beat.head) if who in account.people else None
        if left is not None and 0 < left.value <= BADLY_HURT:
            facts[fill] = condition(left.event)
    if beat.other in account.people:
        facts |= _between_two(account, beat)
    return facts


def _between_two(account: Account, beat: Beat) -> Facts:
    facts: Facts = {}
    for past in account.between(beat.doer, beat.other, beat.head):
        kind = "wrong" if past.family in HOSTILE else "kind" if past.family in KIND and past.key != "aid.no" else ""
        fill = f"{kind}_{'AB' if past.doer == beat.doer else 'BA'}"
        if kind and fill not in facts and (words := recalled(account, past, here=beat.place)):
            facts[fill] = Fact(words, past.events[:1])
    for pair, side in (((beat.doer, beat.other), "AB"), ((beat.other, beat.doer), "BA")):
        bond = account.bonds.before(pair, beat.head)
        if bond is not None and abs(bond.value.now) >= FEELING:
            facts[f"{'dear' if bond.value.now > 0 else 'hated'}_{side}"] = condition(bond.event)
    return facts | _held_against(account, beat)


def _held_against(account: Account, beat: Beat) -> Facts:
    """What the doer believes of the other, or of the other's side: `held`, with `held_untrue` if the reader knows better."""
    other = account.people[beat.other]
    for known in account.believed(beat.doer, beat.head):
        learned = known.value
        if beat.other in learned.text or (other.faction and other.faction in learned.text):
            facts: Facts = {"held": Fact(clause(learned.text, account.names), (known.event,))}
            return facts if learned.true else facts | {"held_untrue": condition(known.event)}
    return {}


def recalled(account: Account, beat: Beat, *, here: str = "") -> str:
    """A deed as it follows `had`: `wounded Tom at the Quay`; empty if it cannot be put so. here: the place that goes without saying."""
    words = _deed(account, beat, 0)
    return words.removesuffix(f" at {account.names.full(here)}") if here else words


def foretold(account: Account, beat: Beat) -> str:
    """A deed as it follows `would`: `wound Tom at the Quay`; empty if it cannot be put so."""
    return _deed(account, beat, 1)


def _deed(account: Account, beat: Beat, form: int) -> str:
    forms, names = DEEDS.get(beat.key), account.names
    if forms is None:
        return ""
    whom = names.short(beat.other)
    return forms[form].format(B=whom, Bs=possessive(whom), place=names.full(beat.place), thing=noun(beat.thing, names))


def _turn_facts(account: Account, beat: Beat) -> Facts:
    facts: Facts = {}
    begun = next((turn.begins for turn in account.turns if turn.number == beat.turn), None)
    if begun is not None:
        facts |= {"turn": Fact(ordinal(beat.turn), (begun,)), "turn_n": Fact(str(beat.turn), (begun,))}
    same = [
        past.head
        for past in account.beats
        if past.head < beat.head and (past.family, past.doer, past.other) == (beat.family, beat.doer, beat.other)
    ]
    if same and beat.doer:
        facts["nth"] = Fact(ordinal(len(same) + 1), (*same, beat.head))
        facts["times"] = Fact(times(len(same) + 1), (*same, beat.head))
    return facts
