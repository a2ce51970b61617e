"""Enforcing: what a service agent is about to say, held to the rules of its domain. It stands behind every mind, so a
model, rules and a person at the agent's seat are all held to them; what was asked of the model in its prompt is help,
this is the rule.

In this order: hand over, refuse, the next step of a guide under way, what must be known first, the first step of a
guide. The first of these that applies is all that is said, but that a step may stand after a sentence of the mind's.
Otherwise it is the mind's own words. What is to be left out is left out of them wherever they stand, they are no longer
than they may be, and what is to be added is; before them stands what could not be learnt.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from fabula.environments.dialogue.outlook import Line
from fabula.environments.dialogue.service.checking import Checked, check, read
from fabula.environments.dialogue.service.form import Act, Rule, Service
from fabula.environments.dialogue.service.guiding import Guided, begin_guide, call_guide, go_on
from fabula.environments.dialogue.service.patterns import matches, stands
from fabula.environments.dialogue.service.sentences import cut, without
from fabula.environments.dialogue.state import ServiceState

LENGTH = "length"
"""The name of the rule that a turn has an end."""
HANDED = "handed"
"""The name of the rule that whoever handed over says no more."""
OFFER = "offer"
"""The name of the rule that a person comes where one was offered and wanted."""


class Enforced(Struct, frozen=True, kw_only=True):
    """What is said in the end."""

    text: str
    held: tuple[tuple[str, str], ...] = ()
    """Rules that applied and what each did: `refused`, `asked`, `added`, `struck`, `handed_over`, `stepped`,
    `shortened`.
    """
    hand_over: str = ""
    """Why the conversation goes to a person, in plain words; empty: it does not."""


def enforce(service: Service, state: ServiceState, said: str, heard: Sequence[Line], me: str) -> Enforced:
    """What is said instead of `said`; `state` moves on with it.

    heard: all that was said before, in order. me: the agent's name.
    """
    state.turns += 1
    asked = _asked(heard, me)
    own = [line.text for line in heard if line.speaker == me]
    if state.handed_over and service.handed:
        return Enforced(text=service.handed, held=((HANDED, "handed_over"),))
    if (rule := _applying(service, "hand_over", asked, said)) is not None:
        return _handed_over(state, rule.name, rule.text, rule.why)
    if (offer := service.offer) and own and offer.text in own[-1] and matches(offer.taken_by, asked):
        return _handed_over(state, OFFER, offer.handing, offer.why)
    if (rule := _applying(service, "refuse", asked, said)) is not None:
        return Enforced(text=rule.text, held=((rule.name, "refused"),))
    read(_rules(service, "check"), state, heard, me)
    call_guide(service, state, asked)
    spoken = _spoken(service, said)
    if (step := go_on(service, state, asked, spoken.text, own)) is not None:
        return _guided(service, state, step, spoken)
    checked = check(_rules(service, "check"), state, lambda rule: _applies(rule, asked, said))
    if checked is not None and checked.did == "handed_over":
        return _handed_over(state, checked.rule.name, checked.text, checked.rule.why)
    if checked is not None and checked.did == "asked":
        return Enforced(text=checked.text, held=((checked.rule.name, "asked"),))
    if (step := begin_guide(service, state, spoken.text)) is not None:
        return _guided(service, state, step, spoken, checked)
    text, held = spoken.text, list(spoken.held)
    if checked is not None:
        held.append((checked.rule.name, checked.did))
        text = f"{checked.text} {text}".strip()
    return _with_additions(
        service, state, Enforced(text=text, held=tuple(held)), lambda rule: _applies(rule, asked, text)
    )


def _spoken(service: Service, said: str) -> Enforced:
    """The mind's own words without what is never said."""
    text = said
    held: list[tuple[str, str]] = []
    for rule in _rules(service, "strike"):
        left = without(text, lambda words, rule=rule: stands(rule.matches, rule.unless, words))  # type: ignore[misc]
        if left != text.strip():
            held.append((rule.name, "struck"))
            text = left or rule.text
    if len(text) > service.letters_max:
        held.append((LENGTH, "shortened"))
        text = cut(text, service.letters_max)
    return Enforced(text=text, held=tuple(held))


def _guided(
    service: Service, state: ServiceState, step: Guided, spoken: Enforced, checked: Checked | None = None
) -> Enforced:
    """A step, said after the mind's own words and what could not be learnt; what must be added to those words is."""
    state.handed_over = bool(step.hand_over)
    held = [(step.name, step.did)]
    text = step.text
    if checked is not None:
        held.insert(0, (checked.rule.name, checked.did))
        text = f"{checked.text} {text}"
    if step.lead:
        held[:0] = [each for each in spoken.held if each[1] == "struck"]
    said = Enforced(text=text, held=tuple(held), hand_over=step.hand_over)
    return _with_additions(service, state, said, lambda rule: bool(step.lead) and _applies(rule, "", step.lead))


def _handed_over(state: ServiceState, name: str, text: str, why: str) -> Enforced:
    state.handed_over = True
    return Enforced(text=text, held=((name, "handed_over"),), hand_over=why or name.replace("_", " "))


def _with_additions(service: Service, state: ServiceState, said: Enforced, applies: Callable[[Rule], bool]) -> Enforced:
    text, held = said.text, list(said.held)
    for rule in _rules(service, "add"):
        if applies(rule) and rule.text not in text and _is_due(rule, state):
            state.added[rule.name] = state.turns
            held.append((rule.name, "added"))
            text = f"{text}\n\n{rule.text}" if text else rule.text
    return Enforced(text=text, held=tuple(held), hand_over=said.hand_over)


def _is_due(rule: Rule, state: ServiceState) -> bool:
    last = state.added.get(rule.name)
    return last is None or (rule.every > 0 and state.turns - last >= rule.every)


def _applying(service: Service, act: Act, asked: str, said: str) -> Rule | None:
    return next((rule for rule in _rules(service, act) if _applies(rule, asked, said)), None)


def _rules(service: Service, act: Act) -> list[Rule]:
    return [rule for rule in service.rules if rule.act == act]


def _applies(rule: Rule, asked: str, said: str) -> bool:
    looked_at = {"asked": (asked,), "says": (said,), "either": (asked, said)}[rule.when]
    return any(stands(rule.matches, rule.unless, text) for text in looked_at)


def _asked(heard: Sequence[Line], me: str) -> str:
    """What was said to the agent since it last spoke."""
    since: list[str] = []
    for line in reversed(heard):
        if line.speaker == me:
            break
        since.append(line.text)
    return "\n".join(reversed(since))
