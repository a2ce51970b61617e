"""Interests: what a character would have the clocks, objects and secrets of its setting do, for its own sake and
its faction's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from fabula.agents.drives import Drive
from fabula.environments.campaign.ground import Ground
from fabula.environments.campaign.roles import Role
from fabula.environments.campaign.setting import (
    Advance,
    AnyEffect,
    Arrive,
    Clock,
    Deed,
    Harm,
    Heal,
    Reveal,
    Secret,
    Sway,
    Weaken,
)

FACTION_WISH = 0.65
"""How much a character cares for what its faction would have a clock do; an aim of its own counts by its weight."""
OWN_AFFAIR = 0.4
"""What a secret's coming out costs whom it is about."""


class Stake(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of deed that moves a clock which matters to somebody."""

    clock: str
    deed: Deed
    weight: float
    """-1.0 to 1.0: how much one would have it done; negative: left."""
    wanted: bool
    """The clock is to fill."""
    drive: Drive


class Interests:
    """What a character gains by what; made once a run, for it follows from the setting alone."""

    def __init__(self, ground: Ground, role: Role) -> None:
        self._ground = ground
        self.role = role
        self.wishes = {name: wish for name, clock in ground.public_clocks.items() if (wish := _wish(role, clock))}
        """Clock -> -1.0 (kept from filling) to 1.0 (filled)."""
        self.stakes = _by_place(self._stakes())
        """Place (or nowhere in particular) -> what clocks would have done, or left, there."""
        self.side = role.faction, *((aim.want, aim.what, aim.weight) for aim in role.aims if aim.what in self.wishes)
        """What its stakes follow from: people of the same side have the same."""
        self.secrets: dict[str, float] = {}
        """Secret -> what its coming out brings the character, -1.0 to 1.0."""
        self.secrets = {name: self._by_coming_out(secret) for name, secret in ground.secrets.items()}
        self.uses = {name: self.gain(thing.effects) for name, thing in ground.things.items() if thing.effects}
        """Object -> what using it where it works brings the character, healing apart."""
        self.wanted = {aim.what for aim in role.aims if aim.want == "get"}
        self.sought = {aim.what: aim for aim in role.aims if aim.want == "find" and aim.what in ground.secrets}

    def gain(self, effects: Iterable[AnyEffect]) -> float:
        """What the effects bring the character, -1.0 to 1.0."""
        return max(-1.0, min(1.0, sum(self._gain_of(effect) for effect in effects)))

    def _gain_of(self, effect: AnyEffect) -> float:
        match effect:
            case Advance():
                wish = self.wishes.get(effect.clock, 0.0)
                return wish * max(-1.0, min(1.0, effect.by / 2))
            case Weaken():
                return 0.0 if self._serves(effect.threat) else 0.4
            case Arrive():
                return 0.2 if self._serves(effect.threat) else -0.4
            case Harm():
                return -0.3
            case Reveal():
                # Secrets that a secret brings with it are not thought through; by then none is weighed yet.
                return self.secrets.get(effect.secret, 0.0)
            case Sway():
                return 0.1 if effect.by > 0 and self.role.faction in (effect.faction, effect.toward) else 0.0
            case _:
                return 0.0

    def _serves(self, threat: str) -> bool:
        faction = self._ground.threats[threat].faction
        return bool(faction) and faction == self.role.faction

    def _by_coming_out(self, secret: Secret) -> float:
        """A truth about oneself or one's own side is better kept."""
        own = bool(secret.about) and secret.about in (self.role.name, self.role.faction)
        return max(-1.0, self.gain(secret.effects) - (OWN_AFFAIR if own else 0.0))

    def _stakes(self) -> Iterator[Stake]:
        for name, wish in self.wishes.items():
            for deed in self._ground.clocks[name].moved_by:
                if deed.on != "failure" and deed.faction in ("", self.role.faction):
                    yield Stake(
                        clock=name,
                        deed=deed,
                        weight=wish if deed.by > 0 else -wish,
                        wanted=wish > 0,
                        drive=_drive(self.role, name, wish),
                    )


def healing(ground: Ground, thing: str) -> int:
    """Points of vigour that using an object gives back."""
    return sum(effect.vigour for effect in ground.things[thing].effects if isinstance(effect, Heal))


def _wish(role: Role, clock: Clock) -> float:
    own = role.aim("advance", clock.name) - role.aim("hinder", clock.name)
    if own or not role.faction:
        return own
    return FACTION_WISH * ((role.faction in clock.good_for) - (role.faction in clock.bad_for))


def _drive(role: Role, clock: str, wish: float) -> Drive:
    """What a stake in a clock appeals to: one's own aim to ambition or duty, the faction's to loyalty."""
    if role.aim("advance", clock) or role.aim("hinder", clock):
        return Drive.AMBITION if wish > 0 else Drive.DUTY
    return Drive.LOYALTY


def _by_place(stakes: Iterable[Stake]) -> dict[str, tuple[Stake, ...]]:
    found: defaultdict[str, list[Stake]] = defaultdict(list)
    for stake in stakes:
        found[stake.deed.place].append(stake)
    return {place: tuple(those) for place, those in found.items()}
