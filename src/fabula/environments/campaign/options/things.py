"""Options with things: picking up, stealing, giving and using objects."""

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Give, Take, Use
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.interests import healing
from fabula.environments.campaign.options.viewpoint import FRIEND, Viewpoint

LYING_MOST = 3
"""Objects lying about that an agent thinks of taking at a time."""
GAIN_LEAST = 0.05
"""What using an object must bring to come into question."""


def things(view: Viewpoint, choices: Choices) -> None:
    """Add what to take, give and use."""
    for thing in sorted(view.lying, key=lambda name: (name not in view.interests.wanted, name))[:LYING_MOST]:
        _take(view, choices, thing)
    for name in view.near:
        _take_from(view, choices, name)
    for thing in view.carried:
        _use(view, choices, thing)
        _give(view, choices, thing)


def _take(view: Viewpoint, choices: Choices, thing: str) -> None:
    wanted = view.role.aim("get", thing)
    gain = max(0.0, view.interests.uses.get(thing, 0.0))
    appeals: dict[str, float] = {Drive.GREED: 0.4 + 0.4 * wanted, Drive.AMBITION: 0.3 * gain, Drive.CURIOSITY: 0.1}
    worth = 0.08 + 0.5 * wanted + 0.25 * gain
    because = "take_wanted" if wanted else "take", thing
    choices.add(Take, {"object": thing}, target=thing, appeals=appeals, worth=worth, because=because)


def _take_from(view: Viewpoint, choices: Choices, name: str) -> None:
    """Steal what one is after; or, from no friend, what would serve one."""
    bond = view.bonds[name]
    for thing in view.board.shown(name):
        wanted, gain = view.role.aim("get", thing), view.interests.uses.get(thing, 0.0)
        if wanted or (gain > 0.2 and bond < FRIEND):
            appeals: dict[str, float] = {
                Drive.GREED: 0.5,
                Drive.CUNNING: 0.35,
                Drive.LOYALTY: -0.5 if view.is_kin(name) else 0.0,
                Drive.AFFECTION: -bond / 200,
                Drive.DUTY: -0.15,
            }
            worth = -0.22 + 0.45 * wanted + 0.15 * max(0.0, gain)
            fields = {"object": thing, "from_whom": name}
            choices.add(Take, fields, target=thing, appeals=appeals, worth=worth, because=("take_from", name, thing))
            return


def _use(view: Viewpoint, choices: Choices, thing: str) -> None:
    rules = view.board.ground.things[thing]
    if rules.where and rules.where != view.place:
        return
    gain, heals = view.interests.uses.get(thing, 0.0), healing(view.board.ground, thing)
    if heals:
        _heal(view, choices, thing, heals)
    elif gain > GAIN_LEAST:
        appeals: dict[str, float] = {Drive.LOYALTY: 0.3 + 0.3 * gain, Drive.AMBITION: 0.2, Drive.DUTY: 0.2}
        fields, worth = {"object": thing}, 0.22 + 0.4 * gain
        choices.add(Use, fields, target=thing, appeals=appeals, worth=worth, because=("use", thing))


def _heal(view: Viewpoint, choices: Choices, thing: str, heals: int) -> None:
    patients = [view.agent.name, *(name for name in view.near if view.bonds[name] > -10)]
    agents = view.board.state.agents
    lacking, patient = max((min(heals, agents[name].vigour_max - agents[name].vigour), name) for name in patients)
    if not lacking:
        return
    own = patient == view.agent.name
    appeals: dict[str, float] = {Drive.SELF_PRESERVATION: 0.6} if own else {Drive.COMPASSION: 0.6, Drive.AFFECTION: 0.2}
    fields, worth = {"object": thing, "on": patient}, 0.12 * lacking
    choices.add(Use, fields, target=patient, appeals=appeals, worth=worth, because=("use_heal", thing, patient))


def _give(view: Viewpoint, choices: Choices, thing: str) -> None:
    """To a friend who can do more with it, or to somebody one wants to win over."""
    if thing in view.interests.wanted:
        return
    gain = view.interests.uses.get(thing, 0.0)
    for name in view.near[:3]:
        win = view.role.aim("win_over", name)
        serves = view.board.ground.things[thing].harm and view.board.role(name).aptitude("attack") > view.role.aptitude(
            "attack"
        )
        if win or (view.bonds[name] >= FRIEND and serves):
            appeals: dict[str, float] = {Drive.AFFECTION: 0.3, Drive.GREED: -0.4, Drive.CUNNING: 0.2 * win}
            worth = -0.15 + 0.3 * win - 0.3 * max(0.0, gain)
            because = ("give_win" if win else "give_friend", thing, name)
            choices.add(Give, {"object": thing, "to": name}, target=name, appeals=appeals, worth=worth, because=because)
            return
