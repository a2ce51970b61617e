"""Maps: `map show` draws one that is there, `map make` one from a seed."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import typer

from fabula.app import environment_of_pack, stored_environment
from fabula.chronicle import visible
from fabula.cli.columns import counted
from fabula.cli.context import Call, Json
from fabula.cli.later import later
from fabula.engine import state_at
from fabula.errors import UsageError
from fabula.packs import PACK_FILE, pack_names
from fabula.store import NoSuchRun, SqliteStore

_read_map = later("fabula.forge.maps.reading", "read_map")
_make_map = later("fabula.forge.maps.generated", "make_map")
_draw_to = later("fabula.forge.maps.picture", "draw_to")

maps = typer.Typer(no_args_is_help=True, help="Maps of worlds: look at one, or make one from a seed.")

_NOBODYS_COLOUR = "#e8e0d0"
_YAML = frozenset([".yaml", ".yml"])

Png = Annotated[Path | None, typer.Option("--out", metavar="PNG", help="The picture (default: NAME.png, here).")]
Scale = Annotated[
    int | None, typer.Option("--scale", metavar="N", help="Pixels a cell (default: what suits its size).")
]
NoNames = Annotated[bool, typer.Option("--no-names", help="No names on the picture.")]
Grid = Annotated[bool, typer.Option("--grid", help="Lines between the cells.")]


class _Shown(NamedTuple):
    """A map to be shown, and what is to be said of it."""

    name: str
    map: Any
    """A fabula.forge.maps.Map; its module is loaded only when a map is asked for."""
    warnings: Sequence[str] = ()
    standing: Sequence[tuple[int, int, str, str]] = ()
    """As fabula.forge.maps.picture takes it."""
    sides: Sequence[tuple[str, str]] = ()
    """Colour and name of each faction."""
    tick: int | None = None


def add_to(program: typer.Typer) -> None:
    """Register the commands."""
    program.add_typer(maps, name="map", rich_help_panel="Prepare")


@maps.command("show")
def show_map(
    what: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A map file, the folder of a village, a pack of a world, or a run of one."),
    ],
    at: Annotated[
        int | None, typer.Option("--at", metavar="TICK", min=0, help="Of a run: with its lives as they stood then.")
    ] = None,
    out: Png = None,
    scale: Scale = None,
    no_names: NoNames = False,
    grid: Grid = False,
    as_json: Json = False,
) -> None:
    """Draw a map as a PNG and say what is on it.

    It reads what Tiled writes (TMX, TMJ), villages in matrices, and packs by name: fabula map show hollowmere. Of a
    run it draws where everyone stood: fabula map show hollowmere-1 --at 600.
    """
    call = Call(as_json=as_json)
    shown = _of_run(call, what, at) if at is not None else _found(call, what)
    _draw(call, shown, out=out, scale=scale, names=not no_names, grid=grid)


@maps.command("make")
def make(
    form: Annotated[str, typer.Argument(metavar="FORM", help="town, wilds or caves.")],
    width: Annotated[int, typer.Option("--width", metavar="CELLS")] = 120,
    height: Annotated[int, typer.Option("--height", metavar="CELLS")] = 90,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Another seed, another map.")] = 1,
    out: Png = None,
    scale: Scale = None,
    no_names: NoNames = False,
    as_json: Json = False,
) -> None:
    """Make a map from a seed and draw it. A pack has it by `map: {form: town, width: 120, height: 90, seed: 1}`."""
    call = Call(as_json=as_json)
    made = _make_map(form, width, height, seed)
    _draw(call, _Shown(f"{form}-{seed}", made), out=out, scale=scale, names=not no_names, grid=False)


# What is to be shown.


def _found(call: Call, what: str) -> _Shown:
    """A file before a pack before a run. Raises UsageError if it is none of them."""
    path = Path(what)
    if path.is_dir() and not (path / PACK_FILE).is_file():
        return _Shown(path.resolve().name, *_read_map(path))
    if (
        path.is_dir()
        or (path.is_file() and path.suffix.casefold() in _YAML)
        or (not path.exists() and what in pack_names())
    ):
        return _of_pack(what)
    if path.exists() or path.suffix:
        return _Shown(path.name.split(".")[0] or "map", *_read_map(path))
    return _of_run(call, what, None)


def _of_pack(what: str) -> _Shown:
    environment, warnings = environment_of_pack(what)
    return _Shown(environment.pack, _named_by_places(_world(environment, f"pack {what!r}")), warnings)


def _of_run(call: Call, run: str, at: int | None) -> _Shown:
    async def body(store: SqliteStore) -> _Shown:
        try:
            row = await store.run(run)
        except NoSuchRun as missing:
            raise UsageError(
                f"no map file, no pack and no run is called {run!r}. `fabula runs` lists the runs."
            ) from missing
        world = _world(await stored_environment(store, run), f"run {run!r}")
        if at is not None and at > row.steps:
            raise UsageError(f"--at {at}: run {run!r} has ticks 0 to {row.steps}")
        tick = row.steps if at is None else at
        state = await state_at(store, run, world, step=tick)
        sides = [(faction.colour, faction.name) for faction in world.setting.factions]
        return _Shown(
            f"{run}-{tick}", _named_by_places(world), standing=_standing(world, state), sides=sides, tick=tick
        )

    return call.in_store(body)


def _world(environment: Any, what: str) -> Any:
    """The same, if it is a world. Any, since loading its class takes what no other command needs."""
    if not hasattr(environment, "ground"):
        raise UsageError(f"{what} is of the kind {environment.name!r}, which has no map. Only worlds have one.")
    return environment


def _named_by_places(world: Any) -> Any:
    """The map of a world; a region that is a place of the world goes by the name of the place."""
    names = {place.region: place.name for place in world.setting.places if place.region}
    made = world.ground.map
    taken = {region.name for region in made.regions}
    regions = tuple(
        region
        if names.get(region.name, region.name) in taken
        else msgspec.structs.replace(region, name=names[region.name])
        for region in made.regions
    )
    return msgspec.structs.replace(made, regions=regions)


def _standing(world: Any, state: Any) -> list[tuple[int, int, str, str]]:
    """Where everyone stands, in the colour of their faction; people with their names."""
    lives = state.lives
    factions = [faction.colour for faction in world.setting.factions]
    rows = zip(*(getattr(lives, name)[: lives.count].tolist() for name in ("x", "y", "faction", "seat")), strict=True)
    return [
        (
            x,
            y,
            factions[faction] if faction < len(factions) else _NOBODYS_COLOUR,
            state.people[seat].name if seat >= 0 else "",
        )
        for x, y, faction, seat in rows
    ]


# Showing it.


def _draw(call: Call, shown: _Shown, *, out: Path | None, scale: int | None, names: bool, grid: bool) -> None:
    target = Path(f"{shown.name}.png") if out is None else out
    if target.suffix.casefold() != ".png":
        raise UsageError(f"{target}: the picture is a PNG; give it a name that ends in .png")
    pixels = _draw_to(
        target, shown.map, scale=scale, names=names, grid=grid, standing=shown.standing, sides=shown.sides
    )
    _tell(call, shown)
    for warning in shown.warnings:
        call.shown.say(visible(warning), style="yellow")
    call.shown.say(f"Drawn to {target}, {pixels[0]} x {pixels[1]} pixels.")
    call.shown.result({**_as_json(shown), "picture": str(target), "pixels": list(pixels)})


def _tell(call: Call, shown: _Shown) -> None:
    told = _as_json(shown)
    cells = f"{told['width']} x {told['height']} cells"
    when = "" if shown.tick is None else f", before tick {shown.tick}"
    call.shown.say(f"{visible(shown.name)}: {cells}{when}", style="bold")
    whole = told["width"] * told["height"]
    shares = (f"{visible(name)} {_percent(cells, whole)}" for name, cells in told["terrains"].items())
    call.shown.say(f"  ground: {', '.join(shares)}")
    if told["regions"]:
        kinds = (f"{visible(kind) or 'of no kind'} {count}" for kind, count in told["regions"].items())
        call.shown.say(f"  regions: {', '.join(kinds)}")
    if told["spots"]:
        call.shown.say(f"  {counted(told['spots'], 'spot')}")
    if shown.tick is not None:
        call.shown.say(f"  {counted(told['lives'], 'life', 'lives')}, {told['people']} of them with names")


def _percent(cells: int, whole: int) -> str:
    return f"{100 * cells // whole}%" if 100 * cells >= whole else "<1%"


def _as_json(shown: _Shown) -> dict[str, Any]:
    made = shown.map
    ground, kinds = Counter(made.ground), Counter(region.kind for region in made.regions)
    terrains: Counter[str] = Counter()
    for number, cells in ground.items():
        terrains[made.terrains[number].name] += cells
    told: dict[str, Any] = {
        "name": shown.name,
        "width": made.width,
        "height": made.height,
        "terrains": dict(sorted(terrains.items(), key=lambda one: (-one[1], one[0]))),
        "regions": dict(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
        "spots": len(made.spots),
        "warnings": list(shown.warnings),
    }
    if shown.tick is not None:
        people = sum(1 for one in shown.standing if one[3])
        told |= {"tick": shown.tick, "lives": len(shown.standing), "people": people}
    return told
