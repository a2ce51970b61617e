"""Views: a dialogue as plain data, for `fabula show` and for a page - all of it for the keeper, what it perceives for a
speaker.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from fabula.environments.dialogue.asking import outlook
from fabula.environments.dialogue.events import Bade, Held
from fabula.environments.dialogue.perceived import Perceived, perceived
from fabula.environments.dialogue.setting import DialogueSetting
from fabula.environments.dialogue.state import DialogueState

LINES_MAX = 400
"""Turns that a view holds, the last ones; how many came before, it says. The log has them all."""


def picture(setting: DialogueSetting, state: DialogueState, viewer: str | None) -> Mapping[str, Any]:
    """The state for one pair of eyes; None sees everything."""
    seen = _common(setting, state, perceived(state, viewer))
    return seen | (_kept(setting, state) if viewer is None else _own(setting, state, viewer))


def _common(setting: DialogueSetting, state: DialogueState, known: Perceived) -> dict[str, Any]:
    """What everyone who is there perceives alike."""
    return {
        "title": setting.title,
        "topic": setting.topic,
        "background": setting.background,
        "policy": setting.policy.value,
        "phase": state.phase.value,
        "turn": known.turn,
        "turns": setting.ends.turns,
        "next": known.next,
        "present": [name for name in setting.names if name in known.present],
        "lines": [msgspec.to_builtins(line) for line in known.lines[-LINES_MAX:]],
        "earlier": max(0, len(known.lines) - LINES_MAX),
        "nudge": known.nudge,
        "proposals": [msgspec.to_builtins(proposal) for proposal in known.proposals],
        "round": known.round,
        "ending": None if known.ending is None else msgspec.to_builtins(known.ending),
    }


def _own(setting: DialogueSetting, state: DialogueState, viewer: str) -> dict[str, Any]:
    return {
        "agent": viewer,
        "status": "present" if viewer in state.present else "left",
        "last": state.last.get(viewer, 0),
        "outlook": msgspec.to_builtins(outlook(setting, state, viewer)),
    }


def _kept(setting: DialogueSetting, state: DialogueState) -> dict[str, Any]:
    """What nobody but the keeper knows: wishes to speak, what rules of a domain took away, which minds fail."""
    bids = [event for event in state.news if isinstance(event, Bade)]
    held = [event for event in state.news if isinstance(event, Held)]
    return {
        "speakers": {
            each.persona.name: {
                "role": each.persona.role,
                "present": each.persona.name in state.present,
                "last": state.last.get(each.persona.name, 0),
                "stance": each.stance,
                "person": each.person,
                "service": each.service.name if each.service else "",
                "faltered": state.faltered.get(each.persona.name, 0),
                "cause": state.causes.get(each.persona.name, ""),
            }
            for each in setting.speakers
        },
        "wishes": dict(sorted(bids[-1].wishes.items())) if bids else {},
        "held": [msgspec.to_builtins(event) for event in held],
        "services": {name: msgspec.to_builtins(progress) for name, progress in sorted(state.services.items())},
        "quiet": state.quiet,
        "agreed": state.agreed,
    }
