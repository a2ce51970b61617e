"""Answers: from what a model's reply says to an action, without knowing any environment.

`read_action` works from an observation alone: the action types it accepts, and the options that were numbered from 1 in
the prompt. `shape_of` is the form of answer to ask a model for.

May touch: `fabula.engine` values and `fabula.llm` (replies, values).
"""

from fabula.agents.minds.answers.action import ActionRead, Understood, read_action
from fabula.agents.minds.answers.shape import shape_of

__all__ = ["ActionRead", "Understood", "read_action", "shape_of"]
