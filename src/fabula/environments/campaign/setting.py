"""The setting of a campaign: everything a run starts from, as frozen values - the compiled form of a pack.

Everything is called by its name, in the log as in the state: places, factions, agents, objects, secrets, threats
and clocks have names that are unique within the setting (a pack's short ids are resolved to names when it is read).
Numbers that rules count with are integers, so that they are exact everywhere: bonds and stances run from -100
(mortal enmity) to 100 (devotion), tension from 0 to 100, vigour and harm in points, difficulties on the scale of a
d20.
"""

from typing import Literal

import msgspec

from fabula.agents.persona import Persona

Style = Literal["grimdark_dramatic", "tactical", "philosophical", "plain"]


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Root of the setting's plain values."""


class Effect(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="effect", tag=str.lower):
    """Something that happens to the world when its cause does: a clock fills, an object is used, and the like."""


class Advance(Effect, frozen=True, kw_only=True):
    """Move a clock by `by` segments (negative: back)."""

    clock: str
    by: int = 1


class Harm(Effect, frozen=True, kw_only=True):
    """Wound agents at `place` (default: where the cause is), `harm` points each, `most` of them at most."""

    harm: int
    place: str = ""
    most: int = 1


class Heal(Effect, frozen=True, kw_only=True):
    """Give `vigour` points back to the agent it is used on."""

    vigour: int


class Arrive(Effect, frozen=True, kw_only=True):
    """A threat that was waiting comes into play at `place` (default: where the threat is set)."""

    threat: str
    place: str = ""


class Weaken(Effect, frozen=True, kw_only=True):
    """Take `strength` points from a threat."""

    threat: str
    strength: int


class Block(Effect, frozen=True, kw_only=True):
    """Close the way between two places."""

    between: tuple[str, str]


class Open(Effect, frozen=True, kw_only=True):
    """Open (or discover) the way between two places."""

    between: tuple[str, str]


class Reveal(Effect, frozen=True, kw_only=True):
    """Everyone at `place` (default: where the cause is) learns a secret."""

    secret: str
    place: str = ""


class Appear(Effect, frozen=True, kw_only=True):
    """An object that was out of play is found at `place`."""

    object: str
    place: str


class Sway(Effect, frozen=True, kw_only=True):
    """Change how a faction stands toward another, by -100..100."""

    faction: str
    toward: str
    by: int


AnyEffect = Advance | Harm | Heal | Arrive | Weaken | Block | Open | Reveal | Appear | Sway


class Way(Value, frozen=True, kw_only=True):
    """A way out of a place; the other place has one back unless `one_way`."""

    to: str
    how: str = ""
    """How one goes, as it would follow a verb of motion: `down the rope ladder`, `through the chapel`."""
    hidden: bool = False
    """Not known until found by investigating or opened by an effect."""
    blocked: bool = False
    one_way: bool = False


class Place(Value, frozen=True, kw_only=True):
    """A node of the map."""

    name: str
    """With its article, as it stands in a sentence: `the Iron Gate`, `Saint Orla's Stair`."""
    description: str
    """One or two sentences, present tense."""
    details: tuple[str, ...] = ()
    """Things to be noticed there: noun phrases, lower case unless proper (`a ledger with the last page cut out`).
    """
    ways: tuple[Way, ...] = ()
    shelter: int = 30
    """0 (open ground) to 100 (a vault): makes defending and hiding easier, resting better."""
    peril: int = 20
    """0 (safe) to 100 (deadly): what self-preservation shuns."""


class Faction(Value, frozen=True, kw_only=True):
    """A side."""

    name: str
    aim: str
    """What it wants, as it follows `wants`: `to hold the gate until the fleet returns`."""
    stances: dict[str, int] = {}
    """Toward other factions, -100..100; unnamed ones are 0."""


class Aim(Value, frozen=True, kw_only=True):
    """What a character is after; the object's kind must fit the want."""

    want: Literal["protect", "ruin", "win_over", "find", "hold", "reach", "advance", "hinder", "get"]
    """protect/ruin/win_over an agent (or protect a place), find a secret, hold or reach a place, advance/hinder a
    clock, get an object.
    """
    what: str
    """Name of the agent, secret, place, clock or object."""
    text: str
    """In words, as it follows `wants`: `to find out who sold the lantern codes`."""
    weight: int = 50
    """0..100: how much it matters to the character."""


class Character(Value, frozen=True, kw_only=True):
    """A persona placed in the setting."""

    persona: Persona
    faction: str = ""
    """The faction it acts for; empty for none."""
    place: str
    aims: tuple[Aim, ...] = ()
    carries: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    """Names of secrets it knows at the start."""
    bonds: dict[str, int] = {}
    """Toward other agents, -100..100; unnamed ones follow from the factions' stances."""
    vigour: int = 6
    """Points of harm it can take before it falls."""


class Thing(Value, frozen=True, kw_only=True):
    """An object that can be carried and used."""

    name: str
    """With its article where it has one: `the harbour ledger`, `Orla's key`."""
    description: str
    place: str = ""
    """Where it lies; empty when carried or not yet in play."""
    hidden: bool = False
    """Must be found by investigating."""
    harm: int = 0
    """Points it adds to an attack's harm, if it is a weapon."""
    guard: int = 0
    """Points it takes from harm done to its bearer."""
    uses: int = 0
    """How often it can be used for its effects; 0: as often as wanted."""
    effects: tuple[AnyEffect, ...] = ()
    """What using it does; empty: nothing but the doing."""
    where: str = ""
    """The only place its effects work, if any."""


