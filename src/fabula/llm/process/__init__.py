"""The provider process: a provider of models that ships for tests and demos and needs no key.

It speaks the real wire formats over real HTTP (h11 and asyncio), answers by rules, misbehaves in every known way on
request, and counts what would have been paid. It listens on this machine only.

`serving` listens; `Provider.answer` is the life of one request; `Conduct` says how it behaves. `wires/` holds the
formats, `manners/` the ways to answer, `faults` the ways to fail, `control` what can be asked of the provider itself
under `/_/`.

May touch: the engine's chance and the values of `llm`. Imports no provider's package.
"""

from fabula.llm.process.conduct import Conduct
from fabula.llm.process.faults import FAULTS, Plan, plan_of
from fabula.llm.process.manners import MANNERS
from fabula.llm.process.manners.script import script_in
from fabula.llm.process.provider import Provider
from fabula.llm.process.server import serving

__all__ = ["FAULTS", "MANNERS", "Conduct", "Plan", "Provider", "plan_of", "script_in", "serving"]
