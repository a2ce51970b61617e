"""Finding: what was said anywhere, in dialogues, campaigns and worlds, by its words.

The index is brought up to date from the records first. Every record is read once: a branch's shared past stands in its
parent's, and what is indexed already is only checked for being the same run still.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from fabula.errors import RunError
from fabula.knowledge import Conversations, Found, IndexBroken, Indexed, Spoken, Wording, spoken
from fabula.knowledge.conversations import FILE_NAME
from fabula.store import RunRow, Store

LINES_MAX = 2_000
"""Things said that are held before they are written into the index."""

STEPS_MAX = 20_000
"""Steps that are read before how far it has come is written into the index."""

# By name: a world's classes would load compiled kernels.
KINDS: Mapping[str, Mapping[str, Wording]] = {
    "dialogue": {
        "said": Wording("speaker", number="number"),
        "called": Wording("by", number="number"),
        "proposed": Wording("speaker"),
        "consented": Wording("speaker", words="objection"),
    },
    "campaign": {"spoke": Wording("agent"), "persuaded": Wording("agent"), "threatened": Wording("agent")},
    "world": {"said": Wording("agent"), "accused": Wording("agent"), "amended": Wording("agent")},
}
"""Events that carry words, by environment and kind. An index that was filled by other ones is made anew only when
fabula.knowledge.index_file.FORM is counted up.
"""

TITLES: Mapping[str, tuple[str, ...]] = {
    "opened": ("topic", "title"),
    "campaign_opened": ("title",),
    "world_opened": ("title",),
}
"""Where the first record says what a run is about."""

Watch = Callable[[int, int], None]
"""Told how many steps have been read, and of how many."""


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a search."""

    found: Sequence[Found]
    searched: int
    """Things said that were looked through."""
    runs: int
    speakers: Sequence[str]
    """Everybody who said anything."""
    notes: Sequence[str] = ()
    """What a person should know: that the index was made anew, what could not be read."""


class Unread(RunError):
    """A run whose records cannot be read."""


async def find(  # noqa: PLR0913 - what a person may ask for
    store: Store,
    home: Path,
    words: str = "",
    *,
    speaker: str = "",
    since: str = "",
    until: str = "",
    run: str = "",
    most: int = 20,
    watch: Watch = lambda *_: None,
) -> Findings:
    """Bring the index in the home folder up to date, and search it; see Conversations.search.

    Raises NoSuchRun for a run that is none, UsageError, and RunError if the index cannot be used.
    """
    if run:
        await store.run(run)
    with Conversations.open(home / FILE_NAME) as index:

        async def search() -> Findings:
            unread = await bring_up_to_date(index, store, watch=watch)
            return Findings(
                found=index.search(words, speaker=speaker, since=since, until=until, run=run, most=most),
                searched=index.size(),
                runs=len(index.runs()),
                speakers=index.speakers(),
                notes=tuple(filter(None, (index.note, *unread))),
            )

        try:
            return await search()
        except IndexBroken:
            index.rebuild()
            return await search()


async def bring_up_to_date(index: Conversations, store: Store, *, watch: Watch = lambda *_: None) -> list[str]:
    """Read what the store's runs hold that the index does not, and drop what is no more. Returns which runs could not
    be read, a sentence each.
    """
    rows = [row for row in await store.runs() if row.environment in KINDS]
    known = index.runs()
    if gone := sorted(known.keys() - {row.id for row in rows}):
        await asyncio.to_thread(index.forget, gone)
    starts = [await _start(store, row, known.get(row.id)) for row in rows]
    steps = sum(row.steps - start for row, start in zip(rows, starts, strict=True))
    done, unread = 0, []
    for row, start in zip(rows, starts, strict=True):
        try:
            async for read in _indexed(index, store, row, known.get(row.id), start=start):
                watch(done + read, steps)
        except Unread as failure:
            unread.append(str(failure))
        done += row.steps - start
    return unread


async def _start(store: Store, row: RunRow, known: Indexed | None) -> int:
    """The step from which on a run has to be read: where the index stands, or the first of its own, if what is indexed
    is of another run by that name.
    """
    own = row.parent_step if row.parent else 0
    if known is None or (known.parent, known.parent_step) != (row.parent or "", row.parent_step):
        return own
    if not own < known.steps <= row.steps:
        return own
    if known.steps == row.steps:
        return known.steps if known.digest == row.digest else own
    async for record in store.records(row.id, start=known.steps - 1, stop=known.steps):
        return known.steps if known.digest == record.digest else own
    return own


async def _indexed(
    index: Conversations, store: Store, row: RunRow, known: Indexed | None, *, start: int
) -> AsyncIterator[int]:
    """Write into the index what a run holds from a step on; yields how many steps have been read so far."""
    own = row.parent_step if row.parent else 0
    goes_on = known is not None and start > own
    now = Indexed(
        run=row.id,
        environment=row.environment,
        topic=known.topic if known is not None and goes_on else await _topic(store, row),
        began=row.created_at,
        changed=row.changed_at,
        parent=row.parent or "",
        parent_step=row.parent_step,
        steps=row.steps,
        digest=row.digest,
    )
    if now == known and start == row.steps:
        return
    # Of a run that is read anew, whatever stood there goes.
    from_step = start if goes_on else 0
    async for said, steps, digest in _read(store, row, start=start):
        await asyncio.to_thread(index.add, replace(now, steps=steps, digest=digest), said, start=from_step)
        from_step = steps
        yield steps - start
    if from_step < row.steps or start == row.steps:
        await asyncio.to_thread(index.add, now, (), start=max(from_step, start))


async def _read(store: Store, row: RunRow, *, start: int) -> AsyncIterator[tuple[list[Spoken], int, str]]:
    """What was said in a run from a step on, chunk by chunk, each with how many steps have been read by then and the
    digest of the last. Raises Unread.
    """
    kinds, said, last = KINDS[row.environment], list[Spoken](), start
    try:
        async for record in store.records(row.id, start=start, stop=row.steps):
            said += spoken(record.step, record.events, kinds)
            steps = record.step + 1
            if len(said) >= LINES_MAX or steps - last >= STEPS_MAX or steps == row.steps:
                yield said, steps, record.digest
                said, last = [], steps
    except (msgspec.DecodeError, UnicodeDecodeError, RunError) as failure:
        raise Unread(f"Run {row.id} cannot be read: `fabula verify {row.id}` tells more.") from failure


async def _topic(store: Store, row: RunRow) -> str:
    """What a run is about, in the words of its first record; empty: it does not say."""
    async for record in store.records(row.id, stop=1):
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            for event in msgspec.json.decode(record.events, type=list[dict[str, Any]]):
                words = (event.get(key) for key in TITLES.get(event.get("kind", ""), ()))
                if title := next(filter(None, words), ""):
                    return str(title)
    return ""
