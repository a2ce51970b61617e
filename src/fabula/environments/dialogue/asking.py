"""Asking: who is asked at a step, what they perceive, and what they may answer."""

from typing import Any

from fabula.engine.values import Action, AgentId, Event, Observation, Option
from fabula.environments.dialogue.actions import Bid, Call, Close, Consent, Pass, Propose, Say, Vote
from fabula.environments.dialogue.deciding import options
from fabula.environments.dialogue.outlook import LINES_MAX, Other, Outlook
from fabula.environments.dialogue.perceived import Perceived, perceived
from fabula.environments.dialogue.policy import bidders
from fabula.environments.dialogue.scene import longest_silent
from fabula.environments.dialogue.setting import DialogueSetting, Policy
from fabula.environments.dialogue.state import DialogueState, Phase

_ACCEPTS: dict[Phase, Any] = {
    Phase.BID: Bid,
    Phase.CALL: Call | Close,
    Phase.SPEAK: Say | Pass,
    Phase.PROPOSE: Propose,
    Phase.VOTE: Vote,
    Phase.CONSENT: Consent,
}


def asked(setting: DialogueSetting, state: DialogueState) -> list[str]:
    """Who is asked at the present step, in the setting's order."""
    if state.ended is not None:
        return []
    match state.phase:
        case Phase.OPEN:
            return []
        case Phase.BID:
            return bidders(state)
        case Phase.CALL:
            return [setting.moderator]
        case Phase.SPEAK:
            return [state.next]
        case Phase.PROPOSE | Phase.VOTE | Phase.CONSENT:
            return list(state.present)


def observations(setting: DialogueSetting, state: DialogueState) -> tuple[Observation, ...]:
    """The questions of the present step."""
    return tuple(_observation(setting, state, name) for name in asked(setting, state))


def outlook(setting: DialogueSetting, state: DialogueState, name: str) -> Outlook:
    """What a speaker perceives as it is asked; one who took leave, what it perceived until then."""
    speaker = setting.speaker(name)
    assert speaker is not None, f"{name!r} is no speaker"
    known = perceived(state, name)
    present = [each for each in setting.speakers if each.persona.name in known.present and each is not speaker]
    leads = setting.policy is Policy.MODERATOR and name == setting.moderator
    progress = state.services.get(name)
    return Outlook(
        me=name,
        others=tuple(Other(name=each.persona.name, role=each.persona.role) for each in present),
        topic=setting.topic,
        background=setting.background,
        turn=known.turn + 1,
        turns=setting.ends.turns,
        lines=tuple(known.lines[-LINES_MAX:]),
        earlier=max(0, len(known.lines) - LINES_MAX),
        addressed_by=_addressed_by(known, name),
        nudge=known.nudge,
        take=state.take,
        stance=speaker.stance,
        points=speaker.points,
        wants_to_know=speaker.wants_to_know,
        leads=leads,
        silent=tuple(longest_silent([each.persona.name for each in present], state)) if leads else (),
        options=options(setting, state),
        proposals=tuple(known.proposals),
        round=known.round,
        steps_done=tuple(progress.done) if progress else (),
        service=speaker.service is not None,
    )


def _observation(setting: DialogueSetting, state: DialogueState, name: str) -> Observation:
    seen = outlook(setting, state, name)
    return Observation(
        agent=AgentId(name),
        step=state.step,
        due=state.step,
        perceives=seen,
        accepts=_ACCEPTS[state.phase],
        reflex=_reflex(state.phase, seen),
        options=_options(state.phase, seen),
        events=_news(state, name),
    )


def _reflex(phase: Phase, seen: Outlook) -> Action:
    match phase:
        case Phase.BID:
            return Bid(wish=0)
        case Phase.CALL:
            return Call(speaker=seen.silent[0])
        case Phase.PROPOSE:
            return Propose(text="")
        case Phase.VOTE:
            return Vote(choice="")
        case Phase.CONSENT:
            return Consent()
        case Phase.SPEAK | Phase.OPEN:
            return Pass()


def _options(phase: Phase, seen: Outlook) -> tuple[Option, ...]:
    """Where there is but a handful of answers, each of them; words are everybody's own."""
    if phase is Phase.CALL:
        return tuple(Option(action=Call(speaker=name)) for name in seen.silent)
    if phase is Phase.VOTE:
        return tuple(Option(action=Vote(choice=option)) for option in seen.options)
    return ()


def _news(state: DialogueState, name: str) -> tuple[Event, ...]:
    """What it newly perceived since it was last asked, as far as it is kept."""
    before = state.happened - len(state.news)
    fresh = state.news[max(0, state.heard.get(name, 0) - before) :]
    return tuple(event for event in fresh if name in event.seen_by)


def _addressed_by(known: Perceived, name: str) -> str:
    """Who last spoke to it by name, and it has said nothing since."""
    for line in reversed(known.lines[-LINES_MAX:]):
        if line.speaker == name:
            return ""
        if line.to == name:
            return line.speaker
    return ""
