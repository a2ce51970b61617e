"""Chatting from the command line: `chat`, a person and one speaker."""

import secrets
from collections.abc import Awaitable, Mapping
from typing import Annotated, Any

import msgspec
import typer

from fabula.agents.minds.human import LeftToRules, Question
from fabula.app import HERE, Playable, Played, Stage, Wanted, go_on, play, seat_here, stored_environment
from fabula.app.assigning import check_not_here
from fabula.app.deadlines import deadline_kept
from fabula.chronicle import visible
from fabula.cli.context import Budget, BudgetTokens, Call, Deadline, Json, Out
from fabula.cli.desk import SHOWN_LETTERS_MAX, Lines
from fabula.cli.later import later
from fabula.cli.play import SEEDS, Left, a_stage, tell_played
from fabula.cli.terminal import Interrupted, Terminal
from fabula.cli.watching import watching
from fabula.engine import Action, Observation, state_at
from fabula.errors import UsageError
from fabula.store import SqliteStore

_module = later("importlib", "import_module")
_chat_of = later("fabula.app.talking", "chat_of")
_persons_in = later("fabula.app.talking", "persons_in")

HELP = """\
Whatever you type is said. These are not:
  /edit WORDS    say that instead of your last words
  /regenerate    have your last words answered anew
  /back [N]      take back your last turn, or the last N, and go on from before
  /bye [WORDS]   take leave: the conversation ends
  /quit          leave it here, to be taken up again with fabula chat --resume
Each of the first three is a branch: what was said before is kept under the earlier name."""


YOU = "You"
"""What a person is called who gives no name."""
LAST_SAID = 2
"""Turns that somebody reads who takes a chat up again."""


def add_to(program: typer.Typer) -> None:
    """Register the command."""
    program.command("chat", rich_help_panel="Talk")(chat)


