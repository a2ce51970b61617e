"""Packs of campaigns: from a folder of YAML and Markdown to a `Setting`, and from a sheet to one more character in it.

A pack is read in stages, each of which reports all it finds before the next one relies on it: the YAML itself
(`fabula.yaml_text`), the lists that stand in files of their own and the sheets (`fabula.environments.pack`), the names
(`names`), the form and its references (`form`), what must hold for the whole (`checks`), the words (`lexicon`);
`loading` is the way through them, `added` brings sheets of one's own. Nothing outside the pack's folder is read,
nothing in it is run.
"""

from fabula.environments.campaign.pack.added import add_cast
from fabula.environments.campaign.pack.form import TURNS_MAX, checked_turns
from fabula.environments.campaign.pack.lexicon import SLOTS
from fabula.environments.campaign.pack.loading import LoadedPack, load_setting

__all__ = ["SLOTS", "TURNS_MAX", "LoadedPack", "add_cast", "checked_turns", "load_setting"]
