"""The option to steal: from a stall that nobody watches, for those whom need or greed brings so far."""

from fabula.agents.drives import Drive
from fabula.environments.world.actions import Steal
from fabula.environments.world.options.choices import Choices
from fabula.environments.world.options.viewpoint import Viewpoint
from fabula.environments.world.outlook import Priced

HONEST, GREEDY = 45, 65
"""Percent: whoever is more honest than the one and less greedy than the other does not think of it."""
STARVING, POOR_PENCE = 0.55, 8
"""Need: hunger without food or the coin for it; or next to no coin."""
TAKES_MAX = 3


def temptation(view: Viewpoint, choices: Choices) -> None:
    """Add what lies there for the taking."""
    outlook, nature = view.outlook, view.outlook.nature
    if not (nature.get("honesty", 100) <= HONEST or nature.get("greed", 0) >= GREEDY):
        return
    starving = view.hunger >= STARVING and not view.food and not view.affordable_food()
    if view.awake or outlook.crowd or not (starving or outlook.coin < POOR_PENCE):
        return
    place = view.lore.place_named.get(outlook.place)
    if place is None or place.owner in (view.name, outlook.faction) or place.name in (outlook.home, outlook.work):
        return
    stock = [one for one in outlook.prices if one.place == place.name and one.stock > 0]
    wanted = _wanted(view, stock, starving=starving)
    if wanted is None:
        return
    amount = 1 if starving else min(TAKES_MAX, wanted.stock)
    choices.add(
        Steal(what=wanted.what, from_=place.name, amount=amount),
        appeals={Drive.GREED: 0.6, Drive.CUNNING: 0.35, Drive.DUTY: -0.5, Drive.SELF_PRESERVATION: -0.15},
        worth=-0.3 + (0.6 * view.hunger if starving else 0.0),
        because=("steal_need" if starving else "steal", wanted.what, place.name),
    )


def _wanted(view: Viewpoint, stock: list[Priced], *, starving: bool) -> Priced | None:
    """Something to eat, or what is worth most."""
    if starving:
        eats = view.eats()
        return next((one for one in stock if one.what in eats), None)
    return max(stock, key=lambda one: (one.price, one.what), default=None)
