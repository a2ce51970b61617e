"""Beliefs: what an agent takes to be so, how sure it is, and what becomes of that when it hears or sees otherwise."""

from typing import NamedTuple

from fabula.engine.values import AgentId
from fabula.environments.campaign.events import Learned
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.setting import Secret
from fabula.environments.campaign.state import Agent, Belief

SEEN, KNOWN = "seen", "known"
"""Sources that are not somebody's word: found out for oneself; known from the start."""

SURE_SEEN, SURE_KNOWN, SURE_HEARD_MAX, SURE_MIN = 100, 95, 90, 5
AGREES, DISAGREES = 10, -10
"""What a telling adds to the sureness of one who believes that already, and of one who believes otherwise and goes
on to.
"""

DECEIVED = -25
"""What finding out that one believed an untruth does to the bond toward whoever told it."""


class Words(NamedTuple):
    """A secret as somebody puts it."""

    text: str
    true: bool


def believe(scene: Scene, agent: Agent, secret: Secret, words: Words, *, source: str, sure: int) -> None:
    """Hear or see something about a secret. A belief gives way to one that is surer, so what was seen never to what
    was said.
    """
    old = agent.beliefs.get(secret.name)
    if old is None or (old.text != words.text and old.sure < sure):
        _take_up(scene, agent, secret, words, source=source, sure=sure)
    elif old.text == words.text:
        most = SURE_SEEN if SEEN in (source, old.source) else max(old.sure, SURE_HEARD_MAX)
        old.sure = min(most, max(old.sure, sure) + AGREES)
        old.source = SEEN if source == SEEN else old.source
    elif old.source not in (SEEN, KNOWN):
        old.sure = max(SURE_MIN, old.sure + DISAGREES)


def _take_up(scene: Scene, agent: Agent, secret: Secret, words: Words, *, source: str, sure: int) -> None:
    old = agent.beliefs.get(secret.name)
    agent.beliefs[secret.name] = Belief(text=words.text, source=source, sure=sure, true=words.true)
    scene.state.now.tally.finds += 1
    scene.add(
        Learned(
            agent=agent.name,
            secret=secret.name,
            text=words.text,
            source=source,
            sure=sure,
            true=words.true,
            seen_by=(AgentId(agent.name),),
        )
    )
    if old is not None and words.true and not old.true:
        scene.feel(agent.name, old.source, DECEIVED, "deceived")


def note_told(belief: Belief, name: str) -> None:
    """Remember that somebody knows of this now."""
    if name not in belief.told:
        belief.told = sorted([*belief.told, name])
