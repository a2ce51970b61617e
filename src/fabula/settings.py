"""The settings: one frozen, typed tree, resolved once before a run and again when its file changes.

Where a value comes from, the later winning: the defaults below, `fabula.yaml`, `FABULA_…` variables (`__` goes one
level down: `FABULA_STORE__SNAPSHOT_EVERY_STEPS=10`), flags. One file is read: the one named, else `fabula.yaml` in the
working directory, else the one in the home folder. A key left empty keeps its default.
Nothing is ignored: an unknown key or variable, or a value that does not fit, is an error that names its line.

Pydantic checks the values; the layers are merged here, since a message has to say which of them a value came from.
A secret, once there is one, is a `pydantic.SecretStr`, which cannot be printed.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from fabula.errors import UsageError, did_you_mean
from fabula.yaml_text import read_yaml

FILE_NAME = "fabula.yaml"
PREFIX = "FABULA_"

Keys = tuple[str, ...]
"""The way to a setting: `("store", "snapshot_every_steps")`."""


def _unfolded(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class StoreSettings(_Group):
    """How runs are kept."""

    snapshot_every_steps: int = Field(default=50, ge=1, le=1_000_000)
    """Steps between two snapshots. Snapshots only make resuming quicker: fewer of them, a smaller database."""


class CastSettings(_Group):
    """How minds are asked."""

    reply_s_max: float = Field(default=120.0, gt=0, le=86_400)
    """Seconds a mind may think before the agent's rules answer in its place."""
    person_s_max: float = Field(default=600.0, gt=0, le=604_800)
    """Seconds a person at another terminal may take over one answer before rules give it."""


class WorldSettings(_Group):
    """How living worlds tick."""

    tick_hz: float = Field(default=10.0, gt=0, le=1000)
    """Ticks a second in real time."""
    catch_up_ticks: int = Field(default=3, ge=0, le=100)
    """Late ticks that may follow one another at once; what is missed beyond them is skipped."""
    budget_ms: float = Field(default=100.0, gt=0, le=60_000)
    """What a tick may take; one that takes longer counts as an overrun."""
    save_every_ticks: int = Field(default=600, ge=1, le=1_000_000)
    """Ticks between two saved states."""


class ChroniclerSettings(_Group):
    """How stories are told."""

    style: Literal["grimdark_dramatic", "tactical", "philosophical", "plain"] | None = None
    """The style of every story; none: the pack's own."""


class LimitSettings(_Group):
    """How much is asked of one provider at most, with one key. What exceeds it waits."""

    requests_per_minute: int | None = Field(default=None, ge=1)
    """None: as many as come."""
    tokens_per_minute: int | None = Field(default=None, ge=1)
    """Prompts and longest possible answers together; None: as many as come."""
    concurrent: int = Field(default=256, ge=1, le=10_000)
    """Requests under way at once."""


class BudgetSettings(_Group):
    """Walls: what could cost more than is left is not asked, the next model of the list or the rules answer instead."""

    run_usd: float | None = Field(default=None, ge=0)
    """Dollars that one run may cost; None: no wall."""
    agent_usd: float | None = Field(default=None, ge=0)
    """Dollars that one agent of a run may cost."""
    day_usd: float | None = Field(default=None, ge=0)
    """Dollars that all runs of this home may cost in one day (UTC)."""
    run_tokens: int | None = Field(default=None, ge=0)
    """The same walls in tokens, prompts and answers together."""
    agent_tokens: int | None = Field(default=None, ge=0)
    day_tokens: int | None = Field(default=None, ge=0)


class PriceSettings(_Group):
    """The price of a model that is not in the price list."""

    input_usd_per_million: float = Field(ge=0)
    output_usd_per_million: float = Field(ge=0)


class ModelSettings(_Group):
    """Which models give minds, and how they are asked. A list such as `anthropic:claude-…, ollama:llama3, rules` is
    tried from left to right.
    """

    default: str = "rules"
    """For everyone whom no setting below names."""
    agents: dict[str, str] = {}
    """By the agent's name."""
    director: str = ""
    """Empty: the default."""
    chronicler: str = "rules"
    """What polishes the story."""
    answer_tokens_max: int = Field(default=600, ge=16, le=100_000)
    """Of one decision, a model's reasoning included."""
    temperature: float | None = Field(default=None, ge=0, le=2)
    """None: the model's own."""
    attempts_max: int = Field(default=3, ge=1, le=10)
    """How often one model is asked one thing, where asking again can help."""
    cache: bool = False
    """Whether decisions too are answered from the cache when the very same question comes again."""
    breaker_failures: int = Field(default=5, ge=1, le=1000)
    """Failures in a row after which a model is left alone for `breaker_s`."""
    breaker_s: float = Field(default=60.0, gt=0, le=86_400)
    limits: dict[str, LimitSettings] = {}
    """By provider; `default` for those not named."""
    budget: BudgetSettings = BudgetSettings()
    prices: dict[str, PriceSettings] = {}
    """By the model's name, as it is written above."""
    keys: dict[str, str] = {}
    """For addresses of your own: origin (`https://models.example.org`) -> the variable that holds its key."""


