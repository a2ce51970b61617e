"""A Redis server of a test's own, on a port and in a folder nobody else uses, that can be killed and started again."""

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
import redis

PORTS = range(20_000, 32_000)
"""Below those that systems give to outgoing connections, one of which might else take the port of a killed server."""
START_S_MAX = 30.0


class RedisServer:
    """Enter it to start it; on leaving it is gone, with all it kept. What it confirms is on the disk."""

    def __init__(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            if "CI" in os.environ:
                raise FileNotFoundError("redis-server is not installed")
            pytest.skip("redis-server is not installed")
        self._binary = binary
        self._folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """With the data it had, if any; returns when it answers."""
        assert self._process is None
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binary, *f"--port {self._port} --bind 127.0.0.1 --appendonly yes --appendfsync always".split()],
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_S_MAX
        with self.client() as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    assert self._process.poll() is None, (self._folder / "log").read_text()
                    assert time.monotonic() < until, "the server never answered"
                    time.sleep(0.01)
                else:
                    return

    def kill(self) -> None:
        """With signal 9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None
        self.kills += 1

    def client(self) -> "redis.Redis":
        """To look into it."""
        return redis.Redis.from_url(self.url)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.kill()
        shutil.rmtree(self._folder)


def _free_port() -> int:
    for port in random.SystemRandom().sample(PORTS, 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
