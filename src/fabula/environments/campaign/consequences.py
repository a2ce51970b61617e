"""Consequences: the end of a turn - complication, threats, clocks, the answer to the question, the turn's figures."""

from fabula.environments.campaign import outcomes, tension, threats
from fabula.environments.campaign.actions import Direct
from fabula.environments.campaign.clocks import advance
from fabula.environments.campaign.effects import apply
from fabula.environments.campaign.events import Complicated, TurnEnded
from fabula.environments.campaign.scene import Scene
from fabula.errors import did_you_mean

TIME = "time"
"""Because of which clocks move by themselves."""


def conclude(scene: Scene, director: str, direct: Direct | None) -> None:
    """Bring the turn to its end, and the campaign if its question is answered."""
    if direct is not None and direct.complication:
        complicate(scene, director, direct)
    threats.act(scene)
    for clock in scene.ground.setting.clocks:
        if clock.each_turn:
            advance(scene, clock.name, clock.each_turn, TIME)
    _strike_full(scene)
    outcome = outcomes.answer(scene)
    _close_turn(scene)
    if outcome is not None:
        outcomes.end(scene, outcome)


def complicate(scene: Scene, director: str, direct: Direct) -> None:
    """Something goes wrong that has not gone wrong before."""
    name, used = direct.complication, scene.state.complications
    complication = scene.ground.complications.get(name)
    if complication is None or name in used:
        left = [other for other in scene.ground.complications if other not in used]
        why = "it has struck already" if complication else f"there is no such complication.{did_you_mean(name, left)}"
        scene.refuse(director, f"direct {name}", why)
        return
    used[name] = scene.state.turn
    place = direct.place if direct.place in scene.ground.places else complication.place
    text = scene.chance.stream("complication", name).choice(complication.texts)
    scene.add(Complicated(complication=name, text=text, place=place, seen_by=scene.everyone()))
    apply(scene, complication.effects, place=place, because=name)


def _strike_full(scene: Scene) -> None:
    """Clocks that are full have their effects, each once; these may fill others."""
    clocks, dials = scene.ground.clocks, scene.state.dials
    while full := [name for name in clocks if not dials[name].done and dials[name].filled >= clocks[name].segments]:
        for name in full:
            dials[name].done = True
            apply(scene, clocks[name].effects, place="", because=name)


def _close_turn(scene: Scene) -> None:
    state = scene.state
    state.tension = tension.measure(scene)
    tally = state.now.tally
    scene.add(
        TurnEnded(
            turn=state.turn,
            tension=state.tension,
            deeds=tally.deeds,
            successes=tally.successes,
            harm=tally.harm,
            seen_by=scene.everyone(),
        )
    )
