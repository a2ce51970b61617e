"""Experience: each event of a campaign as an agent that perceived it meets with it, in one plain sentence.

Only what the viewer may know gets through: no figures of a roll, nothing of what the rules hold to be true, no name of
what somebody else found out unseen. Causes that the viewer need not have seen (who moved a clock) are left out.
"""

import re
from collections.abc import Collection
from typing import NamedTuple, assert_never

from fabula.agents.memory.experience import SEEN, Experience, Kind
from fabula.environments.campaign import events as ev
from fabula.environments.campaign.checks import DONE
from fabula.environments.campaign.events import AnyEvent

UNKEPT = (ev.TurnBegan, ev.TurnEnded, ev.Noted, ev.Waited)
"""Events that nobody remembers."""

_BECAUSE: dict[str, str] = {
    "aided": "for the help",
    "attacked": "for the blow",
    "betrayed": "for the betrayal",
    "confided": "for the confidence",
    "deceived": "for the lie",
    "defended": "for the protection",
    "fell": "for the one who fell",
    "given": "for the gift",
    "persuaded": "after what was said",
    "pressed": "for not letting the matter rest",
    "robbed": "for the theft",
    "talked": "after a talk",
    "threatened": "for the threat",
}
"""Why a bond moved -> as it follows `came to think better of Tom`."""

_BARELY_STANDING = 2
"""Points left at which a wound is seen to be a bad one."""


_REFUSED: dict[str, tuple[str, str]] = {
    "aid": ("to help", "to help"),
    "defend": ("to stand guard over", "to stand guard"),
    "give": ("to hand over", "to hand something over"),
    "investigate": ("to look closely at", "to look around"),
    "move": ("to go to", "to go"),
    "persuade": ("to win over", "to win somebody over"),
    "sneak": ("to slip unseen to", "to slip away unseen"),
    "talk": ("to talk to", "to talk"),
    "use": ("to use", "to use something"),
}
"""Kind of a refused deed -> as it follows `tried`: with what it was aimed at, and without."""

_QUOTED = re.compile(r"(?<=')[^']+(?=')|(?<=\")[^\"]+(?=\")")
"""Names in the reason of a refusal."""


class _Deed(NamedTuple):
    """What somebody did."""

    did: str
    """In the past tense, after the doer's name: `gave Tom the lamp`."""
    do: str
    """As it follows `had to`: `give Tom the lamp`."""
    to: str = ""
    kindness: float = 0.0
    importance: float = 0.1
    about: str = ""
    others: tuple[str, ...] = ()
    so: str = ""
    """How it went, a clause to end the sentence with: `, in vain`."""
    kind: Kind = Kind.DEED


class _News(NamedTuple):
    """What happened without anybody doing it."""

    text: str
    importance: float
    about: str = ""
    to: str = ""


def experience(
    event: AnyEvent,
    *,
    step: int,
    turn: int,
    viewer: str,
    people: Collection[str],
    secrets: Collection[str] = (),
) -> Experience | None:
    """The event as the viewer, who perceived it, meets with it; None if it is nothing to remember.

    people: the agents there have been; whoever else does something is a danger, and what it does is not a deed but
    something that happens. secrets: the names of all secrets, so that a find that others make stays theirs.
    """
    if isinstance(event, UNKEPT):
        return None
    if isinstance(event, ev.Learned):
        return _learned(event, step, turn)
    if isinstance(event, ev.BondChanged):
        return _bond(event, step, turn)
    told = _told(event, viewer, people, secrets)
    place = getattr(event, "place", "")
    if told is None:
        return None
    if isinstance(told, _News):
        text, importance, about, to = told
        return Experience(
            kind=Kind.WORLD, step=step, turn=turn, text=text, importance=importance, about=about, to=to, place=place
        )
    doer = _doer(event)
    return Experience(
        kind=told.kind,
        step=step,
        turn=turn,
        text=f"{_capital(doer)} {told.did}{told.so}.",
        deed=told.do + told.so,
        doer=doer,
        to=told.to,
        others=told.others,
        place=place,
        about=told.about,
        kindness=told.kindness,
        importance=told.importance,
    )


