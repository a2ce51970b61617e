"""The desk: where a person at this terminal is asked what their character does."""

import asyncio
import io
import sys
import threading
from collections.abc import Callable, Sequence

import msgspec

from fabula.agents.minds.human import LeftToRules, Question
from fabula.chronicle import visible
from fabula.cli.terminal import Terminal
from fabula.engine import Action, Observation

HELP = """\
A number takes that option; words after it are what you say: 3 I know what you did.
Anything else is tried as you write it: climb the mast and look for sails.
/look shows all that you know, /rules lets rules decide this once, /quit leaves (everything so far is kept)."""

Read = Callable[[str, Observation], "Action | str"]
"""Makes an action of a typed line, or says why it cannot."""


class Lines:
    """The lines of standard input, read on a thread of their own, so that nothing else has to wait for a person."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        # A daemon: nobody waits for a person who has gone.
        threading.Thread(target=self._read, name="standard input", daemon=True).start()

    async def next(self) -> str | None:
        """The next line without its end; None when there are no more."""
        return await self._queue.get()

    def _read(self) -> None:
        # Whatever bytes are typed, a line is a line.
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        for line in sys.stdin:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, line.rstrip("\n"))
        self._loop.call_soon_threadsafe(self._queue.put_nowait, None)


class TerminalDesk:
    """Asks at this terminal; one question at a time."""

    def __init__(self, shown: Terminal, read: Read) -> None:
        self._shown = shown
        self._read = read
        self._lines: Lines | None = None
        self._turn = asyncio.Lock()
        self._read_before: set[str] = set()
        """Agents whose whole scene has been shown."""

    async def ask(self, observation: Observation, question: Question) -> Action:
        """The person's action. Raises KeyboardInterrupt when they leave, LeftToRules when rules shall decide."""
        async with self._turn:
            self._show(question, question.brief if question.agent in self._read_before else question.lines)
            self._read_before.add(question.agent)
            while True:
                line = await self._line(question)
                match line.strip():
                    case "":
                        continue
                    case "/help" | "/h" | "?":
                        self._shown.say(HELP, style="dim")
                    case "/look" | "/l":
                        self._show(question, question.lines)
                    case "/rules":
                        raise LeftToRules
                    case "/quit" | "/q":
                        raise KeyboardInterrupt
                    case typed:
                        action = self._understood(typed, observation, question)
                        if action is not None:
                            return action

    def _understood(self, typed: str, observation: Observation, question: Question) -> Action | None:
        taken = _chosen(typed, question, observation) or self._read(typed, observation)
        if isinstance(taken, str):
            self._shown.say(visible(taken), style="yellow")
            return None
        return taken

    async def _line(self, question: Question) -> str:
        self._lines = self._lines or Lines()
        self._shown.ask(f"{visible(question.agent)} > ")
        line = await self._lines.next()
        if line is None:
            raise KeyboardInterrupt
        return line

    def _show(self, question: Question, lines: Sequence[str]) -> None:
        say = self._shown.say
        say()
        for line in lines:
            say(visible(line, letters_max=2000))
        say()
        width = len(str(len(question.offers)))
        for number, offer in enumerate(question.offers, start=1):
            say(f"{number:>{width}}  {visible(offer.words)}" + (f"  - {visible(offer.why)}" if offer.why else ""))
        say("A number, or what you do in your own words; /help tells more.", style="dim")


def _chosen(typed: str, question: Question, observation: Observation) -> "Action | str | None":
    """The option of a typed number, with the words after it; None if it begins with no number."""
    number, _, words = typed.partition(" ")
    if not number.isdecimal():
        return None
    if not 1 <= int(number[:9]) <= len(question.offers):
        return f"There is no option {number[:9]}: give 1 to {len(question.offers)}, or your own words."
    action: Action = msgspec.json.decode(question.offers[int(number) - 1].action, type=observation.accepts)
    if words.strip() and "text" in action.__struct_fields__:
        action = msgspec.structs.replace(action, text=words.strip())
    return action
