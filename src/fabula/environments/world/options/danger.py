"""Options in danger: to flee, to strike back, to stand by a friend, to use what gifts one has."""

from fabula.agents.drives import Drive
from fabula.environments.world.actions import Attack, Flee, Guard, UseAbility
from fabula.environments.world.events import Attacked
from fabula.environments.world.options.choices import Choices
from fabula.environments.world.options.viewpoint import FRIEND, Viewpoint

NEAR_CELLS = 6
"""Within which a foe is a danger."""


def danger(view: Viewpoint, choices: Choices) -> None:
    """Add what one may do against whoever strikes, or is about to."""
    blows = view.told(Attacked)
    attacker = next((event.agent for event in reversed(blows) if event.target == view.name and event.agent), "")
    if attacker:
        _attacked(view, choices, attacker)
    elif view.outlook.foe is not None and view.outlook.foe.away <= NEAR_CELLS:
        _threatened(view, choices, view.outlook.foe.what)
    _friend_attacked(view, choices, blows)
    _heal_oneself(view, choices)


def _attacked(view: Viewpoint, choices: Choices, attacker: str) -> None:
    bond = view.bond(attacker)
    choices.add(
        Flee(from_=attacker),
        appeals={Drive.SELF_PRESERVATION: 0.8, Drive.AGGRESSION: -0.3},
        worth=0.2 + 0.6 * view.hurt,
        because=("flee", attacker),
    )
    choices.add(
        Attack(whom=attacker),
        appeals={Drive.AGGRESSION: 0.7, Drive.SELF_PRESERVATION: -0.4, Drive.DUTY: 0.1, Drive.AFFECTION: -bond / 200},
        worth=0.35 - 0.6 * view.hurt,
        because=("strike_back", attacker),
    )
    _gifts_against(view, choices, attacker)


def _threatened(view: Viewpoint, choices: Choices, foe: str) -> None:
    choices.add(
        Flee(from_=foe),
        appeals={Drive.SELF_PRESERVATION: 0.7, Drive.AGGRESSION: -0.3, Drive.DUTY: -0.1},
        worth=0.15 + 0.5 * view.hurt,
        because=("flee", foe),
    )
    choices.add(
        Attack(whom=foe),
        appeals={Drive.AGGRESSION: 0.6, Drive.LOYALTY: 0.25, Drive.DUTY: 0.2, Drive.SELF_PRESERVATION: -0.5},
        worth=0.1 - 0.6 * view.hurt + (0.2 if view.is_keeper else 0.0),
        because=("meet_foe", foe),
    )


def _friend_attacked(view: Viewpoint, choices: Choices, blows: list[Attacked]) -> None:
    """The last blow at somebody dear; for who keeps the peace, at anybody."""
    for event in reversed(blows):
        friend, by = event.target, event.agent
        bond = view.bond(friend)
        if view.name in (friend, by) or friend not in view.near or not (bond >= FRIEND or view.is_keeper):
            continue
        duty = 0.6 if view.is_keeper else 0.1
        choices.add(
            Guard(what=friend),
            appeals={Drive.AFFECTION: max(0, bond) / 150, Drive.DUTY: duty, Drive.SELF_PRESERVATION: -0.35},
            worth=0.3 - 0.4 * view.hurt - max(0, view.bond(by)) / 200,
            because=("guard", friend, by),
        )
        choices.add(
            Attack(whom=by),
            appeals={Drive.AGGRESSION: 0.5, Drive.AFFECTION: max(0, bond) / 250, Drive.SELF_PRESERVATION: -0.4},
            worth=0.15 - 0.5 * view.hurt - max(0, view.bond(by)) / 150,
            because=("defend", friend, by),
        )
        return


def _gifts_against(view: Viewpoint, choices: Choices, attacker: str) -> None:
    """An ability that harms or calms, used on somebody who has a name and is within reach."""
    one = view.someone(attacker)
    for gift in view.outlook.abilities:
        if one is None or not gift.ready or gift.reach < one.away:
            continue
        if gift.effect == "harm":
            appeals: dict[str, float] = {Drive.AGGRESSION: 0.5, Drive.CUNNING: 0.2, Drive.COMPASSION: -0.2}
            choices.add(
                UseAbility(ability=gift.name, on=attacker),
                appeals=appeals,
                worth=0.35,
                because=("gift_harm", attacker, gift.name),
            )
        elif gift.effect == "calm":
            appeals = {Drive.COMPASSION: 0.4, Drive.CUNNING: 0.2, Drive.AGGRESSION: -0.3}
            choices.add(
                UseAbility(ability=gift.name, on=attacker),
                appeals=appeals,
                worth=0.35,
                because=("gift_calm", attacker, gift.name),
            )


def _heal_oneself(view: Viewpoint, choices: Choices) -> None:
    gift = next((one for one in view.outlook.abilities if one.effect == "heal" and one.ready), None)
    if gift is not None and view.hurt >= 0.3:
        choices.add(
            UseAbility(ability=gift.name),
            appeals={Drive.SELF_PRESERVATION: 0.4},
            worth=0.2 + 0.5 * view.hurt,
            because=("gift_heal", gift.name),
        )
