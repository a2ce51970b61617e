"""The engine: what a run is.

A run is the list of its inputs; everything else follows. An environment observes, minds answer with actions, the
environment steps, the log keeps it - and whoever has the log can replay, resume, rewind and branch the run, take any
seat in it, and find a byte that was changed.

Main types: Observation, Action, Command, Event and Ending are the values; Environment and Mind the two protocols;
Cast seats minds; Run knows the log; `perform` is the loop; `replay`, `verify`, `moments` and `branch` look back.
`fabula.engine.contract` checks any environment, `fabula.engine.fakes` has minds for tests.

May touch: store and bus. Knows no environment, no model and no web.
"""

from fabula.engine.branch import branch
from fabula.engine.cast import RULES, Cast
from fabula.engine.chance import Chance, Stream
from fabula.engine.clock import Clock, RealClock, VirtualClock
from fabula.engine.codec import Codec
from fabula.engine.digest import canonical
from fabula.engine.environment import Environment, Mind
from fabula.engine.folder import export_run, import_run
from fabula.engine.loop import Moment, Took, perform
from fabula.engine.replay import Fault, Replayed, Verified, moments, replay, state_at, verify
from fabula.engine.run import RulesDiffer, Run, RunEnded, post
from fabula.engine.values import (
    KEEPER,
    Acted,
    Action,
    Advance,
    AgentId,
    Assign,
    Command,
    Commanded,
    Decided,
    Ending,
    Event,
    Input,
    KernelCommand,
    Note,
    Observation,
    Option,
    Pace,
    Pause,
    Release,
    Resume,
    RunId,
    Save,
    Spent,
    Stop,
    Take,
)

__all__ = [
    "KEEPER",
    "RULES",
    "Acted",
    "Action",
    "Advance",
    "AgentId",
    "Assign",
    "Cast",
    "Chance",
    "Clock",
    "Codec",
    "Command",
    "Commanded",
    "Decided",
    "Ending",
    "Environment",
    "Event",
    "Fault",
    "Input",
    "KernelCommand",
    "Mind",
    "Moment",
    "Note",
    "Observation",
    "Option",
    "Pace",
    "Pause",
    "RealClock",
    "Release",
    "Replayed",
    "Resume",
    "RulesDiffer",
    "Run",
    "RunEnded",
    "RunId",
    "Save",
    "Spent",
    "Stop",
    "Stream",
    "Take",
    "Took",
    "Verified",
    "VirtualClock",
    "branch",
    "canonical",
    "export_run",
    "import_run",
    "moments",
    "perform",
    "post",
    "replay",
    "state_at",
    "verify",
]
