"""What is wrong with a setting: names that refer to nothing, names that stand twice. A setting without faults never
trips a rule.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from fabula.environments.campaign.setting import (
    Advance,
    AnyEffect,
    Appear,
    Arrive,
    Block,
    Character,
    Condition,
    Harm,
    Heal,
    Open,
    Reveal,
    Setting,
    Sway,
    Weaken,
)
from fabula.errors import did_you_mean

RESERVED = ("director", "keeper", "time")
"""Names that mean somebody else in a log."""


def faults(setting: Setting) -> list[str]:
    """Each fault in words, with where it is; empty if there is none."""
    return list(_Names(setting).faults())


def character_faults(setting: Setting, character: Character) -> list[str]:
    """What is wrong with a character that is to enter the setting."""
    return list(_Names(setting).character_faults(character))


class _Names:
    """All names of a setting by what they name."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.places = [place.name for place in setting.places]
        self.factions = [faction.name for faction in setting.factions]
        self.agents = [character.persona.name for character in setting.characters]
        self.things = [thing.name for thing in setting.things]
        self.secrets = [secret.name for secret in setting.secrets]
        self.clocks = [clock.name for clock in setting.clocks]
        self.threats = [threat.name for threat in setting.threats]
        self.complications = [complication.name for complication in setting.complications]

    def faults(self) -> Iterator[str]:
        yield from self._twice()
        yield from self._of_places()
        for faction in self.setting.factions:
            for other in faction.stances:
                yield from _missing(other, self.factions, "faction", f"faction {faction.name!r}, stances")
        for character in self.setting.characters:
            yield from self.character_faults(character)
        yield from self._of_things()
        yield from self._of_secrets()
        yield from self._of_clocks()
        yield from self._of_threats()
        for complication in self.setting.complications:
            where = f"complication {complication.name!r}"
            yield from _missing(complication.place, self.places, "place", where)
            yield from self._effects(complication.effects, where)
            if not complication.texts:
                yield f"{where}: has no text"
        for outcome in self.setting.outcomes:
            where = f"outcome {outcome.name!r}"
            for condition in outcome.when:
                yield from self._condition(condition, where)
            if not outcome.texts:
                yield f"{where}: has no text"

    def character_faults(self, character: Character) -> Iterator[str]:
        where = f"character {character.persona.name!r}"
        if not character.persona.name.strip() or character.persona.name.casefold() in RESERVED:
            yield f"{where}: cannot be called that"
        if character.vigour < 1:
            yield f"{where}: vigour {character.vigour} must be at least 1"
        yield from _missing(character.place, self.places, "place", where, required=True)
        yield from _missing(character.faction, self.factions, "faction", where)
        for name in character.carries:
            yield from _missing(name, self.things, "object", f"{where}, carries")
        for name in character.knows:
            yield from _missing(name, self.secrets, "secret", f"{where}, knows")

    def _twice(self) -> Iterator[str]:
        if not self.places:
            yield "it has no places"
        for what, names in (
            ("place", self.places),
            ("faction", self.factions),
            # Agents, objects and threats share one space: each can be what a deed is aimed at.
            ("agent, object or threat", self.agents + self.things + self.threats),
            ("secret", self.secrets),
            ("clock", self.clocks),
            ("complication", self.complications),
        ):
            yield from (f"two are called {name!r} ({what})" for name, times in Counter(names).items() if times > 1)
        carried = Counter(name for character in self.setting.characters for name in character.carries)
        yield from (f"{name!r} is carried by {times}" for name, times in carried.items() if times > 1)

    def _of_places(self) -> Iterator[str]:
        for place in self.setting.places:
            for way in place.ways:
                yield from _missing(way.to, self.places, "place", f"place {place.name!r}, ways", required=True)
                if way.to == place.name:
                    yield f"place {place.name!r}, ways: leads to itself"

    def _of_things(self) -> Iterator[str]:
        for thing in self.setting.things:
            where = f"object {thing.name!r}"
            yield from _missing(thing.place, self.places, "place", where)
            yield from _missing(thing.where, self.places, "place", f"{where}, where")
            yield from self._effects(thing.effects, where)

    def _of_secrets(self) -> Iterator[str]:
        for secret in self.setting.secrets:
            where = f"secret {secret.name!r}"
            yield from _missing(secret.place, self.places, "place", where)
            yield from self._effects(secret.effects, where)

    def _of_clocks(self) -> Iterator[str]:
        for clock in self.setting.clocks:
            where = f"clock {clock.name!r}"
            if not 0 <= clock.filled <= clock.segments or clock.segments < 1:
                yield f"{where}: {clock.filled} of {clock.segments} segments cannot be"
            for faction in (*clock.good_for, *clock.bad_for):
                yield from _missing(faction, self.factions, "faction", where)
            for deed in clock.moved_by:
                yield from _missing(deed.place, self.places, "place", f"{where}, moved_by")
                yield from _missing(deed.faction, self.factions, "faction", f"{where}, moved_by")
            yield from self._effects(clock.effects, where)

    def _of_threats(self) -> Iterator[str]:
        for threat in self.setting.threats:
            where = f"threat {threat.name!r}"
            yield from _missing(threat.place, self.places, "place", where, required=True)
            yield from _missing(threat.toward, self.places, "place", f"{where}, toward")
            yield from _missing(threat.advances, self.clocks, "clock", f"{where}, advances")
            yield from _missing(threat.faction, self.factions, "faction", where)

    def _effects(self, effects: tuple[AnyEffect, ...], where: str) -> Iterator[str]:
        for effect in effects:
            for name, known, what in self._named_in(effect):
                yield from _missing(name, known, what, f"{where}, effects")

    def _named_in(self, effect: AnyEffect) -> tuple[tuple[str, list[str], str], ...]:
        match effect:
            case Advance():
                return ((effect.clock, self.clocks, "clock"),)
            case Harm():
                return ((effect.place, self.places, "place"),)
            case Heal():
                return ()
            case Arrive():
                return ((effect.threat, self.threats, "threat"), (effect.place, self.places, "place"))
            case Weaken():
                return ((effect.threat, self.threats, "threat"),)
            case Block() | Open():
                return tuple((place, self.places, "place") for place in effect.between)
            case Reveal():
                return ((effect.secret, self.secrets, "secret"), (effect.place, self.places, "place"))
            case Appear():
                return ((effect.object, self.things, "object"), (effect.place, self.places, "place"))
            case Sway():
                return ((effect.faction, self.factions, "faction"), (effect.toward, self.factions, "faction"))

    def _condition(self, condition: Condition, where: str) -> Iterator[str]:
        anyone = self.agents + self.factions
        for name, known, what in (
            (condition.clock_full, self.clocks, "clock"),
            (condition.threat_gone, self.threats, "threat"),
            (condition.faction_down, self.factions, "faction"),
            (condition.agent_down, self.agents, "agent"),
            (condition.secret_known, self.secrets, "secret"),
            (condition.object_held, self.things, "object"),
            (condition.object_at, self.things, "object"),
            (condition.agent_at, self.agents, "agent"),
            (condition.by, anyone, "agent or faction"),
            (condition.place, self.places, "place"),
        ):
            yield from _missing(name, known, what, f"{where}, when")


def _missing(name: str, known: Collection[str], what: str, where: str, *, required: bool = False) -> Iterator[str]:
    if name not in known and (name or required):
        yield f"{where}: no {what} {name!r}.{did_you_mean(name, known)}"
