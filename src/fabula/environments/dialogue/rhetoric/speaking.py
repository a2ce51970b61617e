"""Speaking: which way of talking a turn calls for, and what comes of it."""

from fabula.engine.chance import Stream
from fabula.environments.dialogue.actions import Pass, Say
from fabula.environments.dialogue.rhetoric.chatting import reply_to_words
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.debating import debate
from fabula.environments.dialogue.rhetoric.ending import closing, parted, took_leave
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.questions import answer_question
from fabula.environments.dialogue.rhetoric.small_talk import small_talk
from fabula.environments.dialogue.rhetoric.topic import Kind


def speak(matter: Matter, stream: Stream) -> Say | Pass:
    """What a speaker says now."""
    if matter.speaker.service is not None:
        return _serve(matter, stream)
    if matter.speaker.person:
        return _as_person(matter, stream)
    if matter.mine and took_leave(matter.mine[-1]) and matter.asked is None and closing(matter):
        return Pass(why="It has taken leave.", reason="has taken leave")
    turn = _turn(matter, stream)
    if not turn.parts:
        return Pass(why="Everything it had to say is said.", reason="nothing new to say")
    several = matter.seats > 2
    return Say(text=turn.text, to=turn.to if several else "", leaving=_leaves(matter, turn), reason=turn.reason)


def _turn(matter: Matter, stream: Stream) -> Turn:
    last = matter.last
    if matter.topic.kind is not Kind.NONE:
        chats = last is not None and last.foreign and not matter.outlook.topic
        if chats or (last is not None and last.foreign and _is_chat(matter)):
            return _chat(matter, stream)
        return debate(matter, stream)
    if closing(matter) and matter.mine:
        turn = Turn(matter, stream, last.line.speaker if last else "")
        if last is not None and last.foreign:
            reply_to_words(turn, last)
        else:
            turn.say("talk", "chat.bye.short", why="takes leave")
        return turn
    return small_talk(matter, stream)


def _is_chat(matter: Matter) -> bool:
    """Whether it is asked something that has nothing to do with the topic, after it said what it thinks."""
    return matter.asked is not None and matter.asked.foreign and bool(matter.mine)


def _chat(matter: Matter, stream: Stream) -> Turn:
    last = matter.last
    turn = Turn(matter, stream, last.line.speaker if last else "")
    if last is not None and not (last.question and answer_question(turn, last)):
        reply_to_words(turn, last)
    return turn if turn.parts else debate(matter, stream)


def _leaves(matter: Matter, turn: Turn) -> bool:
    """Whether these are parting words: the others have said theirs. A person goes first, or the turns run out."""
    return parted(matter) and any("takes leave" in why for why in turn.did)


def _as_person(matter: Matter, stream: Stream) -> Say | Pass:
    """Short and neutral: nobody knows what the person would say."""
    turn = Turn(matter, stream)
    if not turn.say("moves", "person.say", {"thing": matter.topic.thing or "this"}, why="stands in for a person"):
        return Pass(why="Nothing is known of what it would say.", reason="stands in for a person")
    return Say(text=turn.text, reason=turn.reason)


def _serve(matter: Matter, stream: Stream) -> Say | Pass:
    """A service agent: the words of its domain."""
    from fabula.environments.dialogue.service.replying import reply  # noqa: PLC0415 - patterns load only where served

    assert matter.speaker.service is not None
    text = reply(matter.speaker.service, matter.outlook, stream)
    if not text:
        return Pass(why="It has nothing to say to that.", reason="no reply of its domain fits")
    return Say(text=text, reason="a reply of its domain")
