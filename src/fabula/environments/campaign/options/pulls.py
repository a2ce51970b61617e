"""Pulls: the places that an agent has a reason to go to, how strong that is, and what in the agent it speaks to."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from fabula.agents.drives import Drive
from fabula.environments.campaign.options.viewpoint import Viewpoint
from fabula.environments.campaign.setting import Aim

CALL = 0.85
"""What a call of clocks counts beside an aim of one's own."""
SEARCHED_NEXT = 3
"""Places that one who does not know where to look thinks of searching next."""
CALLS_MAX = 6
"""Places to which clocks call an agent at a time."""
DEAR = 45
"""A bond from which on somebody's company draws one across the map."""
QUARREL = -30
"""A bond like this or worse is a quarrel that one goes to have out."""
LOATHED = -40
COMPANY = 0.45
"""How strongly company draws whoever is alone; not that of people toward whom the bond is LOATHED or worse."""
MISSING = 3
"""Turns after which one begins to miss somebody dear."""


class Pull(NamedTuple):
    """A reason to be at a place."""

    place: str
    strength: float
    """0.0 to about 1.0."""
    drive: Drive
    because: tuple[str, ...]
    """Occasion and its words."""


def pulls(view: Viewpoint) -> Iterator[Pull]:
    """Everything that draws the agent elsewhere, or would if it were not there already."""
    for aim in view.role.aims:
        yield from _by_aim(view, aim)
    for call in view.calls[:CALLS_MAX]:
        occasion = "go_fill" if call.stake.wanted else "go_stem"
        strength = min(1.0, call.together) * CALL
        yield Pull(call.place, strength, call.stake.drive, (occasion, call.stake.clock, call.place))
    yield from _by_things(view)
    yield from _by_secrets(view)
    yield from _by_bonds(view)
    if not view.bonds:
        yield from _by_company(view)
    if view.agent.urged_to in view.board.ground.places:
        by = view.agent.urged_by
        drive = Drive.AFFECTION if view.board.bond(view.agent.name, by) >= 0 else Drive.SELF_PRESERVATION
        yield Pull(view.agent.urged_to, 0.6, drive, ("go_urged", by, view.agent.urged_to))
    if view.hurt >= 0.3:
        yield from _by_wounds(view)


def _by_aim(view: Viewpoint, aim: Aim) -> Iterator[Pull]:
    weight, what, place = aim.weight / 100, aim.what, _whereabouts(view, aim.what)
    match aim.want:
        case "hold" | "protect" if what in view.board.ground.places:
            yield Pull(what, weight * 0.9, Drive.DUTY, ("go_hold", what))
        case "reach" if what in view.board.ground.places and not _has_been(view, what):
            yield Pull(what, weight * 0.9, Drive.AMBITION, ("go_reach", aim.text))
        case "protect" if place:
            yield Pull(place, weight * 0.8, Drive.AFFECTION, ("go_protect", what, place))
        case "ruin" if place:
            yield Pull(place, weight * 0.8, Drive.AGGRESSION, ("go_ruin", what, place))
        case "win_over" if place:
            yield Pull(place, weight * 0.8, Drive.AFFECTION, ("go_win", what, place))
        case "get" if place and what not in view.carried:
            yield Pull(place, weight, Drive.GREED, ("go_get", what, place))
        case "get" if what in view.board.ground.things and what not in view.carried:
            yield from _by_search(view, what, weight)
        case "find" if what in view.interests.sought and not _is_certain(view, what):
            yield from _by_search(view, what, weight)
        case _:
            return


def _by_search(view: Viewpoint, what: str, weight: float) -> Iterator[Pull]:
    """Whoever does not know where to look looks where it has not looked, near places first."""
    searched = view.agent.searched
    for place in islice((place for place in view.routes() if not searched.get(place)), SEARCHED_NEXT):
        yield Pull(place, weight * 0.55, Drive.CURIOSITY, ("go_find", what, place))


