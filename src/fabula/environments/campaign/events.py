"""What can happen in a campaign, in the past tense. Names are the setting's own; `seen_by` says who perceived it.

These events are all that the campaign log, the story, an agent's beliefs and a page ever learn of a run.
"""

from typing import Literal

from fabula.engine.values import Event

Outcome = Literal["triumph", "success", "setback", "failure", "disaster"]
"""Of a check, by the margin of the roll over the difficulty: >= 8, >= 0, >= -3 (done, at a price), >= -9, below."""


class Check(Event):
    """Root of the deeds that were rolled for."""

    roll: int
    """A d20 plus what speaks for the doer."""
    against: int
    """The difficulty."""
    outcome: Outcome


class CampaignOpened(Event):
    title: str
    question: str
    turns: int
    text: str
    """Opening sentences drawn from the setting."""


class Joined(Event):
    """An agent enters the campaign (also at its start)."""

    agent: str
    place: str
    faction: str = ""
    role: str = ""
    origin: str = ""
    traits: tuple[str, ...] = ()
    pronouns: str = ""
    """`she/her`, `he/him`, `they/them`, … where the sheet says or shows it; empty: tell by name."""


class Aimed(Event):
    """What an agent set its mind on when it entered; only it perceives that."""

    agent: str
    aim: str
    """As it follows `wants`: `to find out who sold the lantern codes`."""
    about: str
    """The agent, secret, place, clock or object it concerns."""


class ClockStarted(Event):
    """Something that comes nearer segment by segment is set going."""

    clock: str
    description: str
    filled: int
    segments: int
    good_for: tuple[str, ...] = ()
    """Factions that want it full."""
    bad_for: tuple[str, ...] = ()


class Left(Event):
    agent: str
    place: str
    why: str = ""


class TurnBegan(Event):
    turn: int
    tension: int
    act: str = ""
    """Where on the curve: `setup`, `rising`, `crisis`, `climax`, `falling`."""


class Moved(Event):
    agent: str
    origin: str
    to: str
    how: str = ""
    quietly: bool = False


class Searched(Check):
    agent: str
    place: str
    what: str = ""
    found: str = ""
    """Name of the secret, object or hidden way's end that was found."""
    detail: str = ""
    """What was noticed all the same: one of the place's details."""


class Learned(Event):
    """An agent came to believe something; only it perceives that."""

    agent: str
    secret: str
    text: str
    """What it now believes: the truth, or what hearsay made of it."""
    source: str
    """`seen` when it found it out itself, or who told it."""
    sure: int
    """0..100."""
    true: bool = True


class Spoke(Event):
    agent: str
    to: str
    place: str
    about: str = ""
    text: str = ""
    """The words themselves, when there are any."""
    told: str = ""
    """Name of the secret that was passed on."""
    aloud: bool = False


class Persuaded(Check):
    agent: str
    whom: str
    place: str
    to_what: str = ""
    text: str = ""


class Threatened(Check):
    agent: str
    whom: str
    place: str
    demand: str = ""
    text: str = ""


class Aided(Check):
    agent: str
    whom: str
    place: str
    healed: int = 0


class Attacked(Check):
    agent: str
    """Who attacks: an agent or a threat."""
    target: str
    place: str
    weapon: str = ""
    harm: int = 0
    """Points done, guards and defenders taken into account."""


class Wounded(Event):
    """What an agent or threat has left after harm."""

    who: str
    place: str
    by: str
    harm: int
    left: int


class Fell(Event):
    """An agent is out of the campaign's action for good."""

    who: str
    place: str
    by: str
    dead: bool = False


class Beaten(Event):
    """A threat is no more."""

    threat: str
    place: str
    by: str


class Defended(Check):
    agent: str
    what: str
    place: str


class Took(Check):
    agent: str
    object: str
    place: str
    from_whom: str = ""


class Gave(Event):
    agent: str
    object: str
    to: str
    place: str


class Used(Event):
    agent: str
    object: str
    place: str
    on: str = ""
    healed: int = 0
    spent: bool = False


class Rested(Event):
    agent: str
    place: str
    recovered: int


class Waited(Event):
    agent: str
    place: str


class Attempted(Check):
    """Free text, as the director read it and as it went; what else came of it stands in the events after it."""

    agent: str
    place: str
    text: str
    read_as: str


class Refused(Event):
    """Something could not be done; only the agent perceives it."""

    agent: str
    tried: str
    why: str


class Noticed(Event):
    """Somebody saw what was meant to be unseen."""

    agent: str
    whom: str
    place: str
    doing: str


class ClockMoved(Event):
    clock: str
    by: int
    filled: int
    segments: int
    because: str
    """A deed's doer, a threat, a complication's name, or `time`."""


class ThreatArrived(Event):
    threat: str
    place: str
    description: str = ""


class ThreatMoved(Event):
    threat: str
    origin: str
    to: str


class WayChanged(Event):
    """A way between two places was opened, found or closed."""

    between: tuple[str, str]
    open: bool
    because: str


class Appeared(Event):
    object: str
    place: str
    because: str


class Complicated(Event):
    complication: str
    text: str
    place: str = ""


class BondChanged(Event):
    """How an agent feels about another has changed; only it perceives that."""

    agent: str
    toward: str
    by: int
    now: int
    because: str
    """The kind of event: `aided`, `attacked`, `persuaded`, `betrayed`, …"""


class StanceChanged(Event):
    faction: str
    toward: str
    by: int
    now: int
    because: str


class TurnEnded(Event):
    turn: int
    tension: int
    deeds: int
    """Agents that acted."""
    successes: int
    harm: int
    """Points of harm done to agents this turn."""


class Noted(Event):
    """A line the keeper put into the log."""

    text: str
    by: str = ""
    """Empty: the keeper of the run."""


class CampaignEnded(Event):
    outcome: Literal["won", "lost", "spent", "stopped"]
    name: str
    text: str
    because: tuple[str, ...] = ()
    """What decided it: clocks that were full, threats beaten, agents fallen, secrets out, objects."""


AnyEvent = (
    CampaignOpened
    | Joined
    | Aimed
    | ClockStarted
    | Left
    | TurnBegan
    | Moved
    | Searched
    | Learned
    | Spoke
    | Persuaded
    | Threatened
    | Aided
    | Attacked
    | Wounded
    | Fell
    | Beaten
    | Defended
    | Took
    | Gave
    | Used
    | Rested
    | Waited
    | Attempted
    | Refused
    | Noticed
    | ClockMoved
    | ThreatArrived
    | ThreatMoved
    | WayChanged
    | Appeared
    | Complicated
    | BondChanged
    | StanceChanged
    | TurnEnded
    | Noted
    | CampaignEnded
)
