"""Unanswered: what a mind that asks models raises when none of them gave an answer that could be used."""

from fabula.engine.values import Spent
from fabula.errors import RunError
from fabula.llm.values import Failure


class Unanswered(RunError):
    """No model gave an answer that could be used; what was spent on the attempt is not lost."""

    def __init__(
        self, why: str, *, spent: Spent, failures: tuple[Failure, ...] = (), words: str = "", model: str = ""
    ) -> None:
        """failures: in which ways the models failed that were asked last, in order; none: they answered, and the
        answers cannot be used. words, model: the last such answer as it was written, and whose it was; nobody has
        judged them.
        """
        super().__init__(why)
        self.spent = spent
        self.failures = failures
        self.words = words
        self.model = model
