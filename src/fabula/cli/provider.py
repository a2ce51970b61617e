"""`provider`: a provider of models for tests and demos, on this machine, without a key."""

import asyncio
import contextlib
import os
import resource
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from fabula.chronicle import visible
from fabula.cli.later import later
from fabula.cli.terminal import output
from fabula.errors import UsageError
from fabula.llm.process import FAULTS, MANNERS, Conduct, plan_of, script_in

if TYPE_CHECKING:
    from fabula.llm.process import Provider

SCRIPT_MAX = 64 * 2**20
FILES_WANTED = 8192
"""Open files, so that a thousand connections fit."""

_provider = later("fabula.llm.process.provider", "Provider")
_serving = later("fabula.llm.process.server", "serving")

_HELP = "\n\n".join(
    (
        "Be a provider of models for tests and demos: on this machine, without a key, free of charge.",
        (
            "It speaks the formats of OpenAI (chat), Anthropic (messages) and Google (generateContent), answers by "
            "rules, fails on request, and counts what would have been paid. The first line of standard output says "
            "where it listens. Ctrl-C ends it."
        ),
        (
            "\b\n"
            "fabula provider --port 8080\n"
            "fabula play ashfall --model openai@http://127.0.0.1:8080/v1:demo\n"
            "fabula play ashfall --model anthropic@http://127.0.0.1:8080:demo\n"
            "fabula play ashfall --model google@http://127.0.0.1:8080:demo"
        ),
        (
            f"Faults: {', '.join(FAULTS)}. Ask for them with --faults, with the header X-Provider-Fault, or by the "
            "model's name (demo+500). A manner can be asked for in the same way: X-Provider-Manner, demo+echo."
        ),
        (
            "While it runs: GET /_/count says what was asked and paid, GET /_/requests?last=9 shows the last requests, "
            "POST /_/faults, /_/manner, /_/script and /_/reset change it."
        ),
    )
)


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("provider", help=_HELP, rich_help_panel="Prepare")(provider)


def provider(  # noqa: PLR0913, PLR0917 - each is an option of the command
    port: Annotated[int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0: any free one.")] = 0,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="127.0.0.1 or ::1.")] = "127.0.0.1",
    manner: Annotated[
        str, typer.Option("--manner", metavar="NAME", help=f"How it answers: {', '.join(sorted(MANNERS))}.")
    ] = "sensible",
    script: Annotated[
        Path | None,
        typer.Option("--script", metavar="FILE", help="JSON Lines of answers to give in turn, before its own."),
    ] = None,
    faults: Annotated[
        str,
        typer.Option(
            "--faults",
            metavar="PLAN",
            help="0.4 (any fault, that often), 429=0.1,reset=0.05 (each that often), or 500x5,ok,reset (in turn).",
        ),
    ] = "",
    latency_ms: Annotated[float, typer.Option("--latency-ms", min=0, help="Before an answer; the median.")] = 0.0,
    latency_spread: Annotated[
        float, typer.Option("--latency-spread", min=0, max=5, help="Sigma of the log-normal around it; 0: none.")
    ] = 0.0,
    tokens_per_s: Annotated[float, typer.Option("--tokens-per-s", min=0, help="Of a stream; 0: at once.")] = 0.0,
    seed: Annotated[int, typer.Option("--seed", help="Same seed and prompt, same answer and faults.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No line for each request.")] = False,
    leash: Annotated[bool, typer.Option("--leash", help="End when standard input does.", hidden=True)] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as the last line of standard output.")] = False,
) -> None:
    """Be a provider of models."""
    conduct = Conduct(
        manner=manner,
        script=script_in(_content(script), where=str(script)) if script is not None else (),
        faults=plan_of(faults),
        latency_ms=latency_ms,
        latency_spread=latency_spread,
        tokens_per_s=tokens_per_s,
        seed=seed,
    )
    told = _provider(conduct) if quiet else _provider(conduct, told=_log)
    _allow_files()
    asyncio.run(_serve(told, host=host, port=port, leash=leash))
    if as_json:
        output(msgspec.json.encode(told.state.counts.told()).decode())


async def _serve(provider: "Provider", *, host: str, port: int, leash: bool) -> None:
    """Answer until a signal, or the end of standard input, says that it is enough."""
    loop = asyncio.get_running_loop()
    enough = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, enough.set)
    async with _serving(provider.answer, host=host, port=port) as url:
        output(msgspec.json.encode({"url": url, "openai": f"{url}/v1", "anthropic": url, "google": url}).decode())
        if leash:
            loop.add_reader(sys.stdin, _read_leash, enough)
        await enough.wait()


def _read_leash(enough: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        enough.set()


def _log(line: str) -> None:
    # A reader that has gone is no reason to stop answering.
    with contextlib.suppress(OSError):
        sys.stderr.write(visible(line) + "\n")


def _allow_files() -> None:
    """Raise the bound on open files as far as wanted and allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < FILES_WANTED:
        most = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > SCRIPT_MAX:
            raise UsageError(f"{file}: larger than {SCRIPT_MAX // 2**20} MiB")
        return file.read_bytes()
    except OSError as failure:
        raise UsageError(f"{file}: cannot be read ({failure.strerror or failure})") from None
