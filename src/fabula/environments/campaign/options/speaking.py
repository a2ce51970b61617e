"""Options to speak: to tell what one knows, to ask for what one does not, to make peace, to hear the news."""

from typing import NamedTuple

from fabula.agents.drives import Drive
from fabula.environments.campaign.actions import Talk
from fabula.environments.campaign.hearsay import LIAR_BOND, LIAR_CUNNING
from fabula.environments.campaign.options.choices import Choices
from fabula.environments.campaign.options.viewpoint import FRIEND, Viewpoint

SECRETS_MAX = 8
"""Secrets an agent thinks of telling at a time: those it would gain most by."""


class Telling(NamedTuple):
    """A secret that comes into question for somebody."""

    rank: float
    secret: str
    appeals: dict[str, float]
    worth: float
    because: tuple[str, ...]


def speaking(view: Viewpoint, choices: Choices) -> None:
    """Add the best thing to tell each of those at hand, the best to ask, and otherwise the news."""
    secrets = sorted(view.agent.beliefs, key=lambda name: (-abs(view.interests.secrets.get(name, 0.0)), name))[
        :SECRETS_MAX
    ]
    for number, name in enumerate(view.near):
        if view.bonds[name] <= -75:
            continue
        _tell(view, choices, name, secrets)
        if not _ask(view, choices, name) and number < 3:
            _chat(view, choices, name)


def _tell(view: Viewpoint, choices: Choices, name: str, secrets: list[str]) -> None:
    beliefs = view.agent.beliefs
    tellings = [_telling(view, name, secret) for secret in secrets if name not in beliefs[secret].told]
    if not tellings:
        return
    best = max(tellings, key=lambda telling: (telling.rank, telling.secret))
    choices.add(
        Talk,
        {"to": name, "about": best.secret},
        target=name,
        appeals=best.appeals,
        worth=best.worth,
        because=best.because,
    )


def _telling(view: Viewpoint, name: str, secret: str) -> Telling:
    """What speaks for telling somebody a secret, and against."""
    bond, kin, about = view.bonds[name], view.is_kin(name), view.board.ground.secrets[secret].about
    gain = view.interests.secrets.get(secret, 0.0) if not kin and not view.is_out(secret) else 0.0
    appeals: dict[str, float] = {Drive.AFFECTION: bond / 160, Drive.AMBITION: gain * 0.5}
    worth, because = gain * 0.4 + 0.25, ("tell_ally", name, secret)
    if kin:
        appeals[Drive.LOYALTY] = 0.35
    elif gain > 0.15:
        because = "tell_out", name, secret
    if about == name:
        appeals[Drive.COMPASSION] = 0.4 if bond >= 0 else -0.2
        worth, because = worth + 0.12, ("tell_own", name, secret)
    elif _is_own_affair(view, about):
        appeals[Drive.LOYALTY] = appeals.get(Drive.LOYALTY, 0.0) - 0.6
        appeals[Drive.SELF_PRESERVATION] = -0.4
        worth -= 0.2 if bond < 60 else 0.0
    elif about in view.role.aims_about and view.role.aim("ruin", about):
        appeals[Drive.CUNNING] = 0.6
        worth, because = worth + 0.3 * view.role.aim("ruin", about), ("tell_rival", name, secret)
    if (
        bond <= LIAR_BOND
        and view.role.drives[Drive.CUNNING] >= LIAR_CUNNING
        and view.board.ground.secrets[secret].twisted
    ):
        appeals[Drive.CUNNING] = 0.5
        because = "mislead", name, secret
    return Telling(worth + sum(appeals.values()) * 0.5, secret, appeals, worth, because)


def _is_own_affair(view: Viewpoint, about: str) -> bool:
    """Whether a secret concerns the agent, its side, or somebody dear to it."""
    if about in (view.role.name, view.role.faction):
        return bool(about)
    return about in view.board.roles and view.board.bond(view.agent.name, about) >= 50


def _ask(view: Viewpoint, choices: Choices, name: str) -> bool:
    """Ask about a secret one is after, or for somebody one is looking for; False if there is nothing to ask."""
    beliefs, bond = view.agent.beliefs, view.bonds[name]
    for secret, aim in view.interests.sought.items():
        held = beliefs.get(secret)
        if held is None or (held.sure < 75 and name not in held.told):
            appeals: dict[str, float] = {Drive.CURIOSITY: 0.45, Drive.AFFECTION: bond / 300}
            worth = 0.18 + 0.22 * aim.weight / 100 + bond / 500
            because = "ask_secret", name, secret
            choices.add(Talk, {"to": name, "about": secret}, target=name, appeals=appeals, worth=worth, because=because)
            return True
    for aim in view.role.aims:
        lost = aim.what in view.board.roles and aim.what != name and aim.what not in view.agent.sightings
        if lost and aim.what != view.agent.name:
            appeals = {Drive.CURIOSITY: 0.2, Drive.AFFECTION: 0.2}
            because = "ask_person", name, aim.what
            choices.add(Talk, {"to": name, "about": aim.what}, target=name, appeals=appeals, worth=0.1, because=because)
            return True
    return False


def _chat(view: Viewpoint, choices: Choices, name: str) -> None:
    """Talk about what is on everybody's mind; to one of the same side with whom one has fallen out, to make peace."""
    bond, topic = view.bonds[name], _topic(view, name)
    if view.is_kin(name) and bond < 0:
        appeals: dict[str, float] = {Drive.LOYALTY: 0.4, Drive.COMPASSION: 0.2, Drive.AGGRESSION: -0.3}
        choices.add(
            Talk, {"to": name, "about": topic}, target=name, appeals=appeals, worth=0.15, because=("reconcile", name)
        )
    elif bond > -40 and topic:
        appeals = {Drive.AFFECTION: 0.1 + bond / 250, Drive.CURIOSITY: 0.15}
        worth = 0.06 if bond < FRIEND else 0.1
        choices.add(
            Talk, {"to": name, "about": topic}, target=name, appeals=appeals, worth=worth, because=("chat", name, topic)
        )


def _topic(view: Viewpoint, name: str) -> str:
    """What is worth a word: a threat, a clock, somebody who is not here; another one every turn."""
    threats = [threat for threat in view.board.ground.threats if threat in view.agent.sightings]
    clocks = sorted(view.interests.wishes, key=lambda clock: (-abs(view.interests.wishes[clock]), clock))
    absent = [other for other in sorted(view.agent.bonds) if other in view.agent.sightings and other not in view.bonds]
    topics = [*threats[:2], *clocks[:3], *[other for other in absent if other != name][:3]]
    return topics[view.salt % len(topics)] if topics else view.place
