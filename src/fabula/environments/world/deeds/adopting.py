"""Adopting: taking what a mind decided as somebody's plan, or refusing it."""

from fabula.engine.values import Action, kind_of
from fabula.environments.world.actions import PLAN_DEEDS_MAX, CarryOn, Deed, Plan
from fabula.environments.world.deeds.carrying import drop_plan
from fabula.environments.world.deeds.meaning import meant
from fabula.environments.world.deeds.wording import worded, worded_plan
from fabula.environments.world.events import PlanMade, Refused
from fabula.environments.world.naming import Unknown, clean
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick

WHY_MAX = 240
"""Characters of a goal or a reason."""


def adopt(tick: Tick, person: Person, action: Action) -> None:
    """Make an answer the person's plan from now on; `CarryOn` changes nothing. What cannot be is refused, which only
    the person perceives, and they go on as before.
    """
    if isinstance(action, CarryOn):
        return
    deeds: tuple[Action, ...] = action.deeds if isinstance(action, Plan) else (action,)
    if not 1 <= len(deeds) <= PLAN_DEEDS_MAX:
        _refuse(tick, person, "do all that", f"a plan of {len(deeds)} deeds: give 1 to {PLAN_DEEDS_MAX}")
        return
    plan: list[Deed] = []
    for deed in deeds:
        if not isinstance(deed, Deed):
            _refuse(tick, person, kind_of(type(deed).__name__).replace("_", " "), "that is nothing one can do here")
            return
        try:
            plan.append(meant(tick, person, deed))
        except Unknown as why:
            _refuse(tick, person, worded(deed), str(why))
            return
    _take(tick, person, tuple(plan), goal=action.goal if isinstance(action, Plan) else "", why=action.reason)


def _take(tick: Tick, person: Person, plan: tuple[Deed, ...], *, goal: str, why: str) -> None:
    drop_plan(person)
    person.plan = plan
    person.goal, person.why = clean(goal, most=WHY_MAX), clean(why, most=WHY_MAX)
    why = person.why or (f"to {person.goal}" if person.goal else "")
    tick.tell(PlanMade(agent=person.name, what=worded_plan(plan), why=why, seen_by=(person.name,)))


def _refuse(tick: Tick, person: Person, tried: str, why: str) -> None:
    tick.tell(Refused(agent=person.name, tried=tried, why=why, seen_by=(person.name,)))
