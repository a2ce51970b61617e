"""The desk: where a person at this terminal is asked what their character does."""

import asyncio
import io
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from fabula.agents.minds.human import LeftToRules, Question, Standing
from fabula.chronicle import visible
from fabula.cli.later import later
from fabula.cli.terminal import Terminal
from fabula.engine import Action, Observation

HELP = """\
A number takes that option; words after it are what you say: 3 I know what you did.
Or name a deed yourself, with what you say behind a colon:"""
HELP_ELSE = """\
Anything else is tried as you write it: climb the mast and look for sails.
/look shows all that you know, /rules lets rules decide this once, /quit leaves (everything so far is kept)."""

# What reads lines loads the rules of replies, which nobody needs before the first line is typed.
_typed_action = later("fabula.agents.minds.typed", "typed_action")
_doubt = later("fabula.agents.minds.typed", "doubt")
_worded_kinds = later("fabula.agents.minds.typed", "worded_kinds")
_examples = later("fabula.agents.minds.typed", "examples")


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
                        self._help(observation)
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

    def _help(self, observation: Observation) -> None:
        say = self._shown.say
        say(HELP, style="dim")
        for example in _examples(observation):
            say(f"  {visible(example)}", style="dim")
        say(HELP_ELSE, style="dim")

    def _news(self, question: Question) -> Sequence[str]:
        """All there is to read for one who reads it for the first time; for others what is new."""
        before = self._stood.get(question.agent)
        standing = {line.topic: line for line in question.brief if isinstance(line, Standing)}
        self._stood[question.agent] = (before or {}) | standing
        return question.lines if before is None else list(_brief(question.brief, before))

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
