"""Endings: how a run came out, what became of everyone, and what was left open - the facts for the last pages."""

from collections.abc import Iterator

from fabula.chronicle.account import Account, Person
from fabula.chronicle.beats import DONE, Beat
from fabula.chronicle.grammar import Fact
from fabula.chronicle.history import recalled
from fabula.chronicle.landscape import Change, dangers, stakes
from fabula.chronicle.names import counted, listed, ordinal
from fabula.chronicle.telling import Telling
from fabula.chronicle.terms import FEELING, Facts, condition, named, party
from fabula.chronicle.wording import clause, quotation, statement
from fabula.engine.values import Event
from fabula.environments.campaign import events as ev

OPEN_MAX = 5
"""Questions left open that are named."""


def outcome(account: Account) -> Change:
    """How it ended: `end.outcome`; `end.broken` when the log breaks off; `end.empty` when it holds nothing."""
    facts = question(account)
    if account.ended is not None:
        event, at = account.ended.value, account.ended.event
        facts |= {
            "name": Fact(event.name, (at,)),
            "statement": Fact(statement(event.text, account.names), (at,)),
            event.outcome: condition(at),
        }
        return ("end.outcome" if event.text else "end.named"), facts
    if not account.turns:
        return "end.empty", facts
    last = account.turns[-1]
    facts |= {"turn": Fact(ordinal(last.number), (last.begins,)), "turn_n": Fact(str(last.number), (last.begins,))}
    return "end.broken", facts


def decided(account: Account) -> Iterator[Change]:
    """What brought the end about, by the act that did it: `end.clock`, `end.threat`, `end.fall`, `end.secret`,
    `end.object`, for each name the ending gives.
    """
    if account.ended is None:
        return
    event, at = account.ended
    for name in event.because:
        for kind, rule in _DECISIVE:
            acts = [n for n, act in enumerate(account.events[:at]) if isinstance(act, kind) and _settles(act, name)]
            if acts:
                last = acts[0] if kind is ev.Learned else acts[-1]
                yield rule, {**_act_facts(account, last), "name": named(account, name, at)}
                break


_DECISIVE: tuple[tuple[type[Event], str], ...] = (
    (ev.ClockMoved, "end.clock"),
    (ev.Beaten, "end.threat"),
    (ev.Fell, "end.fall"),
    (ev.Learned, "end.secret"),
    (ev.Took, "end.object"),
    (ev.Gave, "end.object"),
)


def _settles(act: Event, name: str) -> bool:
    """True for an event that did with the named thing what can end a campaign."""
    match act:
        case ev.ClockMoved():
            return act.clock == name and act.filled >= act.segments
        case ev.Beaten():
            return act.threat == name
        case ev.Fell():
            return act.who == name
        case ev.Learned():
            return act.secret == name and act.true
        case ev.Took():
            return act.object == name and act.outcome in DONE
        case ev.Gave():
            return act.object == name
        case _:
            return False


def _act_facts(account: Account, at: int) -> Facts:
    """Who or what did it, where, and by which deed."""
    act = account.events[at]
    doer = getattr(act, "because", "") or getattr(act, "by", "") or getattr(act, "agent", "")
    facts: Facts = {}
    if doer == "time":
        facts["time"] = condition(at)
    elif doer in account.people:
        facts["A"] = doer
    elif doer:
        facts["cause"] = named(account, doer, at)
    if isinstance(act, ev.Fell):
        facts |= {"B": act.who, "dead" if act.dead else "down": condition(at)}
    if isinstance(act, ev.Learned):
        facts["tenet"] = Fact(statement(act.text, account.names), (at,))
    if place := getattr(act, "place", ""):
        facts["place"] = named(account, place, at)
    beat = next((beat for beat in account.beats if at in beat.events and beat.doer == doer), None)
    if beat is not None and (words := recalled(account, beat)):
        facts["deed"] = Fact(words, beat.events)
    return facts | {"act": condition(at)}


def question(account: Account) -> Facts:
    """The campaign's question, as a sentence of its own and inside another."""
    if account.opened is None or not account.opened.value.question:
        return {}
    text, at = account.opened.value.question, (account.opened.event,)
    return {"question": Fact(quotation(text).strip("“”"), at), "asked": Fact(quotation(text), at)}


def fates(telling: Telling) -> Iterator[Change]:
    """What became of everyone, in the order they joined: `fate.dead`, `fate.fell`, `fate.left`, `fate.stood`."""
    for person in telling.account.people.values():
        yield _fate(telling, person)


