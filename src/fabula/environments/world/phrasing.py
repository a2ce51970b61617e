"""Phrasing: what happens in a world in plain sentences, and what somebody may do as a person would be offered it."""

from typing import NamedTuple

from fabula.environments.world import events as happened
from fabula.environments.world.actions import CarryOn, Plan, WorldAction
from fabula.environments.world.deeds.wording import pieces, worded, worded_plan
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.naming import COIN
from fabula.environments.world.second_person import Voice, capital


class Clause(NamedTuple):
    """What somebody did, without saying who."""

    did: str
    """In the past tense: `gave`."""
    do: str
    """As it follows `to`: `give`."""
    rest: str = ""
    """`Tom 2 bread at the Market`."""
    so: str = ""
    """How it went, with the sign it begins with: `: “Take it.”`."""

    def told(self) -> str:
        """As it follows who did it."""
        return " ".join(filter(None, [self.did, self.rest])) + self.so

    def meant(self) -> str:
        """As it follows `to`."""
        return " ".join(filter(None, [self.do, self.rest])) + self.so


_TONES = {"warm": " warmly", "cold": " coldly", "angry": " in anger", "sorry": ", and was sorry"}


def in_words(action: WorldAction) -> str:
    """An action as an offer: `Go to the Market, then buy 2 bread`. Names stand as they are."""
    match action:
        case CarryOn():
            return "Go on as before"
        case Plan(deeds=deeds, goal=goal):
            return capital(worded_plan(deeds)) + (f", to {goal}" if goal else "")
        case deed:
            return capital(worded(deed))


def sentence(event: AnyEvent, voice: Voice) -> str:
    """What happened, in a sentence; empty for what has none: hours, tallies, digests."""
    if isinstance(event, _DEEDS):
        return ended(f"{voice.doer(event.agent)} {clause(event, voice).told()}")
    words = _news(event, voice)
    return ended(capital(words)) if words else ""


def clause(event: "Done", voice: Voice) -> Clause:  # noqa: PLR0911, PLR0912 - one case a kind of event
    """What the event's agent did."""
    name, at = voice.name, _at(getattr(event, "place", ""))
    match event:
        case happened.Arrived():
            return Clause("came", "come", f"to {event.place}" if event.place else "into the open")
        case happened.Woke():
            return Clause("woke", "wake", at)
        case happened.FellAsleep():
            return Clause("fell asleep", "sleep", at)
        case happened.Worked():
            made = f", and made {count(event.made, event.amount)}" if event.made and event.amount else ""
            return Clause("worked", "work", at, made + (f", for {count(COIN, event.wage)}" if event.wage else ""))
        case happened.Ate():
            return Clause("ate", "eat", f"{event.what}{' bought there' if event.bought else ''} {at}".rstrip())
        case happened.WentHungry():
            return Clause("went hungry", "go hungry", at)
        case happened.Bought():
            price = f" for {count(COIN, event.price)}"
            return Clause("bought", "buy", f"{count(event.what, event.amount)} from {name(event.seller)}{price}")
        case happened.Sold():
            price = f" for {count(COIN, event.price)}"
            return Clause("sold", "sell", f"{count(event.what, event.amount)} to {name(event.buyer)}{price}")
        case happened.Gave():
            return Clause("gave", "give", f"{name(event.to)} {count(event.what, event.amount)} {at}".rstrip())
        case happened.PickedUp():
            whose = f", which belonged to {name(event.owner)}" if event.owner not in ("", event.agent) else ""
            return Clause("picked up", "pick up", f"{count(event.what, event.amount)} {at}".rstrip(), whose)
        case happened.Dropped():
            return Clause("put down", "put down", f"{count(event.what, event.amount)} {at}".rstrip())
        case happened.Used():
            return Clause("used", "use", f"{event.what}{_on(event.on, event.agent, voice)} {at}".rstrip())
        case happened.UsedAbility():
            return Clause("used", "use", f"{event.ability}{_on(event.on, event.agent, voice)} {at}".rstrip())
        case happened.Stole():
            whose = f", which belonged to {name(event.owner)}" if event.owner not in ("", event.from_whom) else ""
            return Clause("stole", "steal", f"{count(event.what, event.amount)} from {name(event.from_whom)}", whose)
        case happened.Missed():
            suspect = f", and suspected {name(event.suspect)}" if event.suspect else ""
            return Clause("found", "find", f"{count(event.what, event.amount)} gone {at}".rstrip(), suspect)
        case happened.Accused():
            whom, of = name(event.whom), f" of {voice.clause(event.of)}" if event.of else ""
            so = f", and {whom} owned up" if event.owned_up else ""
            return Clause("accused", "accuse", f"{whom}{of} {at}".rstrip(), _quoted(event.text) + so)
        case happened.Amended():
            for_what = f" for {voice.clause(event.for_what)}" if event.for_what else ""
            worth = f", worth {count(COIN, event.amount)}" if event.amount else ""
            whom = name(event.whom)
            return Clause("made amends", "make amends", f"to {whom}{for_what}{worth}", _quoted(event.text))
        case happened.Said():
            return _said(event, voice)
        case happened.Quarrelled():
            over = f" over {voice.clause(event.about)}" if event.about else ""
            return Clause("quarrelled", "quarrel", f"with {name(event.whom)}{over} {at}".rstrip())
        case happened.MadeUp():
            over = f" over {voice.clause(event.about)}" if event.about else ""
            return Clause("made up", "make up", f"with {name(event.whom)}{over} {at}".rstrip())
        case happened.Attacked():
            wound = ", a grave wound" if event.wounds else ""
            return Clause("struck", "strike", f"{name(event.target)} {at}".rstrip(), wound)
        case happened.Fled():
            return Clause("fled", "flee", f"from {name(event.from_whom)} {at}".rstrip())
        case happened.Yielded():
            return Clause("yielded", "yield", f"to {name(event.to)} {at}".rstrip())
        case happened.Met():
            return Clause("met", "meet", f"{name(event.whom)} {at}".rstrip())
        case happened.PlanMade():
            return Clause("decided", "decide", f"to {voice.clause(event.what)}", _because(event.why))
        case happened.PlanDone():
            return Clause("carried out the plan", "carry out the plan", f"to {voice.clause(event.what)}")
        case happened.PlanBroken():
            so = _because(voice.clause(event.why))
            return Clause("gave up the plan", "give up the plan", f"to {voice.clause(event.what)}", so)
        case happened.Refused():
            return Clause("could not", "", voice.clause(event.tried), _because(voice.clause(event.why)))


