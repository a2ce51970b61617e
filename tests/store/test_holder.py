"""Who holds a lease, and whether it still lives."""

import subprocess
import sys
from collections.abc import Iterator

import msgspec
import pytest

from fabula.store.holder import Holder, _start_of


@pytest.fixture
def other() -> Iterator["subprocess.Popen[str]"]:
    """Another process, alive and asleep."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()


def held_by(process: "subprocess.Popen[str]") -> Holder:
    return msgspec.structs.replace(Holder.new(), pid=process.pid, started=_start_of(process.pid) or "", handle=1)


def test_a_handle_lives_until_it_is_ended() -> None:
    holder = Holder.new()
    assert holder.lives()
    holder.end()
    holder.end()
    assert not holder.lives()


def test_handles_of_one_process_are_told_apart() -> None:
    one, two = Holder.new(), Holder.new()
    one.end()
    assert (one.lives(), two.lives()) == (False, True)
    two.end()


def test_another_process_lives_until_it_is_killed(other: "subprocess.Popen[str]") -> None:
    holder = held_by(other)
    assert holder.lives()
    other.kill()
    other.wait()
    assert not holder.lives()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process started")
def test_a_process_with_the_number_of_an_earlier_one_is_not_that_one(other: "subprocess.Popen[str]") -> None:
    assert not msgspec.structs.replace(held_by(other), started="1").lives()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when it was booted")
def test_nothing_survives_a_reboot() -> None:
    assert not msgspec.structs.replace(Holder.new(), boot="an earlier one").lives()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when it was booted")
def test_a_machine_may_change_its_name() -> None:
    holder = Holder.new()
    renamed = msgspec.structs.replace(holder, host="known by another name")
    assert renamed.lives()
    holder.end()
    assert not renamed.lives()


def test_of_another_machine_or_container_nothing_is_known_so_its_holders_live() -> None:
    holder = Holder.new()
    holder.end()
    assert msgspec.structs.replace(holder, host="elsewhere", boot="its own").lives()
    assert msgspec.structs.replace(holder, container="its own").lives()


def test_a_holder_is_written_and_read_back_the_same() -> None:
    holder = Holder.new()
    assert msgspec.json.decode(msgspec.json.encode(holder), type=Holder) == holder
    holder.end()
