"""The desk: where a person at this terminal is asked what their character does."""

import asyncio
import io
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, TextIO

import msgspec

from fabula.agents.minds.human import LeftToRules, Question, Standing
from fabula.chronicle import visible
from fabula.cli.later import later
from fabula.cli.terminal import Terminal
from fabula.engine import Action, Observation

LINE_LETTERS_MAX = 1_000_000
"""Of a line; the rest of a longer one is left out."""
LINES_AHEAD_MAX = 64
"""Lines that are read before anybody asks for them; the next ones wait outside."""
SHOWN_LETTERS_MAX = 2_000
"""Of a line, where it is shown."""

HELP = """\
A number takes that option; words after it are what you say: 3 I know what you did.
Or name a deed yourself, with what you say behind a colon:"""
HELP_NUMBER = "A number takes that option; anything else is taken as you write it."
HELP_WORDS = "Whatever you type is taken as you write it."
HELP_ELSE = "Anything else is tried as you write it: climb the mast and look for sails."
HELP_LEAVE = """\
/look shows all that you know, /rules lets rules decide this once, /quit leaves (everything so far is kept)."""

# What reads lines loads the rules of replies, which nobody needs before the first line is typed.
_typed_action = later("fabula.agents.minds.typed", "typed_action")
_doubt = later("fabula.agents.minds.typed", "doubt")
_worded_kinds = later("fabula.agents.minds.typed", "worded_kinds")
_examples = later("fabula.agents.minds.typed", "examples")
_takes_words = later("fabula.agents.minds.typed", "takes_words")


class Lines:
    """The lines of standard input, read on a thread of their own, so that nothing else has to wait for a person.

    Where they are not typed at a terminal, each is shown behind the words that asked for it, so that a scripted session
    reads like a typed one.
    """

    def __init__(self, shown: Terminal) -> None:
        self._shown = shown
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._room = threading.Semaphore(LINES_AHEAD_MAX)
        self._loop = asyncio.get_running_loop()
        self._is_typed = sys.stdin is not None and sys.stdin.isatty()
        # A daemon: nobody waits for a person who has gone.
        threading.Thread(target=self._read, name="standard input", daemon=True).start()

    async def next(self, ask: str) -> str | None:
        """The next line without its end; None when there are no more. ask: the words before it."""
        self._shown.ask(ask)
        try:
            line = await self._queue.get()
        except asyncio.CancelledError:
            self._shown.unask()
            if self._is_typed:
                _forget_what_is_typed()
            raise
        self._room.release()
        if line is None:
            self._shown.say()
        elif not self._is_typed:
            self._shown.say(visible(line, letters_max=SHOWN_LETTERS_MAX))
        return line

    def _read(self) -> None:
        # Whatever bytes are typed, a line is a line.
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")
        # The loop may be over: then nobody asks any more.
        with suppress(RuntimeError):
            for line in _lines_of(sys.stdin):
                self._room.acquire()
                self._loop.call_soon_threadsafe(self._queue.put_nowait, line)
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)


def _forget_what_is_typed() -> None:
    """Half a line that was typed for nobody: it would stand before the next one, or be handed to the shell."""
    # Only where there are such terminals.
    with suppress(ImportError, OSError, ValueError):
        termios: Any = import_module("termios")
        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def _lines_of(text: TextIO | None) -> Iterator[str]:
    """The lines without their ends, of one that is too long only the beginning; none when it is closed."""
    with suppress(OSError, ValueError):
        while text is not None and (line := text.readline(LINE_LETTERS_MAX + 1)):
            piece = line
            while len(piece) > LINE_LETTERS_MAX and not piece.endswith("\n"):
                piece = text.readline(LINE_LETTERS_MAX + 1)
            yield line.rstrip("\n")


