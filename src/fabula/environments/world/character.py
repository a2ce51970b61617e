"""Character: what talk and society need to know of who a person is, gathered once from the setting."""

import re
from typing import NamedTuple

from fabula.agents.drives import Drive, drives
from fabula.agents.persona import Persona
from fabula.environments.world.setting import Resident
from fabula.environments.world.tick import Tick

_KEEPER = re.compile(r"\b(bailiff|constable|guards?|guardsman|marshal|reeve|sheriff|warden|watchman)\b", re.IGNORECASE)
_PLAIN_BELOW = 62
"""Percent: a drive that is weaker gives nobody a voice of their own."""


class Character(NamedTuple):
    """Who somebody is; drives in percent."""

    role: str
    keeper: bool
    """Keeps the peace: the role says so."""
    voice: str
    """How they speak: `gruff`, `gentle`, `sly`, `upright`, `curious`, `grasping` or `plain`."""
    aggression: int
    compassion: int
    affection: int
    curiosity: int
    duty: int
    cunning: int
    loyalty: int
    foe: str = ""
    about: str = ""
    """An old grudge: against whom, about what."""


def character(tick: Tick, name: str) -> Character:
    """Who a person is; of somebody brought in later, nobody in particular."""
    known: dict[str, Character] = tick.scratch.setdefault("characters", {})
    if not known:
        # Follows from the setting alone, so it may be kept for as long as the world lasts.
        known |= {one.persona.name: _of(one) for one in tick.setting.people}
    return known.get(name) or known.setdefault(name, _of(Resident(persona=Persona(name=name))))


def _of(resident: Resident) -> Character:
    drive = {one: round(100 * strength) for one, strength in drives(resident.persona).items()}
    foe, _, about = resident.grudge.partition(":")
    return Character(
        role=resident.persona.role,
        keeper=bool(_KEEPER.search(resident.persona.role)),
        voice=_voice(drive),
        aggression=drive[Drive.AGGRESSION],
        compassion=drive[Drive.COMPASSION],
        affection=drive[Drive.AFFECTION],
        curiosity=drive[Drive.CURIOSITY],
        duty=drive[Drive.DUTY],
        cunning=drive[Drive.CUNNING],
        loyalty=drive[Drive.LOYALTY],
        foe=foe.strip(),
        about=about.strip(),
    )


def _voice(drive: dict[Drive, int]) -> str:
    """The voice of the strongest drive; of two as strong, the first here."""
    voices = (
        ("gruff", drive[Drive.AGGRESSION]),
        ("sly", drive[Drive.CUNNING]),
        ("grasping", drive[Drive.GREED]),
        ("gentle", (drive[Drive.COMPASSION] + drive[Drive.AFFECTION]) // 2),
        ("curious", drive[Drive.CURIOSITY]),
        ("upright", drive[Drive.DUTY]),
    )
    strength = max(by for _, by in voices)
    return next(voice for voice, by in voices if by == strength) if strength >= _PLAIN_BELOW else "plain"
