"""The table at which the campaign's tests play: small settings in a line of code, and a turn in a line more."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from tests.environments.campaign.mill import persona

from fabula.engine.chance import Chance
from fabula.engine.environment import Mind
from fabula.engine.values import Acted, Action, AgentId, Command, Commanded, Event, Input, Observation
from fabula.environments.campaign import DIRECTOR, Campaign
from fabula.environments.campaign.actions import Adjudicate, AnyAction, Direct
from fabula.environments.campaign.setting import Character, Faction, Place, Setting, Way
from fabula.environments.campaign.state import Agent, CampaignState, Phase

E = TypeVar("E", bound=Event)

EASY, HARD = 5, 25
"""Difficulties a director may rule: the first is met by nearly every roll, the second by nearly none."""


def a_setting(places: Mapping[str, str] | Iterable[Place], *characters: Character, **more: Any) -> Setting:
    """A setting of these places (or name -> the neighbours it leads to) and characters, of two factions."""
    made = tuple(_place(name, ways) for name, ways in places.items()) if isinstance(places, Mapping) else tuple(places)
    parts = {"factions": (Faction(name="the Reds", aim="to win"), Faction(name="the Blues", aim="to win")), **more}
    base = {"pack": "small", "title": "Small", "summary": "Small.", "question": "What now?", "turns": 12}
    return Setting(**{**base, **parts, "places": made, "characters": characters})


def someone(name: str, place: str, *, faction: str = "", **more: Any) -> Character:
    """A character; words that no field of a character has are weights: `cunning=0.9`."""
    fields = set(Character.__struct_fields__)
    weights = {word: value for word, value in more.items() if word not in fields}
    rest = {word: value for word, value in more.items() if word in fields}
    return Character(persona=persona(name, **weights), place=place, faction=faction, **rest)


def _place(name: str, ways: str) -> Place:
    return Place(
        name=name, description=f"This is {name}.", ways=tuple(Way(to=to) for to in ways.split()), peril=0, shelter=0
    )


class Table:
    """A campaign being played."""

    def __init__(self, setting: Setting, *, seed: int = 1) -> None:
        self.campaign = Campaign(setting)
        self.chance = Chance(seed)
        self.state: CampaignState = self.campaign.begin(self.chance)
        self.events: list[Any] = []
        """All that has happened."""
        self._minds: dict[str, Mind] = {}

    def agent(self, name: str) -> Agent:
        return self.state.agents[name]

    def step(self, answers: Mapping[str, Action] | None = None, *commands: Command) -> list[Any]:
        """One step: who answers what, and the keeper's commands; returns what happened."""
        inputs: list[Input] = [Commanded(number=number, command=command) for number, command in enumerate(commands)]
        step = self.state.step
        inputs += [
            Acted(agent=AgentId(name), asked=step, action=action) for name, action in sorted((answers or {}).items())
        ]
        happened = list(self.campaign.step(self.state, inputs, self.chance.at(step)))
        self.events += happened
        return happened

    def turn(
        self,
        deeds: Mapping[str, AnyAction] | None = None,
        *,
        ruling: Adjudicate | None = None,
        direct: Direct | None = None,
        commands: Iterable[Command] = (),
    ) -> list[Any]:
        """One whole turn with these deeds (everyone else waits); returns what happened in it."""
        assert self.state.phase is Phase.PERCEIVE
        happened = self.step(None, *commands)
        happened += self.step(deeds)
        happened += self.step({DIRECTOR: ruling or Adjudicate()})
        return happened + self.step({DIRECTOR: direct or Direct()})

    def deed(self, name: str, action: AnyAction, *, hard: int | None = None) -> list[Any]:
        """One turn in which one agent does something, against this difficulty if one is ruled."""
        ruling = Adjudicate(difficulties={name: hard} if hard is not None else {})
        return self.turn({name: action}, ruling=ruling)

    def asked(self, name: str) -> Observation:
        """The question to an agent in this turn's phase of decision."""
        if self.state.phase is Phase.PERCEIVE:
            self.step()
        return next(asked for asked in self.campaign.observe(self.state) if asked.agent == name)

    def step_by_rules(self) -> list[Any]:
        """One step in which every mind is its rules."""
        return self.step({asked.agent: self.answer(asked) for asked in self.campaign.observe(self.state)})

    def answer(self, asked: Observation) -> Any:
        """What the rules in that seat answer."""
        if asked.agent not in self._minds:
            self._minds[asked.agent] = self.campaign.casting(self.chance)(asked.agent, self.state)[0]
        return answer(self._minds[asked.agent], asked)

    def by_rules(self, *, turns: int = 1_000) -> list[Any]:
        """Play on by rules, to the end or for some turns; returns what happened."""
        began, last = len(self.events), self.state.turn + turns
        while self.state.ended is None and self.state.turn < last:
            self.step_by_rules()
        return self.events[began:]


def answer(mind: Mind, asked: Observation) -> Any:
    """What a mind by rules answers; it never really waits."""
    thinking = mind.decide(asked)
    try:
        thinking.send(None)
    except StopIteration as thought:
        return thought.value
    raise AssertionError(f"{mind.label} waits for something")


def of(kind: type[E], events: Iterable[Any]) -> list[E]:
    """The events of one kind."""
    return [event for event in events if isinstance(event, kind)]


def the(kind: type[E], events: Iterable[Any]) -> E:
    """The one event of that kind."""
    (found,) = of(kind, events)
    return found


def seen(event: Event) -> set[str]:
    """Who perceived it."""
    return set(event.seen_by)


def tables(setting: Setting, *, seeds: int = 40) -> Iterator[Table]:
    """The same setting under many seeds."""
    return (Table(setting, seed=seed) for seed in range(seeds))


def plain(value: Any) -> str:
    """A value as one text, to search it for what must not be there."""
    return repr(value)
