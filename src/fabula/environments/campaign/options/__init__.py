"""What an agent may think of doing: a bounded, well chosen list of options, each with what speaks for it.

Everything here is judged from the agent's side: from what it perceives, remembers, believes and wants. One module a
concern; `viewpoint` gathers what is before its eyes, `interests` what it gains by what, `stakes` what presses, and
`choices` weighs and picks.
"""

from fabula.engine.values import Option
from fabula.environments.campaign.options.choices import OPTIONS_MAX, Choices
from fabula.environments.campaign.options.fighting import fighting
from fabula.environments.campaign.options.guarding import guarding
from fabula.environments.campaign.options.interests import Interests
from fabula.environments.campaign.options.moving import moving
from fabula.environments.campaign.options.pressing import pressing
from fabula.environments.campaign.options.resting import resting
from fabula.environments.campaign.options.searching import searching
from fabula.environments.campaign.options.speaking import speaking
from fabula.environments.campaign.options.stakes import Agendas
from fabula.environments.campaign.options.things import things
from fabula.environments.campaign.options.viewpoint import Viewpoint

__all__ = ["OPTIONS_MAX", "Agendas", "Interests", "Viewpoint", "options"]


def options(view: Viewpoint) -> tuple[Option, ...]:
    """The options of one agent, OPTIONS_MAX at most."""
    choices = Choices(view)
    for concern in (moving, searching, speaking, pressing, fighting, guarding, things, resting):
        concern(view, choices)
    return choices.options()
