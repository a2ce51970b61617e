"""Minds: what decides for an agent. `RulesMind` weighs options by what drives its persona; no model, no network.

`ModelMind` (`fabula.agents.minds.model`) asks a language model for a decision, `SpokenMind`
(`fabula.agents.minds.speaking`) for plain words where it is to speak, and `GraphMind` (`fabula.agents.minds.graph`)
asks anybody's async code. They load what reads and writes for models, so they are imported by whoever needs them, not
by this room.

May touch: `fabula.engine`, whose protocol `Mind` they keep, `fabula.llm`, and the rest of `fabula.agents`.
"""

from fabula.agents.minds.rules import RulesMind

__all__ = ["RulesMind"]
