"""The mailbox: what persons who sit in seats are asked, by the process that plays a run, and answer from any other."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from fabula.errors import UsageError


class NoOpenQuestion(UsageError):
    """There is nothing to answer there, or it is answered already."""


class QuestionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One question to one person. (run, agent, asked) names it."""

    run: str
    agent: str
    asked: int
    """The step at which it was asked."""
    who: str
    """Name of the mind that is to answer, such as `person:ann`."""
    question: bytes
    """JSON."""
    answer: bytes | None = None
    """JSON; None while it is open."""


class Mailbox(Protocol):
    """Keeps questions and answers. What another process left may be seen a moment (50 ms) later, so that asking in vain
    again and again is cheap."""

    async def put_question(self, run: str, agent: str, asked: int, *, who: str, question: bytes) -> None:
        """Ask. The same again changes nothing, so an answer given meanwhile stands; another question, or the same to
        somebody else, takes the place of the one before and of its answer. Raises NoSuchRun."""
        ...

    async def questions(self, run: str, *, agent: str | None = None) -> Sequence[QuestionRow]:
        """The open questions of a run, or of one agent in it, by (asked, agent). Raises NoSuchRun."""
        ...

    async def answer_question(self, run: str, agent: str, asked: int, answer: bytes) -> None:
        """Answer. Raises NoOpenQuestion, NoSuchRun."""
        ...

    async def question_answer(self, run: str, agent: str, asked: int) -> bytes | None:
        """The answer to a question; None: there is none yet."""
        ...

    async def withdraw_question(self, run: str, agent: str, asked: int) -> None:
        """Take a question back, its answer too; nothing if there is none."""
        ...
