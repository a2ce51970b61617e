"""`doctor`: what is here, what is missing, and how to get it."""

import os
import platform
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Literal

import msgspec
import typer

from fabula.app import environment_names
from fabula.cli.context import Call, Json
from fabula.cli.terminal import FAILED
from fabula.errors import FabulaError
from fabula.llm.keys import needs
from fabula.packs import pack_names
from fabula.settings import settings_file
from fabula.store import SqliteStore

DISK_FREE_MIN = 200 * 2**20
"""Below this many bytes a warning: a long run with its snapshots takes some tens of megabytes."""

_MARKS = {"good": ("✓", "green"), "optional": ("·", "dim"), "bad": ("✗", "bold red")}
_EXTRA = re.compile(r"""^([\w.-]+).*;.*extra == ['"]([\w-]+)['"]""")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the report."""

    what: str
    state: Literal["good", "optional", "bad"]
    text: str


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("doctor", rich_help_panel="Prepare")(doctor)


def doctor(as_json: Json = False) -> None:
    """Say what is here, what is missing, and how to get it. Exit code 1 if something needed is missing."""
    call = Call(as_json=as_json)
    findings = list(_findings(call))
    for finding in findings:
        mark, style = _MARKS[finding.state]
        call.shown.say(f"{mark} {finding.what:<14} {finding.text}", style=style if finding.state != "good" else "")
    well = all(finding.state != "bad" for finding in findings)
    call.shown.say("Everything that is needed is here." if well else "Mend what is marked ✗.", style="bold")
    call.shown.result({"well": well, "findings": msgspec.to_builtins(findings)})
    raise typer.Exit(0 if well else FAILED)


def _findings(call: Call) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(what="Python", state="good", text=f"{python} on {platform.system()} {platform.machine()}")
    yield Finding(what="Fabula", state="good", text=version("fabula"))
    yield _home(call)
    yield _store(call)
    file = settings_file(call.settings.home)
    yield Finding(what="settings", state="good", text=str(file) if file else "defaults (no fabula.yaml)")
    yield Finding(what="environments", state="good", text=", ".join(environment_names()))
    yield Finding(what="packs", state="good", text=", ".join(pack_names()))
    yield _providers()
    yield from _extras()


def _providers() -> Finding:
    """Whose models could be asked; none is needed to play."""
    found = [need.found for need in needs(os.environ) if need.found]
    text = f"keys of {', '.join(found)}" if found else "no provider's key is set; rules play without (`fabula models`)"
    return Finding(what="models", state="good" if found else "optional", text=text)


def _home(call: Call) -> Finding:
    home = call.settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            free = shutil.disk_usage(home).free
    except OSError as failure:
        text = f"{home} cannot be written ({failure.strerror or failure}): set FABULA_HOME to a folder of yours"
        return Finding(what="home", state="bad", text=text)
    text = f"{home}, {free // 2**20:,} MiB free"
    return Finding(what="home", state="good" if free >= DISK_FREE_MIN else "bad", text=text)


def _store(call: Call) -> Finding:
    async def runs(store: SqliteStore) -> int:
        return len(await store.runs())

    try:
        count = call.in_store(runs)
    except FabulaError as failure:
        return Finding(what="store", state="bad", text=str(failure))
    return Finding(what="store", state="good", text=f"SQLite {sqlite3.sqlite_version}, {count} runs")


def _extras() -> Iterator[Finding]:
    """Each extra, and whether all that it needs is installed."""
    needs: dict[str, list[str]] = {}
    for requirement in requires("fabula") or []:
        if match := _EXTRA.match(requirement):
            needs.setdefault(match[2], []).append(match[1])
    for extra, packages in sorted(needs.items()):
        missing = [package for package in packages if not _is_installed(package)]
        text = f"not installed (optional): pip install 'fabula[{extra}]'" if missing else "installed"
        yield Finding(what=extra, state="optional" if missing else "good", text=text)


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
