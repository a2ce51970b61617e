"""Reports: the same figures as a table on the terminal and as a page of Markdown."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from benchmarks.measuring import Benchmark, Beside, Figure, Sample
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

_PREAMBLE = """
Written by `make bench ARGS=--write`, or for some of them by `make bench ARGS='NAME… --write'`; each section says first
how its figures are got, and on which machine in which state. A figure is the median of
repeated measuring in one run, with the lowest and the highest beside it and, in brackets, how often it was measured.
What stands indented below a figure was measured in the same run, in turns with it; the last column is the figure
divided by it: for a duration, how many times as long ours takes; for a rate, how many times as much ours does.
Seconds belong to a machine, ratios travel.
"""


_MARKED = re.compile(r"^\| (.+?) \| (.+?) \| .*, (met|missed) \|", re.MULTILINE)
"""A row with a mark: what, its median, and whether the mark was met."""


class Row(NamedTuple):
    """One line of a table."""

    what: str
    figure: str
    spread: str
    mark: str = ""
    ratio: str = ""


HEADS = Row("", "median", "lowest–highest (times)", "mark", "ours ÷ it")


def table(name: str, figures: Sequence[Figure]) -> Table:
    """For the terminal."""
    drawn = Table(*HEADS, title=name, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for column in drawn.columns[1:]:
        column.justify = "right"
    for figure in figures:
        for row in _rows(figure):
            drawn.add_row(*map(Text, row), style="bold red" if figure.missed and row.mark else "")
    return drawn


def written(
    results: Mapping[str, Sequence[Figure]], benchmarks: Mapping[str, Benchmark], machine: str, *, before: str = ""
) -> str:
    """As Markdown: method and figures of every benchmark. before: what was written last, from which the sections of
    those that were not measured now are taken over.
    """
    kept = {section.partition("\n")[0]: f"## {section.rstrip()}\n" for section in before.split("\n## ")[1:]}
    fresh = {name: _section(name, figures, benchmarks[name], machine) for name, figures in results.items()}
    sections = [fresh.get(name) or kept[name] for name in benchmarks if name in fresh or name in kept]
    rows = [row for section in sections for row in _MARKED.findall(section)]
    missed = [f"{what} ({median})" for what, median, met in rows if met == "missed"]
    told = f"Marks met: {len(rows) - len(missed)} of {len(rows)}."
    told = f"{told} Missed: {'; '.join(missed)}." if missed else told
    return "\n".join([f"# Results\n\n{_PREAMBLE.strip()}\n\n{told}\n", *sections])


def _section(name: str, figures: Sequence[Figure], benchmark: Benchmark, machine: str) -> str:
    rows = [HEADS, Row(":--", *["--:"] * (len(HEADS) - 1)), *(row for figure in figures for row in _rows(figure))]
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return f"## {name}\n\n{inspect.getdoc(benchmark)}\n\n{machine}\n\n" + "".join(f"| {line} |\n" for line in lines)


def in_words(results: Mapping[str, Sequence[Figure]]) -> str:
    """Which marks were missed."""
    marked = [figure for figures in results.values() for figure in figures if figure.marked]
    missed = [f"{figure.what} ({_cells(figure.sample, figure.unit)[0]})" for figure in marked if figure.missed]
    told = f"Marks met: {len(marked) - len(missed)} of {len(marked)}."
    return f"{told} Missed: {'; '.join(missed)}." if missed else told


def _rows(figure: Figure) -> Iterator[Row]:
    what = f"{figure.what} ({figure.note})" if figure.note else figure.what
    yield Row(what, *_cells(figure.sample, figure.unit), mark=_mark(figure))
    for other in figure.beside:
        yield Row(f"\u2003{other.what}", *_cells(other.sample, figure.unit), ratio=_ratio(figure, other))


def _cells(sample: Sample, unit: str) -> tuple[str, str]:
    spread = f"{_number(sample.low)}–{_number(sample.high)} ({sample.count})"
    return f"{_number(sample.median)} {unit}", spread


def _mark(figure: Figure) -> str:
    marks = [] if figure.mark is None else [f"< {_number(figure.mark)} {figure.unit}"]
    marks += [f"≥ {other.mark:g}× {other.what}" for other in figure.beside if other.mark is not None]
    return f"{', '.join(marks)}, {'missed' if figure.missed else 'met'}" if marks else ""


def _ratio(figure: Figure, other: Beside) -> str:
    return f"{_number(figure.ratio(other))}×"


def _number(value: float) -> str:
    """Three digits that matter, never an exponent."""
    digits = max(0, 2 - _magnitude(value))
    return f"{value:,.{digits}f}"


def _magnitude(value: float) -> int:
    """The power of ten of the first digit: 2 for 123.4, -1 for 0.5."""
    return int(f"{value:e}".partition("e")[2])
