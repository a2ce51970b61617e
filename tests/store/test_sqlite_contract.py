"""SqliteStore keeps the contract of every store."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.contract import *  # noqa: F403
from tests.store.samples import OpenStore

from fabula.store import SqliteStore


@pytest.fixture
def open_store(tmp_path: Path) -> OpenStore:
    def open_(now: Callable[[], float] = time.time) -> SqliteStore:
        return SqliteStore.open(tmp_path, now=now)

    return open_
