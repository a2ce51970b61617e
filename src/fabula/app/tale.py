"""The tale of a run: the story told from it, and of a campaign the log, written as the run goes; a world has annals."""

import io
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO, get_args

import msgspec

from fabula.app.assigning import Wanted, check_mind, models_of
from fabula.app.environments import stored_environment
from fabula.chronicle import (
    Account,
    Lexicon,
    LogHeader,
    LogWriter,
    Polished,
    Story,
    account_from_events,
    load_log,
    read_header,
    tell,
    to_html,
    to_markdown,
)
from fabula.engine import RULES, Codec, Environment, Event
from fabula.environments.campaign import Campaign, TurnBegan, load_setting
from fabula.environments.campaign.setting import Style
from fabula.errors import UsageError, did_you_mean
from fabula.packs import find_pack, pack_names
from fabula.settings import ModelSettings, Settings
from fabula.store import RunRow, Store

LOG, STORY, PAGE = "campaign-log.md", "story.md", "story.html"
WORLD = "world"
"""The name of the environment whose tale is annals."""
UNPOLISHED = "The annals of a world are told by rules; polishing by a model is offered for campaigns only."


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A story in its two forms."""

    markdown: str
    html: str
    problems: tuple[str, ...] = ()
    """What could not be read of the log it was told from, or not be done, a line each."""
    polished: Polished | None = None
    """What came of polishing; None: nobody was asked to."""


Polisher = Callable[[Story, Account], Awaitable[Polished]]
"""Goes over the words of a story; see fabula.chronicle.polish."""


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


class Tale:
    """Writes the tale of a run into a folder. Enter it (`with`), catch up with what is recorded, then write what comes.

    turns: of a campaign the turns begun, of a world the days.
    """

    def __init__(self, folder: Path, row: RunRow, environment: Environment[Any], *, style: str = "") -> None:
        self.folder = folder
        self.events: list[Event] = []
        self.turns = 0
        self._row = row
        self._environment = environment
        self._style = style
        self._file: TextIO | None = None
        self._log: LogWriter | None = None

    @property
    def log(self) -> str:
        """The name of the log in the folder; empty if none is written."""
        return LOG if self._log is not None else ""

    @property
    def is_polishable(self) -> bool:
        """Whether `polish` is offered."""
        return not _is_world(self._environment)

    def __enter__(self) -> Self:
        make_folder(self.folder)
        if _is_world(self._environment):
            return self
        try:
            self._file = (self.folder / LOG).open("w", encoding="utf-8", newline="\n")
        except OSError as failure:
            raise _unwritable(self.folder, failure) from failure
        self._log = LogWriter(self._file, log_header(self._row, self._environment))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    async def catch_up(self, store: Store) -> None:
        """Write what the run's records hold already."""
        self.write(await recorded_events(store, self._row.id, self._environment))

    def write(self, events: Iterable[Event]) -> None:
        """Write what just happened."""
        new = list(events)
        self.events += new
        began = _day_began() if _is_world(self._environment) else TurnBegan
        self.turns += sum(isinstance(event, began) for event in new)
        if self._log is None:
            return
        try:
            self._log.write(new)
        except OSError as failure:
            raise _unwritable(self.folder, failure) from failure

    def tell(self) -> None:
        """Tell the story of all that was written."""
        self._put(_told_story(self.events, self._environment, style=self._style))

    async def polish(self, polish: Polisher) -> Polished:
        """Write the story again, in words that somebody went over. Raises UsageError if that is not offered."""
        if not self.is_polishable:
            raise UsageError(UNPOLISHED)
        polished = await polish(*_story(self.events, self._environment, style=self._style))
        self._put(polished.story)
        return polished

    def _put(self, story: Story) -> None:
        told = _told(story)
        try:
            (self.folder / STORY).write_text(told.markdown, encoding="utf-8", newline="\n")
            (self.folder / PAGE).write_text(told.html, encoding="utf-8", newline="\n")
        except OSError as failure:
            raise _unwritable(self.folder, failure) from failure


