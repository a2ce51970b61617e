"""Searching: for secrets, objects, ways and people that hide; who finds nothing notices a detail all the same."""

from bisect import insort
from collections.abc import Iterator
from typing import NamedTuple

from fabula.engine.values import AgentId
from fabula.environments.campaign import difficulty, names
from fabula.environments.campaign.actions import Investigate
from fabula.environments.campaign.atlas import ends
from fabula.environments.campaign.beliefs import KNOWN, SEEN
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.checks import Roll
from fabula.environments.campaign.deeds.done import Done
from fabula.environments.campaign.events import Searched
from fabula.environments.campaign.harm import wound
from fabula.environments.campaign.hearsay import find_out
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.state import Agent

PERILOUS = 45
"""At a place of such peril a search that ends in disaster costs a point of vigour."""


class Clue(NamedTuple):
    """Something to be found."""

    difficulty: int
    kind: str
    """`secret`, `object`, `way`, `person`."""
    name: str
    """Of the secret, object or agent, or of the place to which a way leads."""


def investigate(scene: Scene, doer: Agent, action: Investigate) -> Done:
    """Look closely: at the place, at somebody in it, or for something in particular."""
    place, what = doer.place, action.what[: names.NAME_MAX]
    clue = clue_of(scene, doer, what)
    roll = scene.roll(doer, "investigate", clue.difficulty if clue else difficulty.SEARCH)
    found = clue if clue and roll.done else None
    doer.searched[place] = doer.searched.get(place, 0) + 1
    scene.add(
        Searched(
            agent=doer.name,
            place=place,
            what=what,
            found=found.name if found else "",
            detail="" if found else _detail(scene, place),
            roll=roll.total,
            against=roll.against,
            outcome=roll.outcome,
            seen_by=_seen_by(scene, doer, found, roll),
        )
    )
    if found:
        _uncover(scene, doer, found)
    elif roll.outcome == "disaster" and scene.ground.places[place].peril >= PERILOUS:
        wound(scene, doer, 1, place)
    return Done(roll.outcome, (found.name, what) if found else (what,))


def clue_of(board: Board, doer: Agent, what: str) -> Clue | None:
    """What a search would find: what was asked for, else what the doer is after, else what is easiest."""
    clues = sorted(_clues(board, doer, what))
    asked = names.find(what, [clue.name for clue in clues]) if what else None
    wanted = [aim.what for aim in board.role(doer.name).aims if aim.want in ("find", "get")]
    return min(clues, key=lambda clue: (clue.name != asked, clue.name not in wanted, clue), default=None)


def _clues(board: Board, doer: Agent, what: str) -> Iterator[Clue]:
    person = names.find(what, board.visible(doer)) if what else None
    if person is not None:
        for thing in board.carried(person):
            if board.state.items[thing].hidden:
                yield Clue(difficulty.STEAL, "object", thing)
        return
    for secret in board.ground.secrets_at.get(doer.place, ()):
        belief = doer.beliefs.get(secret.name)
        if belief is None or belief.source not in (SEEN, KNOWN):
            yield Clue(secret.difficulty, "secret", secret.name)
    for thing in board.concealed(doer.place):
        yield Clue(difficulty.FIND_THING, "object", thing)
    for way in board.layout.exits[doer.place]:
        if way.hidden and ends(doer.place, way.to) not in doer.ways:
            yield Clue(difficulty.FIND_WAY, "way", way.to)
    for name in board.here(doer.place):
        if name != doer.name and not board.sees(doer.name, board.state.agents[name]):
            yield Clue(difficulty.FIND_PERSON, "person", name)


def _uncover(scene: Scene, doer: Agent, clue: Clue) -> None:
    match clue.kind:
        case "secret":
            find_out(scene, doer, scene.ground.secrets[clue.name])
        case "object":
            scene.state.items[clue.name].hidden = False
            scene.state.now.tally.finds += 1
        case "way":
            insort(doer.ways, ends(doer.place, clue.name))
            scene.state.now.tally.finds += 1
        case _:
            scene.notice(doer.name, scene.state.agents[clue.name], "hide")


def _seen_by(scene: Scene, doer: Agent, found: Clue | None, roll: Roll) -> tuple[AgentId, ...]:
    """A secret is found unnoticed unless the roll was a setback; so are a way and a person."""
    if found is None or found.kind == "object" or roll.outcome == "setback":
        return scene.witnesses(doer)
    return scene.only(doer.name)


def _detail(scene: Scene, place: str) -> str:
    """The next detail of the place, in an order drawn for the run; each is noticed once."""
    details = scene.chance.at(0).stream("details", place).shuffled(scene.ground.places[place].details)
    number = scene.state.details.get(place, 0)
    scene.state.details[place] = number + 1
    return details[number] if number < len(details) else ""