class MemorySettings(_Group):
    """What agents on models remember."""

    recalled_max: int = Field(default=8, ge=0, le=100)
    """Memories that come to mind with one question."""
    kept_max: int = Field(default=2000, ge=10, le=1_000_000)
    """Memories one agent keeps; what is least is condensed into reflections."""
    embedder: str = "ngrams"
    """What tells how near two texts are: `ngrams` (here, at once), `semantic` (the extra of that name), or a provider's
    embedding model such as `openai:text-embedding-3-small`.
    """


class BusSettings(_Group):
    """What carries messages between agents and programs."""

    url: SecretStr = SecretStr("memory:")
    """`memory:` (this process), `redis://HOST:PORT/N`, `amqp://USER:PASSWORD@HOST:PORT/`; a secret, since it may hold a
    password.
    """
    queue_max: int = Field(default=10_000, ge=1, le=10_000_000)
    """Messages that wait at one address at most; whoever publishes more waits, and is then refused."""
    tries_max: int = Field(default=5, ge=1, le=5)
    """How often a message is tried before it is a dead letter."""
    backoff_ms: int = Field(default=100, ge=1, le=60_000)
    """Wait after a first failure; doubled after each further one."""
    journal_max: int = Field(default=100_000, ge=0, le=100_000_000)
    """Steps of messages' ways that are kept for `fabula bus trace`; 0: none."""


class SessionSettings(_Group):
    """What programs share about what goes on now: who speaks, who holds what."""

    url: SecretStr = SecretStr("memory:")
    """`memory:` (this process) or `redis://HOST:PORT/N`."""
    ttl_s: float = Field(default=3600.0, gt=0, le=2_592_000)
    """Seconds after which what nobody touched is forgotten."""


class FeedSettings(_Group):
    """How a run looks in the terminal."""

    colour: Literal["auto", "always", "never"] = "auto"
    """`auto`: only on a terminal, and not where NO_COLOR is set."""


class Settings(_Group):
    """All settings."""

    home: Annotated[Path, AfterValidator(_unfolded)] = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("fabula", appauthor=False))
    )
    """The folder in which runs are kept; by default the platform's folder for a user's data."""
    store: StoreSettings = StoreSettings()
    cast: CastSettings = CastSettings()
    models: ModelSettings = ModelSettings()
    memory: MemorySettings = MemorySettings()
    world: WorldSettings = WorldSettings()
    chronicler: ChroniclerSettings = ChroniclerSettings()
    bus: BusSettings = BusSettings()
    sessions: SessionSettings = SessionSettings()
    feed: FeedSettings = FeedSettings()