_Eventful = (
    ev.CampaignOpened
    | ev.Joined
    | ev.Aimed
    | ev.ClockStarted
    | ev.Left
    | ev.Moved
    | ev.Searched
    | ev.Spoke
    | ev.Persuaded
    | ev.Threatened
    | ev.Aided
    | ev.Attacked
    | ev.Wounded
    | ev.Fell
    | ev.Beaten
    | ev.Defended
    | ev.Took
    | ev.Gave
    | ev.Used
    | ev.Rested
    | ev.Attempted
    | ev.Refused
    | ev.Noticed
    | ev.ClockMoved
    | ev.ThreatArrived
    | ev.ThreatMoved
    | ev.WayChanged
    | ev.Appeared
    | ev.Complicated
    | ev.StanceChanged
    | ev.CampaignEnded
)


def _told(  # noqa: PLR0911, PLR0912 - one line a kind of event
    event: _Eventful, viewer: str, people: Collection[str], secrets: Collection[str]
) -> _Deed | _News | None:
    match event:
        case ev.Attacked():
            return _attacked(event, people)
        case ev.Fell():
            return _fell(event, people)
        case ev.Wounded():
            return _wounded(event)
        case ev.Beaten():
            return _beaten(event, people)
        case ev.Spoke():
            return _spoke(event)
        case ev.Persuaded():
            return _persuaded(event)
        case ev.Threatened():
            return _threatened(event)
        case ev.Aided():
            return _aided(event)
        case ev.Defended():
            return _defended(event, people)
        case ev.Took():
            return _took(event)
        case ev.Gave():
            what = f"{event.object} at {event.place}"
            words = f"gave {event.to} {what}", f"give {event.to} {what}"
            return _Deed(*words, to=event.to, kindness=0.4, importance=0.45, about=event.object)
        case ev.Used():
            return _used(event, people)
        case ev.Searched():
            return _searched(event, viewer, secrets)
        case ev.Attempted():
            return _attempted(event)
        case ev.Moved():
            return _moved(event)
        case ev.Rested():
            return _Deed(f"rested at {event.place}", f"rest at {event.place}", importance=0.05)
        case ev.Refused():
            words = f"tried {_in_vain(event, people)}, and could not", ""
            return _Deed(*words, importance=0.25, so=f": {event.why.rstrip('.')}")
        case ev.Noticed():
            return _noticed(event)
        case ev.Joined():
            return _joined(event, viewer)
        case ev.Aimed():
            return _Deed(f"meant {event.aim}", "", importance=0.8, about=event.about)
        case ev.Left():
            return _Deed(f"left {event.place} for good", f"leave {event.place} for good", importance=0.5)
        case _:
            return _news(event)


def _news(
    event: ev.CampaignOpened
    | ev.ClockStarted
    | ev.ClockMoved
    | ev.ThreatArrived
    | ev.ThreatMoved
    | ev.WayChanged
    | ev.Appeared
    | ev.Complicated
    | ev.StanceChanged
    | ev.CampaignEnded,
) -> _News | None:
    match event:
        case ev.CampaignOpened():
            return _News(_sentence(event.text or event.question), 0.5)
        case ev.ClockStarted():
            return _News(_sentence(f"{_capital(event.clock)} began: {event.description}"), 0.3, event.clock)
        case ev.ClockMoved():
            return _clock_moved(event)
        case ev.ThreatArrived():
            what = f": {event.description}" if event.description else ""
            return _News(_sentence(f"{_capital(event.threat)} came to {event.place}{what}"), 0.6, event.threat)
        case ev.ThreatMoved():
            return _News(f"{_capital(event.threat)} went from {event.origin} to {event.to}.", 0.35, event.threat)
        case ev.WayChanged():
            one, other = event.between
            now = "opened" if event.open else "closed"
            return _News(f"The way between {one} and {other} was {now}.", 0.4)
        case ev.Appeared():
            return _News(f"{_capital(event.object)} came to light at {event.place}.", 0.3, event.object)
        case ev.Complicated():
            return _News(_sentence(event.text), 0.55)
        case ev.StanceChanged():
            better = "better" if event.by > 0 else "worse"
            return _News(f"{_capital(event.faction)} came to stand {better} with {event.toward}.", 0.35, event.faction)
        case ev.CampaignEnded():
            return _News(_sentence(event.text or event.name), 0.95)
    assert_never(event)


