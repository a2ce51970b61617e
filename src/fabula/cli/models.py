"""Models: `models` says what each provider needs and whether a model answers, `cost` what a run has cost."""

import os
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from fabula.chronicle import visible
from fabula.cli.columns import aligned, counted
from fabula.cli.context import Call, Json
from fabula.cli.later import later
from fabula.cli.terminal import FAILED
from fabula.errors import UsageError
from fabula.llm.keys import ProviderNeed, needs
from fabula.store import SqliteStore

if TYPE_CHECKING:
    from fabula.llm.ledger import Figures, Tally, Wall
    from fabula.llm.values import Reply

NOTHING_LISTENS = "nothing listens"
"""What stands in the reason where a connection was refused."""

_FIGURES = ("questions", "failed", "tokens in", "tokens out", "cost")

_bill = later("fabula.app.asking", "bill")
_check_models = later("fabula.app.asking", "check_models")
_dollars = later("fabula.llm.price", "dollars")


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.command("models", rich_help_panel="Prepare")(models)
    program.command("cost", rich_help_panel="Look")(cost)


def models(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="MODEL", help="Greet these and show what they answer.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what each provider of models needs; with MODEL, whether it answers (that costs next to nothing).

    Nothing is sent anywhere unless you name a model.
    """
    call = Call(as_json=as_json)
    if not names:
        _list_providers(call)
        return
    replies = [_greet(call, name) for name in names]
    call.shown.result({"models": replies})
    raise typer.Exit(0 if all(reply["answered"] for reply in replies) else FAILED)


def cost(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Name of a run (default: the one that was played last).")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say what the models of a run have cost: by agent, by role and by model."""
    call = Call(as_json=as_json)

    async def body(store: SqliteStore) -> "tuple[str, Figures, list[Wall]]":
        name = run or await _latest(store)
        return name, *await _bill(store, call.settings, name)

    name, figures, walls = call.in_store(body)
    call.shown.say(visible(name), style="bold")
    _show_bill(call, figures, walls)
    call.shown.result({"run": name, **msgspec.to_builtins(figures), "walls": msgspec.to_builtins(walls)})


async def _latest(store: SqliteStore) -> str:
    rows = await store.runs()
    if not rows:
        raise UsageError("no runs yet. Begin with: fabula play ashfall")
    return max(rows, key=lambda row: row.changed_at).id


def _list_providers(call: Call) -> None:
    found = needs(os.environ)
    heads = ("provider", "key", "variable", "asked at")
    table = [heads, *((need.provider, _here(need), " or ".join(need.variables) or "-", need.url) for need in found)]
    for number, line in enumerate(aligned(table)):
        call.shown.say(line, style="bold" if number == 0 else "green" if found[number - 1].ready else "")
    call.shown.say()
    call.shown.say("A model of your own: openai@http://127.0.0.1:1234/v1:NAME. A trial without any: fabula provider")
    call.shown.result({"providers": [{**msgspec.to_builtins(need), "ready": need.ready} for need in found]})


def _here(need: ProviderNeed) -> str:
    if need.found:
        return f"{need.found} is set" if len(need.variables) > 1 else "set"
    return "not set" if need.variables else "no key needed"


def _greet(call: Call, name: str) -> dict[str, Any]:
    call.shown.say(f"Asking {visible(name)} …", style="dim")
    reply: Reply = call.in_store(lambda store: _check_models(store, call.settings, os.environ, name))
    if reply.model:
        spent = reply.spent
        cost = _price(spent.cost_nano_usd)
        call.shown.say(f"{reply.model}: {visible(reply.text, letters_max=500)}", style="green")
        call.shown.say(f"  {spent.input_tokens:,} tokens in, {spent.output_tokens:,} out, {cost}", style="dim")
    else:
        # Of one model the reason begins with its name; of several with each one's.
        why = reply.why.removeprefix(f"{name}: ")
        call.shown.say(f"{visible(name)} did not answer: {visible(why, letters_max=1000)}", style="red")
        if name.startswith("ollama:") and NOTHING_LISTENS in why:
            call.shown.say("Is it running? `ollama serve` starts it.")
    return {"name": name, "answered": bool(reply.model), "reply": msgspec.to_builtins(reply)}


def _price(nano_usd: int | None) -> str:
    if nano_usd is None:
        return "price unknown"
    return str(_dollars(nano_usd)) if nano_usd else "free"


def _show_bill(call: Call, figures: "Figures", walls: "list[Wall]") -> None:
    say = call.shown.say
    if not figures.total.calls:
        say("No model was asked in this run: it cost nothing.")
    else:
        for line in aligned(_bill_rows(figures), figures=range(1, len(_FIGURES) + 1)):
            say(line, style="bold" if line.endswith(_FIGURES[-1]) else "")
        say()
    if figures.total.unpriced:
        say(
            f"The price of {counted(figures.total.unpriced, 'question')} is not known: the tokens are counted, "
            "the cost is not."
        )
    for wall in walls:
        amount = _dollars if wall.in_money else "{:,} tokens".format
        whose = " ".join(filter(None, [str(wall.account.scope), wall.account.agent]))
        say(f"Budget of the {visible(whose)}: {amount(wall.spent)} of {amount(wall.maximum)}.")


def _bill_rows(figures: "Figures") -> list[tuple[str, ...]]:
    """One table a kind of group, all as wide, with a gap between them."""
    rows: list[tuple[str, ...]] = []
    for title, groups in (
        ("model", figures.by_model),
        ("role", figures.by_role),
        ("agent", figures.by_agent),
        ("in all", {"": figures.total}),
    ):
        rows += [("",) * (1 + len(_FIGURES))] if rows else []
        rows += [(title, *_FIGURES), *(_tally_row(name, tally) for name, tally in groups.items())]
    return rows


def _tally_row(name: str, tally: "Tally") -> tuple[str, ...]:
    figures = (tally.calls, tally.failures, tally.input_tokens, tally.output_tokens)
    return (visible(name), *(f"{figure:,}" for figure in figures), tally.cost)
