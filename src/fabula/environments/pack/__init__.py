"""Reading packs: what the environments' readers have in common, whatever it is that they read.

- `open_pack`: from a folder or file to the files of a pack and the report on it
- `Report`: what is found wrong or odd, a line each, with file, line and key
- `PackFiles`, `with_lists`: the files of a pack, and lists that stand in files of their own
- `PackNames`, `read_names`: what is called what, by id or name
- `Form`, `FormReader`: from YAML to structs, by the structs' own types and a table of what the types cannot say
- `sheets_in`, `parted_cast`, `bonds_of`, `Renaming`: character sheets, those of a pack and those that somebody brings
- `read_prompts`: a pack's own templates

Knows no environment; may touch agents (sheets), packs, yaml_text and errors.
"""

from fabula.environments.pack.cast import Renaming, bonds_of, parted_cast, sheets_in
from fabula.environments.pack.files import PackFiles, with_lists
from fabula.environments.pack.form import Form, FormReader, Meaning, shown
from fabula.environments.pack.names import PackNames, entries, key, read_names
from fabula.environments.pack.opening import open_pack
from fabula.environments.pack.report import Report
from fabula.environments.pack.templates import read_prompts

__all__ = [
    "Form",
    "FormReader",
    "Meaning",
    "PackFiles",
    "PackNames",
    "Renaming",
    "Report",
    "bonds_of",
    "entries",
    "key",
    "open_pack",
    "parted_cast",
    "read_names",
    "read_prompts",
    "sheets_in",
    "shown",
    "with_lists",
]
