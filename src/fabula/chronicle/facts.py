"""Facts of a beat as fills for templates: who, whom, where, with what, how it went, what came of it, and what lay
between the two before.

| fill | what |
|---|---|
| A, B | doer and other: an agent's name, or a fact where it is a threat, a faction or a thing |
| place, origin, how, weapon, thing, detail, about, to_do, object, reason, doing, description | words of the event |
| harm, left, roll, against, healed, filled, segments, to_go | numbers in words; with `_n` in digits |
| triumph … disaster, alone, crowd, aloud, spent, dead | conditions |
| witnesses | up to three names of those who perceived it besides A and B |
| claim, quote, quote_on | the event's text as a clause, as a quotation, as a quotation that goes on |
| believer, secret, belief, true, untrue, unsure | who came to believe what about what |
| wrong_AB, wrong_BA, kind_AB, kind_BA | the latest deed of that kind between the two, as it follows `had` |
| dear_AB, hated_AB, hurt_A, hurt_B, heavy, low | conditions: strong feelings, wounds that are deep or leave little |
| held, held_untrue | what A believes of B or B's side |
| clock, faction, toward, stance, one, other_end, object_left, recoil | what came of it |
| turn, times, nth | the turn's ordinal; how often the doer has done this by now, from two on |
"""

from collections.abc import Callable
from typing import Any

from fabula.chronicle.account import Account
from fabula.chronicle.beats import DONE, Beat
from fabula.chronicle.consequences import consequence_facts
from fabula.chronicle.grammar import Fact, People
from fabula.chronicle.history import history_facts, wish_facts
from fabula.chronicle.names import ordinal, times
from fabula.chronicle.terms import Facts, condition, named, numbers, party
from fabula.chronicle.wording import clause, noun, quotation, quotation_before, statement
from fabula.environments.campaign import events as ev

WITNESSES_MAX = 3
"""More who looked on are a crowd."""


def facts_of(account: Account, beat: Beat) -> Facts:
    """Everything that templates may say of a beat."""
    facts: Facts = {}
    for found in (_event_facts, _outcome_facts, _party_facts, consequence_facts, history_facts, _turn_facts):
        facts.update(found(account, beat))
    return facts


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
        facts["place"] = named(account, beat.place, beat.head)
    if beat.thing:
        facts["thing"] = Fact(names.short(beat.thing) if beat.thing in account.people else noun(beat.thing, names), at)
    if wish := getattr(event, "to_what", "") or getattr(event, "demand", ""):
        facts |= wish_facts(account, wish, beat)
    if text := getattr(event, "text", ""):
        facts |= {"quote": Fact(quotation(text), at), "quote_on": Fact(quotation_before(text), at)}
        facts |= {"claim": Fact(clause(text, names), at), "statement": Fact(statement(text, names), at)}
    return facts


_DOINGS: dict[str, str] = {
    "sneak": "slipping in quietly",
    "hide": "trying not to be seen",
    "take": "reaching for what was not to be had",
}
"""Kinds of deeds, as one is caught at them."""
_FIELDS: dict[str, Callable[[Any, Account], str]] = {
    **dict.fromkeys(
        "place origin to weapon object clock faction toward threat complication found what".split(),
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
        facts["witnesses"] = People(tuple(witnesses))
        if len(witnesses) == 1:
            facts["witness"] = witnesses[0]
    else:
        facts["crowd"] = condition(beat.head)
    return facts


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
