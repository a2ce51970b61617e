"""The state of a campaign: what is so, and apart from it what each agent believes.

Only `step` changes it, in place. `agents`, `items`, `dangers` and `dials` are kept sorted by key; other mappings
are looked up, or walked in sorted order, never in the order they grew in. So a restored state gives the same events
as the one it was taken from, and equal states give equal bytes.
"""

from enum import StrEnum

import msgspec

from fabula.engine.values import Ending
from fabula.environments.campaign.actions import CharacterAction
from fabula.environments.campaign.events import AnyEvent
from fabula.environments.campaign.setting import Character


class Phase(StrEnum):
    """A turn's phases; each is one step."""

    PERCEIVE = "perceive"
    """The turn opens; nobody is asked."""
    DECIDE = "decide"
    """All active agents are asked at once."""
    ADJUDICATE = "adjudicate"
    """The director rules, the deeds are resolved."""
    CONSEQUENCES = "consequences"
    """The director may bring a complication; clocks, threats and outcomes follow."""

    @property
    def next(self) -> "Phase":
        phases = tuple(Phase)
        return phases[(phases.index(self) + 1) % len(phases)]


class Status(StrEnum):
    """Whether an agent takes part."""

    ACTIVE = "active"
    FALLEN = "fallen"
    LEFT = "left"


class Belief(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What an agent holds to be so about a secret."""

    text: str
    source: str
    """`seen`, `known` (from the start), or the name of the agent who told it."""
    sure: int
    """0..100."""
    true: bool = True
    """The rules' knowledge, not the agent's."""
    told: list[str] = []
    """Whom the agent has told it to, or heard it from; sorted."""


class Sighting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where an agent last saw somebody or something."""

    place: str
    turn: int
    holder: str = ""
    """Who carried it, for an object in somebody's hands."""


class Agent(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An agent as it is, and its side of the truth."""

    name: str
    place: str
    vigour: int
    vigour_max: int
    status: Status = Status.ACTIVE
    dead: bool = False
    hidden: bool = False
    noticed_by: list[str] = []
    """Who knows of it although it hides; sorted."""
    guard: str = ""
    """The place or agent it defends until its next deed."""
    cowed_by: str = ""
    """Who made it yield last turn."""
    urged_by: str = ""
    """Who won it over to something last turn."""
    urged_to: str = ""
    came: int = 1
    """Turn in which it came to its place."""
    came_from: str = ""
    """The place before this one."""
    bonds: dict[str, int] = {}
    """Toward other agents, where they differ from what the factions' stances make of them."""
    beliefs: dict[str, Belief] = {}
    """By secret."""
    sightings: dict[str, Sighting] = {}
    """By agent, object or threat."""
    ways: list[tuple[str, str]] = []
    """Hidden ways it has found: ends in order of name; sorted."""
    searched: dict[str, int] = {}
    """How often it has searched each place."""
    recent: list[str] = []
    """Its latest deeds, `kind target`, newest last."""


class Item(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An object: it lies in `place`, or `holder` has it, or (neither) it is not in play."""

    place: str = ""
    holder: str = ""
    hidden: bool = False
    """Lies, or is carried, unseen until found."""
    left: int = 0
    """Uses left, where they are counted."""
    spent: bool = False


class Danger(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A threat as it is."""

    place: str
    strength: int
    here: bool = False
    """In play."""
    beaten: bool = False


class Dial(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A clock as it is."""

    filled: int = 0
    done: bool = False
    """Its effects have happened."""


class WayMark(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A way that was opened or closed since the start."""

    between: tuple[str, str]
    """In order of name."""
    open: bool


class Tally(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a turn came to, in figures."""

    deeds: int = 0
    successes: int = 0
    failures: int = 0
    harm: int = 0
    finds: int = 0
    """Secrets learned, objects that changed hands."""
    clocks: int = 0
    """Segments that clocks moved."""


class Turn(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What holds for the present turn only."""

    deeds: dict[str, CharacterAction] = {}
    held: list[str] = []
    """Threats that were held up by a defence or an attack."""
    tally: Tally = msgspec.field(default_factory=Tally)


class CampaignState(msgspec.Struct, kw_only=True):
    """Everything that is so. `step` is the next step to be taken, `phase` its phase."""

    step: int = 0
    turn: int = 1
    phase: Phase = Phase.PERCEIVE
    agents: dict[str, Agent]
    items: dict[str, Item]
    dangers: dict[str, Danger]
    dials: dict[str, Dial]
    stances: dict[str, dict[str, int]]
    marks: list[WayMark] = []
    """Sorted."""
    out: list[str] = []
    """Secrets that have come out; sorted."""
    complications: dict[str, int] = {}
    """Those that struck, and in which turn."""
    details: dict[str, int] = {}
    """How many of each place's details have been noticed."""
    tension: int = 10
    now: Turn = msgspec.field(default_factory=Turn)
    news: list[AnyEvent] = []
    """What has happened since the agents were last asked."""
    newcomers: dict[str, Character] = {}
    """Characters registered after the start."""
    ended: Ending | None = None
