"""`fabula bus dead`: messages that were given up are listed, shown, sent again and thrown away."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar, runtime_checkable

import msgspec
import typer

from fabula.chronicle import visible
from fabula.cli.bus.table import ALL_MAX, WHY_LETTERS_MAX, Most, say_table
from fabula.cli.bus.working import Deed, Work
from fabula.cli.columns import counted
from fabula.cli.context import Call, Json
from fabula.cli.later import later
from fabula.cli.terminal import FAILED
from fabula.errors import FabulaError, RunError, UsageError

if TYPE_CHECKING:
    from fabula.bus import Bus, DeadLetter

T = TypeVar("T")

ANSWER_S_MAX = 5.0
"""A person waits no longer for a first answer of the bus."""
BODY_LETTERS_MAX = 4_000
MANY = 250
"""So many dead letters are worked through at once, on a bus that can."""

_bus_between_programs = later("fabula.app.carrying", "bus_between_programs")
_shown = later("fabula.bus.opening", "shown")


@runtime_checkable
class NamesLetters(Protocol):
    """A bus that can name its dead letters without reading them."""

    async def dead_letter_ids(self, *, most: int) -> Sequence[str]:
        """The ids of the latest, latest first."""
        ...


@runtime_checkable
class TakesMany(Protocol):
    """A bus on which many dead letters cost one look through them all, as one does."""

    async def redrive_all(self, letters: Sequence[str]) -> Mapping[str, FabulaError]:
        """Why it failed, for each with which it did."""
        ...

    async def drop_all(self, letters: Sequence[str]) -> Mapping[str, FabulaError]:
        """Likewise."""
        ...


dead = typer.Typer(
    no_args_is_help=True,
    help="Messages that were given up: tried five times, or understood by nobody. They lie here until you send them "
    "again or throw them away.",
)

Letters = Annotated[
    list[str] | None, typer.Argument(metavar="ID", help="Dead letters, as `fabula bus dead list` names them.")
]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


@dead.command("list")
def list_dead(most: Most = 100, as_json: Json = False) -> None:
    """List the dead letters, the latest first, each with its cause."""
    call = Call(as_json=as_json)
    letters = _on_bus(call, lambda open_: open_.dead_letters(most=most))
    if not letters:
        call.shown.say("No dead letters: every message was handled, or still waits.")
    else:
        say_table(call, ("id", "when", "to", "about", "tries", "cause"), map(_letter_row, letters), figures=(4,))
        call.shown.say()
        call.shown.say("`fabula bus dead show ID` shows one whole; `redrive ID` sends it again.", style="dim")
    call.shown.result({"dead": [_letter_as_json(letter) for letter in letters]})


@dead.command("show")
def show_dead(
    letter: Annotated[str, typer.Argument(metavar="ID", help="A dead letter, as `fabula bus dead list` names it.")],
    as_json: Json = False,
) -> None:
    """Show one dead letter: the message as it came, why it was given up, and how to trace it."""
    call = Call(as_json=as_json)
    found = _on_bus(call, lambda open_: open_.dead_letter(letter))
    say = call.shown.say
    say(f"{visible(found.id)}, for {visible(found.address)}{_group(found)}", style="bold")
    say(f"given up at {_when(found.at)} after {counted(found.tries, 'try', 'tries')}: {visible(found.cause)}")
    say()
    say(visible(found.body.decode(errors="replace"), letters_max=BODY_LETTERS_MAX))
    if found.message is not None:
        say()
        say(f"Its way here: fabula bus trace {found.message.message_id}", style="dim")
    call.shown.result(_letter_as_json(found))


@dead.command("redrive")
def redrive_dead(letters: Letters = None, everything: All = False, as_json: Json = False) -> None:
    """Send dead letters to their groups again, as if they had never failed. Mend what they failed at first."""
    call = Call(as_json=as_json)
    _with_each(call, letters, everything, "redriven")


@dead.command("drop")
def drop_dead(letters: Letters = None, everything: All = False, as_json: Json = False) -> None:
    """Throw dead letters away, for good."""
    call = Call(as_json=as_json)
    _with_each(call, letters, everything, "dropped")


def _on_bus(call: Call, body: "Callable[[Bus], Awaitable[T]]") -> T:
    """What comes of it on the bus of the settings. Raises UsageError if that is one within this process."""

    async def opened() -> T:
        async with _bus_between_programs(call.settings) as open_:
            try:
                async with asyncio.timeout(ANSWER_S_MAX):
                    await open_.dead_letters(most=1)
            except TimeoutError:
                address = _shown(call.settings.bus.url.get_secret_value())
                raise RunError(
                    f"{address}: no bus answered within {ANSWER_S_MAX:g} s. Is the server running, and can it be "
                    "reached from here?"
                ) from None
            return await body(open_)

    return asyncio.run(opened())


def _with_each(call: Call, letters: list[str] | None, everything: bool, done: str) -> None:
    """Redrive or drop each of these dead letters, and say how it went. One that fails does not keep the others."""
    if bool(letters) == everything:
        raise UsageError("name dead letters, or give --all. `fabula bus dead list` lists them.")
    work = Work(call, done)

    async def body(open_: "Bus") -> None:
        named = letters or await _ids_on(open_)
        await work.do(named, _deed(open_, done), at_once=MANY if isinstance(open_, TakesMany) else 1)

    stopped = ""
    try:
        _on_bus(call, body)
    except FabulaError as failure:
        if not (work.well or work.failed):
            raise
        stopped = str(failure)
    except KeyboardInterrupt:
        _tell(call, work, done)
        raise
    _tell(call, work, done, stopped)
    call.shown.result({done: work.well, "failed": work.failed} | ({"stopped": stopped} if stopped else {}))
    if work.failed or not work.is_over:
        raise typer.Exit(FAILED)


def _deed(open_: "Bus", done: str) -> Deed:
    """done: `redriven` or `dropped`."""
    if isinstance(open_, TakesMany):
        return open_.redrive_all if done == "redriven" else open_.drop_all

    async def each(letters: Sequence[str]) -> Mapping[str, FabulaError]:
        failed = dict[str, FabulaError]()
        for letter in letters:
            try:
                await (open_.redrive(letter) if done == "redriven" else open_.drop(letter))
            except FabulaError as failure:
                failed[letter] = failure
        return failed

    return each


async def _ids_on(open_: "Bus") -> Sequence[str]:
    """All of them, the oldest first."""
    if isinstance(open_, NamesLetters):
        ids = await open_.dead_letter_ids(most=ALL_MAX)
    else:
        ids = [found.id for found in await open_.dead_letters(most=ALL_MAX)]
    return list(reversed(ids))


def _tell(call: Call, work: Work, done: str, stopped: str = "") -> None:
    """How it went. stopped: what was in the way before the end, or at it."""
    for letter, why in work.failed.items():
        call.shown.say(f"{visible(letter)}: {visible(why)}", style="red")
    if stopped:
        call.shown.say(visible(stopped), style="yellow")
    rest = "" if work.is_over else f" of {len(work.named):,}; the others were not tried"
    told = f"{counted(len(work.well), 'dead letter')} {done}{rest}."
    call.shown.say(told if work.named else "There are no dead letters.")


def _letter_row(letter: "DeadLetter") -> tuple[str, ...]:
    return (
        visible(letter.id),
        _when(letter.at),
        visible(letter.address) + _group(letter),
        visible(_about(letter), letters_max=60),
        str(letter.tries),
        visible(letter.cause, letters_max=WHY_LETTERS_MAX),
    )


def _group(letter: "DeadLetter") -> str:
    return f" ({visible(letter.group)})" if letter.group not in ("", "main") else ""


def _about(letter: "DeadLetter") -> str:
    if letter.message is None:
        return "no message"
    payload: Mapping[str, Any] = letter.message.payload
    about = payload.get("action") or payload.get("eventType") or ""
    return f"{letter.message.message_type} {about}".strip()


def _letter_as_json(letter: "DeadLetter") -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(letter)
    return told | {"body": letter.body.decode(errors="replace")}


def _when(at: str) -> str:
    """An ISO time as it is read: without the fractions of its seconds."""
    return visible(at)[:19].replace("T", " ")
