"""Options of every day: to carry on, to work, to eat, to buy and sell, to rest, to go where people are."""

from fabula.agents.drives import Drive
from fabula.environments.world.actions import Buy, CarryOn, Eat, Go, Rest, Sell, Sleep, Use, Work
from fabula.environments.world.events import Attacked, PriceMoved
from fabula.environments.world.options.choices import Choices
from fabula.environments.world.options.viewpoint import Viewpoint

CARRY_ON = 0.5
"""What habit is worth to anybody: most deeds fall short of it for most people."""
CARRY_ON_PLAN = 0.75
"""Likewise a plan that is under way."""
CARRY_ON_ATTACKED = 0.15

HUNGRY, TIRED, LONELY, HURT = 0.45, 0.6, 0.5, 0.25
"""Shares from which on a need is on somebody's mind."""
SURPLUS = 6
"""Pieces of one good beyond which one may think of selling."""
STOCK_UP = 2
"""Pieces of food that one buys for the day."""
EVENING_H = 17


def daily(view: Viewpoint, choices: Choices) -> None:
    """Add what the day asks for."""
    _carry_on(view, choices)
    _eat(view, choices)
    _rest(view, choices)
    _mend(view, choices)
    if not view.is_night:
        _work(view, choices)
        _stock_up(view, choices)
        _sell(view, choices)
    _company(view, choices)


def _carry_on(view: Viewpoint, choices: Choices) -> None:
    if view.outlook.plan:
        goal = view.outlook.goal
        because = ("carry_on_goal", goal) if goal else ("carry_on_plan",)
        choices.add(CarryOn(), appeals={}, worth=CARRY_ON_PLAN, because=because)
        return
    attacked = any(event.target == view.name for event in view.told(Attacked))
    occasion = "carry_on_night" if view.is_night else "carry_on"
    worth = CARRY_ON_ATTACKED if attacked else CARRY_ON
    choices.add(CarryOn(), appeals={}, worth=worth, because=(occasion,))


def _eat(view: Viewpoint, choices: Choices) -> None:
    if view.hunger < HUNGRY:
        return
    appeals: dict[str, float] = {Drive.SELF_PRESERVATION: 0.2}
    worth = 0.05 + 0.5 * view.hunger
    if view.food:
        choices.add(Eat(what=view.food[0]), appeals=appeals, worth=worth, because=("eat", view.food[0]))
    elif good := view.affordable_food():
        place = view.open_sellers(good)[0].name
        choices.add(
            Buy(what=good),
            Eat(what=good),
            goal="have something to eat",
            appeals=appeals,
            worth=worth,
            because=("buy_food", good, place),
        )


def _rest(view: Viewpoint, choices: Choices) -> None:
    if view.fatigue < TIRED and view.hurt < HURT:
        return
    appeals: dict[str, float] = {Drive.SELF_PRESERVATION: 0.3, Drive.DUTY: -0.15, Drive.AMBITION: -0.1}
    if view.is_night or view.fatigue > 0.85:
        choices.add(Sleep(), appeals=appeals, worth=0.5 * view.fatigue, because=("sleep",))
    else:
        worth = 0.35 * max(view.hurt, view.fatigue)
        choices.add(Rest(), appeals=appeals, worth=worth, because=("rest",))


def _mend(view: Viewpoint, choices: Choices) -> None:
    """Something for the wounds."""
    if view.hurt < HURT:
        return
    appeals: dict[str, float] = {Drive.SELF_PRESERVATION: 0.4}
    worth = 0.1 + 0.5 * view.hurt
    for good in view.lore.heals:
        if view.outlook.carries.get(good):
            choices.add(Use(what=good), appeals=appeals, worth=worth, because=("heal_self", good))
            return
        if view.outlook.coin >= view.price(good) and view.open_sellers(good) and not view.sees_sold_out(good):
            choices.add(
                Buy(what=good),
                Use(what=good),
                goal="get well",
                appeals=appeals,
                worth=worth - 0.1,
                because=("buy_remedy", good),
            )
            return


def _work(view: Viewpoint, choices: Choices) -> None:
    place = view.lore.place_named.get(view.outlook.work)
    at_work = view.outlook.doing == "working"
    if place is None or not place.makes or at_work or not place.is_open(view.outlook.hour):
        return
    appeals: dict[str, float] = {Drive.DUTY: 0.35, Drive.AMBITION: 0.2, Drive.GREED: 0.1}
    worth = 0.05 - 0.3 * max(view.hurt, view.hunger - HUNGRY, view.fatigue - TIRED) + (0.1 if view.is_new_day else 0.0)
    choices.add(Work(), appeals=appeals, worth=worth, because=("work", place.name))


def _stock_up(view: Viewpoint, choices: Choices) -> None:
    good = "" if view.food or view.hunger >= HUNGRY else view.affordable_food()
    if not good or view.price(good) * STOCK_UP > view.outlook.coin:
        return
    fell = any(event.what == good and event.now < event.before for event in view.told(PriceMoved))
    appeals: dict[str, float] = {Drive.SELF_PRESERVATION: 0.15, Drive.CUNNING: 0.1, Drive.GREED: 0.2 if fell else 0.0}
    worth = 0.1 + (0.1 if view.is_new_day else 0.0) + (0.1 if fell else 0.0)
    choices.add(Buy(what=good, amount=STOCK_UP), appeals=appeals, worth=worth, because=("stock_up", good))


def _sell(view: Viewpoint, choices: Choices) -> None:
    rose = {event.what for event in view.told(PriceMoved) if event.now > event.before}
    for good, pieces in view.outlook.carries.items():
        spare = pieces - SURPLUS
        if spare > 0 and view.open_sellers(good):
            appeals: dict[str, float] = {Drive.GREED: 0.35, Drive.AMBITION: 0.2}
            worth = 0.05 + (0.25 if good in rose else 0.0)
            choices.add(Sell(what=good, amount=spare), appeals=appeals, worth=worth, because=("sell", good))


def _company(view: Viewpoint, choices: Choices) -> None:
    """Go where people meet."""
    hour = view.outlook.hour
    inns = [place for place in view.outlook.places if place.use == "meeting" and place.is_open(hour)]
    if view.solitude < LONELY or view.awake or not inns or view.outlook.place == inns[0].name:
        return
    appeals: dict[str, float] = {Drive.AFFECTION: 0.25, Drive.CURIOSITY: 0.2, Drive.DUTY: -0.1}
    worth = 0.4 * view.solitude - (0.0 if hour >= EVENING_H else 0.15)
    choices.add(
        Go(to=inns[0].name),
        Rest(),
        goal="be among people",
        appeals=appeals,
        worth=worth,
        because=("company", inns[0].name),
    )
