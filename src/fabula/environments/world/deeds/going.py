"""Going somewhere."""

from fabula.environments.world.actions import Go
from fabula.environments.world.deeds.doer import Doer, Progress
from fabula.environments.world.deeds.reach import reach_spot


def go(doer: Doer, deed: Go) -> Progress:
    """To a place, a cell, or beside somebody."""
    return Progress.DONE if reach_spot(doer, deed.to) else Progress.BUSY
