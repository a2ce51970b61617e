"""Leading: how a moderator by rules says who is next, puts a question to them, and closes."""

from fabula.engine.chance import Stream
from fabula.environments.dialogue.actions import Call, Close
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.grounds import Ground
from fabula.environments.dialogue.rhetoric.matter import Matter

CALLS_MAX = 6
"""Of a dialogue without a limit: how often each is called before it is closed."""


def lead(matter: Matter, stream: Stream) -> Call | Close:
    """Whose turn is next, or that it is enough."""
    outlook = matter.outlook
    if matter.others and (matter.left() <= 1 or (not outlook.turns and outlook.turn > CALLS_MAX * matter.seats)):
        return _close(matter, stream)
    name, why = _next(matter)
    turn = Turn(matter, stream, name)
    spoken = {each.line.speaker for each in matter.heard}
    if name in spoken or len(matter.heard) > 1:
        turn.say("moves", "call.text", {"name": matter.short_names[name], "label": turn.label(_matter_of(matter))})
    return Call(speaker=name, text=turn.text, reason=why)


def _next(matter: Matter) -> tuple[str, str]:
    last = matter.others[-1] if matter.others else None
    silent = matter.outlook.silent or matter.names
    spoken = [each.line.speaker for each in matter.heard]
    unheard = [name for name in silent if name not in spoken]
    if unheard:
        return unheard[0], "has not been heard yet"
    if (
        last is not None
        and last.line.to in silent
        and last.line.to != last.line.speaker
        and spoken[-3:].count(last.line.to) < 2
    ):
        return last.line.to, "was spoken to just now"
    return silent[0], "was silent longest"


def _matter_of(matter: Matter) -> Ground:
    """What is under discussion."""
    return next((each.grounds[0] for each in reversed(matter.heard) if each.grounds), matter.grounds[0])


def _close(matter: Matter, stream: Stream) -> Close:
    turn = Turn(matter, stream)
    counts = [ground for each in matter.others for ground in each.grounds]
    most = sorted(dict.fromkeys(counts), key=lambda ground: -counts.count(ground)) or matter.grounds
    first, second, third = (*most, *[ground for ground in matter.grounds if ground not in most])[:3]
    labels = {"label_a": turn.label(first), "label_b": turn.label(second), "label_c": turn.label(third)}
    turn.say("moves", "close.text", labels)
    return Close(text=turn.text, reason="the turns run out" if matter.outlook.turns else "enough was said")
