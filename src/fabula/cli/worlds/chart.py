"""The chart: a world's map in characters, as a terminal shows it."""

from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.style import Style
from rich.text import Text

from fabula.environments.world import World, WorldState
from fabula.environments.world.components import NOBODY
from fabula.forge.maps import Terrain

_SLEEPER = "z"
_CHOSEN = Style(color="black", bgcolor="bright_yellow", bold=True)


class Window(NamedTuple):
    """The part of a map that is shown: its upper left cell and its size."""

    x: int
    y: int
    width: int
    height: int


def window_about(world: World, *, x: int, y: int, width: int, height: int) -> Window:
    """A window of at most that size with a cell in its middle, as far as the map reaches."""
    width, height = min(width, world.ground.width), min(height, world.ground.height)
    left = min(max(0, x - width // 2), world.ground.width - width)
    top = min(max(0, y - height // 2), world.ground.height - height)
    return Window(left, top, width, height)


def chart(world: World, state: WorldState, window: Window, *, chosen: str = "") -> Text:
    """The ground, and on it everybody in sight: people by the first letter of their name, others by their kind's glyph.

    chosen: a person to be marked.
    """
    terrains, ground, width = world.ground.map.terrains, world.ground.map.ground, world.ground.width
    standing = _standing(world, state, window, chosen)
    text = Text(no_wrap=True, end="")
    for row in range(window.y, window.y + window.height):
        cells = range(row * width + window.x, row * width + window.x + window.width)
        drawn = [_drawn(terrains[ground[cell]], standing.get(cell)) for cell in cells]
        # Neighbours that look alike are one piece: a terminal is written to many times as quickly so.
        for style, alike in groupby(drawn, key=itemgetter(1)):
            text.append("".join(glyph for glyph, _ in alike), style)
        text.append("\n")
    text.right_crop(1)
    return text


def _drawn(terrain: Terrain, who: tuple[str, str] | None) -> tuple[str, Style]:
    """A glyph and how it looks: of whoever stands there, or of the ground."""
    if who is None:
        return _printable(terrain.glyph), _style(_lit(terrain.colour), terrain.colour, bold=False)
    glyph, colour = who
    return glyph, _style(colour, terrain.colour, bold=True) if colour else _CHOSEN


def _standing(world: World, state: WorldState, window: Window, chosen: str) -> dict[int, tuple[str, str]]:
    """Cell -> glyph and colour of who is drawn there; people over others, the chosen one (no colour) over all."""
    lives, setting, width = state.lives, world.setting, world.ground.width
    x, y = lives.x[: lives.count], lives.y[: lives.count]
    seen = (x >= window.x) & (x < window.x + window.width) & (y >= window.y) & (y < window.y + window.height)
    standing: dict[int, tuple[str, str]] = {}
    rows = seen.nonzero()[0]
    for row in sorted(rows.tolist(), key=lambda one: int(lives.seat[one]) != NOBODY):
        seat = int(lives.seat[row])
        cell = int(y[row]) * width + int(x[row])
        name = state.people[seat].name if seat != NOBODY else ""
        if name and name == chosen:
            standing[cell] = (name[0], "")
            continue
        if standing.get(cell, ("", "x"))[1] == "":
            continue
        glyph = name[0] if name else setting.kinds[int(lives.kind[row])].glyph
        colour = setting.factions[int(lives.faction[row])].colour if setting.factions else "#ffffff"
        standing[cell] = (_SLEEPER if lives.asleep[row] and name else _printable(glyph), colour)
    return standing


def _printable(glyph: str) -> str:
    return glyph[:1] if glyph[:1].isprintable() and glyph else "?"


@cache
def _style(colour: str, ground: str, *, bold: bool) -> Style:
    return Style(color=_hex(colour), bgcolor=_darkened(_hex(ground)), bold=bold)


@cache
def _lit(colour: str) -> str:
    return _mixed(_hex(colour), 235, share=0.35)


@cache
def _darkened(colour: str) -> str:
    return _mixed(colour, 0, share=0.62)


def _mixed(colour: str, with_: int, *, share: float) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part * (1 - share) + with_ * share):02x}" for part in parts)


def _hex(colour: str) -> str:
    """The colour, or grey where a pack's is none."""
    try:
        int(colour[1:], 16)
    except ValueError:
        return "#808080"
    return colour if len(colour) == 7 and colour.startswith("#") else "#808080"
