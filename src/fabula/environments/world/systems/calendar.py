"""Calendar: days and hours of the world's own time begin."""

from fabula.environments.world.events import DayBegan, HourStruck
from fabula.environments.world.tick import Tick


def run(tick: Tick) -> None:
    """Tell of the day that began, and of each full hour, where an hour is more than a tick."""
    if tick.now == 0 or tick.second < tick.setting.tick_s:
        tick.tell(DayBegan(day=tick.day, seen_by=tick.everyone()))
    if tick.hour_began and tick.setting.tick_s < 3600:
        tick.tell(HourStruck(day=tick.day, hour=tick.hour))
