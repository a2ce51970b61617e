"""The senses of a world's people: what each of them meets with by the events it perceives, and by what it brought
along: its own side, how it felt about others from the start, and old grudges.
"""

from collections.abc import Iterator, Sequence

from fabula.agents.memory.experience import KNOWN, Experience, Kind
from fabula.agents.persona import Persona
from fabula.engine.values import AgentId, Event, Input
from fabula.environments.world import events as happened
from fabula.environments.world.experience import experience
from fabula.environments.world.setting import Resident, WorldSetting

_PARTIES = ("agent", "to", "whom", "target", "on", "from_whom", "by", "seller", "buyer")
"""Fields of events that may name people whom a witness has before its eyes."""


class WorldSenses:
    """See fabula.agents.memory.experience.Senses. Made anew for every run, and shown its events from the first."""

    def __init__(self, setting: WorldSetting) -> None:
        self._turn = 1
        self._residents = {one.persona.name: one for one in setting.people}
        self._harmful = frozenset(one.name for one in setting.abilities if one.effect == "harm")
        self._sides: dict[str, str] = {}
        """Person -> its faction, of all there have been."""
        self._met: dict[str, set[str]] = {}
        """Person -> whom it has come across."""

    @property
    def turn(self) -> int:
        """The day."""
        return self._turn

    def persona(self, agent: AgentId) -> Persona | None:
        """Who somebody is; of one brought in later, of whom it may not have been shown yet, no more than a name."""
        resident = self._residents.get(agent)
        return resident.persona if resident else Persona(name=agent)

    def open_step(self, inputs: Sequence[Input]) -> None:
        """See Senses.open_step. Nothing of it is to be remembered that does not happen."""

    def notice(self, event: Event) -> None:
        """See Senses.notice."""
        if isinstance(event, happened.DayBegan | happened.HourStruck):
            self._turn = event.day
        elif isinstance(event, happened.Came):
            self._sides[event.agent] = event.faction

    def experiences(self, event: Event, viewer: AgentId, step: int) -> tuple[Experience, ...]:
        """See Senses.experiences."""
        assert viewer in event.seen_by, "nobody remembers what they did not perceive"
        if isinstance(event, happened.Came) and not event.later:
            return tuple(self._brought(viewer, step)) if event.agent == viewer else ()
        lived = experience(
            event,  # type: ignore[arg-type]  # A world's events are AnyEvent; the protocol knows only the root.
            step=step,
            turn=self.turn,
            viewer=viewer,
            people=self._sides,
            abilities=self._harmful,
        )
        if lived is None and not isinstance(event, happened.Met):
            return ()
        return (*self._meetings(event, viewer, step), *((lived,) if lived else ()))

    def _meetings(self, event: Event, viewer: str, step: int) -> Iterator[Experience]:
        """How the viewer feels, and which side it knows them to be on, about people it meets for the first time."""
        met = self._met.setdefault(viewer, {viewer})
        for party in _PARTIES:
            name = getattr(event, party, "")
            if isinstance(name, str) and name in self._sides and name not in met:
                met.add(name)
                yield self._bond(viewer, name, step)

    def _brought(self, viewer: str, step: int) -> Iterator[Experience]:
        """What the viewer felt and knew from the start."""
        yield self._bond(viewer, viewer, step)
        resident = self._residents.get(viewer)
        if resident is None:
            return
        met = self._met.setdefault(viewer, {viewer})
        for name in sorted(resident.bonds):
            if name in self._residents and name not in met:
                met.add(name)
                yield self._bond(viewer, name, step)
        if resident.grudge:
            yield self._grudge(resident, step)

    def _bond(self, viewer: str, other: str, step: int) -> Experience:
        resident, side = self._residents.get(viewer), self._sides.get(other, "")
        if other in self._residents and not side:
            side = self._residents[other].faction
        bond = resident.bonds.get(other, 0) if resident and other != viewer else 0
        of = f" of {side}" if side else ""
        text = f"{viewer} belonged to {side or 'nobody'}." if viewer == other else f"{viewer} knew {other}{of}."
        return Experience(
            kind=Kind.BOND,
            step=step,
            turn=self.turn,
            text=text,
            to=other,
            now=max(-100, min(100, bond)) / 100,
            side=side,
            importance=0.1,
        )

    def _grudge(self, resident: Resident, step: int) -> Experience:
        foe, _, about = (part.strip() for part in resident.grudge.partition(":"))
        name = resident.persona.name
        told = f"{name} had an old grudge against {foe}{f' over {about}' if about else ''}."
        return Experience(
            kind=Kind.LEARNED,
            step=step,
            turn=self.turn,
            text=told,
            to=foe,
            about=about or foe,
            claim=told,
            source=KNOWN,
            sure=1.0,
            importance=0.6,
        )
