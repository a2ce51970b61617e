"""Environments: where agents act. One room each: `campaign` today; `world`, `table`, `dialogue` and `workshop` are
to come.

An environment implements `fabula.engine.environment.Environment`: it says who is asked and what they perceive,
judges what they answer, and tells what happened, as events. It knows no model, no provider, no database and no
page. An environment is found by its entry point in the group `fabula.environments`, ours as well as an outsider's.
"""

__all__: list[str] = []
