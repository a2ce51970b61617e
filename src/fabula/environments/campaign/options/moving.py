"""Options to go: toward what draws the agent, away from what threatens it, or just on."""

from collections import defaultdict

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Move, Sneak
from fabula.environments.campaign.difficulty import FOE
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.pulls import Pull, pulls
from fabula.environments.campaign.options.viewpoint import Viewpoint

FAR = 0.82
"""What is left of a pull for every further way there."""
PULL_APPEAL, PULL_WORTH = 0.75, 0.40
LEAVING = -0.20
"""Going costs a turn in which nothing else gets done."""
JUST_CAME = -0.30
"""For leaving again at once where one has only just come to."""
RESTLESS, RESTLESS_MOST = 0.05, 0.30
"""What every turn spent at one place adds to going anywhere else."""
COWED = 0.25
"""For leaving somebody before whom one has just given way."""
NEW = 0.12
"""How much a place that one has not searched speaks to curiosity."""
RETURN = -0.15
"""For going back to where one has just come from."""
"""For going back to where one came from less than BACKWARD_TURNS ago."""
BACKWARD_TURNS = 3
QUIET, QUIET_CUNNING = -0.3, 0.3
"""What going unseen costs beside going, and what it says to cunning."""
PERILOUS = 45
"""The peril of a place to which one had rather come unseen."""
QUIET_LEAST = 0.3
"""Nobody creeps anywhere for a pull weaker than this."""


def moving(view: Viewpoint, choices: Choices) -> None:
    """Add the ways out."""
    drawn = _drawn(view)
    danger = view.danger(view.place)
    leaving = _leaving(view)
    for way in view.board.exits(view.agent):
        if way.blocked:
            continue
        found = drawn.get(way.to, [])
        appeals, worth = _sum(found)
        relief = (danger - view.danger(way.to)) * (0.5 + view.hurt)
        appeals[Drive.SELF_PRESERVATION] = appeals.get(Drive.SELF_PRESERVATION, 0.0) + relief
        if not view.agent.searched.get(way.to):
            appeals[Drive.CURIOSITY] = appeals.get(Drive.CURIOSITY, 0.0) + NEW
        worth += leaving + _backward(view, way.to)
        because = _because(view, way.to, found, relief)
        _sneaking(view, choices, way.to, found, appeals, worth)
        choices.add(Move, {"to": way.to}, target=way.to, appeals=appeals, worth=worth, because=because)


def _leaving(view: Viewpoint) -> float:
    """What speaks for (+) or against (-) leaving at all."""
    stayed = view.turn - view.agent.came
    worth = LEAVING + min(RESTLESS_MOST, RESTLESS * stayed)
    if stayed <= 1 and view.agent.recent and not view.menaces:
        worth += JUST_CAME
    return worth + (COWED if view.agent.cowed_by in view.bonds else 0.0)


def _sneaking(
    view: Viewpoint, choices: Choices, to: str, found: list[tuple[float, Pull]], appeals: dict[str, float], worth: float
) -> None:
    """The same, unseen: where it is dangerous, or where a foe was seen, and there is something to go for."""
    if not found or found[0][0] < QUIET_LEAST:
        return
    if view.board.ground.places[to].peril >= PERILOUS or view.danger(to) >= 0.5 or _foe_at(view, to):
        quiet = dict(appeals)
        quiet[Drive.CUNNING] = quiet.get(Drive.CUNNING, 0.0) + QUIET_CUNNING
        quiet[Drive.SELF_PRESERVATION] = quiet.get(Drive.SELF_PRESERVATION, 0.0) + 0.1
        choices.add(Sneak, {"to": to}, target=to, appeals=quiet, worth=worth + QUIET, because=("sneak", to))


def _foe_at(view: Viewpoint, place: str) -> bool:
    """Whether the agent last saw a foe there."""
    sightings = view.agent.sightings
    foes = [name for name, bond in view.agent.bonds.items() if bond <= FOE and name in sightings]
    return any(sightings[name].place == place for name in foes)


def _drawn(view: Viewpoint) -> dict[str, list[tuple[float, Pull]]]:
    """The pulls by the place next to here through which they lead, weaker from afar, the strongest first."""
    routes = view.routes()
    drawn: defaultdict[str, list[tuple[float, Pull]]] = defaultdict(list)
    for pull in pulls(view):
        route = routes.get(pull.place)
        if route is not None:
            drawn[route.first].append((pull.strength * FAR ** (route.length - 1), pull))
    for found in drawn.values():
        found.sort(key=lambda item: -item[0])
    return drawn


def _sum(found: list[tuple[float, Pull]]) -> tuple[dict[str, float], float]:
    """Appeals and worth of several pulls in one direction: each counts half of the one before."""
    appeals: dict[str, float] = {}
    worth, share = 0.0, 1.0
    for strength, pull in found[:4]:
        appeals[pull.drive] = appeals.get(pull.drive, 0.0) + PULL_APPEAL * strength * share
        worth += PULL_WORTH * strength * share
        share /= 2
    return appeals, worth


def _because(view: Viewpoint, to: str, found: list[tuple[float, Pull]], relief: float) -> tuple[str, ...]:
    if relief >= 0.3 and view.menaces and (not found or found[0][0] < relief):
        return "go_flee", view.menaces[0], view.place
    if found:
        return found[0][1].because
    return ("go_on", to, view.place) if view.agent.searched.get(to) else ("go_new", to)


def _backward(view: Viewpoint, to: str) -> float:
    """It takes something from a move that the agent was there a moment ago."""
    came = view.agent.came_from
    return RETURN if came == to and view.turn - view.agent.came < BACKWARD_TURNS else 0.0
