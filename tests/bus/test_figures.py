"""Figures: what was handled, how long it took, within bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabula.bus import AgentFigures, Figures
from fabula.bus.figures import AGENTS_MAX, OTHERS


def test_nothing_happened_at_first() -> None:
    figures = Figures()
    assert figures.report() == {}
    figures.of("dm")
    assert figures.report() == {"dm": AgentFigures(processed=0, errors=0, dead=0, mean_ms=0.0, p99_ms=0.0)}


def test_the_mean_is_exact_and_one_slow_message_in_a_thousand_is_no_99th() -> None:
    tally = Figures().of("dm")
    for _ in range(999):
        tally.handled(0.010)
    tally.handled(60.0)
    figures = tally.figures()
    assert figures.processed == 1000
    assert figures.mean_ms == pytest.approx((999 * 10 + 60_000) / 1000)
    assert figures.p99_ms == pytest.approx(10, rel=0.045)


@given(st.lists(st.floats(1e-6, 4000), min_size=1, max_size=300))
def test_the_99th_is_within_its_stated_error(times_s: list[float]) -> None:
    tally = Figures().of("dm")
    for took_s in times_s:
        tally.handled(took_s)
    exact_s = sorted(times_s)[-(-len(times_s) * 99 // 100) - 1]
    assert tally.figures().p99_ms == pytest.approx(exact_s * 1e3, rel=0.045)


@pytest.mark.parametrize("took_s", [0.0, -1.0, 1e-9, 1e9])
def test_times_beyond_the_scale_are_counted_at_its_ends(took_s: float) -> None:
    tally = Figures().of("dm")
    tally.handled(took_s)
    assert tally.figures().processed == 1


def test_names_without_end_are_counted_together() -> None:
    figures = Figures()
    for number in range(AGENTS_MAX + 10):
        figures.of(f"player:{number}").handled(0.001)
    report = figures.report()
    assert len(report) == AGENTS_MAX + 1
    assert report[OTHERS].processed == 10
