"""Debating: a turn about a topic, its moves chosen by what was said, by who speaks, by how far the talk has come."""

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.advancing import (
    colour,
    develop,
    fresh_ground,
    ground_of,
    make_point,
    phase,
    question,
    reason,
    settle,
)
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.ending import close, closing
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reacting import answer_asked, counter, react
from fabula.environments.dialogue.rhetoric.telling import tell_of_oneself
from fabula.environments.dialogue.rhetoric.topic import Kind


def debate(matter: Matter, stream: Stream) -> Turn:
    """A turn about the topic."""
    last = matter.last
    turn = Turn(matter, stream, last.line.speaker if last else "")
    room = stream.integer(matter.voice.shortest, matter.voice.longest)
    if not _opened(matter):
        _open(turn, room)
    elif closing(matter):
        close(turn)
    elif matter.outlook.nudge:
        answer_asked(turn)
        _open_another_door(turn)
    else:
        _exchange(turn, room)
    if not turn.parts:
        _anything(turn)
    return turn


def _opened(matter: Matter) -> bool:
    """Whether it has said what it thinks."""
    stated = any(
        known.rule.startswith("open.") and known.rule != "open.question" for each in matter.mine for known in each.known
    )
    return stated or bool(matter.shown(matter.me)) or (matter.outlook.earlier > 0 and bool(matter.mine))


# How it begins.


def _open(turn: Turn, room: int) -> None:
    matter, last = turn.matter, turn.matter.last
    if matter.topic.foreign and not any(each.did("open.tongue") for each in matter.heard):
        turn.say("moves", "open.tongue", why="says that it answers in English")
    others = [name for name in matter.names if matter.shown(name)]
    if matter.asked is not None and matter.asked.foreign:
        answer_asked(turn)
    allies = [name for name in others if matter.sides_with(name)]
    if (not others and matter.topic.kind is not Kind.OPEN) or not matter.others:
        # What was quoted as another tongue's is not quoted again.
        asked = {"topic_asked": "", "topic_quoted_or_thing": matter.topic.thing} if turn.parts else {}
        turn.say("moves", "open.first", asked, why="opens")
    elif (last and last.line.speaker in allies) or allies == others != []:
        ally = last.line.speaker if last and last.line.speaker in allies else allies[-1]
        turn.say("moves", "open.side", {"ally": matter.short_names.get(ally, ally)}, why="takes a side")
    elif abs(matter.outlook.stance) in range(1, 25):
        turn.say("moves", "open.unsure", why="takes a side")
    else:
        turn.say("moves", "open.reply", why="takes the other side")
    if turn.points_left():
        make_point(turn, "point.lead")
    elif (
        last
        and last.grounds
        and not last.foreign
        and not matter.sides_with(last.line.speaker)
        and turn.stream.chance(0.5)
    ):
        counter(turn, last)
    else:
        reason(turn)
    if room > 2:
        colour(turn, turn.matter.grounds[0])
    if room > 1:
        question(turn, last)


# How it goes on.


def _exchange(turn: Turn, room: int) -> None:
    matter, last = turn.matter, turn.matter.last
    answer_asked(turn)
    reacted = bool(turn.parts)
    if last is not None and (not reacted or turn.stream.chance(0.4)):
        react(turn, last)
    ground = ground_of(matter)
    if turn.length < room or not turn.parts:
        develop(turn, ground)
    if turn.length < room and phase(matter) > 30:
        settle(turn, ground)
    if turn.length < room + 1 or turn.stream.chance(0.3):
        question(turn, last)


def _open_another_door(turn: Turn) -> None:
    """Something new, because the talk went round in circles."""
    ground = fresh_ground(turn)
    if ground:
        lead = turn.lead("moves", "nudge", {"new": turn.label(ground)})
        turn.argue(ground, "reason", lead=lead, why=f"leaves the circle by {ground}")
        turn.argue(ground, "question", lead=turn.opener("ask"), why=f"asks about {ground}")
    else:
        tell_of_oneself(turn)


# How it ends.


def _anything(turn: Turn) -> None:
    """Where nothing else can be said: any reason that is left, or a question."""
    for ground in turn.matter.grounds:
        for part in ("reason", "defend", "counter", "question"):
            if turn.argue(ground, part):
                return
