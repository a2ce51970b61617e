"""The form of a service agent: a personality, and the rules of its domain, which hold after any mind has spoken.

Data files say both (`fabula/packs/_service/*.yaml`); `fabula.environments.dialogue.service_speakers` reads them.
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

- `check`: something must be known first; `text` is asked instead, twice at most, until an answer matches `known_by`
- `add`: `text` is added, such as a disclaimer, unless it was said within the last `every` turns of the agent
- `strike`: sentences that match are left out; if nothing is left, `text` is said
- `refuse`: `text` is said instead of everything
- `hand_over`: `text` is said, and the conversation goes to a person
"""


class Rule(Struct, frozen=True, kw_only=True):
    """One rule of a domain."""

    name: str
    act: Act
    when: When = "either"
    matches: tuple[str, ...] = ()
    """Patterns (see fabula.environments.dialogue.service.patterns); none: always."""
    unless: tuple[str, ...] = ()
    """Patterns; words that match and stand in one of these do not count."""
    text: str = ""
    why: str = ""
    """Why it applies, in a few plain words; whoever is served reads it where it hands over. Empty: the rule's name."""
    known_by: tuple[str, ...] = ()
    """Of CHECK: how an answer looks, in anything that was said to the agent."""
    again: str = ""
    """Of CHECK: what is asked the second time; empty: `text` once more."""
    otherwise: str = ""
    """Of CHECK: said once, before the agent's own words, where it was asked twice in vain."""
    must: bool = False
    """Of CHECK: where it was asked twice in vain, `otherwise` is all that is said, and a person goes on."""
    every: int = 1
    """Of ADD: 0 once in the whole conversation."""


class Step(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of help that is given step by step: only when it is done comes the next."""

    name: str
    text: str
    done_by: tuple[str, ...] = ()
    """Patterns of answers after which the next step comes; none: any answer."""
    solved_by: tuple[str, ...] = ()
    """Patterns of answers that mean it is solved, besides those of all guides."""
    how: str = ""
    """Said once, when the step is asked about: how it is done, and the question again in other words."""


class Guide(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Help with one kind of trouble."""

    name: str
    matches: tuple[str, ...]
    steps: tuple[Step, ...]
    solved: str
    """Said when it is solved, whichever step did it."""
    unsolved: str
    """Said after the last step; the conversation then goes to a person."""


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What rules say where no model speaks."""

    matches: tuple[str, ...] = ()
    """None: whenever nothing else fits."""
    unless: tuple[str, ...] = ()
    """Patterns; words that match and stand in one of these do not count."""
    needs: tuple[str, ...] = ()
    """Patterns of which one must stand in something that was said to the agent; none: nothing is needed."""
    shortens: bool = False
    """After the words stands the last longer text that was said to the agent, cut to whole sentences."""
    spent: str = ""
    """Where it shortens: said where nothing is left to cut."""
    texts: tuple[str, ...]
    """One of them is said: the first that was not, and of those without `matches` any that was not."""


class Progress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How answers to any step of any guide look, besides what the step itself says."""

    solved_by: tuple[str, ...] = ()
    """It is solved."""
    unsolved_by: tuple[str, ...] = ()
    """It is not, whatever else stands in the answer; the next step comes."""
    asks_by: tuple[str, ...] = ()
    """It asks about the step."""
    waits_by: tuple[str, ...] = ()
    """It asks for time."""
    waiting: str = ""
    """Said then; empty: that there is time."""


class Offer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person is offered, where rules twice in a row had nothing that fits."""

    text: str
    """The question."""
    taken_by: tuple[str, ...]
    """Patterns of answers that say yes."""
    handing: str
    """Said when it was taken; the conversation then goes to a person."""
    why: str


class Service(Struct, frozen=True, kw_only=True):
    """What makes a speaker a service agent."""

    name: str
    """Of the data file: `financial_adviser`."""
    domain: str
    personality: Personality
    rules: tuple[Rule, ...] = ()
    guides: tuple[Guide, ...] = ()
    progress: Progress | None = None
    replies: tuple[Reply, ...] = ()
    by_rules: Reply | None = None
    """Said once where no model speaks, before the first answer to words that match: what rules cannot do."""
    offer: Offer | None = None
    handed: str = ""
    """Said to another service agent that goes on after a person was called; empty: the agent goes on as before."""
    letters_max: int = 1_200
    """Of one turn; what is longer ends at the last whole sentence before."""