class Secret(Value, frozen=True, kw_only=True):
    """A truth that not everyone knows."""

    name: str
    """What it is about, as it follows `about`: `the cut anchor chains`, `who fired the granary`."""
    truth: str
    """One full sentence that is true at the start."""
    twisted: tuple[str, ...] = ()
    """Full sentences that hearsay may turn it into; false."""
    about: str = ""
    """The agent, place or faction it concerns."""
    place: str = ""
    """Where investigating can find it; empty: only by being told."""
    difficulty: int = 12
    effects: tuple[AnyEffect, ...] = ()
    """What follows when it first comes out: when somebody finds it, or tells it to someone of another faction."""


class Deed(Value, frozen=True, kw_only=True):
    """A kind of deed that moves a clock: all fields that are set must fit."""

    kind: str
    """The action's kind: `defend`, `investigate`, `attack`, …"""
    place: str = ""
    target: str = ""
    """Agent, threat or object acted upon."""
    faction: str = ""
    """Faction of the doer."""
    on: Literal["success", "failure", "any"] = "success"
    by: int = 1


class Clock(Value, frozen=True, kw_only=True):
    """A progress clock: something that comes nearer segment by segment."""

    name: str
    """As it stands in a sentence: `the breach in the wall`, `the Regent's patience`."""
    description: str
    segments: int
    filled: int = 0
    each_turn: int = 0
    """Segments it moves by itself at the end of every turn."""
    moved_by: tuple[Deed, ...] = ()
    good_for: tuple[str, ...] = ()
    """Factions that want it full."""
    bad_for: tuple[str, ...] = ()
    """Factions that want it kept from filling."""
    hidden: bool = False
    """Only the director sees it."""
    effects: tuple[AnyEffect, ...] = ()
    """What happens when it is full (once)."""


class Threat(Value, frozen=True, kw_only=True):
    """A danger that acts by itself at the end of each turn: a beast, a mob, a fire, a patrol."""

    name: str
    description: str
    place: str = ""
    """Where it is, or will be when it arrives."""
    arrives: int = 0
    """Turn at the end of which it comes into play; 0: from the start; -1: only by an Arrive effect."""
    strength: int = 6
    """Points until it is beaten."""
    harm: int = 2
    """Points it does to one it strikes."""
    difficulty: int = 12
    """What an attack on it, or an evasion of it, must reach."""
    toward: str = ""
    """The place it makes its way to, a way each turn when nobody holds it up; empty: it stays."""
    advances: str = ""
    """A clock it moves by 1 at the end of each turn in which it stands where it wanted and nobody defended."""
    faction: str = ""
    """The faction it spares and serves, if any."""


class Complication(Value, frozen=True, kw_only=True):
    """Something that goes wrong, brought in by the director when tension sags; each at most once."""

    name: str
    texts: tuple[str, ...]
    """Ways to tell it: full sentences, past tense, no agent's name; one is drawn."""
    place: str = ""
    tension: int = 0
    """The lowest tension at which it fits."""
    effects: tuple[AnyEffect, ...] = ()


class Condition(Value, frozen=True, kw_only=True):
    """One fact about the state; the field that is set is the fact."""

    clock_full: str = ""
    threat_gone: str = ""
    faction_down: str = ""
    """All agents of the faction have fallen or left."""
    agent_down: str = ""
    secret_known: str = ""
    """With `by`: known to someone of that faction or to that agent (truly, not twisted)."""
    object_held: str = ""
    """With `by`: held by that agent or someone of that faction."""
    object_at: str = ""
    """With `place`."""
    agent_at: str = ""
    """With `place`."""
    by: str = ""
    place: str = ""


class Outcome(Value, frozen=True, kw_only=True):
    """An answer to the campaign's question."""

    kind: Literal["won", "lost", "spent"]
    name: str
    """A short title for it: `The lamps are lit`."""
    when: tuple[Condition, ...] = ()
    """All must hold; empty only for `spent`, the answer when the turns have run out."""
    texts: tuple[str, ...]
    """What it means, one full sentence each, past tense; one is drawn."""


class Setting(Value, frozen=True, kw_only=True):
    """A whole campaign before its first turn."""

    pack: str
    """Short name: `ashfall`."""
    title: str
    summary: str
    """One or two sentences for people who choose."""
    question: str
    """What the campaign decides: `Will Ashfall hold until the fleet returns?`"""
    style: Style = "plain"
    """The style its story is told in unless another is asked for."""
    turns: int = 12
    opening: tuple[str, ...] = ()
    """Full sentences, present or past tense, each of which can open the story; a few are drawn."""
    places: tuple[Place, ...]
    factions: tuple[Faction, ...] = ()
    characters: tuple[Character, ...]
    things: tuple[Thing, ...] = ()
    secrets: tuple[Secret, ...] = ()
    clocks: tuple[Clock, ...] = ()
    threats: tuple[Threat, ...] = ()
    complications: tuple[Complication, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    lexicon: dict[str, dict[str, tuple[str, ...]]] = {}
    """Words of the setting: style -> slot -> phrases; the slots are those of fabula.chronicle.lexicon. The style
    `any` serves all.
    """
    prompts: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    """Templates of the pack's own, by name; the others are those of fabula.environments.campaign.prompts. UNSET (which
    is false) for none: so it is left out of what is stored, and such a setting is stored as before there were any.
    """
