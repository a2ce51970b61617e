"""Chatting: a person and one speaker, turn by turn; what was said can be said otherwise, answered anew, or gone back
behind. Each of these is a branch, so nothing that was said is ever lost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec

from fabula.agents.minds.human import Question
from fabula.app.branching import branch_off
from fabula.app.environments import stored_environment
from fabula.app.playing import Played, Stage
from fabula.engine import Acted, Action, AgentId, Codec, Observation, canonical
from fabula.environments.dialogue.actions import Say
from fabula.errors import UsageError
from fabula.store import Store


class Edit(msgspec.Struct, frozen=True):
    """Say something else instead of one's last words."""

    text: str


class Regenerate(msgspec.Struct, frozen=True):
    """Have one's last words answered anew."""


class Back(msgspec.Struct, frozen=True):
    """Take back one's last turns, and go on from before them."""

    turns: int = 1


class Leave(msgspec.Struct, frozen=True):
    """Leave the chat where it is, to be taken up again."""


Wish = Edit | Regenerate | Back | Leave


class Branched(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chat went on from."""

    parent: str
    step: int
    wish: Wish


class ChatDesk(Protocol):
    """Where the person of a chat sits."""

    async def ask(self, observation: Observation, question: Question) -> Action | Wish:
        """What the person says next, or how they wish to go back."""
        ...

    def branched(self, branched: Branched) -> None:
        """Told that the chat goes on in a branch."""
        ...

    def refused(self, why: str) -> None:
        """Told that a wish cannot be granted; the person is asked again."""
        ...


async def chat(
    stage: Stage, begin: Callable[[Stage], Awaitable[Played]], desk: ChatDesk, run_of: Callable[[], str]
) -> Played | None:
    """Play a chat through as many branches as the person wishes; None if it was left before its end.

    begin: begins or resumes the first run on a stage. run_of: the name of the run that is being played.
    """
    chair = _Chair(desk)
    stage = msgspec.structs.replace(stage, desk=chair)
    left_s = _time_left(stage.deadline_s)
    playing: asyncio.Future[Played] = asyncio.ensure_future(begin(stage))
    try:
        while True:
            wishing = asyncio.ensure_future(chair.wished())
            first: set[asyncio.Future[Any]] = {playing, wishing}
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if not wishing.done():
                wishing.cancel()
                return await playing
            parent, wish = run_of(), wishing.result()
            if isinstance(wish, Leave):
                return None
            try:
                at, changed = await _where(stage.store, parent, chair.agent, wish)
            except UsageError as refused:
                chair.again(str(refused))
                continue
            await _left(playing)
            desk.branched(Branched(parent=parent, step=at, wish=wish))
            chair.rise()
            stage = msgspec.structs.replace(stage, deadline_s=left_s())
            playing = asyncio.ensure_future(branch_off(stage, parent, at=at, changed=changed, as_now=True))
    finally:
        await _left(playing)


def _time_left(deadline_s: float | None) -> Callable[[], float | None]:
    """Tells how much is left of the time a chat has, through all its branches."""
    time_s = asyncio.get_running_loop().time
    if deadline_s is None:
        return lambda: None
    until_s = time_s() + deadline_s
    return lambda: max(0.1, round(until_s - time_s(), 1))


class _Chair:
    """The desk as a mind knows it: a wish is no answer, so the mind waits until the run is left."""

    def __init__(self, desk: ChatDesk) -> None:
        self._desk = desk
        self._wish: asyncio.Future[Wish] = asyncio.get_running_loop().create_future()
        self._granted = asyncio.Event()
        self.agent = AgentId("")

    async def ask(self, observation: Observation, question: Question) -> Action:
        """The person's words."""
        self.agent = observation.agent
        while True:
            said = await self._desk.ask(observation, question)
            if isinstance(said, Action):
                return said
            self._granted.clear()
            self._wish.set_result(said)
            # Either the run is left, which cancels this, or the wish is refused.
            await self._granted.wait()

    async def wished(self) -> Wish:
        """The next wish."""
        return await asyncio.shield(self._wish)

    def again(self, why: str) -> None:
        """The wish is refused."""
        self._desk.refused(why)
        self.rise()
        self._granted.set()

    def rise(self) -> None:
        """Be ready for another wish."""
        self._wish = asyncio.get_running_loop().create_future()


async def _left(playing: asyncio.Future[Played]) -> None:
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)


async def _where(store: Store, run: str, agent: AgentId, wish: Edit | Regenerate | Back) -> tuple[int, dict[str, str]]:
    """The step to branch at, and what the person says there instead. Raises UsageError if there is none."""
    said = await _own_words(store, run, agent)
    back = wish.turns if isinstance(wish, Back) else 1
    if back < 1:
        raise UsageError(f"/back {back}: one turn or more")
    if len(said) < back:
        so_far = f"only {len(said)} {'thing' if len(said) == 1 else 'things'}" if said else "nothing"
        raise UsageError(f"you have said {so_far} so far")
    step, words = said[-back]
    match wish:
        case Back():
            return step, {}
        case Edit(text=text):
            return step, {agent: _as_text(Say(text=text))}
        case Regenerate():
            return step, {agent: _as_text(msgspec.structs.replace(words, take=words.take + 1))}


async def _own_words(store: Store, run: str, agent: AgentId) -> list[tuple[int, Say]]:
    codec = Codec(await stored_environment(store, run))
    return [
        (record.step, given.action)
        async for record in store.records(run)
        for given in codec.inputs(record.inputs)
        if isinstance(given, Acted) and given.agent == agent and isinstance(given.action, Say)
    ]


def _as_text(action: Action) -> str:
    return canonical(action).decode()
