"""Run folders: a whole run written out as files that a person can read and any machine can replay, and read back
identical.

DIR/manifest.json            what run this is, its digest, and the SHA-256 of every file
DIR/setup.json               all that the first state follows from
DIR/events/00000000.jsonl    the records, a step a line; closed segments are gzipped
DIR/answers.jsonl            answers that arrived and were not yet applied when the run was left
DIR/world_state.json         the state as the keeper sees it (derived)
DIR/memories/NAME.json       the state as each agent sees it (derived)
"""

import gzip
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from fabula.engine.codec import Codec
from fabula.engine.digest import canonical, fingerprint, genesis, next_digest, next_seal
from fabula.engine.environment import Environment
from fabula.engine.replay import state_at
from fabula.engine.run import LEASE_S, is_run_name
from fabula.engine.values import Acted, AgentId, Ending
from fabula.errors import RunError, UsageError
from fabula.store import AnswerRow, NoSuchRun, RecordRow, RunRow, Store

FORM = 1
"""Version of the folder's form."""
SEGMENT_STEPS = 500
"""Steps a file of records; all but the last are closed and gzipped."""
LINE_BYTES_MAX = 64 * 2**20
FILE_BYTES_MAX = 64 * 2**20


class BrokenFolder(RunError):
    """The folder is not a run as it was written; the message names the file and line."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a run folder says of itself."""

    fabula: int
    run: str
    environment: str
    rules: str
    pack: str
    seed: int
    setup_digest: str
    steps: int
    digest: str
    seal: str
    ending: Ending | None = None
    parent: str | None = None
    """The run it was a branch of, at `parent_step`; the shared past is in the folder."""
    parent_step: int = 0
    files: dict[str, str] = {}
    """Path in the folder -> SHA-256 of what is in it, unzipped."""


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    step: int
    inputs: msgspec.Raw
    events: msgspec.Raw
    notes: msgspec.Raw
    digest: str
    seal: str
    schema: int


class _AnswerLine(msgspec.Struct, frozen=True, kw_only=True):
    agent: str
    asked: int
    action: msgspec.Raw
    note: msgspec.Raw


async def export_run(store: Store, run: str, environment: Environment[Any], folder: Path) -> Manifest:
    """Write a run out. `folder` must not exist or be empty; it appears only once it is whole."""
    row = await store.run(run)
    with _appearing_whole(folder) as half_made:
        return await _write(store, row, environment, half_made)


async def import_run(store: Store, folder: Path) -> RunRow:
    """Read a run folder in, after checking all of it. Keeps the run's name where that is free, else gives the next
    number;
    a run that is here already, to the same digest, is left as it is. Raises BrokenFolder, UsageError.
    """
    manifest = _manifest(folder)
    setup = _checked_file(folder, "setup.json", manifest)
    if fingerprint(setup) != manifest.setup_digest:
        raise BrokenFolder(f"{folder / 'setup.json'} is not the setup that the run was made with")
    start = genesis(
        environment=manifest.environment,
        rules=manifest.rules,
        seed=manifest.seed,
        setup_digest=manifest.setup_digest,
    )
    records = list(_checked_records(folder, manifest, start))
    answers = list(_answers(folder, manifest))
    if (known := await _same_run(store, manifest)) is not None:
        return known
    row = RunRow(
        id=await _free_name(store, manifest),
        environment=manifest.environment,
        rules=manifest.rules,
        pack=manifest.pack,
        seed=manifest.seed,
        setup_digest=manifest.setup_digest,
        digest=start,
        seal=start,
    )
    row = await store.create_run(row, setup)
    lease = await store.acquire(row.id, ttl_s=LEASE_S)
    await store.append(lease, records, ending=None if manifest.ending is None else canonical(manifest.ending))
    for answer in answers:
        await store.keep_answer(lease, answer)
    await store.release(lease)
    return await store.run(row.id)


