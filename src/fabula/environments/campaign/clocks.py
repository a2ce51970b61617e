"""Clocks: what comes nearer segment by segment, moved by deeds, by time and by what happens."""

from fabula.environments.campaign.checks import DONE
from fabula.environments.campaign.events import ClockMoved, Outcome
from fabula.environments.campaign.ground import Rule
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent


def advance(scene: Scene, clock: str, by: int, because: str) -> None:
    """Move a clock, back for negative `by`, between empty and full; a full one whose time has come stays full."""
    dial, segments = scene.state.dials[clock], scene.ground.clocks[clock].segments
    filled = max(0, min(segments, dial.filled + by))
    moved = filled - dial.filled
    if moved == 0 or dial.done:
        return
    dial.filled = filled
    scene.state.now.tally.clocks += abs(moved)
    seen_by = () if scene.ground.clocks[clock].hidden else scene.everyone()
    scene.add(ClockMoved(clock=clock, by=moved, filled=filled, segments=segments, because=because, seen_by=seen_by))


def heed(scene: Scene, doer: Agent, kind: str, targets: tuple[str, ...], outcome: Outcome) -> None:
    """Move the clocks that such a deed moves. Many hands make it no faster: each line of a clock's `moved_by`
    counts once a turn.
    """
    for rule in scene.ground.rules.get(kind, ()):
        mark = rule.clock, rule.number
        if mark not in scene.rules_met and fits(scene, rule, doer, targets, outcome):
            scene.rules_met.add(mark)
            advance(scene, rule.clock, rule.deed.by, doer.name)


def fits(scene: Scene, rule: Rule, doer: Agent, targets: tuple[str, ...], outcome: Outcome) -> bool:
    """Whether a deed is the one that a clock's line speaks of."""
    deed = rule.deed
    return (
        (not deed.place or deed.place == doer.place)
        and (not deed.target or deed.target in targets)
        and (not deed.faction or deed.faction == scene.role(doer.name).faction)
        and (deed.on == "any" or (deed.on == "success") == (outcome in DONE))
    )
