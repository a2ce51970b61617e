"""The tale of a run: what is told of it, and the log of some, written into a folder as the run goes.

How it is told depends on the environment: see fabula.app.tales.
"""

import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TextIO

import msgspec

from fabula.app.environments import stored_environment
from fabula.app.tales import Polisher, Teller, Told, teller_of
from fabula.app.tales.campaign import account_told, story_told
from fabula.app.tales.chronicler import check_chronicler, chronicler_of, polisher
from fabula.app.tales.teller import UNPOLISHED
from fabula.chronicle import Polished, load_log, read_header
from fabula.engine import Codec, Environment, Event, Note
from fabula.environments.campaign import Campaign, load_setting
from fabula.errors import UsageError
from fabula.packs import find_pack, pack_names
from fabula.store import RunRow, Store

__all__ = [
    "UNPOLISHED",
    "Polisher",
    "Tale",
    "Told",
    "check_chronicler",
    "chronicler_of",
    "make_folder",
    "polisher",
    "recorded_events",
    "tell_log_file",
    "tell_run",
    "told_teller",
    "written_log",
]

LINES = ".jsonl"
"""How the names of transcripts for programs end."""


class Happened(NamedTuple):
    """What one step's record says happened, and who decided it."""

    events: tuple[Event, ...]
    notes: tuple[Note, ...]


class Tale:
    """Writes the tale of a run into a folder. Enter it (`with`), catch up with what is recorded, then write what comes.

    What was written is there after a crash: the log grows step by step, and pages take one another's place whole.
    """

    def __init__(self, folder: Path, row: RunRow, environment: Environment[Any], *, style: str = "") -> None:
        self.folder = folder
        self.events: list[Event] = []
        self._row = row
        self._environment = environment
        self._teller = teller_of(row, environment, style=style)
        self._file: TextIO | None = None

    @property
    def turns(self) -> int:
        """So far: of a campaign the turns begun, of a world the days, of a dialogue the turns taken."""
        return self._teller.turns

    @property
    def called(self) -> str:
        """What the tale is, in a word: `Story`, `Transcript`."""
        return self._teller.called

    @property
    def pages(self) -> tuple[str, str]:
        """Names of its pages in the folder, the Markdown one first."""
        return self._teller.pages

    @property
    def log(self) -> str:
        """The name of the log in the folder; empty if none is written."""
        return self._teller.log

    @property
    def unpolished(self) -> str:
        """Why `polish` is not offered, in a sentence; empty: it is."""
        return self._teller.unpolished

    @property
    def is_polishable(self) -> bool:
        """Whether `polish` is offered."""
        return not self.unpolished

    def __enter__(self) -> Self:
        make_folder(self.folder)
        if not self.log:
            return self
        try:
            self._file = (self.folder / self.log).open("w", encoding="utf-8", newline="\n")
        except OSError as failure:
            raise _unwritable(self.folder, failure) from failure
        self._append(self._teller.begin())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        if value is not None and self._teller.told_when_left:
            # Whoever leaves is told why they left; that the pages could not be written then is the lesser news.
            with suppress(UsageError):
                self.tell()

    async def catch_up(self, store: Store) -> None:
        """Write what the run's records hold already."""
        async for step in _recorded(store, self._row.id, self._environment):
            self.write(step.events, step.notes)

    def write(self, events: Iterable[Event], notes: Iterable[Note] = ()) -> None:
        """Write what just happened in one step, and who decided it."""
        new = list(events)
        self.events += new
        self._append(self._teller.hear(new, list(notes)))

    def tell(self) -> None:
        """Write the pages of all that was written."""
        self._put(self._teller.told())

    async def polish(self, polish: Polisher) -> Polished:
        """Write the pages again, in words that somebody went over. Raises UsageError if that is not offered."""
        if self.unpolished:
            raise UsageError(self.unpolished)
        told = await self._teller.polished(polish)
        self._put(told)
        assert told.polished is not None
        return told.polished

    def _append(self, lines: str) -> None:
        if self._file is None or not lines:
            return
        try:
            self._file.write(lines)
            self._file.flush()
        except OSError as failure:
            raise _unwritable(self.folder, failure) from failure

    def _put(self, told: Told) -> None:
        try:
            for name, text in zip(self.pages, (told.markdown, told.html), strict=True):
                new = self.folder / f"{name}.new"
                new.write_text(text, encoding="utf-8", newline="\n")
                new.replace(self.folder / name)
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
    return [event async for step in _recorded(store, run, environment) for event in step.events]


async def told_teller(store: Store, run: str, *, style: str = "") -> Teller:
    """What tells a run, with all that is recorded of it heard. Raises NoSuchRun, UsageError."""
    environment = await stored_environment(store, run)
    teller = teller_of(await store.run(run), environment, style=style)
    async for step in _recorded(store, run, environment):
        teller.hear(step.events, step.notes)
    return teller


async def written_log(store: Store, run: str) -> str:
    """The log of a run: of a campaign its campaign log, of a world a line for every event that is worth one, of a
    dialogue a line for each.
    """
    return (await told_teller(store, run)).log_text()


async def tell_run(store: Store, run: str, *, style: str = "", polish: Polisher | None = None) -> Told:
    """The tale of a run. style: empty for the pack's own. polish: goes over its words; campaigns only.

    Raises NoSuchRun, UsageError.
    """
    teller = await told_teller(store, run, style=style)
    if polish is not None and not teller.unpolished:
        return await teller.polished(polish)
    told = teller.told()
    return told if polish is None else msgspec.structs.replace(told, problems=(teller.unpolished,))


async def tell_log_file(file: Path, *, style: str = "", polish: Polisher | None = None) -> Told:
    """The story of a campaign log, which a person may have edited; what cannot be read of it is among the problems. Or
    the pages of a transcript (`*.jsonl`).

    The words of the pack it names are used where that pack is installed. polish: goes over the story.
    Raises UsageError.
    """
    if file.suffix == LINES:
        told: Told = import_module("fabula.app.transcripts").told_file(file, polishing=polish is not None)
        return told
    text, events, problems = load_log(file)
    header = read_header(text)
    known = header.pack in pack_names("campaign")
    environment = Campaign(load_setting(find_pack(header.pack)).setting) if known else None
    story, account = account_told(events, environment, style=style or header.style)
    polished = await polish(story, account) if polish is not None else None
    told = story_told(polished.story if polished else story, polished)
    return msgspec.structs.replace(told, problems=tuple(map(str, problems)))


async def _recorded(store: Store, run: str, environment: Environment[Any]) -> AsyncIterator[Happened]:
    codec = Codec(environment)
    async for record in store.records(run):
        yield Happened(codec.events(record.events), codec.notes(record.notes))


def _unwritable(folder: Path, failure: OSError) -> UsageError:
    return UsageError(f"{folder} cannot be written ({failure.strerror or failure}): name another folder with --out")
