"""Ending: tasks that are cancelled until they have ended, whatever library they wait in."""

import asyncio
from typing import Any

AGAIN_S = 0.01
"""A task that did not end when it was cancelled is cancelled again after so long."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel these until they have ended. Once is not enough: `asyncio.wait_for`, by which libraries wait, up to Python
    3.11 forgets a cancellation that comes just when it is done.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=AGAIN_S)
