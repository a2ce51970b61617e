"""Run folders: what is written out is read back identical, and what was changed on the way is found."""

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.engine.relay import Relay, Shine, by_rules, with_mind

from fabula.engine import Cast, Run, VirtualClock, branch, folder, perform, replay
from fabula.engine.fakes import FunctionMind
from fabula.errors import FabulaError, UsageError
from fabula.store import SqliteStore


def with_store(home: Path, body: Callable[[SqliteStore], Any]) -> Any:
    async def opened() -> Any:
        async with SqliteStore.open(home) as store:
            return await body(store)

    return asyncio.run(opened())


async def play(store: SqliteStore, environment: Relay, *, leave_after: int = 0, cast: Cast | None = None) -> Run:
    async with await Run.create(store, environment, seed=7, pack="relay") as run, cast or Cast(by_rules) as entered:
        async for moment in perform(run, environment, entered, VirtualClock()):
            if moment.step + 1 == leave_after:
                break
    return run


def exported(tmp_path: Path, *, nights: int = 9, leave_after: int = 0) -> tuple[Path, str]:
    async def body(store: SqliteStore) -> str:
        environment = Relay(nights=nights)
        run = await play(store, environment, leave_after=leave_after)
        await folder.export_run(store, run.id, environment, tmp_path / "out")
        return run.digest

    return tmp_path / "out", with_store(tmp_path / "here", body)


def test_an_exported_run_replays_on_a_machine_that_never_saw_it(tmp_path: Path) -> None:
    out, digest = exported(tmp_path, nights=1203)
    assert [path.name for path in sorted((out / "events").iterdir())] == [
        "00000000.jsonl.gz",
        "00000500.jsonl.gz",
        "00001000.jsonl",
    ]
    assert json.loads((out / "world_state.json").read_text())["lit"] > 0
    assert {path.stem for path in (out / "memories").iterdir()} == {"ada", "bo", "cy"}

    async def read(store: SqliteStore) -> None:
        row = await folder.import_run(store, out)
        assert (row.id, row.digest, row.steps) == ("relay-1", digest, 1203)
        environment = Relay.from_setup(await store.setup(row.id))
        assert (await replay(store, row.id, environment)).identical
        assert (await folder.import_run(store, out)).id == "relay-1", "the same run a second time is the same run"
        await folder.export_run(store, row.id, environment, tmp_path / "again")

    with_store(tmp_path / "there", read)
    for path in sorted(out.rglob("*.json*")):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(out)).read_bytes()


def test_a_run_left_midway_goes_on_elsewhere_with_the_answers_it_had(tmp_path: Path) -> None:
    asked: list[int] = []
    environment = Relay(nights=12, thinking=4)

    def cast() -> Cast:
        def costly(observation: Any) -> Shine:
            asked.append(observation.step)
            return Shine(lamps=3)

        return with_mind(FunctionMind(costly), agent="ada")

    async def leave(store: SqliteStore) -> None:
        run = await play(store, environment, leave_after=3, cast=cast())
        await folder.export_run(store, run.id, environment, tmp_path / "out")

    async def go_on(store: SqliteStore) -> None:
        row = await folder.import_run(store, tmp_path / "out")
        async with await Run.open(store, row.id) as run, cast() as entered:
            async for _ in perform(run, environment, entered, VirtualClock()):
                pass
        assert (await replay(store, row.id, environment)).identical

    with_store(tmp_path / "here", leave)
    with_store(tmp_path / "there", go_on)
    assert len(asked) == len(set(asked))


def test_a_branch_is_exported_with_its_whole_past(tmp_path: Path) -> None:
    async def body(store: SqliteStore) -> str:
        parent = await play(store, Relay())
        changed = {"ada": '{"kind":"shine","lamps":8}'}
        async with await branch(store, parent.id, Relay(), at=4, changed=changed) as child:
            pass
        await folder.export_run(store, child.id, Relay(), tmp_path / "out")
        return child.digest

    digest = with_store(tmp_path / "here", body)

    async def read(store: SqliteStore) -> None:
        row = await folder.import_run(store, tmp_path / "out")
        assert (row.digest, row.steps, row.parent) == (digest, 5, None)

    with_store(tmp_path / "there", read)


def test_another_run_of_that_name_is_left_alone(tmp_path: Path) -> None:
    out, digest = exported(tmp_path)

    async def read(store: SqliteStore) -> None:
        other = await play(store, Relay(nights=3))
        row = await folder.import_run(store, out)
        assert (other.id, row.id, row.digest) == ("relay-1", "relay-2", digest)

    with_store(tmp_path / "there", read)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def drop_a_line(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3] + lines[4:]))


def change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.index(b'"lamps":') + 8
    data[at] ^= 1
    path.write_bytes(bytes(data))


def zip_badly(path: Path) -> None:
    path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(path.read_bytes())[:-9])
    path.unlink()


@pytest.mark.parametrize(
    ("file", "spoil", "message"),
    [
        ("events/00000000.jsonl", truncate, "line 9: cannot be read"),
        ("events/00000000.jsonl", drop_a_line, "line 4: step 3 is missing; here is step 4"),
        ("events/00000000.jsonl", change_a_byte, "line 1: step 0 is not as it was committed"),
        ("events/00000000.jsonl", zip_badly, "cannot be read"),
        ("events/00000000.jsonl", Path.unlink, "the manifest says 9 steps"),
        ("setup.json", Path.unlink, "setup.json is missing"),
        ("setup.json", lambda path: path.write_text("[]"), "setup.json is not as it was written"),
        ("manifest.json", Path.unlink, "not a run folder"),
        ("manifest.json", lambda path: path.write_text("{"), "manifest.json cannot be read"),
        ("manifest.json", lambda path: path.write_bytes(b"\xff\xfe"), "manifest.json cannot be read"),
        ("manifest.json", lambda path: path.write_text('{"fabula": 99}'), "manifest.json"),
    ],
)
def test_a_folder_that_was_changed_is_refused_whole(
    tmp_path: Path, file: str, spoil: Callable[[Path], object], message: str
) -> None:
    out, _ = exported(tmp_path)
    spoil(out / file)

    async def read(store: SqliteStore) -> None:
        with pytest.raises(FabulaError, match=message):
            await folder.import_run(store, out)
        assert await store.runs() == []

    with_store(tmp_path / "there", read)


@pytest.mark.parametrize("name", ["../out", "a/b", "x" * 300, "", "é*", "-*"])
def test_a_manifest_cannot_name_a_run_what_it_likes(tmp_path: Path, name: str) -> None:
    out, _ = exported(tmp_path)
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"run": name, "pack": name}))

    async def read(store: SqliteStore) -> None:
        with pytest.raises(FabulaError, match=r"manifest\.json: .* is no name for a run"):
            await folder.import_run(store, out)

    with_store(tmp_path / "there", read)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    out, _ = exported(tmp_path)

    async def body(store: SqliteStore) -> None:
        with pytest.raises(UsageError, match="is there already"):
            await folder.export_run(store, "relay-1", Relay(), out)

    with_store(tmp_path / "here", body)
