"""Keys: what is typed at a terminal while a world lives, as it is typed; and lines, where there is no terminal."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LINE_MAX = 4000

_ESCAPES = {"\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "right", "\x1b[D": "left", "\x1b[Z": "back", "\x1b": "escape"}
_NAMED = {"\t": "tab", "\r": "enter", "\n": "enter", "\x7f": "erase", "\b": "erase", "\x15": "clear"}


@contextmanager
def keys_heard(heard: Callable[[list[str]], None]) -> Iterator[bool]:
    """While inside, the keys typed are told: characters, or names such as `up`, `tab`, `enter`. Yields False, and
    hears nothing, where standard input is no terminal.
    """
    if not sys.stdin.isatty():
        yield False
        return
    import termios  # noqa: PLC0415 - only where there are terminals of this kind
    import tty  # noqa: PLC0415

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    loop = asyncio.get_running_loop()

    def ready() -> None:
        heard(list(keys(os.read(descriptor, 1024).decode(errors="ignore"))))

    tty.setcbreak(descriptor)
    loop.add_reader(descriptor, ready)
    try:
        yield True
    finally:
        loop.remove_reader(descriptor)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


@contextmanager
def lines_heard(heard: Callable[[str], None]) -> Iterator[None]:
    """While inside, each line of standard input is told: for consoles that are no terminal, such as a pipe."""
    loop = asyncio.get_running_loop()
    descriptor = sys.stdin.fileno()
    rest = b""

    def ready() -> None:
        nonlocal rest
        data = os.read(descriptor, 65_536)
        if not data:
            loop.remove_reader(descriptor)
        *lines, rest = (rest + data).split(b"\n")
        if len(rest) > LINE_MAX:
            lines, rest = [*lines, rest], b""
        if not data and rest:
            lines, rest = [*lines, rest], b""
        for line in lines:
            heard(line.decode(errors="replace"))

    try:
        loop.add_reader(descriptor, ready)
    except (OSError, ValueError):
        # A file cannot be waited for: it is there at once.
        for line in sys.stdin:
            heard(line)
        yield
        return
    try:
        yield
    finally:
        loop.remove_reader(descriptor)


def keys(typed: str) -> Iterator[str]:
    """The keys of what a terminal sent."""
    at = 0
    while at < len(typed):
        found = next((code for code in _ESCAPES if typed.startswith(code, at)), typed[at])
        at += len(found)
        key = _ESCAPES.get(found) or _NAMED.get(found) or found
        if len(key) > 1 or key.isprintable():
            yield key
