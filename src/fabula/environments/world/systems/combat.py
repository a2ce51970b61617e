"""combat: who has the intent FIGHT and its target beside it, or in its cell, strikes.

The harm is what the kind strikes with and what the best good carried adds, by chance a quarter more or less; two of
five blows miss whoever is awake. All of a tick fall at once. Who is struck wakes, remembers who did it (`struck_by`),
and strikes back if it is bold or flees if not, until it thinks again. Health 0 is dead: `deaths` takes it out, and
finds the cause in the happenings.
"""

import numpy as np

from fabula.environments.world.components import Intent
from fabula.environments.world.happenings import What
from fabula.environments.world.kernels.blows import Fighters, Struck, exchange, suffer
from fabula.environments.world.systems.index import scratch_array
from fabula.environments.world.systems.needs import seated
from fabula.environments.world.systems.perception import known_foes
from fabula.environments.world.tick import Tick

_BLOWS_AT_FIRST = 256
# An enum's members are slow to get at.
_FLEE = int(Intent.FLEE)


def run(tick: Tick) -> None:
    """Let everyone who can strike."""
    lives, catalogue, count = tick.lives, tick.catalogue, tick.lives.count
    fighters = Fighters(
        id=lives.id[:count],
        x=lives.x[:count],
        y=lives.y[:count],
        kind=lives.kind[:count],
        health=lives.health[:count],
        goods=lives.goods[:count],
        intent=lives.intent[:count],
        target=lives.target[:count],
        asleep=lives.asleep[:count],
        foe=known_foes(tick),
    )
    room = max(len(tick.scratch.get("blows", ())) // 3, _BLOWS_AT_FIRST)
    while True:
        blows = scratch_array(tick.scratch, "blows", 3 * room, np.int32).reshape(-1, 3)
        fallen = exchange(*fighters, lives.row_of, catalogue.kind_strike, catalogue.good_harm, blows, tick.key)
        if fallen <= len(blows):
            break
        room = 2 * fallen
    if not fallen:
        return
    rows = seated(tick)
    slept, meant = lives.asleep[rows], lives.intent[rows]
    struck = Struck(*(getattr(lives, name)[:count] for name in Struck._fields))
    suffer(*struck, blows[:fallen], tick.now, tick.happenings.rows, tick.happenings.used)
    for row in rows[(slept > lives.asleep[rows])].tolist():
        tick.happenings.add(What.WOKE, int(lives.id[row]))
    for row in rows[(meant != _FLEE) & (lives.intent[rows] == _FLEE)].tolist():
        tick.happenings.add(What.FLED, int(lives.id[row]), int(lives.target[row]))
