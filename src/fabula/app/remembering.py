"""Remembering: what a run's agents remember, rebuilt from its records; and why one of them knows a thing.

Loads numpy; import it only where memories are asked for.
"""

from fabula.agents.memory import Memories, Why, Witnesses, explain
from fabula.app.embedders import embedder_of
from fabula.app.environments import Playable
from fabula.engine import AgentId, moments
from fabula.settings import Settings
from fabula.store import Store


async def memories_of(
    store: Store, run: str, environment: Playable, settings: Settings, *, before: int | None = None
) -> Memories:
    """The memories of all agents before a step (None: as the run stands), with what each of them witnessed.

    Raises UsageError if the settings name an embedder that is not to be had, RunError if the rules have changed.
    """
    senses = environment.senses()
    memories = Memories(
        senses.persona,
        senses,
        kept_max=settings.memory.kept_max,
        embedder=embedder_of(settings.memory, store),
        witnesses=Witnesses(),
    )
    async for moment in moments(store, run, environment, stop=before):
        memories.follow(moment)
    return memories


def why(memories: Memories, agent: AgentId, statement: str) -> Why:
    """Why the agent knows, or believes, what the statement says. Raises UsageError."""
    return explain(memories, agent, statement)
