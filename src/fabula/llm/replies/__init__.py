"""Replies: understanding what a model wrote. From its text to a plain value, by one function without side effects.

`read_reply` gives a `Reading`: the value, `How` it was come by, and the `Fault` in which the reply differs from what
was asked for. `ask_again` says to the model what was wrong, `is_refusal` tells a model's refusal in words.

May touch: `fabula.llm.values` and json-repair.
"""

from fabula.llm.replies.asking import ask_again
from fabula.llm.replies.read import read_reply
from fabula.llm.replies.reading import Fault, How, Reading
from fabula.llm.replies.refusals import is_refusal

__all__ = ["Fault", "How", "Reading", "ask_again", "is_refusal", "read_reply"]
