"""Speaking: what comes of a turn - words, silence, or a mind that could not answer."""

from typing import NamedTuple

from fabula.environments.dialogue.actions import Falter, Pass, Say
from fabula.environments.dialogue.events import EndKind, HandedOver, Held, Passed, Said
from fabula.environments.dialogue.faltering import falter, speaks_again
from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.scene import Answers, Scene
from fabula.environments.dialogue.service.enforcing import Enforced, enforce
from fabula.environments.dialogue.service.form import Service
from fabula.environments.dialogue.setting import Decision
from fabula.environments.dialogue.speech import heard, sentence
from fabula.environments.dialogue.state import ServiceState
from fabula.environments.dialogue.words import named

TAKE_MAX = 1_000_000
_ADDED = "added"
"""What came of a rule that took nothing away."""
_REPLACING = frozenset({"refused", "asked", "handed_over", "stepped"})
"""What comes of rules that have their own words said."""


class Words(NamedTuple):
    """What somebody is about to say, as it will stand."""

    text: str
    to: str = ""
    cut: bool = False
    hand_over: str = ""
    """Why a service agent hands over; empty: it does not."""
    replaced: bool = False
    """The rules of its domain put other words in the place of its own."""


def take_turn(scene: Scene, answers: Answers) -> None:
    """The turn of whoever is next."""
    name = scene.state.next
    match answers.get(name):
        case Say() as said:
            speaks_again(scene, name)
            _take_words(scene, name, said)
        case Pass(why=why):
            speaks_again(scene, name)
            pass_turn(scene, name, sentence(why))
        case Falter() as failed:
            falter(scene, name, failed)
        case _:
            pass_turn(scene, name, "gave no answer that fits")


def words_from(scene: Scene, name: str, text: str, to: str = "") -> Words:
    """What a mind's text says in its speaker's own voice, held to the rules of its domain, whatever mind it is."""
    others = scene.others(name)
    people = [other for other in others if scene.speaker(other).person]
    own = heard(text, name, others, people=people)
    whom = named(to, others) or own.to
    service = scene.speaker(name).service
    if service is None or not own.text:
        return Words(own.text, whom, own.cut)
    state = scene.state
    progress = state.services.setdefault(name, ServiceState())
    enforced = enforce(service, progress, own.text, state.lines, name)
    changed = own.text if any(did != _ADDED for _, did in enforced.held) else ""
    for rule, did in enforced.held:
        instead_of = changed if did != _ADDED else ""
        scene.add(Held(number=state.spoken + 1, speaker=name, rule=rule, did=did, instead_of=instead_of))
        # Once is enough: what several rules changed was one text.
        changed = changed if did == _ADDED else ""
    return Words(enforced.text, whom, own.cut, enforced.hand_over, _is_replaced(service, own.text, enforced))


def hands_over(scene: Scene, name: str, words: Words) -> bool:
    """Where the rules of a domain hand over as somebody leads or decides: the words are said, and it happens. Returns
    whether they do.
    """
    if words.hand_over:
        say(scene, name, words)
        _hand_over(scene, name, words.hand_over)
    return bool(words.hand_over)


def _is_replaced(service: Service, own: str, enforced: Enforced) -> bool:
    if any(did in _REPLACING for _, did in enforced.held):
        return True
    struck = {name for name, did in enforced.held if did == "struck"}
    instead = [rule.text for rule in service.rules if rule.name in struck and rule.text and rule.text not in own]
    return any(text in enforced.text for text in instead)


def say(scene: Scene, name: str, words: Words, *, leaving: bool = False, take: int = 0) -> None:
    """The words are said; nothing, if there are none."""
    if not words.text:
        return
    state = scene.state
    state.spoken += 1
    state.last[name] = state.spoken
    state.quiet, state.skipped = 0, []
    if scene.speaker(name).person or take or name == state.taker:
        state.take, state.taker = take, name if take else ""
    state.lines.append(Line(number=state.spoken, speaker=name, text=words.text, to=words.to))
    scene.add(
        Said(
            number=state.spoken,
            speaker=name,
            text=words.text,
            to=words.to,
            leaving=leaving,
            cut=words.cut,
            take=take,
            seen_by=scene.everyone,
        )
    )


def pass_turn(scene: Scene, name: str, why: str = "") -> None:
    """Nothing is said."""
    state = scene.state
    state.spoken += 1
    state.last[name] = state.spoken
    state.quiet += 1
    state.skipped.append(name)
    scene.add(Passed(number=state.spoken, speaker=name, why=why, seen_by=scene.everyone))


def _take_words(scene: Scene, name: str, said: Say) -> None:
    words = words_from(scene, name, said.text, said.to)
    # Who has said their last word has not cast their vote.
    stays = scene.setting.decision is not Decision.NONE and not scene.speaker(name).person
    leaving = said.leaving and not stays
    if words.text:
        say(scene, name, words, leaving=leaving, take=max(0, min(TAKE_MAX, said.take)))
    else:
        pass_turn(scene, name, "took leave" if leaving else "")
    if words.hand_over:
        _hand_over(scene, name, words.hand_over)
    if leaving and scene.state.ended is None:
        _leave(scene, name)


def _hand_over(scene: Scene, name: str, why: str) -> None:
    """Whom it served talks to a person from here on, elsewhere."""
    scene.add(HandedOver(speaker=name, why=why, seen_by=scene.everyone))
    if any(scene.speaker(other).service is None for other in scene.others(name)):
        scene.end(EndKind.HANDED_OVER, f"{name} handed over to a person: {why}")


def _leave(scene: Scene, name: str) -> None:
    state = scene.state
    everyone = list(state.present)
    state.present.remove(name)
    left = state.present
    if scene.speaker(name).person or len(left) < 2:
        # They perceive how it ended, since they ended it.
        state.present = everyone
        alone = "" if len(left) != 1 or scene.speaker(name).person else f", and only {left[0]} was left"
        scene.end(EndKind.LEFT, f"{name} took leave{alone}.")
        state.present = left
