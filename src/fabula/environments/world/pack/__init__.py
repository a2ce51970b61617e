"""Packs of worlds: from a folder of YAML, maps and sheets to a `WorldSetting`, and from a sheet to one more person.

A pack is read in stages, each of which reports all it finds before the next one relies on it: the YAML itself, the
lists that stand in files of their own, the map (`mapping`; of a village also what it says of people, `village`), the
sheets and names, the form and its references (`form`), what must hold for the whole (`checks`); `loading` is the way
through them, `added` brings sheets of one's own. What all environments' packs have in common is
`fabula.environments.pack`.
"""

from fabula.environments.world.pack.added import add_cast
from fabula.environments.world.pack.form import TICKS_MAX, checked_ticks
from fabula.environments.world.pack.loading import Loaded, load_world

__all__ = ["TICKS_MAX", "Loaded", "add_cast", "checked_ticks", "load_world"]
