"""Effects: what happens by the setting's will when a clock fills, a secret comes out, a complication strikes."""

from bisect import insort
from collections.abc import Iterable
from typing import assert_never

from fabula.environments.campaign.atlas import ends
from fabula.environments.campaign.beliefs import SEEN, SURE_SEEN, Words, believe
from fabula.environments.campaign.clocks import advance
from fabula.environments.campaign.events import Appeared, StanceChanged, ThreatArrived, WayChanged
from fabula.environments.campaign.harm import armour, weaken, wound
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.setting import (
    Advance,
    AnyEffect,
    Appear,
    Arrive,
    Block,
    Harm,
    Heal,
    Open,
    Reveal,
    Secret,
    Sway,
    Weaken,
)
from fabula.environments.campaign.state import Agent, Sighting, WayMark


def apply(scene: Scene, effects: Iterable[AnyEffect], *, place: str, because: str) -> None:
    """Let the effects happen, in their order. place: where their cause is; empty: nowhere in particular."""
    for effect in effects:
        match effect:
            case Advance():
                advance(scene, effect.clock, effect.by, because)
            case Harm():
                _harm(scene, effect, effect.place or place, because)
            case Heal():
                pass  # Heals whoever an object is used on: fabula.environments.campaign.deeds.things.
            case Arrive():
                arrive(scene, effect.threat, effect.place)
            case Weaken():
                weaken(scene, effect.threat, effect.strength, because)
            case Block():
                _change_way(scene, effect.between, is_open=False, because=because)
            case Open():
                _change_way(scene, effect.between, is_open=True, because=because)
            case Reveal():
                _reveal(scene, scene.ground.secrets[effect.secret], effect.place or place, because)
            case Appear():
                _appear(scene, effect, because)
            case Sway():
                sway(scene, effect.faction, effect.toward, effect.by, because)
            case _:
                assert_never(effect)


def come_out(scene: Scene, secret: Secret, place: str, *, by: str) -> None:
    """The first time a secret comes out, what follows from it does."""
    if secret.name not in scene.state.out:
        insort(scene.state.out, secret.name)
        apply(scene, secret.effects, place=place, because=by)


def arrive(scene: Scene, threat: str, place: str = "") -> None:
    """A threat that was waiting comes into play; everyone hears of it."""
    danger = scene.state.dangers[threat]
    if danger.here or danger.beaten:
        return
    danger.here = True
    danger.place = place or danger.place
    seen_by = scene.everyone()
    news = Sighting(danger.place, scene.state.turn)
    for name in seen_by:
        scene.state.agents[name].sightings[threat] = news
    description = scene.ground.threats[threat].description
    scene.add(ThreatArrived(threat=threat, place=danger.place, description=description, seen_by=seen_by))


def sway(scene: Scene, faction: str, toward: str, by: int, because: str) -> None:
    """Change how one faction stands to another; everyone comes to know."""
    before = scene.stance(faction, toward)
    now = max(-100, min(100, before + by))
    if now == before or faction == toward:
        return
    scene.set_stance(faction, toward, now)
    seen_by = scene.everyone()
    scene.add(StanceChanged(faction=faction, toward=toward, by=now - before, now=now, because=because, seen_by=seen_by))


def _harm(scene: Scene, effect: Harm, place: str, because: str) -> None:
    exposed = scene.here(place) if place else scene.everyone()
    luck = scene.chance.stream("harm", because, place)
    for name in sorted(luck.shuffled(exposed)[: effect.most]):
        agent = scene.state.agents[name]
        wound(scene, agent, max(1, effect.harm - armour(scene, agent)), because)


def _change_way(scene: Scene, between: tuple[str, str], *, is_open: bool, because: str) -> None:
    one, other = ends(*between)
    way = scene.layout.exit(one, other) or scene.layout.exit(other, one)
    if way is None and not is_open:
        return
    if way is not None and (not way.blocked and not way.hidden) == is_open:
        return
    marks = [mark for mark in scene.state.marks if mark.between != (one, other)]
    scene.set_marks(sorted([*marks, WayMark((one, other), is_open)]))
    seen_by = scene.only(*scene.at(one), *scene.at(other))
    scene.add(WayChanged(between=(one, other), open=is_open, because=because, seen_by=seen_by))


def _reveal(scene: Scene, secret: Secret, place: str, because: str) -> None:
    for name in tuple(scene.here(place)):
        agent = scene.state.agents[name]
        believe(scene, agent, secret, Words(secret.truth, true=True), source=SEEN, sure=SURE_SEEN)
    if scene.here(place):
        come_out(scene, secret, place, by=because)


def _appear(scene: Scene, effect: Appear, because: str) -> None:
    item = scene.state.items[effect.object]
    if item.holder or item.place or item.spent:
        return
    scene.lay(effect.object, effect.place)
    seen_by = scene.at(effect.place)
    scene.add(Appeared(object=effect.object, place=effect.place, because=because, seen_by=seen_by))


def mend(agent: Agent, vigour: int) -> int:
    """Give points of vigour back; returns how many there was room for."""
    gained = min(vigour, agent.vigour_max - agent.vigour)
    agent.vigour += gained
    return gained