class TerminalDesk:
    """Asks at this terminal; one question at a time."""

    def __init__(self, shown: Terminal) -> None:
        self._shown = shown
        self._lines: Lines | None = None
        self._turn = asyncio.Lock()
        self._stood: dict[str, dict[str, Standing]] = {}
        """Agent whose scene has been shown -> topic -> how it stood then."""
        self._doubted = ""
        """The line that was asked to be typed again."""

    async def ask(self, observation: Observation, question: Question) -> Action:
        """The person's action. Raises KeyboardInterrupt when they leave, LeftToRules when rules shall decide."""
        async with self._turn:
            self._doubted = ""
            self._show(question, self._news(question))
            while True:
                line = await self._line(question)
                match line.strip():
                    case "":
                        continue
                    case "/help" | "/h" | "?":
                        self._help(observation, question)
                    case "/look" | "/l":
                        self._show(question, question.lines)
                    case "/rules":
                        raise LeftToRules
                    case "/quit" | "/q":
                        raise KeyboardInterrupt
                    case unknown if unknown.startswith("/"):
                        self._object(f"There is no command {unknown.split()[0][:40]!r}. /help lists them.")
                    case typed:
                        action = self._understood(typed, observation, question)
                        if action is not None:
                            return action

    def _understood(self, typed: str, observation: Observation, question: Question) -> Action | None:
        chosen = _chosen(typed, question, observation)
        taken = _typed_action(typed, observation, question.at_hand) if chosen is None else chosen
        if isinstance(taken, str):
            self._object(taken)
            return None
        action: Action = taken
        if chosen is None and typed != self._doubted and (why := _doubt(action, observation, question.at_hand)):
            self._doubted = typed
            self._object(f"{why} Type it again to try it all the same.")
            return None
        return action

    def _object(self, text: str) -> None:
        self._shown.say(visible(text), style="yellow")

    def _help(self, observation: Observation, question: Question) -> None:
        say = self._shown.say
        if _takes_words(observation):
            say(HELP_NUMBER if question.offers else HELP_WORDS, style="dim")
        else:
            say(HELP, style="dim")
            for example in _examples(observation):
                say(f"  {visible(example)}", style="dim")
            say(HELP_ELSE, style="dim")
        say(HELP_LEAVE, style="dim")

    def _news(self, question: Question) -> Sequence[str]:
        """All there is to read for one who reads it for the first time; for others what is new."""
        before = self._stood.get(question.agent)
        standing = {line.topic: line for line in question.brief if isinstance(line, Standing)}
        self._stood[question.agent] = (before or {}) | standing
        return question.lines if before is None else list(_brief(question.brief, before))

    async def _line(self, question: Question) -> str:
        self._lines = self._lines or Lines(self._shown)
        line = await self._lines.next(f"{visible(question.agent)} > ")
        if line is None:
            raise KeyboardInterrupt
        return line

    def _show(self, question: Question, lines: Sequence[str]) -> None:
        say = self._shown.say
        say()
        for line in lines:
            say(visible(line, letters_max=SHOWN_LETTERS_MAX))
        say()
        width = len(str(len(question.offers)))
        for number, offer in enumerate(question.offers, start=1):
            say(f"{number:>{width}}  {visible(offer.words)}" + (f"  - {visible(offer.why)}" if offer.why else ""))
        how = "A number, or what you do in your own words;" if question.offers else "Your own words;"
        say(f"{how} /help tells more.", style="dim")


def _brief(lines: Sequence[str | Standing], before: Mapping[str, Standing]) -> Iterator[str]:
    """The lines for one who has read how it stood before; a paragraph of which nothing is left leaves no gap."""
    gap = begun = False
    for line in lines:
        told = line.told(before.get(line.topic)) if isinstance(line, Standing) else line
        if told:
            yield from ["", told] if gap and begun else [told]
            gap, begun = False, True
        elif line == "":
            gap = True


def _chosen(typed: str, question: Question, observation: Observation) -> "Action | str | None":
    """The option of a typed number, with the words after it; None if it begins with no number."""
    number, _, words = typed.partition(" ")
    # Where nothing is offered, a number is what they have to say.
    if not number.isdecimal() or not question.offers:
        return None
    if not 1 <= int(number[:9]) <= len(question.offers):
        return f"There is no option {number[:9]}: give 1 to {len(question.offers)}, or your own words."
    action: Action = msgspec.json.decode(question.offers[int(number) - 1].action, type=observation.accepts)
    if not words.strip():
        return action
    if "text" not in action.__struct_fields__:
        kinds = _worded_kinds(observation)
        takers = f"Only {_listed(kinds)} take words" if kinds else "No deed takes words"
        return f"{takers}: say them with a deed of that kind, or leave them out."
    return msgspec.structs.replace(action, text=words.strip())


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
