"""RulesMind: a mind that weighs its options by what drives its persona, with a little chance. No model, no network.

It knows nothing of any environment: what speaks for and against an option, and to what in a person it speaks,
stands in the option.
"""

from math import log

from msgspec.structs import replace

from fabula.agents.drives import Drive, drives
from fabula.agents.persona import Persona
from fabula.engine.chance import Chance, Stream
from fabula.engine.values import Action, Observation, Option

BASE, GAIN = 0.4, 2.0
"""An appeal of 1.0 counts BASE for one whose drive is middling (0.5), GAIN / 2 more or less at the ends of the
scale.
"""

WHIM = 0.12
"""How much chance has its way, in units of the score: the scale of Gumbel noise, so that options of equal score are
equally likely and one that is better by this much is chosen e times as often (Luce's choice rule; Yellott 1977).
"""

_LEVELS = 256
_NOISE = tuple(round(WHIM * -log(-log((level + 0.5) / _LEVELS)), 4) for level in range(_LEVELS))
"""The quantiles of that noise, rounded so that a score is the same on every machine."""

_SAYS = {
    Drive.SELF_PRESERVATION: "caution says so",
    Drive.LOYALTY: "loyalty asks it",
    Drive.AFFECTION: "the heart asks it",
    Drive.COMPASSION: "pity asks it",
    Drive.CURIOSITY: "not knowing is worse",
    Drive.AMBITION: "ambition wants it",
    Drive.AGGRESSION: "anger wants it",
    Drive.DUTY: "duty asks it",
    Drive.GREED: "greed wants it",
    Drive.CUNNING: "it is the clever way",
}
"""How a reason ends, by the drive that decided."""


class RulesMind:
    """Decides by utility: the sum of an option's appeals, each weighed by the persona's drive, its worth, and a
    whim.
    """

    label = "rules"
    repeatable = True

    def __init__(self, persona: Persona, chance: Chance) -> None:
        self._weights: dict[str, float] = {
            drive: BASE + GAIN * (strength - 0.5) for drive, strength in drives(persona).items()
        }
        self._chance = chance

    async def decide(self, observation: Observation) -> Action:
        """The option that scores best, with its reason and the drive that spoke loudest for it; the reflex if there
        is none.
        """
        if not observation.options:
            return observation.reflex
        luck = self._chance.at(observation.step).stream("mind", observation.agent)
        noise = _noise(luck, len(observation.options))
        scores = [self.score(option) + whim for option, whim in zip(observation.options, noise, strict=True)]
        return self._with_reason(observation.options[scores.index(max(scores))])

    def score(self, option: Option) -> float:
        """What the option is worth to this persona, whims apart."""
        score, weights = option.worth, self._weights
        for drive, appeal in option.appeals.items():
            score += appeal * weights.get(drive, BASE)
        return score

    def _with_reason(self, option: Option) -> Action:
        action = option.action
        spoken = [(appeal * self._weights.get(drive, BASE), drive) for drive, appeal in option.appeals.items()]
        loudest, drive = max(spoken, default=(0.0, ""))
        if loudest <= 0.0 or drive not in _SAYS:
            return action
        reason = f"{action.reason}; {_SAYS[Drive(drive)]}" if action.reason else _SAYS[Drive(drive)]
        return replace(action, reason=reason)


def _noise(luck: Stream, count: int) -> list[float]:
    """One whim for each option. Eight of them are taken from each 64-bit word, for most of an answer's time goes
    here.
    """
    noise: list[float] = []
    while len(noise) < count:
        noise += [_NOISE[byte] for byte in luck.word().to_bytes(8, "little")]
    return noise[:count]
