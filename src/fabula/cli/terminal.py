"""The terminal: where output goes, in which colours, and how errors are told."""

import json
import os
import re
import sys
import traceback
from collections.abc import Mapping
from typing import Any

import msgspec
from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

from fabula.chronicle import visible
from fabula.chronicle.letters import INVISIBLE
from fabula.errors import FabulaError

DONE, FAILED, CALLED_WRONG, LEFT = 0, 1, 2, 130
"""Exit codes."""

_INVISIBLE = re.compile(f"(?![\\t\\n\\r])[{INVISIBLE}]")


class Terminal:
    """What one call of the program prints through."""

    def __init__(self, *, as_json: bool = False, colour: str = "auto") -> None:
        self.as_json = as_json
        """The last line of standard output is one JSON object; what is for people goes to standard error."""
        self.people = Console(
            stderr=as_json,
            highlight=False,
            soft_wrap=True,
            force_terminal=True if colour == "always" else None,
            no_color=True if colour == "never" or "NO_COLOR" in os.environ else None,
        )

    @property
    def lively(self) -> bool:
        """A person watches: bars and spinners are welcome."""
        return self.people.is_terminal

    @property
    def is_screen(self) -> bool:
        """It is a real terminal, that of a person who is there now; `lively` may also be asked for."""
        return self.people.file.isatty() and not self.people.is_dumb_terminal

    def say(self, text: str = "", *, style: str = "") -> None:
        """A line for people. The text is shown as it is: nothing in it is markup."""
        self.people.print(Text(text, style=style))

    def ask(self, text: str) -> None:
        """Words before a person's answer, on the same line."""
        self.people.print(Text(text, style="bold"), end="")

    def unask(self) -> None:
        """Nobody waits for that answer any more: the words before it go, and what was typed behind them on that line.
        What stands in a file stays there, and the next line is a line of its own.
        """
        if self.is_screen:
            self.people.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))
        else:
            self.say()

    def result(self, values: Mapping[str, Any]) -> None:
        """The one object of `--json`; without `--json`, nothing."""
        if self.as_json:
            _write_object(values)


def output(text: str) -> None:
    """What a command was asked for, such as a story, to standard output as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


class Interrupted(FabulaError):
    """The person pressed Ctrl-C; the message says how to go on."""


def tell(failure: FabulaError, *, code: int, as_json: bool) -> int:
    """Tell an error to standard error, and with `--json` also as the one object; returns the exit code."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for number, line in enumerate(visible_lines(str(failure))):
        console.print(Text.assemble(("fabula: " if number == 0 else "        ", "bold red"), line))
    if as_json:
        _write_object({"error": str(failure), "code": code})
    return code


def tell_traceback(failure: Exception) -> None:
    """Show where an error happened; what it quotes stands as it would in a program's text, `\\x1b`."""
    lines = "".join(traceback.format_exception(failure)).splitlines()
    sys.stderr.write("".join(f"{_INVISIBLE.sub(_as_escape, line)}\n" for line in lines))
    sys.stderr.flush()


def harmless_json(text: str) -> str:
    """JSON that means the same, in which what no reader sees stands as an escape: `\\u001b`."""
    return _INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _write_object(values: Mapping[str, Any]) -> None:
    sys.stdout.write(harmless_json(msgspec.json.encode(values).decode()) + "\n")
    sys.stdout.flush()


def _as_escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def visible_lines(text: str) -> list[str]:
    """The lines of a text that may quote anybody's input, free of terminal escapes."""
    return [visible(line) for line in text.splitlines()] or ["it failed, and does not say why"]
