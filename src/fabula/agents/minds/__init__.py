"""Minds: what decides for an agent. `RulesMind` weighs options by what drives its persona; no model, no network.

May touch: `fabula.engine`, whose protocol `Mind` they keep, and the rest of `fabula.agents`.
"""

from fabula.agents.minds.rules import RulesMind

__all__ = ["RulesMind"]
