"""Options about quarrels: to make up when they have cooled, to say sorry, to have it out."""

from fabula.agents.drives import Drive
from fabula.environments.world.actions import Forgive, Say
from fabula.environments.world.events import Amended, Gave, Said
from fabula.environments.world.options.choices import Choices
from fabula.environments.world.options.viewpoint import Viewpoint
from fabula.environments.world.outlook import BadBlood

COOL, HOT = 45, 60
"""Heat up to which one may make peace, and from which on one may have it out."""
OLIVE_BRANCH = 0.4
"""What it adds to making up that the other has made a step."""
QUARRELS_MAX = 3
TALKED_TICKS = 120


def quarrels(view: Viewpoint, choices: Choices) -> None:
    """Add what one may do about those with whom there is bad blood, the coolest first."""
    for quarrel in sorted(view.outlook.quarrels, key=lambda one: (one.heat, one.whom))[:QUARRELS_MAX]:
        if not view.is_person(quarrel.whom):
            continue
        reached_out = _reached_out(view, quarrel.whom)
        if quarrel.heat <= COOL or reached_out:
            _make_up(view, choices, quarrel, reached_out=reached_out)
        if quarrel.whom in view.near and view.since_spoken(quarrel.whom) >= TALKED_TICKS:
            _speak(view, choices, quarrel)


def _make_up(view: Viewpoint, choices: Choices, quarrel: BadBlood, *, reached_out: bool) -> None:
    bond = view.bond(quarrel.whom)
    worth = 0.15 + (COOL - quarrel.heat) / 200 + bond / 300 + (OLIVE_BRANCH if reached_out else 0.0)
    choices.add(
        Forgive(whom=quarrel.whom),
        appeals={Drive.COMPASSION: 0.35, Drive.AFFECTION: 0.3, Drive.LOYALTY: 0.1, Drive.AGGRESSION: -0.35},
        worth=worth if quarrel.whom in view.near else worth - 0.1,
        because=("make_up_met" if reached_out else "make_up", quarrel.whom, quarrel.about),
    )


def _speak(view: Viewpoint, choices: Choices, quarrel: BadBlood) -> None:
    if quarrel.heat >= HOT:
        choices.add(
            Say(to=quarrel.whom, about=quarrel.about, tone="angry"),
            appeals={Drive.AGGRESSION: 0.5, Drive.COMPASSION: -0.25, Drive.SELF_PRESERVATION: -0.1},
            worth=0.05 + (quarrel.heat - HOT) / 200,
            because=("have_it_out", quarrel.whom, quarrel.about),
        )
    else:
        choices.add(
            Say(to=quarrel.whom, about=quarrel.about, tone="sorry"),
            appeals={Drive.COMPASSION: 0.3, Drive.DUTY: 0.1, Drive.AGGRESSION: -0.3},
            worth=0.1 + view.bond(quarrel.whom) / 400,
            because=("say_sorry", quarrel.whom, quarrel.about),
        )


def _reached_out(view: Viewpoint, whom: str) -> bool:
    """Whether the other has made a step: a gift, amends, soft words."""
    soft = [event.agent for event in view.told(Said) if event.to == view.name and event.tone in ("sorry", "warm")]
    gave = [event.agent for event in view.told(Gave) if event.to == view.name]
    amended = [event.agent for event in view.told(Amended) if event.whom == view.name]
    return whom in (*soft, *gave, *amended)
