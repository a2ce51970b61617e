"""What can happen in a world, in the past tense. `seen_by` names the people who perceived it.

What happens between lives without names is counted (`Tallied`), not told one by one; whatever a person does, suffers or
sees done is told. Amounts of money are pence, bonds -100 to 100, harm thousandths of health.
"""

from fabula.engine.values import Event


class WorldOpened(Event):
    title: str
    about: str
    people: int
    lives: int
    """In all, people included."""
    tick_s: int
    begins_h: int


class DayBegan(Event):
    """Midnight passed; also the first tick of a run."""

    day: int
    """From 1."""


class HourStruck(Event):
    """A full hour of the world's own time began."""

    day: int
    hour: int
    """0 to 23."""


class Came(Event):
    """A person is here: from the start, or brought in later."""

    agent: str
    place: str = ""
    faction: str = ""
    role: str = ""
    pronouns: str = ""
    home: str = ""
    work: str = ""
    later: bool = False


class Deed(Event, kw_only=True):
    """Root of what one person does; `place` is where, empty in the open."""

    agent: str
    place: str = ""


class Arrived(Deed):
    """Came to a place they had not just been at."""


class Woke(Deed):
    pass


class FellAsleep(Deed):
    pass


class Worked(Deed):
    """Ended a stretch of work."""

    made: str = ""
    amount: int = 0
    wage: int = 0
    """Pence earned."""


class Ate(Deed):
    what: str
    bought: bool = False


class WentHungry(Deed):
    """Hunger grew past bearing, and there was nothing to eat."""


class Bought(Deed):
    what: str
    amount: int
    price: int
    """Pence in all."""
    seller: str
    """A person or a place."""


class Sold(Deed):
    what: str
    amount: int
    price: int
    buyer: str


class Gave(Deed):
    to: str
    what: str
    amount: int


class PickedUp(Deed):
    what: str
    amount: int
    owner: str = ""


class Dropped(Deed):
    what: str
    amount: int


class Used(Deed):
    what: str
    on: str = ""
    effect: str = ""


class UsedAbility(Deed):
    ability: str
    on: str = ""
    effect: str = ""


class Stole(Deed):
    """Took what was not theirs. `seen_by` is the thief, and whoever noticed."""

    from_whom: str
    """A person, or the place whose stock it was."""
    what: str
    amount: int
    worth: int
    """Pence, at today's prices."""
    owner: str = ""
    """Whom it belonged to, where that is a person and not `from_whom`."""


class Missed(Deed):
    """An owner found something gone, and perhaps whom to suspect."""

    what: str
    amount: int
    suspect: str = ""


class Accused(Deed):
    whom: str
    of: str
    text: str = ""
    owned_up: bool = False
    """The accused did not deny it."""


class Amended(Deed):
    """Gave back what was taken, or paid for it."""

    whom: str
    for_what: str
    amount: int = 0
    """Pence, or what was given back at its worth."""
    text: str = ""


class Said(Deed):
    to: str
    text: str
    about: str = ""
    tone: str = ""
    """`warm`, `cold`, `angry`, `sorry`, `asking`; empty: plain."""
    news: str = ""
    """What the listener did not know before, in a sentence; empty: nothing."""


class Quarrelled(Deed):
    """Hard words on both sides."""

    whom: str
    about: str
    bond: int
    """Of the agent toward the other, after it."""


class MadeUp(Deed):
    """Ended a quarrel."""

    whom: str
    bond: int
    about: str = ""
    how: str = ""


class BondMoved(Event):
    """How a person feels about another changed for a reason; only they know."""

    agent: str
    toward: str
    by: int
    now: int
    why: str


class ReputationMoved(Event):
    """What people say of a person changed."""

    agent: str
    by: int
    now: int
    """Thousandths, -1000 to 1000."""
    why: str


class Attacked(Deed):
    """Struck a blow. The first of a fight is told, and those that do great harm."""

    target: str
    harm: int
    first: bool = False
    wounds: bool = False
    """The target is now badly hurt."""


class Fled(Deed):
    from_whom: str


class Yielded(Deed):
    to: str


class Died(Event):
    agent: str
    cause: str
    """`hunger`, `age`, `blows`, `keeper`, or an ability's name."""
    place: str = ""
    by: str = ""


class PlanMade(Event):
    """A mind decided on something; only the agent knows."""

    agent: str
    what: str
    """As it follows `to`."""
    why: str = ""


class PlanDone(Event):
    agent: str
    what: str


class PlanBroken(Event):
    agent: str
    what: str
    why: str


class Met(Event):
    """Saw somebody who matters for the first time this day; only the agent knows."""

    agent: str
    whom: str
    place: str = ""


class PriceMoved(Event):
    """The price of a good at a place moved by a tenth or more since it was last told."""

    place: str
    what: str
    before: int
    now: int
    why: str
    """`scarce`, `plentiful`, or empty."""


class RanOut(Event):
    """A place has no more of what it sells or needs."""

    place: str
    what: str


class Tallied(Event):
    """What happened to the lives of one faction since the last tally."""

    faction: str
    lives: int
    born: int = 0
    starved: int = 0
    slain: int = 0
    aged: int = 0
    """Died of age."""
    ate: int = 0
    foraged: int = 0
    worked: int = 0
    """Pieces made."""
    bought: int = 0
    sold: int = 0
    stole: int = 0
    fights: int = 0


class StateDigested(Event):
    """The digest of the whole state after this tick: a replay that goes astray is found within `digest_every` ticks."""

    digest: str


class Refused(Event):
    """Somebody tried what cannot be done."""

    agent: str
    tried: str
    why: str


class SystemFailed(Event):
    """A system from outside raised an error and is left out from here on."""

    system: str
    error: str
    """The class of the error: its text may differ between machines."""


class WorldEnded(Event):
    how: str
    """`spent` or `empty`, as the run's ending says."""
    why: str


AnyEvent = (
    WorldOpened | DayBegan | HourStruck | Came | Arrived | Woke | FellAsleep | Worked | Ate | WentHungry | Bought | Sold
    | Gave | PickedUp | Dropped | Used | UsedAbility | Stole | Missed | Accused | Amended | Said | Quarrelled | MadeUp
    | BondMoved | ReputationMoved | Attacked | Fled | Yielded | Died | PlanMade | PlanDone | PlanBroken | Met
    | PriceMoved | RanOut | Tallied | StateDigested | Refused | SystemFailed | WorldEnded
)  # fmt: skip
