"""The conversation: what was said, as the messages of a well-formed chat.

What the agent said itself stands as the assistant's words, what others said as the user's, each in a block under its
speaker's name that no text can close. Roles alternate; the first message after the system's is a user's, and so is the
last.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from fabula.agents.minds.spoken.speech import Turn, Utterance
from fabula.agents.plain import lines_of
from fabula.agents.prompts import defused
from fabula.agents.prompts.foreign import shortened
from fabula.llm.values import Message

UTTERANCE_CHARACTERS_MAX = 4_000
"""Of one utterance; what is longer is cut there, with `…`."""
HISTORY_BYTES_MAX = 32_768
"""Of all utterances together: the oldest are left out, and the model is told how many were. The last one stands in any
case.
"""

BEGINS = "The talk begins."
NAME_CHARACTERS_MAX = 80


def conversation(system: str, turn: Turn, closing: str) -> tuple[Message, ...]:
    """The messages. closing: what applies now, said last."""
    lines = within_bounds(turn.lines)
    left_out = turn.earlier + len(turn.lines) - len(lines)
    said: list[tuple[bool, str]] = [(False, _opening(left_out))]
    said += [_of(line, turn.me) for line in lines]
    said.append((False, closing))
    return (Message("system", system), *_in_turn(said))


def within_bounds(lines: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """The last of these that have room, their words harmless in a prompt."""
    kept: list[Utterance] = []
    left = HISTORY_BYTES_MAX
    for line in reversed(lines):
        text = harmless(line.text)
        left -= len(text.encode())
        if kept and left < 0:
            break
        kept.append(Utterance(speaker=line.speaker, text=text, to=line.to))
    return tuple(reversed(kept))


def harmless(text: str, most: int = UTTERANCE_CHARACTERS_MAX) -> str:
    """The text in its lines, each as harmless as `defused` makes it; empty lines are left out."""
    told = (defused(line) for line in lines_of(text[: 2 * most]))
    return shortened("\n".join(filter(None, told)), most)


def _opening(left_out: int) -> str:
    if not left_out:
        return BEGINS
    many = "turn" if left_out == 1 else "turns"
    return f"The talk has been going on for {left_out} {many} that are not repeated here."


def _of(line: Utterance, me: str) -> tuple[bool, str]:
    """Whether it is one's own, and how it stands there."""
    if line.speaker == me:
        return True, line.text or "…"
    to = f" to {_named(line.to)}" if line.to else ""
    return False, f"<<< {_named(line.speaker)} says{to}\n{line.text or '…'}\n>>>"


def _named(name: str) -> str:
    return defused(name, most=NAME_CHARACTERS_MAX)


def _in_turn(said: Sequence[tuple[bool, str]]) -> Iterator[Message]:
    for own, each in groupby(said, key=lambda one: one[0]):
        text = "\n\n".join(words for _, words in each if words)
        yield Message("assistant" if own else "user", text)
