"""Maps made from a seed: towns, wilds and caves.

A form (`town`, `wilds`, `caves`) paints on a `Canvas`, and every one of them ends with `joined`, so that everyone can
walk from every region to every other. Only integers are reckoned with, and all chance comes from the seed: the same
numbers give the same map on every machine. `noise` gives heights and wetness, `ways` finds roads, `parts` what hangs
together.
"""

from fabula.forge.maps.generated.making import FORMS, make_map

__all__ = ["FORMS", "make_map"]
