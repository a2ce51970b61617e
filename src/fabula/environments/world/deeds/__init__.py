"""The deeds of a world: what a mind decided becomes somebody's plan (`adopt`), and is carried out tick by tick
(`go_on`). One module a family of deeds, one function a deed.

A deed takes the doer and the action, sets what the doer is about to do at this tick (its intent, which movement and
combat then carry out), does what it does once they stand where it can be done, and says whether it is done; what cannot
be done raises `Impossible`, which breaks the plan.
"""

from fabula.environments.world.deeds.adopting import adopt
from fabula.environments.world.deeds.carrying import break_plan, go_on
from fabula.environments.world.deeds.doer import HELD, Round

__all__ = ["HELD", "Round", "adopt", "break_plan", "go_on"]
