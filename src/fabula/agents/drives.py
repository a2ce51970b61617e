"""Provisional: being replaced by the whole of it (aliases, trait lexicon)."""

from enum import StrEnum

from fabula.agents.persona import Persona


class Drive(StrEnum):
    SELF_PRESERVATION = "self_preservation"
    LOYALTY = "loyalty"
    AFFECTION = "affection"
    COMPASSION = "compassion"
    CURIOSITY = "curiosity"
    AMBITION = "ambition"
    AGGRESSION = "aggression"
    DUTY = "duty"
    GREED = "greed"
    CUNNING = "cunning"


_ALIASES = {"faction loyalty": Drive.LOYALTY, "personal relationships": Drive.AFFECTION, "family": Drive.AFFECTION}


def drives(persona: Persona) -> dict[Drive, float]:
    found = {drive: 0.5 for drive in Drive}
    for weight in persona.weights:
        name = weight.name.casefold().replace("-", "_").replace(" ", "_")
        drive = _ALIASES.get(weight.name.casefold()) or next((d for d in Drive if d.value == name), None)
        if drive is not None and weight.value is not None:
            found[drive] = weight.value
    return found
