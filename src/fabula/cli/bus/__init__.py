"""The bus: `bus dead` looks after messages that were given up (`dead_letters`, `working`); `bus trace`, `bus journal`
and `bus figures` tell what became of messages (`journal`).
"""

import typer

from fabula.cli.bus.dead_letters import dead
from fabula.cli.bus.journal import figures, journal, trace

__all__ = ["add_to"]


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    bus = typer.Typer(no_args_is_help=True, help="Messages between agents and programs: traces, figures, dead letters.")
    bus.command("trace")(trace)
    bus.command("journal")(journal)
    bus.command("figures")(figures)
    bus.add_typer(dead, name="dead")
    program.add_typer(bus, name="bus", rich_help_panel="Look")
