"""Options to stand by others: holding the place, standing before somebody, tending wounds, lending a hand."""

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Aid, Defend
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.viewpoint import FRIEND, Viewpoint


def guarding(view: Viewpoint, choices: Choices) -> None:
    """Add what to defend and whom to aid."""
    _defend_place(view, choices)
    for name in view.near:
        other = view.board.state.agents[name]
        missing = (other.vigour_max - other.vigour) / other.vigour_max
        if missing and view.bonds[name] > -35:
            _tend(view, choices, name, missing)
        protect = view.role.aim("protect", name)
        if protect or (view.menaces and missing >= 0.4 and view.bonds[name] >= FRIEND):
            _stand_before(view, choices, name, protect)
    friend = next((name for name in view.near if view.bonds[name] >= FRIEND), None)
    if friend is not None:
        appeals: dict[str, float] = {Drive.AFFECTION: 0.25, Drive.LOYALTY: 0.15 if view.is_kin(friend) else 0.0}
        choices.add(Aid, {"whom": friend}, target=friend, appeals=appeals, worth=-0.2, because=("aid_deed", friend))
    if view.hurt:
        appeals = {Drive.SELF_PRESERVATION: 0.6 * view.hurt}
        worth = 0.1 * view.hurt + 0.05 * view.role.aptitude("aid") - 0.1
        choices.add(
            Aid, {"whom": view.agent.name}, target=view.agent.name, appeals=appeals, worth=worth, because=("aid_self",)
        )


def _defend_place(view: Viewpoint, choices: Choices) -> None:
    hold = max(view.role.aim("hold", view.place), view.role.aim("protect", view.place))
    appeals: dict[str, float] = {Drive.DUTY: 0.2 + 0.5 * hold, Drive.LOYALTY: 0.1}
    worth = -0.22 + 0.35 * hold
    because: tuple[str, ...] = ("defend_place", view.place)
    if view.menaces:
        appeals[Drive.DUTY] += 0.25
        appeals[Drive.SELF_PRESERVATION] = -0.15 - 0.3 * view.hurt
        worth += 0.25
        because = "defend_threat", view.place, view.menaces[0]
    choices.add(Defend, {"what": ""}, target=view.place, appeals=appeals, worth=worth, because=because)


def _stand_before(view: Viewpoint, choices: Choices, name: str, protect: float) -> None:
    danger = 1.0 if view.menaces or any(view.is_foe(other) for other in view.near) else 0.3
    appeals: dict[str, float] = {
        Drive.AFFECTION: 0.5 * danger,
        Drive.DUTY: 0.25,
        Drive.SELF_PRESERVATION: -0.2 * danger,
    }
    worth = -0.12 + 0.4 * protect * danger
    choices.add(Defend, {"what": name}, target=name, appeals=appeals, worth=worth, because=("defend_person", name))


def _tend(view: Viewpoint, choices: Choices, name: str, missing: float) -> None:
    bond = view.bonds[name]
    appeals: dict[str, float] = {
        Drive.COMPASSION: 0.25 + 0.5 * missing,
        Drive.AFFECTION: bond / 200,
        Drive.LOYALTY: 0.2 if view.is_kin(name) else 0.0,
    }
    worth = 0.02 + 0.3 * missing + 0.04 * view.role.aptitude("aid")
    choices.add(Aid, {"whom": name}, target=name, appeals=appeals, worth=worth, because=("aid_wounds", name))
