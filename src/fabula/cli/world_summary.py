"""A world in short: when it is, who lives in it, where its people are and what they do, what they quarrel about."""

from collections.abc import Iterator, Mapping
from typing import Any

from fabula.chronicle import visible
from fabula.cli.columns import aligned, counted
from fabula.store import RunRow

PEOPLE_MAX = 40
QUARRELS_MAX = 8
"""So many are shown, the hottest first."""
LETTERS_MAX = 160


def world_summary(row: RunRow, view: Mapping[str, Any], *, onward: str) -> Iterator[str]:
    """The lines below those that every run begins with. view: the whole state's. onward: the command by which it goes
    on; empty: it has ended.
    """
    of = f" of {view['ticks']:,}" if view["ticks"] else ""
    yield visible(view["title"])
    yield f"day {view['day']}, {view['hour']:02}:{view['minute']:02}; tick {view['tick']:,}{of}"
    lives = view["lives"]
    yield f"{counted(lives['count'], 'life', 'lives')}: {_counts(lives['by_kind'])}"
    if lives["by_faction"]:
        yield f"factions: {_counts(lives['by_faction'])}"
    yield ""
    yield from _people(view["people"])
    yield from _quarrels(view["quarrels"])
    yield ""
    yield from _where_next(row, view, onward)


def _counts(by_name: Mapping[str, int]) -> str:
    return ", ".join(f"{visible(name)} {count:,}" for name, count in by_name.items())


def _people(people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    heads = ("person", "faction", "place", "health", "coin", "doing")
    rows = [
        (
            visible(name),
            visible(str(who.get("faction", ""))),
            visible(str(who.get("place", ""))),
            str(who.get("health", "")),
            str(who.get("coin", "")),
            visible(str(who.get("doing") or who.get("status", "")), letters_max=LETTERS_MAX),
        )
        for name, who in list(people.items())[:PEOPLE_MAX]
    ]
    yield from aligned([heads, *rows], figures={3, 4})
    if len(people) > PEOPLE_MAX:
        yield f"and {len(people) - PEOPLE_MAX:,} more"


def _quarrels(quarrels: list[Mapping[str, Any]]) -> Iterator[str]:
    if not quarrels:
        return
    yield ""
    yield "quarrels"
    for quarrel in sorted(quarrels, key=lambda each: -each["heat"])[:QUARRELS_MAX]:
        told = f"{quarrel['of']} with {quarrel['with']}: {quarrel['about']}"
        yield f"{quarrel['heat']:>5}  {visible(told, letters_max=LETTERS_MAX)}"
    if len(quarrels) > QUARRELS_MAX:
        yield f"  and {len(quarrels) - QUARRELS_MAX:,} cooler ones"


def _where_next(row: RunRow, view: Mapping[str, Any], onward: str) -> Iterator[str]:
    someone = next(iter(view["people"]), "")
    commands = [
        (f"fabula story {row.id}", "its annals"),
        (f"fabula show {row.id} --agent {visible(someone)!r}", "what one of them knows") if someone else None,
        (f"fabula map show {row.id}", "where everything is"),
        (f"fabula show {row.id} --json", "every place, price, bond and thing"),
        (onward, "how it goes on") if onward else None,
    ]
    yield from aligned([each for each in commands if each is not None])
