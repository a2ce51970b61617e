"""The prompter: puts an observation, and what the agent remembers, into a prompt by a template.

It is given the agent's own side of the truth and nothing else, so nothing else can stand in what it writes.
"""

from collections.abc import Sequence
from typing import Any, Protocol, get_args

import msgspec

from fabula.agents.drives import drives
from fabula.agents.memory.entries import Entry, EntryKind, Recollection
from fabula.agents.persona import Persona
from fabula.agents.plain import one_line
from fabula.agents.prompts.choices import choices
from fabula.agents.prompts.template import Prompt, Template
from fabula.engine.values import Observation, kind_of

NEWS_MAX = 12
"""What just happened: the most important of it, in order."""
QUERY_CHARACTERS_MAX = 500
"""Of what memories are called up by."""

KNOWN_CHARACTERS, KNOWN_CHARACTERS_MIN = 80, 16
"""So much of the beginning of what was heard is looked for in a memory; less than the latter says nothing."""


class Remembers(Protocol):
    """What an agent remembers; a fabula.agents.memory Memory is one."""

    def since(self, step: int) -> Sequence[Entry]:
        """What came at or after a step, in order."""
        ...

    def recall(self, query: str, *, turn: int, most: int) -> Sequence[Recollection]:
        """What comes to mind with the query, best first."""
        ...


class CardNotes(msgspec.Struct, frozen=True, kw_only=True):
    """What a character card adds to a prompt, macros filled in."""

    notes: tuple[str, ...] = ()
    """How the character is written; the same all through a run."""
    lore: tuple[str, ...] = ()
    """Entries of its lorebook that what just happened calls up."""
    last: str = ""
    """What its author wants said last."""


class Card(Protocol):
    """Whoever knows an agent's character card."""

    def persona(self) -> Persona:
        """Who the character is, as prompts say it."""
        ...

    def notes(self) -> tuple[str, ...]:
        """How the character is written; the same all through a run."""
        ...

    def at(self, step: int, texts: Sequence[str]) -> CardNotes:
        """What the card adds at a step at which these texts are before the agent's eyes; `notes` as above."""
        ...


class Prompter:
    """Writes the prompts of one agent."""

    def __init__(
        self,
        persona: Persona,
        template: Template,
        *,
        memory: Remembers | None = None,
        card: Card | None = None,
        recalled_max: int = 8,
        news_steps: int = 4,
    ) -> None:
        """memory: the agent's own; None: it remembers nothing. recalled_max: memories that come to mind.
        news_steps: how many steps back that reaches which just happened.
        """
        self._persona = card.persona() if card else persona
        self._template = template
        self._memory = memory
        self._card = card
        self._recalled_max = recalled_max
        self._news_steps = news_steps
        self._drives: dict[str, float] = {str(drive): strength for drive, strength in drives(persona).items()}
        self._system: dict[Any, str] = {}

    def prompt(self, observation: Observation, *, heard: Sequence[str] = ()) -> Prompt:
        """What a model is told of an observation. Raises RunError if the template cannot say it.

        heard: words that stand elsewhere in what it is told, the latest last: they call up lore as news does, and no
        memory of them is told again.
        """
        system = self._system.get(observation.accepts)
        if system is None:
            system = self._system[observation.accepts] = self._template.system(self._lasting(observation))
        return Prompt(system, self._template.user(self._present(observation, heard), beside=system))

    def query(self, observation: Observation) -> str:
        """What the prompt of an observation will call memories up by."""
        return _query(observation, self._news(observation))

    def _lasting(self, observation: Observation) -> dict[str, Any]:
        notes = self._card.notes() if self._card else ()
        return {"me": self._persona, "card": CardNotes(notes=notes), "deeds": _deeds(observation.accepts)}

    def _present(self, observation: Observation, heard: Sequence[str]) -> dict[str, Any]:
        listed = choices(observation.options, self._drives)
        news = self._news(observation)
        told = [entry.text for entry in news]
        before_its_eyes = [" ".join(_about(observation)), "\n".join(told), *heard]
        card = self._card.at(observation.step, before_its_eyes) if self._card else CardNotes()
        return {
            "me": self._persona,
            "card": card,
            "deeds": _deeds(observation.accepts),
            "now": observation.perceives,
            "options": listed,
            "more_options": len(observation.options) - len(listed),
            "news": told,
            "recalled": self._recalled(observation, news, heard),
        }

    def _news(self, observation: Observation) -> list[Entry]:
        if self._memory is None:
            return []
        since = self._memory.since(observation.step - self._news_steps)
        new = [entry for entry in since if entry.kind is EntryKind.OBSERVATION]
        ranked = sorted(range(len(new)), key=lambda index: -new[index].importance)
        return [new[index] for index in sorted(ranked[:NEWS_MAX])]

    def _recalled(self, observation: Observation, news: Sequence[Entry], heard: Sequence[str]) -> list[str]:
        if self._memory is None or not self._recalled_max:
            return []
        told = {entry.plain for entry in news}
        words = _known_by(heard)
        # As many more as may be told already.
        most = self._recalled_max + len(news) + len(words)
        found = self._memory.recall(_query(observation, news), turn=_turn(observation), most=most)
        new = [
            each.entry
            for each in found
            if each.entry.plain not in told and not any(known in each.entry.plain for known in words)
        ][: self._recalled_max]
        return [entry.text for entry in sorted(new, key=lambda entry: entry.number)]


def _known_by(heard: Sequence[str]) -> list[str]:
    """By what the memory of words is known again; of a few words it is not, since many say them."""
    beginnings = (one_line(words[: 2 * KNOWN_CHARACTERS])[:KNOWN_CHARACTERS] for words in heard)
    return [beginning for beginning in beginnings if len(beginning) >= KNOWN_CHARACTERS_MIN]


def _deeds(accepts: Any) -> list[str]:
    """The kinds of actions that are accepted: `talk`, `take_from`."""
    return [kind_of(kind.__name__) for kind in get_args(accepts) or (accepts,)]


def _query(observation: Observation, news: Sequence[Entry]) -> str:
    """What calls memories up: what just happened, and whom and what the options are about."""
    return " ".join([*_about(observation), *(entry.plain for entry in news)])[:QUERY_CHARACTERS_MAX]


def _about(observation: Observation) -> list[str]:
    """Whom and what the options are about, each once."""
    said = (
        value
        for option in observation.options
        for value in msgspec.structs.astuple(option.action)
        if isinstance(value, str) and value != option.action.reason
    )
    return list(dict.fromkeys(said))


def _turn(observation: Observation) -> int:
    turn = getattr(observation.perceives, "turn", observation.step)
    return turn if isinstance(turn, int) else observation.step
