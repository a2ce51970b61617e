"""Embedders: the one that the settings name, with the store and the models that it may need.

Loads numpy; import it only where memories are asked for.
"""

from collections.abc import Callable, Mapping

from fabula.agents.memory import Embedder, embedder
from fabula.agents.memory.asked import AskedEmbedder
from fabula.app.assigning import check_mind
from fabula.errors import UsageError
from fabula.llm.embedding import Embeds, read_embedder
from fabula.llm.values import ModelName
from fabula.settings import MemorySettings, Settings
from fabula.store import Store

WAIT_S_MAX, WAIT_SHARE = 10.0, 0.1
"""How long a decision waits for vectors: so much of the time there is for it, and no longer than that."""


def embedder_of(
    settings: MemorySettings, store: Store, asking: Callable[[ModelName], Embeds] | None = None
) -> Embedder:
    """What the settings name. asking: makes what asks a provider's model; None: only the vectors kept are to be had.

    Raises UsageError for a name that is none, or an extra that is not installed.
    """
    name = settings.embedder.strip()
    if ":" not in name:
        return embedder(name)
    model = read_embedder(name)
    return AskedEmbedder(str(model), store, asking(model) if asking else None)


def check_embedder(settings: Settings, environ: Mapping[str, str]) -> None:
    """Raises UsageError if what the settings name cannot be had: it is none, is not installed, or lacks its key."""
    name = settings.memory.embedder.strip()
    if ":" not in name:
        embedder(name)
        return
    try:
        check_mind(str(read_embedder(name)), settings.models, environ)
    except UsageError as error:
        raise UsageError(f"memory.embedder: {str(error).removeprefix('memory.embedder: ')}") from None
