"""What has to hold for a setting as a whole, whoever made it: a pack, a call of `fabula talk`, a program."""

from collections.abc import Iterator
from typing import NamedTuple

from fabula.environments.dialogue.setting import (
    SPEAKERS_MAX,
    TEXT_CHARACTERS_MAX,
    TOPIC_CHARACTERS_MAX,
    Decision,
    DialogueSetting,
    Policy,
    Speaker,
)
from fabula.environments.dialogue.verdicts import keyed
from fabula.environments.dialogue.words import name_key
from fabula.errors import UsageError, did_you_mean
from fabula.packs import checked_name
from fabula.yaml_text import KeyPath, path_text

TITLE_CHARACTERS_MAX = 200
BACKGROUND_CHARACTERS_MAX = 8_000
POINTS_MAX = 40
"""What one speaker has to say, and as many questions."""
POINT_CHARACTERS_MAX = 1_000
OPTIONS_MIN, OPTIONS_MAX = 2, 24
OPTION_CHARACTERS_MAX = 200
PHRASES_MAX = 40
TURNS_MAX = 10_000
WINDOW_MIN, WINDOW_MAX = 2, 24
ROUNDS_MAX = 20
RESERVED = ("keeper",)
"""Names that mean somebody else in a log."""


class Fault(NamedTuple):
    """What is wrong, and under which key of a pack it would stand."""

    path: KeyPath
    text: str


def check(setting: DialogueSetting) -> None:
    """Raises UsageError that tells all that is wrong with a setting, a line each: what, and where."""
    if found := list(faults(setting)):
        raise UsageError("\n".join(f"{path_text(fault.path)}: {fault.text}" for fault in found))


def faults(setting: DialogueSetting) -> Iterator[Fault]:
    """All that is wrong with a setting."""
    yield from _of_words(setting)
    yield from _of_speakers(setting)
    yield from _of_turns(setting)
    yield from _of_decision(setting)
    yield from _of_ends(setting)


def _of_words(setting: DialogueSetting) -> Iterator[Fault]:
    try:
        checked_name(setting.pack)
    except UsageError as error:
        yield Fault(("name",), str(error))
    yield from _too_long(("title",), "title", setting.title, TITLE_CHARACTERS_MAX)
    yield from _too_long(("topic",), "topic", setting.topic, TOPIC_CHARACTERS_MAX)
    yield from _too_long(("background",), "background", setting.background, BACKGROUND_CHARACTERS_MAX)
    yield from _too_long(("greeting",), "greeting", setting.greeting, TEXT_CHARACTERS_MAX)


def _of_speakers(setting: DialogueSetting) -> Iterator[Fault]:
    path: KeyPath = ("speakers",)
    count = len(setting.speakers)
    if count < 2:
        only = f", and here is only {setting.names[0]!r}" if count else ", and here is nobody"
        yield Fault(path, f"a dialogue needs two{only}. Name another speaker.")
    if count > SPEAKERS_MAX:
        yield Fault(path, f"{count:,} speakers are too many: {SPEAKERS_MAX} at most can talk with one another.")
    first: dict[str, str] = {}
    for number, speaker in enumerate(setting.speakers):
        name = speaker.persona.name
        other = first.setdefault(name_key(name), name)
        if number != setting.names.index(other):
            alike = "stands twice" if other == name else f"cannot be told from {other!r}"
            yield Fault((*path, number), f"{name!r} {alike}. Give each speaker a name of its own.")
        if name_key(name) in RESERVED:
            yield Fault((*path, number), f"{name!r} means somebody else in a log. Choose another name.")
        if "=" in name:
            yield Fault((*path, number), f"{name!r}: a '=' parts a name from a model. Choose a name without one.")
        yield from _of_speaker(speaker, (*path, number))


def _of_speaker(speaker: Speaker, path: KeyPath) -> Iterator[Fault]:
    yield from _out_of_bounds((*path, "stance"), speaker.stance, -100, 100)
    for key, sentences in (("points", speaker.points), ("wants_to_know", speaker.wants_to_know)):
        if len(sentences) > POINTS_MAX:
            yield Fault((*path, key), f"{len(sentences):,} entries: {POINTS_MAX} at most are read.")
        for number, sentence in enumerate(sentences):
            yield from _too_long((*path, key, number), "sentence", sentence, POINT_CHARACTERS_MAX)


