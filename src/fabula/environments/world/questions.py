"""The questions to the people of a world: whoever has cause to think is asked what they do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fabula.engine.values import Observation
from fabula.environments.world import minding
from fabula.environments.world.actions import CarryOn, WorldAction
from fabula.environments.world.lore import lore_of
from fabula.environments.world.options import Viewpoint, options
from fabula.environments.world.outlooks import Outlooks
from fabula.environments.world.state import Person, WorldState

if TYPE_CHECKING:
    from fabula.environments.world.world import World


def ask(world: "World", state: WorldState) -> Sequence[Observation]:
    """One question to each person whose mind is ready, by name. The state stays as it is."""
    ponder_ticks = world.setting.ponder_ticks
    ready = [person for person in state.people if minding.is_ready(person, state, ponder_ticks=ponder_ticks)]
    if not ready:
        return ()
    outlooks = Outlooks(world, state)
    return tuple([_question(world, outlooks, state, person) for person in sorted(ready, key=lambda one: one.name)])


def question_to(world: "World", state: WorldState, person: Person) -> Observation:
    """What a living person would be asked if it were asked now. The state stays as it is."""
    return _question(world, Outlooks(world, state), state, person)


def _question(world: "World", outlooks: Outlooks, state: WorldState, person: Person) -> Observation:
    outlook, news = outlooks.of(person), tuple(person.news)
    return Observation(
        agent=person.name,
        step=state.tick,
        due=state.tick + world.setting.thinking_ticks,
        perceives=outlook,
        accepts=WorldAction,
        reflex=CarryOn(),
        options=options(Viewpoint(outlook, news, lore_of(world))),
        events=news,
    )
