"""telling: turns what happened this tick into events where a person takes part, and counts the rest.

`tallies` counts what befalls those without names; `deeds` tells of single deeds; `stretches` sums what people do for a
while (work, gather, trade) and tells it when it ends; `arrivals` keeps where people are; `sights` whom they see.
"""

from fabula.environments.world.happenings import Happening
from fabula.environments.world.systems.telling.arrivals import follow
from fabula.environments.world.systems.telling.deeds import tell
from fabula.environments.world.systems.telling.sights import LOOK_EVERY, look
from fabula.environments.world.systems.telling.stretches import end_stretches
from fabula.environments.world.systems.telling.tallies import tally
from fabula.environments.world.tick import Tick

__all__ = ["run"]


def run(tick: Tick) -> None:
    """Tell of people, count everyone else, and note where people are and whom they see."""
    rows = tick.happenings.rows[: int(tick.happenings.used[0])]
    if len(rows):
        for row in rows[tally(tick, rows)].tolist():
            tell(tick, Happening(*row))
    end_stretches(tick)
    follow(tick)
    if tick.now % LOOK_EVERY == 0:
        look(tick)
