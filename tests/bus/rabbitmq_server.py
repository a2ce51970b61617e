"""A RabbitMQ node for one test: its own name, ports, data and log, so that it can be killed without harm to others."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

START_S_MAX = 120.0
"""A node takes a few seconds to start, and more on a busy machine."""

_PLACES = ("/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin", "/usr/local/sbin")
"""Where the script lies that any user may run; on Debian the one in PATH is for root and `rabbitmq` only."""


def script() -> str | None:
    """The start script of the server, None where there is none."""
    return shutil.which("rabbitmq-server", path=os.pathsep.join(_PLACES)) or shutil.which("rabbitmq-server")


class RabbitServer:
    """A node in a folder. `start` it, `kill` it and start it again on the same data; leave it with `stop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._dist_port, self._epmd_port = _free_ports(3)
        self._name = f"fabula-{uuid.uuid4().hex[:8]}@localhost"
        self._node: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it."""
        found = script()
        assert found, "look for the script before"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "no-environment"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "no-settings"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "no-plugins"),
            # One scheduler is enough for one test, and leaves the machine to others.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        if self._epmd is None:
            epmd = shutil.which("epmd")
            assert epmd, "it comes with Erlang"
            self._epmd = _run([epmd, "-port", str(self._epmd_port), "-address", "127.0.0.1"], environment, self._folder)
        self._node = _run([found], environment, self._folder)

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + START_S_MAX
        while time.monotonic() < until:
            assert self._node is not None, "launch it first"
            assert self._node.poll() is None, f"the node ended: {self._tail()}"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=5) as wire:
                wire.sendall(b"AMQP\x00\x00\x09\x01")
                if wire.recv(1):
                    return
            time.sleep(0.05)
        raise AssertionError(f"the node did not start: {self._tail()}")

    def kill(self) -> None:
        """End it as a power cut would: no warning, nothing is written any more."""
        if self._node is not None:
            _end(self._node)
            self._node = None

    def stop(self) -> None:
        """Leave nothing running."""
        self.kill()
        if self._epmd is not None:
            _end(self._epmd)
            self._epmd = None

    def forget(self) -> None:
        """Throw its data away; it is to be killed before."""
        shutil.rmtree(self._folder / "mnesia", ignore_errors=True)

    def _tail(self) -> str:
        return (self._folder / "output").read_text(errors="replace")[-2000:]


def _run(command: list[str], environment: dict[str, str], folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / "output").open("ab") as output:
        return subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _end(program: "subprocess.Popen[bytes]") -> None:
    """Kill it with all it started; its session is its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    program.wait()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
