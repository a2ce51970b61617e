"""What an agent of a campaign can decide to do, and what a director can rule.

Names of agents, places, objects are matched without regard to case or a leading article; what cannot be done is
refused by an event.
"""

from fabula.engine.values import Action, Command


class Move(Action):
    """Go to a neighbouring place."""

    to: str


class Sneak(Action):
    """Go to a neighbouring place unseen."""

    to: str


class Investigate(Action):
    """Look closely: at the place, or at `what` in it."""

    what: str = ""


class Talk(Action):
    """Speak to someone here about something: a secret one holds, a person, a place, a clock."""

    to: str
    about: str = ""
    text: str = ""
    """The words themselves, when the mind has words."""
    aloud: bool = False
    """Heard by everyone in the place, not by `to` alone."""


class Persuade(Action):
    """Try to win someone over; success moves their bond."""

    whom: str
    to_what: str = ""
    text: str = ""


class Threaten(Action):
    """Try to cow someone; success makes them yield ground and resent it."""

    whom: str
    demand: str = ""
    text: str = ""


class Aid(Action):
    """Tend someone's wounds, or lend a hand to what they do this turn."""

    whom: str


class Attack(Action):
    """Try to hurt an agent or a threat that is here."""

    target: str


class Defend(Action):
    """Hold the place, or stand before someone, until the next turn."""

    what: str = ""


class Take(Action):
    """Pick up an object that lies here, or take it from someone."""

    object: str
    from_whom: str = ""


class Give(Action):
    """Hand an object over."""

    object: str
    to: str


class Use(Action):
    """Use an object one carries, on someone or something if it needs that."""

    object: str
    on: str = ""


class Rest(Action):
    """Recover vigour."""


class Wait(Action):
    """Let the turn pass, watching."""


class Attempt(Action):
    """Anything else, in words; the director decides what kind of deed it is and how hard."""

    text: str


CharacterAction = (
    Move
    | Sneak
    | Investigate
    | Talk
    | Persuade
    | Threaten
    | Aid
    | Attack
    | Defend
    | Take
    | Give
    | Use
    | Rest
    | Wait
    | Attempt
)


class Adjudicate(Action):
    """The director's rulings on a turn's deeds: for each agent named, the difficulty (5 trivial … 25 heroic) of
    what it tries, and, for an `Attempt`, the kind of deed it is resolved as and its target. Agents left out are
    ruled by the standard table. Dice and state stay with the rules: a ruling cannot decide an outcome.
    """

    difficulties: dict[str, int] = {}
    readings: dict[str, str] = {}
    """Agent -> kind of deed (`persuade`, `investigate`, …) its free text is resolved as."""
    targets: dict[str, str] = {}


class Direct(Action):
    """The director's hand at the end of a turn: a complication of the setting to bring in (empty: none)."""

    complication: str = ""
    place: str = ""


DirectorAction = Adjudicate | Direct

AnyAction = CharacterAction | DirectorAction


class Register(Command):
    """Bring an agent into the campaign: `character` is a fabula…setting.Character as plain data."""

    character: dict[str, object]


class Remove(Command):
    """Take an agent out of the campaign."""

    agent: str
    why: str = ""


class Record(Command):
    """Put a line of the keeper's own into the log."""

    text: str