def _fate(telling: Telling, person: Person) -> Change:
    account, name = telling.account, person.name
    facts: Facts = {"A": name, **_memorable(telling, name)}
    ended = account.fates.get(name)
    if ended is None:
        return "fate.stood", facts | _standing(account, name)
    event, at = ended
    facts["place"] = Fact(account.names.full(event.place), (at,))
    if isinstance(event, ev.Left):
        if event.why:
            facts["reason"] = Fact(clause(event.why, account.names), (at,))
        return "fate.left", facts
    if event.by:
        facts["cause"] = party(account, event.by, at)
    return ("fate.dead" if event.dead else "fate.fell"), facts


def _standing(account: Account, name: str) -> Facts:
    end = len(account.events)
    facts: Facts = {}
    at = account.places.before(name, end)
    if at is not None:
        facts["place"] = Fact(account.names.full(at.value), (at.event,))
    wounds = [
        number for number, event in enumerate(account.events) if isinstance(event, ev.Wounded) and event.who == name
    ]
    if wounds:
        facts["wounds"] = Fact(counted(len(wounds), "wound"), tuple(wounds))
    else:
        facts["unhurt"] = condition()
    held = [
        (thing, known)
        for thing in account.holders
        if (known := account.holders.before(thing, end)) and known.value == name
    ]
    if held:
        facts["held"] = Fact(
            listed([account.names.full(thing) for thing, _ in held]), tuple(known.event for _, known in held)
        )
    return facts


def _memorable(telling: Telling, name: str, before: int | None = None) -> Facts:
    """The deed it is remembered by."""
    account = telling.account
    own = [
        beat
        for beat in account.beats
        if beat.doer == name and recalled(account, beat) and (before is None or beat.head < before)
    ]
    if not own:
        return {"idle": condition()}
    beat: Beat = max(own, key=lambda beat: (telling.weights[beat.head], -beat.head))
    return {"deed": Fact(recalled(account, beat), beat.events)}


def elegy(telling: Telling, beat: Beat) -> Facts:
    """What is to be said of somebody who has just fallen: the deed, who loved or hated whom, what is no longer known;
    empty if nothing.
    """
    account, name = telling.account, beat.other
    facts: Facts = {key: value for key, value in _memorable(telling, name, beat.head).items() if key == "deed"}
    for mourner in account.people:
        bond = account.bonds.before((mourner, name), beat.head)
        if (
            mourner not in (name, beat.doer)
            and mourner not in account.fates
            and bond is not None
            and abs(bond.value.now) >= FEELING
        ):
            facts |= {"M": mourner, "loved" if bond.value.now > 0 else "loathed": condition(bond.event)}
            break
    truths = [known for known in account.believed(name, beat.head) if known.value.true]
    if truths:
        facts["secret"] = Fact(clause(truths[0].value.secret, account.names), (truths[0].event,))
    return facts | {"B": name} if facts else {}


def left_open(account: Account) -> Iterator[Change]:
    """Questions the run did not answer: `open.belief`, `open.threat`, `open.clock`, `open.secret`."""
    end = len(account.events)
    found: list[Change] = []
    standing = [name for name in account.people if name not in account.fates]
    for name in standing:
        for known in account.believed(name, end):
            if not known.value.true:
                found.append(("open.belief", _held(account, name, known.event, known.value)))
                break
    found += [("open.threat", facts) for _, facts in dangers(account, end)]
    found += [("open.clock", facts) for _, facts in stakes(account, end)]
    found += [("open.secret", facts) for facts in _kept(account)]
    rules: dict[str, list[Change]] = {}
    for change in found:
        rules.setdefault(change[0], []).append(change)
    # One of each kind before a second of any.
    rounds = max(map(len, rules.values()), default=0)
    yield from [kind[row] for row in range(rounds) for kind in rules.values() if row < len(kind)][:OPEN_MAX]


def _kept(account: Account) -> Iterator[Facts]:
    """Truths that one agent found out and nobody else ever learned."""
    knowing: dict[str, list[tuple[str, int, ev.Learned]]] = {}
    for agent, secret in account.beliefs:
        known = account.beliefs.before((agent, secret), len(account.events))
        if known is not None and known.value.true:
            knowing.setdefault(secret, []).append((agent, known.event, known.value))
    for knowers in knowing.values():
        if len(knowers) == 1:
            agent, at, learned = knowers[0]
            yield _held(account, agent, at, learned)


def _held(account: Account, name: str, at: int, learned: ev.Learned) -> Facts:
    facts: Facts = {
        "X": name,
        "belief": Fact(clause(learned.text, account.names), (at,)),
        "tenet": Fact(statement(learned.text, account.names), (at,)),
        "secret": Fact(clause(learned.secret, account.names), (at,)),
    }
    if learned.source in account.people:
        facts["source"] = learned.source
    return facts