def _learned(event: ev.Learned, step: int, turn: int) -> Experience:
    if event.source == SEEN:
        how = f"{event.agent} found out about {event.secret}"
    else:
        how = f"{event.source} told {event.agent} about {event.secret}"
    return Experience(
        kind=Kind.LEARNED,
        step=step,
        turn=turn,
        text=_sentence(f"{how}: {event.text}"),
        doer="" if event.source == SEEN else event.source,
        to=event.agent,
        about=event.secret,
        claim=event.text,
        source=event.source,
        sure=event.sure / 100,
        importance=0.75,
    )


def _bond(event: ev.BondChanged, step: int, turn: int) -> Experience:
    better = "better" if event.by > 0 else "worse"
    why = _BECAUSE.get(event.because, "")
    return Experience(
        kind=Kind.BOND,
        step=step,
        turn=turn,
        text=f"{event.agent} came to think {better} of {event.toward} {why}".rstrip() + ".",
        to=event.toward,
        about=event.because,
        feels=event.by / 100,
        now=event.now / 100,
        importance=min(0.8, abs(event.by) / 50),
    )


def _attacked(event: ev.Attacked, people: Collection[str]) -> _Deed | _News:
    arms = f" with {event.weapon}" if event.weapon else ""
    so = ", and drew blood" if event.harm else ", and did no harm"
    where = f"{event.target} at {event.place}{arms}"
    importance = 0.7 if event.harm else 0.5
    if event.agent not in people:
        return _News(f"{_capital(event.agent)} attacked {where}{so}.", importance, event.agent, event.target)
    words = f"attacked {where}", f"attack {where}"
    if event.target not in people:
        return _Deed(*words, importance=importance - 0.1, about=event.target, so=so)
    kindness = -min(0.9, 0.5 + event.harm / 10) if event.harm else -0.35
    return _Deed(*words, to=event.target, kindness=kindness, importance=importance, so=so)


def _fell(event: ev.Fell, people: Collection[str]) -> _Deed | _News:
    where = f"{event.who} at {event.place}"
    if event.by not in people:
        return _News(f"{event.who} {'died' if event.dead else 'fell'} at {event.place}.", 0.95, to=event.who)
    words = (f"killed {where}", f"kill {where}") if event.dead else (f"struck {where} down", f"strike {where} down")
    return _Deed(*words, to=event.who, kindness=-1.0, importance=1.0)


def _wounded(event: ev.Wounded) -> _News:
    badly = event.left <= _BARELY_STANDING
    how = "was badly wounded" if badly else "was wounded"
    return _News(f"{_capital(event.who)} {how} at {event.place}.", 0.55 if badly else 0.35, to=event.who)


def _beaten(event: ev.Beaten, people: Collection[str]) -> _Deed | _News:
    if event.by not in people:
        return _News(f"{_capital(event.threat)} was beaten at {event.place}.", 0.7, event.threat)
    where = f"{event.threat} at {event.place}"
    return _Deed(f"beat {where} for good", f"beat {where} for good", importance=0.7, about=event.threat)


