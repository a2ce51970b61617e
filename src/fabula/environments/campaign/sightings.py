"""Sightings: what agents notice as a turn opens - who and what is where, and who had thought to be unseen."""

from collections.abc import Iterator, Sequence

from fabula.environments.campaign.difficulty import FIND_PERSON
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent, Sighting

SIGHTINGS_MAX = 32
"""An agent keeps this many sightings; beyond it the oldest are forgotten."""

WATCHFUL = 3
"""What having waited or guarded last turn adds to noticing somebody who hides."""


def look_around(scene: Scene) -> None:
    """Everyone notices who hides near them, or does not, and remembers whom and what they see."""
    for place in scene.ground.place_names:
        watchers = scene.here(place)
        if watchers:
            _notice_hidden(scene, watchers)
            seen = dict(_in_sight(scene, place))
            for name in watchers:
                _remember(scene.state.agents[name], seen)


def first_sightings(scene: Scene) -> None:
    """At the start agents know where their faction's people are, and those they feel for or have an aim about."""
    turn = scene.state.turn
    where = {name: Sighting(agent.place, turn) for name, agent in scene.state.agents.items()}
    kin: dict[str, dict[str, Sighting]] = {}
    for name, sighting in where.items():
        kin.setdefault(scene.role(name).faction, {})[name] = sighting
    for name, agent in scene.state.agents.items():
        role = scene.role(name)
        dear = (*role.character.bonds, *(aim.what for aim in role.aims))
        known = {other: where[other] for other in dear if other in where}
        company = kin[role.faction] if role.faction and len(kin[role.faction]) <= SIGHTINGS_MAX // 2 else {}
        agent.sightings |= {other: seen for other, seen in (company | known).items() if other != name}


def _in_sight(scene: Scene, place: str) -> Iterator[tuple[str, Sighting]]:
    """What anybody at a place sees there."""
    turn = scene.state.turn
    for name in scene.here(place):
        if not scene.state.agents[name].hidden:
            yield name, Sighting(place, turn)
        for thing in scene.shown(name):
            yield thing, Sighting(place, turn, name)
    for name in (*scene.lying(place), *scene.threats(place)):
        yield name, Sighting(place, turn)


def _remember(agent: Agent, seen: dict[str, Sighting]) -> None:
    for name in [name for name, old in agent.sightings.items() if old.place == agent.place and name not in seen]:
        # Whoever, or whatever, was thought to be here is not; to look for it here again would be foolish.
        del agent.sightings[name]
    agent.sightings.update(seen)
    agent.sightings.pop(agent.name, None)
    if len(agent.sightings) > SIGHTINGS_MAX:
        latest = sorted(agent.sightings.items(), key=lambda pair: (-pair[1].turn, pair[0]))
        agent.sightings = dict(latest[:SIGHTINGS_MAX])


def _notice_hidden(scene: Scene, watchers: Sequence[str]) -> None:
    agents = scene.state.agents
    for hidden in [agents[name] for name in watchers if agents[name].hidden]:
        hard = FIND_PERSON + scene.role(hidden.name).aptitude("sneak") + scene.ground.places[hidden.place].shelter // 25
        for name in watchers:
            if name != hidden.name and name not in hidden.noticed_by and _notices(scene, agents[name], hidden, hard):
                scene.notice(name, hidden, "hide")


def _notices(scene: Scene, watcher: Agent, hidden: Agent, hard: int) -> bool:
    watchful = watcher.guard or (watcher.recent and watcher.recent[-1].startswith("wait"))
    die = scene.chance.stream("notice", watcher.name, hidden.name).integer(1, 20)
    return die + scene.role(watcher.name).aptitude("notice") + (WATCHFUL if watchful else 0) >= hard
