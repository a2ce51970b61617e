"""Replying: what a service agent says where no model speaks: the reply of its data file that fits best what was asked,
none said again before the others were. What was asked before the agent put questions of its own is answered first.
Where twice in a row nothing fitted, a person is offered.
"""

from collections.abc import Sequence

from fabula.engine.chance import Stream
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.service.form import Reply, Service
from fabula.environments.dialogue.service.guiding import is_step
from fabula.environments.dialogue.service.patterns import matches
from fabula.environments.dialogue.service.shortening import shortened

LEADS = ("Right.", "Thank you.", "Let us see.", "All right.", "Good to know.", "Noted.")
"""Before a step of a guide."""
UNFITTING_MAX = 2
"""Replies in a row that are said because nothing fits; then a person is offered."""


def reply(service: Service, outlook: Outlook, stream: Stream) -> str:
    """The words; stream: chooses among those that fit alike."""
    own = [line.text for line in outlook.lines if line.speaker == outlook.me]
    others = [line.text for line in outlook.lines if line.speaker != outlook.me]
    if not others:
        return service.personality.greeting or _one_of(_fallback(service), own, stream)
    open_since = _open_since(service, outlook)
    if any(matches(guide.matches, said) for guide in service.guides for said in open_since) or is_step(
        "".join(own[-1:])
    ):
        # The step itself is the guide's to say.
        return _one_of((Reply(texts=LEADS),), own, stream)
    text = _fitting(service, open_since, own, others)
    if not text and service.offer is not None and _is_at_a_loss(service, own):
        return service.offer.text
    text = text or _one_of(_fallback(service), own, stream)
    limits = service.by_rules
    if limits and any(matches(limits.matches, said) for said in open_since) and (unsaid := _unsaid(limits, own)):
        return f"{unsaid[0]}\n\n{text}"
    return text


def _open_since(service: Service, outlook: Outlook) -> list[str]:
    """What was last said to the agent; before it, what was said before the agent's questions that it answers."""
    checks = [rule for rule in service.rules if rule.act == "check"]
    found: list[str] = []
    for line in reversed(outlook.lines):
        if line.speaker != outlook.me:
            found.insert(0, line.text)
        elif found and not any(rule.text in line.text or (rule.again and rule.again in line.text) for rule in checks):
            break
    return found


def _fitting(service: Service, asked: Sequence[str], own: Sequence[str], others: Sequence[str]) -> str:
    """A reply that was not given yet to the first thing asked, or else to the last; empty if there is none."""
    for words in (asked[0], asked[-1]):
        for each in service.replies:
            if not matches(each.matches, words) or matches(each.unless, words):
                continue
            if each.needs and not any(matches(each.needs, text) for text in others):
                continue
            if each.shortens:
                limits = service.by_rules.matches if service.by_rules is not None else ()
                shorter = shortened(others, own, request=(*each.matches, *limits))
                if shorter is not None:
                    return f"{(*_unsaid(each, own), each.texts[-1])[0]}\n\n{shorter}" if shorter else ""
            elif unsaid := _unsaid(each, own):
                return unsaid[0]
    return ""


def _is_at_a_loss(service: Service, own: Sequence[str]) -> bool:
    last = own[-UNFITTING_MAX:]
    unfitting = [text for each in _fallback(service) for text in each.texts]
    return len(last) == UNFITTING_MAX and all(any(text in said for text in unfitting) for said in last)


def _fallback(service: Service) -> list[Reply]:
    return [each for each in service.replies if not each.matches]


def _unsaid(found: Reply, own: Sequence[str]) -> list[str]:
    return [text for text in found.texts if not any(text in said for said in own)]


def _one_of(replies: Sequence[Reply], own: Sequence[str], stream: Stream) -> str:
    """One that was not said yet; if all were, the one that was said longest ago."""
    texts = [text for each in replies for text in each.texts]
    unsaid = [text for text in texts if not any(text in said for said in own)]
    if unsaid:
        return stream.choice(unsaid)
    last = {text: max(number for number, said in enumerate(own) if text in said) for text in texts}
    return min(texts, key=lambda text: last[text])
