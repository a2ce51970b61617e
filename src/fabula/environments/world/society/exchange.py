"""An exchange: a few words between two who stand near each other, and what they are about."""

from collections.abc import Sequence
from typing import NamedTuple

from fabula.engine.chance import Stream
from fabula.engine.values import AgentId
from fabula.environments.world.character import Character, character
from fabula.environments.world.events import MadeUp, Said
from fabula.environments.world.hearsay import subject, tellable
from fabula.environments.world.society.bonds import ENEMY, FRIEND
from fabula.environments.world.society.circle import place_of
from fabula.environments.world.society.contention import bone_of_contention
from fabula.environments.world.society.quarrels import PEACE_HEAT, is_feud, quarrel_with
from fabula.environments.world.society.wrongs import told_of
from fabula.environments.world.state import Person, Quarrel
from fabula.environments.world.tick import Tick
from fabula.environments.world.words import speech

REPLY_PERCENT = 40
URGENT, DULL = 400, 8
"""How much somebody wants to pass on what concerns the hearer; and what concerns only goods."""
COLD_PERCENT, COLD_TICKS = 45, 2160
"""How often somebody has a cold word for an enemy; and to the same one not again before so long."""
TOUCHY_BOND = -15
"""Whoever likes somebody less than that is easily cross with them."""
TEMPER = 10
"""Aggression, in percent, from which on one is cross with anybody now and then."""

_COLD = "cold to "
"""Key of `Person.doing`."""
_REPLIES = {"gossip": "reply_news", "warm": "reply_warm", "cold": "reply_cold"}


class Topic(NamedTuple):
    """What somebody has to say to somebody."""

    kind: str
    """As `speech` has it; `silence`: nothing, `peace`: to make up."""
    about: str = ""
    news: str = ""
    whom: str = ""


SILENCE = Topic("silence")


class Pair(NamedTuple):
    """Who speaks, to whom, and who else hears them."""

    speaker: Person
    hearer: Person
    near: Sequence[Person]
    """All who stand by the speaker, the hearer too."""


def exchange(tick: Tick, pair: Pair) -> bool:
    """Let one speak to another, and the other perhaps reply; returns whether a word was said."""
    speaker, hearer = pair.speaker, pair.hearer
    draw = tick.chance.stream("talk", speaker.name, hearer.name)
    topic = _topic(tick, pair, draw)
    if topic is SILENCE:
        return False
    speaker.spoken[hearer.name] = hearer.spoken[speaker.name] = tick.now
    if topic.kind == "peace":
        _make_up(tick, pair, topic)
        return True
    tick.tell(_said(tick, pair, speaker, hearer, topic))
    if topic.kind != "angry" and draw.integer(0, 99) < REPLY_PERCENT:
        reply = Topic(_REPLIES.get(topic.kind, "reply"))
        tick.tell(_said(tick, pair, hearer, speaker, reply))
    return True


def _said(tick: Tick, pair: Pair, speaker: Person, hearer: Person, topic: Topic) -> Said:
    kind = topic.kind
    return Said(
        agent=speaker.name,
        place=place_of(tick, speaker),
        to=hearer.name,
        text=speech(tick, kind, speaker, hearer, topic.about, topic.news, whom=topic.whom),
        about=topic.whom or topic.about,
        tone=kind if kind in ("warm", "cold", "angry", "sorry") else _TONES.get(kind, ""),
        news=topic.news,
        # What is told of others is told in a low voice.
        seen_by=_heard_by(pair, aloud=kind not in ("gossip", "grudge", "reply_news")),
    )


_TONES = {"reply_warm": "warm", "reply_cold": "cold"}


def _heard_by(pair: Pair, *, aloud: bool) -> tuple[AgentId, ...]:
    names = {pair.speaker.name, pair.hearer.name}
    return tuple(sorted(names | {one.name for one in pair.near} if aloud else names))