def _spoke(event: ev.Spoke) -> _Deed:
    aloud = " aloud" if event.aloud else ""
    about = f" about {event.told or event.about}" if event.told or event.about else ""
    said = f": “{event.text}”" if event.text else ""
    did, do = ("told", "tell") if event.told else ("spoke to", "speak to")
    return _Deed(
        f"{did} {event.to}{about}{aloud} at {event.place}",
        f"{do} {event.to}{about}{aloud} at {event.place}",
        to=event.to,
        kindness=0.2 if event.told else 0.05,
        importance=0.45 if event.told else 0.3 if event.text else 0.15,
        about=event.told or event.about,
        so=said,
        kind=Kind.WORDS,
    )


def _persuaded(event: ev.Persuaded) -> _Deed:
    wish = f" in the matter of {event.to_what}" if event.to_what else ""
    so = _quoted(event.text) + (", and did" if event.outcome in DONE else ", in vain")
    words = f"tried to win {event.whom} over{wish}", f"try to win {event.whom} over{wish}"
    return _Deed(*words, to=event.whom, kindness=0.05, importance=0.35, about=event.to_what, so=so, kind=Kind.WORDS)


def _threatened(event: ev.Threatened) -> _Deed:
    wish = f" over {event.demand}" if event.demand else ""
    gave_way = event.outcome in DONE
    so = _quoted(event.text) + (f", and {event.whom} gave way" if gave_way else f", and {event.whom} stood firm")
    words = f"threatened {event.whom}{wish} at {event.place}", f"threaten {event.whom}{wish} at {event.place}"
    return _Deed(*words, to=event.whom, kindness=-0.35, importance=0.5, about=event.demand, so=so, kind=Kind.WORDS)


def _aided(event: ev.Aided) -> _Deed:
    whom = "" if event.whom == event.agent else event.whom
    done = event.outcome in DONE
    so = "" if done else ", to little use"
    if not whom:
        return _Deed("saw to wounds", f"see to wounds at {event.place}", importance=0.2, so=f" at {event.place}{so}")
    tended = event.healed > 0
    words = ("tended the wounds of", "tend the wounds of") if tended else ("lent a hand to", "lend a hand to")
    kindness = 0.5 if tended else 0.25 if done else 0.1
    importance = 0.45 if tended else 0.25
    did, do = (f"{word} {whom} at {event.place}" for word in words)
    return _Deed(did, do, to=whom, kindness=kindness, importance=importance, so=so)


def _defended(event: ev.Defended, people: Collection[str]) -> _Deed:
    so = "" if event.outcome in DONE else ", and could not"
    if event.what in people:
        words = f"stood before {event.what} at {event.place}", f"stand before {event.what} at {event.place}"
        return _Deed(*words, to=event.what, kindness=0.4 if not so else 0.15, importance=0.4, so=so)
    words = (f"stood guard over {event.what}", f"stand guard over {event.what}")
    if so:
        words = (f"tried to hold {event.what}", f"try to hold {event.what}")
    return _Deed(*words, importance=0.2, about=event.what, so=so)


def _took(event: ev.Took) -> _Deed:
    done, thing = event.outcome in DONE, event.object
    if event.from_whom:
        where = f"{thing} from {event.from_whom} at {event.place}"
        words = (f"took {where}", f"take {where}") if done else (f"tried to steal {where}", f"try to steal {where}")
        kindness = -0.45 if done else -0.3
        return _Deed(*words, to=event.from_whom, kindness=kindness, importance=0.55, about=thing)
    where = f"{thing} at {event.place}"
    words = (f"picked up {where}", f"pick up {where}") if done else (f"reached for {where}", f"reach for {where}")
    return _Deed(*words, importance=0.3 if done else 0.15, about=thing, so="" if done else ", and did not get it")


