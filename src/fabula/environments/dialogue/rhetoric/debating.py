"""Debating: a turn about a topic, its moves chosen by what was said, by who speaks, by how far the talk has come."""

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.advancing import (
    colour,
    come_back,
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
from fabula.environments.dialogue.rhetoric.reading import Heard
from fabula.environments.dialogue.rhetoric.telling import tell_of_oneself
from fabula.environments.dialogue.rhetoric.topic import Kind

OPENING_LENGTHS = (1, 2, 3)
"""Sentences of somebody's first turn."""
SETTLES = 0.45
"""How often, once the talk is under way, it tries to settle the matter rather than to carry it on."""
ASKS = 0.1
"""How often it asks something though it has said enough."""
CHARGED_SENTENCES = 3
"""Of who has something to say that it was given."""
CHARGED_AFTER = 40
"""How far a talk has come when that is said though it makes the turn longer."""
ONLY_ANSWERS = 0.4
"""How often who was asked only answers."""


def debate(matter: Matter, stream: Stream) -> Turn:
    """A turn about the topic."""
    last = matter.last
    turn = Turn(matter, stream, last.line.speaker if last else "")
    if not _opened(matter):
        turn.room = stream.weighted(OPENING_LENGTHS, (1.0, 2.0, 2.0))
        _open(turn)
    elif closing(matter):
        close(turn)
    elif matter.outlook.nudge:
        answer_asked(turn)
        _open_another_door(turn)
    else:
        turn.room = stream.weighted((1, 2, 3, 4), [float(often) for often in matter.voice.lengths])
        _exchange(turn)
    if not turn.parts:
        _anything(turn)
    return turn


def _opened(matter: Matter) -> bool:
    """Whether it has said what it thinks."""
    stated = any(
        known.rule.startswith("open.") and known.rule != "open.question" for each in matter.mine for known in each.known
    )
    argued = any(each.grounds and each.known for each in matter.mine)
    return stated or argued or bool(matter.shown(matter.me)) or (matter.outlook.earlier > 0 and bool(matter.mine))


# How it begins.


def _open(turn: Turn) -> None:
    matter, last = turn.matter, turn.matter.last
    if matter.topic.foreign and not any(each.did("open.tongue") for each in matter.heard):
        turn.say("moves", "open.tongue", why="says that it answers in English")
    if matter.asked is not None and matter.asked.foreign:
        answer_asked(turn)
    _state(turn)
    if "takes a side" in turn.did:
        turn.room = max(turn.room, 2)  # Who only joins in says why.
    if matter.asked is not None and not matter.asked.foreign:
        answer_asked(turn)
    elif turn.has_room:
        _support(turn, last)


def _state(turn: Turn) -> None:
    """Say what it thinks, for the first time."""
    matter, last = turn.matter, turn.matter.last
    others = [name for name in matter.names if matter.shown(name)]
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


def _support(turn: Turn, last: Heard | None) -> None:
    """What speaks for it, or against what was said before."""
    matter = turn.matter
    against = last is not None and last.grounds and not last.foreign and not matter.sides_with(last.line.speaker)
    if turn.points_left():
        make_point(turn, "point.lead")
    elif last and against and turn.stream.chance(0.5):
        counter(turn, last)
    else:
        reason(turn)
    if turn.has_room:
        colour(turn, matter.grounds[0])
    if turn.has_room:
        question(turn, last)


# How it goes on.


def _exchange(turn: Turn) -> None:
    matter, last = turn.matter, turn.matter.last
    # What it was given to say and to ask comes before brevity.
    charged = bool(turn.points_left() or matter.unasked)
    turn.room = max(turn.room, CHARGED_SENTENCES) if charged else turn.room
    answer_asked(turn)
    answered = bool(turn.parts)
    if answered and not charged and turn.stream.chance(ONLY_ANSWERS):
        return
    came_back = come_back(turn)
    if came_back and not turn.has_room:
        return
    if last is not None and (not answered or (turn.has_room and turn.stream.chance(0.4))):
        react(turn, last)
    if turn.asks:
        return  # What comes behind a question drowns it.
    ground = ground_of(matter)
    if turn.points_left() and (turn.has_room or phase(matter) > CHARGED_AFTER):
        make_point(turn, "point.last" if phase(matter) > 60 else "point.lead")
    elif turn.has_room and phase(matter) > 30 and turn.stream.chance(SETTLES):
        settle(turn, ground)
    elif (turn.has_room or not turn.parts) and not came_back:
        develop(turn, ground)
    if turn.has_room or matter.unasked or turn.stream.chance(ASKS):
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
