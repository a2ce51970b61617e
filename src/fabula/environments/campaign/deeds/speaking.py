"""Speaking: telling what one knows, asking for what one does not, or passing the time; to one, or aloud."""

from collections.abc import Iterator

from fabula.agents.drives import Drive
from fabula.environments.campaign import names
from fabula.environments.campaign.actions import Talk
from fabula.environments.campaign.deeds.done import Done, person
from fabula.environments.campaign.events import Spoke
from fabula.environments.campaign.hearsay import put, tell
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent

CONFIDED, CHATTED = 6, 3
"""What being told a secret, or being spoken to, does to the bond toward the speaker."""
CHATTED_MOST = 40
"""Talk alone makes no bond better than this."""
TOO_HOSTILE = -50
"""Nobody is talked round who hates like this."""

OPEN = 35
"""Chance in a hundred that a stranger answers a question with what it knows; the bond and kinship add to it."""
OPEN_KIN, OPEN_OWN_AFFAIR = 20, -45
"""Added for one of the same faction; for a secret about the one who is asked, or somebody dear to it."""


def talk(scene: Scene, doer: Agent, action: Talk) -> Done:
    """Speak to someone here; one who is asked about what it knows may answer."""
    listener = person(scene, doer, action.to)
    told = _secret_meant(doer, action.about)
    about = told or _topic(scene, action.about)
    if action.aloud:
        scene.reveal(doer)
    elif doer.hidden and listener.name not in doer.noticed_by:
        doer.noticed_by = sorted([*doer.noticed_by, listener.name])
    _say(scene, doer, listener, about=about, told=told, text=action.text, aloud=action.aloud)
    scene.feel(listener.name, doer.name, _warmth(scene, doer, listener, told), "confided" if told else "talked")
    if not told and about:
        _answer(scene, listener, doer, about, aloud=action.aloud)
    return Done("success", (listener.name, about) if about else (listener.name,))


def reveal_to(scene: Scene, teller: Agent, listener: Agent, secret: str, *, about: str) -> None:
    """Tell one person one secret."""
    _say(scene, teller, listener, about=about, told=secret, text="", aloud=False)


def _say(scene: Scene, speaker: Agent, to: Agent, *, about: str, told: str, text: str, aloud: bool) -> None:
    hearers = [name for name in scene.at(speaker.place) if name != speaker.name] if aloud else [to.name]
    scene.add(
        Spoke(
            agent=speaker.name,
            to=to.name,
            place=speaker.place,
            about=about,
            text=text,
            told=told,
            aloud=aloud,
            seen_by=scene.only(speaker.name, *hearers),
        )
    )
    if told:
        secret = scene.ground.secrets[told]
        words = put(scene, speaker, to, secret)
        tell(scene, speaker, [scene.state.agents[name] for name in hearers], secret, words)


def _answer(scene: Scene, asked: Agent, asker: Agent, about: str, *, aloud: bool) -> None:
    """The one who was asked may tell a secret about it, or where it last saw whoever it is about."""
    luck = scene.chance.stream("answer", asked.name, asker.name)
    for secret in _known_about(scene, asked, asker, about):
        if luck.integer(1, 100) <= _openness(scene, asked, asker, secret):
            _say(scene, asked, asker, about=about, told=secret, text="", aloud=aloud)
            return
    seen = asked.sightings.get(about)
    before = asker.sightings.get(about)
    if seen is not None and (before is None or before.turn < seen.turn) and scene.bond(asked.name, asker.name) >= 0:
        asker.sightings[about] = seen
        _say(scene, asked, asker, about=about, told="", text="", aloud=aloud)


def _known_about(scene: Scene, asked: Agent, asker: Agent, about: str) -> Iterator[str]:
    """Secrets that somebody knows about a topic and has not shared with the asker, by name."""
    for name in sorted(asked.beliefs):
        secret = scene.ground.secrets[name]
        if about in (name, secret.about, secret.place) and asker.name not in asked.beliefs[name].told:
            yield name


def _openness(scene: Scene, asked: Agent, asker: Agent, secret: str) -> int:
    kin = scene.are_kin(asked.name, asker.name)
    concerns = scene.ground.secrets[secret].about
    own = concerns == asked.name or (concerns in scene.state.agents and scene.bond(asked.name, concerns) >= 50)
    return OPEN + scene.bond(asked.name, asker.name) + (OPEN_KIN if kin else 0) + (OPEN_OWN_AFFAIR if own else 0)


def _warmth(scene: Scene, doer: Agent, listener: Agent, told: str) -> int:
    bond = scene.bond(listener.name, doer.name)
    if bond <= TOO_HOSTILE or (not told and bond >= CHATTED_MOST):
        return 0
    charm = 1 if scene.role(doer.name).drives[Drive.AFFECTION] >= 0.7 else 0
    return (CONFIDED if told else CHATTED) + charm


def _secret_meant(doer: Agent, about: str) -> str:
    """The secret that the speaker holds and means to tell."""
    return names.find(about, sorted(doer.beliefs)) or "" if about else ""


def _topic(scene: Scene, about: str) -> str:
    """What the talk is about: the setting's own name for it, where it is something that anybody can name."""
    if not about:
        return ""
    ground = scene.ground
    public = (scene.state.agents, ground.places, ground.factions, scene.dangers_known(), ground.public_clocks)
    # Whoever names a secret or an object must do so in full: a guess at its beginning does not bring it to light.
    if about in ground.secrets or about in ground.things or any(about in known for known in public):
        return about
    known = [name for each in public for name in each]
    return names.find(about, known) or about[: names.NAME_MAX]
