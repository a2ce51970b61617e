"""The director: what it is shown of a turn, and the rules that sit in its seat when no model does.

The director sees everything and decides little: how hard deeds are, how free text is read, and when something goes
wrong. Dice and state stay with the rules of the campaign, so that it cannot decide an outcome.
"""

from typing import Any

import msgspec

from fabula.engine.chance import Chance, Stream
from fabula.engine.values import Action, AgentId, Observation
from fabula.environments.campaign import tension
from fabula.environments.campaign.actions import Adjudicate, Attempt, CharacterAction, Direct
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.deeds.standard import standard_difficulty
from fabula.environments.campaign.reading import UNREAD, reading_of
from fabula.environments.campaign.state import Phase

DIRECTOR = AgentId("director")
"""The seat of whoever directs; no character can be called that."""

SAG = 12
"""Tension this far below what it should be calls for a complication."""
SAG_BADLY = 25
"""This far below, even in the turn after one."""
REST = 2
"""Turns from one complication to the next unless tension sags badly."""
NEAR = 15
"""Complications that ask for almost as much tension as the fittest one are as good."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One deed of the turn, as it was decided."""

    agent: str
    place: str
    action: CharacterAction
    difficulty: int
    """By the standard table."""
    read_as: str = ""
    """Of free text: the kind of deed it is by its words; `attempt` if none."""
    target: str = ""


class Prospect(msgspec.Struct, frozen=True, kw_only=True):
    """A complication that has not struck yet and fits the tension there is."""

    name: str
    tension: int
    """The lowest at which it fits."""
    place: str = ""
    text: str = ""
    """One way to tell it."""


class Docket(msgspec.Struct, frozen=True, kw_only=True):
    """What the director is shown."""

    phase: Phase
    turn: int
    turns: int
    question: str
    act: str
    act_began: bool
    """The turn before belonged to another act."""
    tension: int
    """As it is now, with what the turn's deeds have brought."""
    target: int
    """As it should be."""
    deeds: tuple[Case, ...] = ()
    """When it adjudicates."""
    prospects: tuple[Prospect, ...] = ()
    """When it directs."""
    quiet: bool = False
    """Nobody was harmed, nothing found, no clock moved this turn."""
    rested: int = 0
    """Turns since the last complication, or since the start."""


def docket(board: Board) -> Docket:
    """What the director is shown of the present phase."""
    state, turns = board.state, board.ground.setting.turns
    adjudicates = state.phase is Phase.ADJUDICATE
    now, tally = tension.measure(board), state.now.tally
    act = tension.act_of(state.turn, turns)
    return Docket(
        phase=state.phase,
        turn=state.turn,
        turns=turns,
        question=board.ground.setting.question,
        act=act,
        act_began=state.turn > 1 and act != tension.act_of(state.turn - 1, turns),
        tension=now,
        target=tension.target(state.turn, turns),
        deeds=_cases(board) if adjudicates else (),
        prospects=() if adjudicates else _prospects(board, now),
        quiet=not (tally.harm or tally.finds or tally.clocks),
        rested=state.turn - max(state.complications.values(), default=0),
    )


def observation(board: Board) -> Observation:
    """The question to the director's seat."""
    state = board.state
    adjudicates = state.phase is Phase.ADJUDICATE
    accepts: Any = Adjudicate if adjudicates else Direct
    return Observation(
        agent=DIRECTOR,
        step=state.step,
        due=state.step,
        perceives=docket(board),
        accepts=accepts,
        reflex=accepts(),
        events=() if adjudicates else tuple(state.news),
    )


class DirectorRules:
    """The mind that directs by rule: standard difficulties, words read by kind, complications by the curve."""

    label = "rules"
    repeatable = True

    def __init__(self, chance: Chance) -> None:
        self._chance = chance

    async def decide(self, observation: Observation) -> Action:
        """Answers from the docket alone."""
        seen: Docket = observation.perceives
        if seen.phase is Phase.ADJUDICATE:
            return adjudicate(seen)
        return direct(seen, self._chance.at(observation.step).stream("mind", observation.agent))


def adjudicate(seen: Docket) -> Adjudicate:
    """Free text read by its words; everything else is left to the standard table."""
    attempts = [case for case in seen.deeds if isinstance(case.action, Attempt) and case.read_as != UNREAD]
    return Adjudicate(
        readings={case.agent: case.read_as for case in attempts},
        targets={case.agent: case.target for case in attempts if case.target},
    )


def direct(seen: Docket, luck: Stream) -> Direct:
    """A complication if the story needs one: tension well below the curve, a new act, or a turn without events."""
    sag = seen.target - seen.tension
    needed = sag >= SAG_BADLY or (seen.rested >= REST and (sag >= SAG or seen.act_began)) or seen.quiet
    if not needed or not seen.prospects:
        return Direct()
    fittest = max(prospect.tension for prospect in seen.prospects)
    near = [prospect for prospect in seen.prospects if prospect.tension >= fittest - NEAR]
    chosen = luck.choice(near)
    return Direct(complication=chosen.name, place=chosen.place, reason=_reason(seen, sag))


def _reason(seen: Docket, sag: int) -> str:
    if seen.quiet:
        return "nothing happened this turn"
    if sag >= SAG:
        return f"tension stands at {seen.tension} and should stand at {seen.target}"
    return f"the {seen.act} begins"


def _cases(board: Board) -> tuple[Case, ...]:
    return tuple(_case(board, name, action) for name, action in sorted(board.state.now.deeds.items()))


def _case(board: Board, name: str, action: CharacterAction) -> Case:
    doer = board.state.agents[name]
    read_as, target = reading_of(board, doer, action) if isinstance(action, Attempt) else ("", "")
    return Case(
        agent=name,
        place=doer.place,
        action=action,
        difficulty=standard_difficulty(board, doer, action),
        read_as=read_as,
        target=target,
    )


def _prospects(board: Board, now: int) -> tuple[Prospect, ...]:
    return tuple(
        Prospect(name=each.name, tension=each.tension, place=each.place, text=each.texts[0])
        for each in board.ground.setting.complications
        if each.name not in board.state.complications and each.tension <= now
    )
