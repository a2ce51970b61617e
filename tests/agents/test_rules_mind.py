"""RulesMind: weighs options by what drives a persona, in any environment, the same way every time."""

from collections import Counter
from typing import Any

import pytest

from fabula.agents.drives import Drive
from fabula.agents.minds.rules import RulesMind
from fabula.agents.persona import Persona, Weight
from fabula.engine.chance import Chance
from fabula.engine.values import Action, AgentId, Observation, Option


class Jump(Action):
    """An action of no environment in particular."""

    to: str


def a_mind(seed: int = 1, **weights: float) -> RulesMind:
    held = tuple(Weight(name=name.replace("_", "-"), value=value) for name, value in weights.items())
    return RulesMind(Persona(name="Ada", weights=held), Chance(seed))


def option(to: str, *, worth: float = 0.0, why: str = "", **appeals: float) -> Option:
    return Option(action=Jump(to=to, reason=why), appeals=appeals, worth=worth)


def asked(*options: Option, step: int = 3) -> Observation:
    return Observation(
        agent=AgentId("Ada"),
        step=step,
        due=step,
        perceives=None,
        accepts=Jump,
        reflex=Jump(to="nowhere"),
        options=options,
    )


def decided(mind: RulesMind, observation: Observation) -> Any:
    thinking = mind.decide(observation)
    with pytest.raises(StopIteration) as thought:
        thinking.send(None)
    return thought.value.value


def test_without_options_it_does_what_the_reflex_says() -> None:
    assert decided(a_mind(), asked()) == Jump(to="nowhere")


def test_what_speaks_to_a_strong_drive_is_chosen_and_to_a_weak_one_is_not() -> None:
    options = (option("the fight", aggression=0.6), option("the book", curiosity=0.6))
    assert decided(a_mind(aggression=0.95, curiosity=0.05), asked(*options)).to == "the fight"
    assert decided(a_mind(aggression=0.05, curiosity=0.95), asked(*options)).to == "the book"


def test_what_one_has_no_drive_for_can_repel() -> None:
    fearless = a_mind(self_preservation=0.0)
    assert (
        fearless.score(option("away", self_preservation=1.0)) < 0 < fearless.score(option("in", self_preservation=-1.0))
    )


def test_the_worth_of_the_situation_counts_for_everyone_alike() -> None:
    for mind in (a_mind(), a_mind(duty=1.0), a_mind(duty=0.0)):
        assert mind.score(option("x", worth=0.5)) == 0.5


def test_the_same_question_gets_the_same_answer_and_another_seed_or_step_perhaps_another() -> None:
    options = tuple(option(str(number)) for number in range(8))
    first = decided(a_mind(), asked(*options))
    assert all(decided(a_mind(), asked(*options)) == first for _ in range(3))
    assert len({decided(a_mind(seed), asked(*options)).to for seed in range(60)}) == 8
    assert len({decided(a_mind(), asked(*options, step=step)).to for step in range(60)}) == 8


def test_chance_lets_a_little_better_win_mostly_and_a_lot_better_nearly_always() -> None:
    def won(by: float) -> int:
        options = (option("better", worth=by), option("worse"))
        return Counter(decided(a_mind(seed), asked(*options)).to for seed in range(400))["better"]

    assert 160 < won(0.0) < 240
    # Luce's rule: odds of e to 1 at 0.12 ahead, e to the fifth at 0.6.
    assert 260 < won(0.12) < 325
    assert won(0.6) > 385


def test_the_reason_says_what_speaks_for_it_and_which_drive_decided() -> None:
    mind = a_mind(loyalty=0.9, greed=0.9)
    reason = decided(mind, asked(option("the gate", why="the gate is open", loyalty=0.9, greed=0.1))).reason
    assert reason == "the gate is open; loyalty asks it"
    assert decided(mind, asked(option("x", loyalty=0.5))).reason == "loyalty asks it"


def test_a_reason_that_no_drive_speaks_for_stands_alone() -> None:
    assert decided(a_mind(), asked(option("x", why="it is late", duty=-0.5, weather=0.9))).reason == "it is late"


def test_a_drive_it_has_never_heard_of_counts_as_a_middling_one() -> None:
    assert a_mind().score(option("x", weather=1.0)) == a_mind().score(option("x", duty=1.0)) == 0.4


@pytest.mark.parametrize("count", [1, 7, 8, 9, 24, 100])
def test_any_number_of_options_will_do(count: int) -> None:
    options = tuple(option(str(number)) for number in range(count))
    assert decided(a_mind(), asked(*options)) in [each.action for each in options]


def test_it_is_repeatable_rules() -> None:
    assert (a_mind().label, a_mind().repeatable) == ("rules", True)
    assert {str(drive) for drive in Drive} >= {"duty", "greed"}
