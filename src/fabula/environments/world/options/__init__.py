"""What somebody in a world may think of doing: a short list of options, each with what speaks for it.

Everything here is judged from the agent's side: from its outlook, the news it perceived, and the lore everybody knows.
One module a theme; `viewpoint` gathers what is before its eyes, `choices` picks, `reasons` has the words. To carry on
is always among them and mostly wins: people live by habit, and what is out of character is rare.
"""

from fabula.engine.values import Option
from fabula.environments.world.options.choices import OPTIONS_MAX, Choices
from fabula.environments.world.options.daily import daily
from fabula.environments.world.options.danger import danger
from fabula.environments.world.options.people import people
from fabula.environments.world.options.quarrels import quarrels
from fabula.environments.world.options.temptation import temptation
from fabula.environments.world.options.viewpoint import Viewpoint
from fabula.environments.world.options.wrongs import wrongs

__all__ = ["OPTIONS_MAX", "Viewpoint", "options"]


def options(view: Viewpoint) -> tuple[Option, ...]:
    """The options of one agent, OPTIONS_MAX at most."""
    choices = Choices(view)
    for theme in (danger, wrongs, quarrels, people, temptation, daily):
        theme(view, choices)
    return choices.options()
