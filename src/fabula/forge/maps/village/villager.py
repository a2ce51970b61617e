"""The people of a village: who they are, where they live, and what they remember."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fabula.agents.persona import Field, Persona, Section, Tie, Trait
from fabula.errors import UsageError
from fabula.forge.maps.map import Map
from fabula.forge.maps.tiled.fields import Fields, shown, tidy, tidy_text
from fabula.forge.maps.tiled.files import Files, Unreachable
from fabula.forge.maps.tiled.json_shape import decoded, read_json
from fabula.forge.maps.village.hours import SLEEPS_H, WAKES_H, waking_hours

PEOPLE_MAX = 2_000
WHISPERS_MAX = 200
"""Of one person."""

_PEOPLE = ("personas.json", "zh_agents.json")
_STARTS, _WHISPERS, _META = "start_positions.json", "agent_history_init.csv", "base_meta.json"
_PARTS = re.compile(r"[,;、，；]")
_ROLE = re.compile(r"\bis an? ([^.,]{3,100}?)(?= who\b| studying\b|[.,]|$)")
_TRUST: tuple[tuple[float, re.Pattern[str]], ...] = (
    (-0.8, re.compile(r"\b(hate|enemy|enemies|despise)", re.IGNORECASE)),
    (-0.5, re.compile(r"(not|n't|not really|n't really) like\b|annoying|coward|rather not see", re.IGNORECASE)),
    (-0.2, re.compile(r"uncomfortable|not .*too comfortable|aggressive|pushy", re.IGNORECASE)),
    (0.8, re.compile(r"\b(love|wife|husband|daughter|son)\b|crush on", re.IGNORECASE)),
    (0.5, re.compile(r"\b(friends?|close|kind|nice|cool|cute)\b", re.IGNORECASE)),
)
"""How far whoever says such a thing trusts whom it is about; the first that fits counts."""


class Villager(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who lives in a village."""

    persona: Persona
    age: int | None = None
    traits: tuple[str, ...] = ()
    learned: str = ""
    """What became of them up to now."""
    currently: str = ""
    """What they are about these days."""
    plan: str = ""
    """What they do every day."""
    lifestyle: str = ""
    wakes_h: int = WAKES_H
    sleeps_h: int = SLEEPS_H
    """Hours of the day, 0 to 23; who goes to bed at 0 does so at midnight."""
    home: str = ""
    """A region of the village; empty: it is not on its map."""
    x: int | None = None
    y: int | None = None
    """The cell they start at; None: nobody said."""
    whispers: tuple[str, ...] = ()
    """What they know from the start, addressed to them."""

    @property
    def name(self) -> str:
        """Unique in the village."""
        return self.persona.name


def residents(folder: Path, village: Map) -> tuple[tuple[Villager, ...], list[str]]:
    """The people of the village in `folder` (with `personas.json`, or the Chinese `zh_agents.json`), as it lists them,
    and a sentence for each thing that was passed over. Nobody lives there if there is neither file.

    Raises UsageError that says file and person.
    """
    return _Census(folder, village).taken()


