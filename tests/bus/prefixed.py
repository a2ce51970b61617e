"""A corner of the Redis server on this machine for one test, with nothing left of it afterwards."""

import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NoConnection

SERVER = "redis://127.0.0.1:6379/0"


@contextmanager
def a_corner_of_redis() -> Iterator[str]:
    """The prefix of all keys of a test, which is skipped where no server listens; they are removed after it."""
    with closing(Redis.from_url(SERVER)) as server:
        try:
            server.ping()
        except NoConnection:
            if "CI" in os.environ:
                raise
            pytest.skip(f"no Redis answers at {SERVER}")
        prefix = f"test-{uuid.uuid4()}"
        try:
            yield prefix
        finally:
            for key in server.scan_iter(match=f"{prefix}*", count=1000):
                server.delete(key)
