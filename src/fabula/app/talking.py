"""Talking: the dialogue that a person asks for by naming who speaks, and about what."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from fabula.app.naming import agent_called
from fabula.app.people import greeting_of, speaker_called
from fabula.engine import AgentId
from fabula.environments.dialogue import Dialogue
from fabula.environments.dialogue.setting import (
    Decision,
    DialogueSetting,
    Ends,
    OnFailure,
    Policy,
    Speaker,
)
from fabula.errors import UsageError, did_you_mean

Word = TypeVar("Word", bound=StrEnum)

TALK, CHAT = "talk", "chat"
"""What the runs are called after."""


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks for."""

    who: tuple[str, ...]
    """Names, files, `you`; see fabula.app.people."""
    topic: str = ""
    background: str = ""
    policy: str = ""
    """Empty: alternate for two, free for more, moderator where one is named."""
    first: str = ""
    moderator: str = ""
    decision: str = ""
    """`vote`, `consensus`; empty: a vote where there are options, else none."""
    options: tuple[str, ...] = ()
    turns: int | None = None
    phrases: tuple[str, ...] = ()
    on_failure: tuple[str, ...] = ()
    """`skip` for all, or `NAME=skip`."""


def talk_of(talk: Talk) -> tuple[Dialogue, list[str]]:
    """The dialogue, and what a person should be told about it. Raises UsageError."""
    speakers, told = _speakers(talk.who)
    names = [each.persona.name for each in speakers]
    speakers = _with_failures(speakers, talk.on_failure)
    moderator = _among(talk.moderator, names)
    decision = talk.decision or (Decision.VOTE if talk.options else Decision.NONE)
    ends = Ends(phrases=talk.phrases) if talk.turns is None else Ends(phrases=talk.phrases, turns=talk.turns)
    setting = DialogueSetting(
        pack=TALK,
        title=_title(names),
        topic=talk.topic,
        background=talk.background,
        speakers=tuple(speakers),
        policy=_one_of(Policy, talk.policy or _policy(speakers, moderator), "--policy"),
        first=_among(talk.first, names),
        moderator=moderator,
        decision=_one_of(Decision, decision, "--decide"),
        options=talk.options,
        ends=ends,
    )
    return Dialogue(setting), told


def chat_of(who: str, *, you: str = "You", topic: str = "", seed: int = 0) -> tuple[Dialogue, list[str]]:
    """A conversation of a person with one speaker, which begins with the speaker's greeting where it has one."""
    speaker, told = speaker_called(who)
    if speaker.person:
        raise UsageError("a chat is with somebody else: name a character, a service agent or a file")
    service = speaker.service
    greeting = service.personality.greeting if service else greeting_of(speaker.persona, to=you, seed=seed)
    name = speaker.persona.name
    person = Speaker(persona=msgspec.structs.replace(speaker_called("you")[0].persona, name=you), person=True)
    setting = DialogueSetting(
        pack=CHAT,
        title=f"A conversation with {name}",
        topic=topic,
        speakers=(speaker, person),
        first=name if greeting else you,
        greeting=greeting,
        ends=Ends(turns=0, similarity=0, agreement=0),
    )
    return Dialogue(setting), told


def persons_in(dialogue: Dialogue) -> list[AgentId]:
    """The seats that are meant for a person."""
    return [AgentId(each.persona.name) for each in dialogue.setting.speakers if each.person]


def _speakers(who: Sequence[str]) -> tuple[list[Speaker], list[str]]:
    speakers, told = [], []
    for given in who:
        speaker, notices = speaker_called(given)
        speakers.append(speaker)
        told += notices
    return speakers, told


def _with_failures(speakers: Sequence[Speaker], given: Sequence[str]) -> list[Speaker]:
    names = [each.persona.name for each in speakers]
    by_name: dict[str, OnFailure] = {}
    default = OnFailure.SUBSTITUTE
    for each in given:
        name, equals, what = each.rpartition("=")
        handled = _one_of(OnFailure, what, "--on-failure")
        if equals:
            by_name[_among(name, names)] = handled
        else:
            default = handled
    return [replace(each, on_failure=by_name.get(each.persona.name, default)) for each in speakers]


def _among(name: str, names: Sequence[str]) -> str:
    return agent_called(name, [AgentId(each) for each in names]) if name else ""


def _policy(speakers: Sequence[Speaker], moderator: str) -> Policy:
    if moderator:
        return Policy.MODERATOR
    return Policy.ALTERNATE if len(speakers) == 2 else Policy.FREE


def _title(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _one_of(words: type[Word], given: str, option: str) -> Word:
    known = {str(word): word for word in words}
    word = known.get(given.strip().replace("-", "_"))
    if word is None:
        raise UsageError(f"{option} {given}: unknown.{did_you_mean(given, known)}")
    return word
