"""Which teller tells the runs of which environment."""

from importlib import import_module
from typing import Any

from fabula.app.tales.teller import MakesTeller, Teller
from fabula.engine import Environment
from fabula.errors import UsageError
from fabula.store import RunRow

# By name: a world's classes would load compiled kernels, which the others do without.
_TELLERS = {
    "campaign": "fabula.app.tales.campaign:CampaignTeller",
    "dialogue": "fabula.app.tales.dialogue:DialogueTeller",
    "world": "fabula.app.tales.world:WorldTeller",
}


def check_style(style: str, environment: str, *, called: str, run: str = "RUN") -> None:
    """Raises UsageError where a style was asked for and the runs of that environment are told in none.

    called: what is to be told, by the name that a person gave. run: its name, if it has one.
    """
    if style and (unstyled := _class(environment).unstyled):
        raise UsageError(f"--style {style}: {called!r} is a {environment}. {unstyled.format(run=run)}")


def teller_of(row: RunRow, environment: Environment[Any], *, style: str = "") -> Teller:
    """What tells a run of this environment; see MakesTeller."""
    return _class(environment.name)(row, environment, style=style)


def _class(environment: str) -> MakesTeller:
    module, name = _TELLERS.get(environment, _TELLERS["campaign"]).split(":")
    makes: MakesTeller = getattr(import_module(module), name)
    return makes
