"""Opening a bus by its address."""

import subprocess
import sys

import pytest

from fabula.bus import MemoryBus, open_bus, shown
from fabula.errors import UsageError


def test_memory_needs_no_server() -> None:
    assert isinstance(open_bus("memory:"), MemoryBus)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("reddis://localhost", "Did you mean 'redis'"),
        ("ampq://guest:guest@localhost/", "Did you mean 'amqp'"),
        ("kafka://localhost", "no bus for 'kafka'.* Known: 'amqp'"),
        ("localhost:6379", "no bus for 'localhost'"),
        ("redis", "must begin with"),
        ("", "must begin with"),
    ],
)
def test_another_address_is_refused_with_what_to_write(url: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        open_bus(url)


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("memory:", "memory:"),
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:s3cret@host/0", "redis://:***@host/0"),
        ("amqp://user:s3cret@host:5672/vhost", "amqp://user:***@host:5672/vhost"),
        ("amqp://user:s3cret/with@odd:s3cret@host/", "amqp://user:***@host/"),
        ("rabbit:s3cret@host", "rabbit:***@host"),
        ("redis://host/0?password=s3cret", "redis://host/0?***"),
        ("redis://user:s3cret@[bad/0", "redis://user:***@[bad/0"),
        ("amqp://user@host/", "amqp://user@host/"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, seen: str) -> None:
    assert shown(url) == seen


@pytest.mark.parametrize("url", ["mqtt://user:s3cret@host/", "user:s3cret@host", "x://h?password=s3cret", ":s3cret@h"])
def test_no_error_shows_a_password(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_bus(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "library", "extra"),
    [
        ("redis://localhost", "redis", "redis"),
        ("rediss://localhost", "redis", "redis"),
        ("unix:///run/redis.sock", "redis", "redis"),
        ("amqp://localhost", "aio_pika", "amqp"),
        ("AMQPS://localhost", "aio_pika", "amqp"),
    ],
)
def test_a_missing_library_is_named_by_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, url: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError) as caught:
        open_bus(url)
    assert str(caught.value) == f"This bus needs: pip install 'fabula[{extra}]'"


def test_the_room_is_entered_without_any_server_s_library() -> None:
    script = "import sys, fabula.bus; print(sorted({'redis', 'aio_pika', 'aiormq'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
