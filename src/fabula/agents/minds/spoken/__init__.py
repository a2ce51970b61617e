"""Spoken: what a question to speak is to a model, and what the model's words are made of, without any environment.

A `Speech` is how an environment has its questions to speak put: as a `Turn` of a conversation, whose lines are
`Utterance`s. `conversation` writes the messages, `words` understands what came back, `heard` stands between words that
are being written and whoever listens.

May touch: `fabula.engine` values, `fabula.llm` (replies, values), and the rest of `fabula.agents`.
"""

from fabula.agents.minds.spoken.speech import Speech, Turn, Utterance

__all__ = ["Speech", "Turn", "Utterance"]
