"""The policy: who is asked next, turn by turn."""

from collections.abc import Sequence

from fabula.environments.dialogue.actions import WISH_MAX, WISH_MIN, Bid, Call, Close, Falter
from fabula.environments.dialogue.events import Bade, Called, EndKind
from fabula.environments.dialogue.faltering import falter, speaks_again
from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.scene import Answers, Scene, longest_silent
from fabula.environments.dialogue.setting import Policy
from fabula.environments.dialogue.speaking import hands_over, say, words_from
from fabula.environments.dialogue.state import DialogueState, Phase
from fabula.environments.dialogue.words import named, phrase_in

EXCHANGE_MAX = 3
"""Turns in a row that two may speak to one another where all are free; then somebody else comes in."""


def give_turn(scene: Scene) -> None:
    """After a turn: settle whose the next one is, or who is asked about it."""
    state = scene.state
    match scene.setting.policy:
        case Policy.BIDS:
            state.phase, state.next = Phase.BID, ""
        case Policy.MODERATOR:
            state.phase, state.next = Phase.CALL, ""
        case Policy.FREE:
            state.phase, state.next = Phase.SPEAK, _free(scene)
        case Policy.ALTERNATE | Policy.ROUND_ROBIN:
            state.phase, state.next = Phase.SPEAK, _after(scene, state.next)


def bidders(state: DialogueState) -> list[str]:
    """Who is asked for bids: all present but who spoke last, and whoever had nothing to say, or could not, since
    somebody spoke. Where that leaves nobody: who spoke last; and all, where that one has nothing to say either.
    """
    last = state.lines[-1].speaker if state.lines else ""
    waiting = [name for name in state.present if name not in state.skipped]
    return [name for name in waiting if name != last] or waiting or list(state.present)


def take_bids(scene: Scene, answers: Answers) -> None:
    """The keenest is next; of equals who was silent longest, then chance. Whoever could not bid has no turn until
    somebody spoke, where anybody else can.
    """
    state = scene.state
    asked = bidders(state)
    wishes: dict[str, int] = {}
    for name in asked:
        match answers.get(name):
            case Bid(wish=wish):
                wishes[name] = max(WISH_MIN, min(WISH_MAX, wish))
            case Falter() as failed:
                falter(scene, name, failed, instead="it does not bid")
            case _:
                wishes[name] = WISH_MIN
        if state.ended is not None:
            return
    if all(name in state.skipped for name in state.present):
        # Everyone had nothing to say; the round begins anew.
        state.skipped = []
    state.skipped += [name for name in asked if name not in wishes and name not in state.skipped]
    able = list(wishes) or [name for name in state.present if name not in state.skipped] or list(state.present)
    keenest = max(wishes.values(), default=WISH_MIN)
    keen = longest_silent([name for name in able if wishes.get(name, WISH_MIN) == keenest], state)
    equal = [name for name in keen if state.last.get(name, 0) == state.last.get(keen[0], 0)]
    state.next = equal[0] if len(equal) == 1 else scene.chance.stream("bids").choice(equal)
    state.phase = Phase.SPEAK
    scene.add(Bade(wishes=wishes, next=state.next))


def take_call(scene: Scene, answers: Answers) -> tuple[EndKind, str] | None:
    """Whoever the moderator calls is next; if it calls nobody, who was silent longest; if it cannot call, who comes
    next in the round. Returns why it is talked out, if it closed or said a phrase that ends it.
    """
    state, leader = scene.state, scene.leader
    to_call = scene.others(leader)
    speaker = longest_silent(to_call, state)[0]
    match answers.get(leader):
        case Call() as call:
            speaks_again(scene, leader)
            words = words_from(scene, leader, call.text)
            text = "" if hands_over(scene, leader, words) else words.text
            return _call(scene, named(call.speaker, to_call) or speaker, text)
        case Close(text=closing):
            speaks_again(scene, leader)
            words = words_from(scene, leader, closing)
            if not hands_over(scene, leader, words):
                say(scene, leader, words)
            return None if state.ended is not None else (EndKind.CLOSED, f"{leader} closed it.")
        case Falter() as failed:
            speaker = _next_in_round(scene, to_call)
            falter(scene, leader, failed, instead=f"{speaker} is next in the round")
            if state.ended is None:
                state.phase, state.next = Phase.SPEAK, speaker
            return None
        case _:
            return _call(scene, speaker, "")


def _call(scene: Scene, speaker: str, text: str) -> tuple[EndKind, str] | None:
    """The moderator's words to whoever is next; returns why they end it, if they do."""
    state, leader = scene.state, scene.leader
    if state.ended is not None:
        return None
    state.phase, state.next = Phase.SPEAK, speaker
    number = state.spoken + 1
    scene.add(Called(number=number, by=leader, speaker=speaker, text=text, seen_by=scene.everyone))
    if text:
        state.lines.append(Line(number=number, speaker=leader, text=text, to=speaker))
    phrase = phrase_in(text, scene.setting.ends.phrases)
    return (EndKind.PHRASE, f"{leader} said {phrase!r}.") if phrase else None


def _next_in_round(scene: Scene, names: Sequence[str]) -> str:
    """Who comes after the one of them who had a turn last."""
    last = scene.state.last
    latest = max(names, key=lambda name: last.get(name, 0))
    return names[(names.index(latest) + 1) % len(names)] if last.get(latest) else names[0]


def _after(scene: Scene, name: str) -> str:
    """Who comes after that one in the setting's order, of those present."""
    names, present = scene.setting.names, scene.state.present
    at = names.index(name)
    return next(other for other in (*names[at + 1 :], *names[: at + 1]) if other in present)


def _free(scene: Scene) -> str:
    """Whoever was addressed, unless they have the floor already; else who was silent longest. The last speaker only
    where nobody else has anything to say.
    """
    state = scene.state
    last = state.lines[-1] if state.lines else None
    others = [name for name in state.present if last is None or name != last.speaker]
    waiting = [name for name in others if name not in state.skipped]
    if not waiting:
        waiting = [name for name in state.present if name not in state.skipped]
    if not waiting:
        # Everyone had nothing to say; the round begins anew.
        state.skipped, waiting = [], others
    if last is not None and last.to in waiting:
        waiting = [name for name in waiting if name != last.to] if _has_the_floor(state, last) else [last.to]
    return longest_silent(waiting or others, state)[0]


def _has_the_floor(state: DialogueState, last: Line) -> bool:
    """Whether the one addressed has spoken so much of late that somebody else comes in first: twice in a round, or as
    one of two who speak to one another.
    """
    between = {last.speaker, last.to}
    latest = [line.speaker for line in state.lines[-EXCHANGE_MAX:]]
    round_ = [line.speaker for line in state.lines[-len(state.present) :]]
    return round_.count(last.to) > 1 or (len(latest) == EXCHANGE_MAX and between.issuperset(latest))
