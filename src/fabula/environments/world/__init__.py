"""The world: lives on a map, ten ticks a second, up to a million of them; some have names, characters and minds.

Lives are rows of arrays (`components`), worked by systems in a fixed order (`systems`), whose hot loops are compiled
(`kernels`). Reflexes carry everybody; the people with a seat are asked when something is worth thinking about
(`questions`, `options`), have time to think, and what they decide is carried out tick by tick (`deeds`). A town lives
by itself: trade and prices, friendship and quarrels, theft and what comes of it (`society`).

Main types: World is the environment, WorldSetting what a run begins with, WorldState what changes; actions, commands
and events are what goes in and what comes out.

May touch: forge, agents, llm, engine and what lies below; no other environment.
"""

from fabula.environments.world.actions import WorldAction
from fabula.environments.world.commands import Grant, Kill, Put, Spawn, WorldCommand
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.setting import WorldSetting
from fabula.environments.world.state import WorldState
from fabula.environments.world.world import World

__all__ = [
    "AnyEvent",
    "Grant",
    "Kill",
    "Put",
    "Spawn",
    "World",
    "WorldAction",
    "WorldCommand",
    "WorldSetting",
    "WorldState",
]