Done = (
    happened.Arrived
    | happened.Woke
    | happened.FellAsleep
    | happened.Worked
    | happened.Ate
    | happened.WentHungry
    | happened.Bought
    | happened.Sold
    | happened.Gave
    | happened.PickedUp
    | happened.Dropped
    | happened.Used
    | happened.UsedAbility
    | happened.Stole
    | happened.Missed
    | happened.Accused
    | happened.Amended
    | happened.Said
    | happened.Quarrelled
    | happened.MadeUp
    | happened.Attacked
    | happened.Fled
    | happened.Yielded
    | happened.Met
    | happened.PlanMade
    | happened.PlanDone
    | happened.PlanBroken
    | happened.Refused
)
"""What its `agent` did."""
_DEEDS = Done


def _news(event: AnyEvent, voice: Voice) -> str:
    """What happened without anybody doing it."""
    name = voice.name
    match event:
        case happened.WorldOpened():
            return event.about or event.title
        case happened.DayBegan():
            return f"day {event.day} began"
        case happened.Came():
            return _came(event, voice)
        case happened.BondMoved():
            better = "better" if event.by > 0 else "worse"
            why = _because(voice.clause(event.why))
            return f"{name(event.agent)} came to think {better} of {name(event.toward)}{why}"
        case happened.ReputationMoved():
            better = "better" if event.by > 0 else "worse"
            return f"people came to think {better} of {name(event.agent)}{_because(voice.clause(event.why))}"
        case happened.Died():
            return _died(event, voice)
        case happened.PriceMoved():
            way = "rose" if event.now > event.before else "fell"
            why = f": it was {event.why}" if event.why else ""
            return f"the price of {event.what} at {event.place} {way} from {event.before:,} to {event.now:,} pence{why}"
        case happened.RanOut():
            return f"{event.place} ran out of {event.what}"
        case happened.WorldEnded():
            return f"it ended: {event.why}"
        case _:
            return ""


def count(what: str, amount: int) -> str:
    """So many pieces: `3 bread`; of one: `bread`."""
    return what if amount == 1 and what != COIN else pieces(what, amount)


def ended(words: str) -> str:
    """The words as a sentence ends."""
    return words if words.endswith((".", "!", "?", "…", "”", '"')) else f"{words}."


def _said(event: happened.Said, voice: Voice) -> Clause:
    whom = voice.name(event.to)
    about = f" about {voice.clause(event.about)}" if event.about and event.about != event.to else ""
    said = _quoted(event.text) or (f": {voice.clause(event.news)}" if event.news else "")
    if event.tone == "asking":
        return Clause("asked", "ask", f"{whom}{about}", said)
    verb = ("told", "tell") if event.news else ("spoke to", "speak to")
    return Clause(*verb, f"{whom}{about}{_TONES.get(event.tone, '')}", said)


def _came(event: happened.Came, voice: Voice) -> str:
    """Of those who were there from the start only what one needs to know of oneself."""
    if event.later:
        return f"{voice.name(event.agent)} came{f' to {event.place}' if event.place else ''}"
    if event.agent != voice.you:
        return ""
    where = event.place or "in the open"
    return f"you were {'at ' if event.place else ''}{where}" + (f", for {event.faction}" if event.faction else "")


def _died(event: happened.Died, voice: Voice) -> str:
    who, at = voice.name(event.agent), _at(event.place, " ")
    if event.by:
        return f"{who} {voice.was(event.agent)} killed by {voice.name(event.by)}{at}"
    of = "" if event.cause in ("", "keeper") else f" of {event.cause}"
    return f"{who} died{of}{at}"


def _at(place: str, before: str = "") -> str:
    return f"{before}at {place}" if place else ""


def _on(on: str, doer: str, voice: Voice) -> str:
    return f" on {voice.name(on)}" if on not in ("", doer) else ""


def _quoted(text: str) -> str:
    return f": “{text}”" if text else ""


def _because(why: str) -> str:
    return f": {why.rstrip('.')}" if why else ""
