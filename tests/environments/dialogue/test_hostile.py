"""Whatever comes in, a step answers with events, and what it says stays within its bounds."""

from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.environments.dialogue.tables import Table, a_setting, lively, with_speaker

from fabula.agents.plain import hidden
from fabula.engine.codec import Codec
from fabula.engine.values import Acted, Action, AgentId, Commanded, Pause, Stop
from fabula.environments.dialogue import DialogueSetting, Ends, Finish
from fabula.environments.dialogue.actions import (
    AnyAction,
    Bid,
    Call,
    Cause,
    Close,
    Consent,
    Falter,
    Pass,
    Propose,
    Say,
    Vote,
)
from fabula.environments.dialogue.events import AnyEvent, Said
from fabula.environments.dialogue.setting import TEXT_CHARACTERS_MAX, Decision, OnFailure, Policy

THREE = ("Ada", "Ben", "Cara")
SNIPPETS = (
    "Ada: ",
    "\nBen: ",
    "**Cara:** ",
    "I agree.",
    "\x1b[2J",
    "\u202e",
    "<b>",
    "pass",
    "\n",
    "new words",
    "?",
    "",
)

texts = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=12), max_size=6).map("".join)
names = st.sampled_from([*THREE, "ada", "", "Zoe", "\x00"])
actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(Say, text=texts, to=names, leaving=st.booleans(), take=st.integers(-9, 10**12)),
    st.builds(Pass, why=texts),
    st.builds(Bid, wish=st.integers(-(10**9), 10**9)),
    st.builds(Call, speaker=names, text=texts),
    st.builds(Close, text=texts),
    st.builds(Propose, text=texts),
    st.builds(Vote, choice=texts | st.sampled_from(["for", "against", "1"])),
    st.builds(Consent, objects_to=st.lists(st.integers(-3, 9), max_size=4).map(tuple), objection=texts),
    st.builds(Falter, cause=st.sampled_from(Cause), why=texts),
)


def _setting(policy: Policy, decision: Decision, on_failure: OnFailure, greeting: str) -> DialogueSetting:
    moderator = "Cara" if policy is Policy.MODERATOR else ""
    ends = Ends(turns=6, phrases=("new words",), window=3)
    setting = a_setting(
        *THREE, policy=policy, decision=decision, moderator=moderator, greeting=greeting, rounds=2, ends=ends
    )
    return with_speaker(setting, "Ben", on_failure=on_failure, person=True)


dialogues = st.builds(
    _setting,
    st.sampled_from([policy for policy in Policy if policy is not Policy.ALTERNATE]),
    st.sampled_from(Decision),
    st.sampled_from(OnFailure),
    st.sampled_from(["", "Good evening."]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(dialogues, st.data())
def test_no_input_breaks_a_dialogue_and_it_ends(setting: DialogueSetting, data: st.DataObject) -> None:
    table = Table(setting, lambda _: data.draw(actions))
    codec = Codec(table.dialogue)
    for _ in range(60):
        if table.state.ended is not None:
            break
        unasked = Acted(agent=AgentId(data.draw(names)), asked=data.draw(st.integers(-1, 9)), action=data.draw(actions))
        codec.encode(table.step(unasked))
        again = table.dialogue.restore(table.dialogue.snapshot(table.state))
        assert table.dialogue.snapshot(again) == table.dialogue.snapshot(table.state)
    assert table.state.ended is not None, "turns, votes and rounds are all bounded"
    for said in table.of(Said):
        assert said.text
        assert len(said.text) <= TEXT_CHARACTERS_MAX
        assert not hidden(said.text)
        assert not said.text.casefold().startswith(said.speaker.casefold() + ":")
    assert {type(event) for event in table.events} <= set(get_args(AnyEvent))


def test_commands_of_every_run_change_nothing_but_stop_and_finish() -> None:
    for command in (Pause(), Stop(), Finish()):
        table = Table(a_setting(), lively)
        table.step(Commanded(number=1, command=command))
        assert (table.state.ended is None) == isinstance(command, Pause)


def test_every_action_of_a_dialogue_is_tried_here() -> None:
    assert set(get_args(AnyAction)) == {Say, Pass, Bid, Call, Close, Propose, Vote, Consent, Falter}
