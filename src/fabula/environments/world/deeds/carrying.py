"""Carrying out: going on with somebody's plan for a tick, to the next deed, to its end, or until it breaks."""

from typing import assert_never

from fabula.environments.world import actions
from fabula.environments.world.components import NOBODY, Intent
from fabula.environments.world.deeds.abilities import use_an_ability
from fabula.environments.world.deeds.doer import Doer, Impossible, Progress, Round, end_deed
from fabula.environments.world.deeds.fighting import attack, flee, guard
from fabula.environments.world.deeds.giving import drop, give
from fabula.environments.world.deeds.going import go
from fabula.environments.world.deeds.reach import travel_ticks_max
from fabula.environments.world.deeds.resting import rest, sleep, sleep_ticks_max
from fabula.environments.world.deeds.speaking import accuse, amend, forgive, say
from fabula.environments.world.deeds.taking import pick_up, steal
from fabula.environments.world.deeds.trading import buy, sell
from fabula.environments.world.deeds.using import eat, use
from fabula.environments.world.deeds.wording import worded, worded_plan
from fabula.environments.world.deeds.working import work
from fabula.environments.world.events import PlanBroken, PlanDone
from fabula.environments.world.happenings import What
from fabula.environments.world.state import Person
from fabula.environments.world.tick import Tick


def go_on(round_: Round, person: Person, row: int) -> None:
    """Go on with the deed a person is at; they have a plan. One deed a tick comes to its end at most."""
    deed = person.plan[person.deed]
    doer = Doer(round_, person, row)
    if person.begun == NOBODY:
        doer.begin()
    _wake(doer, deed)
    try:
        if doer.ticks > _ticks_max(round_.tick, deed):
            raise Impossible("it took too long")
        progress = _carried_out(doer, deed)
    except Impossible as why:
        break_plan(round_.tick, person, str(why))
    else:
        if progress is Progress.DONE:
            _next(round_.tick, person)
    if not round_.planned[row]:
        # What they were about to do is over; at the next tick they see what is next.
        round_.intend(row, Intent.HOLD)


def break_plan(tick: Tick, person: Person, why: str) -> None:
    """The deed a person is at cannot be gone on with, and what was to follow is given up. Only they know."""
    what = worded(person.plan[person.deed])
    drop_plan(person)
    tick.tell(PlanBroken(agent=person.name, what=what, why=why, seen_by=(person.name,)))


def drop_plan(person: Person) -> None:
    """Have no plan any more."""
    end_deed(person)
    person.plan, person.deed = (), 0
    person.goal = person.why = ""


def _next(tick: Tick, person: Person) -> None:
    """The deed they were at is done: on to the next, or the plan is."""
    if person.deed + 1 < len(person.plan):
        end_deed(person)
        person.deed += 1
        return
    what = worded_plan(person.plan)
    drop_plan(person)
    tick.tell(PlanDone(agent=person.name, what=what, seen_by=(person.name,)))


def _wake(doer: Doer, deed: actions.Deed) -> None:
    """Whoever sleeps gets up for a deed other than that."""
    if doer.lives.asleep[doer.row] and not isinstance(deed, actions.Sleep):
        doer.lives.asleep[doer.row] = 0
        doer.tick.happenings.add(What.WOKE, doer.person.life)


def _carried_out(doer: Doer, deed: actions.Deed) -> Progress:  # noqa: PLR0911, PLR0912 - one case a deed
    """Go on with a deed for a tick. Raises Impossible."""
    match deed:
        case actions.Go():
            return go(doer, deed)
        case actions.Work():
            return work(doer, deed)
        case actions.Rest():
            return rest(doer, deed)
        case actions.Sleep():
            return sleep(doer)
        case actions.Eat():
            return eat(doer, deed)
        case actions.Buy():
            return buy(doer, deed)
        case actions.Sell():
            return sell(doer, deed)
        case actions.Give():
            return give(doer, deed)
        case actions.PickUp():
            return pick_up(doer, deed)
        case actions.Drop():
            return drop(doer, deed)
        case actions.Use():
            return use(doer, deed)
        case actions.Steal():
            return steal(doer, deed)
        case actions.Say():
            return say(doer, deed)
        case actions.Accuse():
            return accuse(doer, deed)
        case actions.Amend():
            return amend(doer, deed)
        case actions.Forgive():
            return forgive(doer, deed)
        case actions.Attack():
            return attack(doer, deed)
        case actions.Guard():
            return guard(doer, deed)
        case actions.Flee():
            return flee(doer, deed)
        case actions.UseAbility():
            return use_an_ability(doer, deed)
        case _ as never:
            assert_never(never)


def _ticks_max(tick: Tick, deed: actions.Deed) -> int:
    """How long a deed may take at most, the way there included."""
    way = travel_ticks_max(tick)
    match deed:
        case actions.Work() | actions.Rest() | actions.Guard():
            return way + deed.ticks
        case actions.Sleep():
            return way + sleep_ticks_max(tick)
        case _:
            return way
