"""The setting, looked up: everything by its name, and which deeds move which clocks."""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from fabula.environments.campaign.atlas import Atlas
from fabula.environments.campaign.faults import faults
from fabula.environments.campaign.roles import Role
from fabula.environments.campaign.setting import Character, Deed, Secret, Setting
from fabula.errors import UsageError


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One of the deeds that move a clock."""

    clock: str
    number: int
    """Its place in the clock's `moved_by`."""
    deed: Deed


class Ground:
    """The setting, indexed; shared by all states of a run."""

    def __init__(self, setting: Setting) -> None:
        """Raises UsageError if something in the setting refers to what is not there."""
        if wrong := faults(setting):
            raise UsageError(f"setting {setting.pack!r}: " + "; ".join(wrong[:8]))
        self.setting = setting
        self.atlas = Atlas(setting)
        self.places = {place.name: place for place in setting.places}
        self.place_names = tuple(self.places)
        self.factions = {faction.name: faction for faction in setting.factions}
        self.things = {thing.name: thing for thing in setting.things}
        self.secrets = {secret.name: secret for secret in setting.secrets}
        self.clocks = {clock.name: clock for clock in setting.clocks}
        self.threats = {threat.name: threat for threat in setting.threats}
        self.complications = {complication.name: complication for complication in setting.complications}
        self.public_clocks = {clock.name: clock for clock in setting.clocks if not clock.hidden}
        self.secrets_at = _secrets_by_place(setting)
        self.rules = _rules_by_kind(setting)
        self._roles = {character.persona.name: Role(character) for character in setting.characters}
        self._newcomers: dict[str, Role] = {}

    def roles(self, newcomers: Mapping[str, Character]) -> Mapping[str, Role]:
        """What each agent plays, those registered after the start included."""
        if not newcomers:
            return self._roles
        return self._roles | {name: self._newcomer(name, character) for name, character in newcomers.items()}

    def _newcomer(self, name: str, character: Character) -> Role:
        role = self._newcomers.get(name)
        # Another branch of the run may have brought in somebody else by the same name.
        if role is None or role.character != character:
            role = self._newcomers[name] = Role(character)
        return role


def _secrets_by_place(setting: Setting) -> dict[str, tuple[Secret, ...]]:
    found: defaultdict[str, list[Secret]] = defaultdict(list)
    for secret in setting.secrets:
        if secret.place:
            found[secret.place].append(secret)
    return {place: tuple(secrets) for place, secrets in found.items()}


def _rules_by_kind(setting: Setting) -> dict[str, tuple[Rule, ...]]:
    rules: defaultdict[str, list[Rule]] = defaultdict(list)
    for clock in setting.clocks:
        for number, deed in enumerate(clock.moved_by):
            rules[deed.kind].append(Rule(clock=clock.name, number=number, deed=deed))
    return {kind: tuple(found) for kind, found in rules.items()}
