"""Retelling: a story told for the command `story`, while a model goes over its words if one is to."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from fabula.app import Polisher, Told, polisher, tell_log_file, tell_run
from fabula.app.tale import LINES
from fabula.app.tales import check_style
from fabula.chronicle import Polished
from fabula.cli.context import Call, file_named
from fabula.cli.drafts import Drafts
from fabula.cli.terminal import Interrupted
from fabula.engine import RULES
from fabula.errors import UsageError
from fabula.store import SqliteStore


def told_of(call: Call, run: str, *, style: str = "", model: str = "") -> Told:
    """The story of a run, or of a campaign log file; of a dialogue, or a file of its lines, the transcript.

    style: the one that was asked for; empty: that of the settings, or of the pack. model: goes over its words;
    `rules`: nobody does; empty: of a run the chronicler of the settings, of a file nobody.
    Raises UsageError, RunError, and Interrupted where the person left while a model wrote.
    """
    wanted, style, file = style, call.settings.chronicler.style or "", Path(run)
    if file.suffix == ".md" or file_named(run) is not None:
        if wanted and file.suffix == LINES:
            raise UsageError(
                f"--style {wanted}: {run} is a transcript, which has none: `fabula transcript {run}` prints it"
            )
        if model in {"", RULES}:
            return asyncio.run(tell_log_file(file, style=style))
        _check_walls(call)
        return _watched(call, model, "", lambda _, polish: tell_log_file(file, style=style, polish=polish))
    if wanted:
        call.in_store(lambda store: _check_style(store, run, wanted))
    model = model or call.settings.models.chronicler
    if model == RULES:
        return call.in_store(lambda store: tell_run(store, run, style=style))
    return _watched(call, model, run, lambda store, polish: tell_run(store, run, style=style, polish=polish))


async def _check_style(store: SqliteStore, run: str, style: str) -> None:
    check_style(style, (await store.run(run)).environment, called=run, run=run)


def polished_as_json(polished: Polished | None) -> dict[str, Any] | None:
    """What came of polishing, the story left out."""
    if polished is None:
        return None
    return {
        "polished": polished.polished,
        "kept": polished.kept,
        "refused": msgspec.to_builtins(polished.refusals),
        "unanswered": polished.unanswered,
        "failures": polished.failures,
    }


def _watched(call: Call, model: str, run: str, telling: Callable[[SqliteStore, Polisher], Awaitable[Told]]) -> Told:
    """Tell a story while a model goes over it, and whoever watches sees what it writes."""
    drafts = Drafts(call.shown)

    async def body(store: SqliteStore) -> Told:
        polish = polisher(store, call.settings, os.environ, model, run=run, watch=drafts, streamed=drafts.streamed)
        with drafts:
            return await telling(store, polish)

    with suppress(KeyboardInterrupt):
        told = call.in_store(body)
        if told.polished is not None:
            drafts.say(str(told.polished))
        return told
    kept = " What was answered is kept: told again, nothing is paid twice." if run else ""
    raise Interrupted(f"left before the story was polished.{kept}")


def _check_walls(call: Call) -> None:
    """The walls of a run stand around none where a file is told."""
    budget = call.settings.models.budget
    if (budget.run_usd, budget.run_tokens) != (None, None):
        raise UsageError(
            "A budget for a run (--budget, models.budget.run_usd) holds nothing back where a file is told: name the "
            "run itself, or set models.budget.day_usd instead"
        )
