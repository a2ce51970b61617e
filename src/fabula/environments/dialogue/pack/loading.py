"""Loading a pack: the one way from its files to a setting of a dialogue."""

from pathlib import Path
from typing import Any

import msgspec

from fabula.environments.dialogue.checks import RESERVED, faults
from fabula.environments.dialogue.pack.form import ENVIRONMENT, FORM, KINDS, WORDS
from fabula.environments.dialogue.pack.speakers import LIST, read_speakers, with_sheets_named
from fabula.environments.dialogue.prompts.names import NAMES
from fabula.environments.dialogue.setting import DialogueSetting, Speaker
from fabula.environments.pack import FormReader, Report, entries, open_pack, read_names, read_prompts, shown, with_lists
from fabula.errors import did_you_mean
from fabula.yaml_text import KeyPath


class LoadedDialogue(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that was read."""

    setting: DialogueSetting
    warnings: tuple[str, ...] = ()
    """What its author may not have meant, a line each."""


def load_dialogue(file: Path) -> LoadedDialogue:
    """Read a pack. file: its folder, or the YAML file that is its `pack.yaml`.

    Raises UsageError that tells all that is wrong, a line each: the file, the line, the key, and what to do.
    """
    files, report = open_pack(file, ENVIRONMENT)
    with_lists(report, files)
    with_sheets_named(report)
    personas, services = read_speakers(report, files)
    names = read_names(report, personas, kinds=KINDS, reserved=RESERVED)
    given = FormReader(FORM, report, names, personas).fields(DialogueSetting, report.tree.value)
    given |= _words(DialogueSetting, report.tree.value, (), report)
    words = {path: _words(Speaker, entry, path, report) for path, entry in entries(report.tree.value, LIST)}
    report.close()
    speakers = tuple(
        msgspec.structs.replace(speaker, service=services.get((LIST, number)), **words[LIST, number])
        for number, speaker in enumerate(given["speakers"])
    )
    setting = DialogueSetting(**given | {"speakers": speakers})
    for path, text in faults(setting):
        report.fault(path, text)
    _warn(setting, report)
    templates = read_prompts(files, report, NAMES)
    report.close()
    return LoadedDialogue(setting=msgspec.structs.replace(setting, prompts=templates), warnings=tuple(report.warnings))


def _words(struct: type, entry: dict[str, Any], path: KeyPath, report: Report) -> dict[str, Any]:
    """The fields of a mapping that hold one of a few words."""
    read: dict[str, Any] = {}
    for (owner, field), known in WORDS.items():
        said = entry.get(field)
        if owner is not struct or said is None:
            continue
        words = {str(word): word for word in known}
        if isinstance(said, str) and said in words:
            read[field] = words[said]
        else:
            hint = did_you_mean(str(said)[:80], words)
            report.fault((*path, field), f"{shown(said)} is none of the words for this.{hint}")
    return read


def _warn(setting: DialogueSetting, report: Report) -> None:
    if not setting.topic:
        report.warn((), "'topic' is missing: what they talk about. Without one, rules have little to say.")
    if setting.moderator and setting.policy != "moderator":
        report.warn(("moderator",), f"nobody leads under the policy {setting.policy.value!r}.")
