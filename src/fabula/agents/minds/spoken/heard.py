"""Heard: words on their way from a model to whoever listens, made fit to be shown while they are written."""

import re

from fabula.agents.minds.spoken.words import without_name
from fabula.agents.plain import lines_of, visible
from fabula.llm.values import Listener

NAME_SPARE = 8
"""Characters behind those of a name after which it is known whether the words begin with it."""
HELD_CHARACTERS_MAX = 500
"""Of what is held back at the end of what has come; more than that cannot be a sign that is still being written."""

_FORMS = frozenset("{[<`~")
"""What words do not begin with: an object, reasoning, a fence. Such an answer is heard only when it is all there."""
_UNFINISHED = re.compile(
    r"(?:\x1b(?:[\]PX^_][^\x07\x1b\x9c]*\x1b?|\[[0-?]*[ -/]*|[ -/]*)"  # An escape sequence that has no end yet,
    r"|[\x90\x98\x9d\x9e\x9f][^\x07\x1b\x9c]*\x1b?|\x9b[0-?]*[ -/]*"
    r"|\s*[*_`]{0,3}(?:\[[ \t]*[A-Za-z]{0,5}[ \t]*\]?[*_`.]{0,3}\s*)?)\Z"  # or what may become `[LEAVE]`.
)


class Heard:
    """Passes words on without control characters, escape sequences, the speaker's own name in front or the marks that
    are no words. A Listener.

    Whoever listens is told `again` where what they heard was not said after all. So what they heard since the last
    `again`, once `settle` was called, is what was said.
    """

    def __init__(self, listener: Listener, me: str) -> None:
        """me: the speaker's name."""
        self._listener = listener
        self._me = me
        self._told = ""
        self._waiting = ""
        self._began = False
        self._whole = False
        """Nothing is passed on before it is all there."""

    def text(self, delta: str) -> None:
        """The next piece."""
        if self._whole:
            return
        self._waiting += delta
        if self._began or self._begins():
            held = _UNFINISHED.search(self._waiting[-HELD_CHARACTERS_MAX:])
            keep = len(held[0]) if held else 0
            end = len(self._waiting) - keep
            words, self._waiting = self._waiting[:end], self._waiting[end:]
            self._tell("\n".join(visible(line) for line in lines_of(words)))

    def again(self) -> None:
        """What came so far counts for nothing."""
        if self._told:
            self._listener.again()
        self._told, self._waiting, self._began, self._whole = "", "", False, False

    def settle(self, words: str) -> None:
        """Nothing more comes, and this was said; empty: nothing was."""
        if not words.startswith(self._told):
            self.again()
        self._tell(words[len(self._told) :])

    def _begins(self) -> bool:
        """Whether enough has come to know how the words begin."""
        self._waiting = self._waiting.lstrip()
        if self._waiting[:1] in _FORMS:
            self._whole = bool(self._waiting)
            return False
        if len(self._waiting) < len(self._me) + NAME_SPARE:
            return False
        self._waiting = without_name(self._waiting, self._me)
        self._began = True
        return True

    def _tell(self, words: str) -> None:
        if words:
            self._told += words
            self._listener.text(words)
