"""The feed: one short line for each thing that happens, as a run goes - what a person watching reads."""

from collections.abc import Callable
from typing import Any

from fabula.chronicle.letters import visible
from fabula.engine.values import Event
from fabula.environments.campaign import events as happened

OUTCOMES = {
    "triumph": "brilliantly",
    "success": "and succeeds",
    "setback": "at a price",
    "failure": "and fails",
    "disaster": "and it ends badly",
}


def feed_line(event: Event) -> str | None:
    """What a spectator reads of an event, free of control characters and markup; None for what is nobody's to see or
    goes without saying (what agents come to believe or feel, a turn's figures).
    """
    tell = _LINES.get(type(event))
    line = tell(event) if tell else None
    return visible(line) if line else None


def _how(event: happened.Check) -> str:
    return f"{OUTCOMES[event.outcome]} ({event.roll} against {event.against})"


def _said(event: happened.Spoke) -> str:
    about = f" about {event.about}" if event.about else ""
    words = f": “{event.text}”" if event.text else ""
    manner = "speaks up to" if event.aloud else "talks to"
    return f"{event.agent} {manner} {event.to}{about}{words}"


def _searched(event: happened.Searched) -> str:
    what = f"{event.what} in " if event.what else ""
    found = f", and finds {event.found}" if event.found else f" {_how(event)}"
    return f"{event.agent} searches {what}{event.place}{found}"


def _attacked(event: happened.Attacked) -> str:
    weapon = f" with {event.weapon}" if event.weapon else ""
    return f"{event.agent} attacks {event.target}{weapon} {_how(event)}"


def _took(event: happened.Took) -> str:
    whom = f" from {event.from_whom}" if event.from_whom else ""
    return f"{event.agent} takes {event.object}{whom} {_how(event)}" if whom else f"{event.agent} takes {event.object}"


def _healed(event: happened.Aided | happened.Used) -> str:
    return f" ({event.healed} healed)" if event.healed else ""


def _moved(event: happened.Moved) -> str:
    return f"{event.agent} {'slips' if event.quietly else 'goes'} from {event.origin} to {event.to}"


def _clock(event: happened.ClockMoved) -> str:
    return f"{event.clock}: {event.filled} of {event.segments} ({event.by:+d}, {event.because})"


def _way(event: happened.WayChanged) -> str:
    return f"the way between {event.between[0]} and {event.between[1]} is {'open' if event.open else 'closed'}"


_LINES: dict[type[Event], Callable[[Any], str]] = {
    happened.Joined: lambda e: f"{e.agent} is at {e.place}",
    happened.Left: lambda e: f"{e.agent} leaves {e.place}" + (f": {e.why}" if e.why else ""),
    happened.Moved: _moved,
    happened.Searched: _searched,
    happened.Spoke: _said,
    happened.Persuaded: lambda e: (
        f"{e.agent} works on {e.whom}" + (f" about {e.to_what}" if e.to_what else "") + f" {_how(e)}"
    ),
    happened.Threatened: lambda e: f"{e.agent} threatens {e.whom} {_how(e)}",
    happened.Aided: lambda e: f"{e.agent} helps {e.whom} {_how(e)}{_healed(e)}",
    happened.Attacked: _attacked,
    happened.Wounded: lambda e: f"{e.who} is hurt: {e.harm} ({e.left} left)",
    happened.Fell: lambda e: f"{e.who} {'dies' if e.dead else 'falls'} at {e.place}",
    happened.Beaten: lambda e: f"{e.threat} is beaten by {e.by}",
    happened.Defended: lambda e: f"{e.agent} holds {e.what} {_how(e)}",
    happened.Took: _took,
    happened.Gave: lambda e: f"{e.agent} gives {e.object} to {e.to}",
    happened.Used: lambda e: f"{e.agent} uses {e.object}" + (f" on {e.on}" if e.on else "") + _healed(e),
    happened.Rested: lambda e: f"{e.agent} rests (+{e.recovered})",
    happened.Attempted: lambda e: f"{e.agent}: {e.text} {_how(e)}",
    happened.Refused: lambda e: f"{e.agent} cannot {e.tried}: {e.why}",
    happened.Noticed: lambda e: f"{e.agent} notices {e.whom} {e.doing}",
    happened.ClockMoved: _clock,
    happened.ThreatArrived: lambda e: f"{e.threat} appears at {e.place}",
    happened.ThreatMoved: lambda e: f"{e.threat} comes from {e.origin} to {e.to}",
    happened.WayChanged: _way,
    happened.Appeared: lambda e: f"{e.object} turns up at {e.place}",
    happened.Complicated: lambda e: e.text,
    happened.StanceChanged: lambda e: f"{e.faction} toward {e.toward}: {e.now:+d} ({e.by:+d})",
    happened.Noted: lambda e: e.text,
}
