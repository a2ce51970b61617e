"""Options to press: winning people over, and cowing those who stand in the way."""

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Persuade, Threaten
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.viewpoint import Viewpoint

PERSUADED_MOST = 2
"""People at hand whom an agent thinks of persuading at a time."""
COWED = -0.35
"""For raising one's hand against somebody before whom one has just given way."""


def pressing(view: Viewpoint, choices: Choices) -> None:
    """Add whom to persuade and whom to threaten."""
    for number, name in enumerate(view.near):
        if view.bonds[name] > -45 and (number < PERSUADED_MOST or name in view.role.aims_about):
            _persuade(view, choices, name)
        if view.bonds[name] <= -15 or _wanted_of(view, name):
            _threaten(view, choices, name)


def _persuade(view: Viewpoint, choices: Choices, name: str) -> None:
    bond, win = view.bonds[name], view.role.aim("win_over", name)
    thing = _wanted_of(view, name)
    appeals: dict[str, float] = {Drive.AMBITION: 0.15, Drive.CUNNING: 0.15, Drive.AFFECTION: 0.1 + bond / 300}
    worth, wish = 0.06, ""
    because: tuple[str, ...] = ("persuade_friend", name)
    clock, place = _call(view)
    if win:
        text = next(aim.text for aim in view.role.aims_about[name] if aim.want == "win_over")
        appeals[Drive.AFFECTION] += 0.5 * win
        worth, because = worth + 0.45 * win, ("persuade_aim", name, text)
    if thing:
        appeals[Drive.GREED] = 0.5
        worth, because, wish = worth + 0.25, ("persuade_thing", name, thing), thing
    elif place and bond > -20:
        appeals[Drive.LOYALTY] = 0.25
        worth, wish = worth + 0.06, place
        because = because if win else ("persuade_help", name, clock)
    if view.is_kin(name) and not thing:
        worth -= 0.1
    choices.add(Persuade, {"whom": name, "to_what": wish}, target=name, appeals=appeals, worth=worth, because=because)


def _threaten(view: Viewpoint, choices: Choices, name: str) -> None:
    bond, thing = view.bonds[name], _wanted_of(view, name)
    ruin = view.role.aim("ruin", name)
    appeals: dict[str, float] = {
        Drive.AGGRESSION: 0.45,
        Drive.COMPASSION: -0.35,
        Drive.AFFECTION: -0.2,
        Drive.SELF_PRESERVATION: -0.1 - 0.3 * view.hurt,
    }
    worth = 0.4 - bond / 200 + 0.25 * ruin + (0.2 if thing else 0.0)
    if view.is_kin(name):
        appeals[Drive.LOYALTY] = -0.5
    if view.agent.cowed_by == name:
        worth += COWED
    because = ("threaten_thing", name, thing) if thing else ("threaten_foe", name)
    choices.add(Threaten, {"whom": name, "demand": thing}, target=name, appeals=appeals, worth=worth, because=because)


def _wanted_of(view: Viewpoint, name: str) -> str:
    """An object the agent is after, seen in somebody's hands."""
    if not view.interests.wanted:
        return ""
    return next((thing for thing in view.board.shown(name) if thing in view.interests.wanted), "")


def _call(view: Viewpoint) -> tuple[str, str]:
    """The clock that calls loudest, and whereto; empty if none is loud."""
    call = next((call for call in view.calls if call.place != view.place), None)
    return (call.stake.clock, call.place) if call and call.strength > 0.25 else ("", "")
