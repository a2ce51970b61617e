"""The chronicler: which models go over the words of stories, by the settings or by name."""

from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any

from fabula.app.assigning import Wanted, check_mind, models_of
from fabula.app.tales.teller import Polisher
from fabula.chronicle import Account, Polished, Story
from fabula.engine import RULES
from fabula.errors import UsageError
from fabula.settings import ModelSettings, Settings
from fabula.store import Store


def chronicler_of(settings: ModelSettings, wanted: Wanted = Wanted()) -> str:  # noqa: B008 - frozen
    """The models that polish stories, as a list's name; empty: nobody does."""
    name = wanted.by_name.get("chronicler") or settings.chronicler
    return "" if name == RULES else name


def check_chronicler(name: str, settings: ModelSettings, environ: Mapping[str, str]) -> None:
    """Raises UsageError if stories cannot be polished by that name: it is no list of models, or none can be asked."""
    if not models_of(name):
        raise UsageError(f"chronicler {name!r}: a model is needed, such as anthropic:…; without one, leave it out")
    check_mind(name, settings, environ)


def polisher(
    store: Store,
    settings: Settings,
    environ: Mapping[str, str],
    models: str,
    *,
    run: str = "",
    **watching: Any,  # As `fabula.app.polishing.polish_story` has it: its types load what only a model needs.
) -> Polisher:
    """Polishes with the models of a list.

    environ: holds the keys of providers. run: whose story it is; empty: no run's.
    Raises UsageError if nobody of the list can be asked.
    """
    check_chronicler(models, settings.models, environ)

    async def polish(story: Story, account: Account) -> Polished:
        polish_story = partial(import_module("fabula.app.polishing").polish_story, store, settings, environ, models)
        polished: Polished = await polish_story(story, account, run=run, **watching)
        return polished

    return polish
