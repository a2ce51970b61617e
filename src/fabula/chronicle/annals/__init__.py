"""Annals: the chronicle of a world, day by day.

`tell_annals` makes a `Story` of a world's events: who lives there, what mattered on each day by the parts of the day,
the day in figures, and how things stood when the telling breaks off. `written_annals` is the plain log of the same run.

    history         the events with their day and hour, and who is who
    thefts, feuds, news, plans, fates, trade    what mattered: each finds the moments of its kind
    moments         what a moment is: a sentence to come, with its place, weight and facts
    phrases, scribe templates, and who writes a moment down so that nothing stands twice
    opening, figures, closing, tell    what the pages are built of
    log             the plain log

Equal events give equal words. A sentence rests on the events that it names, and on the setting in the opening.

Unlike the rest of the chronicle it loads the world, and with it compiled kernels: import it where it is needed.
"""

from fabula.chronicle.annals.log import written_annals
from fabula.chronicle.annals.tell import tell_annals

__all__ = ["tell_annals", "written_annals"]
