"""The provider process: a provider of models that ships for tests and demos and needs no key.

It speaks the real wire formats over real HTTP (h11 and asyncio), answers by rules, misbehaves in every known way on
request, and counts what would have been paid. It listens on this machine only.

`serving` listens; `Provider.answer` is the life of one request; `Conduct` says how it behaves. `wires/` holds the
formats, `manners/` the ways to answer, `faults` the ways to fail, `control` what can be asked of the provider itself
under `/_/`.

Importing this room is light: `Provider` and `serving`, with the formats and h11 behind them, are loaded when they are
first used, since the command line names faults and manners in its help.

May touch: the engine's chance and the values of `llm`. Imports no provider's package.
"""

import importlib
from typing import TYPE_CHECKING, Any

from fabula.llm.process.conduct import Conduct
from fabula.llm.process.faults import FAULTS, Plan, plan_of
from fabula.llm.process.manners import MANNERS
from fabula.llm.process.manners.script import script_in

if TYPE_CHECKING:
    from fabula.llm.process.provider import Provider
    from fabula.llm.process.server import serving

_HEAVY = {"Provider": "fabula.llm.process.provider", "serving": "fabula.llm.process.server"}
"""Name -> the module that defines it."""

__all__ = ["FAULTS", "MANNERS", "Conduct", "Plan", "Provider", "plan_of", "script_in", "serving"]


def __getattr__(name: str) -> Any:  # Of any type: whatever the module defines.
    if name not in _HEAVY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HEAVY[name]), name)
