"""Commands of a world's keeper, besides those every run understands."""

from fabula.engine.values import Command, KernelCommand


class Spawn(Command):
    """Bring lives in: `kind` of the setting, at a cell or a place; with a name and one only: a person."""

    what: str
    """Name of a kind."""
    at: str = ""
    """A place, a person, or `x,y`; empty: where chance has it."""
    count: int = 1
    name: str = ""
    """For a single one that is to be a person with a seat."""
    faction: str = ""


class Kill(Command):
    """End a life: a person's name, or `#` and an id."""

    whom: str


class Grant(Command):
    """Put goods or `coin` into someone's hands, out of nowhere."""

    to: str
    what: str
    amount: int = 1


class Put(Command):
    """Set somebody down elsewhere: a place or `x,y`."""

    whom: str
    at: str


WorldCommand = KernelCommand | Spawn | Kill | Grant | Put
