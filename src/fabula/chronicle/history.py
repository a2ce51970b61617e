"""History: what went before a beat and what it was to lead to: wrongs, kindnesses, feelings, beliefs, promises kept."""

from fabula.chronicle.account import Account
from fabula.chronicle.beats import Beat
from fabula.chronicle.clauses import DEEDS
from fabula.chronicle.grammar import Fact
from fabula.chronicle.names import possessive
from fabula.chronicle.salience import HOSTILE, KIND
from fabula.chronicle.terms import FEELING, Facts, condition, named
from fabula.chronicle.wording import clause, noun

BADLY_HURT = 3
"""Points left at which somebody goes on wounded in the eyes of a storyteller."""
KEPT_SOON = 2
"""Turns within which going somewhere is doing what one was asked."""


def history_facts(account: Account, beat: Beat) -> Facts:
    """What templates may say of what lay between the two before, and of what state they were in."""
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
            facts[fill] = Fact(words, past.events)
    for pair, side in (((beat.doer, beat.other), "AB"), ((beat.other, beat.doer), "BA")):
        bond = account.bonds.before(pair, beat.head)
        if bond is not None and abs(bond.value.now) >= FEELING:
            facts[f"{'dear' if bond.value.now > 0 else 'hated'}_{side}"] = condition(bond.event)
    return facts | _held_against(account, beat)


def _held_against(account: Account, beat: Beat) -> Facts:
    """What the doer believes of the other, or of the other's side: `held`, with `held_untrue` if the reader knows
    better.
    """
    other = account.people[beat.other]
    for known in account.believed(beat.doer, beat.head):
        learned = known.value
        if beat.other in learned.text or (other.faction and other.faction in learned.text):
            facts: Facts = {"held": Fact(clause(learned.text, account.names), (known.event,))}
            return facts if learned.true else facts | {"held_untrue": condition(known.event)}
    return {}


def recalled(account: Account, beat: Beat, *, here: str = "") -> str:
    """A deed as it follows `had`: `wounded Tom at the Quay`; empty if it cannot be put so. here: the place that goes
    without saying.
    """
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


def wish_facts(account: Account, wish: str, beat: Beat) -> Facts:
    """What was asked of somebody, as it follows `agreed`: `to go to the Moot Hall`."""
    name, secrets = account.names.full(wish), {secret for _, secret in account.beliefs}
    kept: Facts = {}
    if wish in account.all_places:
        words = f"to stay at {name}" if wish == beat.place else f"to go to {name}"
        kept = _promise(account, beat, wish)
    elif wish in account.holders:
        words = f"to give up {name}"
    elif wish in secrets:
        words = f"to speak of {name}"
    else:
        return {}
    return {"to_do": Fact(words, (beat.head,)), **kept}


def _promise(account: Account, beat: Beat, place: str) -> Facts:
    """Whether somebody went where it had agreed to go: `kept`, with `kept_at` for the place; `unkept` if never."""
    if beat.key != "persuade.yes" or place == beat.place:
        return {}
    went = next((later for later in account.beats if _went(later, beat, place)), None)
    if went is not None:
        return {"kept": condition(went.head), "promised": named(account, place, beat.head, went.head)}
    ever = any(
        later.head > beat.head and later.family in _GOING and later.doer == beat.other and later.place == place
        for later in account.beats
    )
    if ever or beat.other in account.fates or account.ended is None:
        return {}
    return {"unkept": condition(account.ended.event), "promised": named(account, place, beat.head)}


_GOING = frozenset({"move", "sneak"})


def _went(later: Beat, asked: Beat, place: str) -> bool:
    """True for the move by which somebody did soon what was asked."""
    soon = asked.head < later.head and later.turn - asked.turn <= KEPT_SOON
    return soon and later.family in _GOING and later.doer == asked.other and later.place == place
