"""Prose: a model that never heard of JSON and answers in labelled lines."""

from fabula.engine import Chance
from fabula.llm.process.manners.sensible import REASONS
from fabula.llm.process.options import Offered, offered_in
from fabula.llm.process.values import Question, Said


class Prose:
    """Answers `ACTION: …`, `TARGET: …`, `REASON: …`, whatever form it is asked for."""

    def answer(self, question: Question, seed: int) -> Said:
        """One of the options, in three lines."""
        chance = Chance(seed).stream("prose", question.prompt)
        option = chance.choice(offered_in(question.prompt) or (Offered(1, "wait"),))
        deed, _, target = option.text.partition(" ")
        lines = (
            f"ACTION: {option.number}. {deed}",
            f"TARGET: {target or 'nobody'}",
            f"REASON: {chance.choice(REASONS)}",
        )
        return Said(text="\n".join(lines))
