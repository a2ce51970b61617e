"""Hearsay: how a secret passes from one agent to another, and what is lost, or slipped in, on the way."""

from collections.abc import Sequence

from fabula.agents.drives import Drive
from fabula.environments.campaign.beliefs import SEEN, SURE_HEARD_MAX, SURE_SEEN, Words, believe, note_told
from fabula.environments.campaign.effects import come_out
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.setting import Secret
from fabula.environments.campaign.state import Agent

LIAR_CUNNING = 0.65
LIAR_BOND = -15
"""One as cunning as this puts it wrongly on purpose to somebody toward whom its bond is no better than this."""

MISHEARD = 0.08
"""Chance that a telling is twisted by nobody's fault; what the teller doubts and the listener mistrusts adds to it.
"""
MISHEARD_BY_DOUBT = 0.25
"""Added in full by a teller who is not sure at all."""
MISHEARD_BY_MISTRUST = 0.40
"""Added in full by a listener whose bond toward the teller is -100."""

SURE_OF_A_STRANGER = 50
"""How sure one is of what somebody says toward whom one's bond is 0; half the bond adds to it."""


def find_out(scene: Scene, agent: Agent, secret: Secret) -> None:
    """An agent finds out the truth for itself; with that it has come out."""
    believe(scene, agent, secret, Words(secret.truth, true=True), source=SEEN, sure=SURE_SEEN)
    come_out(scene, secret, agent.place, by=agent.name)


def put(scene: Scene, teller: Agent, listener: Agent, secret: Secret) -> Words:
    """How a secret comes across to the listener: as the teller believes it, or as one of its twisted forms."""
    belief = teller.beliefs[secret.name]
    twisted = [text for text in secret.twisted if text != belief.text]
    if not twisted:
        return Words(belief.text, belief.true)
    luck = scene.chance.stream("hearsay", teller.name, listener.name, secret.name)
    mistrust = max(0, -scene.bond(listener.name, teller.name))
    slip = MISHEARD + MISHEARD_BY_DOUBT * (100 - belief.sure) / 100 + MISHEARD_BY_MISTRUST * mistrust / 100
    if _lies(scene, teller, listener) or luck.chance(slip):
        return Words(luck.choice(twisted), true=False)
    return Words(belief.text, belief.true)


def tell(scene: Scene, teller: Agent, listeners: Sequence[Agent], secret: Secret, words: Words) -> None:
    """The listeners hear the words; how sure they are of them depends on how far they trust the teller and how sure
    that one is.

    The truth, told to somebody of another faction, has come out.
    """
    said = teller.beliefs[secret.name]
    for listener in listeners:
        trust = SURE_OF_A_STRANGER + scene.bond(listener.name, teller.name) // 2
        believe(scene, listener, secret, words, source=teller.name, sure=max(10, min(SURE_HEARD_MAX, said.sure, trust)))
        note_told(said, listener.name)
        note_told(listener.beliefs[secret.name], teller.name)
    factions = {scene.role(listener.name).faction for listener in listeners}
    if words.true and factions - {scene.role(teller.name).faction}:
        come_out(scene, secret, teller.place, by=teller.name)


def _lies(scene: Scene, teller: Agent, listener: Agent) -> bool:
    cunning = scene.role(teller.name).drives[Drive.CUNNING] >= LIAR_CUNNING
    return cunning and scene.bond(teller.name, listener.name) <= LIAR_BOND
