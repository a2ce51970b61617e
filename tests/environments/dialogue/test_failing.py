"""A mind that cannot answer is handled as the setting says, and the record says so."""

from typing import Any

import pytest
from tests.environments.dialogue.tables import Table, a_setting, failing, in_turn, lively, with_speaker

from fabula.engine.values import Action, Observation
from fabula.environments.dialogue import DialogueSetting, Ends
from fabula.environments.dialogue.actions import Bid, Cause, Consent, Falter, Leading, Propose, Speaking, Vote
from fabula.environments.dialogue.events import Called, Faltered, Said, Voted
from fabula.environments.dialogue.setting import Decision, OnFailure, Policy

THREE = ("Ada", "Ben", "Cara")
DEAD = Falter(cause=Cause.FAILED, why="its provider is gone")


def with_failure(setting: DialogueSetting, on_failure: OnFailure) -> DialogueSetting:
    for name in setting.names:
        setting = with_speaker(setting, name, on_failure=on_failure)
    return setting


def test_a_turn_that_is_skipped_passes_and_the_talk_goes_on() -> None:
    setting = with_failure(
        a_setting(*THREE, policy=Policy.ROUND_ROBIN, first="Ada", ends=Ends(turns=7)), OnFailure.SKIP
    )
    table = Table(setting, {"Ben": failing(DEAD)}).play()
    assert table.how == "turns"
    assert next((event.speaker, event.number, event.why) for event in table.of(Faltered)) == (
        "Ben",
        2,
        "its provider is gone",
    )
    assert "".join(event.speaker[0] for event in table.of(Said, Faltered)) == "ABCABCA"


@pytest.mark.parametrize(
    ("cause", "how"),
    [(Cause.FAILED, "failed"), (Cause.TIME, "failed"), (Cause.BREAKER, "breaker"), (Cause.BUDGET, "budget")],
)
def test_where_it_is_to_end_it_ends_with_the_cause(cause: Cause, how: str) -> None:
    setting = with_failure(a_setting(first="Ada"), OnFailure.END)
    table = Table(setting, {"Ben": failing(Falter(cause=cause, why="so it is"))}).play()
    assert table.how == how
    assert table.why.startswith("Ben could not answer: ")
    assert "so it is" in table.why
    assert len(table.of(Faltered)) == 1


def test_a_spent_budget_ends_it_at_once_unless_it_is_not_to() -> None:
    minds = {"Ben": failing(Falter(cause=Cause.BUDGET))}
    for on_failure in (OnFailure.SKIP, OnFailure.SUBSTITUTE):
        table = Table(with_failure(a_setting(first="Ada"), on_failure), minds).play()
        assert (table.how, table.state.spoken) == ("budget", 2)
    going_on = a_setting(*THREE, policy=Policy.ROUND_ROBIN, ends=Ends(turns=6, budget=False))
    assert Table(with_failure(going_on, OnFailure.SKIP), minds).play().how == "turns"


def test_when_only_one_can_speak_for_a_whole_round_it_ends() -> None:
    table = Table(with_failure(a_setting(first="Ada"), OnFailure.SKIP), {"Ben": failing(DEAD)}).play()
    assert table.how == "failed"
    assert table.why == ("Nobody but Ada could answer in a whole round. Failed: Ben (failed: its provider is gone).")
    assert [event.number for event in table.of(Said)] == [1, 3]


def test_one_failure_of_two_speakers_ends_nothing() -> None:
    setting = with_failure(a_setting(first="Ada", ends=Ends(turns=6)), OnFailure.SKIP)
    assert Table(setting, {"Ben": in_turn(DEAD)}).play().how == "turns"


@pytest.mark.parametrize(("cause", "how"), [(Cause.FAILED, "failed"), (Cause.BREAKER, "breaker")])
@pytest.mark.parametrize("policy", [Policy.ROUND_ROBIN, Policy.FREE, Policy.BIDS])
def test_when_nobody_can_speak_it_ends_and_names_all(cause: Cause, how: str, policy: Policy) -> None:
    setting = with_failure(a_setting(*THREE, policy=policy), OnFailure.SKIP)
    minds = {"Ada": failing(DEAD), "Ben": failing(Falter(cause=cause)), "Cara": failing(DEAD)}
    table = Table(setting, minds).play(20)
    assert table.how == how
    assert all(name in table.why for name in THREE)


