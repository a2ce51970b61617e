"""The form of a service agent: a personality, and the rules of its domain, which hold after any mind has spoken.

Data files say both (`fabula/packs/_service/*.yaml`); `fabula.environments.dialogue.service.reading` reads them.
"""

from typing import Literal

from msgspec import Struct


class Personality(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How it speaks."""

    traits: tuple[str, ...] = ()
    tone: str = ""
    approach: str = ""
    greeting: str = ""
    goodbye: str = ""


When = Literal["asked", "says", "either"]
"""Whose words a rule looks at: what was last said to the agent, what the agent is about to say, or both."""

Act = Literal["check", "add", "strike", "refuse", "hand_over"]
"""What a rule does where it applies.

- `check`: something must be known first; `text` is asked instead, until an answer matches `known_by`
- `add`: `text` is added, such as a disclaimer, unless it was said within the last `every` turns of the agent
- `strike`: sentences that match are left out; if nothing is left, `text` is said
- `refuse`: `text` is said instead of everything
- `hand_over`: `text` is said, and the conversation goes to a person
"""


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of a domain."""

    name: str
    act: Act
    when: When = "either"
    matches: tuple[str, ...] = ()
    """Patterns (see fabula.environments.dialogue.service.patterns); none: always."""
    unless: tuple[str, ...] = ()
    """Patterns that keep it from applying."""
    text: str = ""
    known_by: tuple[str, ...] = ()
    """Of CHECK: how an answer looks, in anything that was said to the agent."""
    every: int = 1
    """Of ADD: 0 once in the whole conversation."""


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of help that is given step by step: only when it is done comes the next."""

    name: str
    text: str
    done_by: tuple[str, ...] = ()
    """Patterns of answers after which the next step comes; none: any answer."""
    solved_by: tuple[str, ...] = ()
    """Patterns of answers that mean it is solved."""


class Guide(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Help with one kind of trouble."""

    name: str
    matches: tuple[str, ...]
    steps: tuple[Step, ...]
    solved: str
    """Said when it is solved."""
    unsolved: str
    """Said after the last step; the conversation then goes to a person."""


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What rules say where no model speaks."""

    matches: tuple[str, ...] = ()
    """None: whenever nothing else fits."""
    texts: tuple[str, ...]
    """One of them is said; each once before any is said again."""


class Service(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What makes a speaker a service agent."""

    name: str
    """Of the data file: `financial_adviser`."""
    domain: str
    personality: Personality
    rules: tuple[Rule, ...] = ()
    guides: tuple[Guide, ...] = ()
    replies: tuple[Reply, ...] = ()
    handed: str = ""
    """Said to whoever goes on writing after a person was called; empty: that one will answer."""
    letters_max: int = 1_200
    """Of one turn; what is longer ends at the last whole sentence before."""
