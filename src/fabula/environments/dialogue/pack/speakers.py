"""The speakers of a pack: by their sheet, as a service agent that ships, or in a few words of the pack's own."""

from typing import Any

from fabula.agents.persona import Field, Persona
from fabula.environments.dialogue.pack.form import INLINE
from fabula.environments.dialogue.service.form import Service
from fabula.environments.dialogue.service_speakers import service_speaker
from fabula.environments.pack import PackFiles, Report, entries, sheets_in, shown
from fabula.errors import UsageError
from fabula.yaml_text import KeyPath

LIST = "speakers"
_WAYS = ("sheet", "service", "name")


def with_sheets_named(report: Report) -> None:
    """An entry that is but the name of a sheet is read as one that names it under `sheet`."""
    listed = report.tree.value.get(LIST)
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(entry, str):
            listed[number] = {"sheet": entry}


def read_speakers(report: Report, files: PackFiles) -> tuple[dict[KeyPath, Persona], dict[KeyPath, Service]]:
    """Who they are, and the service agents among them, by the path of the entry; what is wrong goes to the report."""
    personas = sheets_in(report, files, LIST)
    services: dict[KeyPath, Service] = {}
    for path, entry in entries(report.tree.value, LIST):
        ways = [key for key in _WAYS if entry.get(key) is not None]
        if not ways:
            report.fault(path, "who is it? Name a 'sheet', a 'service' agent that ships, or give a 'name'.")
            # Said once: that the sheet is missing, too, would be the same fault again.
            entry["sheet"] = ""
        elif "sheet" in ways and any(entry.get(key) is not None for key in INLINE):
            report.fault(path, "a speaker's name stands in their sheet: leave it out here, or leave out the 'sheet'.")
        elif "service" in ways:
            _read_service(entry, path, report, personas, services)
        elif "name" in ways:
            _read_inline(entry, path, report, personas)
    return personas, services


def _read_service(
    entry: dict[str, Any],
    path: KeyPath,
    report: Report,
    personas: dict[KeyPath, Persona],
    services: dict[KeyPath, Service],
) -> None:
    name = entry["service"]
    try:
        if not isinstance(name, str):
            raise UsageError(f"the name of a service agent is needed, not {shown(name)}.")
        speaker, notices = service_speaker(name)
    except UsageError as wrong:
        report.fault((*path, "service"), str(wrong))
        return
    assert speaker.service is not None
    services[path] = speaker.service
    report.warnings += notices
    if path not in personas:
        personas[path] = speaker.persona


def _read_inline(entry: dict[str, Any], path: KeyPath, report: Report, personas: dict[KeyPath, Persona]) -> None:
    said = {key: entry[key] for key in INLINE if entry.get(key) is not None}
    wrong = [key for key, value in said.items() if not isinstance(value, str)]
    for key in wrong:
        report.fault((*path, key), f"a text is needed, not {shown(said[key])}. Put it in quotes.")
    if wrong:
        return
    pronouns = said.pop("pronouns", "")
    identity = (Field(label="Pronouns", text=pronouns),) if pronouns else ()
    try:
        personas[path] = Persona(identity=identity, **said)
    except ValueError as fault:
        report.fault((*path, "name"), f"{fault}.")
