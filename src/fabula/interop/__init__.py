"""Interop: Fabula in the frameworks of others. Each module needs the extra of its name and says so where it is missing.

- `pettingzoo`: worlds and campaigns as parallel environments for multi-agent reinforcement learning

May touch: everything below `cli`. Nothing below it knows of it.
"""

__all__: list[str] = []