def load_settings(
    flags: Mapping[str, Any] | None = None, *, file: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """The settings as they stand now.

    flags: dotted names to values, such as `{"feed.colour": "never"}`; None stands for a flag that was not given.
    file: the settings file, which must then exist; left out, the one that `settings_file` finds.
    Raises UsageError, one line a fault.
    """
    given = {tuple(name.split(".")): value for name, value in (flags or {}).items() if value is not None}
    layers = [_environment_layer(environ), _flag_layer(given)]
    file = file or settings_file(_home(layers))
    return _resolved([_file_layer(file), *layers] if file else layers)


def settings_file(home: Path) -> Path | None:
    """The settings file that is read when none is named: in the working directory, else in the home folder."""
    return next((file for file in (Path.cwd() / FILE_NAME, home / FILE_NAME) if file.is_file()), None)


async def watch_settings(
    load: Callable[[], Settings],
    file: Path,
    *,
    on_change: Callable[[Settings], None],
    on_error: Callable[[UsageError], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    every_s: float = 1.0,
) -> None:
    """Load the settings again whenever the file's content has changed, until cancelled.

    load: gives the settings as they stand, such as a `load_settings` with its flags.
    on_change: told the new settings, if a value differs.
    on_error: told what is wrong with an edit; the old values stay.
    A change counts once two looks, `every_s` seconds apart, agree on it, so that a half-written file is never read.
    """
    seen = known = _content(file)
    current = load()
    while True:
        await sleep(every_s)
        before, seen = seen, _content(file)
        if seen == known or seen != before:
            continue
        known = seen
        try:
            settings = load()
        except UsageError as error:
            on_error(error)
            continue
        if settings != current:
            current = settings
            on_change(settings)


def _content(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        # Gone or out of reach is a state like any other; `load` says what it means.
        return None


class _Layer(NamedTuple):
    """What one source gives."""

    values: dict[Keys, Any]
    """None for what was left empty."""
    where: Callable[[Keys], str]
    """How a message names the place of a setting in this source."""
    name: Callable[[Keys], str] = ".".join
    """How a setting is written in this source."""


def _file_layer(file: Path) -> _Layer:
    tree = read_yaml(file)
    values = {} if tree.value is None else tree.value
    if not isinstance(values, dict):
        raise UsageError(f"{tree.where()}: settings are lines of 'name: value', not {values!r:.40}.")
    return _Layer(dict(_leaves(values)), tree.where)


def _environment_layer(environ: Mapping[str, str]) -> _Layer:
    ours = {name: text for name, text in environ.items() if name.startswith(PREFIX)}
    values = {tuple(name.removeprefix(PREFIX).lower().split("__")): text or None for name, text in ours.items()}
    return _Layer(values, _variable, _variable)


def _variable(keys: Keys) -> str:
    return PREFIX + "__".join(keys).upper()


def _flag_layer(values: dict[Keys, Any]) -> _Layer:
    return _Layer(values, ".".join)


def _leaves(values: Mapping[str, Any], at: Keys = (), model: type[BaseModel] = Settings) -> Iterator[tuple[Keys, Any]]:
    for key, value in values.items():
        group = _group(model, key)
        if group is not None and isinstance(value, dict):
            yield from _leaves(value, (*at, key), group)
        else:
            yield (*at, key), value


def _group(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    field = model.model_fields.get(key)
    kind = field.annotation if field else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _known(model: type[BaseModel] = Settings, at: Keys = ()) -> Iterator[Keys]:
    for name in model.model_fields:
        group = _group(model, name)
        yield from _known(group, (*at, name)) if group else [(*at, name)]


def _resolved(layers: list[_Layer]) -> Settings:
    """The settings that layers give, the later ones winning."""
    known = set(_known())
    faults = [fault for layer in layers for fault in _misplaced(layer, known)]
    tree: dict[str, Any] = {}
    for layer in layers:
        for keys, value in layer.values.items():
            if keys in known and value is not None:
                _set(tree, keys, value)
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        faults += [_in_words(fault, layers) for fault in error.errors()]
    if faults:
        raise UsageError("\n".join(faults))
    return settings


def _home(layers: list[_Layer]) -> Path:
    """The home folder, whatever else is wrong."""
    keys = ("home",)
    return _resolved([layer._replace(values={keys: layer.values.get(keys)}) for layer in layers]).home


def _misplaced(layer: _Layer, known: set[Keys]) -> Iterator[str]:
    groups = {keys[:end] for keys in known for end in range(1, len(keys))}
    for keys, value in layer.values.items():
        if keys in groups and value is not None:
            yield f"{layer.where(keys)}: this is a group of settings, it cannot be {value!r}."
        elif keys not in known | groups:
            nearest = did_you_mean(layer.name(keys), map(layer.name, known | groups))
            yield f"{layer.where(keys)}: no such setting.{nearest}"


def _set(tree: dict[str, Any], keys: Keys, value: Any) -> None:
    for key in keys[:-1]:
        tree = tree.setdefault(key, {})
    tree[keys[-1]] = value


_NEEDS = {
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "path_type": "a path",
    "string_type": "a text",
    "literal_error": "one of {expected}",
    "greater_than_equal": "{ge:g} or more",
    "greater_than": "more than {gt:g}",
    "less_than_equal": "{le:g} or less",
}


def _in_words(fault: ErrorDetails, layers: list[_Layer]) -> str:
    path = tuple(str(part) for part in fault["loc"])
    # What stands inside a mapping has no place of its own in a layer: the mapping has.
    depths = range(len(path), 0, -1)
    keys = next(path[:to] for to in depths if any(layer.values.get(path[:to]) is not None for layer in layers))
    layer = next(layer for layer in reversed(layers) if layer.values.get(keys) is not None)
    needs = _NEEDS.get(fault["type"])
    ctx = fault.get("ctx", {})
    text = f"{needs.format(**ctx)} is needed, not {fault['input']!r}." if needs else fault["msg"]
    inside = "".join(f"[{part!r}]" for part in path[len(keys) :])
    return f"{layer.where(keys)}{inside}: {text}"
