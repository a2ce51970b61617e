"""Faltering: what happens when a speaker's mind cannot answer, and when so many cannot that there is no talk left."""

from fabula.environments.dialogue.actions import Cause, Falter
from fabula.environments.dialogue.events import EndKind, Faltered
from fabula.environments.dialogue.scene import Scene
from fabula.environments.dialogue.setting import OnFailure
from fabula.environments.dialogue.speech import sentence
from fabula.environments.dialogue.state import Phase

TIMES_MIN = 2
"""Turns in a row that others must have faltered before the one who is left has talked alone for a whole round."""

_ENDS = {Cause.BREAKER: EndKind.BREAKER, Cause.BUDGET: EndKind.BUDGET}
_SAYS = {
    Cause.FAILED: "its mind failed",
    Cause.BREAKER: "its model failed too often of late and is left alone",
    Cause.BUDGET: "what it may spend is spent",
    Cause.TIME: "it did not answer in time",
}


_DECIDING = frozenset({Phase.PROPOSE, Phase.VOTE, Phase.CONSENT})


def falter(scene: Scene, name: str, failed: Falter, *, instead: str = "") -> None:
    """Record that a mind could not answer, and end the dialogue where the setting says so. instead: what happens
    without its answer; empty: it was its turn to speak, which passes.
    """
    state, speaker = scene.state, scene.speaker(name)
    if not instead:
        state.spoken += 1
        state.last[name] = state.spoken
        state.skipped.append(name)
    state.faltered[name] = state.faltered.get(name, 0) + 1
    why = sentence(failed.why)
    state.causes[name] = f"{failed.cause.value}: {why}" if why else failed.cause.value
    scene.add(
        Faltered(
            number=state.spoken + bool(instead),
            speaker=name,
            cause=failed.cause,
            why=why,
            instead=instead,
            seen_by=scene.everyone,
        )
    )
    told = f"{name} could not answer: {_SAYS[failed.cause]}{f' ({why})' if why else ''}."
    if failed.cause is Cause.BUDGET and scene.setting.ends.budget:
        scene.end(EndKind.BUDGET, told)
    elif speaker.on_failure is OnFailure.END:
        scene.end(_ENDS.get(failed.cause, EndKind.FAILED), told)
    elif state.phase not in _DECIDING:
        # Who cannot vote abstains; there is no talk any more that could be left to one.
        _end_if_alone(scene)


def unclear(scene: Scene, name: str, why: str, *, instead: str) -> None:
    """Record that an answer was none, though a mind gave it."""
    scene.add(
        Faltered(
            number=scene.state.spoken + 1,
            speaker=name,
            cause=Cause.FAILED,
            why=sentence(why),
            instead=instead,
            seen_by=scene.everyone,
        )
    )


def speaks_again(scene: Scene, name: str) -> None:
    """Its mind answered as it was asked to speak, to lead or to decide; a bid alone is no sign of that."""
    scene.state.faltered.pop(name, None)
    scene.state.causes.pop(name, None)


def _end_if_alone(scene: Scene) -> None:
    """In a whole round nobody, or only one, could answer."""
    state = scene.state
    failing = [name for name in state.present if state.faltered.get(name)]
    able = [name for name in state.present if name not in failing]
    if len(able) > 1 or (able and any(state.faltered[name] < TIMES_MIN for name in failing)):
        return
    causes = "; ".join(f"{name} ({state.causes[name]})" for name in failing)
    broken = any(state.causes[name].startswith(Cause.BREAKER.value) for name in failing)
    whoever = f"Nobody but {able[0]}" if able else "Nobody"
    scene.end(
        EndKind.BREAKER if broken else EndKind.FAILED, f"{whoever} could answer in a whole round. Failed: {causes}."
    )