class _Census:
    def __init__(self, folder: Path, village: Map) -> None:
        self.files, self.folder, self.village = Files(folder), folder.resolve(), village
        self.warnings: list[str] = []
        self.homes = {region.name for region in village.regions}
        self.costs = village.costs()

    def taken(self) -> tuple[tuple[Villager, ...], list[str]]:
        source = next((name for name in _PEOPLE if (self.folder / name).is_file()), None)
        if source is None:
            return (), [f"{_PEOPLE[0]}: there is no such file, so nobody lives here."]
        listed = self.json(source)
        if len(listed) > PEOPLE_MAX:
            raise UsageError(f"{source}: {len(listed):,} people are more than {PEOPLE_MAX:,}. Take some out.")
        starts = self.json(_STARTS) if (self.folder / _STARTS).is_file() else {}
        whispers = self.whispers() if (self.folder / _WHISPERS).is_file() else {}
        known = [tidy(name) for name in [*listed, *self.absent()]]
        people = []
        for name, value in listed.items():
            if not isinstance(value, dict):
                raise UsageError(f"{source}, {tidy(name)!r}: this is {shown(value)}; give an object with 'scratch'.")
            record = Fields(value, source, repr(tidy(name)))
            people.append(self.villager(record, tidy(name), starts.get(name), whispers.get(tidy(name), ()), known))
        self.warnings += [f"{_WHISPERS}: nobody is called {name!r}." for name in whispers if name not in known]
        return tuple(people), self.warnings

    def villager(
        self, record: Fields, name: str, start: Any, whispers: Sequence[str], known: Sequence[str]
    ) -> Villager:
        scratch = record.record("scratch")
        if scratch is None:
            raise record.fault("there is no 'scratch', in which they are described. Add it.")
        x, y = self.start(record, start)
        lifestyle = tidy_text(scratch.text("lifestyle"))
        wakes_h, sleeps_h = waking_hours(lifestyle)
        said: dict[str, Any] = {
            "age": scratch.whole("age", most=1_000) if scratch.has("age") else None,
            "traits": _distinct(tidy(part) for part in _PARTS.split(scratch.text("innate")[:2_000])),
            "learned": tidy_text(scratch.text("learned")),
            "currently": tidy_text(scratch.text("currently") or record.text("currently")),
            "plan": tidy_text(scratch.text("daily_plan_req") or scratch.text("daily_plan")),
            "lifestyle": lifestyle,
            "whispers": tuple(whispers),
        }
        try:
            persona = _persona(scratch.name("name") or name, known, said)
        except ValueError as error:
            raise record.fault(f"{error}.") from None
        home = self.home(record, scratch, x, y)
        return Villager(persona=persona, wakes_h=wakes_h, sleeps_h=sleeps_h, home=home, x=x, y=y, **said)

    def start(self, record: Fields, start: Any) -> tuple[int | None, int | None]:
        coord = record.values.get("coord")
        if isinstance(coord, list) and len(coord) == 2:
            start = {"x": coord[0], "y": coord[1]}
        if start is None:
            return None, None
        if not isinstance(start, dict):
            raise record.fault(f"in {_STARTS} stands {shown(start)}; give an object with x and y.")
        place = record.part(start, "start")
        x, y = place.whole("x"), place.whole("y")
        if x < self.village.width and y < self.village.height and self.costs[y, x]:
            return x, y
        self.warnings.append(f"{place.where}: nobody can stand at {x}, {y}; it was passed over.")
        return None, None

    def home(self, record: Fields, scratch: Fields, x: int | None, y: int | None) -> str:
        """The region where they live: the one that is named, or else the room in which they start."""
        said = _address(record, scratch)
        names = [": ".join(said[1:depth]) for depth in range(len(said), 1, -1)]
        if (name := next((name for name in names if name in self.homes), "")) or x is None or y is None:
            return name
        cell = y * self.village.width + x
        rooms = [region for region in self.village.regions if cell in region.cells and region.name.count(": ") < 2]
        room = max(rooms, key=lambda region: region.name.count(": "), default=None)
        if room is None and names:
            self.warnings.append(f"{record.where}: they live at {names[0]!r}, which is not on the map.")
        return room.name if room else ""

    def whispers(self) -> dict[str, tuple[str, ...]]:
        text = decoded(self.read(_WHISPERS), _WHISPERS)
        found: dict[str, tuple[str, ...]] = {}
        try:
            for row in csv.reader(text.splitlines(keepends=True), skipinitialspace=True):
                if len(row) >= 2 and row[0] != "Name":
                    # A sentence that is not quoted may have commas of its own.
                    parts = (tidy_text(part).strip() for part in ", ".join(row[1:]).split(";"))
                    found[tidy(row[0])] = tuple(part for part in parts if part)[:WHISPERS_MAX]
        except csv.Error as error:
            raise UsageError(f"{_WHISPERS}: this is no CSV: {error}. Save it anew.") from None
        return found

    def absent(self) -> list[str]:
        """Others of whom people may speak: those of the whole village, of which the folder has only some."""
        names = self.json(_META).get("persona_names") if (self.folder / _META).is_file() else None
        return [name for name in names if isinstance(name, str)][:PEOPLE_MAX] if isinstance(names, list) else []

    def json(self, source: str) -> dict[str, Any]:
        value = read_json(self.read(source), source=source)
        if not isinstance(value, dict):
            raise UsageError(f"{source}: this is {shown(value)}; give an object with a key for each person.")
        return value

    def read(self, source: str) -> bytes:
        try:
            return self.files.read(self.files.find(source, self.folder), source=source)
        except Unreachable as error:
            raise UsageError(f"{source}: {error}. Put it into the village's folder.") from None


def _address(record: Fields, scratch: Fields) -> list[str]:
    """The world, house and room where somebody lives."""
    if living := scratch.text("living_area"):
        return [tidy(part) for part in living.split(":")]
    spatial = record.values.get("spatial")
    address = spatial.get("address") if isinstance(spatial, dict) else None
    living_area = address.get("living_area") if isinstance(address, dict) else None
    return [tidy(str(part)) for part in living_area[:5]] if isinstance(living_area, list) else []


def _persona(name: str, known: Sequence[str], said: dict[str, Any]) -> Persona:
    role = _ROLE.search(said["learned"])
    memories = "\n".join(f"- {whisper}" for whisper in said["whispers"])
    return Persona(
        name=name,
        about="\n".join(filter(None, [said["currently"], said["plan"]])),
        role=role[1] if role else "",
        identity=(Field(label="Age", text=str(said["age"])),) if said["age"] is not None else (),
        traits=tuple(Trait(name=trait) for trait in said["traits"]),
        ties=tuple(_ties(name, known, said["whispers"])),
        history=said["learned"],
        behaviour=(said["lifestyle"],) if said["lifestyle"] else (),
        sections=(Section(title="Memories", text=memories),) if memories else (),
    )


def _ties(name: str, known: Sequence[str], whispers: Sequence[str]) -> Iterator[Tie]:
    others = [other for other in _distinct(known) if other != name]
    about = {whisper: [other for other in others if other in whisper] for whisper in whispers}
    for other in others:
        said = [whisper for whisper, whom in about.items() if other in whom]
        # A sentence about several people does not tell which of them is meant.
        alone = [whisper for whisper in said if len(about[whisper]) == 1]
        trust = next((trust for trust, words in _TRUST for whisper in alone if words.search(whisper)), None)
        if said:
            yield Tie(who=other, text="; ".join(said), trust=trust)


def _distinct(words: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    """The words that are there, those of one spelling once."""
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())
