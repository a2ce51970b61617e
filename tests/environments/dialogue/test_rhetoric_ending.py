"""Speakers by rules: how a talk ends."""

import pytest
from tests.environments.dialogue.test_rhetoric import COSIMO, FENN, MAREN, TOWER, speaker, talk

from fabula.environments.dialogue.rhetoric.english import sentences


def test_they_sum_up_and_take_leave_when_the_turns_run_out() -> None:
    said = talk([speaker(MAREN), speaker(COSIMO)], TOWER)
    for _, action in said[-2:]:
        assert "sums up" in action.reason
        assert "takes leave" in action.reason
    assert not any("takes leave" in action.reason for _, action in said[:-2])
    assert not said[-2][1].leaving
    assert said[-1][1].leaving


def test_a_talk_without_a_limit_ends() -> None:
    for topic in (TOWER, "cats vs dogs", ""):
        said = talk([speaker(MAREN), speaker(COSIMO)], topic, turns=60, limited=False)
        assert len(said) < 50
        assert said[-1][1].leaving


@pytest.mark.parametrize("topic", [TOWER, "Who killed the miller?", "What shall we do about the rats in the granary?"])
def test_nobody_takes_leave_before_the_end(topic: str) -> None:
    for seed in range(6):
        for cast in ((MAREN, FENN), (MAREN, COSIMO)):
            said = talk([speaker(sheet) for sheet in cast], topic, turns=16, seed=seed)
            assert ["takes leave" in action.reason for _, action in said] == [False] * 14 + [True] * 2


def test_a_farewell_of_a_short_talk_is_one_sentence() -> None:
    for seed in range(3):
        for line, action in talk([speaker(MAREN), speaker(COSIMO)], TOWER, turns=6, seed=seed)[-2:]:
            assert len(sentences(line.text)) == 1
            assert "takes leave" in action.reason
