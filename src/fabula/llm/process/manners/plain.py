"""Plain manners: an echo, and a model that agrees with everyone."""

from fabula.llm.process.values import Question, Said


class Echo:
    """Says what was said last."""

    def answer(self, question: Question, seed: int) -> Said:
        """The last message."""
        return Said(text=question.last)


class Agreeing:
    """Says the same, whatever it is asked."""

    def answer(self, question: Question, seed: int) -> Said:
        """Agreement."""
        return Said(text="I agree.")
