"""`fabula bus trace`, `journal` and `figures`: what became of messages, as programs of this home noted it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
import typer

from fabula.chronicle import visible
from fabula.cli.bus.table import WHY_LETTERS_MAX, Most, say_table
from fabula.cli.columns import counted
from fabula.cli.context import Call, Json
from fabula.cli.later import later

if TYPE_CHECKING:
    from fabula.bus import Hop, SqliteJournal

T = TypeVar("T")

_journal_of = later("fabula.app.carrying", "journal_of")


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
    say_table(
        call, heads, ((_time(hop), f"{(hop.at - began) * 1000:,.1f}", *_hop_cells(hop)) for hop in hops), figures=(1, 5)
    )
    call.shown.result({"correlation": correlation, "hops": [msgspec.to_builtins(hop) for hop in hops]})


def journal(most: Most = 30, as_json: Json = False) -> None:
    """Show what happened on the bus of late, a line for each step of a message's way, the last at the end."""
    call = Call(as_json=as_json)
    hops = _from_journal(call, lambda open_: open_.recent(most=most))
    if hops:
        heads = ("message", "time", "from → to", "what", "about", "took", "why")
        say_table(call, heads, ((hop.message[:8] or "-", _time(hop), *_hop_cells(hop)) for hop in hops), figures=(5,))
        call.shown.say()
        call.shown.say("`fabula bus trace MESSAGE` shows all that belongs together.", style="dim")
    else:
        _say_nothing_noted(call, "Nothing was noted by a program that keeps a journal in this FABULA_HOME.")
    call.shown.result({"hops": [msgspec.to_builtins(hop) for hop in hops]})


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
        say_table(call, ("agent", "processed", "errors", "dead", "mean", "p99"), rows, figures=range(1, 6))
    else:
        _say_nothing_noted(call, "Nothing was handled by a program that keeps a journal in this FABULA_HOME.")
    call.shown.result({"figures": {agent: msgspec.to_builtins(each) for agent, each in found.items()}})


def _from_journal(call: Call, query: "Callable[[SqliteJournal], T]") -> T:
    """What the journal says; what a person should know of its file is told."""
    with _journal_of(call.settings) as open_:
        found = query(open_)
        for word in open_.words:
            call.shown.say(visible(word), style="yellow")
    return found


def _say_nothing_noted(call: Call, nothing: str) -> None:
    call.shown.say(nothing if call.settings.bus.journal_max else "Nothing is noted: bus.journal_max is 0.")


def _hop_cells(hop: "Hop") -> tuple[str, ...]:
    return (
        f"{visible(hop.sender)} → {visible(hop.to)}",
        hop.what.value,
        f"{hop.kind} {visible(hop.about)}".strip(),
        f"{hop.took_ms:,.1f} ms" if hop.took_ms else "",
        visible(hop.why, letters_max=WHY_LETTERS_MAX),
    )


def _time(hop: "Hop") -> str:
    return datetime.fromtimestamp(hop.at, UTC).strftime("%H:%M:%S.%f")[:-3]


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
