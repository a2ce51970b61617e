"""Options to hold still: to recover, or to watch."""

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Rest, Wait
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.viewpoint import Viewpoint


def resting(view: Viewpoint, choices: Choices) -> None:
    """Add rest, for one who is hurt and left in peace, and waiting."""
    if view.hurt and not view.menaces:
        sheltered = view.board.ground.places[view.place].shelter >= 50
        appeals: dict[str, float] = {Drive.SELF_PRESERVATION: 0.2 + 0.7 * view.hurt}
        worth = 0.3 * view.hurt - 0.05 + (0.08 if sheltered else 0.0)
        choices.add(Rest, {}, target="", appeals=appeals, worth=worth, because=("rest",))
    appeals = {Drive.SELF_PRESERVATION: 0.05, Drive.CUNNING: 0.1, Drive.AGGRESSION: -0.1}
    choices.add(Wait, {}, target="", appeals=appeals, worth=-0.35, because=("wait",))
