"""The environments that can be played here: ours and those that others registered under `fabula.environments`."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

from fabula.agents.memory.experience import Senses
from fabula.agents.minds.human import Question
from fabula.agents.minds.spoken import Speech
from fabula.agents.persona import Persona
from fabula.engine import AgentId, Chance, Command, Environment, Event, Mind, Observation
from fabula.errors import UsageError, did_you_mean
from fabula.packs import find_pack
from fabula.store import Store
from fabula.yaml_text import read_yaml

GROUP = "fabula.environments"


class Playable(Environment[Any], Protocol):
    """What an environment offers besides its rules so that it can be started from a pack by name."""

    @property
    def pack(self) -> str:
        """Short name of the pack it was made from."""
        ...

    @property
    def turns(self) -> int:
        """How many turns it will take at most; 0 if nobody can say."""
        ...

    @classmethod
    def from_setup(cls, data: bytes) -> Self:
        """The environment that `setup` gave."""
        ...

    @classmethod
    def from_pack(cls, pack: Path, *, turns: int | None = None, cast: Sequence[str] = ()) -> tuple[Self, list[str]]:
        """The environment of a pack, and what a person should be told about it: warnings, who was cast for whom.

        turns: instead of the pack's own. cast: character sheets, `FILE` or `NAME=FILE`. Raises UsageError.
        """
        ...

    @property
    def roles(self) -> Mapping[str, AgentId]:
        """Seats that are not characters, by their role in the settings: `director`."""
        ...

    @property
    def prompts(self) -> Mapping[str, str]:
        """The templates with which models are asked, by name."""
        ...

    def casting(self, chance: Chance) -> Callable[[AgentId, Any], tuple[Mind, Mind]]:
        """Minds by rules, and stand-ins, for everyone in it."""
        ...

    def persona(self, state: Any, agent: AgentId) -> Persona:
        """Who an agent is. Raises UsageError if there is no such agent, or its seat is nobody's."""
        ...

    def prompt(self, agent: AgentId) -> str:
        """The name of the template with which a model in this agent's seat is asked."""
        ...

    def senses(self) -> Senses:
        """How events reach the agents' memories; new for every run."""
        ...

    def question(self, observation: Observation) -> Question:
        """The observation in words, for a person in the seat."""
        ...

    def told(self, events: Sequence[Event], *, agent: AgentId, state: Any) -> Sequence[str]:
        """What the agent perceived of these events, a sentence each, for a person in the seat."""
        ...


@runtime_checkable
class Live(Playable, Protocol):
    """What an environment is besides that lives on by the clock, whether minds are quick or slow."""

    @property
    def tick_s(self) -> int:
        """Seconds of its own time that a tick takes."""
        ...

    @property
    def news_steps(self) -> int:
        """How many ticks back that reaches which just happened, as somebody is asked."""
        ...

    def warm_up(self) -> None:
        """Have at hand what a tick in real time would otherwise wait for."""
        ...

    def counts(self, state: Any) -> Mapping[str, int]:
        """What a state holds, in a word each: lives, people."""
        ...

    @property
    def orders(self) -> Mapping[str, Callable[[list[str]], Command]]:
        """The console's words that it understands itself: word -> what makes a command of the words after it. Raises
        ValueError or IndexError for words that make none.
        """
        ...

    def look(self, state: Any, what: str, about: str) -> Sequence[str]:
        """What the console's `debug`, `why` and `find` show, in lines. Raises UsageError for a name that nobody has."""
        ...


@runtime_checkable
class Portrays(Protocol):
    """What an environment may offer besides: an agent's view in words."""

    def portrait(self, view: Mapping[str, Any]) -> Sequence[str]:
        """What `view` gave for an agent, in lines for a person; none if it has no words for it."""
        ...


@runtime_checkable
class Conversational(Playable, Protocol):
    """What an environment is besides in which agents are asked to speak, so that models answer such a question in plain
    words. Its `prompts` hold the templates that a Speech names; `prompt` gives the one for questions that are not to
    speak.
    """

    def speech(self, agent: AgentId) -> Speech:
        """How a model in this agent's seat is asked to speak."""
        ...


def environment_names() -> list[str]:
    """Every environment that is installed, sorted."""
    return sorted(_registered())


def environment_named(name: str) -> type[Playable]:
    """The environment called so. Raises UsageError."""
    registered = _registered()
    if name not in registered:
        raise UsageError(f"no environment {name!r} is installed.{did_you_mean(name, registered)}")
    loaded: type[Playable] = registered[name].load()
    return loaded


def environment_of_pack(name: str, *, turns: int | None = None, cast: Sequence[str] = ()) -> tuple[Playable, list[str]]:
    """The environment of a pack, by the pack's name, folder or file, and what a person should be told about it.

    Raises UsageError that names file, line and key.
    """
    file = find_pack(name)
    return environment_named(_environment_key(file)).from_pack(file, turns=turns, cast=cast)


async def stored_environment(store: Store, run: str) -> Playable:
    """The environment of a run, from what is kept with it: no pack is needed. Raises NoSuchRun, UsageError."""
    row = await store.run(run)
    return environment_named(row.environment).from_setup(await store.setup(run))


def _environment_key(file: Path) -> str:
    tree = read_yaml(file, source=file.name)
    named = tree.value.get("environment") if isinstance(tree.value, dict) else None
    if not isinstance(named, str):
        raise UsageError(
            f"{file}: the key `environment:` says what is played. Known: {', '.join(environment_names())}."
        )
    return named


def _registered() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
