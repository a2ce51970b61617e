"""The manner: what every way of answering can do."""

from typing import Protocol

from fabula.llm.process.values import Question, Said


class Manner(Protocol):
    """One way of answering."""

    def answer(self, question: Question, seed: int) -> Said:
        """What is said; the same for the same seed and question."""
        ...
