"""Options among people: to talk, to answer, to pass on news, to visit, to feed the hungry, to tend the hurt."""

from fabula.agents.drives import Drive
from fabula.environments.world.actions import Buy, Give, Go, Say, Use, UseAbility
from fabula.environments.world.events import Said, WentHungry
from fabula.environments.world.options.choices import Choices
from fabula.environments.world.options.viewpoint import FRIEND, Viewpoint

TALKED_TICKS = 180
"""Since one last spoke with somebody there is nothing to say for so long."""
MISSED_TICKS = 8640
MISSED_BOND = 40
"""Somebody so dear is missed when not seen for so long."""
TALKS_MAX, TELLINGS_MAX = 2, 2
"""Of each, how many are thought of at a time."""
PATIENT = ("hurt", "badly hurt")


def people(view: Viewpoint, choices: Choices) -> None:
    """Add what one may do for and with others."""
    _answer(view, choices)
    _tell_news(view, choices)
    _talk(view, choices)
    _visit(view, choices)
    _feed(view, choices)
    _tend(view, choices)


def _answer(view: Viewpoint, choices: Choices) -> None:
    """Whoever asks, or comes with hard or soft words, may be given an answer; small talk answers itself."""
    said = [event for event in view.told(Said) if event.to == view.name and event.tone in ("asking", "angry", "cold")]
    if not said or not view.is_person(said[-1].agent):
        return
    to, bond = said[-1].agent, view.bond(said[-1].agent)
    if said[-1].tone == "asking":
        appeals: dict[str, float] = {Drive.AFFECTION: 0.2 + bond / 300, Drive.COMPASSION: 0.2}
        tone, worth, because = ("warm" if bond >= FRIEND else ""), 0.25, ("answer_asking", to)
    else:
        appeals = {Drive.AGGRESSION: 0.45, Drive.COMPASSION: -0.15, Drive.SELF_PRESERVATION: -0.1}
        tone, worth, because = "cold", 0.2 - bond / 400, ("answer_hard", to)
    choices.add(Say(to=to, about=said[-1].about, tone=tone), appeals=appeals, worth=worth, because=because)


def _tell_news(view: Viewpoint, choices: Choices) -> None:
    """Tell a friend of a wrong that one knows of and has not talked with them since."""
    told = 0
    for wrong in view.unsettled():
        for friend in view.friends:
            if friend.name in (wrong.by, wrong.to) or wrong.by == view.name or told == TELLINGS_MAX:
                continue
            if view.since_spoken(friend.name) <= wrong.ago:
                continue
            told += 1
            appeals: dict[str, float] = {Drive.LOYALTY: 0.2, Drive.AFFECTION: 0.2, Drive.COMPASSION: -0.1}
            worth = 0.2 + friend.bond / 500 - max(0, view.bond(wrong.by)) / 150
            choices.add(
                Say(to=friend.name, about=wrong.by),
                appeals=appeals,
                worth=worth,
                because=("tell_news", friend.name, wrong.by, wrong.what),
            )


def _talk(view: Viewpoint, choices: Choices) -> None:
    rested = [friend for friend in view.friends if view.since_spoken(friend.name) >= TALKED_TICKS]
    for friend in rested[:TALKS_MAX]:
        appeals: dict[str, float] = {Drive.AFFECTION: 0.3, Drive.CURIOSITY: 0.1}
        worth = friend.bond / 500 + 0.4 * view.solitude - 0.05
        choices.add(Say(to=friend.name, tone="warm"), appeals=appeals, worth=worth, because=("talk", friend.name))


def _visit(view: Viewpoint, choices: Choices) -> None:
    """Look in on somebody dear who was not seen for long."""
    if view.is_night:
        return
    missed = [
        (-bond, name)
        for name, bond in view.outlook.bonds.items()
        if bond >= MISSED_BOND and view.since_seen(name) >= MISSED_TICKS and view.home_of(name)
    ]
    if not missed or view.outlook.tick < MISSED_TICKS:
        return
    bond, name = min(missed)
    appeals: dict[str, float] = {Drive.AFFECTION: 0.4, Drive.DUTY: -0.1}
    choices.add(
        Go(to=view.home_of(name)),
        Say(to=name, tone="warm"),
        goal=f"look in on {name}",
        appeals=appeals,
        worth=0.05 - bond / 400,
        because=("visit", name),
    )


def _feed(view: Viewpoint, choices: Choices) -> None:
    """Bread for somebody who has none."""
    hungry = {event.agent for event in view.told(WentHungry)}
    hungry |= {one.name for one in view.awake if one.condition == "famished"}
    for one in view.awake:
        if one.name not in hungry or one.bond <= -FRIEND:
            continue
        appeals: dict[str, float] = {
            Drive.COMPASSION: 0.6,
            Drive.AFFECTION: max(0, one.bond) / 200,
            Drive.GREED: -0.35,
        }
        worth = 0.15 + one.bond / 400 - 0.3 * view.hunger
        good = view.food[0] if view.food else view.affordable_food()
        if not good:
            return
        give = Give(to=one.name, what=good)
        because = ("feed", one.name, good)
        if view.food:
            choices.add(give, appeals=appeals, worth=worth, because=because)
        else:
            goal = f"feed {one.name}"
            choices.add(Buy(what=good), give, goal=goal, appeals=appeals, worth=worth - 0.1, because=because)


def _tend(view: Viewpoint, choices: Choices) -> None:
    """Heal somebody who is hurt, with what one carries or can do."""
    remedy = next((good for good in view.lore.heals if view.outlook.carries.get(good)), "")
    gift = next((one for one in view.outlook.abilities if one.effect == "heal" and one.ready and one.reach > 0), None)
    for one in view.near.values():
        if one.condition not in PATIENT or one.bond <= -FRIEND or not (remedy or gift):
            continue
        appeals: dict[str, float] = {Drive.COMPASSION: 0.5, Drive.AFFECTION: max(0, one.bond) / 160}
        worth = 0.15 + (0.2 if one.condition == "badly hurt" else 0.0) + one.bond / 500
        if gift is not None:
            use: UseAbility | Use = UseAbility(ability=gift.name, on=one.name)
            choices.add(use, appeals=appeals, worth=worth + 0.05, because=("tend_gift", one.name, gift.name))
        else:
            appeals[Drive.GREED] = -0.2
            choices.add(Use(what=remedy, on=one.name), appeals=appeals, worth=worth, because=("tend", one.name, remedy))
