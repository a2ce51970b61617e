"""The trial of a pack's own template: put to use once for everybody, so that a slip in it is told before a run begins.

Loads jinja2: only a pack with prompts of its own needs it.
"""

from typing import TYPE_CHECKING

from fabula.agents.prompts import Prompter, read_template
from fabula.engine.chance import Chance
from fabula.environments.world.prompts import CHARACTER, FOLDER, SUFFIX
from fabula.environments.world.questions import question_to
from fabula.errors import RunError, UsageError

if TYPE_CHECKING:
    from fabula.environments.world.world import World

TRIED_MAX = 12
"""People for whom it is tried."""


def try_prompts(world: "World") -> None:
    """Write the prompts of people as they are at the start. Raises UsageError with file and line."""
    state = world.begin(Chance(0))
    template = read_template(world.prompts[CHARACTER], where=f"{FOLDER}/{CHARACTER}{SUFFIX}")
    for person in state.people[:TRIED_MAX]:
        try:
            Prompter(world.persona(state, person.name), template).prompt(question_to(world, state, person))
        except RunError as wrong:
            raise UsageError(str(wrong)) from wrong
