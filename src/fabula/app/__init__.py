"""The composition root: joins store, environment, minds and chronicle for whoever wants to play.

`play`, `go_on` and `branch_off` carry a run to its end and write its tale; `stored_environment` gives back the
environment of a run from its setup alone; `Director` is the same for people who write Python. Everything here is
wiring:
a rule, a query or a sentence belongs in the room below that owns it.

May touch: every room below. Only `cli`, `service` and `import fabula` stand above it.
"""

from fabula.app.assigning import HERE, Wanted, check_mind, read_wanted
from fabula.app.branching import branch_off
from fabula.app.director import Director
from fabula.app.environments import (
    Conversational,
    Live,
    Playable,
    Portrays,
    environment_named,
    environment_names,
    environment_of_pack,
    stored_environment,
)
from fabula.app.mailbox import TO_RULES
from fabula.app.naming import agent_called
from fabula.app.observer import Figures, Observer
from fabula.app.playing import UNTOLD_S_MAX, Played, Stage, foresee, go_on, play
from fabula.app.seated import seat_here
from fabula.app.tale import Polisher, Tale, Told, make_folder, polisher, tell_log_file, tell_run, written_log

__all__ = [
    "HERE",
    "TO_RULES",
    "UNTOLD_S_MAX",
    "Conversational",
    "Director",
    "Figures",
    "Live",
    "Observer",
    "Playable",
    "Played",
    "Polisher",
    "Portrays",
    "Stage",
    "Tale",
    "Told",
    "Wanted",
    "agent_called",
    "branch_off",
    "check_mind",
    "environment_named",
    "environment_names",
    "environment_of_pack",
    "foresee",
    "go_on",
    "make_folder",
    "play",
    "polisher",
    "read_wanted",
    "seat_here",
    "stored_environment",
    "tell_log_file",
    "tell_run",
    "written_log",
]
