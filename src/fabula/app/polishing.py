"""Polishing: the chronicler on a model, joined from a told story, a gateway and a ledger.

Loads the libraries that speak to providers; import it only where a model goes over a story.
"""

import asyncio
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from fabula.app.assigning import models_of
from fabula.chronicle import Account, Polished, Story
from fabula.chronicle.polish import Progress, polish, world_of
from fabula.llm.gateway import Gateway
from fabula.llm.ledger import Ledger
from fabula.llm.providers import Providers
from fabula.llm.values import Listener, Reply, Request
from fabula.settings import Settings
from fabula.store import Store


async def polish_story(  # noqa: PLR0913
    store: Store,
    settings: Settings,
    environ: Mapping[str, str],
    models: str,
    story: Story,
    account: Account,
    *,
    run: str = "",
    watch: Callable[[Progress], None] | None = None,
    streamed: bool = False,
) -> Polished:
    """The story in words that the models of a list found for it, wherever they are faithful.

    environ: holds the keys of providers. account: what the story was told from. run: whose story it is: its budget is
    kept, and what was answered once is found again in its records; empty: no run's, and nothing is kept.
    watch, streamed: as `polish` has them. Each question waits `settings.cast.reply_s_max` seconds at most.
    Raises UsageError if the list cannot be read, NoSuchRun, and RunError if what was answered cannot be kept.
    """
    asked = models_of(models)
    ledger = Ledger(store, settings.models.budget)
    gateway = Gateway(settings.models, Providers(settings.models, environ), ledger)

    async def ask(request: Request, listener: Listener | None) -> Reply:
        deadline_s = asyncio.get_running_loop().time() + settings.cast.reply_s_max
        warm = replace(request, temperature=settings.models.temperature)
        return await gateway.ask(warm, asked, deadline_s=deadline_s, listener=listener)

    try:
        if run:
            await ledger.begin(run)
        return await polish(story, ask, world=world_of(story, account), run=run, watch=watch, streamed=streamed)
    finally:
        await gateway.aclose()
