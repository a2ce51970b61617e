"""Agents: who acts.

A `Persona` says who somebody is. It is read from a Markdown character sheet, clean or messy (`read_sheet`,
`read_sheet_file`: every oddity is a warning with its line, nothing is dropped in silence), and written back as one that
reads in equal (`write_sheet`); or from a character card (`fabula.agents.cards`) with its lorebook
(`fabula.agents.lore`), and written back as one without loss. `drives` turns its weights and traits into the ten drives
that rules decide by.

What an agent keeps of what it perceived is `fabula.agents.memory`; what a model is told is `fabula.agents.prompts`. The
minds that ship are in `fabula.agents.minds`: `RulesMind` weighs an observation's options by drives; `model`, `human`
and `graph` ask a model, a person, or any function. Import those where they are needed: they load what rules do not.

May touch: llm, engine (values, chance), settings and errors. Knows no environment.
"""

from fabula.agents.drives import Drive, drives
from fabula.agents.minds.rules import RulesMind
from fabula.agents.persona import Persona
from fabula.agents.sheet import WEIGHT_RULE, SheetError, SheetWarning, read_sheet, read_sheet_file, write_sheet

__all__ = [
    "WEIGHT_RULE",
    "Drive",
    "Persona",
    "RulesMind",
    "SheetError",
    "SheetWarning",
    "drives",
    "read_sheet",
    "read_sheet_file",
    "write_sheet",
]
