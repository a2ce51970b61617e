"""The bus: `bus dead` looks after messages that were given up, `bus trace` shows a conversation with its times."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import typer

from fabula.chronicle import visible
from fabula.cli.columns import aligned, counted
from fabula.cli.context import Call, Json
from fabula.cli.later import later
from fabula.cli.terminal import FAILED
from fabula.errors import FabulaError, RunError, UsageError

if TYPE_CHECKING:
    from fabula.bus import Bus, DeadLetter, Hop, SqliteJournal

T = TypeVar("T")

ALL_MAX = 10_000
"""Dead letters that `--all` takes on; those beyond wait for the next call."""
ANSWER_S_MAX = 5.0
"""A person waits no longer for a first answer of the bus."""
WHY_LETTERS_MAX = 200
BODY_LETTERS_MAX = 4_000

_bus_of = later("fabula.app.carrying", "bus_of")
_journal_of = later("fabula.app.carrying", "journal_of")
_alone = later("fabula.app.presence", "alone")
_shown = later("fabula.bus.opening", "shown")

DEAD = "bus:dead"
"""What whoever works through dead letters does alone, so that none is sent twice by two of them."""

bus = typer.Typer(no_args_is_help=True, help="Messages between agents and programs: traces, figures, dead letters.")
dead = typer.Typer(
    no_args_is_help=True,
    help="Messages that were given up: tried five times, or understood by nobody. They lie here until you send them "
    "again or throw them away.",
)

Most = Annotated[int, typer.Option("--most", metavar="N", min=1, max=ALL_MAX, help="So many, the latest.")]
Letters = Annotated[
    list[str] | None, typer.Argument(metavar="ID", help="Dead letters, as `fabula bus dead list` names them.")
]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    bus.add_typer(dead, name="dead")
    program.add_typer(bus, name="bus", rich_help_panel="Look")


@dead.command("list")
def list_dead(most: Most = 100, as_json: Json = False) -> None:
    """List the dead letters, the latest first, each with its cause."""
    call = Call(as_json=as_json)
    letters = _on_bus(call, lambda open_: open_.dead_letters(most=most))
    if not letters:
        call.shown.say("No dead letters: every message was handled, or still waits.")
    else:
        _say_table(call, ("id", "when", "to", "about", "tries", "cause"), map(_letter_row, letters), figures=(4,))
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
    _with_each(call, letters, everything, "redriven", lambda open_, letter: open_.redrive(letter))


@dead.command("drop")
def drop_dead(letters: Letters = None, everything: All = False, as_json: Json = False) -> None:
    """Throw dead letters away, for good."""
    call = Call(as_json=as_json)
    _with_each(call, letters, everything, "dropped", lambda open_, letter: open_.drop(letter))


@bus.command("trace")
def trace(
    correlation: Annotated[
        str,
        typer.Argument(
            metavar="CORRELATION",
            help="The id of any message of the conversation, or a correlation; how it begins will do.",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show a whole conversation with its times: each request, what became of it, what followed from it.

    `fabula bus journal` and `fabula bus dead show` name ids to begin with.
    """
    call = Call(as_json=as_json)
    hops = _from_journal(call, lambda journal: journal.trace(correlation))
    began = hops[0].at
    call.shown.say(f"{_day(began)} UTC, {counted(len({hop.message for hop in hops}), 'message')}", style="bold")
    heads = ("time", "+ms", "from → to", "what", "about", "took", "why")
    _say_table(
        call, heads, ((_time(hop), f"{(hop.at - began) * 1000:,.1f}", *_hop_cells(hop)) for hop in hops), figures=(1, 5)
    )
    call.shown.result({"correlation": correlation, "hops": [msgspec.to_builtins(hop) for hop in hops]})


@bus.command("journal")
def journal(most: Most = 30, as_json: Json = False) -> None:
    """Show what happened on the bus of late, a line for each step of a message's way, the last at the end."""
    call = Call(as_json=as_json)
    hops = _from_journal(call, lambda open_: open_.recent(most=most))
    if hops:
        heads = ("message", "time", "from → to", "what", "about", "took", "why")
        _say_table(call, heads, ((hop.message[:8] or "-", _time(hop), *_hop_cells(hop)) for hop in hops), figures=(5,))
        call.shown.say()
        call.shown.say("`fabula bus trace MESSAGE` shows all that belongs together.", style="dim")
    else:
        _say_nothing_noted(call)
    call.shown.result({"hops": [msgspec.to_builtins(hop) for hop in hops]})


