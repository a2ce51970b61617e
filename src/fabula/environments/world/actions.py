"""What an agent of a world can decide to do: one deed, or a plan of several. Reflexes carry it out, tick by tick.

Names of people, places and goods are matched without regard to case or a leading article; what cannot be done is
refused by an event.
"""

from fabula.engine.values import Action

PLAN_DEEDS_MAX = 12


class CarryOn(Action):
    """Go on as before: by habit, or with the plan already made."""


class Go(Action):
    """Walk to a place, a person, or a cell written `x,y`."""

    to: str


class Work(Action):
    """Work at `at` (empty: one's own place of work) for a while, or until it closes."""

    at: str = ""
    ticks: int = 240


class Rest(Action):
    """Stay where one is, for so many ticks."""

    ticks: int = 60


class Sleep(Action):
    """Go home and sleep until rested."""


class Eat(Action):
    """Eat a piece of something one carries (empty: whatever is at hand), or buy it where food is sold nearby."""

    what: str = ""


class Buy(Action):
    """Buy something: at a place that sells it (empty: the nearest), or from a person."""

    what: str
    amount: int = 1
    at: str = ""


class Sell(Action):
    """Sell something: to a place that buys it (empty: the nearest market), or to a person."""

    what: str
    amount: int = 1
    to: str = ""


class Give(Action):
    """Go to someone and give them something; `coin` is a good like any other here."""

    to: str
    what: str
    amount: int = 1


class PickUp(Action):
    """Pick something up that lies on the ground nearby."""

    what: str = ""


class Drop(Action):
    """Put something down here."""

    what: str
    amount: int = 1


class Use(Action):
    """Use something one carries: eat it, or heal with it; `on` may be someone at hand."""

    what: str
    on: str = ""


class Steal(Action, rename={"from_": "from"}):
    """Take something that is not one's own: from a place's stock or a person, hoping that nobody looks."""

    what: str
    from_: str
    amount: int = 1


class Say(Action):
    """Go to someone and speak to them. What it is about: a person, a place, a good, or something that happened."""

    to: str
    text: str = ""
    """The words themselves, when the mind has words."""
    about: str = ""
    tone: str = ""
    """`warm`, `cold`, `angry`, `sorry`, `asking`; empty: plain."""


class Accuse(Action):
    """Go to someone and charge them with a wrong before whoever is there."""

    whom: str
    of: str = ""
    text: str = ""


class Amend(Action):
    """Go to someone one has wronged, own up, and give back or pay."""

    whom: str
    text: str = ""


class Forgive(Action):
    """Go to someone one has a quarrel with and end it."""

    whom: str
    text: str = ""


class Attack(Action):
    """Go for someone until they yield, flee or fall, or one is hurt badly oneself."""

    whom: str


class Guard(Action):
    """Stay by a person or at a place, and fight whoever attacks there."""

    what: str
    ticks: int = 240


class Flee(Action, rename={"from_": "from"}):
    """Get away from someone, or from whatever is dangerous here."""

    from_: str = ""


class UseAbility(Action):
    """Use one of one's abilities; `on` may be someone within its reach."""

    ability: str
    on: str = ""


Deed = (
    Go | Work | Rest | Sleep | Eat | Buy | Sell | Give | PickUp | Drop | Use | Steal | Say | Accuse | Amend | Forgive
    | Attack | Guard | Flee | UseAbility
)  # fmt: skip
"""What a plan is made of."""


class Plan(Action):
    """Do several things one after the other. It ends when the last is done, or breaks when one cannot be."""

    deeds: tuple[Deed, ...]
    """1 to PLAN_DEEDS_MAX."""
    goal: str = ""
    """What it is all for, as it follows `to`."""


WorldAction = CarryOn | Plan | Deed
