"""Holding: what a speaker believes, fears, cannot abide and would do, by the drives that are strongest in it."""

from collections.abc import Iterator, Mapping

from fabula.agents.drives import Drive
from fabula.environments.dialogue.rhetoric.grounds import lot

STRONG = 4
"""So many of its drives speak in it; the others are not its own."""


def strongest(drives: Mapping[Drive, float], name: str) -> list[Drive]:
    """The drives, the strongest first; where two are alike, as it is with this name for ever."""
    return sorted(Drive, key=lambda drive: (-round(drives[drive] * 20), lot(name, drive, "holding"), drive))


def rules_by_drive(drives: Mapping[Drive, float], name: str, part: str, known: Mapping[str, object]) -> Iterator[str]:
    """The rules of a part - `creed`, `view.war` - that there are for its drives, the strongest first."""
    ranked = strongest(drives, name)
    for drive in ranked:
        if (rule := f"{part}.{drive}") in known:
            yield rule
