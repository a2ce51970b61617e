"""Small talk: what speakers say who were given no topic, until they come to one."""

from fabula.engine.chance import Stream
from fabula.environments.dialogue.rhetoric.chatting import reply_to_words
from fabula.environments.dialogue.rhetoric.composing import Turn
from fabula.environments.dialogue.rhetoric.english import lower_first, words_in
from fabula.environments.dialogue.rhetoric.grounds import lot
from fabula.environments.dialogue.rhetoric.matter import Matter
from fabula.environments.dialogue.rhetoric.reading import Heard, quotes
from fabula.environments.dialogue.rhetoric.telling import tell_skills, tell_tie, tell_want
from fabula.environments.dialogue.rhetoric.themes import own_themes, themes

SUBJECTS = ("work", "from", "care", "know", "tie")
NEAR_AT_HAND = 4
"""Subjects of the world that two happen to have in mind, beside those near to who raises one."""
RAISED_AFTER = 2
"""Turns of its own after which somebody comes to what it has on its mind."""


def small_talk(matter: Matter, stream: Stream) -> Turn:
    """A turn without a topic."""
    last = matter.last
    to = last.line.speaker if last else (matter.names[0] if len(matter.names) == 1 else "")
    turn = Turn(matter, stream, to)
    # Who once spoke in words of their own is answered so, even where a turn of theirs sounds like one of rules.
    alone = matter.seats == 2 and any(each.foreign for each in matter.others)
    if last is not None and (last.foreign or alone):
        if not reply_to_words(turn, last):
            _ask(turn)
        return turn
    if not matter.mine:
        _greet(turn)
    if last is not None:
        _tell(turn, last)
    people = any(each.foreign for each in matter.others)
    if len(matter.mine) >= RAISED_AFTER and not people and matter.outlook.turn > 2 * matter.seats:
        _raise(turn)
    elif matter.names:
        _ask(turn)
    return turn


def _greet(turn: Turn) -> None:
    matter = turn.matter
    if len(matter.names) > 1:
        turn.say(
            "talk",
            "greet.all" if not matter.others else "greet.back",
            {"other": matter.short_names.get(turn.to, "everybody")},
            why="greets",
        )
    else:
        name = matter.short_names.get(turn.to, "")
        turn.say("talk", "greet.back" if matter.others else "greet.first", {"other": name}, why="greets")


def _tell(turn: Turn, last: Heard) -> None:
    """Answer what was asked of its life; else take up what was told."""
    asked = [
        known.rule.partition(".")[0] for known in last.known if known.rule.endswith(".ask") and known.book == "talk"
    ]
    told = any(known.rule.endswith(".tell") for known in last.known)
    if told and (left := quotes(last.line.text)) and turn.stream.chance(0.6):
        turn.say(
            "talk",
            "heard.work"
            if any(known.rule == "work.tell" for known in last.known) and turn.stream.chance(0.4)
            else "heard.any",
            {"quote": lower_first(left[0])},
            why="takes up what was told",
        )
    for subject in asked:
        if _answer(turn, subject):
            return


def _answer(turn: Turn, subject: str) -> bool:
    life = turn.matter.life
    match subject:
        case "work":
            return bool(life.work) and turn.say("talk", "work.tell", why="says what it does")
        case "from":
            return bool(life.origin) and turn.say("talk", "from.tell", why="says where it comes from")
        case "know":
            return tell_skills(turn) or tell_want(turn)
        case "tie":
            return tell_tie(turn) or tell_want(turn)
        case _:
            return tell_want(turn)


def _ask(turn: Turn) -> None:
    """Something nobody was asked yet."""
    asked = {known.rule for each in turn.matter.heard for known in each.known}
    left = [
        subject
        for subject in SUBJECTS
        if f"{subject}.ask" not in asked
        or (
            subject in SUBJECTS[:2]
            and not any(f"{subject}.ask" in {known.rule for known in each.known} for each in turn.matter.mine)
        )
    ]
    if left:
        turn.say(
            "talk",
            f"{left[0] if turn.stream.chance(0.6) else turn.stream.choice(left)}.ask",
            why="asks about the other",
        )


def _raise(turn: Turn) -> None:
    """What it has had on its mind."""
    matter = turn.matter
    ranked = sorted(
        themes(),
        key=lambda theme: (
            -sum(round(100 * abs(matter.drives[drive] - 0.5)) for drive in matter.drives if drive in theme[1])
        ),
    )
    present = {word for name in matter.names for word in words_in(name)}
    own = [topic for topic in own_themes(matter.life) if not present & set(words_in(topic.thing))]
    # What both know comes first: a name or a trade that was spoken of on either side.
    said = {word for each in matter.heard for word in words_in(each.line.text) if len(word) > 3}
    said |= {word for other in matter.outlook.others for word in words_in(other.role) if len(word) > 3}
    shared = [topic for topic in own if said & set(words_in(topic.thing))]
    kept = sorted(
        (topic for topic, _ in themes()), key=lambda topic: (lot(matter.me, turn.to, topic.thing), topic.thing)
    )
    near = [topic for topic, _ in ranked[:2]]
    # Somebody of whom nobody spoke is nobody's subject but its own.
    own = [topic for topic in own if topic in shared or not topic.thing.startswith("a debt to ")]
    pools = [shared or own, own, [*kept[:NEAR_AT_HAND], *near]]
    topic = turn.stream.choice(turn.stream.choice([pool for pool in pools if pool]))
    side = topic.view if turn.stream.chance(0.5) else topic.nay
    turn.say("talk", "theme.raise", {"theme": topic.thing, "view": side}, why="comes to what it has on its mind")
    turn.say("talk", "chat.ask.theme", {"theme": topic.thing}, why="asks what the other thinks")
