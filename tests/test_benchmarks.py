"""The benchmarks: each of them runs, and none goes unreported. Nothing here is timed."""

import math
import os
import re
from pathlib import Path

import pytest
from benchmarks.measuring import FULL, TINY, Absent, Beside, Figure, Sample
from benchmarks.program import BENCHMARKS, RESULTS, main, measured
from benchmarks.report import in_words, written

NEED_SERVERS = {"buses"}
"""Where tests are run for all, these have what they need."""


def a_figure(median: float, *, mark: float | None = None) -> Figure:
    sample = Sample.of([median, median / 2, median * 2])
    return Figure(what="a turn", unit="ms", sample=sample, mark=mark, beside=(Beside(what="a floor", sample=sample),))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_gives_figures_that_can_be_read(name: str, tmp_path: Path) -> None:
    try:
        figures = measured(BENCHMARKS[name], TINY, tmp_path / name)
    except Absent as missing:
        if "CI" in os.environ and name in NEED_SERVERS:
            raise
        pytest.skip(str(missing))
    assert figures
    for figure in figures:
        # Nothing may be missed or late; but nothing can be divided by what stands beside it if that is 0.
        assert 0 <= figure.sample.low <= figure.sample.median <= figure.sample.high < math.inf
        for sample in (other.sample for other in figure.beside):
            assert 0 < sample.low <= sample.median <= sample.high < math.inf


def test_the_scale_of_the_report_is_the_one_the_marks_are_set_for() -> None:
    assert (FULL.events, FULL.memory_turns, FULL.campaign_turns, list(FULL.crowds)) == (100, 20, None, [10, 1000])


def test_the_results_hold_every_benchmark_and_its_method() -> None:
    results = RESULTS.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", results, flags=re.MULTILINE) == list(BENCHMARKS)
    assert [name for name, benchmark in BENCHMARKS.items() if str(benchmark.__doc__).strip() not in results] == []


def test_the_guide_to_the_benchmarks_names_every_one() -> None:
    guide = RESULTS.with_name("README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", guide, flags=re.MULTILINE) == list(BENCHMARKS)


def test_a_mark_is_met_below_it_and_missed_at_it() -> None:
    assert in_words({"turns": [a_figure(4.99, mark=5), a_figure(100)]}) == "Marks met: 1 of 1."
    assert in_words({"turns": [a_figure(5, mark=5)]}) == "Marks met: 0 of 1. Missed: a turn (5.00 ms)."


def test_a_mark_beside_something_else_is_met_at_that_ratio() -> None:
    raw = Beside(what="the raw client", sample=Sample.of([1000.0]), mark=0.85)
    enough, too_few = (
        Figure(what="messages", unit="/s", sample=Sample.of([rate]), beside=(raw,)) for rate in (850.0, 849.0)
    )
    assert in_words({"buses": [enough, too_few]}) == "Marks met: 1 of 2. Missed: messages (849 /s)."
    lines = written({"buses": [enough, too_few]}, BENCHMARKS, "A machine.").splitlines()
    assert "| messages | 850 /s | 850–850 (1) | ≥ 0.85× the raw client, met |  |" in lines
    assert "| messages | 849 /s | 849–849 (1) | ≥ 0.85× the raw client, missed |  |" in lines
    assert "Marks met: 1 of 2. Missed: messages (849 /s)." in lines


def test_the_report_puts_ratios_beside_figures() -> None:
    lines = written({"turns": [a_figure(1234.5, mark=500)]}, BENCHMARKS, "A machine.").splitlines()
    assert "| a turn | 1,234 ms | 617–2,469 (3) | < 500 ms, missed |  |" in lines
    assert "| \u2003a floor | 1,234 ms | 617–2,469 (3) |  | 1.00× |" in lines


@pytest.mark.parametrize("call", [["turn"], ["turns", "--wrote"]])
def test_a_wrong_call_says_what_there_is(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(call)
    assert left.value.code == 2
    assert re.search("there are agents, turns,|unrecognized arguments: --wrote", capsys.readouterr().err)


def test_what_was_not_measured_again_keeps_its_figures() -> None:
    first = written({"turns": [a_figure(1)], "logs": [a_figure(9, mark=5)]}, BENCHMARKS, "A machine.")
    again = written({"logs": [a_figure(3, mark=5)]}, BENCHMARKS, "Another machine.", before=first)
    assert [line for line in again.splitlines() if line.startswith("## ")] == ["## turns", "## logs"]
    assert "Marks met: 0 of 1." in first
    assert "Marks met: 1 of 1." in again
    assert again.count("A machine.") == again.count("Another machine.") == 1
