"""Salience: how much a beat matters to the telling."""

from collections.abc import Mapping, Sequence

from fabula.chronicle.account import Account
from fabula.chronicle.beats import Beat
from fabula.environments.campaign import events as ev

HOSTILE = frozenset({"strike", "threaten", "steal"})
KIND = frozenset({"aid", "give", "shield"})

_WEIGHTS: Mapping[str, float] = {
    "strike.kill": 12, "strike.fell": 10, "strike.hit": 6, "strike.glance": 3.5, "strike.miss": 3.5,
    "fight.beaten": 10, "fight.hit": 5, "fight.glance": 3, "fight.miss": 3,
    "maul.kill": 12, "maul.fell": 10, "maul.hit": 6, "maul.glance": 2.5, "maul.miss": 2.5,
    "hurt.kill": 11, "hurt.fell": 9, "hurt": 5, "beaten": 9, "weaken": 3,
    "search.secret": 7, "search.object": 5, "search.way": 5, "search.person": 5,
    "search.detail": 2.5, "search.nothing": 1, "learn.true": 4, "learn.false": 5, "notice": 3,
    "talk.twisted": 7, "talk.told": 5.5, "talk.shared": 3, "talk.words": 3, "talk.about": 2, "talk.small": 1,
    "persuade.yes": 5, "persuade.no": 3.5, "threaten.yes": 5, "threaten.no": 4,
    "aid.heal": 4.5, "aid.help": 2.5, "aid.no": 2.5, "aid.self": 2.5, "aid.vain": 2,
    "shield.yes": 4.5, "shield.no": 3, "defend.yes": 2.5, "defend.no": 2.5,
    "take.yes": 4, "take.no": 2, "steal.yes": 6, "steal.no": 5, "give": 4.5, "use": 4.5, "use.heal": 4.5,
    "attempt.yes": 4.5, "attempt.no": 3.5, "refused": 0.6,
    "sneak.seen": 3.5, "sneak": 1.6, "move": 1, "rest": 0.6, "wait": 0.3, "left": 8,
    "trouble": 8, "arrive": 8, "prowl": 2.5, "appear": 2.5,
    "clock.full": 9, "clock.up": 1.2, "clock.down": 1.5, "way.open": 4, "way.closed": 4,
    "stance.up": 3, "stance.down": 3, "bond.up": 1, "bond.down": 1.5, "noted": 6,
}  # fmt: skip
_UNKNOWN = 1.0
_TURN_OF_HEART = 3.0
"""Added where someone wrongs whoever was good to them, or is good to whoever wronged them."""
_ANSWER = 1.5
"""Added where a wrong is answered."""
_MOVED = 1.2
"""Added for each segment a clock was moved."""
_STALE = 0.25
"""Of its weight, what a deed loses each time the same has been done there by the same one before; half is always
left.
"""


def weigh(account: Account, taste: Mapping[str, float]) -> dict[int, float]:
    """The salience of every beat, by its head. taste: family of deeds -> what a voice multiplies its weight by."""
    done: dict[tuple[str, str, str], int] = {}
    weights: dict[int, float] = {}
    for beat in account.beats:
        same = (beat.key, beat.doer, beat.place)
        staleness = max(0.5, 1 - _STALE * done.get(same, 0))
        done[same] = done.get(same, 0) + 1
        base = _WEIGHTS.get(beat.key, _UNKNOWN) * taste.get(beat.family, 1.0)
        weights[beat.head] = base * staleness + _history(account, beat) + _harm_and_change(account, beat)
    return weights


def _history(account: Account, beat: Beat) -> float:
    if beat.family not in HOSTILE | KIND:
        return 0.0
    before = account.between(beat.doer, beat.other, beat.head)
    latest = next((past for past in before if past.family in HOSTILE | KIND), None)
    if latest is None:
        return 0.0
    if (latest.family in HOSTILE) != (beat.family in HOSTILE):
        return _TURN_OF_HEART
    return _ANSWER if latest.doer == beat.other and beat.family in HOSTILE else 0.0


def _harm_and_change(account: Account, beat: Beat) -> float:
    extra = 0.0
    for number in beat.events[1:]:
        event = account.events[number]
        if isinstance(event, ev.Wounded) and event.left and event.left <= 2:
            extra += 1.0
        elif isinstance(event, ev.ClockMoved):
            extra += _MOVED * abs(event.by) + (4.0 if event.filled >= event.segments else 0.0)
        elif isinstance(event, ev.WayChanged | ev.StanceChanged):
            extra += 1.0
    return extra


def heaviest(beats: Sequence[Beat], weights: Mapping[int, float], count: int) -> list[Beat]:
    """The `count` most salient beats, in the order they happened."""
    chosen = sorted(beats, key=lambda beat: (-weights[beat.head], beat.head))[:count]
    return sorted(chosen, key=lambda beat: beat.head)
