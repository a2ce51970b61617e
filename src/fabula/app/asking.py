"""Asking: one question to a model outside any run, to see whether it answers; and what runs have cost.

Loads the libraries that speak to providers; import it only where a model is asked or a bill is shown.
"""

import asyncio
from collections.abc import Mapping

from fabula.app.assigning import models_of
from fabula.app.environments import stored_environment
from fabula.engine import Codec
from fabula.llm.gateway import Gateway
from fabula.llm.ledger import Figures, Ledger, Spending, Wall, figures_of
from fabula.llm.providers import Providers
from fabula.llm.values import Asker, Message, Reply, Request, Role
from fabula.settings import Settings
from fabula.store import Store

CHECK = "Answer with one short, friendly sentence: who are you?"
CHECK_TOKENS_MAX = 400
"""Enough for models that think before they speak."""
CHECK_S_MAX = 15.0
"""How long somebody who waits at a terminal is kept, at most."""


async def check_models(store: Store, settings: Settings, environ: Mapping[str, str], names: str) -> Reply:
    """What the models of a list answer when they are greeted."""
    gateway = Gateway(settings.models, Providers(settings.models, environ), Ledger(store, settings.models.budget))
    try:
        request = Request(asker=Asker(role=Role.CHECK), messages=(Message("user", CHECK),), tokens_max=CHECK_TOKENS_MAX)
        deadline_s = asyncio.get_running_loop().time() + min(CHECK_S_MAX, settings.cast.reply_s_max)
        return await gateway.ask(request, models_of(names), deadline_s=deadline_s)
    finally:
        await gateway.aclose()


async def bill(store: Store, settings: Settings, run: str) -> tuple[Figures, list[Wall]]:
    """What a run has cost, and the walls around it; of one that was played elsewhere, what its records say of it.

    Raises NoSuchRun.
    """
    ledger = Ledger(store, settings.models.budget)
    figures = await ledger.figures(run)
    if not figures.total.calls:
        figures = figures_of(await _spendings(store, run))
    return figures, await ledger.walls(run)


async def _spendings(store: Store, run: str) -> list[Spending]:
    """What the notes beside a run's decisions say was spent on them."""
    environment = await stored_environment(store, run)
    roles = {seat: role for role, seat in environment.roles.items()}
    codec = Codec(environment)
    return [
        Spending(agent=note.agent, role=roles.get(note.agent, Role.CHARACTER), model=note.by, spent=note.spent)
        async for record in store.records(run)
        for note in codec.notes(record.notes)
        if note.spent is not None
    ]
