"""The systems of a world: plain functions `run(tick)`, worked in a fixed order every tick.

One from outside registers under the entry point group `fabula.systems`; a pack names it under `systems:`, and it is
worked after ours. If it raises, that is told (`SystemFailed`) and it is left out from then on: the world goes on.
"""

__all__: list[str] = []
