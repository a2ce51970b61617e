"""Views: a state as plain data, for `fabula show` and for a page - all of it for the keeper, its side of the truth
for an agent.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from fabula.environments.campaign import tension
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.outlook import Outlooks, condition
from fabula.environments.campaign.state import Agent, Belief, Status
from fabula.errors import UsageError, did_you_mean


def picture(board: Board, viewer: str | None) -> Mapping[str, Any]:
    """The state for one pair of eyes; None sees everything. Raises UsageError for an agent that there is not."""
    return _everything(board) if viewer is None else _side_of(board, viewer)


def _everything(board: Board) -> dict[str, Any]:
    state, setting = board.state, board.ground.setting
    return {
        "title": setting.title,
        "question": setting.question,
        "turn": min(state.turn, setting.turns),
        "turns": setting.turns,
        "phase": state.phase.value,
        "act": tension.act_of(min(state.turn, setting.turns), setting.turns),
        "tension": state.tension,
        "ending": None if state.ended is None else msgspec.to_builtins(state.ended),
        "places": {place: _place(board, place) for place in board.ground.place_names},
        "clocks": {
            clock.name: {
                "filled": state.dials[clock.name].filled,
                "segments": clock.segments,
                "hidden": clock.hidden,
                "full": state.dials[clock.name].done,
            }
            for clock in setting.clocks
        },
        "threats": {
            threat.name: {
                "place": state.dangers[threat.name].place,
                "strength": state.dangers[threat.name].strength,
                "state": _stage(board, threat.name),
            }
            for threat in setting.threats
        },
        "agents": {name: _agent(board, agent) for name, agent in state.agents.items()},
        "stances": {
            faction: {other: board.stance(faction, other) for other in board.ground.factions if other != faction}
            for faction in board.ground.factions
        },
        "secrets_out": list(state.out),
        "complications": dict(sorted(state.complications.items(), key=lambda pair: (pair[1], pair[0]))),
    }


def _side_of(board: Board, viewer: str) -> dict[str, Any]:
    """What an agent perceives and believes, without what the rules know of either."""
    agent = board.state.agents.get(viewer)
    if agent is None:
        raise UsageError(f"there is no agent {viewer!r} in this run.{did_you_mean(viewer, board.state.agents)}")
    company = sorted(board.visible(agent), key=lambda name: (-abs(board.bond(viewer, name)), name))
    outlook: dict[str, Any] = msgspec.to_builtins(Outlooks(board).of(agent, company))
    return {
        "agent": viewer,
        "status": agent.status.value,
        "condition": condition(agent),
        "outlook": outlook,
        "beliefs": {name: _belief(belief) for name, belief in sorted(agent.beliefs.items())},
        "bonds": dict(sorted(agent.bonds.items())),
    }


def _place(board: Board, place: str) -> dict[str, Any]:
    return {
        "agents": list(board.here(place)),
        "objects": board.lying(place),
        "hidden_objects": board.concealed(place),
        "threats": board.threats(place),
        "ways": {
            way.to: "blocked" if way.blocked else "hidden" if way.hidden else "open"
            for way in board.layout.exits[place]
        },
    }


def _agent(board: Board, agent: Agent) -> dict[str, Any]:
    role = board.role(agent.name)
    return {
        "faction": role.faction,
        "place": agent.place if agent.status is Status.ACTIVE else "",
        "status": "dead" if agent.dead else agent.status.value,
        "condition": condition(agent),
        "vigour": agent.vigour,
        "vigour_max": agent.vigour_max,
        "hides": agent.hidden,
        "guards": agent.guard,
        "carries": list(board.carried(agent.name)),
        "bonds": dict(sorted(agent.bonds.items())),
        "beliefs": {name: _belief(belief) | {"true": belief.true} for name, belief in sorted(agent.beliefs.items())},
    }


def _belief(belief: Belief) -> dict[str, Any]:
    return {"text": belief.text, "source": belief.source, "sure": belief.sure}


def _stage(board: Board, threat: str) -> str:
    danger = board.state.dangers[threat]
    return "beaten" if danger.beaten else "here" if danger.here else "waiting"
