"""Options about wrongs: to accuse, to ask for it back, to tell who keeps the peace, to take revenge, to let it be; and
to make one's own good.
"""

from fabula.agents.drives import Drive
from fabula.environments.world.actions import Accuse, Amend, Attack, CarryOn, Say
from fabula.environments.world.events import Accused, Missed, Stole
from fabula.environments.world.hearsay import suspicions
from fabula.environments.world.options.choices import Choices
from fabula.environments.world.options.viewpoint import Viewpoint
from fabula.environments.world.outlook import Grievance

WRONGS_MAX = 2
"""Of others, that are thought of at a time: the latest."""
STALE_TICKS = 3 * 8640
"""A wrong so old rankles no more."""
WORTH_MAX = 60
"""Pence beyond which a loss does not weigh more."""
DEALT_WITH = -0.4
"""What it takes from having it out that one has quarrelled with them over it already."""
FOUND_OUT = 0.4


def wrongs(view: Viewpoint, choices: Choices) -> None:
    """Add what one may do about the wrongs one knows of."""
    known = [wrong for wrong in view.unsettled() if wrong.ago < STALE_TICKS]
    others = [
        wrong for wrong in known if wrong.by != view.name and view.is_person(wrong.by) and _is_pressing(view, wrong)
    ]
    for wrong in others[:WRONGS_MAX]:
        if _is_mine(view, wrong):
            _as_victim(view, choices, wrong)
        else:
            _as_witness(view, choices, wrong)
    _as_loser(view, choices)
    if view.is_keeper:
        _as_inquirer(view, choices)
    own = [wrong for wrong in known if wrong.by == view.name and view.is_person(wrong.to)]
    _as_culprit(view, choices, own)


def _is_pressing(view: Viewpoint, wrong: Grievance) -> bool:
    """Whether one has cause to think of it now: it is news, the culprit is in sight, or a day begins."""
    news = any(event.agent == wrong.by for event in view.told(Stole)) or bool(view.told(Missed))
    return news or wrong.by in view.near or view.is_new_day


def _is_mine(view: Viewpoint, wrong: Grievance) -> bool:
    """Whether one suffered it oneself, at what one owns too."""
    place = view.lore.place_named.get(wrong.to)
    return wrong.to == view.name or (place is not None and place.owner == view.name)


def _as_victim(view: Viewpoint, choices: Choices, wrong: Grievance) -> None:
    by, what, bond = wrong.by, wrong.what, view.bond(wrong.by)
    weight = min(wrong.worth, WORTH_MAX) / 200 + _dealt_with(view, wrong)
    if not _is_charged(view, by, what):
        choices.add(
            Accuse(whom=by, of=what),
            appeals={
                Drive.DUTY: 0.35,
                Drive.AGGRESSION: 0.4,
                Drive.SELF_PRESERVATION: -0.2,
                Drive.AFFECTION: -max(0, bond) / 200,
            },
            worth=0.4 + weight,
            because=("accuse", by, what),
        )
    choices.add(
        Say(to=by, about=what, tone="asking"),
        appeals={Drive.COMPASSION: 0.25, Drive.AFFECTION: 0.1 + max(0, bond) / 200, Drive.AGGRESSION: -0.25},
        worth=0.3 + weight,
        because=("ask_back", by, what),
    )
    choices.add(
        Attack(whom=by),
        appeals={
            Drive.AGGRESSION: 0.8,
            Drive.COMPASSION: -0.5,
            Drive.SELF_PRESERVATION: -0.4,
            Drive.DUTY: -0.3,
        },
        worth=-0.3 + weight - bond / 300 - 0.4 * view.hurt,
        because=("revenge", by, what),
    )
    choices.add(
        CarryOn(),
        appeals={Drive.COMPASSION: 0.25, Drive.SELF_PRESERVATION: 0.2, Drive.AGGRESSION: -0.35, Drive.GREED: -0.15},
        worth=0.3 + max(0, bond) / 300,
        because=("let_be", by, what),
    )
    _tell_keeper(view, choices, wrong, worth=0.2 + weight)


def _as_witness(view: Viewpoint, choices: Choices, wrong: Grievance) -> None:
    """Of a wrong done to others. Who has it from hearsay only may pass it on."""
    by, to, dear = wrong.by, wrong.to, max(0, view.bond(wrong.by)) / 120
    if wrong.told_by and not view.is_keeper:
        return
    duty = 0.8 if view.is_keeper else 0.4
    if not _is_charged(view, by, wrong.what):
        choices.add(
            Accuse(whom=by, of=wrong.what),
            appeals={Drive.DUTY: duty, Drive.AGGRESSION: 0.25, Drive.SELF_PRESERVATION: -0.4},
            worth=(0.35 if view.is_keeper else 0.05) - dear + _dealt_with(view, wrong),
            because=("accuse_for", by, wrong.what, to),
        )
    owner = view.lore.place_named[to].owner if to in view.lore.place_named else to
    if view.is_person(owner) and view.since_spoken(owner) > wrong.ago:
        choices.add(
            Say(to=owner, about=by),
            appeals={Drive.LOYALTY: 0.3, Drive.DUTY: 0.25, Drive.AFFECTION: max(0, view.bond(owner)) / 200},
            worth=0.35 - dear,
            because=("tell_victim", owner, by, wrong.what),
        )
    _tell_keeper(view, choices, wrong, worth=0.25 - dear)