def make_folder(folder: Path) -> None:
    """Make the folder of a tale. Raises UsageError if it cannot be; ask before a run is begun for it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as failure:
        raise _unwritable(folder, failure) from failure


async def recorded_events(store: Store, run: str, environment: Environment[Any]) -> list[Event]:
    """Every event of a run, as recorded."""
    codec = Codec(environment)
    return [event async for record in store.records(run) for event in codec.events(record.events)]


async def written_log(store: Store, run: str) -> str:
    """The log of a run: of a campaign its campaign log, of a world a line for every event that is worth one."""
    environment = await stored_environment(store, run)
    if _is_world(environment):
        written: str = _annals().written_annals(await recorded_events(store, run, environment), _setting(environment))
        return written
    text = io.StringIO()
    LogWriter(text, log_header(await store.run(run), environment)).write(await recorded_events(store, run, environment))
    return text.getvalue()


async def tell_run(store: Store, run: str, *, style: str = "", polish: Polisher | None = None) -> Told:
    """The story of a run. style: empty for the pack's own. polish: goes over its words; campaigns only.

    Raises NoSuchRun, UsageError.
    """
    environment = await stored_environment(store, run)
    return await _finished(await recorded_events(store, run, environment), environment, style=style, polish=polish)


async def tell_log_file(file: Path, *, style: str = "", polish: Polisher | None = None) -> Told:
    """The story of a campaign log, which a person may have edited; what cannot be read is among the problems.

    The words of the pack it names are used where that pack is installed. polish: goes over the story.
    Raises UsageError.
    """
    text, events, problems = load_log(file)
    header = read_header(text)
    known = header.pack in pack_names("campaign")
    environment = Campaign(load_setting(find_pack(header.pack)).setting) if known else None
    told = await _finished(events, environment, style=style or header.style, polish=polish)
    return msgspec.structs.replace(told, problems=tuple(map(str, problems)))


def log_header(row: RunRow, environment: Environment[Any]) -> LogHeader:
    """What the log says of where it comes from. The run's name is not in it: equal runs have equal logs."""
    style = environment.setting.style if isinstance(environment, Campaign) else ""
    return LogHeader(pack=row.pack, seed=row.seed, style=style)


async def _finished(
    events: list[Event], environment: Environment[Any] | None, *, style: str, polish: Polisher | None
) -> Told:
    if polish is None:
        return _told(_told_story(events, environment, style=style))
    if environment is not None and _is_world(environment):
        told = _told(_told_story(events, environment, style=style))
        return msgspec.structs.replace(told, problems=(UNPOLISHED,))
    story, account = _story(events, environment, style=style)
    polished = await polish(story, account)
    return _told(polished.story, polished)


def _told(story: Story, polished: Polished | None = None) -> Told:
    return Told(markdown=to_markdown(story), html=to_html(story), polished=polished)


def _told_story(events: list[Event], environment: Environment[Any] | None, *, style: str) -> Story:
    if environment is not None and _is_world(environment):
        annals: Story = _annals().tell_annals(events, _setting(environment))
        return annals
    return _story(events, environment, style=style)[0]


def _is_world(environment: Environment[Any]) -> bool:
    # By name: the class would load compiled kernels, which a campaign does without.
    return environment.name == WORLD


def _annals() -> Any:
    return import_module("fabula.chronicle.annals")


def _day_began() -> type[Event]:
    began: type[Event] = import_module("fabula.environments.world.events").DayBegan
    return began


def _setting(environment: Any) -> Any:
    return environment.setting


def _story(events: list[Event], environment: Environment[Any] | None, *, style: str) -> tuple[Story, Account]:
    lexicon: Lexicon = {}
    places: dict[str, str] = {}
    if isinstance(environment, Campaign):
        setting = environment.setting
        lexicon, places = setting.lexicon, {place.name: place.description for place in setting.places}
        style = style or setting.style
    account = account_from_events(events, lexicon=lexicon, places=places)
    return tell(account, style=_style(style or "plain")), account


def _style(name: str) -> Style:
    styles: dict[str, Style] = {style: style for style in get_args(Style)}
    if name not in styles:
        raise UsageError(f"no style {name!r}.{did_you_mean(name, styles)}")
    return styles[name]


def _unwritable(folder: Path, failure: OSError) -> UsageError:
    return UsageError(f"{folder} cannot be written ({failure.strerror or failure}): name another folder with --out")
