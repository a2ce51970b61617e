"""society: what happened this tick sinks in - bonds, reputations, wrongs and quarrels move, and more may come of it."""

from fabula.environments.world.events import Said
from fabula.environments.world.society.brawls import end_brawls, spare_the_beaten
from fabula.environments.world.society.circle import circle, people_by_name
from fabula.environments.world.society.judging import is_judged, judge
from fabula.environments.world.society.justice import keep_the_peace
from fabula.environments.world.society.losses import find_losses
from fabula.environments.world.society.quarrels import begin_feuds, cool
from fabula.environments.world.society.speaking import with_news
from fabula.environments.world.tick import Tick

PATROL_TICKS = 6
"""Between two looks of those who keep the peace."""


def run(tick: Tick) -> None:
    """Judge what happened, end brawls, cool tempers, miss what is gone, and keep the peace."""
    if tick.now == 0:
        begin_feuds(tick)
    end_brawls(tick)
    spare_the_beaten(tick)
    cool(tick)
    find_losses(tick)
    if tick.now % PATROL_TICKS == 0 and any(person.wrongs for person in tick.state.people):
        keep_the_peace(tick, circle(tick))
    _judge_all(tick)


def _judge_all(tick: Tick) -> None:
    """Judge every event of this tick, those that come of others too."""
    town = None
    judged = 0
    while judged < len(tick.events):
        event = tick.events[judged]
        if is_judged(event):
            town = town if town is not None else people_by_name(tick)
            if isinstance(event, Said):
                event = tick.events[judged] = with_news(event, town)
            judge(tick, event, town)
        judged += 1
