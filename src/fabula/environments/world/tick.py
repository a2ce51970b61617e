"""The tick that is being worked: what a system is given."""

from typing import Any

import numpy as np

from fabula.engine.chance import Chance
from fabula.engine.values import AgentId
from fabula.environments.world.catalogue import Catalogue
from fabula.environments.world.events import AnyEvent
from fabula.environments.world.ground import Ground
from fabula.environments.world.happenings import Happenings
from fabula.environments.world.setting import WorldSetting
from fabula.environments.world.state import WorldState

DAY_S = 86_400


class Tick:
    """One tick. A system reads what it needs, changes the state in place, and writes down what happened."""

    def __init__(
        self,
        *,
        setting: WorldSetting,
        catalogue: Catalogue,
        ground: Ground,
        state: WorldState,
        chance: Chance,
        happenings: Happenings,
        scratch: dict[str, Any],
    ) -> None:
        """scratch: arrays that systems of one world keep between ticks so as not to allocate them anew; nothing may
        follow from what they held before.
        """
        self.setting = setting
        self.catalogue = catalogue
        self.ground = ground
        self.state = state
        self.lives = state.lives
        self.now = state.tick
        """The number of this tick."""
        self.chance = chance
        self.key = np.uint64(chance.stream("tick").word())
        """What kernels mix their chance from."""
        self.happenings = happenings
        self.scratch = scratch
        self.events: list[AnyEvent] = []
        second = setting.begins_h * 3600 + self.now * setting.tick_s
        self.day = second // DAY_S + 1
        self.second = second % DAY_S
        """Of the day, in the world's own time."""
        self.hour = self.second // 3600
        self.hour_began = self.second % 3600 < setting.tick_s

    def everyone(self) -> tuple[AgentId, ...]:
        """The names of the living people, as `seen_by` has them."""
        return tuple(sorted(person.name for person in self.state.living()))

    def tell(self, event: AnyEvent) -> None:
        """Something a person does, suffers or perceives happened."""
        self.events.append(event)