@contextmanager
def _appearing_whole(folder: Path) -> Iterator[Path]:
    """A place to make the folder in; it takes the folder's name at the end, or leaves no trace."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already: give the name of a new or empty folder")
    half_made = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(half_made, ignore_errors=True)
    try:
        yield half_made
        if folder.exists():
            folder.rmdir()
        half_made.replace(folder)
    except OSError as failure:
        raise RunError(f"{folder} could not be written: {failure.strerror or failure}") from failure
    finally:
        shutil.rmtree(half_made, ignore_errors=True)


async def _write(store: Store, row: RunRow, environment: Environment[Any], folder: Path) -> Manifest:
    (folder / "events").mkdir(parents=True)
    files = {"setup.json": _put(folder / "setup.json", await store.setup(row.id))}
    segment: list[bytes] = []
    async for record in store.records(row.id):
        segment.append(_line(record))
        if len(segment) == SEGMENT_STEPS and record.step + 1 < row.steps:
            files |= _put_segment(folder, record.step + 1 - len(segment), segment, closed=True)
            segment = []
    files |= _put_segment(folder, row.steps - len(segment), segment, closed=False)
    if answers := await _unapplied(store, row, Codec(environment)):
        files["answers.jsonl"] = _put(folder / "answers.jsonl", b"".join(map(_answer_line, answers)))
    files |= await _put_derived(store, row, environment, folder)
    manifest = Manifest(
        fabula=FORM,
        run=row.id,
        environment=row.environment,
        rules=row.rules,
        pack=row.pack,
        seed=row.seed,
        setup_digest=row.setup_digest,
        steps=row.steps,
        digest=row.digest,
        seal=row.seal,
        ending=None if row.ending is None else msgspec.json.decode(row.ending, type=Ending),
        parent=row.parent,
        parent_step=row.parent_step,
        files=files,
    )
    _put(folder / "manifest.json", msgspec.json.format(canonical(manifest), indent=2) + b"\n")
    return manifest


async def _unapplied(store: Store, row: RunRow, codec: Codec) -> list[AnswerRow]:
    """The answers that no record carries yet."""
    kept = {(answer.agent, answer.asked): answer for answer in await store.answers(row.id)}
    if kept:
        oldest = min(asked for _, asked in kept)
        async for record in store.records(row.id, start=oldest):
            for item in codec.inputs(record.inputs):
                if isinstance(item, Acted):
                    kept.pop((item.agent, item.asked), None)
    return list(kept.values())


async def _put_derived(store: Store, row: RunRow, environment: Environment[Any], folder: Path) -> dict[str, str]:
    """The state as everybody sees it. Where today's rules are not those of the run it cannot be derived, and is left
    out.
    """
    if not row.steps:
        return {}
    try:
        state = await state_at(store, row.id, environment, step=row.steps)
    except RunError:
        return {}
    files = {"world_state.json": _put(folder / "world_state.json", _pretty(environment.view(state, None)))}
    (folder / "memories").mkdir()
    for agent, name in _file_names(environment.agents(state)):
        path = f"memories/{name}.json"
        files[path] = _put(folder / path, _pretty({"agent": agent, **environment.view(state, agent)}))
    return files


def _file_names(agents: Iterable[AgentId]) -> Iterator[tuple[AgentId, str]]:
    used: set[str] = set()
    for agent in agents:
        name = stem = re.sub(r"[^\w-]+", "_", agent).strip("_")[:80] or "agent"
        number = 2
        while name.casefold() in used:
            name, number = f"{stem}_{number}", number + 1
        used.add(name.casefold())
        yield agent, name


def _pretty(value: Any) -> bytes:
    return msgspec.json.format(canonical(value), indent=2) + b"\n"


def _put(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return fingerprint(data)


def _put_segment(folder: Path, first: int, lines: list[bytes], *, closed: bool) -> dict[str, str]:
    data = b"".join(lines)
    name = f"events/{first:08}.jsonl" + (".gz" if closed else "")
    # No time and no file name in the gzip header: the same run gives the same bytes.
    (folder / name).write_bytes(gzip.compress(data, mtime=0) if closed else data)
    return {name: fingerprint(data)}


def _line(record: RecordRow) -> bytes:
    line = _Line(
        step=record.step,
        inputs=msgspec.Raw(record.inputs),
        events=msgspec.Raw(record.events),
        notes=msgspec.Raw(record.notes),
        digest=record.digest,
        seal=record.seal,
        schema=record.schema,
    )
    return msgspec.json.encode(line) + b"\n"


def _answer_line(answer: AnswerRow) -> bytes:
    line = _AnswerLine(
        agent=answer.agent, asked=answer.asked, action=msgspec.Raw(answer.action), note=msgspec.Raw(answer.note)
    )
    return msgspec.json.encode(line) + b"\n"


def _manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    if not path.is_file():
        raise UsageError(f"{folder} is not a run folder: it has no manifest.json. `fabula export RUN DIR` writes one.")
    try:
        manifest = msgspec.json.decode(_read(path), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise BrokenFolder(f"{path} cannot be read: {failure}") from failure
    if manifest.fabula != FORM:
        raise UsageError(f"{path}: form {manifest.fabula} of run folders is not known here (this Fabula reads {FORM})")
    for name in (manifest.run, manifest.pack):
        if not is_run_name(name):
            raise BrokenFolder(f"{path}: {name[:80]!r} is no name for a run or a pack")
    return manifest


def _checked_file(folder: Path, name: str, manifest: Manifest) -> bytes:
    path = folder / name
    if not path.is_file():
        raise BrokenFolder(f"{path} is missing")
    data = _read(path)
    if fingerprint(data) != manifest.files.get(name):
        raise BrokenFolder(f"{path} is not as it was written (its SHA-256 differs from the manifest's)")
    return data


def _checked_records(folder: Path, manifest: Manifest, start: str) -> Iterator[RecordRow]:
    digest = seal = start
    step = 0
    for where, line in _lines(folder):
        try:
            read = msgspec.json.decode(line, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError) as failure:
            raise BrokenFolder(f"{where}: cannot be read: {failure}") from failure
        inputs, events, notes = bytes(read.inputs), bytes(read.events), bytes(read.notes)
        if read.step != step:
            raise BrokenFolder(f"{where}: step {step} is missing; here is step {read.step}")
        digest = next_digest(digest, step, inputs, events)
        seal = next_seal(seal, digest, notes, read.schema)
        if (digest, seal) != (read.digest, read.seal):
            raise BrokenFolder(f"{where}: step {step} is not as it was committed")
        yield RecordRow(
            step=step, inputs=inputs, events=events, digest=digest, notes=notes, seal=seal, schema=read.schema
        )
        step += 1
    if (step, digest, seal) != (manifest.steps, manifest.digest, manifest.seal):
        raise BrokenFolder(
            f"{folder}: the manifest says {manifest.steps} steps ending with {manifest.digest[:12]}…, "
            f"the records are {step} ending with {digest[:12]}…"
        )


def _lines(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted((folder / "events").glob("*.jsonl*")):
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            number = 0
            try:
                while line := file.readline(LINE_BYTES_MAX):
                    number += 1
                    yield f"{path}, line {number}", line
            except (OSError, EOFError) as failure:
                raise BrokenFolder(f"{path}, after line {number}: cannot be read: {failure}") from failure


def _answers(folder: Path, manifest: Manifest) -> Iterator[AnswerRow]:
    if "answers.jsonl" not in manifest.files:
        return
    for line in _checked_file(folder, "answers.jsonl", manifest).splitlines():
        read = msgspec.json.decode(line, type=_AnswerLine)
        yield AnswerRow(agent=read.agent, asked=read.asked, action=bytes(read.action), note=bytes(read.note))


def _read(path: Path) -> bytes:
    if path.stat().st_size > FILE_BYTES_MAX:
        raise BrokenFolder(f"{path} is larger than {FILE_BYTES_MAX // 2**20} MiB")
    return path.read_bytes()


async def _same_run(store: Store, manifest: Manifest) -> RunRow | None:
    try:
        row = await store.run(manifest.run)
    except NoSuchRun:
        return None
    return row if (row.digest, row.steps) == (manifest.digest, manifest.steps) else None


async def _free_name(store: Store, manifest: Manifest) -> str:
    try:
        await store.run(manifest.run)
    except NoSuchRun:
        return manifest.run
    return f"{manifest.pack}-*"
