"""What the rules need to know of a character: what drives it, what it is good at, which pronouns it goes by."""

import re
from collections.abc import Iterator

from fabula.agents.drives import Drive, drives
from fabula.agents.persona import Persona
from fabula.environments.campaign.setting import Character

APTITUDE_MIN, APTITUDE_MAX = -2, 4

_TALENTS: dict[str, tuple[str, Drive]] = {
    "sneak": (
        r"stealth|sneak|unseen|silen|quiet|shadow|climb|drains?\b|smuggl|scout|thie[fv]|disguis|tunnel",
        Drive.CUNNING,
    ),
    "investigate": (
        (
            r"read|search|track|investigat|notic|observ|archiv|ledger|book|law\b|detect|survey|navigat|account|record|lore|"
            r"schol|memor|history|chart|inspect|analy"
        ),
        Drive.CURIOSITY,
    ),
    "persuade": (
        (
            r"persua|negotiat|diploma|charm|rhetor|orat|speech|speak|bargain|law\b|trade|haggl|preach|courte|politic|letters|"
            r"confess|listen|story|stories"
        ),
        Drive.AFFECTION,
    ),
    "threaten": (r"intimidat|threat|command|interrog|menac|brawl|discipline|stare|voice", Drive.AGGRESSION),
    "aid": (
        r"medic|surg|heal|nurs|herb|physic|stitch|sutur|mend|cook|caring|midwi|first aid|apothec|bandag",
        Drive.COMPASSION,
    ),
    "attack": (
        (
            r"fight|fenc|sword|blade|knife|knives|pistol|gun|rifle|marksman|shoot|artiller|box|brawl|archer|combat|weapon|hunt|"
            r"wrestl|soldier|harpoon"
        ),
        Drive.AGGRESSION,
    ),
    "defend": (r"shield|fortif|defen|guard|command|siege|tactic|endur|wall|drill|hold|patien", Drive.DUTY),
    "take": (r"pickpocket|sleight|thie[fv]|lock|finger|steal|palm|conjur", Drive.GREED),
    "evade": (r"run|dodg|acrobat|climb|swim|rid(?:e|ing)|escap|dance|boat|nimble|swift", Drive.SELF_PRESERVATION),
    "notice": (r"watch|sentr|observ|listen|hear|track|keen|sight|suspici", Drive.SELF_PRESERVATION),
    "resist": (r"stubborn|patien|vow|prayer|faith|disciplin|endur|bargain", Drive.DUTY),
}
"""Kind of deed -> words in what a persona can do or knows that speak for it, and the drive that leans toward it."""

_PATTERNS = {kind: (re.compile(words), drive) for kind, (words, drive) in _TALENTS.items()}
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)


class Role:
    """A character as the rules see it."""

    __slots__ = ("_weights", "aims", "aims_about", "aptitudes", "character", "drives", "faction", "name", "pronouns")

    def __init__(self, character: Character) -> None:
        self.character = character
        self.name = character.persona.name
        self.faction = character.faction
        self.aims = character.aims
        self.aims_about = {aim.what: tuple(other for other in self.aims if other.what == aim.what) for aim in self.aims}
        """What it is after, by the name of whom or what."""
        self._weights: dict[tuple[str, str], float] = {(aim.want, aim.what): aim.weight / 100 for aim in self.aims}
        self.drives = drives(character.persona)
        self.aptitudes = aptitudes(character.persona, self.drives)
        self.pronouns = pronouns(character.persona)

    def aim(self, want: str, what: str) -> float:
        """How much the character is after that, 0.0 to 1.0."""
        return self._weights.get((want, what), 0.0)

    def aptitude(self, kind: str) -> int:
        """What it adds to a roll for this kind of deed, -2..4; 0 for deeds without a talent of their own."""
        return self.aptitudes.get(kind, 0)


def aptitudes(persona: Persona, driven: dict[Drive, float]) -> dict[str, int]:
    """Kind of deed -> what the persona adds to a roll for it.

    Each skill or field of knowledge that speaks for the deed counts 1, one of level 0.8 or more counts 2; 3 at
    most. The drive that leans toward the deed adds 1 from 0.7 on, takes 1 up to 0.3 and 2 up to 0.15.
    """
    return {
        kind: max(APTITUDE_MIN, min(APTITUDE_MAX, _practice(persona, words) + _leaning(driven[drive])))
        for kind, (words, drive) in _PATTERNS.items()
    }


def _practice(persona: Persona, words: re.Pattern[str]) -> int:
    able = [skill for skill in (*persona.skills, *persona.knowledge) if words.search(skill.name.casefold())]
    trained = sum(2 if skill.level is not None and skill.level >= 0.8 else 1 for skill in able)
    return min(3, trained + (1 if words.search(persona.role.casefold()) else 0))


def _leaning(drive: float) -> int:
    if drive >= 0.7:
        return 1
    return -2 if drive <= 0.15 else -1 if drive <= 0.3 else 0


def pronouns(persona: Persona) -> str:
    """What the sheet says under `Pronouns`; else the pair that its text uses at least twice and three times as
    often as the other; else "".
    """
    for field in persona.identity:
        if field.label.casefold() in ("pronoun", "pronouns"):
            return field.text
    text = "\n".join(_texts(persona))
    she, he = len(_SHE.findall(text)), len(_HE.findall(text))
    if she >= 2 and she >= 3 * he:
        return "she/her"
    return "he/him" if he >= 2 and he >= 3 * she else ""


def _texts(persona: Persona) -> Iterator[str]:
    """All that the sheet says about the persona itself."""
    yield persona.about
    yield persona.history
    yield persona.origin
    yield persona.role
    yield from persona.behaviour
    yield from (trait.note for trait in persona.traits)
    yield from (tie.text for tie in persona.ties)
    yield from (skill.name for skill in persona.skills)
    yield from (remark.text for remark in persona.remarks)
    yield from (section.text for section in persona.sections)
