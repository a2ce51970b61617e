"""The senses of a campaign's agents: what each of them meets with by the events it perceives, and by what it brought
along: its own side, what it knew and how it felt from the start.
"""

from collections.abc import Iterator, Sequence

import msgspec

from fabula.agents.memory.experience import KNOWN, Experience, Kind
from fabula.agents.persona import Persona
from fabula.engine.values import AgentId, Commanded, Event, Input
from fabula.environments.campaign import events as ev
from fabula.environments.campaign.actions import Register
from fabula.environments.campaign.beliefs import SURE_KNOWN
from fabula.environments.campaign.board import KIN
from fabula.environments.campaign.experience import experience
from fabula.environments.campaign.setting import Character, Setting

_PARTIES = ("agent", "to", "whom", "target", "who", "from_whom", "toward", "by")
"""Fields of events that may name people whom a witness has before its eyes."""


class CampaignSenses:
    """See fabula.agents.memory.experience.Senses. Made anew for every run, and shown its events from the first."""

    def __init__(self, setting: Setting) -> None:
        self.turn = 0
        self._truths = {secret.name: secret.truth for secret in setting.secrets}
        self._characters = {character.persona.name: character for character in setting.characters}
        self._at_start = frozenset(self._characters)
        self._sides: dict[str, str] = {}
        """Agent -> its faction, of all there have been."""
        self._stances = {(one.name, other): by for one in setting.factions for other, by in one.stances.items()}
        self._met: dict[str, set[str]] = {}
        """Agent -> whom it has come across."""
        self._before: Event | None = None
        self._now: Event | None = None

    def persona(self, agent: AgentId) -> Persona | None:
        """Who an agent is; None for a seat that is no character, as the director's."""
        character = self._characters.get(agent)
        return character.persona if character else None

    def open_step(self, inputs: Sequence[Input]) -> None:
        """See Senses.open_step. Whoever is registered brings along what its character says."""
        for given in inputs:
            if isinstance(given, Commanded) and isinstance(given.command, Register):
                try:
                    character = msgspec.convert(given.command.character, Character)
                except msgspec.ValidationError:
                    continue  # The campaign refuses it by an event.
                name = character.persona.name
                if name not in self._sides and name not in self._at_start:
                    self._characters[name] = character

    def notice(self, event: Event) -> None:
        """See Senses.notice."""
        self._before, self._now = self._now, event
        if isinstance(event, ev.TurnBegan):
            self.turn = event.turn
        elif isinstance(event, ev.Joined):
            self._sides[event.agent] = event.faction
        elif isinstance(event, ev.StanceChanged):
            self._stances[event.faction, event.toward] = event.now

    def experiences(self, event: Event, viewer: AgentId, step: int) -> tuple[Experience, ...]:
        """See Senses.experiences."""
        assert viewer in event.seen_by, "nobody remembers what they did not perceive"
        met = tuple(self._meetings(event, viewer, step))
        if self._says_nothing_new(event):
            return met
        own = experience(
            event,  # type: ignore[arg-type]  # A campaign's events are AnyEvent; the protocol knows only the root.
            step=step,
            turn=self.turn,
            viewer=viewer,
            people=self._sides,
            secrets=self._truths,
        )
        brought = self._brought(viewer, step) if isinstance(event, ev.Joined) and event.agent == viewer else ()
        return (*met, *([own] if own else ()), *brought)

    def _says_nothing_new(self, event: Event) -> bool:
        """A wound that the blow before it has told of already."""
        blow = self._before
        return (
            isinstance(event, ev.Wounded)
            and isinstance(blow, ev.Attacked)
            and (blow.agent, blow.target, blow.harm) == (event.by, event.who, event.harm)
        )

    def _meetings(self, event: Event, viewer: str, step: int) -> Iterator[Experience]:
        """How the viewer feels, and which side it knows them to be on, about people it comes across for the first
        time.
        """
        met = self._met.setdefault(viewer, set())
        for party in _PARTIES:
            name = getattr(event, party, "")
            if isinstance(name, str) and name in self._sides and name not in met:
                met.add(name)
                yield self._first_bond(viewer, name, step)

    def _first_bond(self, viewer: str, other: str, step: int) -> Experience:
        side = self._sides[other]
        of = f" of {side}" if side else ""
        text = f"{viewer} acts for {side}." if viewer == other else f"{viewer} came across {other}{of}."
        return Experience(
            kind=Kind.BOND,
            step=step,
            turn=self.turn,
            text=text,
            to=other,
            now=0.0 if viewer == other else self._bond(viewer, other) / 100,
            side=side,
            importance=0.1,
        )

    def _bond(self, viewer: str, other: str) -> int:
        """What the viewer's own sheet says, or what the factions make of it: as the board has it."""
        character = self._characters.get(viewer)
        if character is not None and other in character.bonds:
            return max(-100, min(100, character.bonds[other]))
        one, two = self._sides.get(viewer, ""), self._sides.get(other, "")
        if not one or not two:
            return 0
        return KIN if one == two else int(self._stances.get((one, two), 0) / 2)

    def _brought(self, viewer: str, step: int) -> Iterator[Experience]:
        """What the viewer knew from the start."""
        character = self._characters.get(viewer)
        for secret in character.knows if character else ():
            yield Experience(
                kind=Kind.LEARNED,
                step=step,
                turn=self.turn,
                text=f"{viewer} knew about {secret} from the start: {self._truths[secret]}",
                to=viewer,
                about=secret,
                claim=self._truths[secret],
                source=KNOWN,
                sure=SURE_KNOWN / 100,
                importance=0.75,
            )
