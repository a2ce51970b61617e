"""Shades: the colour in which each kind of event stands."""

from fabula.engine import Event
from fabula.environments.world import events as happened

_SHADES: dict[type[Event], str] = {
    happened.Stole: "magenta",
    happened.Missed: "magenta",
    happened.Accused: "yellow",
    happened.Quarrelled: "yellow",
    happened.Attacked: "red",
    happened.Died: "bold red",
    happened.Fled: "red",
    happened.MadeUp: "green",
    happened.Amended: "green",
    happened.Gave: "green",
    happened.PriceMoved: "cyan",
    happened.RanOut: "cyan",
    happened.Tallied: "cyan",
    happened.PlanMade: "blue",
    happened.PlanBroken: "dim",
    happened.Refused: "dim",
    happened.Worked: "dim",
    happened.Bought: "dim",
    happened.Sold: "dim",
    happened.SystemFailed: "bold red",
}


def shade(event: Event) -> str:
    """A rich style; empty for what stands in plain letters."""
    return _SHADES.get(type(event), "")
