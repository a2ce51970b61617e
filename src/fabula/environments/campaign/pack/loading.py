"""Loading a pack: the one way from its files to a setting."""

from pathlib import Path

import msgspec

from fabula.environments.campaign.pack.checks import check, with_fallback
from fabula.environments.campaign.pack.form import FormReader
from fabula.environments.campaign.pack.lexicon import read_lexicon
from fabula.environments.campaign.pack.names import read_names
from fabula.environments.campaign.prompts import NAMES
from fabula.environments.campaign.setting import Setting
from fabula.environments.pack.cast import sheets_in
from fabula.environments.pack.files import with_lists
from fabula.environments.pack.opening import open_pack
from fabula.environments.pack.report import Report
from fabula.environments.pack.templates import read_prompts

ENVIRONMENT = "campaign"


class LoadedPack(msgspec.Struct, frozen=True, kw_only=True):
    """A pack as it is played."""

    setting: Setting
    warnings: tuple[str, ...] = ()
    """What its author may not have meant, a line each."""


def load_setting(path: Path) -> LoadedPack:
    """Read a pack. path: its folder, or the YAML file that is its `pack.yaml`.

    Raises UsageError that tells all that is wrong, a line each: the file, the line, the key, and what to do.
    """
    files, report = open_pack(path, ENVIRONMENT)
    with_lists(report, files)
    _check_peopled(report)
    report.close()
    personas = sheets_in(report, files, "characters")
    setting = FormReader(report, read_names(report, personas), personas).setting()
    report.close()
    check(setting, report)
    lexicon, prompts = read_lexicon(files, setting, report), read_prompts(files, report, NAMES)
    report.close()
    setting = msgspec.structs.replace(
        setting, outcomes=with_fallback(setting), lexicon=lexicon, prompts=prompts or msgspec.UNSET
    )
    return LoadedPack(setting=setting, warnings=tuple(report.warnings))


def _check_peopled(report: Report) -> None:
    """Without places or people every reference would be a fault; this one says it all."""
    for list_key in ("places", "characters"):
        if report.tree.value.get(list_key) == []:
            report.fault((list_key,), f"a campaign needs {list_key}, and here are none.")
