"""Dialogues that were held, in stores: for tests of what is told of them and found in them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from fabula.agents.persona import Persona
from fabula.engine import Action, Cast, Mind, Moment, Observation, Run, VirtualClock, perform
from fabula.engine.fakes import FailingMind, FunctionMind
from fabula.environments.dialogue import Dialogue, DialogueSetting, Speaker
from fabula.environments.dialogue.actions import Say, Speaking
from fabula.environments.dialogue.setting import Ends
from fabula.store import Store

Lines = Mapping[str, Sequence[str]]
"""What each speaker says, turn by turn; then it repeats the last."""


def a_talk(*names: str, turns: int = 4, **fields: Any) -> Dialogue:
    """A dialogue about the old bridge, in which the first named begins."""
    speakers = tuple(Speaker(persona=Persona(name=name)) for name in names)
    ends = Ends(turns=turns, similarity=0, agreement=0)
    setting = DialogueSetting(topic="the old bridge", speakers=speakers, first=names[0], ends=ends)
    return Dialogue(replace(setting, **fields))


def saying(lines: Lines) -> Callable[[Observation], Action]:
    """A mind that says the lines of whoever is asked."""
    left = {name: list(said) for name, said in lines.items()}

    def decide(observation: Observation) -> Action:
        if observation.accepts != Speaking:
            return observation.reflex
        mine = left[observation.agent]
        return Say(text=mine.pop(0) if len(mine) > 1 else mine[0])

    return decide


async def held(
    store: Store,
    dialogue: Dialogue,
    lines: Lines,
    *,
    run: str = "",
    steps: int = 1000,
    watch: Callable[[Moment], None] = lambda _: None,
    failing: Sequence[str] = (),
    decide: Callable[[Observation], Action] | None = None,
) -> Run:
    """Play a dialogue, or one that was begun, for so many steps at most. failing: whose own minds fail. decide: what
    all do instead of saying the lines.
    """
    decide = decide or saying(lines)

    def seated(agent: str, _: Any) -> tuple[Mind, Mind]:
        mind = FunctionMind(decide, label="script")
        return (FailingMind(RuntimeError("no line")) if agent in failing else mind), mind

    opened = await Run.open(store, run) if run else await Run.create(store, dialogue, seed=1, pack=dialogue.pack)
    async with opened, Cast(seated) as cast:
        left = steps
        async for moment in perform(opened, dialogue, cast, VirtualClock()):
            watch(moment)
            left -= 1
            if left <= 0:
                break
    return opened
