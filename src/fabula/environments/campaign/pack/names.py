"""What is called what in a campaign's pack: the lists whose entries have names, and which names must differ."""

from collections.abc import Mapping

from fabula.agents.persona import Persona
from fabula.environments.campaign.faults import RESERVED
from fabula.environments.pack.names import PackNames
from fabula.environments.pack.names import read_names as read_names_of
from fabula.environments.pack.report import Report
from fabula.yaml_text import KeyPath

KINDS = {
    "places": "place",
    "factions": "faction",
    "characters": "character",
    "objects": "object",
    "secrets": "secret",
    "clocks": "clock",
    "threats": "threat",
    "complications": "complication",
}
"""The lists of a pack whose entries have names, and what one entry is called."""

_APART = ("complications",)
"""Lists whose names need to differ only from one another: a log never speaks of a complication by name alone."""


def read_names(report: Report, personas: Mapping[KeyPath, Persona]) -> PackNames:
    """All names of the report's tree; one that stands twice, or that means somebody else in a log, is a fault.

    personas: by the path of the character, whose name is its persona's. One without is known by its id alone.
    """
    return read_names_of(report, personas, kinds=KINDS, apart=_APART, reserved=RESERVED)
