"""Edited settings: those of a run that goes on are taken over as soon as their file has changed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fabula.errors import UsageError
from fabula.settings import Settings, settings_file, watch_settings


@asynccontextmanager
async def edits_taken_over(
    settings: Settings,
    reload: Callable[[], Settings] | None,
    take_over: Callable[[Settings], None],
    notice: Callable[[str], None],
) -> AsyncIterator[None]:
    """While inside, an edit of the settings file is taken over, or told if it cannot be read.

    reload: gives the settings anew; None: they stay. notice: told that they changed, or cannot be read.
    """
    file = settings_file(settings.home)
    if reload is None or file is None:
        yield
        return

    def changed(edited: Settings) -> None:
        take_over(edited)
        notice(f"{file}: the new settings are in force")

    def unreadable(failure: UsageError) -> None:
        notice(f"{failure}\nThe settings stay as they were.")

    watching = asyncio.create_task(watch_settings(reload, file, on_change=changed, on_error=unreadable))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
