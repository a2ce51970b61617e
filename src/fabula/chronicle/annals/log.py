"""The plain log of a world: the day, the hour and a line for every event that is worth one."""

from collections.abc import Sequence

from fabula.chronicle.annals.history import History
from fabula.chronicle.doings import doing_line
from fabula.chronicle.letters import visible
from fabula.engine.values import Event
from fabula.environments.world.setting import WorldSetting


def written_annals(events: Sequence[Event], setting: WorldSetting | None = None) -> str:
    """The log as text, one line an event."""
    history = History(events, setting)
    lines = [visible(history.title)]
    for at, event in enumerate(events):
        if line := doing_line(event):
            lines.append(f"day {history.day[at]}, {history.hour[at]:02}h  {line}")
    return "".join(f"{line}\n" for line in lines)
