"""Replying: what a service agent says where no model speaks: the reply of its data file that fits best what was asked,
none said again before the others were.
"""

from collections.abc import Sequence

from fabula.engine.chance import Stream
from fabula.environments.dialogue.outlook import Outlook
from fabula.environments.dialogue.service.form import Reply, Service
from fabula.environments.dialogue.service.guiding import is_step
from fabula.environments.dialogue.service.patterns import matches

LEADS = ("Right.", "Thank you.", "Let us see.", "All right.", "Good to know.", "Noted.")
"""Before a step of a guide."""


def reply(service: Service, outlook: Outlook, stream: Stream) -> str:
    """The words; stream: chooses among those that fit alike."""
    own = [line.text for line in outlook.lines if line.speaker == outlook.me]
    others = [line.text for line in outlook.lines if line.speaker != outlook.me]
    if not others:
        return service.personality.greeting or _one_of(_fallback(service), own, stream)
    if any(matches(guide.matches, others[-1]) for guide in service.guides) or is_step(own[-1] if own else ""):
        # The step itself is the guide's to say.
        return _one_of((Reply(texts=LEADS),), own, stream)
    fitting = [each for each in service.replies if each.matches and matches(each.matches, others[-1])]
    unsaid = [each for each in fitting if _unsaid(each, own)]
    if unsaid:
        return _one_of(unsaid[:1], own, stream)
    return _one_of(_fallback(service), own, stream)


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
