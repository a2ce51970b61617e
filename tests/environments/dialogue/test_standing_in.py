"""Standing in: what becomes of a turn when a speaker's mind fails, by what failed and how the speaker is set."""

import asyncio
from typing import Any

import pytest

from fabula.agents.minds.human import LeftToRules
from fabula.agents.minds.unanswered import Unanswered
from fabula.agents.persona import Persona
from fabula.engine.values import Action, AgentId, Decided, Observation, Spent
from fabula.environments.dialogue.actions import (
    Bid,
    Cause,
    Consent,
    Falter,
    Leading,
    Pass,
    Propose,
    Say,
    Speaking,
    Vote,
)
from fabula.environments.dialogue.outlook import Other, Outlook, Proposal
from fabula.environments.dialogue.setting import OnFailure, Speaker
from fabula.environments.dialogue.standing_in import NOBODY, SpeakerStandIn, cause_of, in_words
from fabula.errors import RunError
from fabula.llm.values import Failure, FailureKind

BY_RULES = Say(text="By rules.")


class Rules:
    """Says the same each time."""

    label = "rules"
    repeatable = True

    async def decide(self, observation: Observation) -> Action:
        return BY_RULES if observation.accepts == Speaking else Bid(wish=7)


def failed(*kinds: FailureKind, model: str = "openai:one") -> Unanswered:
    failures = tuple(Failure(kind=kind, model=model, why="sk-secret at http://10.0.0.1") for kind in kinds)
    return Unanswered("no model answered", spent=Spent(), failures=failures)


def asked(accepts: Any = Speaking) -> Observation:
    outlook = Outlook(
        me="Ada",
        others=(Other(name="Ben"),),
        options=("the Assay", "the Guns"),
        proposals=(Proposal(number=1, speaker="Ben", text="Wait."), Proposal(number=4, speaker="Ada", text="Pay.")),
    )
    return Observation(agent=AgentId("Ada"), step=3, due=3, perceives=outlook, accepts=accepts, reflex=Pass())


def stood_in(
    failure: Exception, on_failure: OnFailure, *, ends_on_budget: bool = True, accepts: Any = Speaking
) -> Action | Decided:
    speaker = Speaker(persona=Persona(name="Ada"), on_failure=on_failure)
    stand_in = SpeakerStandIn(speaker, Rules(), ends_on_budget=ends_on_budget)
    assert stand_in.repeatable
    assert stand_in.label == "rules"
    assert asyncio.run(stand_in.decide(asked())) == BY_RULES
    return asyncio.run(stand_in.stand_in(asked(accepts), failure))


def faltered(failure: Exception, on_failure: OnFailure = OnFailure.SKIP, **more: Any) -> Falter:
    answer = stood_in(failure, on_failure, **more)
    assert isinstance(answer, Decided)
    assert answer.by == NOBODY
    assert isinstance(answer.action, Falter)
    return answer.action


def test_rules_speak_in_the_place_of_one_who_is_substituted() -> None:
    assert stood_in(failed(FailureKind.OVERLOADED), OnFailure.SUBSTITUTE) == BY_RULES


@pytest.mark.parametrize("on_failure", [OnFailure.SKIP, OnFailure.END])
def test_nobody_speaks_in_the_place_of_the_others(on_failure: OnFailure) -> None:
    assert faltered(failed(FailureKind.OVERLOADED), on_failure).cause is Cause.FAILED


@pytest.mark.parametrize("accepts", [Bid, Leading, Propose, Vote, Consent])
def test_what_is_no_turn_to_speak_is_handled_alike(accepts: Any) -> None:
    dead = failed(FailureKind.OVERLOADED)
    assert stood_in(dead, OnFailure.SUBSTITUTE, accepts=accepts) == Bid(wish=7)
    assert faltered(dead, OnFailure.SKIP, accepts=accepts).cause is Cause.FAILED
    assert faltered(dead, OnFailure.END, accepts=accepts).cause is Cause.FAILED


def in_prose(words: str) -> Unanswered:
    """What is raised where a model answered twice, and in words that are no decision."""
    return Unanswered("asked twice", spent=Spent(), words=words, model="openai:one")


@pytest.mark.parametrize("on_failure", list(OnFailure))
@pytest.mark.parametrize(
    ("words", "accepts", "action"),
    [
        ("The Guns must never have it; I vote the Assay.", Vote, Vote(choice="the Assay")),
        ("I abstain.", Vote, Vote(choice="")),
        ("I object to all of them, they are too dear.", Consent, Consent(objects_to=(1, 4))),
        ("I can live with all of them.", Consent, Consent()),
    ],
)
def test_a_decision_in_plain_words_is_the_models_own(
    words: str, accepts: Any, action: Vote | Consent, on_failure: OnFailure
) -> None:
    decided = stood_in(in_prose(words), on_failure, accepts=accepts)
    assert isinstance(decided, Decided)
    assert (decided.by, decided.action) == ("openai:one", action)


@pytest.mark.parametrize("on_failure", list(OnFailure))
@pytest.mark.parametrize(("words", "accepts"), [("Not the Guns.", Vote), ("I have my doubts.", Consent)])
def test_nobody_decides_against_what_a_model_said(words: str, accepts: Any, on_failure: OnFailure) -> None:
    assert faltered(in_prose(words), on_failure, accepts=accepts).cause is Cause.FAILED
    assert stood_in(in_prose(words), OnFailure.SUBSTITUTE, accepts=Bid) == Bid(wish=7)


@pytest.mark.parametrize("on_failure", list(OnFailure))
def test_a_person_who_leaves_a_turn_to_rules_has_not_failed(on_failure: OnFailure) -> None:
    assert stood_in(LeftToRules(), on_failure) == BY_RULES


def test_a_budget_that_is_spent_ends_it_whoever_is_substituted_where_it_is_to() -> None:
    spent = failed(FailureKind.OVER_BUDGET)
    assert faltered(spent, OnFailure.SUBSTITUTE).cause is Cause.BUDGET
    assert stood_in(spent, OnFailure.SUBSTITUTE, ends_on_budget=False) == BY_RULES
    assert faltered(spent, OnFailure.SKIP, ends_on_budget=False).cause is Cause.BUDGET


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (failed(FailureKind.OVER_BUDGET), Cause.BUDGET),
        (failed(FailureKind.OVERLOADED, FailureKind.OVER_BUDGET), Cause.BUDGET),
        (failed(FailureKind.OVER_BUDGET, FailureKind.OVERLOADED), Cause.FAILED),
        (failed(FailureKind.BREAKER_OPEN), Cause.BREAKER),
        (failed(FailureKind.TIMED_OUT), Cause.TIME),
        (failed(FailureKind.LIMITED), Cause.TIME),
        (TimeoutError(), Cause.TIME),
        (failed(), Cause.FAILED),
        (RunError("no"), Cause.FAILED),
        (ValueError("no"), Cause.FAILED),
    ],
)
def test_the_last_hope_that_failed_is_the_cause(failure: Exception, cause: Cause) -> None:
    assert cause_of(failure) is cause


@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_way_to_fail_is_told_with_the_models_name_and_without_keys_and_addresses(kind: FailureKind) -> None:
    told = in_words(failed(kind, model="openai@http://127.0.0.1:4321/v1:mine"))
    assert told.startswith("openai:mine ")
    for secret in ("sk-secret", "10.0.0.1", "127.0.0.1", "http"):
        assert secret not in told


def test_nothing_of_an_unknown_failure_is_told() -> None:
    for failure in (RuntimeError("key sk-1"), TimeoutError("key sk-1"), failed()):
        assert "sk-" not in in_words(failure)
        assert in_words(failure)
