"""Options to strike: at threats, at foes, at those whom an aim says to ruin."""

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Attack
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.viewpoint import Viewpoint
from fabula.environments.campaign.tension import act_of

HATED = -40
"""A bond like this or worse lets an agent think of blows."""
COWED = -0.4
LATE: dict[str, float] = {"setup": -0.15, "rising": -0.05, "crisis": 0.08, "climax": 0.18, "falling": 0.08}
"""Blows come easier as the story draws to its height."""


def fighting(view: Viewpoint, choices: Choices) -> None:
    """Add whom to attack."""
    for threat in view.menaces:
        _attack_threat(view, choices, threat)
    for name in view.near:
        if view.bonds[name] <= HATED or view.role.aim("ruin", name):
            _attack(view, choices, name)


def _attack_threat(view: Viewpoint, choices: Choices, threat: str) -> None:
    skill = view.role.aptitude("attack")
    friends = sum(1 for name in view.near if not view.is_foe(name))
    strength = view.board.state.dangers[threat].strength
    appeals: dict[str, float] = {
        Drive.AGGRESSION: 0.5,
        Drive.DUTY: 0.35,
        Drive.LOYALTY: 0.2,
        Drive.SELF_PRESERVATION: -0.35 - 0.5 * view.hurt,
    }
    worth = 0.12 + 0.05 * skill + 0.05 * min(3, friends) - 0.25 * view.hurt + (0.1 if strength <= 3 else 0.0)
    because = "attack_threat", threat, view.place
    choices.add(Attack, {"target": threat}, target=threat, appeals=appeals, worth=worth, because=because)


def _attack(view: Viewpoint, choices: Choices, name: str) -> None:
    bond, ruin = view.bonds[name], view.role.aim("ruin", name)
    kin = view.is_kin(name)
    appeals: dict[str, float] = {
        Drive.AGGRESSION: 0.55,
        Drive.COMPASSION: -0.5,
        Drive.SELF_PRESERVATION: -0.2 - 0.5 * view.hurt,
        Drive.LOYALTY: -0.5 if kin else 0.15,
    }
    act = act_of(view.turn, view.board.ground.setting.turns)
    worth = -0.02 - bond / 160 + 0.4 * ruin + LATE[act] + 0.03 * view.role.aptitude("attack") - 0.3 * view.hurt
    if view.agent.cowed_by == name:
        worth += COWED
    if ruin:
        text = next(aim.text for aim in view.role.aims_about[name] if aim.want == "ruin")
        because: tuple[str, ...] = ("attack_aim", name, text)
    else:
        because = "attack_foe", name
    choices.add(Attack, {"target": name}, target=name, appeals=appeals, worth=worth, because=because)
