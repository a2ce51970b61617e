"""The scene: the setting, the state and the chance of one step, and the events that come of it."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from fabula.engine.chance import Chance
from fabula.engine.values import AgentId, Ending
from fabula.environments.dialogue.actions import AnyAction
from fabula.environments.dialogue.events import AnyEvent, DialogueEnded, EndKind
from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.setting import DialogueSetting, Policy, Speaker
from fabula.environments.dialogue.state import DialogueState

Answers = Mapping[str, AnyAction]
"""What those answered who were asked, by name."""
N = TypeVar("N", bound=str)


class Scene:
    """What the rules of a step work on. They change the state in place and add events."""

    def __init__(self, setting: DialogueSetting, state: DialogueState, chance: Chance) -> None:
        self.setting = setting
        self.state = state
        self.chance = chance
        self.events: list[AnyEvent] = []

    @property
    def everyone(self) -> tuple[AgentId, ...]:
        """All who are present, as `seen_by` lists them."""
        return tuple(AgentId(name) for name in sorted(self.state.present))

    @property
    def leader(self) -> str:
        """Who leads, where somebody does."""
        return self.setting.moderator if self.setting.policy is Policy.MODERATOR else ""

    def speaker(self, name: str) -> Speaker:
        """Whoever has that name, one of the setting's."""
        found = self.setting.speaker(name)
        assert found is not None, f"{name!r} is no speaker"
        return found

    def others(self, name: str) -> list[str]:
        """Who else is present, in the setting's order."""
        return [other for other in self.state.present if other != name]

    def add(self, event: AnyEvent) -> None:
        """It happened."""
        self.events.append(event)

    def end(self, how: EndKind, why: str) -> None:
        """The dialogue is over."""
        self.state.ended = Ending(kind=how.value, why=why)
        self.add(DialogueEnded(how=how, why=why, seen_by=self.everyone))


def longest_silent(names: Sequence[N], state: DialogueState) -> list[N]:
    """The names, whoever had a turn longest ago first; of equals the first in order."""
    return sorted(names, key=lambda name: state.last.get(name, 0))


def talk(setting: DialogueSetting, state: DialogueState, most: int) -> Sequence[Line]:
    """The last `most` turns that were said, in order, without the words of one who only leads."""
    leader = setting.moderator if setting.policy is Policy.MODERATOR else ""
    said: list[Line] = []
    for line in reversed(state.lines):
        if len(said) == most:
            break
        if line.speaker != leader:
            said.append(line)
    return said[::-1]
