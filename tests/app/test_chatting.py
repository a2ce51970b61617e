"""A chat: what was said can be said otherwise, answered anew or gone back behind, and each of these is a branch."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.app.model_runs import settings

from fabula.agents.minds.human import Question
from fabula.app import HERE, Played, Stage, Wanted, go_on, play
from fabula.app.chatting import Back, Branched, Edit, Leave, Regenerate, Wish, chat
from fabula.app.talking import chat_of
from fabula.engine import Action, Moment, Observation, moments, replay
from fabula.environments.dialogue import Dialogue
from fabula.environments.dialogue.actions import Say
from fabula.environments.dialogue.events import Said
from fabula.errors import UsageError
from fabula.store import SqliteStore

DATA = Path(__file__).parents[1] / "data"


class Chatted:
    """A scripted person at the desk of a chat, and what came of it."""

    def __init__(self, script: Sequence[str | Wish]) -> None:
        """script: what they say, or how they go back; then they leave."""
        self._script = list(script)
        self.moments: list[Moment] = []
        self.runs: list[str] = []
        self.branches: list[Branched] = []
        self.refusals: list[str] = []
        self.words: dict[str, list[str]] = {}
        """Run -> what the person said in it, the shared past too."""
        self.played: Played | None = None

    async def ask(self, observation: Observation, question: Question) -> Action | Wish:
        said = self._script.pop(0) if self._script else Leave()
        return Say(text=said, leaving=said == "Goodbye.") if isinstance(said, str) else said

    def branched(self, branched: Branched) -> None:
        self.branches.append(branched)

    def refused(self, why: str) -> None:
        self.refusals.append(why)

    @property
    def said(self) -> list[tuple[str, str]]:
        """Everything that was said in any branch, in order."""
        events = (event for moment in self.moments for event in moment.events)
        return [(event.speaker, event.text) for event in events if isinstance(event, Said)]

    def answers(self, name: str) -> list[str]:
        return [text for speaker, text in self.said if speaker == name]


def chatted(
    home: Path, *script: str | Wish, who: str = "Emeric", you: str = "You", topic: str = "", resume: str = ""
) -> Chatted:
    """Chat with somebody; every run of it is replayed, and must share its past with the run it branched from."""
    desk = Chatted(script)
    dialogue, _ = chat_of(who, you=you, topic=topic, seed=7)

    def folder(run: str) -> Path:
        if run not in desk.runs:
            desk.runs.append(run)
        return home / "tales" / run

    async def body() -> None:
        async with SqliteStore.open(home) as store:
            stage = Stage(
                store=store,
                settings=settings(home),
                out=folder,
                watch=desk.moments.append,
                wanted=Wanted(by_name={dialogue.setting.names[1]: HERE}),
                environ={},
            )

            async def begin(stage: Stage) -> Played:
                return await (go_on(stage, resume) if resume else play(stage, dialogue, seed=7))

            desk.played = await chat(stage, begin, desk, lambda: desk.runs[-1])
            for run in desk.runs:
                await check_run(store, run, dialogue)
                events = [event async for moment in moments(store, run, dialogue) for event in moment.events]
                own = dialogue.setting.names[1]
                desk.words[run] = [event.text for event in events if isinstance(event, Said) and event.speaker == own]

    asyncio.run(body())
    return desk


async def check_run(store: SqliteStore, run: str, dialogue: Dialogue) -> None:
    replayed = await replay(store, run, dialogue)
    assert replayed.identical
    row = await store.run(run)
    if row.parent is not None:
        at = row.parent_step
        own = [record.digest async for record in store.records(run, stop=at)]
        assert own == [record.digest async for record in store.records(row.parent, stop=at)]
        assert len(own) == at


def test_words_are_answered_and_the_chat_ends_with_a_goodbye(tmp_path: Path) -> None:
    seen = chatted(tmp_path, "Good evening.", "What do you think of the sea?", "Goodbye.")
    assert [speaker for speaker, _ in seen.said] == ["You", "Emeric Lunt", "You", "Emeric Lunt", "You"]
    assert seen.played is not None
    assert seen.played.ending is not None
    assert seen.played.ending.kind == "left"


def test_rules_answer_the_same_words_otherwise_each_time_they_are_asked_to(tmp_path: Path) -> None:
    seen = chatted(tmp_path, "What do you think of the sea?", *[Regenerate()] * 3, topic="the sea")
    answers = seen.answers("Emeric Lunt")
    assert len(set(answers)) == len(answers) == 4
    assert [branch.step for branch in seen.branches] == [1, 1, 1]
    assert len(seen.runs) == 4


def test_other_words_are_said_instead_and_the_earlier_ones_are_kept(tmp_path: Path) -> None:
    seen = chatted(tmp_path, "Hello.", "Do you like rain?", Edit("Do you like snow?"), Edit("Nor fog?"))
    assert list(seen.words.values()) == [
        ["Hello.", "Do you like rain?"],
        ["Hello.", "Do you like snow?"],
        ["Hello.", "Nor fog?"],
    ]
    assert [(branch.parent, branch.step) for branch in seen.branches] == [(run, 3) for run in seen.runs[:2]]


def test_a_chat_goes_on_from_before_what_was_taken_back(tmp_path: Path) -> None:
    seen = chatted(tmp_path, "One.", "Two.", "Three.", Back(2), "Zwei.", Back(), "Deux.")
    assert [branch.step for branch in seen.branches] == [3, 3]
    assert list(seen.words.values()) == [["One.", "Two.", "Three."], ["One.", "Zwei."], ["One.", "Deux."]]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ([Regenerate()], "you have said nothing so far"),
        ([Edit("x")], "you have said nothing so far"),
        (["Hello.", Back(2)], "you have said only 1 thing so far"),
        (["Hello.", "Well?", Back(9)], "you have said only 2 things so far"),
        (["Hello.", Back(0)], "/back 0: one turn or more"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused_and_the_chat_goes_on(
    tmp_path: Path, script: list[str | Wish], why: str
) -> None:
    seen = chatted(tmp_path, *script, "Still here.")
    assert seen.refusals == [why]
    assert ("You", "Still here.") in seen.said
    assert not seen.branches


def test_a_chat_that_was_left_is_taken_up_in_the_branch_it_was_left_in(tmp_path: Path) -> None:
    left = chatted(tmp_path, "One.", Edit("Eins."))
    assert left.played is None
    again = chatted(tmp_path, "Two.", Back(2), "Un.", resume=left.runs[-1])
    assert list(again.words.values()) == [["Eins.", "Two."], ["Un."]]
    assert again.branches[0].step == 1


def test_the_greeting_of_a_card_comes_first_and_stays_when_all_is_taken_back(tmp_path: Path) -> None:
    seen = chatted(tmp_path, "Hello.", Back(), "Well?", who=str(DATA / "cards/holmes.v2.png"), you="Tom")
    speaker, greeting = seen.said[0]
    assert speaker == "Sherlock Holmes"
    assert "Tom" in greeting
    assert "{{" not in greeting
    assert seen.branches[0].step == 1


@pytest.mark.parametrize("service", ["financial_adviser", "content_writer", "technical_supporter"])
def test_whoever_asks_a_service_agent_for_a_person_is_handed_over_and_the_chat_ends(
    tmp_path: Path, service: str
) -> None:
    seen = chatted(tmp_path, "Hello.", "I'd like to talk to a human, please.", "Not said any more.", who=service)
    assert seen.played is not None
    assert seen.played.ending is not None
    assert seen.played.ending.kind == "handed_over"
    assert ("You", "Not said any more.") not in seen.said


@pytest.mark.parametrize("said", ["I need a person's opinion.", "Write about a robot that wants to talk to a human."])
@pytest.mark.parametrize("service", ["financial_adviser", "content_writer", "technical_supporter"])
def test_to_speak_of_persons_is_not_to_ask_for_one(tmp_path: Path, service: str, said: str) -> None:
    assert chatted(tmp_path, said, who=service).played is None


def test_no_reply_of_a_service_agent_is_a_piece_of_a_sentence(tmp_path: Path) -> None:
    for service in ("financial_adviser", "content_writer", "technical_supporter"):
        for said in ("Hello.", "Thanks.", "What now?"):
            answers = chatted(tmp_path / service / said[:2], said, who=service).answers
            assert all(text[0].isupper() for name in ("Adviser", "Writer", "Support") for text in answers(name))


@pytest.mark.parametrize(
    ("you", "told"),
    [
        ("", "--name ''"),
        ("\x1b[1m\u202e", "--name"),
        ("n" * 300, "too long"),
        ("emeric  LUNT", "called so already"),
        ("A=B", "--name: 'A=B'"),
        ("keeper", "--name: 'keeper'"),
    ],
)
def test_a_name_that_cannot_be_borne_is_refused(you: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        chat_of("Emeric", you=you)


def test_what_no_reader_sees_is_no_part_of_a_name_or_topic() -> None:
    dialogue, _ = chat_of("Emeric", you="A\u202esa\x1b[31m #1", topic="\x1b]0;t\x07the\nsea")
    assert dialogue.setting.names[1] == dialogue.setting.first == "Asa #1"
    assert dialogue.setting.topic == "the sea"


def test_a_greeting_longer_than_a_turn_is_cut_and_the_person_is_told(tmp_path: Path) -> None:
    card = (
        '{"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": "Al", "first_mes": "' + "la " * 4_000 + '"}}'
    )
    (tmp_path / "al.json").write_text(card)
    dialogue, told = chat_of(str(tmp_path / "al.json"))
    assert len(dialogue.setting.greeting) == 8_000
    assert any("greeting of Al is cut off" in notice for notice in told)