@bus.command("figures")
def figures(as_json: Json = False) -> None:
    """Say what each agent did with the messages it was sent, as far as the journal goes back.

    Processed are messages that were handled; errors are attempts that failed; dead are messages given up. The times are
    those in the handler: on average, and within which 99 of 100 were done.
    """
    call = Call(as_json=as_json)
    found = _from_journal(call, lambda open_: open_.figures())
    if found:
        rows = (
            (
                visible(agent),
                *(f"{count:,}" for count in (each.processed, each.errors, each.dead)),
                f"{each.mean_ms:,.1f} ms",
                f"{each.p99_ms:,.1f} ms",
            )
            for agent, each in found.items()
        )
        _say_table(call, ("agent", "processed", "errors", "dead", "mean", "p99"), rows, figures=range(1, 6))
    else:
        _say_nothing_noted(call)
    call.shown.result({"figures": {agent: msgspec.to_builtins(each) for agent, each in found.items()}})


# The bus and its journal.


def _on_bus(call: Call, body: "Callable[[Bus], Awaitable[T]]") -> T:
    """What comes of it on the bus of the settings. Raises UsageError if that is one within this process."""
    if call.settings.bus.url.get_secret_value().startswith("memory:"):
        raise UsageError(
            "the bus is `memory:`, which keeps its messages within the program that sends them: from here there are no "
            "dead letters to be seen. Set FABULA_BUS__URL (or bus.url) to the bus that is meant, such as "
            "redis://127.0.0.1:6379/0"
        )

    async def opened() -> T:
        async with _bus_of(call.settings) as open_:
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


def _with_each(
    call: Call,
    letters: list[str] | None,
    everything: bool,
    done: str,
    deed: "Callable[[Bus, str], Awaitable[None]]",
) -> None:
    """Do something with each of these dead letters, and say how it went. One that fails does not keep the others."""
    if bool(letters) == everything:
        raise UsageError("name dead letters, or give --all. `fabula bus dead list` lists them.")

    async def body(open_: "Bus") -> tuple[list[str], dict[str, str]]:
        named = letters or [found.id for found in reversed(await open_.dead_letters(most=ALL_MAX))]
        well: list[str] = []
        failed: dict[str, str] = {}
        async with _alone(call.settings.sessions, DEAD):
            for letter in dict.fromkeys(named):
                try:
                    await deed(open_, letter)
                    well.append(letter)
                except FabulaError as failure:
                    if len(named) == 1:
                        raise
                    failed[letter] = str(failure)
        return well, failed

    well, failed = _on_bus(call, body)
    for letter, why in failed.items():
        call.shown.say(f"{visible(letter)}: {visible(why)}", style="red")
    call.shown.say(f"{counted(len(well), 'dead letter')} {done}." if well or failed else "There are no dead letters.")
    call.shown.result({done: well, "failed": failed})
    if failed:
        raise typer.Exit(FAILED)


def _from_journal(call: Call, query: "Callable[[SqliteJournal], T]") -> T:
    """What the journal says; what a person should know of its file is told."""
    with _journal_of(call.settings) as open_:
        found = query(open_)
        for word in open_.words:
            call.shown.say(visible(word), style="yellow")
    return found


def _say_nothing_noted(call: Call) -> None:
    if call.settings.bus.journal_max:
        call.shown.say("Nothing is noted yet. Programs that use the bus with this FABULA_HOME note what they do here.")
    else:
        call.shown.say("Nothing is noted: bus.journal_max is 0.")


# Showing it.


def _say_table(call: Call, heads: Sequence[str], rows: Iterable[Sequence[str]], *, figures: Sequence[int]) -> None:
    for number, line in enumerate(aligned([heads, *rows], figures=figures)):
        call.shown.say(line, style="bold" if number == 0 else "")


def _hop_cells(hop: "Hop") -> tuple[str, ...]:
    return (
        f"{visible(hop.sender)} → {visible(hop.to)}",
        hop.what.value,
        f"{hop.kind} {visible(hop.about)}".strip(),
        f"{hop.took_ms:,.1f} ms" if hop.took_ms else "",
        visible(hop.why, letters_max=WHY_LETTERS_MAX),
    )


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


def _time(hop: "Hop") -> str:
    return datetime.fromtimestamp(hop.at, UTC).strftime("%H:%M:%S.%f")[:-3]


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def _when(at: str) -> str:
    """An ISO time as it is read: without the fractions of its seconds."""
    return visible(at)[:19].replace("T", " ")
