"""Talking: the dialogue that a person asks for by naming who speaks, and about what."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from fabula.agents.persona import Persona
from fabula.agents.plain import block, one_line
from fabula.app.naming import agent_called
from fabula.app.people import YOU, called, greeting_of, speaker_called
from fabula.chronicle import visible
from fabula.engine import AgentId
from fabula.environments.dialogue import Dialogue
from fabula.environments.dialogue.checks import TITLE_CHARACTERS_MAX, faults
from fabula.environments.dialogue.setting import (
    TEXT_CHARACTERS_MAX,
    Decision,
    DialogueSetting,
    Ends,
    OnFailure,
    Policy,
    Speaker,
)
from fabula.environments.dialogue.words import name_key
from fabula.errors import UsageError, did_you_mean
from fabula.yaml_text import KeyPath, path_text

Word = TypeVar("Word", bound=StrEnum)

TALK, CHAT = "talk", "chat"
"""What the runs are called after."""
WHO = "WHO"
_OPTIONS = {
    "speakers": WHO,
    "topic": "--topic",
    "background": "--background",
    "policy": "--policy",
    "first": "--first",
    "moderator": "--moderator",
    "options": "--option",
    "ends.turns": "--turns",
    "ends.phrases": "--end",
}
"""Key of a setting -> the option that it is given by."""
_ALIKE = "NAME=WHO has WHO speak under another name."


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
    """The dialogue, and what a person should be told about it. Raises UsageError, with the option that is wrong."""
    speakers, told = _speakers(talk.who)
    names = [each.persona.name for each in speakers]
    speakers = _with_failures(speakers, talk.on_failure)
    moderator = _among(talk.moderator, names)
    policy = _one_of(Policy, talk.policy or _policy(speakers, moderator), "--policy")
    if moderator and policy is not Policy.MODERATOR:
        raise UsageError(f"--policy {policy}: with a moderator it is the moderator who says who is next")
    decision = _one_of(Decision, talk.decision or (Decision.VOTE if talk.options else Decision.NONE), "--decide")
    if talk.options and decision is not Decision.VOTE:
        raise UsageError(f"--option is for a vote, and --decide {decision} is none: leave one of them out")
    phrases = tuple(map(one_line, talk.phrases))
    setting = DialogueSetting(
        pack=TALK,
        title=_title(names),
        topic=one_line(talk.topic),
        background=block(talk.background),
        speakers=tuple(speakers),
        policy=policy,
        first=_among(talk.first, names),
        moderator=moderator,
        decision=decision,
        options=tuple(map(one_line, talk.options)),
        ends=Ends(phrases=phrases) if talk.turns is None else Ends(phrases=phrases, turns=talk.turns),
    )
    return _dialogue(setting), told


def chat_of(who: str, *, you: str = "You", topic: str = "", seed: int = 0) -> tuple[Dialogue, list[str]]:
    """A conversation of a person with one speaker, which begins with the speaker's greeting where it has one."""
    speaker, told = speaker_called(who)
    if speaker.person:
        raise UsageError("a chat is with somebody else: name a character, a service agent or a file")
    name = speaker.persona.name
    person = replace(speaker_called(YOU)[0], persona=_yourself(you))
    if name_key(person.persona.name) == name_key(name):
        raise UsageError(f"--name {you}: {name} is called so already; say another name")
    service = speaker.service
    to = person.persona.name
    greeting = service.personality.greeting if service else greeting_of(speaker.persona, to=to, seed=seed)
    if len(greeting) > TEXT_CHARACTERS_MAX:
        told = [
            *told,
            f"the greeting of {name} is cut off: {len(greeting):,} characters, {TEXT_CHARACTERS_MAX:,} at most",
        ]
        greeting = greeting[:TEXT_CHARACTERS_MAX]
    setting = DialogueSetting(
        pack=CHAT,
        title=_short(f"A conversation with {name}"),
        topic=one_line(topic),
        speakers=(speaker, person),
        first=name if greeting else to,
        greeting=greeting,
        ends=Ends(turns=0, similarity=0, agreement=0),
    )
    return _dialogue(setting), told


def persons_in(dialogue: Dialogue) -> list[AgentId]:
    """The seats that are meant for a person."""
    return [AgentId(each.persona.name) for each in dialogue.setting.speakers if each.person]


def _yourself(you: str) -> Persona:
    try:
        return called(speaker_called(YOU)[0].persona, you)
    except UsageError as wrong:
        raise UsageError(f"--name {you!r:.80}: {wrong}") from wrong


def _dialogue(setting: DialogueSetting) -> Dialogue:
    """The dialogue of a setting. Raises UsageError that names the option instead of the key of a pack."""
    if found := list(faults(setting)):
        # Once each: a name that stands thrice is twice too many.
        told = dict.fromkeys(f"{_option(setting, fault.path)}: {fault.text}" for fault in found)
        again = f"\n{_ALIKE}" if any(each.startswith(f"{WHO}: '") for each in told) else ""
        raise UsageError("\n".join(told) + again)
    return Dialogue(setting)


def _option(setting: DialogueSetting, path: KeyPath) -> str:
    if setting.pack == CHAT and path[:2] == ("speakers", 1):
        return "--name"
    return _OPTIONS.get(".".join(part for part in path if isinstance(part, str)), path_text(path))


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
        if equals and not name.strip():
            raise UsageError(f"--on-failure {each}: a name is needed before '='")
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
    """Everybody's name; where they are too many for a title, the first and how many others."""
    whole = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""
    return whole if len(whole) <= TITLE_CHARACTERS_MAX else _short(f"{names[0]:.150} and {len(names) - 1} others")


def _short(title: str) -> str:
    return visible(title, letters_max=TITLE_CHARACTERS_MAX)


def _one_of(words: type[Word], given: str, option: str) -> Word:
    known = {str(word): word for word in words}
    word = known.get(given.strip().replace("-", "_"))
    if word is None:
        raise UsageError(f"{option} {given}: unknown.{did_you_mean(given, known)}")
    return word