def _of_turns(setting: DialogueSetting) -> Iterator[Fault]:
    for key, name in (("first", setting.first), ("moderator", setting.moderator)):
        if name and name not in setting.names:
            yield Fault((key,), f"{name!r:.80} is no speaker.{did_you_mean(name[:80], setting.names)}")
    if setting.policy is Policy.MODERATOR and not setting.moderator:
        yield Fault(("moderator",), "the policy 'moderator' needs one: name the speaker who leads.")
    if setting.policy is Policy.ALTERNATE and len(setting.speakers) > 2:
        yield Fault(
            ("policy",),
            f"'alternate' is for two, and here are {len(setting.speakers)}. Say 'round_robin': everyone in order.",
        )


def _of_decision(setting: DialogueSetting) -> Iterator[Fault]:
    path: KeyPath = ("options",)
    if setting.decision is Decision.VOTE and setting.options and len(setting.options) < OPTIONS_MIN:
        yield Fault(path, f"a vote needs two options at least, and here is only {setting.options[0]!r:.80}.")
    if len(setting.options) > OPTIONS_MAX:
        yield Fault(path, f"{len(setting.options):,} options are too many: {OPTIONS_MAX} at most.")
    seen: dict[str, str] = {}
    for number, option in enumerate(setting.options):
        if not name_key(option):
            yield Fault((*path, number), "this option is empty. Write one, or leave it out.")
        elif not keyed(option):
            yield Fault((*path, number), f"{option!r:.80} has no words, so nobody could vote for it in any.")
        elif (other := seen.setdefault(" ".join(keyed(option)), option)) != option or (
            number != setting.options.index(option)
        ):
            yield Fault((*path, number), f"{option!r:.80} stands here already, as {other!r:.80}. Keep one of the two.")
        yield from _too_long((*path, number), "option", option, OPTION_CHARACTERS_MAX)
    if setting.options and setting.decision is not Decision.VOTE:
        yield Fault(path, "options are for a vote. Say 'decision: vote', or leave them out.")
    yield from _out_of_bounds(("rounds",), setting.rounds, 1, ROUNDS_MAX)


def _of_ends(setting: DialogueSetting) -> Iterator[Fault]:
    ends = setting.ends
    yield from _out_of_bounds(("ends", "turns"), ends.turns, 0, TURNS_MAX)
    yield from _out_of_bounds(("ends", "similarity"), ends.similarity, 0, 100)
    yield from _out_of_bounds(("ends", "window"), ends.window, WINDOW_MIN, WINDOW_MAX)
    yield from _out_of_bounds(("ends", "agreement"), ends.agreement, 0, TURNS_MAX)
    yield from _out_of_bounds(("ends", "silence"), ends.silence, 0, TURNS_MAX)
    if len(ends.phrases) > PHRASES_MAX:
        yield Fault(("ends", "phrases"), f"{len(ends.phrases):,} phrases are too many: {PHRASES_MAX} at most.")
    for number, phrase in enumerate(ends.phrases):
        if not name_key(phrase):
            yield Fault(("ends", "phrases", number), "this phrase is empty. Write one, or leave it out.")
        yield from _too_long(("ends", "phrases", number), "phrase", phrase, OPTION_CHARACTERS_MAX)


def checked_turns(turns: int) -> int:
    """A number of turns that somebody asked for. Raises UsageError if it is not from 1 to TURNS_MAX."""
    if not 1 <= turns <= TURNS_MAX:
        raise UsageError(f"turns: a whole number from 1 to {TURNS_MAX:,} is needed, not {turns}.")
    return turns


def _too_long(path: KeyPath, what: str, text: str, most: int) -> Iterator[Fault]:
    if len(text) > most:
        yield Fault(path, f"a {what} of {len(text):,} characters is too long: {most:,} at most.")


def _out_of_bounds(path: KeyPath, number: int, low: int, high: int) -> Iterator[Fault]:
    if not low <= number <= high:
        yield Fault(path, f"a whole number from {low:,} to {high:,} is needed, not {number:,}.")
