"""Guiding: help that is given step by step. A step is said as the guide has it, after at most a sentence of the mind's
own; the next one comes only when somebody answered the one before, or when it was put STEP_SAID_MAX times.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from fabula.environments.dialogue.service.form import Guide, Progress, Service, Step
from fabula.environments.dialogue.service.patterns import matches
from fabula.environments.dialogue.service.sentences import first_sentence
from fabula.environments.dialogue.state import ServiceState

LEAD_LETTERS_MAX = 120
"""Of the mind's own sentence before a step; a longer one is left out."""
NOT_BEGUN = -1
ONCE_MORE = "Before we go on: "
"""Before a step that nothing said has answered."""
WAITING = "Take your time."
"""To whoever asks for time, where the data file has no words for it."""
STEP_SAID_MAX = 3
"""How often a step is put, explanations among them; after that whatever is said counts as an answer to it."""

_STEP = re.compile(r"\bstep \d+ of \d+: *", re.IGNORECASE)


class Guided(Struct, frozen=True, kw_only=True):
    """What a guide has the agent say."""

    name: str
    """The guide's."""
    text: str
    did: str
    """`stepped` or `handed_over`."""
    lead: str = ""
    """The mind's own words in it."""
    hand_over: str = ""


def call_guide(service: Service, state: ServiceState, asked: str) -> None:
    """Note the guide that what was asked calls for, if none is under way and it has not been gone through already."""
    if state.guide:
        return
    for each in service.guides:
        if each.name not in state.done and matches(each.matches, asked):
            state.guide, state.step = each.name, NOT_BEGUN
            return


def begin_guide(service: Service, state: ServiceState, said: str) -> Guided | None:
    """The first step of the guide that was called for; None if none was."""
    found = _called(service, state)
    if found is None:
        return None
    state.step = 0
    return _step(found, 0, said)


def go_on(service: Service, state: ServiceState, asked: str, said: str, own: Sequence[str]) -> Guided | None:
    """What the guide that is under way has the agent say next; None if none is.

    own: all that the agent said before, in order.
    """
    found = _called(service, state)
    if found is None or state.step == NOT_BEGUN:
        return None
    step = found.steps[state.step]
    progress = service.progress or Progress()
    unsolved = matches(progress.unsolved_by, asked)
    asks = matches(progress.asks_by, asked)
    if not (unsolved or asks) and matches((*progress.solved_by, *step.solved_by), asked):
        return _over(found, state, found.solved, hand_over="")
    if not unsolved and matches(progress.waits_by, asked):
        return _about(found, state.step, progress.waiting or WAITING)
    answered = unsolved or not step.done_by or matches(step.done_by, asked)
    if (asks or not answered) and _times_put(step, own) < STEP_SAID_MAX:
        if step.how and (asks or "?" in asked) and not any(step.how in each for each in own):
            return _about(found, state.step, step.how)
        return _step(found, state.step, said, before=ONCE_MORE)
    state.step += 1
    if state.step < len(found.steps):
        return _step(found, state.step, said)
    return _over(found, state, found.unsolved, hand_over=f"{found.name}: no step helped")


def _called(service: Service, state: ServiceState) -> Guide | None:
    return next((each for each in service.guides if each.name == state.guide), None)


def _step(found: Guide, number: int, said: str, *, before: str = "") -> Guided:
    step = found.steps[number]
    lead = "" if before else _lead(step, said)
    numbered = f"Step {number + 1} of {len(found.steps)}: {step.text}"
    return Guided(name=found.name, text=f"{before.strip() or lead} {numbered}".strip(), did="stepped", lead=lead)


def _lead(step: Step, said: str) -> str:
    """The mind's first sentence; empty if it is no good before a step."""
    # A mind may count the steps as well.
    lead = _STEP.sub("", first_sentence(said))
    return "" if len(lead) > LEAD_LETTERS_MAX or lead in step.text or lead.endswith("?") else lead


def _about(found: Guide, number: int, text: str) -> Guided:
    return Guided(name=found.name, text=f"About step {number + 1} of {len(found.steps)}: {text}", did="stepped")


def _times_put(step: Step, own: Sequence[str]) -> int:
    return sum(step.text in each or bool(step.how and step.how in each) for each in own)


def is_step(text: str) -> bool:
    """Whether that was a step of a guide, or about one."""
    return _STEP.search(text) is not None


def _over(found: Guide, state: ServiceState, text: str, *, hand_over: str) -> Guided:
    state.guide, state.step = "", 0
    state.done.append(found.name)
    return Guided(name=found.name, text=text, did="handed_over" if hand_over else "stepped", hand_over=hand_over)
