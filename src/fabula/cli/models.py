"""Models: `models` says what each provider needs and whether a model answers, `cost` what a run has cost."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from fabula.chronicle import visible
from fabula.cli.context import Call, Json, RunName
from fabula.cli.later import later
from fabula.cli.terminal import FAILED
from fabula.llm.keys import needs

if TYPE_CHECKING:
    from fabula.llm.ledger import Figures, Tally, Wall
    from fabula.llm.values import Reply

_bill = later("fabula.app.asking", "bill")
_check_models = later("fabula.app.asking", "check_models")
_dollars = later("fabula.llm.price", "dollars")


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.command("models", rich_help_panel="Prepare")(models)
    program.command("cost", rich_help_panel="Look")(cost)


def models(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL]…", help="Greet these and show what they answer.")
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


def cost(run: RunName, as_json: Json = False) -> None:
    """Say what the models of a run have cost: by agent, by role and by model."""
    call = Call(as_json=as_json)
    figures, walls = call.in_store(lambda store: _bill(store, call.settings, run))
    _show_bill(call, figures, walls)
    call.shown.result({"run": run, **msgspec.to_builtins(figures), "walls": msgspec.to_builtins(walls)})


def _list_providers(call: Call) -> None:
    table = Table("provider", "needs", "here", "asked at", box=None, pad_edge=False, header_style="bold")
    found = needs(os.environ)
    for need in found:
        variables = " or ".join(need.variables) or "no key"
        here = need.found or ("ready" if need.ready else "not set")
        table.add_row(need.provider, variables, Text(here, style="green" if need.ready else "dim"), need.url)
    call.shown.people.print(table)
    call.shown.say()
    call.shown.say("A model of your own: openai@http://127.0.0.1:1234/v1:NAME. A trial without any: fabula provider")
    call.shown.result({"providers": [{**msgspec.to_builtins(need), "ready": need.ready} for need in found]})


def _greet(call: Call, name: str) -> dict[str, Any]:
    reply: Reply = call.in_store(lambda store: _check_models(store, call.settings, os.environ, name))
    if reply.model:
        spent = reply.spent
        cost = "price unknown" if spent.cost_nano_usd is None else _dollars(spent.cost_nano_usd)
        call.shown.say(f"{reply.model}: {visible(reply.text, letters_max=500)}", style="green")
        call.shown.say(f"  {spent.input_tokens:,} tokens in, {spent.output_tokens:,} out, {cost}", style="dim")
    else:
        call.shown.say(f"{visible(name)} did not answer. {visible(reply.why, letters_max=1000)}", style="red")
    return {"name": name, "answered": bool(reply.model), "reply": msgspec.to_builtins(reply)}


def _show_bill(call: Call, figures: "Figures", walls: "list[Wall]") -> None:
    say = call.shown.say
    if not figures.total.calls:
        say("No model was asked in this run: it cost nothing.")
    for title, groups in (
        ("model", figures.by_model),
        ("role", figures.by_role),
        ("agent", figures.by_agent),
        ("in all", {"": figures.total}),
    ):
        if figures.total.calls:
            call.shown.people.print(_bill_table(title, groups))
            say()
    if figures.total.unpriced:
        say(
            f"The price of {figures.total.unpriced:,} questions is not known; their tokens are counted, their cost not."
        )
    for wall in walls:
        amount = _dollars if wall.in_money else "{:,} tokens".format
        whose = " ".join(filter(None, [str(wall.account.scope), wall.account.agent]))
        say(f"Budget of the {visible(whose)}: {amount(wall.spent)} of {amount(wall.maximum)}.")


def _bill_table(title: str, groups: "Mapping[str, Tally]") -> Table:
    heads = (title, "questions", "failed", "tokens in", "tokens out", "cost")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(heads):
        table.add_column(head, justify="left" if number == 0 else "right", overflow="fold", min_width=len(head))
    for name, tally in groups.items():
        figures = (tally.calls, tally.failures, tally.input_tokens, tally.output_tokens)
        table.add_row(Text(visible(name)), *(f"{figure:,}" for figure in figures), _dollars(tally.cost_nano_usd))
    return table
