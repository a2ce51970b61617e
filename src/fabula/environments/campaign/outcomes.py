"""Outcomes: whether the campaign's question is answered, and how."""

from collections.abc import Iterator

from fabula.engine.values import Ending
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.events import CampaignEnded
from fabula.environments.campaign.scene import Scene
from fabula.environments.campaign.setting import Condition, Outcome
from fabula.environments.campaign.state import Status

SPENT = Outcome(kind="spent", name="The turns are spent", texts=("The turns ran out, and the question stood open.",))
"""The answer of a setting that has none of its own for turns that ran out."""
DESERTED = Outcome(kind="lost", name="Nobody is left", texts=("Nobody was left to answer the question.",))
"""The answer when every agent has fallen or gone and the setting has no answer for that."""


def answer(scene: Scene) -> Outcome | None:
    """The first of the setting's answers that holds at the end of a turn; one for spent turns only once they are."""
    outcomes = scene.ground.setting.outcomes
    for outcome in outcomes:
        if outcome.kind != "spent" and outcome.when and all(holds(scene, fact) for fact in outcome.when):
            return outcome
    if not scene.everyone() and any(agent.status is Status.FALLEN for agent in scene.state.agents.values()):
        return DESERTED
    if scene.state.turn < scene.ground.setting.turns:
        return None
    spent = (outcome for outcome in outcomes if outcome.kind == "spent")
    return next((outcome for outcome in spent if all(holds(scene, fact) for fact in outcome.when)), SPENT)


def end(scene: Scene, outcome: Outcome) -> None:
    """The campaign ends with this answer."""
    text = scene.chance.stream("outcome", outcome.name).choice(outcome.texts)
    scene.state.ended = Ending(kind=outcome.kind, why=text)
    because = tuple(dict.fromkeys(name for fact in outcome.when if (name := _subject(fact))))
    scene.add(
        CampaignEnded(outcome=outcome.kind, name=outcome.name, text=text, because=because, seen_by=scene.everyone())
    )


def holds(board: Board, fact: Condition) -> bool:
    """Whether a fact is so: everything that is set of it."""
    return all(_parts(board, fact))


def _parts(board: Board, fact: Condition) -> Iterator[bool]:
    state = board.state
    if fact.clock_full:
        yield state.dials[fact.clock_full].filled >= board.ground.clocks[fact.clock_full].segments
    if fact.threat_gone:
        yield state.dangers[fact.threat_gone].beaten
    if fact.faction_down:
        members = [agent for agent in state.agents.values() if board.role(agent.name).faction == fact.faction_down]
        yield bool(members) and all(agent.status is not Status.ACTIVE for agent in members)
    if fact.agent_down:
        agent = state.agents.get(fact.agent_down)
        yield agent is not None and agent.status is not Status.ACTIVE
    if fact.secret_known:
        yield any(_knows(board, name, fact.secret_known) for name in _meant(board, fact.by))
    if fact.object_held:
        holder = state.items[fact.object_held].holder
        yield bool(holder) and holder in _meant(board, fact.by)
    if fact.object_at:
        item = state.items[fact.object_at]
        yield (state.agents[item.holder].place if item.holder else item.place) == fact.place
    if fact.agent_at:
        agent = state.agents.get(fact.agent_at)
        yield agent is not None and agent.status is Status.ACTIVE and agent.place == fact.place


def _subject(fact: Condition) -> str:
    """What a fact is about."""
    named = (fact.clock_full, fact.threat_gone, fact.faction_down, fact.agent_down, fact.secret_known)
    return next(filter(None, (*named, fact.object_held, fact.object_at, fact.agent_at)), "")


def _meant(board: Board, by: str) -> list[str]:
    """The active agents that `by` means: one, those of a faction, or (empty) all."""
    return [name for name in board.everyone() if by in ("", name, board.role(name).faction)]


def _knows(board: Board, agent: str, secret: str) -> bool:
    belief = board.state.agents[agent].beliefs.get(secret)
    return belief is not None and belief.true
