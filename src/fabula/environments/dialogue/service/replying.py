"""Replying: what a service agent says where no model speaks: the reply of its data file that fits best what was asked,
none said again before the others were. What was asked before the agent put questions of its own is answered first.
Where nothing fitted some times in a row, a person is offered.
"""

from collections.abc import Iterator, Sequence

from fabula.engine.chance import Stream
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.service.form import Guide, Reply, Service
from fabula.environments.dialogue.service.guiding import is_step
from fabula.environments.dialogue.service.patterns import matches, stands
from fabula.environments.dialogue.service.shortening import shortened

FIRST_LEADS = ("Let us see.", "Let us find out.", "That can be looked into.", "One thing after the other.")
"""Before the first step of a guide."""
LEADS = ("Right.", "Thank you.", "Let us see.", "All right.", "Good to know.", "Noted.")
"""Before any other."""
UNFITTING_MAX = 2
"""Replies in a row that are said because nothing fits; then a person is offered."""
TELLING_WORDS_MIN = 4
"""Words with which somebody tells something, though nothing fits it."""
TOLD_MAX = 5
"""As UNFITTING_MAX, where somebody tells something."""


def reply(service: Service, outlook: Outlook, stream: Stream) -> str:
    """The words; stream: chooses among those that fit alike. Another `take` has other words, as long as any fit."""
    own = [line.text for line in outlook.lines if line.speaker == outlook.me]
    others = [line.text for line in outlook.lines if line.speaker != outlook.me]
    take = outlook.take
    if not others:
        return service.personality.greeting or _one_of(_fallback(service), own, stream, take)
    open_since = _open_since(service, outlook)
    # A step itself is the guide's to say.
    if is_step("".join(own[-1:])):
        return _one_of((Reply(texts=LEADS),), own, stream, take)
    if any(matches(guide.matches, said) for guide in _guides(service, outlook) for said in open_since):
        return _one_of((Reply(texts=FIRST_LEADS),), own, stream, take)
    fitting = list(dict.fromkeys(_fitting(service, open_since, own, others)))
    if not fitting and service.offer is not None and _is_at_a_loss(service, outlook, own, open_since[-1]):
        return service.offer.text
    text = fitting[take % len(fitting)] if fitting else _one_of(_fallback(service), own, stream, take)
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


def _fitting(service: Service, asked: Sequence[str], own: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    """Replies that were not given yet to the first thing asked, then to the last, what fits best first."""
    for words in (asked[0], asked[-1]):
        for each in service.replies:
            if not each.matches or not stands(each.matches, each.unless, words):
                continue
            if each.needs and not any(matches(each.needs, text) for text in others):
                continue
            if each.shortens:
                limits = service.by_rules.matches if service.by_rules is not None else ()
                shorter = shortened(others, own, request=(*each.matches, *limits))
                if shorter:
                    yield f"{(*_unsaid(each, own), each.texts[-1])[0]}\n\n{shorter}"
                    return
                if shorter is not None and each.spent and each.spent not in own:
                    yield each.spent
            else:
                yield from _unsaid(each, own)


def _guides(service: Service, outlook: Outlook) -> list[Guide]:
    """Those that were not gone through."""
    return [guide for guide in service.guides if guide.name not in outlook.steps_done]


def _is_at_a_loss(service: Service, outlook: Outlook, own: Sequence[str], asked: str) -> bool:
    """Whether a trouble is back for which it has no more steps, or nothing fitted too often. Whoever tells something
    goes on, and is asked a little more before.
    """
    gone_through = [guide for guide in service.guides if guide.name in outlook.steps_done]
    if any(matches(guide.matches, asked) for guide in gone_through):
        return service.offer is not None and service.offer.text not in own[-1:]
    tells = "?" not in asked and len(asked.split()) >= TELLING_WORDS_MIN
    row = TOLD_MAX if tells else UNFITTING_MAX
    last = own[-row:]
    unfitting = [text for each in _fallback(service) for text in each.texts]
    return len(last) == row and all(any(text in said for text in unfitting) for said in last)


def _fallback(service: Service) -> list[Reply]:
    return [each for each in service.replies if not each.matches]


def _unsaid(found: Reply, own: Sequence[str]) -> list[str]:
    return [text for text in found.texts if not any(text in said for said in own)]


def _one_of(replies: Sequence[Reply], own: Sequence[str], stream: Stream, take: int) -> str:
    """One that was not said yet; if all were, the one that was said longest ago."""
    texts = [text for each in replies for text in each.texts]
    unsaid = [text for text in texts if not any(text in said for said in own)]
    if unsaid:
        chosen = unsaid.index(stream.choice(unsaid))
        return unsaid[(chosen + take) % len(unsaid)]
    last = {text: max(number for number, said in enumerate(own) if text in said) for text in texts}
    return sorted(texts, key=lambda text: last[text])[take % len(texts)]