def _by_things(view: Viewpoint) -> Iterator[Pull]:
    for thing in view.carried:
        where, gain = view.board.ground.things[thing].where, view.interests.uses.get(thing, 0.0)
        if where and gain > 0.1:
            drive = Drive.DUTY if gain < 0.5 else Drive.LOYALTY
            yield Pull(where, min(1.0, 0.35 + gain * 0.6), drive, ("go_use", thing, where))


def _by_secrets(view: Viewpoint) -> Iterator[Pull]:
    """A secret whose coming out would serve one draws one to somebody of another faction who could be told."""
    for secret in sorted(view.agent.beliefs):
        gain = view.interests.secrets.get(secret, 0.0)
        if gain <= 0.1 or view.is_out(secret):
            continue
        for name, seen in _strangers(view):
            if name not in view.agent.beliefs[secret].told:
                yield Pull(seen, 0.2 + gain * 0.5, Drive.CUNNING, ("go_tell", secret, name, seen))
                break


def _strangers(view: Viewpoint) -> Iterator[tuple[str, str]]:
    """Absent people of other factions whom it does not hate, and where it last saw them, the best liked first."""
    agent, board = view.agent, view.board
    known = [name for name in agent.sightings if name in board.roles and name not in view.bonds]
    strangers = [name for name in known if board.role(name).faction != view.role.faction]
    for name in sorted(strangers, key=lambda name: (-board.bond(agent.name, name), name))[:2]:
        if board.bond(agent.name, name) > -20:
            yield name, agent.sightings[name].place


def _by_bonds(view: Viewpoint) -> Iterator[Pull]:
    """Somebody dear who is missed, and somebody with whom there is a quarrel to have out."""
    agent = view.agent
    known = [(bond, name) for name, bond in agent.bonds.items() if name in agent.sightings and name not in view.bonds]
    if not known:
        return
    bond, dear = max(known)
    seen = agent.sightings[dear]
    if bond >= DEAR and view.turn - seen.turn >= MISSING:
        yield Pull(seen.place, bond / 250, Drive.AFFECTION, ("go_dear", dear, seen.place))
    bond, foe = min(known)
    if bond <= QUARREL:
        place = agent.sightings[foe].place
        yield Pull(place, -bond / 110, Drive.AGGRESSION, ("go_quarrel", foe, place))


def _by_company(view: Viewpoint) -> Iterator[Pull]:
    """Whoever is alone is drawn to where it last saw people it does not hate, the nearest first."""
    agent, seen = view.agent, dict[str, str]()
    for name in sorted(agent.sightings):
        if name in view.board.roles and view.board.bond(agent.name, name) > LOATHED:
            seen.setdefault(agent.sightings[name].place, name)
    for place in islice((place for place in view.routes() if place in seen), 2):
        yield Pull(place, COMPANY, Drive.AFFECTION, ("go_company", seen[place], place))


def _by_wounds(view: Viewpoint) -> Iterator[Pull]:
    """The nearest place that is better to heal in than this one."""
    routes, places = view.routes(), view.board.ground.places
    better = [place for place in routes if places[place].shelter >= 50 and view.danger(place) < view.danger(view.place)]
    if better and (view.menaces or places[view.place].shelter < 50):
        place = min(better, key=lambda place: (routes[place].length, -places[place].shelter, place))
        yield Pull(place, view.hurt, Drive.SELF_PRESERVATION, ("go_safe", place, view.place))


def _whereabouts(view: Viewpoint, what: str) -> str:
    """Where the agent believes somebody or something to be, if that is elsewhere; empty: it does not know."""
    seen = view.agent.sightings.get(what)
    return seen.place if seen is not None and seen.place != view.place and what not in view.bonds else ""


def _has_been(view: Viewpoint, place: str) -> bool:
    return place == view.place or any(deed in (f"move {place}", f"sneak {place}") for deed in view.agent.recent)


def _is_certain(view: Viewpoint, secret: str) -> bool:
    belief = view.agent.beliefs.get(secret)
    return belief is not None and belief.sure >= 75