def chat(  # noqa: PLR0913, PLR0917
    persona: Annotated[
        str,
        typer.Argument(
            metavar="PERSONA",
            help="A character by name (Emeric, ashfall/Marit), a sheet or card as a file, or a service agent: "
            "financial_adviser, content_writer, technical_supporter.",
        ),
    ] = "",
    topic: Annotated[
        str | None, typer.Option("--topic", "-t", metavar="TEXT", help="What it is about, if you know.")
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            "--model", metavar="MODEL", help="The model it speaks on: anthropic:…; from now on, with --resume."
        ),
    ] = "",
    you: Annotated[str | None, typer.Option("--name", metavar="YOU", help="What you are called.")] = None,
    resume: Annotated[str, typer.Option("--resume", metavar="RUN", help="Take up a chat that was left.")] = "",
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="S", help="The same seed and words, the same chat.")
    ] = None,
    deadline: Deadline = None,
    budget: Budget = None,
    budget_tokens: BudgetTokens = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Talk with a character or a service agent; its words come as they are written.

    fabula chat Emeric

    Type and be answered; /edit, /regenerate and /back go another way from where you were, and keep the old one. The
    transcript is written as you go.
    """
    if persona and resume:
        raise UsageError("name whom to talk with, or a chat to take up with --resume; not both")
    if not (persona or resume):
        raise UsageError("name whom to talk with, as `fabula persona list` does, or a chat to take up with --resume")
    check_not_here(model, f"--model {model}")
    if resume:
        _check_unchanged(resume, {"--name": you, "--topic": topic, "--seed": seed})
    call = Call(as_json=as_json, budget=budget, budget_tokens=budget_tokens)
    call.check_out(out)
    left = Left()

    async def body(store: SqliteStore) -> Played | None:
        drawn = secrets.randbelow(SEEDS) if seed is None else seed
        called = YOU if you is None else you
        dialogue, notices, begin = await _beginning(
            store, persona, resume, topic=topic or "", you=called, seed=drawn, model=model
        )
        for notice in notices:
            call.shown.say(visible(notice), style="yellow")
        seat = await seat_here(store, resume) if resume else _persons_in(dialogue)[0]
        if not seat:
            raise UsageError(f"nobody talks in {resume!r} from here: `fabula resume {resume}` takes it up")
        async with watching(call.shown, dialogue, quiet=False, viewer=seat, fast=False, console=False) as feed:
            wanted = Wanted(default=model, by_name={} if resume else {seat: HERE})
            stage = a_stage(store, call, dialogue, out=out, watch=feed, left=left, wanted=wanted)
            again_s = deadline_kept(call.settings.home, resume) if resume and deadline is None else deadline
            stage = msgspec.structs.replace(stage, deadline_s=again_s)
            call.shown.say("/help tells how to edit, regenerate, go back and leave.", style="dim")
            if resume:
                await _tell_last(store, call.shown, dialogue, resume)
            chatting = _module("fabula.app.chatting")
            played: Played | None = await chatting.chat(stage, begin, TerminalChat(call.shown), lambda: left.run)
            return played

    try:
        played = call.in_store(body)
    except KeyboardInterrupt:
        raise Interrupted(_left_words(left)) from None
    if played is None:
        call.shown.say()
        call.shown.say(_left_words(left))
        call.shown.result({"run": left.run, "ending": None})
        return
    tell_played(call.shown, played)


async def _beginning(
    store: SqliteStore, persona: str, resume: str, *, topic: str, you: str, seed: int, model: str
) -> tuple[Any, list[str], Any]:
    """The dialogue, what to tell about it, and what plays it on a stage."""
    if resume:
        dialogue = await stored_environment(store, resume)
        if dialogue.name != "dialogue":
            raise UsageError(f"{resume!r} is a {dialogue.name}: `fabula resume {resume}` takes it up")

        def again(stage: Stage) -> Awaitable[Played]:
            return go_on(stage, resume, model=model)

        return dialogue, [], again
    dialogue, notices = _chat_of(persona, you=you, topic=topic, seed=seed)

    def anew(stage: Stage) -> Awaitable[Played]:
        return play(stage, dialogue, seed=seed)

    return dialogue, notices, anew


def _check_unchanged(run: str, given: Mapping[str, str | int | None]) -> None:
    """Raises UsageError for what was said when the chat began. given: option -> its value."""
    if said := [option for option, value in given.items() if value is not None]:
        raise UsageError(
            f"{' and '.join(said)}: a chat keeps the name, topic and seed it began with. Leave "
            f"{'it' if len(said) == 1 else 'them'} out to take up {run!r}, or begin another: fabula chat PERSONA"
        )


async def _tell_last(store: SqliteStore, shown: Terminal, dialogue: Playable, run: str) -> None:
    """What was said last, for one who takes a chat up again."""
    state = await state_at(store, run, dialogue, step=(await store.run(run)).steps)
    for line in dialogue.view(state, None)["lines"][-LAST_SAID:]:
        shown.say(f"{visible(line['speaker'])}: {visible(line['text'], letters_max=SHOWN_LETTERS_MAX)}", style="dim")


def _left_words(left: Left) -> str:
    return (
        f"left. `fabula chat --resume {left.run}` takes it up again." if left.run else "left before anything was said"
    )


class TerminalChat:
    """The person of a chat, at this terminal; see fabula.app.chatting.ChatDesk."""

    def __init__(self, shown: Terminal) -> None:
        self._shown = shown
        self._lines: Lines | None = None
        self._chatting = _module("fabula.app.chatting")
        self._say = _module("fabula.environments.dialogue.actions").Say
        self._letters_max: int = _module("fabula.environments.dialogue.setting").TEXT_CHARACTERS_MAX

    async def ask(self, observation: Observation, question: Question) -> Action | Any:
        """See ChatDesk.ask. Raises LeftToRules for what is no turn to speak."""
        if not any(kind.__name__ == "Say" for kind in getattr(observation.accepts, "__args__", ())):
            raise LeftToRules
        while True:
            line = await self._line(question.agent)
            if line is None:
                return self._chatting.Leave()
            if (said := self._meant(line.strip())) is not None:
                return said

    def branched(self, branched: Any) -> None:
        """See ChatDesk.branched."""
        did = {"Edit": "said otherwise", "Regenerate": "answered anew", "Back": "taken back"}
        what = did[type(branched.wish).__name__]
        self._shown.say(f"- {what}; as it was, it is kept as {branched.parent} -", style="dim")

    def refused(self, why: str) -> None:
        """See ChatDesk.refused."""
        self._object(why)

    def _meant(self, line: str) -> Action | Any | None:
        """What a line means; None if the person is to type another."""
        if len(line) > self._letters_max:
            self._object(f"That is {len(line):,} characters long; {self._letters_max:,} are enough.")
            return None
        if line.startswith("/") or line == "?":
            word, _, rest = line.partition(" ")
            return self._ordered(word, rest.strip())
        return self._say(text=line) if line else None

    def _ordered(self, word: str, rest: str) -> Action | Any | None:
        wish: Action | Any | None = None
        match word.casefold():
            case "/help" | "/h" | "?":
                self._shown.say(HELP, style="dim")
            case "/edit" | "/e" if rest:
                wish = self._chatting.Edit(rest)
            case "/edit" | "/e":
                self._object("/edit WORDS: what shall it be instead?")
            case "/regenerate" | "/r":
                wish = self._chatting.Regenerate()
            case "/back" | "/b" if not rest or rest.isdecimal():
                wish = self._chatting.Back(int(rest[:6] or 1))
            case "/back" | "/b":
                self._object("/back N: how many of your turns? A whole number.")
            case "/bye":
                wish = self._say(text=rest or "Goodbye.", leaving=True)
            case "/quit" | "/q":
                wish = self._chatting.Leave()
            case _:
                self._object(f"There is no command {word[:40]!r}. /help lists them.")
        return wish

    def _object(self, text: str) -> None:
        self._shown.say(visible(text), style="yellow")

    async def _line(self, name: str) -> str | None:
        self._lines = self._lines or Lines(self._shown)
        return await self._lines.next(f"{visible(name)} > ")
