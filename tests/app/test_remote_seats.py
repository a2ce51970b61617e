"""Seats that are answered for by another program, over a bus on a real server."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.bus.prefixed import SERVER, a_corner_of_redis
from tests.cli.program import in_a_process

GUIDE = Path(__file__).parents[2] / "docs" / "bus.md"


@pytest.fixture
def url() -> Iterator[str]:
    with a_corner_of_redis() as prefix:
        yield f"{SERVER}?prefix={prefix}"


def the_guides_program() -> str:
    """The program in docs/bus.md that answers for a seat; it also says when it is there, and what it was asked."""
    program: str
    (program,) = re.findall(r"^```py\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    there = "            await asyncio.Event().wait()"
    assert there in program
    asked = "    # Ask a model here, a person, or another program.\n"
    assert asked in program
    told = '    print(question["run"], question["agent"], question["step"], flush=True)\n'
    return program.replace(there, f'            print("there", flush=True)\n{there}').replace(asked, told + asked)


@contextmanager
def an_oracle(folder: Path, url: str) -> Iterator["subprocess.Popen[str]"]:
    """It answers for `oracle` in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", the_guides_program()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=os.environ | {"FABULA_BUS__URL": url},
    ) as oracle:
        try:
            assert oracle.stdout is not None
            assert oracle.stdout.readline() == "there\n", oracle.communicate(timeout=5)
            yield oracle
        finally:
            oracle.kill()


def decided(run: str, agent: str) -> list[str]:
    """Who decided for an agent."""
    steps = in_a_process("log", run, "--steps", "--json").last["inputs"]
    return [step["by"] for step in steps if step["agent"] == agent]


def test_a_program_behind_the_bus_plays_a_seat(tmp_path: Path, url: str) -> None:
    environ = {"FABULA_BUS__URL": url}
    with an_oracle(tmp_path, url) as oracle:
        call = ["play", "ashfall", "--turns", "1", "--seed", "7", "--mind", "Ketu=bus:oracle", "--json"]
        played = in_a_process(*call, environ=environ)
        assert played.code == 0, played.err
        oracle.kill()
        assert oracle.stdout is not None
        asked = oracle.stdout.read().splitlines()
    assert decided("ashfall-1", "Ketu Amsel") == ["bus:oracle"] * len(asked)
    assert all(line.startswith("ashfall-1 Ketu Amsel ") for line in asked)
    assert asked
    assert in_a_process("replay", "ashfall-1").code == 0, "the answers are in the log: a replay asks nobody"


def test_a_program_behind_the_bus_speaks_in_a_dialogue_and_the_journal_tells_of_it(tmp_path: Path, url: str) -> None:
    environ = {"FABULA_BUS__URL": url}
    with an_oracle(tmp_path, url) as oracle:
        call = ["talk", "Emeric", "Marit", "--topic", "Shall we wait?", "--turns", "2", "--first", "Emeric"]
        talked = in_a_process(*call, "--mind", "Emeric=bus:oracle", "--json", environ=environ)
        assert talked.code == 0, talked.err
        oracle.send_signal(signal.SIGINT)  # What it noted last is written when it ends.
        oracle.wait(timeout=30)
    assert decided("talk-1", "Emeric Lunt") == ["bus:oracle"]
    figures = in_a_process("bus", "figures", "--json", environ=environ).last["figures"]
    assert figures["mind:oracle"]["processed"] == 1


def test_a_server_that_refuses_the_password_is_told_as_such_and_rules_decide(url: str) -> None:
    environ = {"FABULA_BUS__URL": url.replace("redis://", "redis://nobody:s3cr3t@")}
    call = ["talk", "Emeric", "Marit", "--turns", "2", "--first", "Emeric", "--mind", "Emeric=bus:oracle", "--json"]
    talked = in_a_process(*call, environ=environ)
    assert talked.code == 0, talked.err
    assert decided("talk-1", "Emeric Lunt") == ["rules"]
    assert "the server refused the name or password" in talked.err
    assert "s3cr3t" not in talked.err


def test_rules_decide_where_nobody_answers_and_whoever_watches_is_told_why(url: str) -> None:
    environ = {"FABULA_BUS__URL": url}
    call = ["play", "ashfall", "--turns", "1", "--seed", "7", "--model", "Ketu=bus:oracle", "--json"]
    played = in_a_process(*call, environ=environ)
    assert played.code == 0, played.err
    assert set(decided("ashfall-1", "Ketu Amsel")) == {"rules"}
    assert "rules decided for Ketu Amsel: bus:oracle: nobody has ever answered for 'oracle'" in played.err


@pytest.mark.parametrize(
    ("mind", "url", "why"),
    [
        ("bus:oracle", "memory:", "Set FABULA_BUS__URL"),
        ("bus:", "redis://127.0.0.1:1/0", "a mind on the bus has a name"),
        ("bus:oracle", "redis://:s3cr3t@127.0.0.1:port/0", "no address of a Redis server"),
        ("bus:oracle", "carrier-pigeon:", "no address of a bus"),
    ],
)
def test_a_seat_that_cannot_be_asked_is_told_before_anything_is_played(mind: str, url: str, why: str) -> None:
    environ = {"FABULA_BUS__URL": url}
    played = in_a_process("play", "ashfall", "--turns", "1", "--mind", f"Ketu={mind}", environ=environ)
    assert (played.code, why in played.err) == (2, True), played.err
    assert "s3cr3t" not in played.err
    assert in_a_process("runs", "--json").last["runs"] == []
