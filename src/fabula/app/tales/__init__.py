"""Tales: how the runs of each kind of environment are told, one file for each.

A `Teller` hears one run, step by step, and tells it: `campaign` as a story with a log that can be read back, `world` as
annals, `dialogue` as a transcript. `teller_of` finds the one for an environment, by its name; one that is nobody's is
told as a campaign is. World and dialogue are loaded only where one of theirs is told.

What writes files, reads the store and asks models is not here but in fabula.app.tale and fabula.app.polishing.
"""

from fabula.app.tales.registry import check_style, teller_of
from fabula.app.tales.teller import Polisher, Teller, Told

__all__ = ["Polisher", "Teller", "Told", "check_style", "teller_of"]
