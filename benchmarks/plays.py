"""Plays: a campaign or a dialogue carried to its end to be measured, with everything that belongs to it or without."""

from collections.abc import AsyncIterator, Iterator

from msgspec.structs import replace

from fabula.app import UNTOLD_S_MAX
from fabula.app.environments import Playable
from fabula.engine import (
    Acted,
    Action,
    AgentId,
    Cast,
    Chance,
    Event,
    Mind,
    Moment,
    Observation,
    Run,
    VirtualClock,
    perform,
)
from fabula.environments.campaign import Campaign, load_setting
from fabula.packs import find_pack
from fabula.store import Store

SEED = 7


def pack_campaign(pack: str, *, turns: int | None = None) -> Campaign:
    """The campaign of a shipped pack. turns: instead of the pack's own."""
    setting = load_setting(find_pack(pack)).setting
    return Campaign(setting if turns is None else replace(setting, turns=turns))


async def recorded(store: Store, environment: Playable, *, name: str) -> AsyncIterator[Moment]:
    """A new run of that name by the engine's loop, as `fabula play` has it; each step is yielded when it is durable."""
    opened = await Run.create(store, environment, seed=SEED, pack=environment.pack, name=name)
    async with opened as run, Cast(environment.casting(Chance(SEED))) as cast:
        async for moment in perform(run, environment, cast, VirtualClock(), untold_s_max=UNTOLD_S_MAX):
            yield moment


def unrecorded(environment: Playable) -> Iterator[tuple[Event, ...]]:
    """The same steps by the environment and its minds alone: no loop, no log, no disk."""
    casting = environment.casting(Chance(SEED))
    minds: dict[AgentId, Mind] = {}
    state = environment.begin(Chance(SEED))
    step = 0
    while environment.ending(state) is None:
        acted = []
        for observation in environment.observe(state):
            agent = observation.agent
            if agent not in minds:
                minds[agent], _ = casting(agent, state)
            acted.append(Acted(agent=agent, asked=step, action=answered(minds[agent], observation)))
        yield tuple(environment.step(state, acted, Chance(SEED, step)))
        step += 1


def events_of(pack: str, *, turns: int | None = None) -> list[Event]:
    """Everything that happens in a campaign of a shipped pack."""
    return [event for events in unrecorded(pack_campaign(pack, turns=turns)) for event in events]


def answered(mind: Mind, observation: Observation) -> Action:
    """What rules answer, without an event loop, since they never wait."""
    answering = mind.decide(observation)
    try:
        answering.send(None)
    except StopIteration as answered:
        action: Action = answered.value
        return action
    raise AssertionError(f"{mind.label!r} waits for something; only minds by rules are played here")
