"""Options to look closely: at a place that has not given up what it hides, or at somebody with full pockets."""

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Investigate
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.viewpoint import Viewpoint


def searching(view: Viewpoint, choices: Choices) -> None:
    """Add a search of the place, and of one person whom the agent does not trust."""
    times = view.agent.searched.get(view.place, 0)
    fresh = 1 / (1 + times)
    appeals: dict[str, float] = {Drive.CURIOSITY: 0.1 + 0.4 * fresh}
    if view.menaces:
        appeals[Drive.SELF_PRESERVATION] = -0.4
    sought = _sought(view)
    worth = 0.05 + 0.12 * fresh + (0.4 * sought[1] * fresh if sought else 0.0) - (0.15 if view.menaces else 0.0)
    because = (
        ("search_secret", sought[0], view.place) if sought else ("search_again" if times else "search_new", view.place)
    )
    choices.add(Investigate, {"what": ""}, target="", appeals=appeals, worth=worth, because=because)
    suspect = next((name for name in view.near if -60 <= view.bonds[name] <= 0 and not view.is_kin(name)), None)
    if suspect is not None:
        appeals = {Drive.CURIOSITY: 0.3, Drive.CUNNING: 0.3}
        choices.add(
            Investigate,
            {"what": suspect},
            target=suspect,
            appeals=appeals,
            worth=-0.2,
            because=("search_person", suspect),
        )


def _sought(view: Viewpoint) -> tuple[str, float] | None:
    """The secret the agent is after and is not sure of, if any, and how much it is after it."""
    beliefs = view.agent.beliefs
    for name, aim in view.interests.sought.items():
        if name not in beliefs or beliefs[name].sure < 75:
            return name, aim.weight / 100
    missing = sorted(view.interests.wanted - set(view.carried) - set(view.agent.sightings))
    return (missing[0], 0.5) if missing else None