def test_a_moderator_whose_mind_fails_is_done_without() -> None:
    def lead(observation: Observation) -> Action:
        return DEAD if observation.accepts == Leading else lively(observation)

    setting = a_setting(*THREE, policy=Policy.MODERATOR, moderator="Ada", ends=Ends(turns=4))
    table = Table(with_failure(setting, OnFailure.SKIP), {"Ada": lead}).play()
    assert table.how == "turns"
    assert table.of(Called) == []
    assert [event.speaker for event in table.of(Said)] == ["Ben", "Cara", "Ben", "Cara"]
    assert [event.instead for event in table.of(Faltered)] == [
        f"{name} is next in the round" for name in ("Ben", "Cara", "Ben", "Cara")
    ]


def test_whoever_cannot_vote_is_counted_out() -> None:
    def mute(observation: Observation) -> Action:
        return lively(observation) if observation.accepts == Speaking else DEAD

    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, ends=Ends(turns=2), decision=Decision.VOTE)
    table = Table(with_failure(setting, OnFailure.SKIP), {"Ada": mute, "Ben": mute}).play()
    assert table.how == "decided"
    assert "1 vote of 1" in table.why
    assert [event.why for event in table.of(Voted)] == ["could not vote", "could not vote", ""]


@pytest.mark.parametrize(("cause", "how"), [(Cause.FAILED, "failed"), (Cause.BREAKER, "breaker")])
@pytest.mark.parametrize("asks", [Bid, Leading, Vote, Propose, Consent])
def test_whatever_is_asked_a_mind_that_cannot_answer_ends_it_where_it_is_to(asks: Any, cause: Cause, how: str) -> None:
    def mute(observation: Observation) -> Action:
        return Falter(cause=cause) if observation.accepts == asks else lively(observation)

    decision = {Vote: Decision.VOTE, Propose: Decision.CONSENSUS, Consent: Decision.CONSENSUS}.get(asks, Decision.NONE)
    policy = {Bid: Policy.BIDS, Leading: Policy.MODERATOR}.get(asks, Policy.ROUND_ROBIN)
    moderator = "Ada" if asks == Leading else ""
    setting = a_setting(*THREE, policy=policy, moderator=moderator, decision=decision, ends=Ends(turns=2))
    table = Table(with_failure(setting, OnFailure.END), {"Ada": mute}).play()
    assert table.how == how
    assert table.why.startswith("Ada could not answer: ")


def test_who_cannot_answer_has_no_turn_and_is_asked_again_once_somebody_spoke() -> None:
    setting = with_failure(a_setting(*THREE, policy=Policy.BIDS, ends=Ends(turns=8)), OnFailure.SKIP)
    table = Table(setting, {"Ada": failing(DEAD)}).play()
    assert (table.how, len(table.of(Said))) == ("turns", 8)
    assert {event.speaker for event in table.of(Said)} == {"Ben", "Cara"}
    assert [event.instead for event in table.of(Faltered)] == ["it does not bid"] * 8


def test_a_bid_is_no_sign_that_its_mind_can_speak() -> None:
    def mute(observation: Observation) -> Action:
        return Bid(wish=100) if observation.accepts is Bid else DEAD

    setting = with_failure(a_setting(policy=Policy.BIDS, ends=Ends(turns=40)), OnFailure.SKIP)
    table = Table(setting, {"Ada": mute}).play()
    assert table.how == "failed"
    assert table.why.startswith("Nobody but Ben could answer in a whole round.")


def test_a_group_of_which_nobody_can_vote_has_decided_nothing() -> None:
    def mute(observation: Observation) -> Action:
        return lively(observation) if observation.accepts == Speaking else DEAD

    setting = a_setting(*THREE, policy=Policy.ROUND_ROBIN, ends=Ends(turns=2), decision=Decision.VOTE)
    table = Table(with_failure(setting, OnFailure.SKIP), mute).play()
    assert (table.how, table.why) == ("undecided", "Nobody voted. (All 2 turns are spent.)")
