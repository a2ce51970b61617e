"""Loading a pack: the one way from its files to a setting of a world."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from fabula.agents.persona import Persona
from fabula.environments.pack import (
    FormReader,
    PackFiles,
    Report,
    entries,
    open_pack,
    read_names,
    read_prompts,
    sheets_in,
    shown,
)
from fabula.environments.pack import with_lists as with_list_files
from fabula.environments.world import prompts
from fabula.environments.world.pack.checks import check
from fabula.environments.world.pack.form import APART, FORM, KINDS, RESERVED, TICKS_MAX
from fabula.environments.world.pack.mapping import read_mapping
from fabula.environments.world.pack.village import peopled
from fabula.environments.world.setting import WorldSetting
from fabula.environments.world.tick import DAY_S
from fabula.yaml_text import KeyPath

ENVIRONMENT = "world"
_TICK_S: int = next(field.default for field in msgspec.structs.fields(WorldSetting) if field.name == "tick_s")


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that was read."""

    setting: WorldSetting
    warnings: tuple[str, ...] = ()
    """What its author may not have meant, a line each."""


def load_world(file: Path) -> Loaded:
    """Read a pack. file: its folder, or the YAML file that is its `pack.yaml`.

    Raises UsageError that tells all that is wrong, a line each: the file, the line, the key, and what to do.
    """
    files, report = open_pack(file, ENVIRONMENT)
    with_list_files(report, files)
    mapped = read_mapping(report, files)
    villagers = peopled(report, mapped.village) if mapped and mapped.village else {}
    personas = villagers | _personas(report, files, villagers)
    names = read_names(report, personas, kinds=KINDS, apart=APART, reserved=RESERVED)
    given = FormReader(_form(report), report, names, personas).fields(WorldSetting, report.tree.value)
    _count_ticks(given, report)
    report.close()
    assert mapped is not None
    setting = check(WorldSetting(map=mapped.map, **given), names, report)
    templates = read_prompts(files, report, {prompts.CHARACTER, *prompts.shipped_prompts()})
    report.close()
    return Loaded(setting=msgspec.structs.replace(setting, prompts=templates), warnings=tuple(report.warnings))


def _personas(report: Report, files: PackFiles, villagers: Mapping[KeyPath, Persona]) -> dict[KeyPath, Persona]:
    for path, entry in entries(report.tree.value, "people"):
        if "name" in entry and path not in villagers:
            report.fault(
                (*path, "name"), "a person's name stands in their sheet: leave this out, and name the 'sheet'."
            )
    return sheets_in(report, files, "people")


def _form(report: Report) -> Any:
    """What a pack is about stands under `summary` or `about`, as its author likes."""
    key = "about" if "about" in report.tree.value else "summary"
    others = tuple(other for other in FORM.other_keys[WorldSetting] if other not in {"summary", "about"})
    return FORM._replace(
        keys={**FORM.keys, (WorldSetting, "about"): key},
        not_keys=[field for field in FORM.not_keys if field != (WorldSetting, "about")],
        other_keys={**FORM.other_keys, WorldSetting: others},
    )


def _count_ticks(given: dict[str, Any], report: Report) -> None:
    """Turn `days` into ticks."""
    days = report.tree.value.get("days")
    if days is None:
        return
    tick_s = given.get("tick_s") or _TICK_S
    most = max(TICKS_MAX * tick_s // DAY_S, 1)
    if "ticks" in given:
        report.fault(("days",), "'ticks' says already how long it lives. Keep one of the two.")
    elif isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= most:
        report.fault(("days",), f"a whole number from 1 to {most:,} is needed, not {shown(days)}.")
    else:
        given["ticks"] = max(days * DAY_S // tick_s, 1)