def _topic(tick: Tick, pair: Pair, draw: Stream) -> Topic:
    speaker, hearer = pair.speaker, pair.hearer
    who, quarrel = character(tick, speaker.name), quarrel_with(speaker, hearer.name)
    bond = speaker.bonds.get(hearer.name, 0)
    if quarrel is not None or bond <= ENEMY:
        return _with_an_enemy(tick, pair, who, quarrel, draw)
    cross = 25 + who.aggression // 2 if bond <= TOUCHY_BOND else 0
    cross = max(cross, (who.aggression - TEMPER) // (2 if bond < FRIEND else 8), 2)
    if draw.integer(0, 99) < cross and (about := bone_of_contention(tick, speaker, hearer, draw)):
        return Topic("angry", about=about)
    return _with_anyone(tick, pair, who, bond, draw)


def _with_an_enemy(tick: Tick, pair: Pair, who: Character, quarrel: Quarrel | None, draw: Stream) -> Topic:
    speaker, hearer = pair.speaker, pair.hearer
    about = quarrel.about if quarrel is not None else ""
    luck = draw.integer(0, 99)
    if quarrel is not None and quarrel.heat <= PEACE_HEAT:
        softness = (who.compassion + who.affection - who.aggression) // 3 + (15 if _go_between(pair) else 0)
        softness += min(0, speaker.bonds.get(hearer.name, 0)) // 4
        if luck < softness - (15 if is_feud(quarrel) else 0):
            return Topic("peace", about=about)
        if luck < 2 * softness:
            return Topic("sorry", about=about)
    heat = quarrel.heat if quarrel is not None else -speaker.bonds.get(hearer.name, 0) // 2
    if luck < (heat + who.aggression) // 3:
        return Topic("angry", about=about or "old business")
    if luck >= COLD_PERCENT or tick.now - speaker.doing.get(_COLD + hearer.name, -COLD_TICKS) < COLD_TICKS:
        return SILENCE
    speaker.doing[_COLD + hearer.name] = tick.now
    return Topic("cold", about=about)


def _go_between(pair: Pair) -> Person | None:
    """Somebody who stands by and is fond of both."""
    both = (pair.speaker.name, pair.hearer.name)
    return next(
        (one for one in pair.near if one.name not in both and all(one.bonds.get(name, 0) >= FRIEND for name in both)),
        None,
    )


def _with_anyone(tick: Tick, pair: Pair, who: Character, bond: int, draw: Stream) -> Topic:
    news, weight = _news(tick, pair, who)
    weights = {
        "gossip": weight,
        "warm": max(0, bond) // 6 if bond >= FRIEND // 2 else 0,
        "cold": 40 if bond <= TOUCHY_BOND else 0,
        "grudge": _rankles(pair, who),
        "small": 40,
        "greeting": 8,
    }
    kind = draw.weighted(list(weights), list(weights.values()))
    match kind:
        case "gossip":
            names = [person.name for person in tick.state.people]
            return Topic(kind, about=subject(news, names), news=news)
        case "grudge":
            return Topic(kind, about=who.about, whom=who.foe)
        case _:
            return Topic(kind)


def _news(tick: Tick, pair: Pair, who: Character) -> tuple[str, int]:
    """The latest that the speaker would tell the hearer, of people rather than goods, and how much they want to."""
    speaker, hearer = pair.speaker, pair.hearer
    names, goods, latest = [person.name for person in tick.state.people], "", ""
    for what in reversed(tellable(speaker, hearer, [one.name for one in pair.near])):
        wrong = told_of(speaker, what)
        if wrong is None:
            if subject(what, names):
                latest = latest or what
            else:
                goods = goods or what
            continue
        if wrong.by in (speaker.name, hearer.name) or wrong.settled:
            continue
        concerned = wrong.to == hearer.name or character(tick, hearer.name).keeper
        if speaker.bonds.get(wrong.by, 0) > FRIEND and not (concerned and who.duty >= 70):
            continue
        if concerned:
            return what, URGENT
        latest = latest or what
    if latest:
        return latest, 30 + who.curiosity // 2
    return goods, DULL if goods else 0


def _rankles(pair: Pair, who: Character) -> int:
    """How much the speaker wants to speak of their old grudge: only where nobody stands by whom it concerns."""
    if not who.foe or quarrel_with(pair.speaker, who.foe) is None:
        return 0
    if any(one.name == who.foe for one in pair.near) or pair.hearer.bonds.get(who.foe, 0) >= FRIEND:
        return 0
    return 8 + who.aggression // 10


def _make_up(tick: Tick, pair: Pair, topic: Topic) -> None:
    speaker, hearer = pair.speaker, pair.hearer
    go_between = _go_between(pair)
    how = f"{go_between.name} spoke for both" if go_between is not None else ""
    tick.tell(
        MadeUp(
            agent=speaker.name,
            place=place_of(tick, speaker),
            whom=hearer.name,
            bond=speaker.bonds.get(hearer.name, 0),
            about=topic.about,
            how=how or speech(tick, "forgive", speaker, hearer, topic.about),
            seen_by=_heard_by(pair, aloud=True),
        )
    )
