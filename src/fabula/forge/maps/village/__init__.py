"""Villages as the generative agents of Park et al. 2023 have them: a map in matrices, and the people who live there.

`read_village` reads a folder with both, `read_matrix` only a map, `residents` only the people of one.
"""

from pathlib import Path

import msgspec

from fabula.errors import UsageError
from fabula.forge.maps.map import Map
from fabula.forge.maps.village.matrix import META, matrix_folder, read_matrix
from fabula.forge.maps.village.villager import Villager, residents

__all__ = ["META", "Village", "Villager", "matrix_folder", "read_matrix", "read_village", "residents"]


class Village(msgspec.Struct, frozen=True, kw_only=True):
    """A map, and who lives on it."""

    map: Map
    people: tuple[Villager, ...] = ()


def read_village(folder: Path) -> tuple[Village, list[str]]:
    """The village in a folder with `matrix/` and `personas.json`, and a sentence for each thing that was passed over.

    Raises UsageError that says file, line or person, and what to do.
    """
    matrix = matrix_folder(folder)
    if matrix is None:
        what = "there is no such folder" if not folder.is_dir() else f"it has no matrix/{META}"
        raise UsageError(f"{folder.name}: {what}. Name the folder of a village, with matrix/ and personas.json.")
    made, warnings = read_matrix(matrix)
    people, more = residents(folder, made)
    return Village(map=made, people=people), warnings + more
