"""Which teller tells the runs of which environment."""

from importlib import import_module
from typing import Any

from fabula.app.tales.teller import MakesTeller, Teller
from fabula.engine import Environment
from fabula.store import RunRow

# By name: a world's classes would load compiled kernels, which the others do without.
_TELLERS = {
    "campaign": "fabula.app.tales.campaign:CampaignTeller",
    "dialogue": "fabula.app.tales.dialogue:DialogueTeller",
    "world": "fabula.app.tales.world:WorldTeller",
}


def teller_of(row: RunRow, environment: Environment[Any], *, style: str = "") -> Teller:
    """What tells a run of this environment; see MakesTeller."""
    module, name = _TELLERS.get(environment.name, _TELLERS["campaign"]).split(":")
    makes: MakesTeller = getattr(import_module(module), name)
    return makes(row, environment, style=style)