def _tell_keeper(view: Viewpoint, choices: Choices, wrong: Grievance, *, worth: float) -> None:
    if view.is_keeper:
        return
    for keeper in view.keepers(wrong.by, wrong.to):
        if view.since_spoken(keeper) > wrong.ago:
            choices.add(
                Say(to=keeper, about=wrong.by),
                appeals={Drive.DUTY: 0.45, Drive.LOYALTY: 0.2, Drive.SELF_PRESERVATION: 0.1},
                worth=worth,
                because=("tell_keeper", keeper, wrong.by, wrong.what),
            )
            return


def _as_loser(view: Viewpoint, choices: Choices) -> None:
    """Of what one misses: to charge whom one suspects, and to complain to who keeps the peace."""
    missed = [event for event in view.told(Missed) if event.agent == view.name]
    if not missed:
        return
    last = missed[-1]
    suspected = [one for one in suspicions(view.outlook.heard) if one.owner == view.name]
    what, suspect = (suspected[-1].what, suspected[-1].suspect) if suspected else ("", "")
    if suspected and view.is_person(suspect) and not _is_charged(view, suspect, what):
        choices.add(
            Accuse(whom=suspect, of=what),
            appeals={
                Drive.DUTY: 0.25,
                Drive.AGGRESSION: 0.4,
                Drive.SELF_PRESERVATION: -0.2,
                Drive.AFFECTION: -max(0, view.bond(suspect)) / 200,
            },
            worth=0.35 - view.bond(suspect) / 400,
            because=("accuse_suspect", suspect, what),
        )
    for keeper in view.keepers(last.suspect)[:1]:
        choices.add(
            Say(to=keeper, about=f"taken from {last.place or view.name}"),
            appeals={Drive.DUTY: 0.4, Drive.LOYALTY: 0.2, Drive.SELF_PRESERVATION: 0.1},
            worth=0.3,
            because=("complain", keeper),
        )


def _as_inquirer(view: Viewpoint, choices: Choices) -> None:
    """Who keeps the peace puts it to those who are suspected, once."""
    for one in suspicions(view.outlook.heard)[-1:]:
        if not _is_charged(view, one.suspect, one.what) and view.is_person(one.suspect):
            choices.add(
                Accuse(whom=one.suspect, of=one.what),
                appeals={Drive.DUTY: 0.6, Drive.CURIOSITY: 0.2},
                worth=0.25,
                because=("accuse_hearsay", one.suspect, one.what),
            )


def _as_culprit(view: Viewpoint, choices: Choices, own: list[Grievance]) -> None:
    """Make a wrong good out of conscience, or because one is accused; or deny it."""
    charges = [event for event in view.told(Accused) if event.whom == view.name and view.is_person(event.agent)]
    accuser = charges[-1].agent if charges else ""
    for wrong in own[:1]:
        choices.add(
            Amend(whom=wrong.to),
            appeals={Drive.DUTY: 0.4, Drive.COMPASSION: 0.35, Drive.GREED: -0.3, Drive.CUNNING: -0.2},
            worth=0.05 + (FOUND_OUT if accuser else 0.0),
            because=("amend_accused" if accuser else "amend", wrong.to, wrong.what),
        )
    if accuser and charges[-1].owned_up is False:
        choices.add(
            Say(to=accuser, about=charges[-1].of, tone="angry"),
            appeals={Drive.AGGRESSION: 0.4, Drive.CUNNING: 0.3 if own else 0.0, Drive.DUTY: -0.25 if own else 0.15},
            worth=0.2 if own else 0.4,
            because=("deny" if own else "deny_innocent", accuser),
        )


def _is_charged(view: Viewpoint, whom: str, of: str) -> bool:
    """Whether one knows that they were charged with it already: once is enough, until it is forgotten."""
    return any(f" accused {whom} of {of}" in known for known in view.outlook.heard)


def _dealt_with(view: Viewpoint, wrong: Grievance) -> float:
    """Whether it has been had out with them already."""
    quarrelled = any(one.whom == wrong.by and one.ago <= wrong.ago for one in view.outlook.quarrels)
    return DEALT_WITH if quarrelled or view.since_spoken(wrong.by) < wrong.ago else 0.0
