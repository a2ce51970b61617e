"""Building a provider for a test: the real one, in a process of its own or in a thread of this one.

    with a_provider(faults="500x2") as provider:
        ask(f"openai@{provider.openai}:demo")
        assert provider.count()["asked"] == {"3/Mira/0": 1}

`a_provider` starts a process (half a second); `a_provider_here` answers from a thread of this process (a few
milliseconds), over HTTP on loopback like the other, with the very same interface.
"""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fabula.llm.process import Conduct, Provider, plan_of, serving
from fabula.llm.process.manners.script import lines_of

_START = "import typer; from fabula.cli.provider import provider; typer.run(provider)"
_PATIENCE_S = 30.0


class Provided:
    """A provider that listens."""

    def __init__(self, url: str, *, process: "subprocess.Popen[str] | None" = None) -> None:
        self.url = url
        """`http://127.0.0.1:PORT`; Anthropic's and Google's base address."""
        self.openai = f"{url}/v1"
        """The base address of OpenAI and those like it."""
        self.process = process
        """The process it runs in; None: this one."""

    def count(self) -> dict[str, Any]:
        """What it has counted: `requests`, `answered`, `failed`, `cancelled`, `open`, `open_max`, `tokens_in`,
        `tokens_out`, `models`, `keys`, and `asked`: how often each question (`STEP/AGENT/NUMBER`) was paid.
        """
        counted: dict[str, Any] = self.control("GET", "count")
        return counted

    def requests(self, last: int = 100) -> list[dict[str, Any]]:
        """The last requests, the oldest first: method, path, query, headers, body (a text)."""
        kept: list[dict[str, Any]] = self.control("GET", f"requests?last={last}")
        return kept

    def faults(self, plan: float | str | dict[str, float] | list[str], *, model: str = "") -> None:
        """Fail like this from now on: `0.4`, `"429=0.1,reset=0.05"`, `"500x5"`, `""` for no more."""
        self.control("POST", "faults", {"faults": plan, "model": model})

    def manner(self, name: str, *, model: str = "") -> None:
        """Answer in this manner from now on."""
        self.control("POST", "manner", {"manner": name, "model": model})

    def script(self, *lines: str | dict[str, Any]) -> None:
        """Give these answers, each once; see `fabula.llm.process.manners.script`."""
        self.control("POST", "script", {"lines": lines})

    def reset(self) -> None:
        """Be as at the start, with nothing counted."""
        self.control("POST", "reset")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call one of the provider's own addresses."""
        address = urlsplit(self.url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=_PATIENCE_S)
        try:
            connection.request(method, f"/_/{path}", body=json.dumps(body) if body is not None else None)
            response = connection.getresponse()
            told = json.loads(response.read())
        finally:
            connection.close()
        assert response.status == 200, told
        return told


@contextmanager
def a_provider(
    *,
    manner: str = "sensible",
    faults: str = "",
    script: Sequence[str | dict[str, Any]] = (),
    latency_ms: float = 0,
    latency_spread: float = 0,
    tokens_per_s: float = 0,
    seed: int = 0,
    port: int = 0,
) -> Iterator[Provided]:
    """A provider in a process of its own, which ends with the body."""
    arguments = ["--manner", manner, "--faults", faults, "--seed", str(seed), "--port", str(port), "--quiet", "--leash"]
    arguments += ["--latency-ms", str(latency_ms), "--latency-spread", str(latency_spread)]
    arguments += ["--tokens-per-s", str(tokens_per_s)]
    with subprocess.Popen(
        [sys.executable, "-c", _START, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            line = process.stdout.readline()
            assert line, "the provider did not start"
            provider = Provided(json.loads(line)["url"], process=process)
            if script:
                provider.script(*script)
            yield provider
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)


@contextmanager
def a_provider_here(
    *,
    manner: str = "sensible",
    faults: str = "",
    script: Sequence[str | dict[str, Any]] = (),
    latency_ms: float = 0,
    latency_spread: float = 0,
    tokens_per_s: float = 0,
    seed: int = 0,
    port: int = 0,
) -> Iterator[Provided]:
    """A provider in a thread of this process, which ends with the body."""
    conduct = Conduct(
        manner=manner,
        script=lines_of(script),
        faults=plan_of(faults),
        latency_ms=latency_ms,
        latency_spread=latency_spread,
        tokens_per_s=tokens_per_s,
        seed=seed,
    )
    thread = _Serving(Provider(conduct), port)
    thread.start()
    try:
        yield Provided(thread.url())
    finally:
        thread.end()


class _Serving(threading.Thread):
    """A provider that listens in a loop of its own."""

    def __init__(self, provider: Provider, port: int) -> None:
        super().__init__(name="provider", daemon=True)
        self._provider, self._port = provider, port
        self._listening = threading.Event()
        self._url = ""

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._enough = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with serving(self._provider.answer, port=self._port) as self._url:
                self._listening.set()
                await self._enough.wait()
        finally:
            self._listening.set()

    def url(self) -> str:
        self._listening.wait(_PATIENCE_S)
        assert self._url, "the provider did not start"
        return self._url

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._enough.set)
        self.join(_PATIENCE_S)