def _used(event: ev.Used, people: Collection[str]) -> _Deed:
    on = f" on {event.on}" if event.on and event.on != event.agent else ""
    words = f"used {event.object}{on} at {event.place}", f"use {event.object}{on} at {event.place}"
    healed = event.healed > 0 and bool(on) and event.on in people
    to = event.on if on and event.on in people else ""
    kindness = 0.5 if healed else 0.0
    return _Deed(*words, to=to, kindness=kindness, importance=0.4, about=event.object)


def _searched(event: ev.Searched, viewer: str, secrets: Collection[str]) -> _Deed:
    words = f"searched {event.place}", f"search {event.place}"
    if not event.found:
        so = f" and noticed {event.detail}" if event.detail else " and found nothing"
        return _Deed(*words, importance=0.15, so=so)
    if event.found in secrets:
        # What others find out is theirs to tell; that they found something can be seen.
        mine = event.agent == viewer
        so = f" and came upon {event.found}" if mine else " and came upon something"
        return _Deed(*words, importance=0.5, about=event.found if mine else "", so=so)
    return _Deed(*words, importance=0.35, about=event.found, so=f" and found {event.found}")


def _attempted(event: ev.Attempted) -> _Deed:
    so = ", and brought it off" if event.outcome in DONE else ", in vain"
    tried = f"“{event.text}” at {event.place}"
    return _Deed(f"tried this: {tried}", f"try this: {tried}", importance=0.4, so=so)


def _moved(event: ev.Moved) -> _Deed:
    how = f" {event.how}" if event.how else ""
    quietly = "quietly " if event.quietly else ""
    where = f"from {event.origin} to {event.to}{how}"
    importance = 0.2 if event.quietly else 0.08
    return _Deed(f"went {quietly}{where}", f"go {quietly}{where}", importance=importance)


def _in_vain(event: ev.Refused, people: Collection[str]) -> str:
    """What was tried and refused, as it follows `tried`: `to talk to Edda`."""
    kind, _, aim = event.tried.partition(" ")
    verb, bare = _REFUSED.get(kind, (f"to {kind.replace('_', ' ')}", f"to {kind.replace('_', ' ')}"))
    if kind == "attempt":
        return f"this: “{aim}”"
    # What else was said stands behind the name, with nothing between: the reason or the cast tells where it ends.
    named = [name for name in (*_QUOTED.findall(event.why), *people) if aim == name or aim.startswith(f"{name} ")]
    aim = max(named, key=len, default=aim)
    is_name = aim[:1].isupper() or aim.startswith("the ")
    return f"{verb} {aim if is_name else f'“{aim}”'}" if aim else bare


def _noticed(event: ev.Noticed) -> _Deed:
    doing = "slipping in" if event.doing == "sneak" else "in hiding"
    words = f"noticed {event.whom} {doing} at {event.place}", f"notice {event.whom} {doing} at {event.place}"
    return _Deed(*words, importance=0.45, others=(event.whom,), about=event.whom)


def _joined(event: ev.Joined, viewer: str) -> _Deed:
    of = f" for {event.faction}" if event.faction else ""
    importance = 0.3 if event.agent == viewer else 0.12
    return _Deed(f"was at {event.place}{of}", "", importance=importance)


def _clock_moved(event: ev.ClockMoved) -> _News | None:
    if event.filled >= event.segments:
        return _News(f"The time of {event.clock} had come.", 0.65, event.clock)
    quarter = event.filled * 4 // event.segments
    if quarter == (event.filled - event.by) * 4 // event.segments:
        return None  # A clock is before everyone's eyes; what stays in mind is that it came a good way nearer.
    how = "moved on" if event.by > 0 else "drew back"
    return _News(f"{_capital(event.clock)} {how}, and stood at {event.filled} of {event.segments}.", 0.25, event.clock)


def _doer(event: AnyEvent) -> str:
    doer: str = event.by if isinstance(event, ev.Fell | ev.Beaten) else getattr(event, "agent", "")
    return doer


def _quoted(text: str) -> str:
    return f": “{text}”" if text else ""


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…", "”", '"')) else f"{text}."
